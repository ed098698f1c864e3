/* What is remembered of questions. Written by store_attempts_close. */
#ifndef STORE_REVIEWS_H
#define STORE_REVIEWS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/reviews.h"

/* All of the learner's in the bank, ascending by question. */
NODISCARD bool store_reviews_list(struct db *db, struct arena *arena, struct uuid user_id,
                                  struct uuid bank_id, struct review_list *reviews,
                                  struct error *err);

#endif
