/* Notes of banks: notes.sql as functions. */
#include "store/notes.h"

#include "store/sql.h"

struct domains_row {
    int64_t rank;
    struct text domains;
};
static const struct shape_member DOMAINS_MEMBERS[] = {
    MEMBER_I64(struct domains_row, rank),
    MEMBER_JSON(struct domains_row, domains),
};
static const struct shape DOMAINS_ROW =
    SHAPE_OF("BankDomainsRow", struct domains_row, DOMAINS_MEMBERS);

bool store_notes_get_domains(struct db *db, struct arena *arena, const struct bank_caller *caller,
                             struct text *domains, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct domains_row row = {.rank = 0};

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->bank_id);
    if (!db_call(db, &SQL_notes_get_domains, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such bank");
    }
    if (!db_rows_read(&rows, 0, &DOMAINS_ROW, arena, &row, err) ||
        !bank_role_check(row.rank, BANK_EDITOR, err)) {
        return false;
    }
    *domains = row.domains;
    return true;
}
