/* Days of study. Their sums are written by store_attempts_close. */
#ifndef STORE_PROGRESS_H
#define STORE_PROGRESS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/progress.h"

struct progress_wish {
    struct uuid user_id;
    struct uuid bank_id;
    struct text zone;
};
struct progress_days {
    bool is_known_zone; /* false: the database does not know the time zone, and the rest is empty */
    int64_t today;
    struct study_day *days; /* descending; only those with activity, the latest ten years */
    size_t count;
};
/* Only which day it is in the zone, and whether there is such a zone. */
NODISCARD bool store_progress_today(struct db *db, struct arena *arena, struct text zone,
                                    struct progress_days *days, struct error *err);
NODISCARD bool store_progress_list(struct db *db, struct arena *arena,
                                   const struct progress_wish *wish, struct progress_days *days,
                                   struct error *err);

#endif
