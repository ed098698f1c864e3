/* Who may do what with a bank. Statements on questions ask bank_rank() by themselves. */
#ifndef STORE_BANK_MEMBERS_H
#define STORE_BANK_MEMBERS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/bank_role.h"

struct bank_member {
    struct uuid user_id;
    struct text display_name;
    enum bank_role role;
    int64_t created_at;
};

struct bank_member_list {
    const struct bank_member *members;
    size_t count;
};

struct bank_member_page {
    struct uuid after; /* nil: from the first */
    int64_t limit;
};

/* One change of the members. */
struct bank_member_change {
    struct uuid user_id;
    enum bank_role role;
};

/* Who asks, and of which bank. */
struct bank_caller {
    struct uuid user_id;
    struct uuid bank_id;
    struct text address; /* of the client, for the audit */
};

/* Whether the caller has the rights of a role in the bank: for what cannot ask in the statement
 * that does it, such as the start of a job. ERROR_FORBIDDEN. */
NODISCARD bool store_bank_members_require(struct db *db, struct arena *arena,
                                          const struct bank_caller *caller, enum bank_role role,
                                          struct error *err);
/* ERROR_FORBIDDEN. */
NODISCARD bool store_bank_members_list(struct db *db, struct arena *arena,
                                       const struct bank_caller *caller,
                                       struct bank_member_page page, struct bank_member_list *list,
                                       struct error *err);
/* For owners. ERROR_FORBIDDEN; ERROR_NOT_FOUND where there is no such account. */
NODISCARD bool store_bank_members_put(struct db *db, struct arena *arena,
                                      const struct bank_caller *caller,
                                      struct bank_member_change change, struct bank_member *member,
                                      struct error *err);
/* For owners. ERROR_FORBIDDEN; ERROR_NOT_FOUND where the user is no member. */
NODISCARD bool store_bank_members_delete(struct db *db, struct arena *arena,
                                         const struct bank_caller *caller, struct uuid user_id,
                                         struct error *err);

#endif
