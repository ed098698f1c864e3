/* What stands against tokens: found until it may be forgotten, the later of two about one subject,
 * and never a "no" where something may be missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "auth/revocation_set.h"
#include "base/limits.h"
#include "base/random.h"

enum { NOW_S = 1000, CAPACITY = 64, MANY = 1000, THREADS = 4 };

static int setup(void **state)
{
    random_start();
    *state = arena_create();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static struct token_identity somebody(unsigned role)
{
    return (struct token_identity){
        .user_id = uuid_new(), .session_id = uuid_new(), .role = role, .expires_at_s = NOW_S + 900};
}

static bool end_login(struct revocation_set *set, struct uuid session_id, int64_t until_s)
{
    const struct revocation_entry entry = {
        .subject_id = session_id, .role = REVOCATION_NO_ROLE, .at_us = 1, .until_s = until_s};
    return revocation_set_add(set, &entry, NOW_S);
}

static bool change_role(struct revocation_set *set, struct uuid user_id, int role, int64_t at_us)
{
    const struct revocation_entry entry = {
        .subject_id = user_id, .role = role, .at_us = at_us, .until_s = NOW_S + 900};
    return revocation_set_add(set, &entry, NOW_S);
}

static void test_revocation_set_judge__a_login_that_is_over(void **state)
{
    struct revocation_set *set = revocation_set_create(*state, CAPACITY);
    const struct token_identity over = somebody(0);
    struct token_identity other = somebody(0);
    other.user_id = over.user_id;

    assert_int_equal(revocation_set_judge(set, &over, NOW_S), REVOCATION_NONE);
    assert_true(end_login(set, over.session_id, NOW_S + 900));
    assert_int_equal(revocation_set_judge(set, &over, NOW_S), REVOCATION_FOUND);
    assert_int_equal(revocation_set_judge(set, &other, NOW_S), REVOCATION_NONE);
    assert_false(end_login(set, over.session_id, NOW_S + 900)); /* no news */
}

static void test_revocation_set_judge__another_role(void **state)
{
    struct revocation_set *set = revocation_set_create(*state, CAPACITY);
    const struct token_identity was = somebody(2);
    struct token_identity now = was;
    now.role = 0;

    assert_true(change_role(set, was.user_id, 0, 10));
    assert_int_equal(revocation_set_judge(set, &was, NOW_S), REVOCATION_FOUND);
    assert_int_equal(revocation_set_judge(set, &now, NOW_S), REVOCATION_NONE);
    assert_true(change_role(set, was.user_id, 2, 20)); /* and back */
    assert_int_equal(revocation_set_judge(set, &was, NOW_S), REVOCATION_NONE);
    assert_int_equal(revocation_set_judge(set, &now, NOW_S), REVOCATION_FOUND);
    assert_false(change_role(set, was.user_id, 0, 10)); /* heard again, late */
    assert_int_equal(revocation_set_judge(set, &was, NOW_S), REVOCATION_NONE);
}

static void test_revocation_set_judge__full_is_not_no(void **state)
{
    struct revocation_set *set = revocation_set_create(*state, LIMIT_REVOCATIONS);
    const struct token_identity anybody = somebody(0);
    struct token_identity first = somebody(0);

    assert_true(end_login(set, first.session_id, NOW_S + 900));
    for (size_t i = 1; i < LIMIT_REVOCATIONS; i++) {
        assert_int_equal(revocation_set_judge(set, &anybody, NOW_S), REVOCATION_NONE);
        assert_true(end_login(set, uuid_new(), NOW_S + 900));
    }
    assert_int_equal(revocation_set_judge(set, &anybody, NOW_S), REVOCATION_NONE);
    assert_true(end_login(set, uuid_new(), NOW_S + 900));
    assert_int_equal(revocation_set_judge(set, &anybody, NOW_S), REVOCATION_UNKNOWN);
    assert_int_equal(revocation_set_judge(set, &first, NOW_S), REVOCATION_FOUND);
    assert_int_equal(revocation_set_judge(set, &anybody, NOW_S + 900), REVOCATION_NONE);
}

static void test_revocation_set_add__makes_room_of_what_is_old(void **state)
{
    struct revocation_set *set = revocation_set_create(*state, CAPACITY);
    const struct token_identity anybody = somebody(0);
    struct token_identity last = somebody(0);

    for (size_t i = 0; i < MANY; i++) {
        last = somebody(0);
        assert_true(end_login(set, last.session_id, NOW_S)); /* of no use at once */
    }
    assert_int_equal(revocation_set_judge(set, &anybody, NOW_S), REVOCATION_NONE);
    assert_int_equal(revocation_set_judge(set, &last, NOW_S), REVOCATION_FOUND);
}

struct adder {
    struct revocation_set *set;
    struct uuid ids[MANY];
    size_t missed;
};

static void *add_and_look(void *context)
{
    struct adder *adder = context;

    for (size_t i = 0; i < MANY; i++) {
        struct token_identity identity = somebody(0);
        adder->ids[i] = identity.session_id;
        (void)end_login(adder->set, identity.session_id, NOW_S + 900);
        adder->missed +=
            revocation_set_judge(adder->set, &identity, NOW_S) == REVOCATION_FOUND ? 0 : 1;
    }
    return NULL;
}

static void test_revocation_set_add__by_many_at_once(void **state)
{
    struct revocation_set *set = revocation_set_create(*state, (size_t)THREADS * MANY);
    struct adder *adders = arena_new_array(*state, THREADS, struct adder);
    pthread_t threads[THREADS];

    for (size_t i = 0; i < THREADS; i++) {
        adders[i].set = set;
        assert_int_equal(pthread_create(&threads[i], NULL, add_and_look, &adders[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(adders[i].missed, 0);
        for (size_t k = 0; k < MANY; k++) {
            const struct token_identity identity = {.session_id = adders[i].ids[k]};
            assert_int_equal(revocation_set_judge(set, &identity, NOW_S), REVOCATION_FOUND);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_revocation_set_judge__a_login_that_is_over, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_revocation_set_judge__another_role, setup, teardown),
        cmocka_unit_test_setup_teardown(test_revocation_set_judge__full_is_not_no, setup, teardown),
        cmocka_unit_test_setup_teardown(test_revocation_set_add__makes_room_of_what_is_old, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_revocation_set_add__by_many_at_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
