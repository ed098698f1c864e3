/* What stands between the braces: choices, true and false, short answers, pairs. */
#include <string.h>

#include "formats/answers.h"
#include "formats/gift.h"

/* The next answer: its mark ('=' or '~') and what follows. False at the end. */
static bool next_answer(struct text answers, size_t *at, const char *marks, char *mark,
                        struct text *rest)
{
    if (*at >= answers.len) {
        return false;
    }
    *mark = answers.data[*at];
    const size_t end = gift_find(answers, *at + 1, marks);
    *rest = text_trim(text_slice(answers, *at + 1, end - *at - 1));
    *at = end;
    return true;
}

static void read_choice(struct gift *gift)
{
    struct draft *draft = gift->draft;
    struct answer_list *list = arena_new(draft->arena, struct answer_list);
    struct text rest = TEXT_ABSENT;
    bool is_single = false;
    char mark = '\0';
    size_t at = gift_find(gift->answers, 0, "=~");
    while (next_answer(gift->answers, &at, "=~", &mark, &rest)) {
        struct answer answer = {.fraction = mark == '=' ? FRACTION_FULL : 0};
        struct text text = TEXT_ABSENT;
        struct text feedback = TEXT_ABSENT;
        is_single = is_single || mark == '=';
        (void)gift_take_weight(&rest, &answer.fraction); /* most have none */
        gift_split_feedback(rest, &text, &feedback);
        answer.text = gift_markdown(gift, text);
        answer.feedback = gift_markdown(gift, feedback);
        if (!answers_add(draft, list, answer)) {
            return;
        }
    }
    answers_choose(draft, list, is_single);
}

/* A short answer; inside of the stem it is a gap. */
static void set_short(struct gift *gift, const struct answer_list *list)
{
    struct draft *draft = gift->draft;
    if (!gift->has_gap && extras_find(&draft->extras, TEXT("gap")) == NULL) {
        answers_accept(draft, list, false);
        return;
    }
    struct gap *gap = arena_new(draft->arena, struct gap);
    gap->id = TEXT("a");
    gap->accepted = answers_accepted(draft, list, &gap->accepted_count);
    draft->question.type = QUESTION_CLOZE;
    draft->question.gaps = gap;
    draft->question.gap_count = 1;
}

static void read_short(struct gift *gift)
{
    struct draft *draft = gift->draft;
    struct answer_list *list = arena_new(draft->arena, struct answer_list);
    struct text rest = TEXT_ABSENT;
    char mark = '\0';
    const size_t first = gift_find(gift->answers, 0, "=");
    size_t at = first;
    if (first == gift->answers.len) { /* "{Paris}": one answer may stand without its mark */
        at = 0;
        rest = gift->answers;
    }
    while (rest.data != NULL || next_answer(gift->answers, &at, "=", &mark, &rest)) {
        struct answer answer = {.fraction = FRACTION_FULL};
        struct text text = TEXT_ABSENT;
        struct text feedback = TEXT_ABSENT;
        (void)gift_take_weight(&rest, &answer.fraction); /* most have none */
        gift_split_feedback(rest, &text, &feedback);
        answer.text = text_trim(gift_unescape(draft->arena, text));
        answer.feedback = feedback;
        if (!answers_add(draft, list, answer)) {
            return;
        }
        at = mark == '\0' ? gift->answers.len : at;
        rest = TEXT_ABSENT;
    }
    set_short(gift, list);
}

/* "->" outside of escapes; text.len where there is none. */
static size_t find_arrow(struct text text)
{
    for (size_t at = gift_find(text, 0, "-"); at < text.len; at = gift_find(text, at + 1, "-")) {
        if (at + 1 < text.len && text.data[at + 1] == '>') {
            return at;
        }
    }
    return text.len;
}

