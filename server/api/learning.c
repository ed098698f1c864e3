/* What handlers about a learner's knowledge share. */
#include "api/learning.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "domain/exam_weights.h"
#include "store/evidence.h"

static const int64_t FRESH_US = INT64_C(5) * 60 * CLOCK_US_PER_S;
static const uint64_t MIX = UINT64_C(0x9E3779B97F4A7C15);

int64_t learning_now_us(void)
{
    return (clock_now_us() / FRESH_US + 1) * FRESH_US;
}

double learning_rounded(double value)
{
    return round(value * 1e4) / 1e4;
}

static uint64_t mix(uint64_t hash, uint64_t more)
{
    return (hash ^ more) * MIX;
}

/* Word by word: these are some ten thousand bytes at every request. What a product shifts into its
 * upper half comes down again, else high bits of one word would only ever meet those of the next.
 */
static uint64_t mix_words(uint64_t hash, const void *words, size_t size)
{
    const char *bytes = words;
    for (size_t at = 0; at + sizeof(uint64_t) <= size; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, bytes + at, sizeof word);
        hash = mix(hash ^ hash >> 32U, word);
    }
    return hash;
}

uint64_t learning_state(const struct weak_areas_input *input)
{
    static_assert(sizeof *input->evidence % sizeof(uint64_t) == 0, "whole words");
    const struct bank *bank = input->bank;
    const uint64_t sums =
        mix_words(MIX, input->evidence, bank->section_count * sizeof *input->evidence);

    return mix(mix(mix(sums ^ sums >> 32U, uuid_hash(bank->id)), (uint64_t)bank->revision),
               (uint64_t)input->now_us);
}

struct text learning_date(struct arena *arena, int64_t day)
{
    char date[CLOCK_RFC3339_BYTES];

    return arena_copy(arena, clock_format_date(day, date));
}

uint64_t learning_reviews_state(struct review_list reviews)
{
    uint64_t hash = reviews.count;

    for (size_t i = 0; i < reviews.count; i++) {
        const struct review *review = &reviews.items[i];
        hash = mix(hash ^ hash >> 32U,
                   uuid_hash(review->question_id) ^ (uint64_t)review->review_count);
    }
    return hash;
}

bool learning_load(struct call *call, struct text slug, struct weak_areas_input *input,
                   struct error *err)
{
    struct evidence *evidence = NULL;

    *input = (struct weak_areas_input){.model = WEAK_AREAS_BETA_2, .now_us = learning_now_us()};
    if (!call_find_bank(call, slug, &input->bank, err) ||
        !store_evidence_list(call->db, call->arena, call->user_id, input->bank, &evidence, err)) {
        return false;
    }
    input->evidence = evidence;
    input->target = (double)input->bank->target_milli / 1000.0;
    return input->bank->item_count > 0 ||
           error_set(err, ERROR_NOT_FOUND, "the bank has no questions");
}

bool learning_find_exam(struct call *call, const struct bank *bank, struct text slug,
                        const struct exam **exam, struct error *err)
{
    *exam = NULL;
    for (size_t i = 0; i < bank->exam_count && slug.data != NULL; i++) {
        *exam = text_equal(bank->exams[i].slug, slug) ? &bank->exams[i] : *exam;
    }
    return slug.data == NULL || *exam != NULL ||
           error_add_parameter_fault(err, call->arena, TEXT("exam"), FAULT_NOT_FOUND,
                                     "the bank has no such exam");
}

struct outlook learning_outlook(struct call *call, const struct weak_areas_input *input,
                                size_t size, const struct exam *exam)
{
    const struct bank *bank = input->bank;
    double *weights = arena_new_array(call->arena, bank->section_count, double);
    struct outlook outlook = {.mean = 0.0};
    const struct outlook_key key = {.user_id = call->user_id,
                                    .state = mix(mix(mix(learning_state(input), size),
                                                     (uint64_t)(input->target * 1000.0 + 0.5)),
                                                 exam == NULL ? 0 : text_hash(exam->slug))};

    if (outlook_cache_find(call->app->outlooks, key, &outlook)) {
        return outlook;
    }
    for (size_t i = 0; i < bank->section_count; i++) {
        weights[i] = (double)bank->sections[i].own_question_count;
    }
    if (exam != NULL) {
        exam_weights_of(exam, bank, call->arena, weights);
    }
    const struct outlook_draws draws = outlook_draw(input, call->arena);
    outlook = outlook_of(&draws, weights, size, input->target, call->arena);
    outlook_cache_put(call->app->outlooks, key, &outlook);
    return outlook;
}
