/*
 * Places and groups of near-duplicates are the two sides of a bipartite graph: a maximum matching
 * by augmenting paths (H. W. Kuhn, 1955; C. Berge, 1957). All places of a cell have the same
 * neighbours, so a path is one of cells. A cell needs to know as many groups as the paper has
 * places: whoever knows that many finds a free one.
 */
#include "domain/exam_filling.h"

#include <string.h>

#include "domain/exam_sharing.h"

enum { NOBODY = -1 };

struct matching {
    const struct exam_filler *filler;
    struct exam_cell *cells;
    struct exam_options *options; /* by cell */
    size_t cell_count;
    int64_t *holders; /* by group: the cell that has taken it */
    /* of one search, by cell */
    bool *is_visited;
    size_t *parents;
    size_t *wanted; /* what the parent takes away from this cell: an option of the parent */
    size_t *queue;
};

static size_t group_of(const struct matching *matching, size_t cell, size_t option)
{
    return matching->options[cell].groups[option];
}

/* Passes groups on along the path that led to `cell`, which takes the free one. */
static void pass_on(struct matching *matching, size_t start, size_t cell, size_t option)
{
    matching->holders[group_of(matching, cell, option)] = (int64_t)cell;
    while (cell != start) {
        const size_t parent = matching->parents[cell];
        matching->holders[group_of(matching, parent, matching->wanted[cell])] = (int64_t)parent;
        cell = parent;
    }
    matching->cells[start].got++;
}

/* Gives the cell one more group, whoever may have to take another one for it; false where none can.
 */
static bool augment(struct matching *matching, size_t start)
{
    size_t length = 1;

    memset(matching->is_visited, 0, matching->cell_count * sizeof *matching->is_visited);
    matching->is_visited[start] = true;
    matching->queue[0] = start;
    for (size_t i = 0; i < length; i++) {
        const size_t cell = matching->queue[i];
        for (size_t k = 0; k < matching->options[cell].count; k++) {
            const int64_t holder = matching->holders[group_of(matching, cell, k)];
            if (holder == NOBODY) {
                pass_on(matching, start, cell, k);
                return true;
            }
            if (!matching->is_visited[holder]) {
                matching->is_visited[holder] = true;
                matching->parents[holder] = cell;
                matching->wanted[holder] = k;
                matching->queue[length++] = (size_t)holder;
            }
        }
    }
    return false;
}

/* What is free first, in order of preference; then what can be made free. */
static void fill_cell(struct matching *matching, size_t index)
{
    struct exam_cell *cell = &matching->cells[index];

    for (size_t k = 0; k < matching->options[index].count && cell->got < cell->needed; k++) {
        int64_t *holder = &matching->holders[group_of(matching, index, k)];
        if (*holder == NOBODY) {
            *holder = (int64_t)index;
            cell->got++;
        }
    }
    while (cell->got < cell->needed && augment(matching, index)) {
    }
}

static struct exam_filling conclude(const struct matching *matching)
{
    const struct exam_filler *filler = matching->filler;
    size_t *items = arena_new_array(filler->input->arena, filler->places, size_t);
    struct exam_filling filling = {.cells = matching->cells,
                                   .cell_count = matching->cell_count,
                                   .items = items,
                                   .is_full = true};

    for (size_t i = 0; i < matching->cell_count; i++) {
        for (size_t k = 0; k < matching->options[i].count; k++) {
            if (matching->holders[group_of(matching, i, k)] == (int64_t)i) {
                items[filling.count++] = matching->options[i].items[k];
            }
        }
        filling.is_full = filling.is_full && matching->cells[i].got == matching->cells[i].needed;
    }
    return filling;
}

static void add_cell(struct matching *matching, struct exam_cell cell)
{
    if (cell.needed > 0) {
        matching->options[matching->cell_count] =
            exam_options_list(matching->filler, cell.entry, cell.band);
        matching->cells[matching->cell_count++] = cell;
    }
}

/* One cell for each number of the table, and one for what is tried out. */
static void add_cells(struct matching *matching, const int64_t *shares)
{
    const struct exam *exam = matching->filler->input->exam;
    const size_t bands = matching->filler->bands;

    for (size_t e = 0; e < exam->blueprint_count; e++) {
        for (size_t b = 0; b < bands; b++) {
            add_cell(matching, (struct exam_cell){e, b, shares[e * bands + b], 0});
        }
    }
    add_cell(matching, (struct exam_cell){exam->blueprint_count, exam->difficulty_count,
                                          exam->pilot_count, 0});
}

static struct exam_filling fill(const struct exam_filler *filler, const int64_t *shares)
{
    struct arena *arena = filler->input->arena;
    const size_t groups = filler->input->bank->item_count;
    const size_t cells = filler->input->exam->blueprint_count * filler->bands + 1;
    struct matching matching = {.filler = filler,
                                .cells = arena_new_array(arena, cells, struct exam_cell),
                                .options = arena_new_array(arena, cells, struct exam_options),
                                .holders = arena_new_array(arena, groups, int64_t),
                                .is_visited = arena_new_array(arena, cells, bool),
                                .parents = arena_new_array(arena, cells, size_t),
                                .wanted = arena_new_array(arena, cells, size_t),
                                .queue = arena_new_array(arena, cells, size_t)};

    for (size_t i = 0; i < groups; i++) {
        matching.holders[i] = NOBODY;
    }
    add_cells(&matching, shares);
    for (size_t i = 0; i < matching.cell_count; i++) {
        fill_cell(&matching, i);
    }
    return conclude(&matching);
}

struct exam_filling exam_fill(const struct exam_filling_input *input)
{
    const struct exam_filler filler = exam_filler_make(input);
    int64_t *shares = exam_shares_even(&filler);
    struct exam_filling filling = fill(&filler, shares);

    if (!filling.is_full && exam_shares_possible(&filler, shares)) {
        const struct exam_filling other = fill(&filler, shares);
        filling = other.is_full ? other : filling;
    }
    return filling;
}
