/*
 * Rules about what a learner chooses from: enough options, no two the same, none that stands for
 * others, feedback on each, and a number of right ones that the stem says. For orderings and
 * matchings: ids and listing order that do not betray the key.
 */
#include "bank/lint_rules.h"

#include <stdlib.h>
#include <string.h>

#include "bank/prose.h"

enum { SINGLE_CHOICE_MIN = 3, COUNT_DISTANCE = 3 };

static bool is_choice(const struct question *q)
{
    return q->type == QUESTION_SINGLE_CHOICE || q->type == QUESTION_MULTIPLE_CHOICE;
}

static void report_option(const struct lint *lint, const struct bank_question *item, size_t index,
                          struct lint_finding finding)
{
    lint_report(lint, item, arena_printf(lint->arena, "/options/%zu", index), finding);
}

/* Case and blanks at the ends make no difference. */
static bool reads_the_same(struct text a, struct text b)
{
    return text_equal_ignoring_case(text_trim(a), text_trim(b));
}

static void check_same(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    for (size_t i = 1; i < q->option_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (reads_the_same(q->options[i].text, q->options[j].text)) {
                report_option(lint, item, i,
                              (struct lint_finding){
                                  SEVERITY_ERROR, "same_text",
                                  arena_printf(lint->arena, "this option reads as option \"%.*s\"",
                                               TEXT_ARG(q->options[j].id))});
            }
        }
    }
}

static bool is_one_of(struct text word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal_ignoring_case(word, text_of(list[i]))) {
            return true;
        }
    }
    return false;
}

/* "Both a and b", "a and c only": nothing but option ids and what joins them. Ids of more than two
 * letters are words that may mean something. */
static bool names_only_options(const struct question *q, struct text markdown)
{
    static const char *const JOINTS[] = {"both",    "and",  "or",     "neither", "nor",
                                         "either",  "only", "option", "answer",  "options",
                                         "answers", "are",  "correct"};
    struct prose prose = prose_start(markdown);
    struct prose_token token;
    size_t id_count = 0;
    while (prose_next(&prose, &token)) {
        if (token.kind == PROSE_WORD && is_one_of(token.text, JOINTS, COUNT_OF(JOINTS))) {
            continue;
        }
        bool is_id = false;
        for (size_t i = 0; i < q->option_count && token.text.len <= 2; i++) {
            is_id = is_id || text_equal_ignoring_case(q->options[i].id, token.text);
        }
        if (!is_id) {
            return false;
        }
        id_count++;
    }
    return id_count >= 2;
}

static bool stands_for_others(struct arena *arena, const struct question *q, struct text option)
{
    static const char *const WHOLE[] = {
        "all of these",   "none of these",       "all of them",         "none of them",
        "all the above",  "none of the options", "all of the options",  "all of the answers",
        "any of these",   "none of the answers", "all options correct", "all are correct",
        "none is correct"};
    const struct text words = lint_words(arena, option);
    return strstr(words.data, "of the above") != NULL || is_one_of(words, WHOLE, COUNT_OF(WHOLE)) ||
           names_only_options(q, option);
}

static void check_each_option(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    for (size_t i = 0; i < q->option_count; i++) {
        if (is_choice(q) && stands_for_others(lint->arena, q, q->options[i].text)) {
            report_option(lint, item, i,
                          (struct lint_finding){SEVERITY_ERROR, "combined_option",
                                                TEXT("this option stands for others")});
        }
        if (text_trim(q->options[i].feedback).len == 0) {
            report_option(
                lint, item, i,
                (struct lint_finding){SEVERITY_WARNING, "missing_feedback",
                                      TEXT("this option does not say why it is right or wrong")});
        }
    }
}

/* 1…12 for a number or its word; 0 for anything else. */
static size_t number_of_word(struct text word)
{
    static const char *const WORDS[] = {"one", "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine", "ten"};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (text_equal_ignoring_case(word, text_of(WORDS[i]))) {
            return i + 1;
        }
    }
    int64_t number = 0;
    return text_to_i64(word, &number) && number > 0 && number <= QUESTION_OPTIONS_MAX
               ? (size_t)number
               : 0;
}

/* The number behind "choose", "select", "pick" or "which", at most three words away in the same
 * sentence; the last one in the stem. 0 where there is none. */
static size_t find_said_count(struct text stem)
{
    static const char *const VERBS[] = {"choose", "select", "pick", "which", "what", "mark"};
    struct prose prose = prose_start(stem);
    struct prose_token token;
    size_t distance = COUNT_DISTANCE;
    size_t said = 0;
    while (prose_next_word(&prose, &token)) {
        distance = token.before == PROSE_SENTENCE ? COUNT_DISTANCE : distance;
        if (is_one_of(token.text, VERBS, COUNT_OF(VERBS))) {
            distance = 0;
            continue;
        }
        distance++;
        const size_t number = distance <= COUNT_DISTANCE ? number_of_word(token.text) : 0;
        said = number > 0 ? number : said;
    }
    return said;
}

static void check_count(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    const size_t said = find_said_count(q->stem);
    size_t right_count = 0;
    for (size_t i = 0; i < q->option_count; i++) {
        right_count += q->options[i].correct ? 1 : 0;
    }
    if (q->type == QUESTION_MULTIPLE_CHOICE && said == 0) {
        lint_report(lint, item, TEXT("/stem"),
                    (struct lint_finding){SEVERITY_WARNING, "count_not_said",
                                          TEXT("the stem does not say how many to choose")});
    } else if (q->type == QUESTION_MULTIPLE_CHOICE && said != right_count) {
        lint_report(lint, item, TEXT("/stem"),
                    (struct lint_finding){
                        SEVERITY_ERROR, "wrong_count",
                        arena_printf(lint->arena, "the stem says %zu, but %zu options are correct",
                                     said, right_count)});
    }
}

void lint_options(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    if (q->option_count == 0) {
        return;
    }
    if (q->type == QUESTION_SINGLE_CHOICE && q->option_count < SINGLE_CHOICE_MIN) {
        lint_report(lint, item, TEXT("/options"),
                    (struct lint_finding){SEVERITY_ERROR, "few_options",
                                          TEXT("a choice needs at least 3 options")});
    }
    check_same(lint, item);
    check_each_option(lint, item);
    check_count(lint, item);
}
