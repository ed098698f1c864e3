/*
 * Filling a blueprint: which questions of a bank get on a paper. What is asked for are numbers of
 * questions: for each entry of the blueprint, and of the whole paper for each band of difficulty.
 * Among the fillings with these numbers, the first choice is one where each entry is shared by the
 * bands as the paper is; of the candidates the first ones are taken, and others only where that is
 * what it takes to fill all. A pure function; its time grows with the bank once for each cell, not
 * with what is tried.
 */
#ifndef DOMAIN_EXAM_FILLING_H
#define DOMAIN_EXAM_FILLING_H

#include "base/arena.h"
#include "domain/bank.h"
#include "domain/exam.h"

struct exam_filling_input {
    const struct exam *exam;
    const struct bank *bank;
    const size_t *candidates; /* indexes of all items, in order of preference */
    struct arena *arena;
};

/* So many questions of one entry and one band. */
struct exam_cell {
    size_t entry; /* exam->blueprint_count: any of them (questions that are tried out) */
    size_t band;  /* exam->difficulty_count: any difficulty */
    int64_t needed;
    int64_t got; /* in a filling of as many places as can be filled */
};

struct exam_filling {
    const struct exam_cell *cells; /* those with needed > 0; what is tried out comes last */
    size_t cell_count;
    const size_t *items; /* indexes into the bank, cell by cell */
    size_t count;
    bool is_full;
};

/* No two near-duplicates (equal likeness_group) are taken. Where it is not full, no filling with
 * these numbers exists; but where near-duplicates differ in their band, only the most preferred of
 * them is thought of when entries have to be shared otherwise than the paper. */
struct exam_filling exam_fill(const struct exam_filling_input *input);

#endif
