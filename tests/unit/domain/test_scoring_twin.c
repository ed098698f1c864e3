/*
 * The scorer and its twin (scoring_twin.h) must agree on a million random cases. Beside it what
 * must hold of any scorer: credits and points in range, better responses never worth less, the
 * order of options of no account.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "scoring_twin.h"

enum { CASES = 1000000 };

static const char *const IDS[] = {"a", "b", "c", "d", "e", "f", "g", "h"};

/* The same as the program sees it. */
struct made {
    struct question question;
    struct question_response response;
    struct question_option options[PARTS];
    int64_t weights[PARTS];
    struct text choices[PARTS];
    struct text order[PARTS];
    struct text given[PARTS];
    struct shape_pair key_pairs[PARTS];
    struct shape_pair pairs[PARTS];
    struct shape_map key_map;
    struct shape_map map;
    struct accepted_text accepted[PARTS];
    struct gap gaps[PARTS];
    struct number_key number;
    double reals[4];
};

/* ---- as questions ---- */

static struct text id_of(int index)
{
    return (struct text){IDS[index], 1};
}

static void make_ticks(const struct plain *p, const uint32_t *shown, struct made *m)
{
    m->question.options = m->options;
    m->question.option_count = (size_t)p->n;
    m->response.choices = m->choices;
    for (int i = 0; i < p->n; i++) {
        const int option = (int)shown[i];
        m->weights[i] = p->weights[option];
        m->options[i] = (struct question_option){.id = id_of(option),
                                                 .correct = (p->key >> (unsigned)option & 1U) != 0,
                                                 .weight = &m->weights[i]};
        if ((p->ticks >> (unsigned)(p->n - 1 - i) & 1U) != 0) {
            m->choices[m->response.choice_count++] = id_of(p->n - 1 - i);
        }
    }
}

static void make_parts(const struct plain *p, const uint32_t *shown, struct made *m)
{
    const size_t n = (size_t)p->n;
    const bool is_cloze = p->type == QUESTION_CLOZE;
    m->key_map = (struct shape_map){m->key_pairs, n};
    m->map = (struct shape_map){m->pairs, 0};
    for (size_t i = 0; i < n; i++) {
        const int part = (int)shown[i];
        m->order[i] = id_of(p->order[i] < 0 ? 0 : p->order[i]);
        m->given[i] = id_of(p->given[i] < 0 ? 0 : p->given[i]);
        m->key_pairs[i] = (struct shape_pair){id_of(part), id_of(p->order[part])};
        m->accepted[i] = (struct accepted_text){text_of(p->accepted[i])};
        m->gaps[i] = (struct gap){id_of((int)i), &m->accepted[i], 1, false};
        if (is_cloze ? p->is_filled[part] : p->given[part] >= 0) {
            m->pairs[m->map.count++] = (struct shape_pair){
                id_of(part), is_cloze ? text_of(p->texts[part]) : id_of(p->given[part])};
        }
    }
    m->question.order = m->order;
    m->question.order_count = n;
    m->question.pairs = &m->key_map;
    m->question.premise_count = n;
    m->question.gaps = m->gaps;
    m->question.gap_count = n;
    m->question.accepted = m->accepted;
    m->question.accepted_count = 1;
    m->response.order = m->given;
    m->response.order_count = (size_t)p->given_count;
    m->response.pairs = &m->map;
    m->response.gaps = &m->map;
    m->response.text = text_of(p->texts[0]);
}

static void make_number(const struct plain *p, struct made *m)
{
    for (size_t i = 0; i < COUNT_OF(p->hundredths); i++) {
        m->reals[i] = p->hundredths[i] / 100.0;
    }
    if (p->bounds == 0) {
        m->number = (struct number_key){.value = &m->reals[0],
                                        .tolerance = m->reals[1],
                                        .relative_tolerance = p->percent / 100.0};
    } else {
        m->number = (struct number_key){.min = (p->bounds & 1U) != 0 ? &m->reals[0] : NULL,
                                        .max = (p->bounds & 2U) != 0 ? &m->reals[1] : NULL};
    }
    m->question.number = &m->number;
    m->response.number = &m->reals[2];
}

/* The case with its options, items and parts listed in the order `shown`. */
static void make(const struct plain *p, const uint32_t *shown, struct made *m)
{
    *m = (struct made){.question = {.type = p->type}};
    make_ticks(p, shown, m);
    make_parts(p, shown, m);
    make_number(p, m);
}

