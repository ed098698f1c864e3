/* Decoding objects, lists and maps, and the faults with their pointers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec_fixture.h"

static void test_codec_decode__missing_optional_members_stay_absent(void **state)
{
    const struct outer out = accept(*state, "{}");
    const struct outer nothing = {.flag = false};
    assert_memory_equal(&out, &nothing, sizeof out);
}

static void test_codec_decode__objects(void **state)
{
    const struct outer out =
        accept(*state, "{\"inner\":{\"name\":\"a\",\"size\":2},\"more\":{\"name\":\"b\"}}");
    assert_string_equal(out.inner.name.data, "a");
    assert_int_equal(out.inner.size, 2);
    assert_string_equal(out.more->name.data, "b");
    refuse(*state, "{\"inner\":[]}", "/inner", FAULT_WRONG_TYPE);
    refuse(*state, "{\"inner\":{}}", "/inner/name", FAULT_REQUIRED);
    refuse(*state, "{\"more\":{\"name\":\"b\",\"x\":1}}", "/more/x", FAULT_UNKNOWN);
    refuse(*state, "{\"more\":null}", "/more", FAULT_WRONG_TYPE);
}

static void test_codec_decode__lists(void **state)
{
    const struct outer out = accept(
        *state, "{\"items\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"tags\":[],\"numbers\":[1,-2],"
                "\"ids\":[\"0190a5c0-7e1f-7abc-8def-0123456789ab\"]}");
    assert_int_equal(out.item_count, 2);
    assert_string_equal(out.items[1].name.data, "b");
    assert_int_equal(out.tag_count, 0);
    assert_non_null(out.tags); /* empty is not absent */
    assert_int_equal(out.numbers[1], -2);
    assert_int_equal(out.id_count, 1);
    assert_int_equal(out.ids[0].bytes[15], 0xab);
    refuse(*state, "{\"items\":[]}", "/items", FAULT_TOO_FEW);
    refuse(*state, "{\"items\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}", "/items",
           FAULT_TOO_MANY);
    refuse(*state, "{\"items\":[{\"name\":\"a\"},7]}", "/items/1", FAULT_WRONG_TYPE);
    refuse(*state, "{\"items\":{}}", "/items", FAULT_WRONG_TYPE);
    refuse(*state, "{\"numbers\":[1,2.5]}", "/numbers/1", FAULT_WRONG_TYPE);
    refuse(*state, "{\"numbers\":[null]}", "/numbers/0", FAULT_WRONG_TYPE);
    refuse(*state, "{\"tags\":null}", "/tags", FAULT_WRONG_TYPE);
}

static void test_codec_decode__references(void **state)
{
    const struct outer out = accept(*state, "{\"limit\":1,\"maybe\":false}");
    assert_int_equal(*out.limit, 1);
    assert_non_null(out.maybe);
    assert_false(*out.maybe);
    assert_null(out.part);
    refuse(*state, "{\"limit\":0}", "/limit", FAULT_TOO_SMALL);
    assert_true(*accept(*state, "{\"limit\":9223372036854775807}").limit ==
                INT64_MAX); /* min alone: no upper limit */
}

static void test_codec_decode__maps(void **state)
{
    const struct outer out = accept(*state, "{\"pairs\":{\"a\":\"2\",\"b\":\"\"}}");
    assert_int_equal(out.pairs->count, 2);
    assert_string_equal(out.pairs->pairs[0].key.data, "a");
    assert_string_equal(out.pairs->pairs[0].value.data, "2");
    assert_string_equal(out.pairs->pairs[1].value.data, "");
    refuse(*state, "{\"pairs\":{}}", "/pairs", FAULT_TOO_FEW);
    refuse(*state, "{\"pairs\":[]}", "/pairs", FAULT_WRONG_TYPE);
    refuse(*state, "{\"pairs\":{\"a\":1}}", "/pairs/a", FAULT_WRONG_TYPE);
    refuse(*state, "{\"pairs\":{\"a\":null}}", "/pairs/a", FAULT_WRONG_TYPE);
    refuse(*state, "{\"pairs\":{\"\":\"1\"}}", "/pairs/", FAULT_TOO_SHORT);
    refuse(*state, "{\"pairs\":{\"12345678901234567\":\"1\"}}", "/pairs/12345678901234567",
           FAULT_TOO_LONG);
    assert_int_equal(accept(*state, "{\"pairs\":{\"1234567890123456\":\"1\"}}").pairs->count, 1);
    refuse(*state, arena_printf(*state, "{\"pairs\":{\"a\":\"%0501d\"}}", 1).data, "/pairs/a",
           FAULT_TOO_LONG);
}

static const char *map_of(struct arena *arena, int64_t count)
{
    struct buffer buffer;
    struct text json = TEXT_ABSENT;
    struct error err;
    buffer_init(&buffer, arena, 10000);
    buffer_append(&buffer, TEXT("{\"pairs\":{"));
    for (int64_t i = 0; i < count; i++) {
        buffer_printf(&buffer, "%s\"k%d\":\"v\"", i == 0 ? "" : ",", (int)i);
    }
    buffer_append(&buffer, TEXT("}}"));
    assert_true(buffer_text(&buffer, &json, &err));
    return json.data;
}

