/* Where a team is weak, and that nobody is seen who did not agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/clock.h"
#include "domain/team_map.h"
#include "sample_bank.h"

static const int64_t NOW = EVIDENCE_EPOCH_US + 400 * CLOCK_US_PER_DAY;
enum { MEMBERS_MAX = 12 };

static int setup(void **state)
{
    *state = arena_create();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

/* Of somebody with so many answers in s/a, so many of them right. */
static struct evidence *evidence_of(struct arena *arena, int64_t answers, int64_t correct)
{
    struct evidence *evidence = arena_new_array(arena, SECTION_COUNT, struct evidence);
    const double weight = evidence_weight(NOW);

    evidence[S_A] = (struct evidence){.weight = weight * (double)answers,
                                      .credit = weight * (double)correct,
                                      .answers = answers,
                                      .correct = correct,
                                      .last_answered_at = NOW};
    for (size_t k = 0; k < KNOWLEDGE_POINTS && answers > 0; k++) {
        evidence[S_A].likelihood[k] = -weight;
    }
    return evidence;
}

/* So many who keep their results to themselves, and so many who share them; `idle` have answered
 * nothing. */
static struct team_map_row row_of(struct arena *arena, size_t hidden, size_t shared, size_t idle)
{
    struct team_map_member members[MEMBERS_MAX];
    struct team_map_row *rows = NULL;
    size_t count = 0;

    for (size_t i = 0; i < hidden; i++) {
        members[count++] = (struct team_map_member){evidence_of(arena, 10, 0), false};
    }
    for (size_t i = 0; i < shared; i++) {
        members[count++] = (struct team_map_member){evidence_of(arena, 10, 10), true};
    }
    for (size_t i = 0; i < idle; i++) {
        members[count++] = (struct team_map_member){evidence_of(arena, 0, 0), false};
    }
    const struct team_map_input input = {
        .members = members,
        .member_count = count,
        .common = {
            .bank = sample_bank(arena), .model = WEAK_AREAS_BETA_1, .target = 0.72, .now_us = NOW}};
    const size_t row_count = team_map_estimate(&input, arena, &rows);
    for (size_t i = 0; i < row_count; i++) {
        if (rows[i].section == S_A) {
            return rows[i];
        }
    }
    fail_msg("the section is not there");
    return rows[0];
}

static void test_team_map__nobody_who_did_not_agree_below_five(void **state)
{
    for (size_t hidden = 0; hidden < TEAM_MAP_MEMBERS_MIN; hidden++) {
        const struct team_map_row row = row_of(*state, hidden, 0, MEMBERS_MAX - hidden);
        assert_int_equal(row.members, 0);
        assert_int_equal(row.label, WEAK_AREA_NO_EVIDENCE);
        assert_true(row.mean == 0.0 && row.probability_below_target == 0.0 &&
                    row.expected_gain == 0.0);
    }
    const struct team_map_row row = row_of(*state, TEAM_MAP_MEMBERS_MIN, 0, 0);
    assert_int_equal(row.members, TEAM_MAP_MEMBERS_MIN);
    assert_int_equal(row.label, WEAK_AREA_WEAK);
}

/* The mean of who shares does not change with those who do not, until they are enough. */
static void test_team_map__a_few_do_not_show_between_those_who_share(void **state)
{
    const struct team_map_row alone = row_of(*state, 0, 2, 0);

    assert_int_equal(alone.members, 2);
    assert_int_equal(alone.label, WEAK_AREA_STRONG);
    for (size_t hidden = 1; hidden < TEAM_MAP_MEMBERS_MIN; hidden++) {
        const struct team_map_row row = row_of(*state, hidden, 2, 1);
        assert_int_equal(row.members, 2);
        assert_true(row.mean == alone.mean);
    }
    const struct team_map_row all = row_of(*state, TEAM_MAP_MEMBERS_MIN, 2, 1);
    assert_int_equal(all.members, TEAM_MAP_MEMBERS_MIN + 2);
    assert_true(all.mean < alone.mean);
    assert_int_equal(all.cells[1].answers, 10);
    assert_int_equal(all.cells[1].label, WEAK_AREA_STRONG);
    assert_true(fabs(all.cells[1].mean - alone.mean) < 1e-9);
}

/* Two means, with one more member and without: by 15 digits one could compute how he does. */
static void test_team_map__means_with_the_hidden_are_whole_per_cents(void **state)
{
    const struct team_map_row row = row_of(*state, TEAM_MAP_MEMBERS_MIN, 1, 0);
    const struct team_map_row shared = row_of(*state, 0, 1, 0);

    assert_true(row.mean == round(row.mean * 100) / 100);
    assert_true(row.probability_below_target == round(row.probability_below_target * 100) / 100);
    assert_true(row.mean > 0.0 && row.probability_below_target > 0.0);
    assert_true(shared.mean != round(shared.mean * 100) / 100); /* he has agreed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_team_map__nobody_who_did_not_agree_below_five),
        cmocka_unit_test(test_team_map__a_few_do_not_show_between_those_who_share),
        cmocka_unit_test(test_team_map__means_with_the_hidden_are_whole_per_cents),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