static void test_scoring__twin_agrees(void **state)
{
    struct prng prng = prng_seed(TEXT("twin"), 0);
    int64_t full = 0;
    int64_t none = 0;
    for (int i = 0; i < CASES; i++) {
        const struct plain p = draw_plain(&prng);
        const struct scoring scoring = {p.rule, p.penalty, p.certainty > 0};
        uint32_t shown[PARTS];
        struct made m;
        selection_permutation(&prng, shown, (size_t)p.n);
        make(&p, shown, &m);
        const struct mark mark = scoring_mark(&m.question, &m.response, scoring, p.certainty);
        const int64_t credit = twin_credit(&p);
        if (mark.credit != credit || mark.points != twin_points(&p, credit)) {
            fail_msg("case %d, %s by %s: credit %lld, points %lld; the twin: %lld, %lld", i,
                     enumeration_name(&QUESTION_TYPES, p.type),
                     enumeration_name(&SCORING_RULES, p.rule), (long long)mark.credit,
                     (long long)mark.points, (long long)credit, (long long)twin_points(&p, credit));
        }
        assert_true(mark.credit >= 0 && mark.credit <= CREDIT_FULL);
        assert_true(mark.points <= scoring_max(scoring.certainty));
        full += credit == CREDIT_FULL ? 1 : 0;
        none += credit == 0 ? 1 : 0;
    }
    assert_true(full > CASES / 50 && none > CASES / 50 && full + none < CASES * 9 / 10);
}

/* One tick more of a right option never costs anything, one of a wrong option never gains. */
static void test_scoring__ticks_are_monotone(void **state)
{
    static const enum scoring_rule RULES[] = {SCORING_ALL_OR_NOTHING, SCORING_NET_CORRECT,
                                              SCORING_COVERAGE, SCORING_EACH_DECISION};
    struct prng prng = prng_seed(TEXT("monotone"), 0);
    static const uint32_t SHOWN[PARTS] = {0, 1, 2, 3, 4, 5, 6, 7};
    for (int i = 0; i < 20000; i++) {
        struct plain p = {.type = QUESTION_MULTIPLE_CHOICE, .n = 2 + draw(&prng, PARTS - 1)};
        draw_ticks(&prng, &p);
        p.rule = RULES[draw(&prng, 4)];
        const unsigned option = (unsigned)draw(&prng, p.n);
        struct made before;
        struct made after;
        p.ticks &= ~(1U << option);
        make(&p, SHOWN, &before);
        p.ticks |= 1U << option;
        make(&p, SHOWN, &after);
        const int64_t gain = scoring_credit_by(&after.question, &after.response, p.rule) -
                             scoring_credit_by(&before.question, &before.response, p.rule);
        assert_true((p.key >> option & 1U) != 0 ? gain >= 0 : gain <= 0);
    }
}

/* A tick more never gains less than nothing where its weight is above 0, nor more where below. */
static void test_scoring__weights_are_monotone(void **state)
{
    static const uint32_t SHOWN[PARTS] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct prng prng = prng_seed(TEXT("weights"), 0);
    int rises = 0;
    for (int i = 0; i < 20000; i++) {
        struct plain p = {.type = QUESTION_MULTIPLE_CHOICE, .n = 2 + draw(&prng, PARTS - 1)};
        draw_ticks(&prng, &p);
        const unsigned option = (unsigned)draw(&prng, p.n);
        struct made before;
        struct made after;
        p.ticks &= ~(1U << option);
        make(&p, SHOWN, &before);
        p.ticks |= 1U << option;
        make(&p, SHOWN, &after);
        const int64_t gain =
            scoring_credit_by(&after.question, &after.response, SCORING_OPTION_WEIGHTS) -
            scoring_credit_by(&before.question, &before.response, SCORING_OPTION_WEIGHTS);
        assert_true(p.weights[option] >= 0 ? gain >= 0 : gain <= 0);
        rises += gain > 0 ? 1 : 0;
    }
    assert_true(rises > 1000);
}

/* Which of the key's neighbours stand together in the answer, as bits. */
static unsigned kept_pairs(const int *key, const int *given, int n)
{
    unsigned kept = 0;
    for (int k = 0; k + 1 < n; k++) {
        for (int g = 0; g + 1 < n; g++) {
            kept |= key[k] == given[g] && key[k + 1] == given[g + 1] ? 1U << (unsigned)k : 0U;
        }
    }
    return kept;
}

/* Any order of parts whose right order is that of their numbers. */
static void draw_order(struct prng *prng, struct plain *p)
{
    uint32_t drawn[PARTS];
    selection_permutation(prng, drawn, (size_t)p->n);
    p->given_count = p->n;
    for (int i = 0; i < p->n; i++) {
        p->order[i] = i;
        p->given[i] = (int)drawn[i];
    }
}

/* Whoever keeps all the neighbours that another one keeps is worth no less; one more is worth more.
 */
