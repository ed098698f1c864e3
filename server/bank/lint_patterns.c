/*
 * What a learner who knows nothing could go by: the length of the options, the place of the right
 * one, "true". Each is compared with chance, and warned about where chance would rarely do it
 * (LINT_SIGNIFICANCE).
 */
#include "bank/lint_rules.h"

#include "bank/chance.h"

/* Trials of one pattern: in each question the property singles out one option, which is right with
 * probability p by chance. */
struct trials {
    double *p;
    size_t count;
    size_t observed;
};

static size_t count_right(const struct question *q)
{
    size_t count = 0;
    for (size_t i = 0; i < q->option_count; i++) {
        count += q->options[i].correct ? 1 : 0;
    }
    return count;
}

/* The only longest option, or (`sign` -1) the only shortest; option_count where there are two. */
static size_t find_extreme(const struct question *q, int sign)
{
    size_t best = q->option_count;
    int64_t best_length = 0;
    bool is_alone = false;
    for (size_t i = 0; i < q->option_count; i++) {
        const int64_t length =
            sign * (int64_t)text_count_code_points(text_trim(q->options[i].text));
        if (best == q->option_count || length > best_length) {
            best = i;
            best_length = length;
            is_alone = true;
        } else if (length == best_length) {
            is_alone = false;
        }
    }
    return is_alone ? best : q->option_count;
}

static void add_trial(struct trials *trials, double p, bool is_right)
{
    trials->p[trials->count++] = p;
    trials->observed += is_right ? 1 : 0;
}

static struct lint_pattern evaluate(struct arena *arena, const struct trials *trials)
{
    struct lint_pattern pattern = {
        .questions = (int64_t)trials->count,
        .observed = (int64_t)trials->observed,
        .probability = chance_at_least(arena, trials->p, trials->count, trials->observed)};
    for (size_t i = 0; i < trials->count; i++) {
        pattern.expected += trials->p[i];
    }
    return pattern;
}

static struct trials collect_lengths(const struct lint *lint, int sign)
{
    const struct bank_folder *folder = lint->folder;
    struct trials trials = {.p = arena_new_array(lint->arena, folder->question_count, double)};
    for (size_t i = 0; i < folder->question_count; i++) {
        const struct question *q = &folder->questions[i].question;
        const size_t extreme = find_extreme(q, sign);
        if (q->type != QUESTION_TRUE_FALSE && extreme < q->option_count) {
            add_trial(&trials, (double)count_right(q) / (double)q->option_count,
                      q->options[extreme].correct);
        }
    }
    return trials;
}

static struct trials collect_truths(const struct lint *lint)
{
    const struct bank_folder *folder = lint->folder;
    struct trials trials = {.p = arena_new_array(lint->arena, folder->question_count, double)};
    for (size_t i = 0; i < folder->question_count; i++) {
        const struct question *q = &folder->questions[i].question;
        for (size_t k = 0; k < q->option_count && q->type == QUESTION_TRUE_FALSE; k++) {
            if (text_equal(q->options[k].id, TEXT("true"))) {
                add_trial(&trials, 0.5, q->options[k].correct);
            }
        }
    }
    return trials;
}

static void check_pattern(const struct lint *lint, const struct lint_pattern *pattern,
                          const char *code, const char *what)
{
    if (pattern->probability < LINT_SIGNIFICANCE) {
        lint_report_bank(
            lint,
            (struct lint_finding){
                SEVERITY_WARNING, code,
                arena_printf(lint->arena,
                             "%s in %lld of %lld questions; by chance it would be in %.1f "
                             "(p = %.2g)",
                             what, (long long)pattern->observed, (long long)pattern->questions,
                             pattern->expected, pattern->probability)});
    }
}

/* The positions of one type's right options; false where there are none. */
static bool count_positions(const struct lint *lint, enum question_type type,
                            struct lint_positions *out)
{
    const struct bank_folder *folder = lint->folder;
    struct lint_position *positions =
        arena_new_array(lint->arena, QUESTION_OPTIONS_MAX, struct lint_position);
    *out = (struct lint_positions){.type = type, .positions = positions};
    for (size_t i = 0; i < folder->question_count; i++) {
        const struct question *q = &folder->questions[i].question;
        for (size_t k = 0; k < q->option_count && q->type == type; k++) {
            positions[k].position = (int64_t)k + 1;
            positions[k].observed += q->options[k].correct ? 1 : 0;
            positions[k].expected += (double)count_right(q) / (double)q->option_count;
            out->position_count = k + 1 > out->position_count ? k + 1 : out->position_count;
        }
    }
    return out->position_count > 0;
}

/* Pearson's test. With more than one right option a question it is on the safe side: their
 * positions vary less than independent ones. */
static void check_positions(const struct lint *lint, struct lint_positions *positions)
{
    double statistic = 0.0;
    for (size_t i = 0; i < positions->position_count; i++) {
        const struct lint_position *position = &positions->positions[i];
        const double difference = (double)position->observed - position->expected;
        statistic += difference * difference / position->expected;
    }
    positions->probability = chance_chi_square(statistic, positions->position_count - 1);
    if (positions->probability < LINT_SIGNIFICANCE) {
        lint_report_bank(
            lint, (struct lint_finding){
                      SEVERITY_WARNING, "key_positions",
                      arena_printf(lint->arena,
                                   "the right options of %s are at some places more often than "
                                   "at others (chi-square %.1f, p = %.2g)",
                                   enumeration_name(&QUESTION_TYPES, positions->type), statistic,
                                   positions->probability)});
    }
}

/* "False" prevailing would be as good a hint as "true". */
static void check_truths(const struct lint *lint, const struct trials *truths)
{
    const size_t false_count = truths->count - truths->observed;
    const bool is_true = truths->observed > false_count;
    const double tail = chance_at_least(lint->arena, truths->p, truths->count,
                                        is_true ? truths->observed : false_count);
    if (2.0 * tail < LINT_SIGNIFICANCE) {
        lint_report_bank(
            lint, (struct lint_finding){SEVERITY_WARNING, "key_true",
                                        arena_printf(lint->arena, "%zu of %zu statements are %s",
                                                     is_true ? truths->observed : false_count,
                                                     truths->count, is_true ? "true" : "false")});
    }
}

void lint_patterns(const struct lint *lint)
{
    static const enum question_type CHOICES[] = {QUESTION_SINGLE_CHOICE, QUESTION_MULTIPLE_CHOICE};
    struct lint_statistics *statistics = lint->statistics;
    const struct trials longest = collect_lengths(lint, 1);
    const struct trials shortest = collect_lengths(lint, -1);
    const struct trials truths = collect_truths(lint);
    statistics->key_longest = evaluate(lint->arena, &longest);
    statistics->key_shortest = evaluate(lint->arena, &shortest);
    statistics->key_true = evaluate(lint->arena, &truths);
    check_pattern(lint, &statistics->key_longest, "key_longest",
                  "the longest option is a right one");
    check_pattern(lint, &statistics->key_shortest, "key_shortest",
                  "the shortest option is a right one");
    check_truths(lint, &truths);
    struct lint_positions *positions =
        arena_new_array(lint->arena, COUNT_OF(CHOICES), struct lint_positions);
    for (size_t i = 0; i < COUNT_OF(CHOICES); i++) {
        if (count_positions(lint, CHOICES[i], &positions[statistics->key_position_count])) {
            check_positions(lint, &positions[statistics->key_position_count++]);
        }
    }
    statistics->key_positions = positions;
}
