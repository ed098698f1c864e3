/* What a learner had to do with each question of a bank, and what he knows of it: all that a paper
 * is chosen by, in one read. */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/looking_back.h"

/* How many of the last attempts at the bank are looked at, beside all of the last day: of a little
 * more than a day here, because the database's clock says what that is. */
enum { HISTORY_ATTEMPTS = 200 };
#define HISTORY_SURE_US (INT64_C(25) * 60 * 60 * 1000000)

struct history_wish {
    struct uuid user_id;
    const struct bank *bank;
    bool has_evidence;
    bool has_memories;
};
struct learner_past {
    struct item_history *history; /* by item of the bank */
    struct evidence *evidence;    /* by section of the bank; none without has_evidence */
    struct review_list memories;  /* none without has_memories */
};
NODISCARD bool store_history_list(struct db *db, struct arena *arena,
                                  const struct history_wish *wish, struct learner_past *past,
                                  struct error *err);

#endif
