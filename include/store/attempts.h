/* Attempts, their answers and the evidence these leave. Every function keeps to one user's rows. */
#ifndef STORE_ATTEMPTS_H
#define STORE_ATTEMPTS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/aftermath.h"
#include "domain/attempt.h"
#include "store/items.h"

struct attempt_answers {
    const struct answer *answers; /* by position */
    size_t count;
};

/* One answer to record. */
struct new_answer {
    struct uuid user_id;
    struct uuid attempt_id;
    struct uuid question_id;
    struct answer answer;           /* recorded_at is not read */
    bool is_final;                  /* its feedback is about to be shown: nothing may replace it */
    const struct uuid *section_ids; /* that it is evidence for now, the primary one first */
    size_t section_count;           /* 0: it is none now */
    double likelihood[KNOWLEDGE_POINTS]; /* for each of these */
};

/* Answers of one user to different positions of one attempt. */
struct new_answers {
    struct uuid user_id;
    struct uuid attempt_id;
    const struct new_answer *items; /* their user_id and attempt_id are not read */
    size_t count;
    int64_t grace_ms; /* after the deadline */
};

/* What stands at the position after the statement. */
struct recorded_answer {
    int64_t position;
    bool is_recorded; /* false: what stood there stays */
    enum attempt_state state;
    bool is_over;            /* the deadline and the grace have passed */
    const int64_t *revision; /* NULL: nothing stands there */
    struct text response;    /* absent: taken back */
    const int64_t *credit;
    const int64_t *points;
    const int64_t *certainty;
    const bool *is_flagged;
    const bool *is_final;
    int64_t recorded_at;
};

struct attempt_closing {
    struct uuid user_id;
    struct uuid attempt_id;
    int64_t answer_sequence; /* that the score was made from */
    struct attempt_score score;
    const struct bank *bank;
    struct aftermath after;
    const int64_t *grace_ms; /* after the deadline; NULL: the sweeper, which has locked the row and
                                looked at the time */
};
/* Scores an attempt as it was read: the score, and what it leaves behind. `known`: the memories of
 * its questions. */
struct attempt_closing store_attempts_closing(const struct attempt *attempt,
                                              const struct attempt_sheet *sheet,
                                              const struct bank *bank, struct review_list known,
                                              struct arena *arena);

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
    struct attempt_rules rules;
    int64_t read_at; /* the database's clock */
};

/* Stores a new attempt; fills started_at. Safe to run twice with the same id. */
NODISCARD bool store_attempts_start(struct db *db, struct arena *arena, struct attempt *attempt,
                                    struct error *err);
/* What became of a start at an exam. */
enum exam_start {
    EXAM_STARTED,
    EXAM_EARLY,
    EXAM_LATE,
    EXAM_USED_UP,
    EXAM_GONE,
    EXAM_BUSY,
    EXAM_START_COUNT
};
/* Stores a new attempt at the exam where its window is open and attempts are left; fills started_at
 * and deadline_at, by the database's clock. Safe to run twice with the same id. */
NODISCARD bool store_attempts_start_exam(struct db *db, struct arena *arena,
                                         const struct exam *exam, struct attempt *attempt,
                                         enum exam_start *outcome, struct error *err);
/* ERROR_NOT_FOUND, also for another user's. `attempt->user_id` and `attempt->id` say which. `old`:
 * its questions' versions that the bank has moved on from. */
NODISCARD bool store_attempts_get(struct db *db, struct arena *arena, struct attempt *attempt,
                                  struct item_versions *old, struct error *err);
/* The same with its answers, from one snapshot, and without `old`. */
NODISCARD bool store_attempts_get_with_answers(struct db *db, struct arena *arena,
                                               struct attempt *attempt,
                                               struct attempt_answers *answers, struct error *err);
/* The same with all that closing it needs. */
struct attempt_leavings {
    struct review_list memories; /* of its questions */
    struct item_versions old;
};
NODISCARD bool store_attempts_get_to_close(struct db *db, struct arena *arena,
                                           struct attempt *attempt, struct attempt_answers *answers,
                                           struct attempt_leavings *leavings, struct error *err);
/* At most `limit` of a user's attempts, newest first, behind `after` (nil: from the first). */
struct attempt_page {
    struct uuid user_id;
    struct uuid after;
    int64_t limit;
    struct uuid bank_id; /* these four: nil or absent: any */
    struct text state;
    struct text mode;
    struct text exam;
};
NODISCARD bool store_attempts_list(struct db *db, struct arena *arena,
                                   const struct attempt_page *page, struct attempt_entry **entries,
                                   size_t *count, struct error *err);
/* Records unless the attempt is closed, its time over, the answer final or the revision not higher;
 * says what stands at each position: `answers->count` outcomes, by position. ERROR_NOT_FOUND. */
NODISCARD bool store_attempts_record_answers(struct db *db, struct arena *arena,
                                             const struct new_answers *answers,
                                             struct recorded_answer **outcomes, struct error *err);
/* Closes an attempt, or adds what waited. *submitted_at stays 0 where the attempt is closed already
 * or an answer came in between. ERROR_ATTEMPT_CLOSED where its time is over. */
NODISCARD bool store_attempts_close(struct db *db, struct arena *arena,
                                    const struct attempt_closing *closing, int64_t *submitted_at,
                                    struct error *err);
/* Closes the attempt to answers before it is scored; *submitted_at as in store_attempts_close. */
NODISCARD bool store_attempts_stop(struct db *db, struct arena *arena,
                                   const struct attempt_closing *closing, int64_t *submitted_at,
                                   struct error *err);
/* Removes an unfinished practice attempt as it was read (answer_sequence), with its answers, and
 * takes back the evidence they were. *is_deleted stays false where an answer came in between. */
struct attempt_removal {
    const struct attempt *attempt;
    const struct bank *bank;
    const struct evidence *evidence; /* by section of the bank */
    const struct evidence *others;   /* of all other attempts: when something was answered last */
};
NODISCARD bool store_attempts_delete(struct db *db, struct arena *arena,
                                     const struct attempt_removal *removal, bool *is_deleted,
                                     struct error *err);
/* The rules as they are stored; absent: practice from before there were rules. */
NODISCARD bool store_attempts_read_rules(struct arena *arena, struct text json,
                                         enum attempt_feedback feedback,
                                         struct attempt_rules *rules, struct error *err);

#endif
