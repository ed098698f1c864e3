/* Credits of the choice types: everything follows from how many right and wrong options were
 * ticked, or from the weights of those. */
#include "domain/scoring_choice.h"

#include "domain/scoring.h"

struct ticks {
    int64_t options;
    int64_t right_options;
    int64_t right;
    int64_t wrong;
    int64_t weight; /* sum over what was ticked */
};

static bool is_ticked(const struct question_response *response, struct text id)
{
    for (size_t i = 0; i < response->choice_count; i++) {
        if (text_equal(response->choices[i], id)) {
            return true;
        }
    }
    return false;
}

static struct ticks count_ticks(const struct question *question,
                                const struct question_response *response)
{
    struct ticks ticks = {.options = (int64_t)question->option_count};
    for (size_t i = 0; i < question->option_count; i++) {
        const struct question_option *option = &question->options[i];
        ticks.right_options += option->correct ? 1 : 0;
        if (is_ticked(response, option->id)) {
            ticks.right += option->correct ? 1 : 0;
            ticks.wrong += option->correct ? 0 : 1;
            ticks.weight += option->weight == NULL ? 0 : *option->weight;
        }
    }
    return ticks;
}

static int64_t share(int64_t part, int64_t whole)
{
    return part <= 0 || whole == 0 ? 0 : part * CREDIT_FULL / whole;
}

static int64_t within_range(int64_t credit)
{
    if (credit < 0) {
        return 0;
    }
    return credit > CREDIT_FULL ? CREDIT_FULL : credit;
}

int64_t scoring_choice_credit(const struct question *question,
                              const struct question_response *response, enum scoring_rule rule)
{
    const struct ticks t = count_ticks(question, response);
    const int64_t surplus = t.right + t.wrong - t.right_options;
    switch (rule) {
    case SCORING_NET_CORRECT:
        return share(t.right - t.wrong, t.right_options);
    case SCORING_COVERAGE:
        return share(t.right - (surplus > 0 ? surplus : 0), t.right_options);
    case SCORING_EACH_DECISION:
        return share(t.right + t.options - t.right_options - t.wrong, t.options);
    case SCORING_OPTION_WEIGHTS:
        return within_range(t.weight);
    case SCORING_ALL_OR_NOTHING:
    case SCORING_ADJACENT_PAIRS:
    case SCORING_RULE_COUNT:
        break;
    }
    return t.right == t.right_options && t.wrong == 0 ? CREDIT_FULL : 0;
}
