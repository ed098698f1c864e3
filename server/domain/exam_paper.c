/* Papers by blueprint: candidates in order, a filling (exam_filling.h), the order of the paper. */
#include "domain/exam_paper.h"

#include <math.h>
#include <stdlib.h>

#include "domain/exam_filling.h"
#include "domain/selection.h"

/* Streams of the seed; those of selection.c are small or odd places of a position. */
enum { STREAM_CELLS = 1 << 20, STREAM_ORDER };

struct candidate {
    size_t item;
    int64_t exposure;
    uint32_t rank; /* drawn */
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

/* All items, least used first. */
static const size_t *rank_candidates(const struct bank *bank, struct text seed, struct arena *arena)
{
    const size_t count = bank->item_count;
    struct prng prng = prng_seed(seed, STREAM_CELLS);
    uint32_t *ranks = arena_new_array(arena, count, uint32_t);
    struct candidate *candidates = arena_new_array(arena, count, struct candidate);
    size_t *items = arena_new_array(arena, count, size_t);

    selection_permutation(&prng, ranks, count);
    for (size_t i = 0; i < count; i++) {
        candidates[i] = (struct candidate){i, bank->items[i].exposure_count, ranks[i]};
    }
    qsort(candidates, count, sizeof *candidates, compare_candidates);
    for (size_t i = 0; i < count; i++) {
        items[i] = candidates[i].item;
    }
    return items;
}

static struct exam_shortfall shortfall_of(const struct exam *exam, const struct exam_cell *cell)
{
    const bool is_of_entry = cell->entry < exam->blueprint_count;
    const bool is_of_band = cell->band < exam->difficulty_count;

    return (struct exam_shortfall){
        .domain = is_of_entry ? exam->blueprint[cell->entry].domain : TEXT_ABSENT,
        .section = is_of_entry ? exam->blueprint[cell->entry].section : TEXT_ABSENT,
        .difficulty_min = is_of_band ? exam->difficulty[cell->band].min : EXAM_DIFFICULTY_MIN,
        .difficulty_max = is_of_band ? exam->difficulty[cell->band].max : EXAM_DIFFICULTY_MAX,
        .needed = cell->needed,
        .available = cell->got};
}

static struct exam_shortfalls
list_shortfalls(const struct exam *exam, const struct exam_filling *filling, struct arena *arena)
{
    struct exam_shortfall *list =
        arena_new_array(arena, filling->cell_count, struct exam_shortfall);
    size_t count = 0;

    for (size_t i = 0; i < filling->cell_count; i++) {
        if (filling->cells[i].got < filling->cells[i].needed) {
            list[count++] = shortfall_of(exam, &filling->cells[i]);
        }
    }
    return (struct exam_shortfalls){list, count};
}

/* What was chosen in the order that the seed gives; the last ones chosen are the pilots. */
static void order_paper(const struct exam_filling *filling, const struct exam_filling_input *input,
                        struct text seed, struct exam_paper *paper)
{
    const size_t count = filling->count;
    struct prng prng = prng_seed(seed, STREAM_ORDER);
    uint32_t *order = arena_new_array(input->arena, count, uint32_t);
    size_t *items = arena_new_array(input->arena, count, size_t);
    int64_t *pilots = arena_new_array(input->arena, count, int64_t);

    selection_permutation(&prng, order, count);
    for (size_t i = 0; i < count; i++) {
        items[i] = filling->items[order[i]];
        if ((int64_t)order[i] >= input->exam->size) {
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
    const struct exam_filling_input input = {.exam = exam,
                                             .bank = bank,
                                             .candidates = rank_candidates(bank, seed, arena),
                                             .arena = arena};
    const struct exam_filling filling = exam_fill(&input);
    struct exam_paper paper = {.count = 0};

    paper.shortfalls = list_shortfalls(exam, &filling, arena);
    if (filling.is_full) {
        order_paper(&filling, &input, seed, &paper);
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
                                  .hides_score = exam_hides_score(exam),
                                  .is_exam = true,
                                  .exam = exam->slug};
    for (unsigned i = 0; i < EXAM_PART_COUNT; i++) {
        rules.shows[i] = exam_shows(exam, (enum exam_part)i);
    }
    return rules;
}

void exam_rules_wait(struct attempt_rules *rules, const struct bank *bank, int64_t grace_us)
{
    for (size_t i = 0; i < bank->exam_count && rules->when == EXAM_AFTER_CLOSE; i++) {
        const struct exam *exam = &bank->exams[i];
        const int64_t told_at = exam->closes_at == 0 ? 0 : exam->closes_at + grace_us;
        if (text_equal(exam->slug, rules->exam) && told_at > rules->told_at) {
            rules->told_at = told_at;
        }
    }
}

struct exam_scaled exam_scale(int64_t raw, int64_t max, int64_t questions)
{
    const int64_t span = EXAM_SCALED_MAX - EXAM_SCALED_MIN;
    if (max <= 0) {
        return (struct exam_scaled){EXAM_SCALED_MIN, span};
    }
    const double trials = (double)questions + 4.0;
    const double share = ((double)raw / (double)max * (double)questions + 2.0) / trials;
    const double error = sqrt(share * (1.0 - share) / trials);
    return (struct exam_scaled){.score = EXAM_SCALED_MIN + (raw * span + max / 2) / max,
                                .standard_error = (int64_t)lround(error * (double)span)};
}

static const struct shape_member SHORTFALL_MEMBERS[] = {
    MEMBER_TEXT(struct exam_shortfall, domain, .flags = SHAPE_OPTIONAL),
    MEMBER_TEXT(struct exam_shortfall, section, .flags = SHAPE_OPTIONAL),
    MEMBER_I64(struct exam_shortfall, difficulty_min),
    MEMBER_I64(struct exam_shortfall, difficulty_max),
    MEMBER_I64(struct exam_shortfall, needed),
    MEMBER_I64(struct exam_shortfall, available,
               .about = "How many it gets where as many places of the paper as can be are filled."),
};
static const struct shape SHORTFALL_SHAPE =
    SHAPE_OF("ExamShortfall", struct exam_shortfall, SHORTFALL_MEMBERS);
static const struct shape_member SHORTFALLS_MEMBERS[] = {
    MEMBER_LIST(struct exam_shortfalls, cells, count, struct exam_shortfall, &SHORTFALL_SHAPE),
};
const struct shape EXAM_SHORTFALLS_SHAPE =
    SHAPE_OF("ExamShortfalls", struct exam_shortfalls, SHORTFALLS_MEMBERS);
