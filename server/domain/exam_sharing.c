/*
 * The table is found as a flow: from entries through groups of near-duplicates to bands, one unit a
 * question (L. R. Ford and D. R. Fulkerson, 1956). An entry gets one more group of a band that has
 * room, or that another entry leaves to it; that one looks for another, and so on.
 */
#include "domain/exam_sharing.h"

#include <string.h>

enum { NOBODY = -1, NO_BAND = -1 };

struct exam_filler exam_filler_make(const struct exam_filling_input *input)
{
    const struct exam *exam = input->exam;
    struct exam_place *entries =
        arena_new_array(input->arena, exam->blueprint_count, struct exam_place);

    for (size_t i = 0; i < exam->blueprint_count; i++) {
        entries[i] = exam_place_of(input->bank, &exam->blueprint[i]);
    }
    return (struct exam_filler){
        .input = input,
        .entries = entries,
        .bands = exam->difficulty_count == 0 ? 1 : exam->difficulty_count,
        .places = (size_t)(exam->size + exam->pilot_count),
        .marks = arena_new_array(input->arena, input->bank->item_count + 1, size_t),
    };
}

static bool is_of_any(const struct exam_filler *filler, const struct item *item)
{
    for (size_t i = 0; i < filler->input->exam->blueprint_count; i++) {
        if (exam_place_has(&filler->entries[i], item)) {
            return true;
        }
    }
    return false;
}

/* The item's band; NO_BAND: none. Without bands all are of the first. */
static int64_t band_of(const struct exam_filler *filler, const struct item *item)
{
    const struct exam *exam = filler->input->exam;
    const int64_t difficulty = item->question.difficulty;

    for (size_t i = 0; i < exam->difficulty_count; i++) {
        if (difficulty >= exam->difficulty[i].min && difficulty <= exam->difficulty[i].max) {
            return (int64_t)i;
        }
    }
    return exam->difficulty_count == 0 ? 0 : NO_BAND;
}

static bool fits(const struct exam_filler *filler, const struct item *item, size_t entry,
                 size_t band)
{
    const struct exam *exam = filler->input->exam;
    const bool is_in_band =
        band >= exam->difficulty_count || band_of(filler, item) == (int64_t)band;
    const bool is_of_group =
        filler->group_bands == NULL || filler->group_bands[item->likeness_group] == (int64_t)band;

    return is_in_band && is_of_group &&
           (entry == exam->blueprint_count ? is_of_any(filler, item)
                                           : exam_place_has(&filler->entries[entry], item));
}

struct exam_options exam_options_list(const struct exam_filler *filler, size_t entry, size_t band)
{
    const struct bank *bank = filler->input->bank;
    struct arena *arena = filler->input->arena;
    const size_t mark = ++filler->marks[bank->item_count];
    size_t *items = arena_new_array(arena, filler->places, size_t);
    size_t *groups = arena_new_array(arena, filler->places, size_t);
    size_t count = 0;

    for (size_t i = 0; i < bank->item_count && count < filler->places; i++) {
        const size_t index = filler->input->candidates[i];
        const struct item *item = &bank->items[index];
        if (filler->marks[item->likeness_group] != mark && fits(filler, item, entry, band)) {
            filler->marks[item->likeness_group] = mark;
            items[count] = index;
            groups[count++] = item->likeness_group;
        }
    }
    return (struct exam_options){items, groups, count};
}

static void share_bands(const struct exam *exam, int64_t *bands)
{
    int64_t weights[EXAM_DIFFICULTY_MAX] = {0};

    for (size_t i = 0; i < exam->difficulty_count; i++) {
        weights[i] = exam->difficulty[i].weight;
    }
    if (exam->difficulty_count > 0) {
        exam_apportion(weights, exam->difficulty_count, exam->size, bands);
    }
}

static int64_t *share_entries(const struct exam_filler *filler)
{
    const struct exam *exam = filler->input->exam;
    int64_t *weights = arena_new_array(filler->input->arena, exam->blueprint_count, int64_t);
    int64_t *counts = arena_new_array(filler->input->arena, exam->blueprint_count, int64_t);

    for (size_t i = 0; i < exam->blueprint_count; i++) {
        weights[i] = exam->blueprint[i].weight;
    }
    exam_apportion(weights, exam->blueprint_count, exam->size, counts);
    return counts;
}

