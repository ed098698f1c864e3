/* Pairs of key and value, both ways. */
#include "formats/extras.h"

#include <math.h>

#include "domain/scoring.h"
#include "formats/answers.h"
#include "formats/draft.h"
#include "formats/explain.h"

void extras_add(struct extra_list *list, struct text key, struct text value)
{
    if (list->count < EXTRAS_MAX && value.len > 0) {
        list->items[list->count++] = (struct extra){.key = key, .value = value};
    }
}

const struct text *extras_find(const struct extra_list *list, struct text key)
{
    for (size_t i = 0; i < list->count; i++) {
        if (text_equal(list->items[i].key, key)) {
            return &list->items[i].value;
        }
    }
    return NULL;
}

static struct text number_text(struct arena *arena, double value)
{
    struct buffer out;
    struct text text = TEXT("");
    struct error err = {.code = ERROR_NONE};
    buffer_init(&out, arena, 64);
    explain_number(&out, value);
    return buffer_text(&out, &text, &err) ? text : TEXT("");
}

static void add_number(struct arena *arena, const struct number_key *number,
                       struct extra_list *list)
{
    if (number == NULL) {
        return;
    }
    extras_add(list, TEXT("unit"), number->unit);
    extras_add(list, TEXT("check"), number->check);
    if (number->relative_tolerance > 0.0) {
        extras_add(list, TEXT("tolerance"), number_text(arena, number->tolerance));
        extras_add(list, TEXT("relative"), number_text(arena, number->relative_tolerance));
    }
}

static void add_scoring(struct arena *arena, const struct question_scoring *scoring,
                        struct extra_list *list)
{
    if (scoring == NULL) {
        return;
    }
    extras_add(list, TEXT("rule"), text_of(enumeration_name(&SCORING_RULES, scoring->rule)));
    if (scoring->penalty != NULL) {
        extras_add(list, TEXT("penalty"),
                   number_text(arena, (double)*scoring->penalty / CREDIT_FULL));
    }
}

void extras_of(struct arena *arena, const struct question *question, struct extra_list *list)
{
    list->count = 0;
    extras_add(list, TEXT("difficulty"),
               arena_printf(arena, "%lld", (long long)question->difficulty));
    extras_add(list, TEXT("domain"), question->domain);
    if (question->source.line != NULL) {
        extras_add(list, TEXT("line"),
                   arena_printf(arena, "%lld", (long long)*question->source.line));
    }
    extras_add(list, TEXT("url"), question->source.url);
    for (size_t i = 0; i < question->section_count; i++) {
        extras_add(list, TEXT("section"), question->sections[i]);
    }
    add_number(arena, question->number, list);
    add_scoring(arena, question->scoring, list);
    if (question->case_sensitive ||
        (question->gap_count == 1 && question->gaps[0].case_sensitive)) {
        extras_add(list, TEXT("case"), TEXT("1"));
    }
}

void extras_of_range(struct arena *arena, const struct question *question, struct extra_list *list)
{
    const struct number_key *number = question->number;
    if (number != NULL && number->min != NULL) {
        extras_add(list, TEXT("min"), number_text(arena, *number->min));
    }
    if (number != NULL && number->max != NULL) {
        extras_add(list, TEXT("max"), number_text(arena, *number->max));
    }
}

static bool apply_place(struct draft *draft, struct text key, struct text value)
{
    struct question *q = &draft->question;
    int64_t *line = arena_new(draft->arena, int64_t);
    if (text_equal(key, TEXT("difficulty"))) {
        return text_to_i64(value, &q->difficulty);
    }
    if (text_equal(key, TEXT("domain"))) {
        q->domain = value;
    } else if (text_equal(key, TEXT("url"))) {
        draft->source.url = value;
    } else if (text_equal(key, TEXT("line"))) {
        draft->source.line = line;
        return text_to_i64(value, line);
    }
    return true;
}

/* A number key of the draft that may be changed; NULL: it has none. */
static struct number_key *own_number(struct draft *draft)
{
    if (draft->question.number == NULL) {
        return NULL;
    }
    struct number_key *copy = arena_new(draft->arena, struct number_key);
    *copy = *draft->question.number;
    draft->question.number = copy;
    return copy;
}

/* A bound of a range, which then has neither value nor tolerance. */
static bool apply_bound(struct draft *draft, struct number_key *number, bool is_min,
                        struct text value)
{
    double *bound = arena_new(draft->arena, double);
    *(is_min ? &number->min : &number->max) = bound;
    number->value = NULL;
    number->tolerance = 0.0;
    return number_parse(value, bound);
}

