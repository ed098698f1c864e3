/* Which rule holds for a question, and what a credit is worth under it. */
#include "domain/question_key.h"
#include "domain/scoring.h"

static const char *const SCORING_RULE_NAMES[SCORING_RULE_COUNT] = {
    [SCORING_ALL_OR_NOTHING] = "all_or_nothing",
    [SCORING_NET_CORRECT] = "net_correct",
    [SCORING_COVERAGE] = "coverage",
    [SCORING_EACH_DECISION] = "each_decision",
    [SCORING_OPTION_WEIGHTS] = "option_weights",
    [SCORING_ADJACENT_PAIRS] = "adjacent_pairs",
};
const struct enumeration SCORING_RULES = {.names = SCORING_RULE_NAMES, .count = SCORING_RULE_COUNT};

static const struct shape_member CHOICE_MEMBERS[] = {
    MEMBER_ENUM_LIST(struct scoring_choice, rules, rule_count, enum scoring_rule, &SCORING_RULES,
                     .flags = SHAPE_OPTIONAL, .min = 0, .max = SCORING_RULE_COUNT,
                     .about =
                         "Of these the first that fits a question's type; a question's own "
                         "rule goes before it. Where a question has no weights, option_weights "
                         "fits none."),
    MEMBER_MILLI(struct scoring_choice, penalty, .flags = SHAPE_OPTIONAL, .min = 0,
                 .max = CREDIT_FULL, .about = "Taken off for a response without any credit."),
    MEMBER_BOOL(struct scoring_choice, certainty, .flags = SHAPE_OPTIONAL,
                .about = "Every answer comes with how sure one is, 1 to 3: right counts 1, 2, 3, "
                         "wrong 0, -2, -6."),
};
const struct shape SCORING_CHOICE_SHAPE =
    SHAPE_OF("ScoringChoice", struct scoring_choice, CHOICE_MEMBERS);

/* Points of a response without credit, by certainty. */
static const int64_t WRONG_POINTS[CERTAINTY_MAX + 1] = {0, 0, -2000, -6000};

bool scoring_rule_fits(enum question_type type, enum scoring_rule rule)
{
    const enum question_key key = question_key_of(type);
    switch (rule) {
    case SCORING_ALL_OR_NOTHING:
        return true;
    case SCORING_NET_CORRECT:
    case SCORING_EACH_DECISION:
        return type == QUESTION_MULTIPLE_CHOICE || key == KEY_PAIRS || key == KEY_GAPS;
    case SCORING_COVERAGE:
        return type == QUESTION_MULTIPLE_CHOICE;
    case SCORING_OPTION_WEIGHTS:
        return key == KEY_OPTIONS;
    case SCORING_ADJACENT_PAIRS:
        return key == KEY_ORDER;
    case SCORING_RULE_COUNT:
        break;
    }
    return false;
}

enum scoring_rule scoring_default_rule(enum question_type type)
{
    switch (type) {
    case QUESTION_MULTIPLE_CHOICE:
        return SCORING_NET_CORRECT;
    case QUESTION_MATCHING:
    case QUESTION_CLOZE:
        return SCORING_EACH_DECISION;
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_TRUE_FALSE:
    case QUESTION_NUMERIC:
    case QUESTION_SHORT_TEXT:
    case QUESTION_ORDERING:
    case QUESTION_TYPE_COUNT:
        break;
    }
    return SCORING_ALL_OR_NOTHING;
}

/* A question with weights has option_weights as its own rule, so as a choice for others it has
 * nothing to weigh: the next one holds. */
static enum scoring_rule choose_rule(enum question_type type, const struct scoring_choice *choice)
{
    for (size_t i = 0; choice != NULL && i < choice->rule_count; i++) {
        if (choice->rules[i] != SCORING_OPTION_WEIGHTS &&
            scoring_rule_fits(type, choice->rules[i])) {
            return choice->rules[i];
        }
    }
    return scoring_default_rule(type);
}

