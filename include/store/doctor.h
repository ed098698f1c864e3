/* The database as `quizd doctor` sees it. */
#ifndef STORE_DOCTOR_H
#define STORE_DOCTOR_H

#include "base/arena.h"
#include "base/error.h"
#include "db/session.h"

struct doctor_look {
    int64_t version; /* 150004 */
    struct text encoding;
    struct text fsync; /* "on" */
    struct text full_page_writes;
    struct text synchronous_commit;
    int64_t now;      /* of the database's clock */
    struct text role; /* that we are */
    bool is_superuser;
    bool may_create; /* tables in the schema */
};

/* Lists in words, "" where there is nothing: against store/rights.h. */
struct doctor_rights {
    struct text missing;
    struct text beyond;
};

NODISCARD bool store_doctor_look(struct db_session *session, struct arena *arena,
                                 struct doctor_look *look, struct error *err);
NODISCARD bool store_doctor_compare_rights(struct db_session *session, struct arena *arena,
                                           struct doctor_rights *rights, struct error *err);

#endif
