/* Members of banks. A bank is there for every user, so whoever is none of its members is told that
 * he may not (403), not that there is no such bank. */
#include "api/bank_members.h"

#include "api/banks.h"
#include "base/limits.h"

enum { DEFAULT_LIMIT = 20, PAGE_MAX = 100, CURSOR_MAX = 64 };

static const struct shape_member PAGE_QUERY_MEMBERS[] = {
    MEMBER_I64_REF(struct page_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = PAGE_MAX, .about = "Default 20."),
    MEMBER_TEXT(struct page_query, cursor, .flags = SHAPE_OPTIONAL, .min = 1, .max = CURSOR_MAX,
                .about = "next_cursor of the page before."),
};
const struct shape PAGE_QUERY_SHAPE = SHAPE_OF("PageQuery", struct page_query, PAGE_QUERY_MEMBERS);

static const struct shape_member PATH_MEMBERS[] = {
    MEMBER_TEXT(struct bank_member_path, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_UUID(struct bank_member_path, user_id),
};
const struct shape BANK_MEMBER_PATH_SHAPE =
    SHAPE_OF("BankMemberPath", struct bank_member_path, PATH_MEMBERS);

static const struct shape_member REQUEST_MEMBERS[] = {
    MEMBER_ENUM(struct bank_member_request, role, &BANK_ROLES,
                .about = "An editor writes, an approver also publishes and retires, an owner also "
                         "changes notes and members."),
};
const struct shape BANK_MEMBER_REQUEST_SHAPE =
    SHAPE_OF("BankMemberRequest", struct bank_member_request, REQUEST_MEMBERS);

static const struct shape_member MEMBER_MEMBERS[] = {
    MEMBER_UUID(struct bank_member, user_id),
    MEMBER_TEXT(struct bank_member, display_name),
    MEMBER_ENUM(struct bank_member, role, &BANK_ROLES),
    MEMBER_TIME(struct bank_member, created_at),
};
const struct shape BANK_MEMBER_SHAPE = SHAPE_OF("BankMember", struct bank_member, MEMBER_MEMBERS);

struct bank_member_page_reply {
    const struct bank_member *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct bank_member_page_reply, data, count, struct bank_member, &BANK_MEMBER_SHAPE),
    MEMBER_BOOL(struct bank_member_page_reply, has_more),
    MEMBER_TEXT(struct bank_member_page_reply, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape BANK_MEMBER_LIST_SHAPE =
    SHAPE_OF("BankMemberList", struct bank_member_page_reply, LIST_MEMBERS);

bool bank_caller_of(struct call *call, struct text slug, struct bank_caller *caller,
                    struct error *err)
{
    const struct bank *bank = NULL;

    if (!call_find_bank(call, slug, &bank, err)) {
        return false;
    }
    *caller = (struct bank_caller){
        .user_id = call->user_id, .bank_id = bank->id, .address = call_client(call).address};
    return true;
}

bool api_list_bank_members(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct page_query *query = call->query;
    const int64_t limit = query->limit == NULL ? DEFAULT_LIMIT : *query->limit;
    struct bank_member_page_reply *out = reply;
    struct bank_member_page page = {.limit = limit + 1};
    struct bank_member_list found;
    struct bank_caller caller;

    if (!bank_caller_of(call, path->bank, &caller, err) ||
        !call_read_cursor(call, query->cursor, &page.after, err) ||
        !store_bank_members_list(call->db, call->arena, &caller, page, &found, err)) {
        return false;
    }
    out->has_more = found.count > (size_t)limit;
    out->count = out->has_more ? (size_t)limit : found.count;
    out->data = found.members;
    out->next_cursor =
        out->has_more ? call_cursor(call, found.members[out->count - 1].user_id) : TEXT_ABSENT;
    return true;
}

bool api_put_bank_member(struct call *call, void *reply, struct error *err)
{
    const struct bank_member_path *path = call->path;
    const struct bank_member_request *body = call->body;
    const struct bank_member_change change = {path->user_id, body->role};
    struct bank_caller caller;

    return bank_caller_of(call, path->bank, &caller, err) &&
           store_bank_members_put(call->db, call->arena, &caller, change, reply, err);
}

bool api_delete_bank_member(struct call *call, void *reply, struct error *err)
{
    const struct bank_member_path *path = call->path;
    struct bank_caller caller;

    (void)reply; /* 204 */
    return bank_caller_of(call, path->bank, &caller, err) &&
           store_bank_members_delete(call->db, call->arena, &caller, path->user_id, err);
}
