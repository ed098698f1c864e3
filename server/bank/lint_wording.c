/*
 * Rules about the words of a stem and its options: no double negatives, nothing in the grammar of
 * the stem that tells options apart (after Haladyna, Downing and Rodriguez, A review of
 * multiple-choice item-writing guidelines, 2002), and no answer that the stem gives away.
 */
#include "bank/lint_rules.h"

#include <string.h>

#include "bank/prose.h"

enum { ANSWER_MIN = 3 };

static bool is_word(struct text word, const char *wanted)
{
    return text_equal_ignoring_case(word, text_of(wanted));
}

static bool is_listed(struct text word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_word(word, list[i])) {
            return true;
        }
    }
    return false;
}

static bool is_negation(struct text word)
{
    static const char *const NEGATIONS[] = {"not",     "no",     "never",   "none",   "cannot",
                                            "neither", "nobody", "nothing", "except", "without"};
    return is_listed(word, NEGATIONS, COUNT_OF(NEGATIONS)) ||
           (word.len > 3 && is_word(text_slice(word, word.len - 3, 3), "n't"));
}

/* Words that begin another statement, so that two negations do not meet. */
static bool begins_clause(struct text word)
{
    static const char *const STARTS[] = {"and",  "but",   "or",   "nor",   "because", "so",    "if",
                                         "when", "while", "that", "which", "who",     "where", "as",
                                         "than", "to",    "yet",  "until", "unless"};
    return is_listed(word, STARTS, COUNT_OF(STARTS));
}

/* Most negations within one clause of the text. */
static size_t count_negations(struct text markdown)
{
    struct prose prose = prose_start(markdown);
    struct prose_token token;
    size_t count = 0;
    size_t most = 0;
    while (prose_next_word(&prose, &token)) {
        if (token.before != PROSE_BLANK || begins_clause(token.text)) {
            count = 0;
        }
        count += is_negation(token.text) ? 1 : 0;
        most = count > most ? count : most;
    }
    return most;
}

/* "Which of these is NOT …": a question by exclusion. */
static bool asks_for_the_wrong_one(struct text stem)
{
    struct prose prose = prose_start(stem);
    struct prose_token token;
    bool is_asking = false;
    bool is_excluding = false;
    while (prose_next_word(&prose, &token)) {
        if (token.before != PROSE_BLANK) {
            is_asking = false;
        }
        is_asking = is_asking || is_word(token.text, "which") || is_word(token.text, "what");
        is_excluding =
            is_excluding ||
            (is_asking && (text_equal(token.text, TEXT("NOT")) || is_word(token.text, "except")));
    }
    return is_excluding;
}

static void check_negatives(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    if (count_negations(q->stem) > 1) {
        lint_report(lint, item, TEXT("/stem"),
                    (struct lint_finding){SEVERITY_WARNING, "double_negative",
                                          TEXT("two negations in one clause of the stem")});
    }
    const bool is_excluding = asks_for_the_wrong_one(q->stem);
    for (size_t i = 0; i < q->option_count; i++) {
        const size_t count = count_negations(q->options[i].text) + (is_excluding ? 1 : 0);
        if (count > 1) {
            lint_report(lint, item, arena_printf(lint->arena, "/options/%zu/text", i),
                        (struct lint_finding){
                            SEVERITY_WARNING, "double_negative",
                            is_excluding ? TEXT("a negation in an option of a negative question")
                                         : TEXT("two negations in one clause of the option")});
        }
    }
}

/* The last word of a stem that the options complete; absent where it ends a sentence. */
static struct text find_open_end(struct text stem)
{
    struct prose prose = prose_start(stem);
    struct prose_token token = {.text = TEXT_ABSENT};
    struct text last = TEXT_ABSENT;
    while (prose_next(&prose, &token)) {
        last = token.kind == PROSE_WORD ? token.text : TEXT_ABSENT;
    }
    return prose.pending == PROSE_SENTENCE ? TEXT_ABSENT : last;
}

