/* Bank JSON and JSON Lines as they stream: places, faults of one question, faults of the file. */
#include "unit/formats/formats_fixture.h"

#define Q(slug, more)                                                                            \
    "{\"slug\":\"" slug "\",\"type\":\"numeric\",\"stem\":\"[\\\"{,\",\"number\":{\"value\":2}," \
    "\"explanation\":\"E\",\"section\":\"one\",\"difficulty\":1,\"source\":{\"line\":1}" more "}"

static void test_json__array(void **state)
{
    static const struct sample SAMPLES[] = {
        {"[]", "", NULL},
        {" [ \n ] \n", "", NULL},
        {"[" Q("a", "") "]", "ok 1:2", "'slug':'a'"},
        {"[\n  " Q("a", "") ",\n" Q("b", "") "\n]\n", "ok 2:3\nok 3:1", "'slug':'b'"},
        {"\xEF\xBB\xBF[" Q("a", "") "]", "ok 1:2", NULL},
        {"[" Q("a", ",\"x\":1") "," Q("b", "") "]", "error 1:140 unknown\nok 1:143", "'slug':'b'"},
        {"[\n" Q("a", "") ",\n" Q("a", "") "]", "ok 2:1\nerror 3:1 duplicate_id", NULL},
        {"[{\"a\":1,},\n" Q("b", "") "]", "error 1:9 malformed_json\nok 2:1", "'slug':'b'"},
        {"[7,\"x\", null ,[1],\n" Q("b", "") "]",
         "error 1:2 wrong_type\nerror 1:4 wrong_type\nerror 1:9 wrong_type\nerror 1:15 wrong_type\n"
         "ok 2:1",
         NULL},
        {"[{}]", "error 1:2 required required required required required required required", NULL},
        {"", "fatal 1:1 malformed_json", NULL},
        {"{\"slug\":1}", "fatal 1:1 malformed_json", NULL},
        {"[" Q("a", ""), "ok 1:2\nfatal 1:136 truncated", NULL},
        {"[" Q("a", "") ",\n{\"slug\":\"b", "ok 1:2\nfatal 2:11 truncated", NULL},
        {"[" Q("a", "") ",]", "ok 1:2\nfatal 1:137 malformed_json", NULL},
        {"[" Q("a", "") " " Q("b", "") "]", "ok 1:2\nfatal 1:137 malformed_json", NULL},
        {"[" Q("a", "") "] x", "ok 1:2\nfatal 1:138 malformed_json", NULL},
        {"[,]", "fatal 1:2 malformed_json", NULL},
        {"<?xml version='1.0'?><quiz/>", "fatal 1:1 wrong_format", NULL},
        {"PK\x03\x04zip", "fatal 1:1 wrong_format", NULL},
        {"\xFF\xFE[", "fatal 1:1 not_utf8", NULL},
        {"[\n{\"slug\":\"\xE9t\xE9\"}]", "fatal 2:10 not_utf8", NULL},
        {"[\n{\"slug\":\"\xC3", "fatal 2:10 not_utf8", NULL},
    };
    check_samples(*state, FORMAT_JSON, SAMPLES, COUNT_OF(SAMPLES));
}

static void test_json__lines(void **state)
{
    static const struct sample SAMPLES[] = {
        {"", "", NULL},
        {Q("a", "") "\n\n  " Q("b", "") "\r\n", "ok 1:1\nok 3:3", "'slug':'b'"},
        {Q("a", "") "\n{\"slug\":\n" Q("b", ""), "ok 1:1\nerror 2:8 malformed_json\nok 3:1", NULL},
        {"[1]\n" Q("b", ""), "error 1:1 wrong_type\nok 2:1", NULL},
        {Q("a", "") "\n" Q("a", ""), "ok 1:1\nerror 2:1 duplicate_id", NULL},
        {Q("a", "") "\n{\"slug\":\"b", "ok 1:1\nerror 2:10 malformed_json", NULL},
    };
    check_samples(*state, FORMAT_JSON_LINES, SAMPLES, COUNT_OF(SAMPLES));
}

static void test_json__nul_byte(void **state)
{
    assert_string_equal(read_text(*state, FORMAT_JSON, TEXT("[\n \0]")), "fatal 2:2 not_text");
}

/* What comes out does not depend on how the bytes come in. */
static void test_json__pieces(void **state)
{
    struct fixture *f = *state;
    const struct text file = TEXT("[\n  " Q("a", ",\"x\":\"\\\"\u00FC\u4F60\U0001F600\"") ",\n" Q(
        "b", "") "," Q("c", ",\"tags\":[\"x\"]") "\n]\n");
    const char *whole = read_text(f, FORMAT_JSON, file);
    const char *json = f->json;
    assert_string_equal(whole, "error 2:141 unknown\nok 3:1\nok 3:136");
    for (size_t piece = 1; piece < 40; piece++) {
        f->options.piece_bytes = piece;
        assert_string_equal(read_text(f, FORMAT_JSON, file), whole);
        assert_string_equal(f->json, json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_json__array, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json__lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json__nul_byte, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json__pieces, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
