/* What the operations of instructors share: which bank it is about, and whether it is theirs. */
#ifndef API_INSTRUCTING_H
#define API_INSTRUCTING_H

#include "api/call.h"
#include "db/db.h"

/* THE place that says whether the caller may instruct at a bank; roles are in the route's row.
 * ERROR_FORBIDDEN. */
NODISCARD bool instructing_may(struct call *call, const struct bank *bank, struct error *err);
/* call_find_bank, for instructors of the bank. */
NODISCARD bool instructing_find_bank(struct call *call, struct text slug, const struct bank **bank,
                                     struct error *err);

struct instructed_question {
    struct uuid id;
    int64_t version; /* the current one */
    const struct bank *bank;
};
/* The question of an id, for instructors of its bank. ERROR_NOT_FOUND. */
NODISCARD bool instructing_find_question(struct call *call, struct db *db, struct uuid id,
                                         struct instructed_question *question, struct error *err);

/* Something that reads much, on a session of its own. */
typedef bool (*instructing_scan)(struct call *call, struct db *db, void *reply, struct error *err);
NODISCARD bool instructing_run(struct call *call, instructing_scan scan, void *reply,
                               struct error *err);

#endif
