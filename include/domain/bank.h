/*
 * A bank as the server keeps it in memory: sections in notes order and the published questions.
 * Immutable once bank_index has run, so any number of threads read it without a lock. Sections are
 * in preorder: the subtree of section i is [i, sections[i].subtree_end).
 */
#ifndef DOMAIN_BANK_H
#define DOMAIN_BANK_H

#include "domain/exam.h"
#include "domain/knowledge.h"
#include "domain/question.h"

enum { BANK_NO_SECTION = -1 };

struct link {
    struct text url;
    struct text title; /* the link's text */
};

struct section {
    struct uuid id;
    struct text path;   /* slugs joined by '/' */
    struct text anchor; /* GitHub anchor, unique in the document */
    struct text title;
    int64_t depth;    /* 1 = top */
    int64_t parent;   /* index, or BANK_NO_SECTION */
    int64_t position; /* 0-based in notes order */
    int64_t first_line;
    int64_t last_line;
    struct text
        body; /* Markdown of the section itself, without its heading and without its sub-sections */
    const struct link *links;
    size_t link_count;
    const struct text *aliases; /* anchors that it had before */
    size_t alias_count;
    struct text content_hash; /* SHA-256 of title and body, hexadecimal */
    bool is_removed; /* no longer in the notes: kept at the end, for answers that point to it; never
                        offered */
    /* set by bank_index */
    size_t subtree_end;
    size_t own_question_count;     /* questions whose primary section is this one */
    size_t subtree_question_count; /* with all below */
    /* By ability (KNOWLEDGE_CELLS of them): the share of these that are answered right, guesses
     * counted. NULL where there are none. */
    const double *shares;
};

struct section_list {
    const struct section *sections; /* notes order, removed ones behind */
    size_t count;
};

/* A calibration, and from when on attempts start with it. */
struct dated_calibration {
    int64_t in_force_at;
    struct calibration calibration;
};

/* A published question version. */
struct item {
    struct uuid id;
    int64_t version;
    size_t section; /* index of the primary section */
    struct question question;
    size_t likeness_group;  /* equal for near-duplicates: domain/likeness.h */
    int64_t exposure_count; /* on how many exam papers it was, by the last count */
    const struct dated_calibration *calibrations; /* from answers, ascending */
    size_t calibration_count;
};
/* The calibration that an attempt started with at that time keeps; NULL: none yet. */
const struct calibration *item_calibration(const struct item *item, int64_t started_at);

struct bank {
    struct uuid id;
    struct text slug;
    struct text title;
    struct text language;
    int64_t target_milli;
    int64_t revision; /* grows with every import or publication */
    struct section *sections;
    size_t section_count;
    struct item *items; /* sorted by section, then slug */
    size_t item_count;
    const struct exam *exams; /* by slug */
    size_t exam_count;
    /* set by bank_index */
    struct bank_lookup *lookup;
    const struct knowledge_grid *grid;
    const double *shares; /* as of a section, of the whole bank */
};

/* Sorts the items, counts, and builds the lookups and the tables of shares, all in `arena`. */
void bank_index(struct bank *bank, struct arena *arena);
/* NULL / BANK_NO_SECTION where there is none. */
const struct item *bank_find_item(const struct bank *bank, struct uuid id, int64_t version);
int64_t bank_find_section(const struct bank *bank, struct text path);
int64_t bank_find_section_by_id(const struct bank *bank, struct uuid id);
/* Of those that are in the notes: the one that has the anchor, or else had it before. */
int64_t bank_find_section_by_anchor(const struct bank *bank, struct text anchor);
/* Whether it belonged to a section that has left the notes. */
bool bank_has_lost_anchor(const struct bank *bank, struct text anchor);

#endif
