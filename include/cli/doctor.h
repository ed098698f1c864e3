/*
 * What the parts of `quizd doctor` share: a line for each thing that was looked at, and under a
 * FAIL what mends it.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "base/arena.h"
#include "base/config.h"

struct doctor {
    const struct config *config;
    struct arena *arena;
    size_t failures;
};

/* OK    name  … */
void doctor_good(struct doctor *doctor, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* FAIL  name  what
 *       fix: … */
void doctor_bad(struct doctor *doctor, const char *name, struct text what, const char *fix, ...)
    PRINTF_LIKE(4, 5);

/* Settings, key files: what needs no database. */
void doctor_check_settings(struct doctor *doctor);
/* All that the database is asked. */
void doctor_check_database(struct doctor *doctor);

#endif