static void test_scoring__neighbours_are_monotone(void **state)
{
    static const uint32_t SHOWN[PARTS] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct prng prng = prng_seed(TEXT("neighbours"), 0);
    int compared = 0;
    for (int i = 0; i < 40000; i++) {
        struct plain p = {.type = QUESTION_ORDERING, .n = 3 + draw(&prng, 3)};
        struct made made[2];
        unsigned kept[2];
        for (size_t k = 0; k < 2; k++) {
            draw_order(&prng, &p);
            make(&p, SHOWN, &made[k]);
            kept[k] = kept_pairs(p.order, p.given, p.n);
        }
        const int64_t more =
            scoring_credit_by(&made[1].question, &made[1].response, SCORING_ADJACENT_PAIRS) -
            scoring_credit_by(&made[0].question, &made[0].response, SCORING_ADJACENT_PAIRS);
        if ((kept[0] & ~kept[1]) == 0) {
            assert_true(kept[0] == kept[1] ? more == 0 : more > 0);
            compared += kept[0] == kept[1] ? 0 : 1;
        }
    }
    assert_true(compared > 1000);
}

/* A pair, gap or place that becomes right never costs anything; one that becomes wrong never gains.
 */
static void test_scoring__parts_are_monotone(void **state)
{
    static const enum question_type TYPES[] = {QUESTION_MATCHING, QUESTION_CLOZE};
    static const enum scoring_rule RULES[] = {SCORING_ALL_OR_NOTHING, SCORING_NET_CORRECT,
                                              SCORING_EACH_DECISION};
    static const uint32_t SHOWN[PARTS] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct prng prng = prng_seed(TEXT("parts"), 0);
    for (int i = 0; i < 20000; i++) {
        struct plain p = {.type = TYPES[draw(&prng, 2)], .n = 2 + draw(&prng, PARTS - 1)};
        struct made m;
        int64_t credits[3];
        draw_parts(&prng, &p);
        const int part = draw(&prng, p.n);
        (void)snprintf(p.accepted[part], TEXT_MAX, "right");
        p.rule = RULES[draw(&prng, COUNT_OF(RULES))];
        for (int given = 0; given < 3; given++) { /* nothing, wrong, right */
            p.given[part] = given == 0 ? -1 : given == 1 ? p.order[part] + 1 : p.order[part];
            p.is_filled[part] = given > 0;
            (void)snprintf(p.texts[part], TEXT_MAX, "%s", given == 2 ? "right" : "wrong");
            make(&p, SHOWN, &m);
            credits[given] = scoring_credit_by(&m.question, &m.response, p.rule);
        }
        assert_true(credits[1] <= credits[0] && credits[0] <= credits[2]);
    }
}

/* However the options and parts are listed, and the ticks sent, the credit is the same. */
static void test_scoring__order_is_of_no_account(void **state)
{
    struct prng prng = prng_seed(TEXT("order"), 0);
    for (int i = 0; i < 50000; i++) {
        const struct plain p = draw_plain(&prng);
        uint32_t shown[2][PARTS];
        struct made m[2];
        for (size_t k = 0; k < 2; k++) {
            selection_permutation(&prng, shown[k], (size_t)p.n);
            make(&p, shown[k], &m[k]);
        }
        for (size_t k = 0; k < m[1].response.choice_count / 2; k++) {
            const struct text swapped = m[1].choices[k];
            m[1].choices[k] = m[1].choices[m[1].response.choice_count - 1 - k];
            m[1].choices[m[1].response.choice_count - 1 - k] = swapped;
        }
        assert_int_equal(scoring_credit_by(&m[0].question, &m[0].response, p.rule),
                         scoring_credit_by(&m[1].question, &m[1].response, p.rule));
    }
}

/* More credit is never fewer points, whatever the terms. */
static void test_scoring__points_are_monotone(void **state)
{
    static const uint32_t SHOWN[PARTS] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct prng prng = prng_seed(TEXT("points"), 0);
    for (int i = 0; i < 20000; i++) {
        struct plain p = {.type = QUESTION_MULTIPLE_CHOICE, .n = 2 + draw(&prng, PARTS - 1)};
        const int64_t certainty = draw(&prng, CERTAINTY_MAX + 1);
        const struct scoring scoring = {SCORING_EACH_DECISION, draw(&prng, 1001), certainty > 0};
        struct made one;
        struct made other;
        draw_ticks(&prng, &p);
        make(&p, SHOWN, &one);
        p.ticks = (unsigned)draw(&prng, 1 << p.n);
        make(&p, SHOWN, &other);
        const struct mark a = scoring_mark(&one.question, &one.response, scoring, certainty);
        struct mark b = scoring_mark(&one.question, &other.response, scoring, certainty);
        assert_true((a.credit < b.credit) == (a.points < b.points));
        assert_true((a.credit == b.credit) == (a.points == b.points));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scoring__twin_agrees),
        cmocka_unit_test(test_scoring__ticks_are_monotone),
        cmocka_unit_test(test_scoring__weights_are_monotone),
        cmocka_unit_test(test_scoring__neighbours_are_monotone),
        cmocka_unit_test(test_scoring__parts_are_monotone),
        cmocka_unit_test(test_scoring__order_is_of_no_account),
        cmocka_unit_test(test_scoring__points_are_monotone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