static struct text first_word(struct text markdown)
{
    struct prose prose = prose_start(markdown);
    struct prose_token token;
    return prose_next(&prose, &token) ? token.text : TEXT_ABSENT;
}

/* Whether "an" goes with the word: by its sound as far as its letters tell. */
static bool takes_an(struct text word)
{
    static const char *const LIKE_YOU[] = {"uni", "use", "usa", "eu", "one", "once", "ur", "ut"};
    static const char *const MUTE_H[] = {"hour", "honest", "honor", "heir"};
    const bool is_spelled = word.len > 1 && word.data[1] >= 'A' && word.data[1] <= 'Z';
    if (is_spelled) {
        return strchr("AEFHILMNORSX8", word.data[0]) != NULL; /* "an SQS queue" */
    }
    for (size_t i = 0; i < COUNT_OF(LIKE_YOU); i++) {
        if (is_word(text_slice(word, 0, strlen(LIKE_YOU[i])), LIKE_YOU[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < COUNT_OF(MUTE_H); i++) {
        if (is_word(text_slice(word, 0, strlen(MUTE_H[i])), MUTE_H[i])) {
            return true;
        }
    }
    return word.len > 0 && strchr("aeiouAEIOU8", word.data[0]) != NULL;
}

static bool is_plural(struct text word)
{
    const size_t n = word.len;
    return n > 3 && word.data[n - 1] == 's' && strchr("sui", word.data[n - 2]) == NULL;
}

/* Whether the options differ in a property that the end of the stem asks for. */
static bool do_options_differ(const struct question *q, bool (*has)(struct text word))
{
    size_t count = 0;
    for (size_t i = 0; i < q->option_count; i++) {
        count += has(first_word(q->options[i].text)) ? 1 : 0;
    }
    return count > 0 && count < q->option_count;
}

static void check_grammar(const struct lint *lint, const struct bank_question *item)
{
    static const char *const NUMBERED[] = {"is",   "was",   "has",  "are",  "were",
                                           "have", "these", "this", "those"};
    const struct question *q = &item->question;
    const struct text end = find_open_end(q->stem);
    if ((is_word(end, "a") || is_word(end, "an")) && do_options_differ(q, takes_an)) {
        lint_report(lint, item, TEXT("/stem"),
                    (struct lint_finding){SEVERITY_WARNING, "grammar_cue",
                                          TEXT("the article at the end tells options apart")});
    } else if (is_listed(end, NUMBERED, COUNT_OF(NUMBERED)) && do_options_differ(q, is_plural)) {
        lint_report(
            lint, item, TEXT("/stem"),
            (struct lint_finding){SEVERITY_WARNING, "grammar_cue",
                                  TEXT("singular or plural at the end tells options apart")});
    }
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80U;
}

/* As whole words, in any case. */
static bool contains(struct text whole, struct text part)
{
    for (size_t i = 0; i + part.len <= whole.len; i++) {
        if (text_equal_ignoring_case(text_slice(whole, i, part.len), part) &&
            (i == 0 || !is_word_byte(whole.data[i - 1])) &&
            (i + part.len == whole.len || !is_word_byte(whole.data[i + part.len]))) {
            return true;
        }
    }
    return false;
}

static void check_answer(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    for (size_t i = 0; i < q->accepted_count; i++) {
        if (q->accepted[i].text.len >= ANSWER_MIN && contains(q->stem, q->accepted[i].text)) {
            lint_report(
                lint, item, TEXT("/stem"),
                (struct lint_finding){SEVERITY_WARNING, "answer_in_stem",
                                      arena_printf(lint->arena, "the stem has the answer \"%.*s\"",
                                                   TEXT_ARG(q->accepted[i].text))});
            return;
        }
    }
}

void lint_wording(const struct lint *lint, const struct bank_question *item)
{
    check_negatives(lint, item);
    check_grammar(lint, item);
    check_answer(lint, item);
}
