/* One effect for each key; see api/idempotency.h. */
#include "api/idempotency.h"

#include "base/limits.h"
#include "base/sha256.h"
#include "db/transaction.h"
#include "store/idempotency.h"

/* 1 to 255 visible characters, such as a UUID. */
static bool check_key(struct text key, struct error *err)
{
    bool is_good = key.len > 0 && key.len <= LIMIT_IDEMPOTENCY_KEY_BYTES;

    for (size_t i = 0; is_good && i < key.len; i++) {
        is_good = key.data[i] > ' ' && key.data[i] <= '~';
    }
    return is_good || error_set(err, ERROR_MALFORMED_REQUEST,
                                "Idempotency-Key must have 1 to %d visible characters",
                                LIMIT_IDEMPOTENCY_KEY_BYTES);
}

/* What makes two requests the same. No part can be mistaken for another: neither method, path nor
 * query has a line break. */
static struct text fingerprint(const struct call *call)
{
    const struct request *request = call->request;
    char *hex = arena_alloc_bytes(call->arena, SHA256_HEX_BYTES + 1);
    struct sha256 sha256;

    sha256_start(&sha256);
    sha256_update(&sha256, text_of(http_method_name(request->method)));
    sha256_update(&sha256, TEXT("\n"));
    sha256_update(&sha256, request->path);
    sha256_update(&sha256, TEXT("\n"));
    sha256_update(&sha256, request->query.data == NULL ? TEXT("") : request->query);
    sha256_update(&sha256, TEXT("\n"));
    sha256_update(&sha256, request->body);
    return sha256_finish_hex(&sha256, hex);
}

static struct text type_of_reply(const struct route *route)
{
    return route->reply_type == NULL ? TEXT("application/json") : text_of(route->reply_type);
}

static bool replay(struct call *call, const struct idempotency_key *key,
                   const struct kept_reply *reply, struct error *err)
{
    struct response *response = call->response;

    if (!text_equal(reply->fingerprint, key->fingerprint)) {
        return error_set(err, ERROR_KEY_REUSED,
                         "this Idempotency-Key came with another request; take a new one");
    }
    response->status = (int)reply->status;
    response->body = reply->body;
    response->content_type = reply->body.data == NULL ? TEXT_ABSENT : type_of_reply(call->route);
    for (size_t i = 0; i + 1 < reply->header_count; i += 2) {
        response_add_header(response, arena_string(call->arena, reply->headers[i]),
                            reply->headers[i + 1]);
    }
    response_add_header(response, "Idempotency-Replayed", TEXT("true"));
    return true;
}

static bool keep(struct call *call, const struct idempotency_key *key, size_t first_header,
                 struct error *err)
{
    const struct response *response = call->response;
    const size_t count = response->header_count - first_header;
    struct text *headers = arena_new_array(call->arena, 2 * count, struct text);

    for (size_t i = 0; i < count; i++) {
        headers[2 * i] = response->headers[first_header + i].name;
        headers[2 * i + 1] = response->headers[first_header + i].value;
    }
    const struct kept_reply reply = {.status = response->status,
                                     .headers = headers,
                                     .header_count = 2 * count,
                                     .body = response->body};
    return store_idempotency_keep(call->db, call->arena, key, text_of(call->route->operation),
                                  &reply, err) ||
           call_refuse_gone_account(err);
}

static bool run_once(struct call *call, const struct idempotency_key *key,
                     bool (*run)(struct call *call, struct error *err), struct error *err)
{
    struct kept_reply reply = {.status = 0};
    const size_t first_header = call->response->header_count;
    bool is_ours = false;
    bool is_found = false;

    if (!store_idempotency_lock(call->db, call->arena, key, &is_ours, err)) {
        return false;
    }
    if (!is_ours) {
        (void)error_set(err, ERROR_KEY_IN_FLIGHT,
                        "a request with this Idempotency-Key is under way"); /* always false */
        err->retry_after_s = 1;
        return false;
    }
    if (!store_idempotency_find(call->db, call->arena, key, &reply, &is_found, err)) {
        return false;
    }
    return is_found ? replay(call, key, &reply, err)
                    : run(call, err) && keep(call, key, first_header, err);
}

bool idempotency_run(struct call *call, bool (*run)(struct call *call, struct error *err),
                     struct error *err)
{
    const struct idempotency_key key = {.user_id = call->user_id,
                                        .key = call->request->idempotency_key,
                                        .fingerprint = fingerprint(call)};
    struct db_transaction transaction;

    if (!check_key(key.key, err) ||
        !db_transaction_begin(call->app->transactions, call->arena, &transaction, err)) {
        return false;
    }
    call->db = transaction.db;
    const bool is_done = run_once(call, &key, run, err) && db_transaction_commit(&transaction, err);
    db_transaction_end(&transaction);
    call->db = call->app->lanes;
    return is_done;
}