static void test_codec_decode__map_at_the_limit(void **state)
{
    assert_int_equal(accept(*state, map_of(*state, LIMIT_OPTIONS - 1)).pairs->count,
                     LIMIT_OPTIONS - 1);
    assert_int_equal(accept(*state, map_of(*state, LIMIT_OPTIONS)).pairs->count, LIMIT_OPTIONS);
    refuse(*state, map_of(*state, LIMIT_OPTIONS + 1), "/pairs", FAULT_TOO_MANY);
}

static void test_codec_decode__unknown_members(void **state)
{
    refuse(*state, "{\"flag\":true,\"Flag\":true}", "/Flag", FAULT_UNKNOWN);
    refuse(*state, "{\"a/b~c\":1}", "/a~1b~0c", FAULT_UNKNOWN);
    refuse(*state, "{\"\":1}", "/", FAULT_UNKNOWN);
}

static void test_codec_decode__collects_every_fault(void **state)
{
    struct outer out = {.flag = false};
    struct error err;

    assert_false(decode(
        *state, "{\"nope\":1,\"count\":11,\"items\":[{},{\"name\":\"long\",\"size\":\"x\"}]}",
        &OUTER, &out, &err));

    static const char *const expected[] = {"/count", "/items/0/name", "/items/1/name",
                                           "/items/1/size", "/nope"};
    const struct fault *fault = err.faults;
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_non_null(fault);
        assert_string_equal(fault->place.data, expected[i]);
        fault = fault->next;
    }
    assert_null(fault);
    assert_int_equal(err.fault_count, COUNT_OF(expected));
}

static void test_codec_decode__faults_beyond_the_limit_are_counted(void **state)
{
    struct buffer buffer;
    struct text json = TEXT_ABSENT;
    struct error err;
    buffer_init(&buffer, *state, 10000);
    buffer_append(&buffer, TEXT("{\"numbers\":[true"));
    for (int i = 0; i < LIMIT_FAULTS; i++) {
        buffer_append(&buffer, TEXT(",true"));
    }
    buffer_append(&buffer, TEXT("]}"));
    assert_true(buffer_text(&buffer, &json, &err));
    struct outer out = {.flag = false};

    assert_false(decode(*state, json.data, &OUTER, &out, &err));

    size_t listed = 0;
    for (const struct fault *fault = err.faults; fault != NULL; fault = fault->next) {
        listed++;
    }
    assert_int_equal(listed, LIMIT_FAULTS);
    assert_int_equal(err.fault_count, LIMIT_FAULTS + 1);
}

static void test_codec_decode__not_an_object(void **state)
{
    refuse(*state, "[]", "", FAULT_WRONG_TYPE);
}

static void test_codec_decode_at__prefix(void **state)
{
    json_t *root = NULL;
    struct outer out = {.flag = false};
    struct error err = {.code = ERROR_NONE};
    assert_true(body_parse(*state, TEXT("{\"count\":99}"), 100, &root, &err));

    assert_false(codec_decode_at(*state, root, &OUTER, TEXT("/3"), &out, &err));

    assert_string_equal(err.faults->place.data, "/3/count");
}

static void test_codec_decode__texts_outlive_the_json(void **state)
{
    struct arena *json_arena = arena_create();
    json_t *root = NULL;
    struct outer out = {.flag = false};
    struct error err = {.code = ERROR_NONE};
    const bool is_parsed = body_parse(
        json_arena, TEXT("{\"title\":\"abc\",\"pairs\":{\"k\":\"v\"}}"), 100, &root, &err);
    const bool is_decoded = is_parsed && codec_decode(*state, root, &OUTER, &out, &err);
    arena_free(json_arena);

    assert_true(is_decoded);
    assert_string_equal(out.title.data, "abc");
    assert_string_equal(out.pairs->pairs[0].key.data, "k");
}

static void test_codec_decode_text__good_and_bad(void **state)
{
    struct inner out = {.size = 0};
    struct error err = {.code = ERROR_NONE};
    assert_true(codec_decode_text(*state, TEXT("{\"name\":\"a\"}"), &INNER, &out, &err));
    assert_string_equal(out.name.data, "a");
    assert_false(codec_decode_text(*state, TEXT("{\"name\":1}"), &INNER, &out, &err));
    assert_int_equal(err.code, ERROR_INTERNAL); /* our own data: not the client's fault */
    assert_null(err.faults);
    assert_false(codec_decode_text(*state, TEXT("{"), &INNER, &out, &err));
    assert_int_equal(err.code, ERROR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_codec_decode__missing_optional_members_stay_absent,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode__objects, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode__lists, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode__references, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode__maps, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode__map_at_the_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode__unknown_members, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode__collects_every_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode__faults_beyond_the_limit_are_counted,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode__not_an_object, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode_at__prefix, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode__texts_outlive_the_json, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_decode_text__good_and_bad, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
