/* The key in a row of a questions table, by its type. */
#include <string.h>

#include "formats/answers.h"
#include "formats/csv_columns.h"

bool csv_next(struct text *rest, const char *separators, struct text *item)
{
    while (rest->len > 0) {
        size_t end = 0;
        while (end < rest->len && strchr(separators, rest->data[end]) == NULL) {
            end++;
        }
        *item = text_trim(text_slice(*rest, 0, end));
        *rest = text_slice(*rest, end + 1, rest->len);
        if (item->len > 0) {
            return true;
        }
    }
    return false;
}

static size_t count_parts(const struct csv_fields *fields)
{
    size_t count = 0;
    while (count < CSV_PARTS && fields->parts[count].len > 0) {
        count++;
    }
    return count;
}

/* "c" or "C": the option's index; CSV_PARTS: none. */
static size_t part_index(struct text letter)
{
    const char c = (char)(letter.len == 1 ? letter.data[0] | 0x20 : '\0');
    return c >= 'a' && c < 'a' + CSV_PARTS ? (size_t)(c - 'a') : CSV_PARTS;
}

/* "a" or "a=50"; a text that is an option's own names it, too. */
static bool mark_option(struct draft *draft, struct answer_list *list, struct text item,
                        int64_t *marked)
{
    struct text letter = TEXT_ABSENT;
    struct text percent = TEXT_ABSENT;
    int64_t fraction = FRACTION_FULL;
    const bool has_weight = text_split(item, '=', &letter, &percent);
    const size_t index = part_index(text_trim(letter));
    if (index >= list->count || (has_weight && !fraction_parse(text_trim(percent), &fraction))) {
        return draft_refuse(draft, "bad_answer",
                            "the answer names options by their letters (a;c), not \"%.*s\"",
                            TEXT_ARG(text_slice(item, 0, 60)));
    }
    list->items[index].fraction = fraction;
    *marked += has_weight ? 0 : 1;
    return true;
}

/* Without weights every right option has the same share, and every wrong one the same taken off. */
static void share(struct answer_list *list, int64_t marked)
{
    for (size_t i = 0; i < list->count && marked > 0; i++) {
        struct answer *answer = &list->items[i];
        answer->fraction = (answer->fraction > 0 ? FRACTION_FULL : -FRACTION_FULL) / marked;
    }
}

static void read_choice(struct draft *draft, const struct csv_fields *fields, bool is_single)
{
    struct answer_list *list = arena_new(draft->arena, struct answer_list);
    struct text rest = fields->answer;
    struct text item = TEXT_ABSENT;
    int64_t marked = 0;
    for (size_t i = 0; i < count_parts(fields); i++) {
        const struct answer answer = {.text = fields->parts[i], .feedback = fields->feedback[i]};
        (void)answers_add(draft, list, answer); /* there is room for all columns */
    }
    while (csv_next(&rest, ";, ", &item)) {
        if (!mark_option(draft, list, item, &marked)) {
            return;
        }
    }
    if (!is_single) {
        share(list, marked);
    }
    answers_choose(draft, list, is_single);
}

static bool find_truth(struct text word, bool *is_true)
{
    *is_true =
        text_equal_ignoring_case(word, TEXT("true")) || text_equal_ignoring_case(word, TEXT("t"));
    return *is_true || text_equal_ignoring_case(word, TEXT("false")) ||
           text_equal_ignoring_case(word, TEXT("f"));
}

static void read_truth(struct draft *draft, const struct csv_fields *fields)
{
    bool is_true = false;
    if (!find_truth(fields->answer, &is_true)) {
        (void)draft_refuse(draft, "bad_answer", "the answer is true or false"); /* always false */
    }
    answers_true_false(draft, is_true, fields->feedback[0], fields->feedback[1]);
}

/* "6", "6:0.5", "1..5", "1..", "..5". */
static bool parse_number(struct draft *draft, struct text text, struct number_key *key)
{
    double *first = arena_new(draft->arena, double);
    double *second = arena_new(draft->arena, double);
    struct text value = TEXT_ABSENT;
    struct text tolerance = TEXT_ABSENT;
    for (size_t at = 0; at + 1 < text.len; at++) {
        if (text.data[at] == '.' && text.data[at + 1] == '.') {
            key->min = at > 0 ? first : NULL;
            key->max = at + 2 < text.len ? second : NULL;
            return (at == 0 || number_parse(text_slice(text, 0, at), first)) &&
                   (at + 2 == text.len || number_parse(text_slice(text, at + 2, text.len), second));
        }
    }
    key->value = first;
    return text_split(text, ':', &value, &tolerance)
               ? number_parse(value, first) && number_parse(tolerance, &key->tolerance)
               : number_parse(value, first);
}

static void read_number(struct draft *draft, const struct csv_fields *fields)
{
    struct number_key *key = arena_new(draft->arena, struct number_key);
    draft->question.type = QUESTION_NUMERIC;
    draft->question.number = key;
    if (!parse_number(draft, fields->answer, key)) {
        (void)draft_refuse(draft, "bad_number", /* always false */
                           "the answer is a number: 6, 6:0.5, 1..5, 1.. or ..5");
    }
}

