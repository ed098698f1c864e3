/*
 * Regrading: what answers are worth after the key of their question version turned out to be wrong.
 * A decision is a policy and a version whose key is right; what it makes of an answer follows from
 * the answer alone, so that it can be replayed, and taken back by replaying without it.
 */
#ifndef DOMAIN_REGRADE_H
#define DOMAIN_REGRADE_H

#include "domain/attempt.h"
#include "domain/scoring.h"

enum regrade_policy {
    REGRADE_CURRENT_KEY,  /* by the key of the other version */
    REGRADE_BEST_OF_BOTH, /* by the key that gives more */
    REGRADE_FULL_CREDIT,  /* whoever answered has all of it */
    REGRADE_DROP_ITEM,    /* the question does not count, like a pilot */
    REGRADE_POLICY_COUNT
};
extern const struct enumeration REGRADE_POLICIES; /* "current_key" … */

struct regrade_rule {
    enum regrade_policy policy;
    const struct question *pinned; /* the version that was answered */
    const struct question *key;    /* the version whose key is right */
};
/* What a response is worth under the rule. A response that the other version has no place for (an
 * option that is gone) keeps what it had. Without an answer there is nothing to regrade. */
struct mark regrade_mark(const struct regrade_rule *rule, const struct attempt_rules *rules,
                         const struct question_response *response, int64_t certainty,
                         struct arena *arena);

/* One position of a sheet with another mark, or dropped. */
struct regrade_change {
    int64_t position;
    struct mark mark;
    bool is_dropped;
};
/* A copy with the change; its rules are in the arena, too. */
struct attempt_sheet regrade_sheet(const struct attempt_sheet *sheet,
                                   const struct regrade_change *change, struct arena *arena);
/* NULL: the rules have no pass mark. */
const bool *regrade_passed(const struct attempt_rules *rules, struct attempt_score score,
                           struct arena *arena);

#endif
