/* What a learner had to do with each question of a bank, from his own attempts. */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/looking_back.h"

/* How many of the last attempts at the bank are looked at. */
enum { HISTORY_ATTEMPTS = 200 };

/* bank->item_count entries, by item. */
NODISCARD bool store_history_list(struct db *db, struct arena *arena, struct uuid user_id,
                                  const struct bank *bank, struct item_history **history,
                                  struct error *err);

#endif