static bool apply_number(struct draft *draft, struct text key, struct text value)
{
    static const struct text KEYS[] = {TEXT_INIT("unit"),     TEXT_INIT("check"),
                                       TEXT_INIT("relative"), TEXT_INIT("tolerance"),
                                       TEXT_INIT("min"),      TEXT_INIT("max")};
    size_t which = 0;
    while (which < COUNT_OF(KEYS) && !text_equal(key, KEYS[which])) {
        which++;
    }
    if (which == COUNT_OF(KEYS)) {
        return true;
    }
    struct number_key *number = own_number(draft);
    if (number == NULL) {
        return false;
    }
    if (which == 0) {
        number->unit = value;
    } else if (which == 1) {
        number->check = value;
    } else if (which >= 4) {
        return apply_bound(draft, number, which == 4, value);
    } else {
        return number_parse(value, which == 2 ? &number->relative_tolerance : &number->tolerance);
    }
    return true;
}

/* Weights that were not read because they are what the default rule gives. */
static void give_weights(struct draft *draft)
{
    struct question *q = &draft->question;
    struct question_option *options =
        arena_new_array(draft->arena, q->option_count, struct question_option);
    int64_t *weights = arena_new_array(draft->arena, q->option_count, int64_t);
    for (size_t i = 0; i < q->option_count; i++) {
        weights[i] = answers_fraction(q, i) / FRACTION_PER_MILLI;
    }
    for (size_t i = 0; i < q->option_count; i++) {
        options[i] = q->options[i];
        options[i].weight = &weights[i];
    }
    q->options = options;
}

static bool apply_scoring(struct draft *draft, struct text key, struct text value)
{
    struct question *q = &draft->question;
    struct question_scoring *scoring = arena_new(draft->arena, struct question_scoring);
    double penalty = 0.0;
    unsigned rule = 0;
    if (q->scoring != NULL) {
        *scoring = *q->scoring;
    }
    if (text_equal(key, TEXT("rule"))) {
        if (!enumeration_find(&SCORING_RULES, value, &rule)) {
            return false;
        }
        if (rule == SCORING_OPTION_WEIGHTS && q->scoring == NULL && q->options != NULL) {
            give_weights(draft);
        }
        scoring->rule = (enum scoring_rule)rule;
        q->scoring = scoring;
    } else if (text_equal(key, TEXT("penalty")) && q->scoring != NULL) {
        int64_t *milli = arena_new(draft->arena, int64_t);
        if (!number_parse(value, &penalty) || fabs(penalty) > 1.0) {
            return false;
        }
        *milli = (int64_t)lround(penalty * CREDIT_FULL);
        scoring->penalty = milli;
        q->scoring = scoring;
    }
    return true;
}

static void apply_case(struct draft *draft)
{
    struct question *q = &draft->question;
    struct gap *gaps = arena_new_array(draft->arena, q->gap_count, struct gap);
    q->case_sensitive = q->type == QUESTION_SHORT_TEXT;
    for (size_t i = 0; i < q->gap_count; i++) {
        gaps[i] = q->gaps[i];
        gaps[i].case_sensitive = true;
    }
    q->gaps = q->gaps == NULL ? NULL : gaps;
}

/* Further sections are collected in one list. */
static void apply_sections(struct draft *draft)
{
    struct text *sections = arena_new_array(draft->arena, draft->extras.count, struct text);
    size_t count = 0;
    for (size_t i = 0; i < draft->extras.count; i++) {
        if (text_equal(draft->extras.items[i].key, TEXT("section"))) {
            sections[count++] = draft->extras.items[i].value;
        }
    }
    if (count > 0) {
        draft->question.sections = sections;
        draft->question.section_count = count;
    }
}

void extras_apply(struct draft *draft)
{
    for (size_t i = 0; i < draft->extras.count; i++) {
        const struct extra *extra = &draft->extras.items[i];
        if (!apply_place(draft, extra->key, extra->value) ||
            !apply_number(draft, extra->key, extra->value) ||
            !apply_scoring(draft, extra->key, extra->value)) {
            draft_warn(draft, "value_lost", "%.*s \"%.*s\" cannot be understood",
                       TEXT_ARG(extra->key), TEXT_ARG(extra->value));
        } else if (text_equal(extra->key, TEXT("case")) && text_equal(extra->value, TEXT("1"))) {
            apply_case(draft);
        }
    }
    apply_sections(draft);
}
