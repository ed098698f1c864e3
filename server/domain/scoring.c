/*
 * Credits in whole thousandths: no floating point but in the numeric comparison, where it cannot be
 * avoided. A response names options by id, so nothing here depends on the order in which options
 * were listed or shown.
 */
#include "domain/scoring.h"

#include <math.h>

#include "base/arena.h"
#include "domain/scoring_choice.h"
#include "domain/text_match.h"

/* Decimal fractions are not exact in binary: 0.3 lies 0.1 from 0.2 for a learner, but not for a
 * processor. Some thousand times the error of one rounding, a millionth of what any author would
 * call a tolerance. */
static const double REPRESENTATION_ERROR = 1e-12;

static int64_t all_or_nothing(bool is_right)
{
    return is_right ? CREDIT_FULL : 0;
}

static double slack_of(double key, double number)
{
    return REPRESENTATION_ERROR * fmax(fabs(key), fabs(number));
}

static int64_t credit_of_number(const struct number_key *key, double number)
{
    if (key->value == NULL) {
        return all_or_nothing(
            (key->min == NULL || number >= *key->min - slack_of(*key->min, number)) &&
            (key->max == NULL || number <= *key->max + slack_of(*key->max, number)));
    }
    const double value = *key->value;
    const double tolerance = fmax(key->tolerance, key->relative_tolerance * fabs(value));
    return all_or_nothing(fabs(number - value) <= tolerance + slack_of(value, number));
}

bool scoring_text_matches(struct text response, struct text accepted, bool case_sensitive)
{
    struct arena *arena = arena_create();
    const bool is_match = text_match_holds(arena, response, accepted, case_sensitive);
    arena_free(arena);
    return is_match;
}

static bool is_accepted(const struct accepted_text *accepted, size_t count, bool case_sensitive,
                        struct text response)
{
    for (size_t i = 0; i < count; i++) {
        if (scoring_text_matches(response, accepted[i].text, case_sensitive)) {
            return true;
        }
    }
    return false;
}

/* Neighbours of the key that are neighbours in the response. */
static int64_t adjacent_pairs(const struct question *question,
                              const struct question_response *response)
{
    int64_t kept = 0;
    for (size_t i = 0; i + 1 < question->order_count; i++) {
        for (size_t j = 0; j + 1 < response->order_count; j++) {
            kept += text_equal(response->order[j], question->order[i]) &&
                            text_equal(response->order[j + 1], question->order[i + 1])
                        ? 1
                        : 0;
        }
    }
    return kept;
}

static int64_t credit_of_order(const struct question *question,
                               const struct question_response *response, enum scoring_rule rule)
{
    if (rule == SCORING_ADJACENT_PAIRS && question->order_count > 1) {
        return adjacent_pairs(question, response) * CREDIT_FULL /
               ((int64_t)question->order_count - 1);
    }
    bool is_right = response->order_count == question->order_count;
    for (size_t i = 0; i < question->order_count && is_right; i++) {
        is_right = text_equal(response->order[i], question->order[i]);
    }
    return all_or_nothing(is_right);
}

/* Right and wrong parts of a matching or a cloze; what was left empty is neither. */
struct parts {
    int64_t count;
    int64_t right;
    int64_t wrong;
};

static const struct text *find_value(const struct shape_map *map, struct text key)
{
    for (size_t i = 0; i < map->count; i++) {
        if (text_equal(map->pairs[i].key, key)) {
            return &map->pairs[i].value;
        }
    }
    return NULL;
}

static struct parts count_pairs(const struct question *question, const struct shape_map *pairs)
{
    struct parts parts = {.count = (int64_t)question->premise_count};
    for (size_t i = 0; i < question->pairs->count; i++) {
        const struct text *given = find_value(pairs, question->pairs->pairs[i].key);
        const bool is_right = given != NULL && text_equal(*given, question->pairs->pairs[i].value);
        parts.right += is_right ? 1 : 0;
        parts.wrong += given != NULL && !is_right ? 1 : 0;
    }
    return parts;
}

static struct parts count_gaps(const struct question *question, const struct shape_map *gaps)
{
    struct parts parts = {.count = (int64_t)question->gap_count};
    for (size_t i = 0; i < question->gap_count; i++) {
        const struct gap *gap = &question->gaps[i];
        const struct text *given = find_value(gaps, gap->id);
        const bool is_filled = given != NULL && text_trim(*given).len > 0;
        const bool is_right = is_filled && is_accepted(gap->accepted, gap->accepted_count,
                                                       gap->case_sensitive, *given);
        parts.right += is_right ? 1 : 0;
        parts.wrong += is_filled && !is_right ? 1 : 0;
    }
    return parts;
}

static int64_t credit_of_parts(struct parts parts, enum scoring_rule rule)
{
    if (rule == SCORING_ALL_OR_NOTHING) {
        return all_or_nothing(parts.right == parts.count);
    }
    const int64_t net = rule == SCORING_NET_CORRECT ? parts.right - parts.wrong : parts.right;
    return net <= 0 || parts.count == 0 ? 0 : net * CREDIT_FULL / parts.count;
}

int64_t scoring_credit_by(const struct question *question, const struct question_response *response,
                          enum scoring_rule rule)
{
    if (response == NULL) {
        return 0;
    }
    switch (question->type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_TRUE_FALSE:
    case QUESTION_MULTIPLE_CHOICE:
        return scoring_choice_credit(question, response, rule);
    case QUESTION_NUMERIC:
        return credit_of_number(question->number, *response->number);
    case QUESTION_SHORT_TEXT:
        return all_or_nothing(is_accepted(question->accepted, question->accepted_count,
                                          question->case_sensitive, response->text));
    case QUESTION_ORDERING:
        return credit_of_order(question, response, rule);
    case QUESTION_MATCHING:
        return credit_of_parts(count_pairs(question, response->pairs), rule);
    case QUESTION_CLOZE:
        return credit_of_parts(count_gaps(question, response->gaps), rule);
    case QUESTION_TYPE_COUNT:
        break;
    }
    return 0;
}
