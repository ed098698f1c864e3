/* What handlers about a learner's knowledge share. */
#include "api/learning.h"

#include "base/clock.h"
#include "domain/exam_weights.h"

static const int64_t FRESH_US = INT64_C(5) * 60 * CLOCK_US_PER_S;
static const uint64_t MIX = UINT64_C(0x9E3779B97F4A7C15);

int64_t learning_now_us(void)
{
    return (clock_now_us() / FRESH_US + 1) * FRESH_US;
}

static uint64_t mix(uint64_t hash, uint64_t more)
{
    return (hash ^ more) * MIX;
}

uint64_t learning_state(const struct weak_areas_input *input)
{
    const struct bank *bank = input->bank;
    const struct text sums = {.data = (const char *)input->evidence,
                              .len = bank->section_count * sizeof *input->evidence};

    return mix(mix(mix(text_hash(sums), uuid_hash(bank->id)), (uint64_t)bank->revision),
               (uint64_t)input->now_us);
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
        exam_weights_of(exam, bank, weights);
    }
    const struct outlook_draws draws = outlook_draw(input, call->arena);
    outlook = outlook_of(&draws, weights, size, input->target, call->arena);
    outlook_cache_put(call->app->outlooks, key, &outlook);
    return outlook;
}
