/* Item statistics: what is counted of submitted attempts, and what follows from it. Sums over
 * everybody: no row of theirs knows a person. For sessions of their own, never the lanes. */
#ifndef STORE_STATISTICS_H
#define STORE_STATISTICS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/item_statistics.h"
#include "store/sweep.h"

/* Counts up to `limit` submitted attempts that are not counted yet (of `user_id`; nil: anybody's),
 * in the transaction of `db`. Any number of servers may do so at once. */
NODISCARD bool store_statistics_count(struct db *db, struct arena *arena, struct uuid user_id,
                                      int64_t limit, int64_t *counted, struct error *err);
/* The same in a transaction of its own. */
NODISCARD bool store_statistics_sweep(const struct sweep *sweep, int64_t limit, int64_t *counted,
                                      struct error *err);
/* Finds out anew which flags a few of the questions have whose tallies have changed; in one
 * transaction. */
NODISCARD bool store_statistics_judge(const struct sweep *sweep, size_t *judged, struct error *err);

/* Of one version, in one exam or (exam "") in none. */
struct question_tallies {
    int64_t version;
    struct text exam;
    struct item_tallies tallies;
};
struct question_tallies_list {
    const struct question_tallies *items; /* newest version first, exams ascending */
    size_t count;
};
struct question_key {
    struct uuid bank_id;
    struct uuid question_id;
    const int64_t *version; /* NULL: all */
};
NODISCARD bool store_statistics_get(struct db *db, struct arena *arena,
                                    const struct question_key *key,
                                    struct question_tallies_list *list, struct error *err);

/* What is counted of an exam, and what its questions need to be weighed. */
struct exam_counts {
    struct exam_tallies tallies;
    struct exam_spread spread;
};
NODISCARD bool store_statistics_get_exam(struct db *db, struct arena *arena, struct uuid bank_id,
                                         struct text exam, struct exam_counts *counts,
                                         struct error *err);

struct question_place {
    struct uuid bank_id;
    int64_t version; /* the current one */
    int64_t rank;    /* the caller's in the bank, at least 1 */
};
/* ERROR_NOT_FOUND, where the caller is no member of its bank, too. */
NODISCARD bool store_statistics_find_question(struct db *db, struct arena *arena,
                                              struct uuid caller_id, struct uuid question_id,
                                              struct question_place *place, struct error *err);

struct flagged_question {
    struct uuid question_id;
    struct text slug;
    int64_t version;
    int64_t answers;
    const struct text *flags; /* names of ITEM_FLAGS */
    size_t flag_count;
    int64_t judged_at;
};
struct flagged_filter {
    struct uuid bank_id;
    const enum item_flag *flag; /* NULL: any */
    struct uuid after;          /* nil: from the first */
    int64_t limit;
};
/* Current versions that are flagged, ascending by id. */
NODISCARD bool store_statistics_list_flagged(struct db *db, struct arena *arena,
                                             const struct flagged_filter *filter,
                                             struct flagged_question **questions, size_t *count,
                                             struct error *err);

#endif
