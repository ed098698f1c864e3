/* Regrading. */
#include "domain/regrade.h"

#include "domain/exam_paper.h"

static const char *const POLICY_NAMES[REGRADE_POLICY_COUNT] = {
    [REGRADE_CURRENT_KEY] = "current_key",
    [REGRADE_BEST_OF_BOTH] = "best_of_both",
    [REGRADE_FULL_CREDIT] = "full_credit",
    [REGRADE_DROP_ITEM] = "drop_item",
};
const struct enumeration REGRADE_POLICIES = {POLICY_NAMES, REGRADE_POLICY_COUNT};

static struct mark mark_by(const struct question *question, const struct attempt_rules *rules,
                           const struct question_response *response, int64_t certainty)
{
    return scoring_mark(question, response, scoring_of(question, &rules->scoring), certainty);
}

static struct mark mark_by_key(const struct regrade_rule *rule, const struct attempt_rules *rules,
                               const struct question_response *response, int64_t certainty,
                               struct arena *arena)
{
    struct error why = {.code = ERROR_NONE};
    const bool fits = rule->key->type == rule->pinned->type &&
                      question_check_response(rule->key, response, arena, TEXT(""), &why);

    return mark_by(fits ? rule->key : rule->pinned, rules, response, certainty);
}

static struct mark full_mark(const struct attempt_rules *rules, int64_t certainty)
{
    return (struct mark){.credit = CREDIT_FULL,
                         .points =
                             rules->scoring.certainty ? CREDIT_FULL * certainty : CREDIT_FULL};
}

struct mark regrade_mark(const struct regrade_rule *rule, const struct attempt_rules *rules,
                         const struct question_response *response, int64_t certainty,
                         struct arena *arena)
{
    const struct mark pinned = mark_by(rule->pinned, rules, response, certainty);

    switch (rule->policy) {
    case REGRADE_CURRENT_KEY:
        return mark_by_key(rule, rules, response, certainty, arena);
    case REGRADE_BEST_OF_BOTH: {
        const struct mark other = mark_by_key(rule, rules, response, certainty, arena);
        return other.points > pinned.points ||
                       (other.points == pinned.points && other.credit > pinned.credit)
                   ? other
                   : pinned;
    }
    case REGRADE_FULL_CREDIT:
        return full_mark(rules, certainty);
    case REGRADE_DROP_ITEM:
    case REGRADE_POLICY_COUNT:
        break;
    }
    return pinned;
}

struct attempt_sheet regrade_sheet(const struct attempt_sheet *sheet,
                                   const struct regrade_change *change, struct arena *arena)
{
    struct attempt_rules *rules = arena_new(arena, struct attempt_rules);
    struct answer *answers = arena_new_array(arena, sheet->answer_count, struct answer);
    struct attempt_sheet after = *sheet;

    *rules = *sheet->rules;
    if (change->is_dropped) {
        attempt_rules_set_pilot(rules, change->position);
    }
    for (size_t i = 0; i < sheet->answer_count; i++) {
        answers[i] = sheet->answers[i];
        if (answers[i].position == change->position && answers[i].response.data != NULL) {
            answers[i].credit = change->mark.credit;
            answers[i].points = change->mark.points;
        }
    }
    after.rules = rules;
    after.answers = answers;
    return after;
}

const bool *regrade_passed(const struct attempt_rules *rules, struct attempt_score score,
                           struct arena *arena)
{
    const int64_t questions = score.max / scoring_max(rules->scoring.certainty);
    bool *passed = arena_new(arena, bool);

    if (rules->pass_scaled == 0) {
        return NULL;
    }
    *passed = exam_scale(score.raw, score.max, questions).score >= rules->pass_scaled;
    return passed;
}