static void read_pairs(struct gift *gift)
{
    struct draft *draft = gift->draft;
    struct answer_pair *pairs = arena_new_array(draft->arena, ANSWERS_MAX, struct answer_pair);
    struct text rest = TEXT_ABSENT;
    size_t count = 0;
    char mark = '\0';
    size_t at = gift_find(gift->answers, 0, "=");
    while (next_answer(gift->answers, &at, "=", &mark, &rest)) {
        const size_t arrow = find_arrow(rest);
        if (arrow == rest.len || count == ANSWERS_MAX) {
            (void)draft_refuse(draft, "bad_pair", /* always false */
                               count == ANSWERS_MAX ? "there are too many pairs"
                                                    : "every pair of a matching needs a \"->\"");
            return;
        }
        struct text choice = TEXT_ABSENT;
        struct text feedback = TEXT_ABSENT;
        gift_split_feedback(text_slice(rest, arrow + 2, rest.len), &choice, &feedback);
        pairs[count].premise = gift_markdown(gift, text_trim(text_slice(rest, 0, arrow)));
        pairs[count].choice = gift_markdown(gift, choice);
        count++;
    }
    answers_match(draft, pairs, count);
}

/* "T", "TRUE", "F", "FALSE"; false where it is none of them. */
static bool find_truth(struct text word, bool *is_true)
{
    *is_true =
        text_equal_ignoring_case(word, TEXT("T")) || text_equal_ignoring_case(word, TEXT("TRUE"));
    return *is_true || text_equal_ignoring_case(word, TEXT("F")) ||
           text_equal_ignoring_case(word, TEXT("FALSE"));
}

/* "T#feedback to the wrong answer#feedback to the right one". */
static bool read_truth(struct gift *gift)
{
    struct text word = TEXT_ABSENT;
    struct text feedback = TEXT_ABSENT;
    struct text wrong = TEXT_ABSENT;
    struct text right = TEXT_ABSENT;
    bool is_true = false;
    gift_split_feedback(gift->answers, &word, &feedback);
    if (!find_truth(word, &is_true)) {
        return false;
    }
    gift_split_feedback(feedback, &wrong, &right);
    wrong = gift_markdown(gift, wrong);
    right = gift_markdown(gift, right);
    answers_true_false(gift->draft, is_true, is_true ? right : wrong, is_true ? wrong : right);
    return true;
}

/* What stands where the answer is: a gap, a blank line, nothing at the end. */
static const char *mark_of(const struct gift *gift)
{
    if (gift->draft->question.type == QUESTION_CLOZE) {
        return "[[a]]";
    }
    return gift->has_gap ? "_____" : "";
}

static void set_stem(struct gift *gift)
{
    struct arena *arena = gift->draft->arena;
    const struct text mark = TEXT(GIFT_GAP);
    const struct text stem =
        markup_to_markdown(gift->draft, gift->markup, gift_unescape(arena, gift->stem));
    size_t at = gift->has_mark ? 0 : stem.len;
    while (at < stem.len && !text_starts_with(text_slice(stem, at, mark.len), mark)) {
        at++;
    }
    const struct text after = text_slice(stem, at + mark.len, stem.len);
    gift->draft->question.stem =
        at == stem.len ? stem
                       : text_trim(arena_printf(arena, "%.*s%s%.*s", (int)at, stem.data,
                                                mark_of(gift), TEXT_ARG(after)));
}

/* What stands before the first answer is a mistake. */
static bool check_front(struct gift *gift, const char *marks)
{
    const size_t first = gift_find(gift->answers, 0, marks);
    if (text_trim(text_slice(gift->answers, 0, first)).len == 0) {
        return true;
    }
    return gift_refuse(gift, (size_t)(gift->answers.data - gift->block.data), "unmarked_answer",
                       "an answer begins with = or ~; here something stands before the first one");
}

void gift_read_answers(struct gift *gift)
{
    const struct text answers = gift->answers;
    const bool has_equals = gift_find(answers, 0, "=") < answers.len;
    if (answers.len > 0 && answers.data[0] == '#') {
        gift_read_numbers(gift);
    } else if (gift_find(answers, 0, "~") < answers.len) {
        if (check_front(gift, "=~")) {
            read_choice(gift);
        }
    } else if (has_equals && find_arrow(answers) < answers.len) {
        if (check_front(gift, "=")) {
            read_pairs(gift);
        }
    } else if (!read_truth(gift) && (!has_equals || check_front(gift, "="))) {
        read_short(gift);
    }
    set_stem(gift);
}
