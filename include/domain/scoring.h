/*
 * Scoring: a pure function of a question version, a response and the rule that holds. Credits and
 * points are exact integers in thousandths.
 *
 * The credit of a response, 0…1000, says how right it is; estimates of what somebody knows are made
 * of credits. Its points are what an attempt's score adds up: the credit, less a penalty for a
 * wrong response, or weighed by how sure the learner was.
 */
#ifndef DOMAIN_SCORING_H
#define DOMAIN_SCORING_H

#include <stdint.h>

#include "domain/question.h"

enum { CREDIT_FULL = 1000, CERTAINTY_MIN = 1, CERTAINTY_MAX = 3 };

/*
 * The rules, with k right options of n, r right ticks and w wrong ones; fractions are rounded down
 * to thousandths and never fall below 0.
 *
 *   all_or_nothing   every type: full credit for exactly the key
 *   net_correct      multiple_choice: (r - w) / k; matching, cloze: (right - wrong) / parts, where
 * a part left empty is neither coverage         multiple_choice: (r - max(0, r + w - k)) / k: the
 * share of the right options that were found; a tick more than there are right options takes one
 * away, so that ticking all is no way out each_decision    multiple_choice: every option is a
 * decision, to tick it or not: (r + (n - k - w)) / n; matching, cloze: right / parts option_weights
 * choice types: the sum of the weights of what was ticked adjacent_pairs   ordering: neighbours of
 * the key that stand next to one another in this order in the response, of n - 1
 *
 * Where nobody chose: net_correct for multiple_choice, each_decision for matching and cloze,
 * all_or_nothing for the rest.
 */
bool scoring_rule_fits(enum question_type type, enum scoring_rule rule);
enum scoring_rule scoring_default_rule(enum question_type type);

/* What an exam, or whoever starts an attempt, says for all questions: of the rules the first that
 * fits a question's type. */
struct scoring_choice {
    const enum scoring_rule *rules;
    size_t rule_count;
    int64_t penalty; /* thousandths */
    bool certainty;  /* every response comes with how sure the learner is, 1 to 3 */
};
extern const struct shape SCORING_CHOICE_SHAPE;

/* What follows for each type. A question's own choice goes before it, because it belongs to its
 * key. */
struct scoring_policy {
    enum scoring_rule rules[QUESTION_TYPE_COUNT];
    int64_t penalty;
    bool certainty;
};
/* `choice` NULL: every type's own rule. */
struct scoring_policy scoring_policy_of(const struct scoring_choice *choice);
/* The first `count` types' rules are given, the others are their own. */
struct scoring_policy scoring_policy_of_types(const enum scoring_rule *rules, size_t count);

/* What holds for one question of an attempt. */
struct scoring {
    enum scoring_rule rule;
    int64_t penalty; /* 0 where certainty is used: it has its own */
    bool certainty;
};
struct scoring scoring_of(const struct question *question, const struct scoring_policy *policy);

struct mark {
    int64_t credit;
    int64_t points;
};
/* The credit of a response that question_check_response has accepted; NULL (not answered) gives 0.
 */
int64_t scoring_credit_by(const struct question *question, const struct question_response *response,
                          enum scoring_rule rule);
/* The same by the question's own rule or that of its type. */
int64_t scoring_credit(const struct question *question, const struct question_response *response);
/* Credit and points. Not answered: neither. With certainty c: credit times c where there is any,
 * else 0, -2 or -6 points for c = 1, 2, 3 (A. R. Gardner-Medwin, "Confidence assessment in the
 * teaching of basic science", 1995; partly right answers as Moodle does it). Else the credit, or
 * -penalty where there is none. */
struct mark scoring_mark(const struct question *question, const struct question_response *response,
                         struct scoring scoring, int64_t certainty);
/* The points of a full answer: 1000, with certainty 3000. */
int64_t scoring_max(bool certainty);

/* short_text: equality with one accepted text after NFKC, trimming, runs of blanks made one, and
 * case folding unless case_sensitive;
 * '*' matches any run. */
bool scoring_text_matches(struct text response, struct text accepted, bool case_sensitive);

#endif
