/*
 * Credits in whole thousandths: no floating point but in the numeric comparison, where it cannot be
 * avoided. A response names options by id, so nothing here depends on the order in which options
 * were listed or shown.
 */
#include "domain/scoring.h"

#include <math.h>

#include "base/arena.h"
#include "domain/text_match.h"

/* Decimal fractions are not exact in binary: 0.3 lies 0.1 from 0.2 for a learner, but not for a
 * processor. Some thousand times the error of one rounding, a millionth of what any author would
 * call a tolerance. */
static const double REPRESENTATION_ERROR = 1e-12;

static const struct question_option *find_option(const struct question *question, struct text id)
{
    for (size_t i = 0; i < question->option_count; i++) {
        if (text_equal(question->options[i].id, id)) {
            return &question->options[i];
        }
    }
    return NULL;
}

static int64_t all_or_nothing(bool is_right)
{
    return is_right ? CREDIT_FULL : 0;
}

static int64_t credit_of_choice(const struct question *question,
                                const struct question_response *response)
{
    if (response->choice_count != 1) {
        return 0;
    }
    const struct question_option *chosen = find_option(question, response->choices[0]);
    return all_or_nothing(chosen != NULL && chosen->correct);
}

static int64_t credit_of_choices(const struct question *question,
                                 const struct question_response *response)
{
    int64_t right_options = 0;
    for (size_t i = 0; i < question->option_count; i++) {
        right_options += question->options[i].correct ? 1 : 0;
    }
    int64_t net = 0;
    for (size_t i = 0; i < response->choice_count; i++) {
        const struct question_option *chosen = find_option(question, response->choices[i]);
        net += chosen != NULL && chosen->correct ? 1 : -1;
    }
    return net <= 0 || right_options == 0 ? 0 : net * CREDIT_FULL / right_options;
}

static int64_t credit_of_number(const struct number_key *key, double number)
{
    const double tolerance = fmax(key->tolerance, key->relative_tolerance * fabs(key->value));
    const double slack = REPRESENTATION_ERROR * fmax(fabs(key->value), fabs(number));
    return all_or_nothing(fabs(number - key->value) <= tolerance + slack);
}

bool scoring_text_matches(struct text response, struct text accepted, bool case_sensitive)
{
    struct arena *arena = arena_create();
    const bool is_match = text_match_holds(arena, response, accepted, case_sensitive);
    arena_free(arena);
    return is_match;
}

static int64_t credit_of_text(const struct question *question, struct text response)
{
    bool is_right = false;
    for (size_t i = 0; i < question->accepted_count && !is_right; i++) {
        is_right =
            scoring_text_matches(response, question->accepted[i].text, question->case_sensitive);
    }
    return all_or_nothing(is_right);
}

static int64_t credit_of_order(const struct question *question,
                               const struct question_response *response)
{
    bool is_right = response->order_count == question->order_count;
    for (size_t i = 0; i < question->order_count && is_right; i++) {
        is_right = text_equal(response->order[i], question->order[i]);
    }
    return all_or_nothing(is_right);
}

static bool has_pair(const struct shape_map *map, struct shape_pair wanted)
{
    for (size_t i = 0; i < map->count; i++) {
        if (text_equal(map->pairs[i].key, wanted.key)) {
            return text_equal(map->pairs[i].value, wanted.value);
        }
    }
    return false;
}

static int64_t credit_of_pairs(const struct question *question, const struct shape_map *pairs)
{
    int64_t right = 0;
    for (size_t i = 0; i < question->pairs->count; i++) {
        right += has_pair(pairs, question->pairs->pairs[i]) ? 1 : 0;
    }
    return question->premise_count == 0 ? 0
                                        : right * CREDIT_FULL / (int64_t)question->premise_count;
}

int64_t scoring_credit(const struct question *question, const struct question_response *response)
{
    if (response == NULL) {
        return 0;
    }
    switch (question->type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_TRUE_FALSE:
        return credit_of_choice(question, response);
    case QUESTION_MULTIPLE_CHOICE:
        return credit_of_choices(question, response);
    case QUESTION_NUMERIC:
        return credit_of_number(question->number, *response->number);
    case QUESTION_SHORT_TEXT:
        return credit_of_text(question, response->text);
    case QUESTION_ORDERING:
        return credit_of_order(question, response);
    case QUESTION_MATCHING:
        return credit_of_pairs(question, response->pairs);
    case QUESTION_TYPE_COUNT:
        break;
    }
    return 0;
}
