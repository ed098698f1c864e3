/*
 * What a question is: its words, its key, and what a learner may respond. Plain data that points
 * into whatever arena it was made in. Nothing here knows JSON, SQL or HTTP;
 * `domain/question_shape.h` has the descriptor tables.
 */
#ifndef DOMAIN_QUESTION_H
#define DOMAIN_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/shape.h"
#include "base/text.h"
#include "base/uuid.h"

/* What the bank format (questions/README.md) allows, beside the limits of base/limits.h. Texts in
 * code points. */
enum {
    QUESTION_OPTIONS_MIN = 2,
    QUESTION_OPTIONS_MAX = 10,
    QUESTION_PARTS_MIN = 2, /* items of an ordering, premises of a matching */
    QUESTION_PARTS_MAX = 12,
    QUESTION_CHOICES_MIN = 2, /* of a matching */
    QUESTION_CHOICES_MAX = 26,
    QUESTION_GAPS_MAX = 12,
    QUESTION_ACCEPTED_MAX = 20,
    QUESTION_SECTIONS_MAX = 20,
    QUESTION_TAGS_MAX = 20,
    QUESTION_PART_ID_MAX = 16,
    QUESTION_SHORT_MAX = 500,     /* a short answer, a unit, the arithmetic of a number */
    QUESTION_OPTION_MAX = 4000,   /* the text or feedback of an option */
    QUESTION_MARKDOWN_MAX = 20000 /* stem, explanation */
};

enum question_type {
    QUESTION_SINGLE_CHOICE,
    QUESTION_MULTIPLE_CHOICE,
    QUESTION_TRUE_FALSE,
    QUESTION_NUMERIC,
    QUESTION_SHORT_TEXT,
    QUESTION_ORDERING,
    QUESTION_MATCHING,
    QUESTION_CLOZE,
    QUESTION_TYPE_COUNT
};
extern const struct enumeration QUESTION_TYPES;

/* How the credit of a response comes about; domain/scoring.h says what each means and for which
 * types it can be chosen. */
enum scoring_rule {
    SCORING_ALL_OR_NOTHING,
    SCORING_NET_CORRECT,
    SCORING_COVERAGE,
    SCORING_EACH_DECISION,
    SCORING_OPTION_WEIGHTS,
    SCORING_ADJACENT_PAIRS,
    SCORING_RULE_COUNT
};
extern const struct enumeration SCORING_RULES;

/* What a question says about its scoring. */
struct question_scoring {
    enum scoring_rule rule;
    const int64_t *penalty; /* thousandths taken off for a wrong response; NULL: the exam's */
};

/* A choice option. */
struct question_option {
    struct text id;
    struct text text;
    bool correct;
    const int64_t *weight; /* thousandths; option_weights alone has it, and there NULL is 0 */
    struct text feedback;  /* absent: none */
};

/* An item of an ordering, a premise or a choice of a matching. */
struct part {
    struct text id;
    struct text text;
    struct text feedback; /* absent: none */
};

/* The key of a numeric question: a value with a tolerance, or a range. A bound of a range is there
 * or not; one that is 0 is a bound like any other. */
struct number_key {
    const double *value;       /* NULL: a range */
    const double *min;         /* included; NULL: no lower bound */
    const double *max;         /* included; NULL: no upper bound */
    double tolerance;          /* absolute, >= 0 */
    double relative_tolerance; /* share of |value|, >= 0; the wider of the two holds */
    struct text unit;          /* shown beside the field; absent: none */
    struct text check; /* arithmetic that gives the value; absent: none; never shown to learners */
};

struct accepted_text {
    struct text text; /* '*' stands for any run of characters, "\*" for an asterisk */
};

/* A gap of a cloze; the stem has "[[id]]" in its place. */
struct gap {
    struct text id;
    const struct accepted_text *accepted;
    size_t accepted_count;
    bool case_sensitive;
};

struct question_source {
    const int64_t *line; /* of the notes; NULL: none */
    struct text url;     /* absent: none */
};

/* One version of a question as it is in a bank file. */
struct question {
    struct text slug;
    enum question_type type;
    struct text stem;                      /* Markdown */
    const struct question_option *options; /* choice types */
    size_t option_count;
    const struct number_key *number;      /* numeric */
    const struct accepted_text *accepted; /* short_text */
    size_t accepted_count;
    bool case_sensitive;      /* short_text */
    const struct part *items; /* ordering */
    size_t item_count;
    const struct text *order; /* ordering: the ids of the items in the right order */
    size_t order_count;
    const struct part *premises; /* matching */
    size_t premise_count;
    const struct part *choices; /* matching */
    size_t choice_count;
    const struct shape_map *pairs; /* matching: premise id → choice id */
    const struct gap *gaps;        /* cloze */
    size_t gap_count;
    const struct question_scoring *scoring; /* NULL: the exam's rule, or that of the type */
    struct text explanation;                /* Markdown */
    struct text section;                    /* path of the primary section */
    const struct text *sections;            /* further section paths */
    size_t section_count;
    const struct text *tags;
    size_t tag_count;
    struct text domain; /* slug; absent: none */
    int64_t difficulty; /* 1..5 */
    struct question_source source;
};

/* What a learner answered; which member is set depends on the question's type (see QUESTION_TYPES
 * in questions/README.md). */
struct question_response {
    const struct text *choices;
    size_t choice_count;
    const double *number;
    struct text text;
    const struct text *order;
    size_t order_count;
    const struct shape_map *pairs;
    const struct shape_map *gaps; /* gap id → text */
};

/* The rules that the shape cannot say: exactly one right option, ids unique, order a permutation,
 * pairs complete, members of another type absent, numbers finite … Faults get pointers that begin
 * with `prefix`. */
NODISCARD bool question_check(const struct question *question, struct arena *arena,
                              struct text prefix, struct error *err);
/* Whether the response is of the question's type and names only its own options, each once. Faults
 * begin with `prefix` ("/response"). An empty choice list is a response that is wrong; a missing
 * member is a fault. */
NODISCARD bool question_check_response(const struct question *question,
                                       const struct question_response *response,
                                       struct arena *arena, struct text prefix, struct error *err);

#endif
