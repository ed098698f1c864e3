/* What the cache of papers promises: positions as they were put, only to their owner, bounded
 * memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "store/paper_cache.h"

enum { QUESTIONS = 10, CACHE_BYTES = 256 * 1024, MANY = 5000 };

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

static struct attempt make_attempt(struct arena *arena)
{
    struct uuid *ids = arena_new_array(arena, QUESTIONS, struct uuid);
    int64_t *versions = arena_new_array(arena, QUESTIONS, int64_t);

    for (size_t i = 0; i < QUESTIONS; i++) {
        ids[i] = uuid_new();
        versions[i] = (int64_t)i + 1;
    }
    return (struct attempt){.user_id = uuid_new(),
                            .id = uuid_new(),
                            .bank_id = uuid_new(),
                            .feedback = FEEDBACK_DEFERRED,
                            .rules = {.when = EXAM_AFTER_SUBMIT},
                            .question_ids = ids,
                            .question_count = QUESTIONS,
                            .versions = versions,
                            .version_count = QUESTIONS};
}

static void test_paper_cache_find__each_position(void **state)
{
    struct paper_cache *cache = paper_cache_create(*state, CACHE_BYTES);
    const struct attempt attempt = make_attempt(*state);
    struct paper_entry entry;

    paper_cache_put(cache, &attempt);

    for (int64_t position = 1; position <= QUESTIONS; position++) {
        assert_true(paper_cache_find(cache, attempt.user_id, attempt.id, position, &entry));
        assert_true(uuid_equal(entry.question_id, attempt.question_ids[position - 1]));
        assert_int_equal(entry.version, position);
        assert_int_equal(entry.rules.when, EXAM_AFTER_SUBMIT);
        assert_true(uuid_equal(entry.bank_id, attempt.bank_id));
    }
}

static void test_paper_cache_find__beyond_the_paper(void **state)
{
    struct paper_cache *cache = paper_cache_create(*state, CACHE_BYTES);
    const struct attempt attempt = make_attempt(*state);
    struct paper_entry entry;

    paper_cache_put(cache, &attempt);

    assert_true(paper_cache_find(cache, attempt.user_id, attempt.id, QUESTIONS + 1, &entry));
    assert_int_equal(entry.question_count, QUESTIONS);
    assert_true(uuid_is_nil(entry.question_id));
}

static void test_paper_cache_find__another_owner(void **state)
{
    struct paper_cache *cache = paper_cache_create(*state, CACHE_BYTES);
    const struct attempt attempt = make_attempt(*state);
    struct paper_entry entry;

    paper_cache_put(cache, &attempt);

    assert_false(paper_cache_find(cache, uuid_new(), attempt.id, 1, &entry));
    assert_false(paper_cache_find(cache, attempt.user_id, uuid_new(), 1, &entry));
}

static void test_paper_cache_put__is_bounded(void **state)
{
    struct paper_cache *cache = paper_cache_create(*state, CACHE_BYTES);
    struct attempt *attempts = arena_new_array(*state, MANY, struct attempt);
    struct paper_entry entry;
    size_t found = 0;

    for (size_t i = 0; i < MANY; i++) {
        attempts[i] = make_attempt(*state);
        paper_cache_put(cache, &attempts[i]);
        assert_true(paper_cache_find(cache, attempts[i].user_id, attempts[i].id, 1, &entry));
    }
    for (size_t i = 0; i < MANY; i++) {
        found += paper_cache_find(cache, attempts[i].user_id, attempts[i].id, 1, &entry) ? 1 : 0;
    }
    /* A paper of ten questions takes less than 512 and more than 240 bytes. */
    assert_in_range(found, CACHE_BYTES / 512 / 2, CACHE_BYTES / 240 + QUESTIONS * 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_paper_cache_find__each_position, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paper_cache_find__beyond_the_paper, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paper_cache_find__another_owner, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paper_cache_put__is_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
