/*
 * A second scorer, written from the words of domain/scoring.h and sharing no code with the first:
 * it works on bit masks and small integers, of which the tests make questions and responses.
 */
#ifndef TESTS_UNIT_DOMAIN_SCORING_TWIN_H
#define TESTS_UNIT_DOMAIN_SCORING_TWIN_H

#include <stdlib.h>

#include "domain/scoring.h"
#include "domain/selection.h"

enum { PARTS = 8, TEXT_MAX = 12 };

/* One case as the twin sees it. */
struct plain {
    enum question_type type;
    enum scoring_rule rule;
    int n;                          /* options, items, premises or gaps */
    unsigned key;                   /* choices: bit i: option i is right */
    unsigned ticks;                 /* choices */
    int weights[PARTS];             /* thousandths */
    int order[PARTS];               /* key of an ordering; of a matching: choice of premise i */
    int given[PARTS];               /* ordering: items; matching: choice, -1: none */
    int given_count;                /* ordering */
    char accepted[PARTS][TEXT_MAX]; /* short_text: one; cloze: one a gap */
    char texts[PARTS][TEXT_MAX];
    bool is_filled[PARTS];
    int hundredths[3]; /* numeric: value and tolerance, or min and max; the answer */
    int percent;       /* numeric: relative tolerance */
    unsigned bounds;   /* numeric: 0: a value; else 1: min, 2: max, 3: both */
    int64_t penalty;
    int64_t certainty; /* 0: not used */
};

static inline int draw(struct prng *prng, int bound)
{
    return (int)prng_below(prng, (uint64_t)bound);
}

/* ---- the twin ---- */

static inline int64_t bits(unsigned mask)
{
    int64_t count = 0;
    for (; mask != 0; mask >>= 1U) {
        count += (int64_t)(mask & 1U);
    }
    return count;
}

static inline int64_t at_least_0(int64_t value)
{
    return value < 0 ? 0 : value;
}

static inline int64_t twin_of_ticks(const struct plain *p)
{
    const int64_t rights = bits(p->key) > 0 ? bits(p->key) : 1; /* there is always one */
    const int64_t hits = bits(p->key & p->ticks);
    const int64_t misses = bits(p->ticks & ~p->key);
    if (p->rule == SCORING_NET_CORRECT) {
        return at_least_0(1000 * (hits - misses) / rights);
    }
    if (p->rule == SCORING_COVERAGE) {
        const int64_t too_many = bits(p->ticks) > rights ? bits(p->ticks) - rights : 0;
        return at_least_0(1000 * (hits - too_many) / rights);
    }
    if (p->rule == SCORING_EACH_DECISION) {
        return 1000 * (p->n - bits(p->key ^ p->ticks)) / p->n;
    }
    if (p->rule == SCORING_OPTION_WEIGHTS) {
        int64_t sum = 0;
        for (int i = 0; i < p->n; i++) {
            sum += (p->ticks >> (unsigned)i & 1U) != 0 ? p->weights[i] : 0;
        }
        return at_least_0(sum > 1000 ? 1000 : sum);
    }
    return p->key == p->ticks ? 1000 : 0;
}

static inline int64_t twin_of_order(const struct plain *p)
{
    int place[PARTS];
    for (int i = 0; i < PARTS; i++) {
        place[i] = -PARTS;
    }
    for (int i = 0; i < p->given_count; i++) {
        place[p->given[i]] = i;
    }
    int kept = 0;
    bool is_key = p->given_count == p->n && place[p->order[0]] == 0;
    for (int i = 1; i < p->n; i++) {
        const bool follows = place[p->order[i]] == place[p->order[i - 1]] + 1;
        kept += follows && place[p->order[i]] > 0 ? 1 : 0;
        is_key = is_key && follows;
    }
    return p->rule == SCORING_ADJACENT_PAIRS ? (int64_t)1000 * kept / (p->n - 1)
                                             : (is_key ? 1000 : 0);
}

static inline int64_t twin_of_parts(const struct plain *p, int right, int wrong)
{
    switch (p->rule) {
    case SCORING_NET_CORRECT:
        return at_least_0((int64_t)1000 * (right - wrong) / p->n);
    case SCORING_EACH_DECISION:
        return (int64_t)1000 * right / p->n;
    case SCORING_ALL_OR_NOTHING:
    case SCORING_COVERAGE:
    case SCORING_OPTION_WEIGHTS:
    case SCORING_ADJACENT_PAIRS:
    case SCORING_RULE_COUNT:
        break;
    }
    return right == p->n ? 1000 : 0;
}

/* Not tolower(): its macro counts as a function of many branches. */
static inline char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Lower case, single blanks, none at the ends. */
static inline void tidy(const char *in, char *out)
{
    size_t len = 0;
    for (; *in != '\0'; in++) {
        const bool is_needless = *in == ' ' && (len == 0 || out[len - 1] == ' ');
        if (!is_needless) {
            out[len++] = lower(*in);
        }
    }
    len -= len > 0 && out[len - 1] == ' ' ? 1 : 0;
    out[len] = '\0';
}

static inline bool is_like(const char *pattern, const char *t)
{
    if (*pattern == '\0') {
        return *t == '\0';
    }
    if (*pattern == '*') {
        return is_like(pattern + 1, t) || (*t != '\0' && is_like(pattern, t + 1));
    }
    return *pattern == *t && is_like(pattern + 1, t + 1);
}

static inline bool twin_accepts(const char *accepted, const char *given)
{
    char pattern[TEXT_MAX];
    char t[TEXT_MAX];
    tidy(accepted, pattern);
    tidy(given, t);
    return is_like(pattern, t);
}

