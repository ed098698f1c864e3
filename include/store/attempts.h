/* Attempts, their answers and the evidence these leave. Every function keeps to one user's rows. */
#ifndef STORE_ATTEMPTS_H
#define STORE_ATTEMPTS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/aftermath.h"
#include "domain/attempt.h"

struct attempt_answers {
    const struct answer *answers; /* by position */
    size_t count;
};

/* One answer to record. */
struct new_answer {
    struct uuid user_id;
    struct uuid attempt_id;
    struct uuid question_id;
    const struct uuid *section_ids; /* that its evidence is spread over, the primary one first */
    size_t section_count;
    double likelihood[KNOWLEDGE_POINTS]; /* for each of these */
    struct answer answer;                /* recorded_at is not read */
    bool is_final; /* its feedback is about to be shown: counts as evidence now, and nothing may
                      replace it */
};

/* What stands at the position after the statement. */
struct recorded_answer {
    bool is_recorded; /* false: what stood there stays */
    enum attempt_state state;
    const int64_t *revision; /* NULL: nothing stands there */
    struct text response;
    const int64_t *credit;
    int64_t recorded_at;
};

struct attempt_closing {
    struct uuid user_id;
    struct uuid attempt_id;
    int64_t answer_sequence; /* that the score was made from */
    struct attempt_score score;
    const struct bank *bank;
    struct aftermath after;
};

struct attempt_entry {
    struct uuid id;
    struct uuid bank_id;
    enum attempt_mode mode;
    enum attempt_feedback feedback;
    enum attempt_state state;
    int64_t size;
    int64_t started_at;
    int64_t deadline_at;
    int64_t submitted_at;
    const int64_t *raw;
    const int64_t *max;
};

/* Stores a new attempt; fills started_at. Safe to run twice with the same id. */
NODISCARD bool store_attempts_start(struct db *db, struct arena *arena, struct attempt *attempt,
                                    struct error *err);
/* ERROR_NOT_FOUND, also for another user's. */
NODISCARD bool store_attempts_get(struct db *db, struct arena *arena, struct uuid user_id,
                                  struct uuid id, struct attempt *attempt, struct error *err);
/* The same with its answers, from one snapshot. `attempt->user_id` and `attempt->id` say which. */
NODISCARD bool store_attempts_get_with_answers(struct db *db, struct arena *arena,
                                               struct attempt *attempt,
                                               struct attempt_answers *answers, struct error *err);
/* At most `limit` of a user's attempts, newest first, behind `after` (nil: from the first). */
struct attempt_page {
    struct uuid user_id;
    struct uuid after;
    int64_t limit;
};
NODISCARD bool store_attempts_list(struct db *db, struct arena *arena,
                                   const struct attempt_page *page, struct attempt_entry **entries,
                                   size_t *count, struct error *err);
/* Records unless the attempt is closed, the answer final or the revision not higher; says what
 * stands there. ERROR_NOT_FOUND. */
NODISCARD bool store_attempts_record_answer(struct db *db, struct arena *arena,
                                            const struct new_answer *answer,
                                            struct recorded_answer *outcome, struct error *err);
/* *submitted_at stays 0 where the attempt is closed already or an answer came in between. */
NODISCARD bool store_attempts_submit(struct db *db, struct arena *arena,
                                     const struct attempt_closing *closing, int64_t *submitted_at,
                                     struct error *err);
/* The user's evidence by section of the bank: bank->section_count entries. Evidence of sections
 * that left the notes is not read. */
NODISCARD bool store_evidence_list(struct db *db, struct arena *arena, struct uuid user_id,
                                   const struct bank *bank, struct evidence **evidence,
                                   struct error *err);

#endif
