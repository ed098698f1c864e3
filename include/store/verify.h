/*
 * Replaying what is stored: every answer is scored again from its pinned version, response and
 * rules, every score summed again, every learner's evidence, memories, activity and points added up
 * again, and all compared with what the database holds.
 */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "db/session.h"
#include "store/snapshot.h"

struct verify_counts {
    int64_t attempts;
    int64_t answers;
    int64_t evidence;    /* sections of learners */
    int64_t reviews;     /* questions that learners have a memory of */
    int64_t quarters;    /* of an hour in which a learner did something */
    int64_t mended_days; /* whose points were not what the answers say */
    int64_t differences;
};

struct verify_options {
    struct db *db; /* for question versions that the snapshot has no more */
    /* One difference in words; good during the call. */
    void (*report)(void *context, const char *difference);
    void *context;
    bool mends_points; /* makes stored points what the answers say, instead of reporting them */
};

/* Reads everything as it was at one moment. */
NODISCARD bool store_verify(struct db_session *session, const struct verify_options *options,
                            struct verify_counts *counts, struct error *err);

#endif