/* The bands share an entry by what is left for them of the whole paper: so each band gets its
 * number in the end, and each entry is as near to the bands' shares as those before it let it. */
int64_t *exam_shares_even(const struct exam_filler *filler)
{
    const struct exam *exam = filler->input->exam;
    const int64_t *counts = share_entries(filler);
    int64_t left[EXAM_DIFFICULTY_MAX] = {0};
    int64_t *shares =
        arena_new_array(filler->input->arena, exam->blueprint_count * filler->bands, int64_t);

    share_bands(exam, left);
    for (size_t e = 0; e < exam->blueprint_count; e++) {
        int64_t *row = &shares[e * filler->bands];
        if (exam->difficulty_count == 0) {
            row[0] = counts[e];
        } else if (counts[e] > 0) {
            exam_apportion(left, exam->difficulty_count, counts[e], row);
        }
        for (size_t b = 0; b < exam->difficulty_count; b++) {
            left[b] -= row[b];
        }
    }
    return shares;
}

/* ---- another table ---- */

/* How an entry comes to be looked at: `taker` takes a group of this band that is free, or that this
 * entry has. */
struct step {
    size_t taker;
    size_t group;  /* that the taker gets */
    int64_t loses; /* what this entry loses for it: that group, or another of the same band */
};

struct flow {
    const struct exam_filler *filler;
    struct exam_options *options; /* by entry and band: groups whose band it is */
    int64_t *holders;             /* by group */
    int64_t *counts;              /* by entry and band: the table */
    int64_t room[EXAM_DIFFICULTY_MAX];
    /* of one search, by entry */
    bool *is_visited;
    struct step *steps;
    size_t *queue;
    size_t queue_length;
};

static const struct exam_options *options_of(const struct flow *flow, size_t entry, size_t band)
{
    return &flow->options[entry * flow->filler->bands + band];
}

static void visit(struct flow *flow, size_t entry, struct step step)
{
    if (!flow->is_visited[entry]) {
        flow->is_visited[entry] = true;
        flow->steps[entry] = step;
        flow->queue[flow->queue_length++] = entry;
    }
}

/* A group of the band that nobody has; NOBODY: there is none. */
static int64_t find_free(const struct flow *flow, size_t entry, size_t band)
{
    const struct exam_options *options = options_of(flow, entry, band);

    for (size_t k = 0; k < options->count; k++) {
        if (flow->holders[options->groups[k]] == NOBODY) {
            return (int64_t)options->groups[k];
        }
    }
    return NOBODY;
}

static int64_t find_held(const struct flow *flow, size_t entry, size_t band)
{
    const struct exam_options *options = options_of(flow, entry, band);

    for (size_t k = 0; k < options->count; k++) {
        if (flow->holders[options->groups[k]] == (int64_t)entry) {
            return (int64_t)options->groups[k];
        }
    }
    return NOBODY;
}

/* Those who could leave a place of the band, or a group of it, to this entry. */
static void visit_holders(struct flow *flow, size_t entry, size_t band, int64_t free_group)
{
    const struct exam_options *options = options_of(flow, entry, band);

    for (size_t k = 0; k < options->count; k++) {
        const size_t group = options->groups[k];
        if (flow->holders[group] != NOBODY) {
            visit(flow, (size_t)flow->holders[group], (struct step){entry, group, (int64_t)group});
        }
    }
    for (size_t e = 0; e < flow->filler->input->exam->blueprint_count && free_group != NOBODY;
         e++) {
        const int64_t held = find_held(flow, e, band);
        if (held != NOBODY) {
            visit(flow, e, (struct step){entry, (size_t)free_group, held});
        }
    }
}

