/* What the operations of instructors share: which bank it is about, and whether it is theirs. */
#ifndef API_INSTRUCTING_H
#define API_INSTRUCTING_H

#include "api/call.h"
#include "db/db.h"
#include "domain/bank_role.h"

/* call_find_bank, for members of the bank. ERROR_FORBIDDEN. */
NODISCARD bool instructing_find_bank(struct call *call, struct db *db, struct text slug,
                                     const struct bank **bank, struct error *err);

struct instructed_question {
    struct uuid id;
    int64_t version; /* the current one */
    int64_t rank;    /* the caller's in the bank; see bank_role_check() */
    const struct bank *bank;
};
/* The question of an id, for members of its bank. ERROR_NOT_FOUND, for others, too. */
NODISCARD bool instructing_find_question(struct call *call, struct db *db, struct uuid id,
                                         struct instructed_question *question, struct error *err);

/* Something that reads much, on a session of its own. */
typedef bool (*instructing_scan)(struct call *call, struct db *db, void *reply, struct error *err);
NODISCARD bool instructing_run(struct call *call, instructing_scan scan, void *reply,
                               struct error *err);

#endif
