/*
 * What makes questions good, as far as a program can see it: rules about one question, about the
 * notes, and about the bank as a whole. Each finding is a diagnostic with a stable code
 * (questions/README.md lists them): an error where something is wrong for certain, a warning where
 * an author should look. Pure: reads the folder's structs, touches no file.
 */
#ifndef BANK_LINT_H
#define BANK_LINT_H

#include "bank/folder.h"
#include "base/shape.h"

/* Below this probability a pattern of the keys is no longer taken for chance. */
#define LINT_SIGNIFICANCE 0.01

/* How often the key has a property that a guesser could go by. */
struct lint_pattern {
    int64_t questions;  /* where the property tells the options apart */
    int64_t observed;   /* where the key has it */
    double expected;    /* by chance */
    double probability; /* of at least as many by chance */
};

struct lint_position {
    int64_t position; /* from 1, in listing order */
    int64_t observed;
    double expected;
};

/* Where the right options of one type stand. */
struct lint_positions {
    enum question_type type;
    const struct lint_position *positions;
    size_t position_count;
    double probability; /* of positions at least as uneven, by chance */
};

struct lint_pair {
    struct text first; /* slugs */
    struct text second;
    double similarity;
};

struct lint_statistics {
    bool is_complete; /* whether the rules about notes and bank were asked, too */
    int64_t questions;
    int64_t sections; /* with text */
    int64_t sections_covered;
    int64_t links;
    int64_t numeric; /* questions */
    int64_t numeric_recomputed;
    struct text spelling; /* "american" or "british", whichever prevails; absent: neither */
    struct lint_pattern key_longest;
    struct lint_pattern key_shortest;
    struct lint_pattern key_true; /* of true_false */
    const struct lint_positions *key_positions;
    size_t key_position_count;
    int64_t near_duplicates;         /* pairs */
    const struct lint_pair *closest; /* the most similar pairs, near-duplicates or not */
    size_t closest_count;
};
extern const struct shape LINT_STATISTICS_SHAPE;

/* `is_complete`: whether all of the folder could be read; otherwise only the rules for one question
 * are asked, for what is missing would make the others wrong. */
void bank_lint(struct arena *arena, const struct bank_folder *folder, bool is_complete,
               struct lint_statistics *statistics, struct diagnostics *diagnostics);
/* The rules for one question, which need not be in the folder: that gives the sections with their
 * anchors and bodies, and how many domains there are. `source_line` is the line of the notes that
 * the question names; absent: not known. Findings say the member, but no place in a file. */
void bank_lint_question(struct arena *arena, const struct bank_folder *folder,
                        const struct question *question, struct text source_line,
                        struct diagnostics *diagnostics);

/* A bank that many questions are asked about: what their rules look up is indexed once. It keeps
 * the folder's notes, whose lines are known, and needs nothing of its questions. */
struct lint_bank;
NODISCARD NONNULL_RETURN const struct lint_bank *lint_bank_new(struct arena *arena,
                                                               const struct bank_folder *folder);
/* The rules for one question. Findings have its place, and the member. `scratch` may be reset
 * afterwards. */
void lint_bank_ask(const struct lint_bank *bank, struct arena *scratch,
                   const struct bank_question *item, struct diagnostics *diagnostics);

#endif
