/* Keys of numbers and of matchings. */
#include "formats/answers.h"

#include <math.h>
#include <stdlib.h>

enum { NUMBER_BYTES_MAX = 40 };

bool number_parse(struct text digits, double *number)
{
    char copy[NUMBER_BYTES_MAX + 1];
    const struct text trimmed = text_trim(digits);
    if (trimmed.len == 0 || trimmed.len > NUMBER_BYTES_MAX) {
        return false;
    }
    for (size_t i = 0; i < trimmed.len; i++) {
        const char c = trimmed.data[i];
        const bool is_decimal = (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' ||
                                c == 'e' || c == 'E' || c == ',';
        if (!is_decimal) {
            return false;
        }
        copy[i] = (char)(c == ',' ? '.' : c); /* as half of the world writes it */
    }
    copy[trimmed.len] = '\0';
    char *end = NULL;
    *number = strtod(copy, &end);
    return end == copy + trimmed.len && isfinite(*number);
}

static const double *keep(struct arena *arena, double value)
{
    double *kept = arena_new(arena, double);
    *kept = value;
    return kept;
}

static void set_number(struct draft *draft, const struct answer_number *number)
{
    struct number_key *key = arena_new(draft->arena, struct number_key);
    if (number->is_range) {
        key->min = keep(draft->arena, number->min);
        key->max = keep(draft->arena, number->max);
    } else {
        key->value = keep(draft->arena, number->value);
        key->tolerance = number->tolerance;
    }
    draft->question.number = key;
}

void answers_number(struct draft *draft, const struct answer_number *numbers, size_t count)
{
    size_t right_count = 0;
    draft->question.type = QUESTION_NUMERIC;
    for (size_t i = 0; i < count; i++) {
        if (numbers[i].fraction == FRACTION_FULL) {
            right_count++;
            set_number(draft, &numbers[i]);
        } else if (numbers[i].fraction > 0) {
            draft_warn(draft, "partial_credit_lost",
                       "the number or range that gives a part of the mark will count as wrong");
        }
    }
    if (right_count != 1) {
        (void)draft_refuse(
            draft, right_count == 0 ? "no_right_answer" : "several_right", /* false */
            right_count == 0 ? "no number has the whole mark"
                             : "a question has one right number or range, not several");
    }
}

/* The id of the choice with this text; it is added where it is not there yet. */
static struct text choice_id(struct draft *draft, struct part *choices, size_t *count,
                             struct text text)
{
    for (size_t i = 0; i < *count; i++) {
        if (text_equal(choices[i].text, text)) {
            return choices[i].id;
        }
    }
    struct part *choice = &choices[*count];
    *count += 1;
    choice->id = arena_printf(draft->arena, "%zu", *count);
    choice->text = text;
    choice->feedback = TEXT_ABSENT;
    return choice->id;
}

void answers_match(struct draft *draft, const struct answer_pair *pairs, size_t count)
{
    struct question *q = &draft->question;
    struct part *premises = arena_new_array(draft->arena, count, struct part);
    struct part *choices = arena_new_array(draft->arena, count, struct part);
    struct shape_map *map = arena_new(draft->arena, struct shape_map);
    map->pairs = arena_new_array(draft->arena, count, struct shape_pair);
    q->type = QUESTION_MATCHING;
    q->premise_count = 0;
    q->choice_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct text id = choice_id(draft, choices, &q->choice_count, pairs[i].choice);
        if (pairs[i].premise.len > 0) {
            struct part *premise = &premises[q->premise_count];
            premise->id = answers_letter(draft->arena, q->premise_count);
            premise->text = pairs[i].premise;
            premise->feedback = TEXT_ABSENT;
            map->pairs[q->premise_count++] = (struct shape_pair){premise->id, id};
        }
    }
    map->count = q->premise_count;
    q->premises = premises;
    q->choices = choices;
    q->pairs = map;
}
