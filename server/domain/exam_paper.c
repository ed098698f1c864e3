/* Papers by blueprint, greedily: cell after cell in the order of the blueprint. */
#include "domain/exam_paper.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "domain/selection.h"

/* Streams of the seed; those of selection.c are small or odd places of a position. */
enum { STREAM_CELLS = 1 << 20, STREAM_ORDER };

struct candidate {
    size_t item;
    int64_t exposure;
    uint32_t rank; /* drawn */
};

struct maker {
    const struct exam *exam;
    const struct bank *bank;
    struct arena *arena;
    struct candidate *candidates; /* all items, least used first */
    bool *is_group_taken;         /* by likeness group */
    size_t *chosen;
    size_t chosen_count;
    struct exam_shortfall *shortfalls;
    size_t shortfall_count;
};

static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    if (a->exposure != b->exposure) {
        return a->exposure < b->exposure ? -1 : 1;
    }
    return (a->rank > b->rank) - (a->rank < b->rank);
}

static void rank_candidates(struct maker *maker, struct text seed)
{
    const size_t count = maker->bank->item_count;
    struct prng prng = prng_seed(seed, STREAM_CELLS);
    uint32_t *ranks = arena_new_array(maker->arena, count, uint32_t);
    maker->candidates = arena_new_array(maker->arena, count, struct candidate);
    selection_permutation(&prng, ranks, count);
    for (size_t i = 0; i < count; i++) {
        maker->candidates[i] =
            (struct candidate){i, maker->bank->items[i].exposure_count, ranks[i]};
    }
    qsort(maker->candidates, count, sizeof *maker->candidates, compare_candidates);
}

/* A cell: an entry of the blueprint (NULL: any of them) and a band (NULL: any). */
struct cell {
    const struct exam_blueprint_entry *entry;
    const struct exam_difficulty_band *band;
    int64_t needed;
};

static bool is_of_entry(const struct bank *bank, const struct item *item,
                        const struct exam_blueprint_entry *entry)
{
    if (entry->domain.data != NULL) {
        return item->question.domain.data != NULL &&
               text_equal(item->question.domain, entry->domain);
    }
    const int64_t section = bank_find_section(bank, entry->section);
    return section != BANK_NO_SECTION && item->section >= (size_t)section &&
           item->section < bank->sections[section].subtree_end;
}

static bool is_in_blueprint(const struct maker *maker, const struct item *item)
{
    for (size_t i = 0; i < maker->exam->blueprint_count; i++) {
        if (is_of_entry(maker->bank, item, &maker->exam->blueprint[i])) {
            return true;
        }
    }
    return false;
}

static bool fits(const struct maker *maker, const struct item *item, const struct cell *cell)
{
    const int64_t difficulty = item->question.difficulty;
    const bool is_in_band =
        cell->band == NULL || (difficulty >= cell->band->min && difficulty <= cell->band->max);
    return is_in_band && (cell->entry == NULL ? is_in_blueprint(maker, item)
                                              : is_of_entry(maker->bank, item, cell->entry));
}

static void fill_cell(struct maker *maker, const struct cell *cell)
{
    int64_t found = 0;
    for (size_t i = 0; i < maker->bank->item_count && found < cell->needed; i++) {
        const size_t index = maker->candidates[i].item;
        const struct item *item = &maker->bank->items[index];
        if (!maker->is_group_taken[item->likeness_group] && fits(maker, item, cell)) {
            maker->is_group_taken[item->likeness_group] = true;
            maker->chosen[maker->chosen_count++] = index;
            found++;
        }
    }
    if (found == cell->needed) {
        return;
    }
    maker->shortfalls[maker->shortfall_count++] = (struct exam_shortfall){
        .domain = cell->entry == NULL ? TEXT_ABSENT : cell->entry->domain,
        .section = cell->entry == NULL ? TEXT_ABSENT : cell->entry->section,
        .difficulty_min = cell->band == NULL ? EXAM_DIFFICULTY_MIN : cell->band->min,
        .difficulty_max = cell->band == NULL ? EXAM_DIFFICULTY_MAX : cell->band->max,
        .needed = cell->needed,
        .available = found};
}

static void fill_entry(struct maker *maker, const struct exam_blueprint_entry *entry,
                       int64_t needed)
{
    const struct exam *exam = maker->exam;
    int64_t weights[EXAM_DIFFICULTY_MAX] = {0};
    int64_t counts[EXAM_DIFFICULTY_MAX] = {0};
    if (exam->difficulty_count == 0) {
        fill_cell(maker, &(struct cell){entry, NULL, needed});
        return;
    }
    for (size_t i = 0; i < exam->difficulty_count; i++) {
        weights[i] = exam->difficulty[i].weight;
    }
    exam_apportion(weights, exam->difficulty_count, needed, counts);
    for (size_t i = 0; i < exam->difficulty_count; i++) {
        fill_cell(maker, &(struct cell){entry, &exam->difficulty[i], counts[i]});
    }
}

