/*
 * A numeric question's key must follow from its numbers: the `check` is computed again, and each
 * number in it must stand somewhere a learner can have it from: the stem (in digits or as a word),
 * the notes of the section, the explanation's worked steps; or be one of the ratios between units
 * of time and size that everybody knows.
 */
#include "bank/lint_rules.h"

#include <math.h>

#include "bank/expression.h"
#include "bank/prose.h"

enum { GROUP_DIGITS = 3 };

static const double PRECISION = 1e-9; /* relative, of the comparison of doubles */

static bool is_near(double a, double b, double tolerance)
{
    return fabs(a - b) <= fmax(tolerance, PRECISION * fmax(fabs(a), fabs(b)));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Without the commas that group thousands: "12,300" → "12300". */
static struct text ungroup(struct arena *arena, struct text source)
{
    char *out = arena_alloc_bytes(arena, source.len + 1);
    size_t length = 0;
    for (size_t i = 0; i < source.len; i++) {
        bool is_group = source.data[i] == ',' && i > 0 && is_digit(source.data[i - 1]) &&
                        i + GROUP_DIGITS < source.len;
        for (size_t k = 1; is_group && k <= GROUP_DIGITS; k++) {
            is_group = is_digit(source.data[i + k]);
        }
        is_group = is_group && (i + GROUP_DIGITS + 1 == source.len ||
                                !is_digit(source.data[i + GROUP_DIGITS + 1]));
        if (!is_group) {
            out[length++] = source.data[i];
        }
    }
    out[length] = '\0';
    return (struct text){.data = out, .len = length};
}

/* A share is written as a number or in percent. */
static bool has_digits(struct text source, double number)
{
    const double percent = 100.0;
    size_t at = 0;
    double found = 0.0;
    while (expression_next_number(source, &at, &found)) {
        const struct text unit = text_trim(text_slice(source, at, 2));
        const bool is_percent = text_starts_with(unit, TEXT("%"));
        if (is_near(found, number, 0.0) || (is_percent && is_near(found / percent, number, 0.0))) {
            return true;
        }
    }
    return false;
}

static bool has_word(struct text source, double number)
{
    static const struct {
        const char *word;
        double number;
    } WORDS[] = {
        {"one", 1},     {"once", 1},       {"first", 1},     {"two", 2},     {"twice", 2},
        {"second", 2},  {"double", 2},     {"both", 2},      {"pair", 2},    {"half", 0.5},
        {"three", 3},   {"third", 3},      {"four", 4},      {"fourth", 4},  {"quarter", 0.25},
        {"five", 5},    {"fifth", 5},      {"six", 6},       {"sixth", 6},   {"seven", 7},
        {"eight", 8},   {"nine", 9},       {"ten", 10},      {"eleven", 11}, {"twelve", 12},
        {"dozen", 12},  {"fifteen", 15},   {"twenty", 20},   {"thirty", 30}, {"hundred", 100},
        {"seventh", 7}, {"thousand", 1e3}, {"million", 1e6}, {"zero", 0},    {"half", 2},
    };
    struct prose prose = prose_start(source);
    struct prose_token token;
    while (prose_next_word(&prose, &token)) {
        for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
            if (is_near(WORDS[i].number, number, 0.0) &&
                text_equal_ignoring_case(token.text, text_of(WORDS[i].word))) {
                return true;
            }
        }
    }
    return false;
}

/* A text that a number may stand in. */
struct source {
    struct text words;
    struct text ungrouped;
};

static struct source source_of(struct arena *arena, struct text words)
{
    return (struct source){words, ungroup(arena, words)};
}

static bool states(const struct source *source, double number)
{
    return has_digits(source->ungrouped, number) || has_word(source->words, number);
}

static bool is_unit_ratio(double number)
{
    static const double RATIOS[] = {1, 7, 8, 24, 30, 60, 100, 365, 1000, 1024, 3600, 86400, 1e6};
    for (size_t i = 0; i < COUNT_OF(RATIOS); i++) {
        if (is_near(RATIOS[i], number, 0.0)) {
            return true;
        }
    }
    return false;
}

static void check_numbers(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    const size_t *section = text_map_find(&lint->sections, q->section);
    const struct text body =
        section == NULL ? TEXT("") : lint->folder->notes.sections[*section].body;
    const struct source stem = source_of(lint->arena, q->stem);
    const struct source notes = source_of(lint->arena, body);
    const struct source explanation = source_of(lint->arena, q->explanation);
    size_t at = 0;
    double number = 0.0;
    while (expression_next_number(q->number->check, &at, &number)) {
        if (!is_unit_ratio(number) && !states(&stem, number) && !states(&notes, number) &&
            !states(&explanation, number)) {
            lint_report(lint, item, TEXT("/number/check"),
                        (struct lint_finding){
                            SEVERITY_WARNING, "number_from_nowhere",
                            arena_printf(lint->arena,
                                         "%g is neither in the stem nor in the section or the "
                                         "explanation",
                                         number)});
        }
    }
}

static bool meets_key(const struct number_key *key, double value)
{
    if (key->value == NULL) {
        return (key->min == NULL || value >= *key->min) && (key->max == NULL || value <= *key->max);
    }
    return is_near(value, *key->value,
                   fmax(key->tolerance, key->relative_tolerance * fabs(*key->value)));
}

static struct text describe(const struct lint *lint, const struct number_key *key, double value)
{
    return key->value == NULL
               ? arena_printf(lint->arena, "the check gives %.15g, which is not in the range",
                              value)
               : arena_printf(lint->arena, "the check gives %.15g, the key is %.15g", value,
                              *key->value);
}

void lint_number(const struct lint *lint, const struct bank_question *item)
{
    const struct number_key *key = item->question.number;
    struct expression_fault fault;
    double value = 0.0;
    if (key == NULL) {
        return;
    }
    lint->statistics->numeric++;
    if (key->check.data == NULL) {
        lint_report(lint, item, TEXT("/number"),
                    (struct lint_finding){SEVERITY_WARNING, "missing_check",
                                          TEXT("there is no arithmetic to check the value by")});
        return;
    }
    if (!expression_evaluate(key->check, &value, &fault)) {
        lint_report(lint, item, TEXT("/number/check"),
                    (struct lint_finding){
                        SEVERITY_ERROR, "bad_check",
                        arena_printf(lint->arena, "column %zu: %s", fault.column, fault.why)});
        return;
    }
    lint->statistics->numeric_recomputed++;
    if (!meets_key(key, value)) {
        lint_report(
            lint, item, TEXT("/number/check"),
            (struct lint_finding){SEVERITY_ERROR, "check_differs", describe(lint, key, value)});
    }
    check_numbers(lint, item);
}
