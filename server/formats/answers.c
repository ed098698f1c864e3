/* Keys of the choice types and of short answers. */
#include "formats/answers.h"

#include "domain/scoring.h"

enum { FRACTION_SLACK = 1000, DECIMALS = 5, DIGITS_MAX = 12 };

static const struct text LETTERS = TEXT_INIT("abcdefghijklmnopqrstuvwxyz");

struct text answers_letter(struct arena *arena, size_t index)
{
    return index < LETTERS.len ? text_slice(LETTERS, index, 1)
                               : arena_printf(arena, "o%zu", index + 1);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A decimal number without its sign, in units of the fifth decimal; what is beyond that is below
 * what Moodle itself keeps. */
static bool parse_units(struct text digits, int64_t *units)
{
    struct text whole = TEXT_ABSENT;
    struct text decimals = TEXT_ABSENT;
    const bool has_point = text_split(digits, '.', &whole, &decimals);
    if (whole.len + decimals.len == 0 || whole.len > DIGITS_MAX ||
        (has_point && decimals.len == 0)) {
        return false;
    }
    *units = 0;
    for (size_t i = 0; i < whole.len + decimals.len; i++) {
        const char c = (char)(i < whole.len ? whole.data[i] : decimals.data[i - whole.len]);
        if (!is_digit(c)) {
            return false;
        }
        *units = i < whole.len + DECIMALS ? *units * 10 + (c - '0') : *units;
    }
    for (size_t i = decimals.len; i < DECIMALS; i++) {
        *units *= 10;
    }
    return true;
}

bool fraction_parse(struct text percent, int64_t *fraction)
{
    const bool is_negative = percent.len > 0 && percent.data[0] == '-';
    int64_t units = 0;
    if (!parse_units(text_slice(percent, is_negative ? 1 : 0, percent.len), &units) ||
        units > FRACTION_FULL) {
        return false;
    }
    *fraction = is_negative ? -units : units;
    return true;
}

void fraction_append(struct buffer *out, int64_t fraction)
{
    const int64_t size = fraction < 0 ? -fraction : fraction;
    int64_t rest = size % (FRACTION_FULL / 100);
    if (fraction < 0) {
        buffer_append_char(out, '-');
    }
    buffer_append_i64(out, size / (FRACTION_FULL / 100));
    for (int64_t unit = FRACTION_FULL / 1000; rest > 0; unit /= 10) {
        if (unit == FRACTION_FULL / 1000) {
            buffer_append_char(out, '.');
        }
        buffer_append_char(out, (char)('0' + (char)(rest / unit)));
        rest %= unit;
    }
}

bool answers_add(struct draft *draft, struct answer_list *list, struct answer answer)
{
    if (list->count == ANSWERS_MAX) {
        return draft_refuse(draft, "too_many", "there are more than %d answers", ANSWERS_MAX);
    }
    list->items[list->count++] = answer;
    return true;
}

static bool is_near(int64_t a, int64_t b)
{
    const int64_t distance = a > b ? a - b : b - a;
    return distance <= FRACTION_SLACK;
}

/* What the rule net_correct gives: equal shares for the right ones, the same taken off for each
 * wrong one. */
static bool is_net_correct(const struct answer_list *list, int64_t right_count)
{
    const int64_t share = FRACTION_FULL / right_count;
    for (size_t i = 0; i < list->count; i++) {
        const int64_t fraction = list->items[i].fraction;
        if (!is_near(fraction, fraction > 0 ? share : -share)) {
            return false;
        }
    }
    return true;
}

static bool is_plain_single(const struct answer_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].fraction != FRACTION_FULL && list->items[i].fraction != 0) {
            return false;
        }
    }
    return true;
}

/* Weights in thousandths; those of the right options add up to 1000 exactly. */
static void set_weights(struct draft *draft, struct question_option *options,
                        const struct answer_list *list)
{
    struct question_scoring *scoring = arena_new(draft->arena, struct question_scoring);
    int64_t *weights = arena_new_array(draft->arena, list->count, int64_t);
    int64_t missing = CREDIT_FULL;
    for (size_t i = 0; i < list->count; i++) {
        weights[i] = list->items[i].fraction / FRACTION_PER_MILLI;
        missing -= options[i].correct ? weights[i] : 0;
        options[i].weight = &weights[i];
    }
    for (size_t i = 0; i < list->count && missing != 0; i++) {
        if (options[i].correct) {
            const int64_t step = missing > 0 ? 1 : -1;
            weights[i] += step;
            missing -= step;
        }
    }
    scoring->rule = SCORING_OPTION_WEIGHTS;
    draft->question.scoring = scoring;
}

static bool check_sum(struct draft *draft, const struct answer_list *list, int64_t right_count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < list->count; i++) {
        sum += list->items[i].fraction > 0 ? list->items[i].fraction : 0;
    }
    const int64_t distance = sum > FRACTION_FULL ? sum - FRACTION_FULL : FRACTION_FULL - sum;
    if (right_count == 0) {
        return draft_refuse(draft, "no_right_answer", "no answer is right");
    }
    if (distance > FRACTION_SLACK * right_count) {
        return draft_refuse(draft, "weights_sum",
                            "the right answers must add up to 100 %%, not to %lld.%02lld %%",
                            (long long)(sum / (FRACTION_FULL / 100)),
                            (long long)(sum % (FRACTION_FULL / 100) / (FRACTION_FULL / 10000)));
    }
    return true;
}

