/* What is the same in all models: sums of subtrees, labels, the order, the sentence. */
#include "domain/weak_areas.h"

#include <math.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "domain/weak_areas_model.h"

enum { WHY_BYTES_MAX = 128 }; /* three numbers and the words between them */

static const double WEAK_FROM = 0.8;
static const double STRONG_TO = 0.2;

static const char *const MODEL_NAMES[WEAK_AREAS_MODEL_COUNT] = {
    [WEAK_AREAS_BETA_1] = "beta-1",
    [WEAK_AREAS_BETA_2] = "beta-2",
};
const struct enumeration WEAK_AREAS_MODELS = {.names = MODEL_NAMES,
                                              .count = WEAK_AREAS_MODEL_COUNT};
static const char *const LABEL_NAMES[WEAK_AREA_LABEL_COUNT] = {
    [WEAK_AREA_WEAK] = "weak",
    [WEAK_AREA_UNSURE] = "unsure",
    [WEAK_AREA_STRONG] = "strong",
    [WEAK_AREA_NO_EVIDENCE] = "no_evidence",
};
const struct enumeration WEAK_AREA_LABELS = {.names = LABEL_NAMES, .count = WEAK_AREA_LABEL_COUNT};

enum weak_area_label weak_areas_label(double probability_below_target)
{
    if (probability_below_target >= WEAK_FROM) {
        return WEAK_AREA_WEAK;
    }
    return probability_below_target <= STRONG_TO ? WEAK_AREA_STRONG : WEAK_AREA_UNSURE;
}

size_t estimate_parent(const struct estimate *estimate, size_t section)
{
    const struct bank *bank = estimate->input->bank;
    const int64_t parent = bank->sections[section].parent;
    return parent == BANK_NO_SECTION ? bank->section_count : (size_t)parent;
}

struct evidence *weak_areas_sum_subtrees(const struct bank *bank, const struct evidence *own,
                                         int64_t now_us, struct arena *arena)
{
    struct evidence *sums = arena_new_array(arena, bank->section_count + 1, struct evidence);
    const double fading = 1.0 / evidence_weight(now_us);
    for (size_t i = bank->section_count; i > 0; i--) {
        struct evidence faded = own[i - 1];
        faded.weight *= fading;
        /* Sums made in different orders may differ in their last bits; credit never exceeds weight.
         */
        faded.credit = fmin(faded.credit * fading, faded.weight);
        for (size_t k = 0; k < KNOWLEDGE_POINTS; k++) {
            faded.likelihood[k] *= fading;
        }
        evidence_add(&sums[i - 1], &faded);
        const int64_t parent = bank->sections[i - 1].parent;
        evidence_add(&sums[parent == BANK_NO_SECTION ? bank->section_count : (size_t)parent],
                     &sums[i - 1]);
    }
    return sums;
}

/* Elapsed days of 24 hours: whose midnight would count, nobody here knows. */
static void append_age(struct buffer *words, int64_t since_us, int64_t now_us)
{
    const int64_t days = since_us >= now_us ? 0 : (now_us - since_us) / CLOCK_US_PER_DAY;
    if (days == 0) {
        buffer_append(words, TEXT("today"));
    } else if (days == 1) {
        buffer_append(words, TEXT("yesterday"));
    } else {
        buffer_append_i64(words, days);
        buffer_append(words, TEXT(" days ago"));
    }
}

static struct text describe(const struct weak_area *area, int64_t now_us, struct arena *arena)
{
    const struct evidence *evidence = &area->evidence;
    struct buffer words;

    if (evidence->answers == 0) {
        return area->label == WEAK_AREA_NO_EVIDENCE
                   ? TEXT("no answers yet")
                   : TEXT("only answers to questions of other sections that touch it");
    }
    buffer_init(&words, arena, WHY_BYTES_MAX);
    buffer_append_i64(&words, evidence->correct);
    buffer_append(&words, TEXT(" of "));
    buffer_append_i64(&words, evidence->answers);
    buffer_append(&words, TEXT(" right"));
    if (evidence->last_wrong_at != 0) {
        buffer_append(&words, TEXT("; last wrong "));
        append_age(&words, evidence->last_wrong_at, now_us);
    }
    return (struct text){.data = words.data, .len = words.len};
}

static int compare_areas(const void *left, const void *right)
{
    const struct weak_area *a = left;
    const struct weak_area *b = right;
    if (a->expected_gain > b->expected_gain || a->expected_gain < b->expected_gain) {
        return a->expected_gain > b->expected_gain ? -1 : 1;
    }
    if (a->mean > b->mean || a->mean < b->mean) {
        return a->mean < b->mean ? -1 : 1;
    }
    return (a->section > b->section) - (a->section < b->section);
}

static const struct weak_areas_method *method_of(enum weak_areas_model model)
{
    return model == WEAK_AREAS_BETA_1 ? &WEAK_AREAS_METHOD_BETA_1 : &WEAK_AREAS_METHOD_BETA_2;
}

static void fill_area(struct estimate *estimate, struct weak_area *area)
{
    const struct weak_areas_input *input = estimate->input;
    const double share = (double)input->bank->sections[area->section].subtree_question_count /
                         (double)input->bank->item_count;

    method_of(input->model)->judge(estimate, area);
    area->evidence = estimate->sums[area->section];
    area->expected_gain =
        share * area->probability_below_target * fmax(0.0, input->target - area->mean);
}

/* What has left the notes can be neither read nor practised. */
static bool is_shown(const struct weak_areas_input *input, const struct section *section)
{
    const size_t count =
        input->is_tree ? section->subtree_question_count : section->own_question_count;

    return count > 0 && !section->is_removed;
}

void weak_areas_estimate(const struct weak_areas_input *input, struct arena *arena,
                         struct weak_area **areas, size_t *count)
{
    const struct bank *bank = input->bank;
    struct estimate estimate = {
        .input = input,
        .sums = weak_areas_sum_subtrees(bank, input->evidence, input->now_us, arena)};

    method_of(input->model)->begin(&estimate, arena);
    *areas = arena_new_array(arena, bank->section_count, struct weak_area);
    *count = 0;
    for (size_t i = 0; i < bank->section_count; i++) {
        if (is_shown(input, &bank->sections[i])) {
            (*areas)[*count].section = i;
            fill_area(&estimate, &(*areas)[*count]);
            (*count)++;
        }
    }
    if (*count > 0 && !input->is_tree) {
        qsort(*areas, *count, sizeof **areas, compare_areas);
    }
    *count = input->is_tree || *count < input->limit ? *count : input->limit;
    for (size_t i = 0; i < *count && !input->is_brief; i++) {
        method_of(input->model)->finish(&estimate, &(*areas)[i]);
        (*areas)[i].why = describe(&(*areas)[i], input->now_us, arena);
    }
}
