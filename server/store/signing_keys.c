/* Signing keys in the audit: signing_keys.sql as a function. */
#include "store/signing_keys.h"

#include "store/sql.h"

bool store_signing_keys_note_change(struct db *db, struct arena *arena, struct text kid,
                                    struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, kid);
    return db_call(db, &SQL_signing_keys_note_change, &params, arena, &rows, err);
}
