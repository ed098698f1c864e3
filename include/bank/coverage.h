/*
 * What a bank has for each section of its notes, each domain and each exam, and what it lacks. A
 * section with text wants COVERAGE_SECTION_MIN questions of its own; an exam wants to be filled
 * COVERAGE_PAPERS times over without using a question twice, and with no two near-duplicates in one
 * paper. Pure.
 */
#ifndef BANK_COVERAGE_H
#define BANK_COVERAGE_H

#include "bank/folder.h"
#include "base/shape.h"

enum {
    COVERAGE_SECTION_MIN = 3,
    COVERAGE_PAPERS = 3,
    COVERAGE_PAPERS_MAX = 20, /* more are not counted */
    COVERAGE_LEVELS = EXAM_DIFFICULTY_MAX
};

struct coverage_type {
    enum question_type type;
    int64_t questions;
};

struct coverage_tally {
    int64_t questions;
    const int64_t *by_difficulty; /* of 1…5 */
    size_t difficulty_count;
    const struct coverage_type *by_type; /* all types */
    size_t type_count;
};

struct coverage_section {
    struct text path;
    struct text title;
    int64_t depth;
    bool has_text;
    struct coverage_tally own; /* questions of which it is the primary section */
    int64_t subtree_questions; /* with all below */
    int64_t missing;
};

struct coverage_domain {
    struct text slug;
    struct text title;
    int64_t weight; /* percent wanted, over the whole bank */
    int64_t share;  /* of the questions, thousandths */
    struct coverage_tally own;
    int64_t needed; /* by the exam that asks most of it, COVERAGE_PAPERS times */
    int64_t missing;
};

/* One entry of an exam's blueprint. */
struct coverage_share {
    struct text domain;  /* one of the two is absent */
    struct text section; /* with all below */
    int64_t needed;      /* for one paper */
    int64_t questions;   /* that there are */
    int64_t missing;     /* when COVERAGE_PAPERS papers are filled */
};

struct coverage_exam {
    struct text slug;
    struct text title;
    int64_t size;
    int64_t papers; /* that can be filled, COVERAGE_PAPERS_MAX at most; bands of difficulty and
                       pilot questions left out */
    const struct coverage_share *shares;
    size_t share_count;
};

struct coverage {
    struct text slug;
    struct text title;
    struct coverage_tally all;
    const struct coverage_section *sections; /* notes order */
    size_t section_count;
    const struct coverage_domain *domains;
    size_t domain_count;
    const struct coverage_exam *exams;
    size_t exam_count;
    bool is_complete; /* nothing is missing */
};
extern const struct shape COVERAGE_SHAPE;

/* The folder must have been read without errors. */
struct coverage coverage_of(struct arena *arena, const struct bank_folder *folder);

#endif
