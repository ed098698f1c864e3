/* Clocks and RFC 3339. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

static void assert_formats(int64_t time_us, const char *expected)
{
    char out[CLOCK_RFC3339_BYTES];
    const struct text t = clock_format_rfc3339(time_us, out);
    assert_string_equal(out, expected);
    assert_int_equal(t.len, text_of(expected).len);
}

static void assert_parses(const char *t, int64_t expected_us)
{
    int64_t time_us = 1;
    assert_true(clock_parse_rfc3339(text_of(t), &time_us));
    assert_true(time_us == expected_us);
}

static void test_clock_format__known_times(void **state)
{
    assert_formats(0, "1970-01-01T00:00:00Z");
    assert_formats(INT64_C(951782400000000), "2000-02-29T00:00:00Z");
    assert_formats(INT64_C(1795390200123456), "2026-11-22T23:30:00.123456Z");
    assert_formats(INT64_C(1795390200000001), "2026-11-22T23:30:00.000001Z");
    assert_formats(-1, "1969-12-31T23:59:59.999999Z");
    assert_formats(INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z");
    assert_formats(INT64_C(-62135596800000000), "0001-01-01T00:00:00Z");
}

static void test_clock_format__dates(void **state)
{
    char out[CLOCK_RFC3339_BYTES];
    assert_string_equal(clock_format_date(0, out).data, "1970-01-01");
    assert_string_equal(clock_format_date(11016, out).data, "2000-02-29");
    assert_int_equal(clock_format_date(20780, out).len, 10);
    assert_string_equal(out, "2026-11-23");
}

static void test_clock_format__is_held_within_the_years(void **state)
{
    assert_formats(INT64_MAX, "9999-12-31T23:59:59.999999Z");
    assert_formats(INT64_MIN, "0001-01-01T00:00:00Z");
}

static void test_clock_parse__offsets_and_fractions(void **state)
{
    assert_parses("1970-01-01T00:00:00Z", 0);
    assert_parses("1970-01-01t00:00:00z", 0);
    assert_parses("1970-01-01T01:00:00+01:00", 0);
    assert_parses("1969-12-31T16:30:00-07:30", 0);
    assert_parses("1970-01-01T00:00:00-00:00", 0);
    assert_parses("1970-01-01T00:00:00.5Z", 500000);
    assert_parses("1970-01-01T00:00:00.123456789Z", 123456);
    assert_parses("2000-02-29T23:59:59.000001Z", INT64_C(951868799000001));
    assert_parses("2026-11-22T23:30:00.123456Z", INT64_C(1795390200123456));
}

static void test_clock_parse__refuses(void **state)
{
    static const char *const bad[] = {
        "",
        "1970-01-01",
        "1970-01-01T00:00:00",
        "1970-01-01 00:00:00Z",
        "1970-01-01T00:00Z",
        "1970-1-01T00:00:00Z",
        "70-01-01T00:00:00Z",
        "1970-00-01T00:00:00Z",
        "1970-13-01T00:00:00Z",
        "1970-01-00T00:00:00Z",
        "1970-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "1970-04-31T00:00:00Z",
        "1970-01-01T24:00:00Z",
        "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:60Z",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00.1234567890Z",
        "1970-01-01T00:00:00,5Z",
        "1970-01-01T00:00:00+1:00",
        "1970-01-01T00:00:00+0100",
        "1970-01-01T00:00:00+24:00",
        "1970-01-01T00:00:00Zx",
        " 1970-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "-970-01-01T00:00:00Z",
        "+1970-01-01T00:00:00Z",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t time_us = 7;
        assert_false(clock_parse_rfc3339(text_of(bad[i]), &time_us));
        assert_int_equal(time_us, 7);
    }
}

static void test_clock_parse__reads_back_every_day(void **state)
{
    /* Every 13th day from 0001 to 9999, at an odd time of it. */
    for (int64_t time_us = INT64_C(-62135596800000000) + 12345;
         time_us < INT64_C(253402300800000000); time_us += 13 * CLOCK_US_PER_DAY + 1234567) {
        char out[CLOCK_RFC3339_BYTES];
        int64_t again_us = 0;
        assert_true(clock_parse_rfc3339(clock_format_rfc3339(time_us, out), &again_us));
        assert_true(again_us == time_us);
    }
}

static void test_clock_now__runs(void **state)
{
    const int64_t start_us = clock_monotonic_us();
    assert_true(clock_now_us() > INT64_C(1577836800) * CLOCK_US_PER_S); /* 2020 */
    assert_true(clock_monotonic_us() >= start_us);
}

/* strftime in the C locale is the judge, a day and a bit at a time. */
static void test_clock_format_http_date__as_strftime(void **state)
{
    char out[CLOCK_HTTP_DATE_BYTES];
    char expected[64];
    for (int64_t second = 0; second < INT64_C(200) * 366 * 86400; second += 86400 * 3 + 12345) {
        struct tm parts;
        const time_t at = (time_t)second;
        assert_non_null(gmtime_r(&at, &parts));
        assert_int_not_equal(
            strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT", &parts), 0);
        const struct text date = clock_format_http_date(second * CLOCK_US_PER_S + 999999, out);
        assert_int_equal(date.len, strlen(expected));
        assert_string_equal(date.data, expected);
    }
    assert_string_equal(clock_format_http_date(-1, out).data, "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_string_equal(clock_format_http_date(INT64_MAX, out).data,
                        "Fri, 31 Dec 9999 23:59:59 GMT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock_format__known_times),
        cmocka_unit_test(test_clock_format__dates),
        cmocka_unit_test(test_clock_format__is_held_within_the_years),
        cmocka_unit_test(test_clock_parse__offsets_and_fractions),
        cmocka_unit_test(test_clock_parse__refuses),
        cmocka_unit_test(test_clock_parse__reads_back_every_day),
        cmocka_unit_test(test_clock_now__runs),
        cmocka_unit_test(test_clock_format_http_date__as_strftime),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
