/* Who may do what with a bank, in the hands of its owners. */
#ifndef API_BANK_MEMBERS_H
#define API_BANK_MEMBERS_H

#include "api/call.h"
#include "base/shape.h"
#include "store/bank_members.h"

struct page_query {
    const int64_t *limit;
    struct text cursor;
};
struct bank_member_path {
    struct text bank;
    struct uuid user_id;
};
struct bank_member_request {
    enum bank_role role;
};
extern const struct shape PAGE_QUERY_SHAPE;
extern const struct shape BANK_MEMBER_PATH_SHAPE;
extern const struct shape BANK_MEMBER_REQUEST_SHAPE;
extern const struct shape BANK_MEMBER_SHAPE;
extern const struct shape BANK_MEMBER_LIST_SHAPE;

/* The caller as the store wants him, for the bank that a slug names. ERROR_NOT_FOUND. */
NODISCARD bool bank_caller_of(struct call *call, struct text slug, struct bank_caller *caller,
                              struct error *err);
bool api_list_bank_members(struct call *call, void *reply, struct error *err);
bool api_put_bank_member(struct call *call, void *reply, struct error *err);
bool api_delete_bank_member(struct call *call, void *reply, struct error *err);

#endif
