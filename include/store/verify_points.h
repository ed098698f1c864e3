/*
 * A learner's points at a bank, replayed from his attempts in the order in which they counted. Only
 * for store/verify_owner.c and store/regrade_points.c.
 */
#ifndef STORE_VERIFY_POINTS_H
#define STORE_VERIFY_POINTS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/points.h"

struct verify_points;
NONNULL_RETURN struct verify_points *verify_points_create(struct arena *arena);
/* Adds an attempt that has left all behind. */
void verify_points_add(struct verify_points *points, const struct attempt *attempt,
                       const struct attempt_sheet *sheet);

/* A day on which stored and replayed points differ. */
struct points_difference {
    struct text day;
    bool is_stored;
    const int64_t *stored_keys;
    size_t stored_count;
    int64_t stored_points;
    struct points_day replayed;
};
struct points_key {
    struct uuid user_id;
    struct uuid bank_id;
};
NODISCARD bool verify_points_compare(struct verify_points *points, struct db *db,
                                     const struct points_key *key,
                                     const struct points_difference **differences, size_t *count,
                                     struct error *err);
/* Makes such a day what was replayed, unless it is another by now. */
NODISCARD bool verify_points_mend(struct db *db, struct arena *arena, const struct points_key *key,
                                  const struct points_difference *difference, struct error *err);
/* To be called before the attempts are read: those that ended before there were points get a day.
 */
NODISCARD bool verify_points_date(struct db *db, struct arena *arena, struct error *err);

#endif