struct scoring_policy scoring_policy_of(const struct scoring_choice *choice)
{
    struct scoring_policy policy = {.penalty = choice == NULL ? 0 : choice->penalty,
                                    .certainty = choice != NULL && choice->certainty};
    for (unsigned type = 0; type < QUESTION_TYPE_COUNT; type++) {
        policy.rules[type] = choose_rule((enum question_type)type, choice);
    }
    return policy;
}

struct scoring_policy scoring_policy_of_types(const enum scoring_rule *rules, size_t count)
{
    struct scoring_policy policy = scoring_policy_of(NULL);
    for (size_t type = 0; type < count && type < QUESTION_TYPE_COUNT; type++) {
        policy.rules[type] = rules[type];
    }
    return policy;
}

struct scoring scoring_of(const struct question *question, const struct scoring_policy *policy)
{
    const struct question_scoring *own = question->scoring;
    struct scoring scoring = {.rule = own == NULL ? policy->rules[question->type] : own->rule,
                              .certainty = policy->certainty};
    if (!scoring.certainty) {
        scoring.penalty = own == NULL || own->penalty == NULL ? policy->penalty : *own->penalty;
    }
    return scoring;
}

int64_t scoring_credit(const struct question *question, const struct question_response *response)
{
    const enum scoring_rule rule =
        question->scoring == NULL ? scoring_default_rule(question->type) : question->scoring->rule;
    return scoring_credit_by(question, response, rule);
}

struct mark scoring_mark(const struct question *question, const struct question_response *response,
                         struct scoring scoring, int64_t certainty)
{
    struct mark mark = {.credit = scoring_credit_by(question, response, scoring.rule)};
    if (response == NULL) {
        return mark;
    }
    if (scoring.certainty && certainty >= CERTAINTY_MIN && certainty <= CERTAINTY_MAX) {
        mark.points = mark.credit > 0 ? mark.credit * certainty : WRONG_POINTS[certainty];
    } else {
        mark.points = mark.credit > 0 ? mark.credit : -scoring.penalty;
    }
    return mark;
}

int64_t scoring_max(bool certainty)
{
    return certainty ? (int64_t)CREDIT_FULL * CERTAINTY_MAX : CREDIT_FULL;
}

/* The weights of the right options make the full credit, and no wrong one can be worth having: a
 * response that is better by the key is never worse by the weights. */
static void check_weights(struct checker *c, const struct question *q)
{
    const bool is_single = q->type != QUESTION_MULTIPLE_CHOICE;
    int64_t right = 0;
    for (size_t i = 0; i < q->option_count; i++) {
        const int64_t weight = q->options[i].weight == NULL ? 0 : *q->options[i].weight;
        const struct text pointer = checker_at(c, "/options/%zu/weight", i);
        if (q->options[i].correct) {
            right += weight;
            if (weight <= 0) {
                checker_fault(c, FAULT_TOO_SMALL, pointer, "a right option needs a weight above 0");
            }
        } else if (weight > 0 && (!is_single || weight >= CREDIT_FULL)) {
            checker_fault(c, FAULT_TOO_LARGE, pointer,
                          is_single ? "a wrong option is worth less than the right one"
                                    : "a wrong option has no weight above 0");
        }
    }
    if (right != CREDIT_FULL) {
        checker_fault(c, FAULT_NOT_ALLOWED, checker_at(c, "/options"),
                      "the weights of the right options must add up to 1");
    }
}

void question_check_scoring(struct checker *c, const struct question *q)
{
    const bool is_weighted = q->scoring != NULL && q->scoring->rule == SCORING_OPTION_WEIGHTS;
    if (q->scoring != NULL && !scoring_rule_fits(q->type, q->scoring->rule)) {
        checker_fault(c, FAULT_NOT_ALLOWED, checker_at(c, "/scoring/rule"),
                      "a question of this type cannot be scored so");
        return;
    }
    for (size_t i = 0; i < q->option_count && !is_weighted; i++) {
        if (q->options[i].weight != NULL) {
            checker_fault(c, FAULT_NOT_ALLOWED, checker_at(c, "/options/%zu/weight", i),
                          "only option_weights has weights");
        }
    }
    if (is_weighted) {
        check_weights(c, q);
    }
}