static void tally(struct flow *flow, size_t entry, size_t group, int64_t more)
{
    for (size_t b = 0; b < flow->filler->bands; b++) {
        const struct exam_options *options = options_of(flow, entry, b);
        for (size_t k = 0; k < options->count; k++) {
            if (options->groups[k] == group) {
                flow->counts[entry * flow->filler->bands + b] += more;
                return;
            }
        }
    }
}

/* The last entry of the path takes a free group; each before it gets what it was looked at for. */
static void pass_on(struct flow *flow, size_t start, size_t entry, size_t group)
{
    flow->holders[group] = (int64_t)entry;
    tally(flow, entry, group, 1);
    while (entry != start) {
        const struct step *step = &flow->steps[entry];
        if (step->loses != (int64_t)step->group) {
            flow->holders[step->loses] = NOBODY;
        }
        tally(flow, entry, (size_t)step->loses, -1);
        flow->holders[step->group] = (int64_t)step->taker;
        tally(flow, step->taker, step->group, 1);
        entry = step->taker;
    }
}

/* One more question for the entry. */
static bool augment(struct flow *flow, size_t start)
{
    const size_t entries = flow->filler->input->exam->blueprint_count;

    memset(flow->is_visited, 0, entries * sizeof *flow->is_visited);
    flow->queue_length = 0;
    visit(flow, start, (struct step){start, 0, NOBODY});
    for (size_t i = 0; i < flow->queue_length; i++) {
        const size_t entry = flow->queue[i];
        for (size_t b = 0; b < flow->filler->bands; b++) {
            const int64_t free_group = find_free(flow, entry, b);
            if (free_group != NOBODY && flow->room[b] > 0) {
                flow->room[b]--;
                pass_on(flow, start, entry, (size_t)free_group);
                return true;
            }
            visit_holders(flow, entry, b, free_group);
        }
    }
    return false;
}

/* A group is of the band of its most preferred item: others of it are left out. */
static const int64_t *find_group_bands(const struct exam_filler *filler)
{
    const struct exam_filling_input *input = filler->input;
    int64_t *bands = arena_new_array(input->arena, input->bank->item_count, int64_t);

    for (size_t i = input->bank->item_count; i > 0; i--) {
        const struct item *item = &input->bank->items[input->candidates[i - 1]];
        if (is_of_any(filler, item) && band_of(filler, item) != NO_BAND) {
            bands[item->likeness_group] = band_of(filler, item);
        }
    }
    return bands;
}

static struct flow begin(const struct exam_filler *filler)
{
    const struct exam *exam = filler->input->exam;
    struct arena *arena = filler->input->arena;
    const size_t entries = exam->blueprint_count;
    const size_t groups = filler->input->bank->item_count;
    struct flow flow = {.filler = filler,
                        .options =
                            arena_new_array(arena, entries * filler->bands, struct exam_options),
                        .holders = arena_new_array(arena, groups, int64_t),
                        .counts = arena_new_array(arena, entries * filler->bands, int64_t),
                        .is_visited = arena_new_array(arena, entries, bool),
                        .steps = arena_new_array(arena, entries, struct step),
                        .queue = arena_new_array(arena, entries, size_t)};

    for (size_t i = 0; i < groups; i++) {
        flow.holders[i] = NOBODY;
    }
    for (size_t i = 0; i < entries * filler->bands; i++) {
        flow.options[i] = exam_options_list(filler, i / filler->bands, i % filler->bands);
    }
    share_bands(exam, flow.room);
    return flow;
}

bool exam_shares_possible(const struct exam_filler *filler, int64_t *shares)
{
    const struct exam *exam = filler->input->exam;
    const int64_t *needed = share_entries(filler);
    struct exam_filler by_groups = *filler;

    if (exam->difficulty_count == 0) {
        return false; /* there is only one table */
    }
    by_groups.group_bands = find_group_bands(filler);
    struct flow flow = begin(&by_groups);
    for (size_t e = 0; e < exam->blueprint_count; e++) {
        for (int64_t n = 0; n < needed[e]; n++) {
            if (!augment(&flow, e)) {
                return false;
            }
        }
    }
    memcpy(shares, flow.counts, exam->blueprint_count * filler->bands * sizeof *shares);
    return true;
}
