/* Identities, and the random bytes they are made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/uuid.h"

#define EXAMPLE "0190a5c0-7e1f-7abc-8def-0123456789ab"

static int start(void **state)
{
    random_start();
    return 0;
}

static void test_uuid_new__is_version_7_of_now(void **state)
{
    const int64_t before_ms = clock_now_us() / 1000;
    const struct uuid id = uuid_new();
    const int64_t after_ms = clock_now_us() / 1000;

    int64_t made_ms = 0;
    for (size_t i = 0; i < 6; i++) {
        made_ms = made_ms * 256 + id.bytes[i];
    }
    assert_true(made_ms >= before_ms && made_ms <= after_ms);
    assert_int_equal(id.bytes[6] >> 4, 7);
    assert_int_equal(id.bytes[8] >> 6, 2);
}

static void test_uuid_new__differs(void **state)
{
    const struct uuid a = uuid_new();
    const struct uuid b = uuid_new();
    assert_false(uuid_equal(a, b));
    assert_false(uuid_is_nil(a));
}

/* Lists are in the order of ids: what was made a moment later comes later, also within one
 * millisecond. */
static void test_uuid_new__sorts_by_microseconds(void **state)
{
    for (size_t i = 0; i < 1000; i++) {
        const struct uuid earlier = uuid_new();
        const int64_t made_us = clock_now_us();
        while (clock_now_us() <= made_us) {
        }
        const struct uuid later = uuid_new();
        assert_true(memcmp(earlier.bytes, later.bytes, sizeof earlier.bytes) < 0);
    }
}

static void test_uuid_parse__reads_what_format_writes(void **state)
{
    struct uuid id = UUID_NIL;
    char out[UUID_TEXT_BYTES + 1];

    assert_true(uuid_parse(TEXT(EXAMPLE), &id));

    assert_int_equal(id.bytes[0], 0x01);
    assert_int_equal(id.bytes[4], 0x7e);
    assert_int_equal(id.bytes[15], 0xab);
    assert_int_equal(uuid_format(id, out).len, 36);
    assert_string_equal(out, EXAMPLE);
}

static void test_uuid_parse__refuses(void **state)
{
    static const char *const bad[] = {
        "",
        "0190a5c0-7e1f-7abc-8def-0123456789a",
        "0190a5c0-7e1f-7abc-8def-0123456789ab0",
        "0190A5C0-7E1F-7ABC-8DEF-0123456789AB",
        "0190a5c07e1f-7abc-8def-0123456789ab-",
        "0190a5c0_7e1f-7abc-8def-0123456789ab",
        "0190a5c0-7e1f-7abc-8def-0123456789ag",
        "{190a5c0-7e1f-7abc-8def-0123456789a}",
        "0190a5c0-7e1f-7abc-8def-0123456789 b",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct uuid id = UUID_NIL;
        assert_false(uuid_parse(text_of(bad[i]), &id));
        assert_true(uuid_is_nil(id));
    }
}

static void test_uuid_hash__depends_on_every_byte(void **state)
{
    struct uuid id = UUID_NIL;
    const uint64_t nil = uuid_hash(id);
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        id.bytes[i] = 1;
        assert_true(uuid_hash(id) != nil);
        id.bytes[i] = 0;
    }
}

static void test_random__differs(void **state)
{
    unsigned char a[32] = {0};
    unsigned char b[32] = {0};
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    assert_true(random_u64() != random_u64());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uuid_new__is_version_7_of_now),
        cmocka_unit_test(test_uuid_new__differs),
        cmocka_unit_test(test_uuid_new__sorts_by_microseconds),
        cmocka_unit_test(test_uuid_parse__reads_what_format_writes),
        cmocka_unit_test(test_uuid_parse__refuses),
        cmocka_unit_test(test_uuid_hash__depends_on_every_byte),
        cmocka_unit_test(test_random__differs),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
