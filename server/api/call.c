/* What handlers share. */
#include "api/call.h"

#include "http/client_address.h"

struct client call_client(const struct call *call)
{
    char address[ADDRESS_TEXT_BYTES];
    char network[ADDRESS_TEXT_BYTES];

    client_address(&call->app->proxies, call->request, address);
    address_network(text_of(address), network);
    return (struct client){.address = arena_copy(call->arena, text_of(address)),
                           .network = arena_copy(call->arena, text_of(network))};
}

bool call_has_fresh(struct call *call, struct text tag)
{
    const struct text quoted = arena_printf(call->arena, "\"%.*s\"", TEXT_ARG(tag));

    response_add_header(call->response, "ETag", quoted);
    if (!text_equal(call->request->if_none_match, quoted)) {
        return false;
    }
    call->response->status = 304;
    return true;
}

bool call_read_match(const struct call *call, struct text *tag, struct error *err)
{
    const struct text given = text_trim(call->request->if_match);
    const bool is_quoted = given.len >= 2 && given.data[0] == '"';

    if (given.data == NULL) {
        return error_set(err, ERROR_ETAG_REQUIRED,
                         "send If-Match with the ETag of what you have seen");
    }
    *tag = is_quoted ? text_slice(given, 1, given.len - 2) : given;
    return true;
}

bool call_take_side_road(struct call *call, struct db_pool *pool, struct side_road *road,
                         struct error *err)
{
    *road = (struct side_road){.db = call->db, .pool = pool};
    if (call->db != call->app->lanes) {
        return true;
    }
    if (!db_pool_take(pool, &road->session, err)) {
        return false;
    }
    road->db = db_over_session(road->session, call->arena);
    return true;
}

void call_leave_side_road(struct side_road *road)
{
    db_pool_give_back(road->pool, road->session);
}

bool call_find_bank(struct call *call, struct text slug, const struct bank **bank,
                    struct error *err)
{
    const struct snapshot *snapshot = NULL;

    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err)) {
        return false;
    }
    *bank = snapshot_find_bank(snapshot, slug);
    return *bank != NULL || error_set(err, ERROR_NOT_FOUND, "there is no such bank");
}

bool call_read_cursor(struct call *call, struct text cursor, struct uuid *after, struct error *err)
{
    return cursor.data == NULL || uuid_parse(cursor, after) ||
           error_add_parameter_fault(err, call->arena, TEXT("cursor"), FAULT_BAD_FORMAT,
                                     "this is not a cursor of this list");
}

struct text call_cursor(struct call *call, struct uuid last)
{
    char id[UUID_TEXT_BYTES + 1];

    return arena_copy(call->arena, uuid_format(last, id));
}

bool call_refuse_gone_account(struct error *err)
{
    if (err->code == ERROR_NOT_FOUND) {
        *err = (struct error){.code = ERROR_NONE};
        (void)error_set(err, ERROR_INVALID_TOKEN,
                        "the account of this access token is gone"); /* always false */
    }
    return false;
}
