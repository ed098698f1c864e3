/* Idempotency keys: idempotency.sql as functions. */
#include "store/idempotency.h"

#include "store/sql.h"

struct lock_row {
    bool is_ours;
};
static const struct shape_member LOCK_MEMBERS[] = {MEMBER_BOOL(struct lock_row, is_ours)};
static const struct shape LOCK_ROW = SHAPE_OF("LockRow", struct lock_row, LOCK_MEMBERS);

static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_TEXT(struct kept_reply, fingerprint),
    MEMBER_I64(struct kept_reply, status),
    MEMBER_TEXT_LIST(struct kept_reply, headers, header_count),
    MEMBER_TEXT(struct kept_reply, body, .flags = SHAPE_NULLABLE),
};
static const struct shape REPLY_ROW = SHAPE_OF("KeptReplyRow", struct kept_reply, REPLY_MEMBERS);

static void bind_key(struct db_params *params, const struct idempotency_key *key)
{
    params->count = 0;
    db_bind_uuid(params, key->user_id);
    db_bind_text(params, key->key);
}

bool store_idempotency_lock(struct db *db, struct arena *arena, const struct idempotency_key *key,
                            bool *is_ours, struct error *err)
{
    struct db_params params;
    struct db_rows rows;
    struct lock_row row = {.is_ours = false};

    bind_key(&params, key);
    if (!db_call(db, &SQL_idempotency_lock, &params, arena, &rows, err) ||
        !db_rows_read(&rows, 0, &LOCK_ROW, arena, &row, err)) {
        return false;
    }
    *is_ours = row.is_ours;
    return true;
}

bool store_idempotency_find(struct db *db, struct arena *arena, const struct idempotency_key *key,
                            struct kept_reply *reply, bool *is_found, struct error *err)
{
    struct db_params params;
    struct db_rows rows;

    bind_key(&params, key);
    if (!db_call(db, &SQL_idempotency_find, &params, arena, &rows, err)) {
        return false;
    }
    *is_found = rows.count > 0;
    return !*is_found || db_rows_read(&rows, 0, &REPLY_ROW, arena, reply, err);
}

bool store_idempotency_keep(struct db *db, struct arena *arena, const struct idempotency_key *key,
                            struct text operation, const struct kept_reply *reply,
                            struct error *err)
{
    struct db_params params;
    struct db_rows rows;

    bind_key(&params, key);
    db_bind_text(&params, operation);
    db_bind_text(&params, key->fingerprint);
    db_bind_i64(&params, reply->status);
    db_bind_text_array(&params, arena, reply->headers, reply->header_count);
    db_bind_text(&params, reply->body);
    if (!db_call(db, &SQL_idempotency_keep, &params, arena, &rows, err)) {
        return false;
    }
    return rows.count == 1 || error_set(err, ERROR_NOT_FOUND, "there is no such account");
}
