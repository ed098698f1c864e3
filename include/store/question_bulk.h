/* One change of many questions of a bank. */
#ifndef STORE_QUESTION_BULK_H
#define STORE_QUESTION_BULK_H

#include "store/questions.h"

enum { QUESTION_BULK_MAX = 100 };

enum bulk_operation {
    BULK_RETAG,
    BULK_MOVE,
    BULK_REVIEW,
    BULK_RETIRE,
    BULK_PUBLISH,
    BULK_OPERATION_COUNT
};
extern const struct enumeration BULK_OPERATIONS;

struct bulk_change {
    enum bulk_operation operation;
    const struct uuid *ids; /* each once */
    size_t count;
    const struct text *added; /* tags */
    size_t added_count;
    const struct text *removed;
    size_t removed_count;
    struct text section; /* path */
    struct text comment; /* absent: none */
    bool is_dry_run;
    bool is_atomic;   /* all or nothing */
    bool is_separate; /* who wrote a question cannot publish it */
};

/* "done" (or would be), "unchanged", or why not. */
struct bulk_outcome {
    struct uuid id;
    struct text outcome;
};
struct bulk_outcomes {
    const struct bulk_outcome *items; /* in the order of the ids */
    size_t count;
    size_t done_count;
    size_t unchanged_count;
};

/* ERROR_FORBIDDEN where the caller is no member. */
NODISCARD bool store_question_bulk(struct db *db, struct arena *arena,
                                   const struct bank_caller *caller,
                                   const struct bulk_change *change, struct bulk_outcomes *outcomes,
                                   struct error *err);

#endif
