/*
 * Regrading answers to a question version. A decision is written in one transaction together with
 * the list of answers it is about, and carried out behind the requests, an attempt a transaction:
 * thousands of attempts in one would keep their learners' rows locked for as long, and every answer
 * of theirs in a lane would wait. What was done is known by attempt, so that it goes on after a
 * crash, is never done twice, and can be undone.
 */
#ifndef STORE_REGRADES_H
#define STORE_REGRADES_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "db/pool.h"
#include "domain/evidence.h"
#include "domain/regrade.h"
#include "store/snapshot.h"
#include "store/sweep.h"

enum regrade_state {
    REGRADE_RUNNING,
    REGRADE_DONE,
    REGRADE_REVERTING,
    REGRADE_REVERTED,
    REGRADE_STATE_COUNT
};
extern const struct enumeration REGRADE_STATES;

struct regrade {
    struct uuid id;
    struct uuid bank_id;
    struct uuid question_id;
    int64_t version;     /* whose answers */
    int64_t key_version; /* by whose key */
    enum regrade_policy policy;
    enum regrade_state state;
    struct uuid created_by;
    int64_t created_at;
    int64_t finished_at;
    struct uuid reverted_by;
    int64_t reverted_at;
};
struct regrade_counts {
    int64_t attempts; /* with an answer to the version */
    int64_t left_to_do;
    int64_t failed; /* cannot be read; left as they are */
    int64_t changed;
    int64_t raised;
    int64_t lowered;
    int64_t newly_passed;
    int64_t newly_failed;
};
/* One answer, and what the decision does to its attempt. Points in thousandths. */
struct regrade_place {
    struct uuid user_id;
    struct uuid attempt_id;
    int64_t position;
};
struct regraded_answer {
    struct regrade_place place;
    int64_t old_points;
    int64_t new_points;
    int64_t old_raw;
    int64_t new_raw;
    int64_t old_max;
    int64_t new_max;
    const bool *was_passed; /* NULL: there is no pass mark */
    const bool *is_passed;
};

/* ---- what a decision does to an attempt ---- */

struct regrade_reader {
    struct db *db;       /* a session's: attempts are read in its transaction */
    struct db *items_db; /* for question versions that the snapshot has no more */
    const struct snapshot *snapshot;
    struct arena *arena;
};
struct regrade_effect {
    const struct bank *bank;
    struct attempt attempt;
    struct attempt_sheet before;
    struct attempt_sheet after;
    struct regraded_answer change;
    struct mark mark;      /* after */
    int64_t credit_change; /* of the answer */
    int64_t recorded_at;   /* 0: there is no answer */
    bool is_dropped;       /* after */
    bool is_change;
};
/* Fills the attempt with its questions alone: bank, attempt and before. */
NODISCARD bool regrade_read_attempt(const struct regrade_reader *reader,
                                    const struct regrade_place *place,
                                    struct regrade_effect *effect, struct error *err);
/* `is_undo`: what taking it back does. The same function serves dry runs and the deed. */
NODISCARD bool store_regrades_find_effect(const struct regrade_reader *reader,
                                          const struct regrade *regrade,
                                          const struct regrade_place *place, bool is_undo,
                                          struct regrade_effect *effect, struct error *err);
/* Adds what an attempt says about the sections of its bank (bank->section_count). */
void regrade_add_evidence(const struct regrade_effect *effect, const struct attempt_sheet *sheet,
                          struct arena *arena, struct evidence *sums);

/* ---- decisions ---- */

struct regrade_order {
    struct regrade regrade; /* bank, question, versions, policy and who; the rest is filled */
    struct text address;    /* of the client */
};
/* Writes the decision, or finds the same one in force: then answers scored since are added to it,
 * and where there are none nothing changes. ERROR_REGRADE_IN_FORCE where another one is. */
NODISCARD bool store_regrades_start(struct db_pool *pool, struct arena *arena,
                                    struct regrade_order *order, struct error *err);
/* Takes one back; nothing happens where that was done before. */
NODISCARD bool store_regrades_revert(struct db *db, struct arena *arena,
                                     const struct regrade_order *order, struct error *err);
struct regrade_list {
    struct regrade *items; /* newest first, at most 100 */
    size_t count;
};
/* Those of a question; `id` not nil: that one alone. */
NODISCARD bool store_regrades_list(struct db *db, struct arena *arena, struct uuid question_id,
                                   struct uuid id, struct regrade_list *list, struct error *err);
NODISCARD bool store_regrades_count(struct db *db, struct arena *arena, struct uuid id,
                                    struct regrade_counts *counts, struct error *err);
struct regraded_list {
    struct regraded_answer *items;
    size_t count;
};
/* What has changed, at most `limit`. */
NODISCARD bool store_regrades_list_changes(struct db *db, struct arena *arena, struct uuid id,
                                           int64_t limit, struct regraded_list *list,
                                           struct error *err);
/* Answers that the decision would be applied to. */
struct regrade_places {
    struct regrade_place *items;
    size_t count;
};
NODISCARD bool store_regrades_list_candidates(struct db *db, struct arena *arena,
                                              const struct regrade *regrade, int64_t limit,
                                              struct regrade_places *places, struct error *err);

/* Carries out up to `limit` answers of all decisions, each in a transaction; *done gets how many.
 */
NODISCARD bool store_regrades_work(const struct sweep *sweep, size_t limit, size_t *done,
                                   struct error *err);

#endif