static inline bool is_blank(const char *t)
{
    for (; *t != '\0'; t++) {
        if (*t != ' ') {
            return false;
        }
    }
    return true;
}

static inline int64_t twin_of_gaps(const struct plain *p)
{
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < p->n; i++) {
        if (p->is_filled[i] && !is_blank(p->texts[i])) {
            const bool is_right = twin_accepts(p->accepted[i], p->texts[i]);
            right += is_right;
            wrong += !is_right;
        }
    }
    return twin_of_parts(p, right, wrong);
}

static inline int64_t twin_of_pairs(const struct plain *p)
{
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < p->n; i++) {
        right += p->given[i] == p->order[i];
        wrong += p->given[i] >= 0 && p->given[i] != p->order[i];
    }
    return twin_of_parts(p, right, wrong);
}

/* In whole hundredths, where nothing is rounded. */
static inline int64_t twin_of_number(const struct plain *p)
{
    const int answer = p->hundredths[2];
    if (p->bounds != 0) {
        const bool is_above = (p->bounds & 1U) == 0 || answer >= p->hundredths[0];
        const bool is_below = (p->bounds & 2U) == 0 || answer <= p->hundredths[1];
        return is_above && is_below ? 1000 : 0;
    }
    const int distance = abs(answer - p->hundredths[0]);
    const bool is_near =
        distance <= p->hundredths[1] || distance * 100 <= p->percent * abs(p->hundredths[0]);
    return is_near ? 1000 : 0;
}

static inline int64_t twin_credit(const struct plain *p)
{
    switch (p->type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_MULTIPLE_CHOICE:
    case QUESTION_TRUE_FALSE:
        return twin_of_ticks(p);
    case QUESTION_NUMERIC:
        return twin_of_number(p);
    case QUESTION_SHORT_TEXT:
        return twin_accepts(p->accepted[0], p->texts[0]) ? 1000 : 0;
    case QUESTION_ORDERING:
        return twin_of_order(p);
    case QUESTION_MATCHING:
        return twin_of_pairs(p);
    case QUESTION_CLOZE:
        return twin_of_gaps(p);
    case QUESTION_TYPE_COUNT:
        break;
    }
    return -1;
}

static inline int64_t twin_points(const struct plain *p, int64_t credit)
{
    static const int64_t LOST[] = {0, 0, 2000, 6000};
    if (p->certainty == 0) {
        return credit == 0 ? -p->penalty : credit;
    }
    return credit == 0 ? -LOST[p->certainty] : credit * p->certainty;
}

/* ---- making cases ---- */

static inline void draw_text(struct prng *prng, const char *alphabet, char *out)
{
    const int length = draw(prng, 6);
    for (int i = 0; i < length; i++) {
        out[i] = alphabet[draw(prng, 4)];
    }
    out[length] = '\0';
}

static inline void draw_ticks(struct prng *prng, struct plain *p)
{
    const unsigned all = (1U << (unsigned)p->n) - 1U;
    const bool is_multiple = p->type == QUESTION_MULTIPLE_CHOICE;
    p->key = is_multiple ? 1U + (unsigned)draw(prng, (int)all) : 1U << (unsigned)draw(prng, p->n);
    p->ticks = (unsigned)draw(prng, (int)all + 1);
    if (!is_multiple) {
        p->ticks = draw(prng, p->n + 1) == 0 ? 0 : 1U << (unsigned)draw(prng, p->n);
    }
    for (int i = 0; i < p->n; i++) {
        p->weights[i] = draw(prng, 2001) - 1000;
    }
}

static inline void draw_parts(struct prng *prng, struct plain *p)
{
    uint32_t shuffled[PARTS];
    selection_permutation(prng, shuffled, (size_t)p->n);
    p->given_count = draw(prng, 3) == 0 ? draw(prng, p->n + 1) : p->n;
    for (int i = 0; i < p->n; i++) {
        p->order[i] = p->type == QUESTION_ORDERING ? (int)shuffled[i] : draw(prng, 3);
        p->given[i] = draw(prng, 4) - 1;
        p->is_filled[i] = draw(prng, 4) > 0;
        draw_text(prng, "ab *", p->accepted[i]);
        draw_text(prng, "aB b", p->texts[i]);
    }
    if (p->type == QUESTION_ORDERING) {
        /* turned round at one place: many neighbours stay */
        const int turn = draw(prng, p->n);
        for (int i = 0; i < p->n; i++) {
            p->given[i] = p->order[(i + turn) % p->n];
        }
    }
}

static inline void draw_number(struct prng *prng, struct plain *p)
{
    p->bounds = (unsigned)draw(prng, 4);
    p->hundredths[0] = draw(prng, 41) - 20;
    p->hundredths[1] = p->bounds == 0 ? draw(prng, 6) : p->hundredths[0] + draw(prng, 20);
    p->hundredths[2] = draw(prng, 81) - 40;
    p->percent = draw(prng, 2) == 0 ? 0 : draw(prng, 60);
}

static inline struct plain draw_plain(struct prng *prng)
{
    struct plain p = {.type = (enum question_type)draw(prng, QUESTION_TYPE_COUNT)};
    do {
        p.rule = (enum scoring_rule)draw(prng, SCORING_RULE_COUNT);
    } while (!scoring_rule_fits(p.type, p.rule));
    p.n = p.type == QUESTION_TRUE_FALSE ? 2 : 2 + draw(prng, PARTS - 1);
    p.certainty = draw(prng, 2) == 0 ? 0 : draw(prng, CERTAINTY_MAX + 1);
    p.penalty = draw(prng, 2) == 0 ? 0 : draw(prng, 1001);
    draw_ticks(prng, &p);
    draw_parts(prng, &p);
    draw_number(prng, &p);
    return p;
}

#endif