/* "NoEcho|no echo"; "\|" is a bar. */
static const struct accepted_text *read_accepted(struct draft *draft, struct text cell,
                                                 size_t *count)
{
    struct accepted_text *accepted =
        arena_new_array(draft->arena, ANSWERS_MAX, struct accepted_text);
    char *out = arena_alloc_bytes(draft->arena, cell.len + 1);
    size_t from = 0;
    size_t len = 0;
    *count = 0;
    for (size_t at = 0; at <= cell.len && *count < ANSWERS_MAX; at++) {
        const bool is_end = at == cell.len || cell.data[at] == '|';
        if (is_end) {
            accepted[(*count)++].text =
                text_trim((struct text){.data = out + from, .len = len - from});
            from = len;
            continue;
        }
        const bool is_escape =
            cell.data[at] == '\\' && at + 1 < cell.len && cell.data[at + 1] == '|';
        at += is_escape ? 1 : 0;
        out[len++] = cell.data[at];
    }
    return accepted;
}

static void read_gaps(struct draft *draft, const struct csv_fields *fields)
{
    struct question *q = &draft->question;
    struct gap *gaps = arena_new_array(draft->arena, CSV_PARTS, struct gap);
    q->type = QUESTION_CLOZE;
    q->gap_count = count_parts(fields);
    for (size_t i = 0; i < q->gap_count; i++) {
        gaps[i].id = answers_letter(draft->arena, i);
        gaps[i].accepted = read_accepted(draft, fields->parts[i], &gaps[i].accepted_count);
    }
    q->gaps = gaps;
}

static void read_order(struct draft *draft, const struct csv_fields *fields)
{
    struct question *q = &draft->question;
    struct part *items = arena_new_array(draft->arena, CSV_PARTS, struct part);
    struct text *order = arena_new_array(draft->arena, CSV_PARTS, struct text);
    struct text rest = fields->answer;
    struct text letter = TEXT_ABSENT;
    q->type = QUESTION_ORDERING;
    q->items = items;
    q->order = order;
    q->item_count = count_parts(fields);
    for (size_t i = 0; i < q->item_count; i++) {
        items[i].id = answers_letter(draft->arena, i);
        items[i].text = fields->parts[i];
        items[i].feedback = fields->feedback[i];
    }
    while (csv_next(&rest, ";, ", &letter) && q->order_count < CSV_PARTS) {
        order[q->order_count++] = letter;
    }
}

static void read_pairs(struct draft *draft, const struct csv_fields *fields)
{
    struct answer_pair *pairs = arena_new_array(draft->arena, CSV_PARTS, struct answer_pair);
    struct part *premises = NULL;
    size_t count = 0;
    for (; count < count_parts(fields); count++) {
        const struct text cell = fields->parts[count];
        size_t at = 0;
        while (at + 1 < cell.len && !(cell.data[at] == '-' && cell.data[at + 1] == '>')) {
            at++;
        }
        if (at + 1 >= cell.len) {
            (void)draft_refuse(draft, "bad_pair",
                               "a pair is written premise -> choice"); /* false */
            return;
        }
        pairs[count].premise = text_trim(text_slice(cell, 0, at));
        pairs[count].choice = text_trim(text_slice(cell, at + 2, cell.len));
    }
    answers_match(draft, pairs, count);
    premises = arena_new_array(draft->arena, draft->question.premise_count, struct part);
    for (size_t i = 0; i < draft->question.premise_count; i++) {
        premises[i] = draft->question.premises[i];
        premises[i].feedback = fields->feedback[i].len > 0 ? fields->feedback[i] : TEXT_ABSENT;
    }
    draft->question.premises = premises;
}

static bool has_separator(struct text answer)
{
    struct text item = TEXT_ABSENT;
    size_t count = 0;
    while (csv_next(&answer, ";, ", &item)) {
        count++;
    }
    return count > 1;
}

/* What the row looks like, where it does not say its type. */
static enum question_type guess(struct draft *draft, const struct csv_fields *fields)
{
    struct number_key key = {.tolerance = 0.0};
    bool is_true = false;
    if (count_parts(fields) > 1) {
        return has_separator(fields->answer) ? QUESTION_MULTIPLE_CHOICE : QUESTION_SINGLE_CHOICE;
    }
    if (find_truth(fields->answer, &is_true)) {
        return QUESTION_TRUE_FALSE;
    }
    return parse_number(draft, fields->answer, &key) ? QUESTION_NUMERIC : QUESTION_SHORT_TEXT;
}

void csv_read_key(struct draft *draft, const struct csv_fields *fields)
{
    struct question *q = &draft->question;
    unsigned type = 0;
    if (fields->type.len == 0) {
        type = guess(draft, fields);
        draft->is_type_guessed = true;
    } else if (!enumeration_find(&QUESTION_TYPES, fields->type, &type)) {
        (void)draft_refuse(draft, "unknown_type", "there is no type \"%.*s\"", /* always false */
                           TEXT_ARG(text_slice(fields->type, 0, 40)));
        return;
    }
    switch ((enum question_type)type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_MULTIPLE_CHOICE:
        read_choice(draft, fields, type == QUESTION_SINGLE_CHOICE);
        break;
    case QUESTION_TRUE_FALSE:
        read_truth(draft, fields);
        break;
    case QUESTION_NUMERIC:
        read_number(draft, fields);
        break;
    case QUESTION_SHORT_TEXT:
        q->type = QUESTION_SHORT_TEXT;
        q->accepted = read_accepted(draft, fields->answer, &q->accepted_count);
        break;
    case QUESTION_ORDERING:
        read_order(draft, fields);
        break;
    case QUESTION_MATCHING:
        read_pairs(draft, fields);
        break;
    case QUESTION_CLOZE:
        read_gaps(draft, fields);
        break;
    case QUESTION_TYPE_COUNT:
        break;
    }
}
