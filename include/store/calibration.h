/* Calibrating a bank: reads the first answer of every learner to every question version in bounded
 * memory, fits the two-parameter model, and writes what it found in one transaction. */
#ifndef STORE_CALIBRATION_H
#define STORE_CALIBRATION_H

#include "base/arena.h"
#include "base/error.h"
#include "db/session.h"
#include "domain/item_response.h"

struct calibration_options {
    struct text bank;    /* slug */
    int64_t answers_min; /* of a version */
    size_t answers_max;  /* that are looked at; beyond it learners are left out. 0: 8 million */
    int64_t delay_s;     /* until it is in force: every server has to have read it by then */
    bool is_dry_run;
    void (*reading)(void *context, size_t answers, size_t learners); /* NULL: none */
    const struct irt_watch *watch;                                   /* NULL: none */
    void *context;
};
struct calibration_counts {
    int64_t items;   /* with enough answers */
    int64_t changed; /* of these, written: what is found again is not */
    int64_t learners;
    int64_t answers;
    int64_t left_out; /* learners beyond the limit; their answers were not looked at */
    int64_t rounds;
    int64_t in_force_at;
};

/* ERROR_NOT_FOUND: no such bank. ERROR_INTERNAL: the fit did not settle; nothing is written. */
NODISCARD bool store_calibrate(struct db_session *session,
                               const struct calibration_options *options,
                               struct calibration_counts *counts, struct error *err);

#endif
