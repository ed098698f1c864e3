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

/* The index of the choice with this text; it is added where it is not there yet. */
static size_t choice_index(struct part *choices, size_t *count, struct text text)
{
    for (size_t i = 0; i < *count; i++) {
        if (text_equal(choices[i].text, text)) {
            return i;
        }
    }
    choices[*count] = (struct part){.text = text};
    *count += 1;
    return *count - 1;
}

/* Choices in the order of their premises would betray the key: the first one goes to the end. */
static void list_choices(struct draft *draft, const struct part *choices, const size_t *indexes)
{
    struct question *q = &draft->question;
    struct part *listed = arena_new_array(draft->arena, q->choice_count, struct part);
    struct shape_map *map = arena_new(draft->arena, struct shape_map);
    struct shape_pair *pairs = arena_new_array(draft->arena, q->premise_count, struct shape_pair);
    for (size_t i = 0; i < q->choice_count; i++) {
        listed[i] = choices[(i + 1) % q->choice_count];
        listed[i].id = arena_printf(draft->arena, "%zu", i + 1);
    }
    for (size_t i = 0; i < q->premise_count; i++) {
        const size_t index = (indexes[i] + q->choice_count - 1) % q->choice_count;
        pairs[i] = (struct shape_pair){q->premises[i].id, listed[index].id};
    }
    map->pairs = pairs;
    map->count = q->premise_count;
    q->choices = listed;
    q->pairs = map;
}

void answers_match(struct draft *draft, const struct answer_pair *pairs, size_t count)
{
    struct question *q = &draft->question;
    struct part *premises = arena_new_array(draft->arena, count, struct part);
    struct part *choices = arena_new_array(draft->arena, count, struct part);
    size_t *indexes = arena_new_array(draft->arena, count, size_t);
    q->type = QUESTION_MATCHING;
    q->premise_count = 0;
    q->choice_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (pairs[i].premise.len > 0) {
            indexes[q->premise_count] = choice_index(choices, &q->choice_count, pairs[i].choice);
            premises[q->premise_count] = (struct part){
                .id = answers_letter(draft->arena, q->premise_count), .text = pairs[i].premise};
            q->premise_count++;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (pairs[i].premise.len == 0) {
            (void)choice_index(choices, &q->choice_count, pairs[i].choice); /* it belongs to none */
        }
    }
    q->premises = premises;
    list_choices(draft, choices, indexes);
}
