/* bank_index and the look-ups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sample_bank.h"

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

static void test_bank_index__subtrees(void **state)
{
    const struct bank *bank = sample_bank(*state);
    static const size_t ENDS[SECTION_COUNT] = {3, 2, 3, 6, 6, 6, 7};
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        assert_int_equal(bank->sections[i].subtree_end, ENDS[i]);
    }
}

static void test_bank_index__counts(void **state)
{
    const struct bank *bank = sample_bank(*state);
    static const size_t OWN[SECTION_COUNT] = {0, 4, 2, 1, 0, 5, 0};
    static const size_t ALL[SECTION_COUNT] = {6, 4, 2, 6, 5, 5, 0};
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        assert_int_equal(bank->sections[i].own_question_count, OWN[i]);
        assert_int_equal(bank->sections[i].subtree_question_count, ALL[i]);
    }
}

static void test_bank_index__sorts_items(void **state)
{
    const struct bank *bank = sample_bank(*state);
    static const char *const SLUGS[ITEM_COUNT] = {"q-1-0", "q-1-1", "q-1-2", "q-1-3",
                                                  "q-2-0", "q-2-1", "q-3-0", "q-5-0",
                                                  "q-5-1", "q-5-2", "q-5-3", "q-5-4"};
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        assert_string_equal(bank->items[i].question.slug.data, SLUGS[i]);
    }
}

static void test_bank_index__sorts_versions(void **state)
{
    struct bank *bank = sample_bank_unindexed(*state);
    bank->items[0].question.slug = bank->items[1].question.slug;
    bank->items[0].id = bank->items[1].id;
    bank->items[0].version = 2;
    bank_index(bank, *state);
    const struct item *first = bank_find_item(bank, sample_uuid(2, 1), 1);
    assert_non_null(first);
    assert_int_equal(first[1].version, 2);
    assert_ptr_equal(bank_find_item(bank, sample_uuid(2, 1), 2), first + 1);
    assert_null(bank_find_item(bank, sample_uuid(2, 1), 3));
}

/* Indexing again, as after a change, gives the same. */
static void test_bank_index__twice(void **state)
{
    struct bank *bank = sample_bank(*state);
    bank_index(bank, *state);
    assert_int_equal(bank->sections[T].subtree_question_count, 6);
    assert_int_equal(bank->sections[T].own_question_count, 1);
    assert_int_equal(bank_find_section(bank, TEXT("t/a/x")), T_A_X);
}

static void test_bank_index__empty(void **state)
{
    struct bank bank = {.section_count = 0};
    bank_index(&bank, *state);
    assert_null(bank_find_item(&bank, sample_uuid(2, 0), 1));
    assert_int_equal(bank_find_section(&bank, TEXT("s")), BANK_NO_SECTION);
    assert_int_equal(bank_find_section_by_id(&bank, sample_uuid(1, 0)), BANK_NO_SECTION);
}

static void test_bank_find_item__each(void **state)
{
    const struct bank *bank = sample_bank(*state);
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        const struct item *item = bank_find_item(bank, sample_uuid(2, i), 1);
        assert_non_null(item);
        assert_true(uuid_equal(item->id, sample_uuid(2, i)));
    }
    assert_null(bank_find_item(bank, sample_uuid(2, 0), 2));
    assert_null(bank_find_item(bank, sample_uuid(2, ITEM_COUNT), 1));
}

static void test_bank_find_section__each(void **state)
{
    const struct bank *bank = sample_bank(*state);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        assert_int_equal(bank_find_section(bank, bank->sections[i].path), i);
        assert_int_equal(bank_find_section_by_id(bank, sample_uuid(1, i)), i);
    }
    assert_int_equal(bank_find_section(bank, TEXT("s/")), BANK_NO_SECTION);
    assert_int_equal(bank_find_section(bank, TEXT("")), BANK_NO_SECTION);
    assert_int_equal(bank_find_section_by_id(bank, sample_uuid(2, 0)), BANK_NO_SECTION);
}

/* What has an anchor now goes before what had it; what was removed has none. */
static void test_bank_find_section_by_anchor(void **state)
{
    static const struct text aliases[] = {{"old", 3}, {"now", 3}, {"gone", 4}};
    struct bank *bank = sample_bank_unindexed(*state);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        bank->sections[i].anchor = bank->sections[i].path;
    }
    bank->sections[S_A].aliases = aliases;
    bank->sections[S_A].alias_count = 2;
    bank->sections[T].anchor = TEXT("now");
    bank->sections[U].is_removed = true;
    bank->sections[U].aliases = aliases + 2;
    bank->sections[U].alias_count = 1;
    assert_int_equal(bank_find_section_by_anchor(bank, TEXT("s/b")), S_B);
    assert_int_equal(bank_find_section_by_anchor(bank, TEXT("old")), S_A);
    assert_int_equal(bank_find_section_by_anchor(bank, TEXT("now")), T);
    assert_int_equal(bank_find_section_by_anchor(bank, TEXT("u")), BANK_NO_SECTION);
    assert_int_equal(bank_find_section_by_anchor(bank, TEXT("gone")), BANK_NO_SECTION);
    assert_int_equal(bank_find_section_by_anchor(bank, TEXT("ol")), BANK_NO_SECTION);
    assert_true(bank_has_lost_anchor(bank, TEXT("u")));
    assert_true(bank_has_lost_anchor(bank, TEXT("gone")));
    assert_false(bank_has_lost_anchor(bank, TEXT("ol")));
    assert_false(bank_has_lost_anchor(bank, TEXT("old")));
}

static void test_item_calibration__by_the_time_of_the_start(void **state)
{
    const struct dated_calibration dated[] = {{10, {-1.0, 0.1}}, {20, {1.0, 0.1}}};
    const struct item none = {.version = 1};
    const struct item item = {.calibrations = dated, .calibration_count = COUNT_OF(dated)};

    assert_null(item_calibration(&none, INT64_MAX));
    assert_null(item_calibration(&item, 9));
    assert_ptr_equal(item_calibration(&item, 10), &dated[0].calibration);
    assert_ptr_equal(item_calibration(&item, 19), &dated[0].calibration);
    assert_ptr_equal(item_calibration(&item, 20), &dated[1].calibration);
    assert_ptr_equal(item_calibration(&item, INT64_MAX), &dated[1].calibration);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_item_calibration__by_the_time_of_the_start),
        cmocka_unit_test_setup_teardown(test_bank_index__subtrees, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_index__counts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_index__sorts_items, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_index__sorts_versions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_index__twice, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_index__empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_find_item__each, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_find_section__each, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_find_section_by_anchor, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