/* How many are right; -1 where the key is none. */
static int64_t count_right(struct draft *draft, const struct answer_list *list, bool is_single)
{
    int64_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const int64_t fraction = list->items[i].fraction;
        count += is_single ? fraction == FRACTION_FULL : fraction > 0;
    }
    if (is_single && count != 1) {
        (void)draft_refuse(draft, count == 0 ? "no_right_answer" : "several_right", /* false */
                           count == 0 ? "no answer has the whole mark"
                                      : "several answers are right, but only one can be chosen");
        return -1;
    }
    return is_single || check_sum(draft, list, count) ? count : -1;
}

void answers_choose(struct draft *draft, const struct answer_list *list, bool is_single)
{
    struct question *q = &draft->question;
    struct question_option *options =
        arena_new_array(draft->arena, list->count, struct question_option);
    const int64_t right_count = count_right(draft, list, is_single);
    q->type = is_single ? QUESTION_SINGLE_CHOICE : QUESTION_MULTIPLE_CHOICE;
    q->options = options;
    q->option_count = list->count;
    for (size_t i = 0; i < list->count; i++) {
        const struct answer *answer = &list->items[i];
        options[i] = (struct question_option){
            .id = answers_letter(draft->arena, i),
            .text = answer->text,
            .correct = is_single ? answer->fraction == FRACTION_FULL : answer->fraction > 0,
            .feedback = answer->feedback.len > 0 ? answer->feedback : TEXT_ABSENT};
    }
    const bool is_default =
        is_single ? is_plain_single(list) : right_count > 0 && is_net_correct(list, right_count);
    if (right_count > 0 && !is_default) {
        set_weights(draft, options, list);
    }
}

void answers_true_false(struct draft *draft, bool is_true, struct text true_feedback,
                        struct text false_feedback)
{
    struct question *q = &draft->question;
    struct question_option *options = arena_new_array(draft->arena, 2, struct question_option);
    options[0] = (struct question_option){
        .id = TEXT("true"), .text = TEXT("True"), .correct = is_true, .feedback = TEXT_ABSENT};
    options[1] = (struct question_option){
        .id = TEXT("false"), .text = TEXT("False"), .correct = !is_true, .feedback = TEXT_ABSENT};
    options[0].feedback = true_feedback.len > 0 ? true_feedback : TEXT_ABSENT;
    options[1].feedback = false_feedback.len > 0 ? false_feedback : TEXT_ABSENT;
    q->type = QUESTION_TRUE_FALSE;
    q->options = options;
    q->option_count = 2;
}

static bool is_listed(const struct accepted_text *accepted, size_t count, struct text text)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(accepted[i].text, text)) {
            return true;
        }
    }
    return false;
}

const struct accepted_text *answers_accepted(struct draft *draft, const struct answer_list *list,
                                             size_t *count)
{
    struct accepted_text *accepted =
        arena_new_array(draft->arena, list->count, struct accepted_text);
    *count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct answer *answer = &list->items[i];
        const bool is_right = answer->fraction == FRACTION_FULL;
        if (is_right && !is_listed(accepted, *count, answer->text)) {
            accepted[(*count)++].text = answer->text;
        } else if (!is_right && answer->fraction > 0) {
            draft_warn(draft, "partial_credit_lost",
                       "\"%.*s\" gives a part of the mark; it will count as wrong",
                       TEXT_ARG(answer->text));
        }
        if (answer->feedback.len > 0) {
            draft_warn(draft, "feedback_lost", "the feedback to \"%.*s\" is lost",
                       TEXT_ARG(answer->text));
        }
    }
    if (*count == 0) {
        (void)draft_refuse(draft, "no_right_answer", /* always false */
                           "no answer has the whole mark");
    }
    return accepted;
}

void answers_accept(struct draft *draft, const struct answer_list *list, bool is_case_sensitive)
{
    struct question *q = &draft->question;
    q->type = QUESTION_SHORT_TEXT;
    q->case_sensitive = is_case_sensitive;
    q->accepted = answers_accepted(draft, list, &q->accepted_count);
}

int64_t answers_fraction(const struct question *question, size_t option)
{
    const struct question_option *o = &question->options[option];
    int64_t right_count = 0;
    if (question->scoring != NULL && question->scoring->rule == SCORING_OPTION_WEIGHTS) {
        return o->weight == NULL ? 0 : *o->weight * FRACTION_PER_MILLI;
    }
    if (question->type != QUESTION_MULTIPLE_CHOICE) {
        return o->correct ? FRACTION_FULL : 0;
    }
    for (size_t i = 0; i < question->option_count; i++) {
        right_count += question->options[i].correct ? 1 : 0;
    }
    return (o->correct ? FRACTION_FULL : -FRACTION_FULL) / (right_count > 0 ? right_count : 1);
}