static void fill_blueprint(struct maker *maker)
{
    const struct exam *exam = maker->exam;
    int64_t *weights = arena_new_array(maker->arena, exam->blueprint_count, int64_t);
    int64_t *counts = arena_new_array(maker->arena, exam->blueprint_count, int64_t);
    for (size_t i = 0; i < exam->blueprint_count; i++) {
        weights[i] = exam->blueprint[i].weight;
    }
    exam_apportion(weights, exam->blueprint_count, exam->size, counts);
    for (size_t i = 0; i < exam->blueprint_count; i++) {
        fill_entry(maker, &exam->blueprint[i], counts[i]);
    }
}

/* The chosen in the order that the seed gives; the last ones chosen are the pilots. */
static void order_paper(const struct maker *maker, struct text seed, struct exam_paper *paper)
{
    const size_t count = maker->chosen_count;
    struct prng prng = prng_seed(seed, STREAM_ORDER);
    uint32_t *order = arena_new_array(maker->arena, count, uint32_t);
    size_t *items = arena_new_array(maker->arena, count, size_t);
    int64_t *pilots = arena_new_array(maker->arena, count, int64_t);
    selection_permutation(&prng, order, count);
    for (size_t i = 0; i < count; i++) {
        items[i] = maker->chosen[order[i]];
        if ((int64_t)order[i] >= maker->exam->size) {
            pilots[paper->pilot_count++] = (int64_t)i + 1;
        }
    }
    paper->items = items;
    paper->count = count;
    paper->pilots = pilots;
}

struct exam_paper exam_paper_make(const struct exam *exam, const struct bank *bank,
                                  struct text seed, struct arena *arena)
{
    const size_t cells = (exam->blueprint_count * EXAM_DIFFICULTY_MAX) + 1;
    struct maker maker = {.exam = exam,
                          .bank = bank,
                          .arena = arena,
                          .is_group_taken = arena_new_array(arena, bank->item_count, bool),
                          .chosen = arena_new_array(arena, LIMIT_ATTEMPT_ITEMS, size_t),
                          .shortfalls = arena_new_array(arena, cells, struct exam_shortfall)};
    struct exam_paper paper = {.count = 0};
    rank_candidates(&maker, seed);
    fill_blueprint(&maker);
    fill_cell(&maker, &(struct cell){NULL, NULL, exam->pilot_count});
    paper.shortfalls = (struct exam_shortfalls){maker.shortfalls, maker.shortfall_count};
    if (maker.shortfall_count == 0) {
        order_paper(&maker, seed, &paper);
    }
    return paper;
}

struct attempt_rules exam_rules(const struct exam *exam, int64_t grace_us)
{
    struct attempt_rules rules = {.scoring = scoring_policy_of(exam->scoring),
                                  .when = exam_feedback_moment(exam),
                                  .closes_at = exam->closes_at,
                                  .told_at = exam->closes_at == 0 ? 0 : exam->closes_at + grace_us,
                                  .pass_scaled = exam->pass_scaled,
                                  .is_exam = true,
                                  .exam = exam->slug};
    for (unsigned i = 0; i < EXAM_PART_COUNT; i++) {
        rules.shows[i] = exam_shows(exam, (enum exam_part)i);
    }
    return rules;
}

struct exam_scaled exam_scale(int64_t raw, int64_t max, int64_t questions)
{
    const int64_t span = EXAM_SCALED_MAX - EXAM_SCALED_MIN;
    if (max <= 0) {
        return (struct exam_scaled){EXAM_SCALED_MIN, span};
    }
    const double share = (double)raw / (double)max;
    const double error =
        questions < 2 ? 0.5 : sqrt(share * (1.0 - share) / (double)(questions - 1));
    return (struct exam_scaled){.score = EXAM_SCALED_MIN + (raw * span + max / 2) / max,
                                .standard_error = (int64_t)lround(error * (double)span)};
}

static const struct shape_member SHORTFALL_MEMBERS[] = {
    MEMBER_TEXT(struct exam_shortfall, domain, .flags = SHAPE_OPTIONAL),
    MEMBER_TEXT(struct exam_shortfall, section, .flags = SHAPE_OPTIONAL),
    MEMBER_I64(struct exam_shortfall, difficulty_min),
    MEMBER_I64(struct exam_shortfall, difficulty_max),
    MEMBER_I64(struct exam_shortfall, needed),
    MEMBER_I64(struct exam_shortfall, available),
};
static const struct shape SHORTFALL_SHAPE =
    SHAPE_OF("ExamShortfall", struct exam_shortfall, SHORTFALL_MEMBERS);
static const struct shape_member SHORTFALLS_MEMBERS[] = {
    MEMBER_LIST(struct exam_shortfalls, cells, count, struct exam_shortfall, &SHORTFALL_SHAPE),
};
const struct shape EXAM_SHORTFALLS_SHAPE =
    SHAPE_OF("ExamShortfalls", struct exam_shortfalls, SHORTFALLS_MEMBERS);
