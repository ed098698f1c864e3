/* Finding questions of a bank. The sessions should plan each execution anew (db/pool.h). */
#ifndef STORE_QUESTION_FIND_H
#define STORE_QUESTION_FIND_H

#include "store/questions.h"

/* What is absent, NULL, nil or 0 lets all through. */
struct question_filter {
    const enum question_state *state;
    const enum question_type *type;
    const int64_t *difficulty;
    struct text tag;
    struct text domain;
    const struct uuid *sections; /* none: any */
    size_t section_count;
    struct uuid author_id;
    const bool *needs_review;
    const bool *is_reported; /* has an open report */
    struct text words;       /* as in a web search */
    struct text like;        /* a text that questions are like */
    struct text language;    /* of the bank */
    struct uuid after;       /* of the page before; with its score where words or likeness rank */
    double after_score;
    int64_t limit;
};

struct found_question {
    struct uuid id; /* nil: none, in rows */
    struct text slug;
    struct text state;
    int64_t version;
    const int64_t *published_version;
    struct text type;
    struct text section; /* path */
    int64_t difficulty;
    const struct text *tags;
    size_t tag_count;
    struct text domain;
    struct text stem;
    struct uuid author_id;
    struct text author_name;
    int64_t edited_at;
    int64_t needs_review_at;
    int64_t open_reports;
    const double *score; /* NULL: nothing ranks */
};
struct found_questions {
    const struct found_question *items;
    size_t count;
};

struct question_twin {
    struct uuid id;
    struct text slug;
    struct text state;
    struct text stem;
    double score;
};
struct question_twins {
    const struct question_twin *items;
    size_t count;
};

/* Newest first, or the best first where words or likeness rank. ERROR_FORBIDDEN. */
NODISCARD bool store_question_find(struct db *db, struct arena *arena,
                                   const struct bank_caller *caller,
                                   const struct question_filter *filter,
                                   struct found_questions *found, struct error *err);

/* Whose twins are looked for. */
struct twin_wish {
    struct text language;
    struct text compared; /* what tells the question from others */
    struct uuid self;     /* nil: it is not saved yet */
    double threshold;
};
NODISCARD bool store_question_find_twins(struct db *db, struct arena *arena,
                                         const struct bank_caller *caller,
                                         const struct twin_wish *wish, struct question_twins *twins,
                                         struct error *err);

#endif
