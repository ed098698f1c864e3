/* Encoding by shape: bytes as they go to the client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json/body.h"
#include "json/codec.h"
#include "json/literal.h"

enum state { OPEN, CLOSED, STATE_COUNT };
static const char *const STATE_NAMES[STATE_COUNT] = {"open", "closed"};
static const struct enumeration STATES = {STATE_NAMES, STATE_COUNT};

struct section {
    struct text path;
    int64_t credit;
};

struct reply {
    struct uuid id;
    enum state state;
    bool passed;
    int64_t count;
    int64_t scaled;
    double mean;
    struct text title;
    struct text about;
    struct text note;
    struct uuid team_id;
    int64_t made_at;
    int64_t deadline_at;
    const int64_t *points;
    const bool *correct;
    struct section section;
    const struct section *other;
    const struct section *sections;
    size_t section_count;
    const struct text *tags;
    size_t tag_count;
    const int64_t *lines;
    size_t line_count;
    struct shape_map pairs;
    struct text raw;
};

static const struct shape_member SECTION_MEMBERS[] = {
    MEMBER_TEXT(struct section, path),
    MEMBER_MILLI(struct section, credit),
};
static const struct shape SECTION = SHAPE_OF("Section", struct section, SECTION_MEMBERS);

static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_UUID(struct reply, id),
    MEMBER_ENUM(struct reply, state, &STATES),
    MEMBER_BOOL(struct reply, passed),
    MEMBER_I64(struct reply, count),
    MEMBER_MILLI(struct reply, scaled),
    MEMBER_REAL(struct reply, mean),
    MEMBER_TEXT(struct reply, title),
    MEMBER_TEXT(struct reply, about, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct reply, note, .flags = SHAPE_OPTIONAL),
    MEMBER_UUID(struct reply, team_id, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct reply, made_at),
    MEMBER_TIME(struct reply, deadline_at, .flags = SHAPE_NULLABLE),
    MEMBER_I64_REF(struct reply, points, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_BOOL_REF(struct reply, correct, .flags = SHAPE_REF | SHAPE_OPTIONAL),
    MEMBER_OBJECT(struct reply, section, struct section, &SECTION),
    MEMBER_OBJECT_REF(struct reply, other, struct section, &SECTION,
                      .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_LIST(struct reply, sections, section_count, struct section, &SECTION),
    MEMBER_TEXT_LIST(struct reply, tags, tag_count, .flags = SHAPE_OPTIONAL),
    MEMBER_I64_LIST(struct reply, lines, line_count, .flags = SHAPE_NULLABLE),
    MEMBER_OBJECT(struct reply, pairs, struct shape_map, &SHAPE_TEXT_MAP, .flags = SHAPE_OPTIONAL),
    MEMBER_JSON(struct reply, raw, .flags = SHAPE_NULLABLE),
};
static const struct shape REPLY = SHAPE_OF("Reply", struct reply, REPLY_MEMBERS);

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

static const char *encode(struct arena *arena, const struct shape *shape, const void *in)
{
    struct text out = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    assert_true(codec_encode_text(arena, shape, in, &out, &err));
    json_t *root = NULL;
    assert_true(body_parse(arena, out, SIZE_MAX, &root, &err));
    return out.data;
}

static void test_codec_encode__nothing_but_zeros(void **state)
{
    const struct reply reply = {.count = 0};
    assert_string_equal(
        encode(*state, &REPLY, &reply),
        "{\"id\":\"00000000-0000-0000-0000-000000000000\",\"state\":\"open\","
        "\"passed\":false,\"count\":0,\"scaled\":0,\"mean\":0,\"title\":\"\","
        "\"about\":null,\"team_id\":null,\"made_at\":\"1970-01-01T00:00:00Z\","
        "\"deadline_at\":null,\"points\":null,\"section\":{\"path\":\"\",\"credit\":0},"
        "\"other\":null,\"sections\":[],\"lines\":null,\"raw\":null}");
}

static const int64_t SAMPLE_POINTS = -3;
static const bool SAMPLE_CORRECT = false;
static const struct section SAMPLE_SECTIONS[] = {{TEXT_INIT("a"), 1500}, {TEXT_INIT("b"), 0}};
static const struct text SAMPLE_TAGS[] = {TEXT_INIT("x"), TEXT_INIT("y\"")};
static const int64_t SAMPLE_LINES[] = {308, 311};

static struct shape_pair sample_pairs[] = {{TEXT_INIT("a"), TEXT_INIT("2")},
                                           {TEXT_INIT("b"), TEXT_INIT("1")}};

static void test_codec_encode__everything(void **state)
{
    const struct reply reply = {
        .id = {{0xab}},
        .state = CLOSED,
        .passed = true,
        .count = INT64_MIN,
        .scaled = 660,
        .mean = 0.48,
        .title = TEXT("T\n"),
        .about = TEXT(""),
        .note = TEXT("n"),
        .team_id = {{1}},
        .made_at = 1500000,
        .deadline_at = 1000000,
        .points = &SAMPLE_POINTS,
        .correct = &SAMPLE_CORRECT,
        .section = {.path = TEXT("p/q"), .credit = -5},
        .other = &SAMPLE_SECTIONS[0],
        .sections = SAMPLE_SECTIONS,
        .section_count = COUNT_OF(SAMPLE_SECTIONS),
        .tags = SAMPLE_TAGS,
        .tag_count = COUNT_OF(SAMPLE_TAGS),
        .lines = SAMPLE_LINES,
        .line_count = COUNT_OF(SAMPLE_LINES),
        .pairs = {.pairs = sample_pairs, .count = COUNT_OF(sample_pairs)},
        .raw = TEXT("{\"k\":[1]}"),
    };
    assert_string_equal(
        encode(*state, &REPLY, &reply),
        "{\"id\":\"ab000000-0000-0000-0000-000000000000\",\"state\":\"closed\","
        "\"passed\":true,\"count\":-9223372036854775808,\"scaled\":0.66,\"mean\":0.48,"
        "\"title\":\"T\\n\",\"about\":\"\",\"note\":\"n\","
        "\"team_id\":\"01000000-0000-0000-0000-000000000000\","
        "\"made_at\":\"1970-01-01T00:00:01.500000Z\","
        "\"deadline_at\":\"1970-01-01T00:00:01Z\",\"points\":-3,\"correct\":false,"
        "\"section\":{\"path\":\"p/q\",\"credit\":-0.005},\"other\":{\"path\":\"a\","
        "\"credit\":1.5},\"sections\":[{\"path\":\"a\",\"credit\":1.5},{\"path\":\"b\","
        "\"credit\":0}],\"tags\":[\"x\",\"y\\\"\"],\"lines\":[308,311],"
        "\"pairs\":{\"a\":\"2\",\"b\":\"1\"},\"raw\":{\"k\":[1]}}");
}

static void test_codec_encode__an_object_without_members(void **state)
{
    static const struct shape EMPTY = {.name = "Empty", .size = 1};
    const char nothing = 0;
    assert_string_equal(encode(*state, &EMPTY, &nothing), "{}");
}

static void test_codec_encode__empty_optional_list_is_there(void **state)
{
    static const struct text none[1] = {TEXT_INIT("")};
    const struct reply reply = {.tags = none, .tag_count = 0};
    assert_non_null(strstr(encode(*state, &REPLY, &reply), "\"tags\":[],"));
}

static void test_codec_encode__value_out_of_the_enum_is_null(void **state)
{
    struct reply reply = {.count = 0};
    memset(&reply.state, 0x7F, sizeof reply.state);
    assert_non_null(strstr(encode(*state, &REPLY, &reply), "\"state\":null,"));
}

static void test_codec_encode_text__past_the_ceiling(void **state)
{
    struct arena *arena = *state;
    const size_t len = (size_t)17 * 1024 * 1024;
    char *huge = arena_alloc_bytes(arena, len);
    memset(huge, 'x', len);
    const struct reply reply = {.title = {.data = huge, .len = len}};
    struct text out = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    assert_false(codec_encode_text(arena, &REPLY, &reply, &out, &err));
    assert_int_equal(err.code, ERROR_INTERNAL);
}

static void test_codec__reads_back_what_it_wrote(void **state)
{
    static const struct section sections[] = {{TEXT_INIT("\xC3\xA4/\"\\"), 1234},
                                              {TEXT_INIT("b\t"), -1}};
    const struct reply reply = {.id = {{1}},
                                .state = CLOSED,
                                .count = 7,
                                .scaled = 333,
                                .mean = 0.1,
                                .title = TEXT("t"),
                                .made_at = 5,
                                .sections = sections,
                                .section_count = 2,
                                .raw = TEXT("[1]")};
    const char *json = encode(*state, &REPLY, &reply);
    struct reply again = {.count = 0};
    struct error err = {.code = ERROR_NONE};

    assert_true(codec_decode_text(*state, text_of(json), &REPLY, &again, &err));

    assert_string_equal(encode(*state, &REPLY, &again), json);
    assert_int_equal(again.sections[0].credit, 1234);
    assert_true(again.mean == 0.1);
}

static void assert_milli(int64_t thousandths, const char *expected)
{
    char out[LITERAL_MILLI_BYTES];
    assert_string_equal(literal_format_milli(thousandths, out).data, expected);
    assert_int_equal(literal_format_milli(thousandths, out).len, text_of(expected).len);
}

static void test_literal_milli__shortest(void **state)
{
    assert_milli(0, "0");
    assert_milli(1000, "1");
    assert_milli(660, "0.66");
    assert_milli(-5, "-0.005");
    assert_milli(1001, "1.001");
    assert_milli(100, "0.1");
    assert_milli(120000, "120");
    assert_milli(-1000, "-1");
    assert_milli(INT64_MAX, "9223372036854775.807");
    assert_milli(INT64_MIN, "-9223372036854775.808");
}

static void assert_real(struct arena *arena, double value, const char *expected)
{
    struct buffer buffer;
    struct text out = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    buffer_init(&buffer, arena, 100);
    literal_append_real(&buffer, value);
    assert_true(buffer_text(&buffer, &out, &err));
    assert_string_equal(out.data, expected);
}

static void assert_exact(struct arena *arena, double value, const char *expected)
{
    struct buffer buffer;
    struct text out = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    buffer_init(&buffer, arena, 100);
    literal_append_exact(&buffer, value);
    assert_true(buffer_text(&buffer, &out, &err));
    assert_string_equal(out.data, expected);
    assert_true(!isfinite(value) || strtod(out.data, NULL) == value);
}

static void test_literal_exact__the_very_number(void **state)
{
    assert_exact(*state, 0.0, "0");
    assert_exact(*state, 0.1, "0.1");
    assert_exact(*state, 0.1 + 0.2, "0.30000000000000004");
    assert_exact(*state, DBL_MAX, "1.7976931348623157e+308");
    assert_exact(*state, -DBL_MAX, "-1.7976931348623157e+308");
    assert_exact(*state, 5e-324, "4.94065645841247e-324");
    assert_exact(*state, (double)NAN, "null");
}

static void test_literal_real__at_most_15_digits(void **state)
{
    assert_real(*state, 0.0, "0");
    assert_real(*state, -0.0, "0");
    assert_real(*state, 0.1, "0.1");
    assert_real(*state, 0.1 + 0.2, "0.3");
    assert_real(*state, 1.0 / 3, "0.333333333333333");
    assert_real(*state, -2.5, "-2.5");
    assert_real(*state, 123456789012345.0, "123456789012345");
    assert_real(*state, 1e15, "1e+15");
    assert_real(*state, 1e300, "1e+300");
    assert_real(*state, 5e-324, "4.94065645841247e-324");
    assert_real(*state, (double)NAN, "null");
    assert_real(*state, (double)INFINITY, "null");
    assert_real(*state, -(double)INFINITY, "null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_codec_encode__nothing_but_zeros, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_encode__everything, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_encode__an_object_without_members, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_codec_encode__empty_optional_list_is_there, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_codec_encode__value_out_of_the_enum_is_null, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_codec_encode_text__past_the_ceiling, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec__reads_back_what_it_wrote, setup, teardown),
        cmocka_unit_test(test_literal_milli__shortest),
        cmocka_unit_test_setup_teardown(test_literal_real__at_most_15_digits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_literal_exact__the_very_number, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
