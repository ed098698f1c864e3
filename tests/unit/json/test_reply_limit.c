/* The ceiling of a reply: a JSON text of exactly that many bytes is made, one more is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "json/codec.h"

struct reply {
    struct text text;
};
static const struct shape_member REPLY_MEMBERS[] = {MEMBER_TEXT(struct reply, text)};
static const struct shape REPLY_SHAPE = SHAPE_OF("Reply", struct reply, REPLY_MEMBERS);

/* Whether a reply whose JSON has `size` bytes can be made. */
static bool can_be_made(size_t size)
{
    const size_t length = size - (sizeof "{\"text\":\"\"}" - 1);
    struct arena *arena = arena_create();
    char *bytes = arena_alloc_bytes(arena, length);
    const struct reply reply = {.text = {bytes, length}};
    struct text json = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};

    memset(bytes, 'a', length);
    const bool is_made = codec_encode_text(arena, &REPLY_SHAPE, &reply, &json, &err);
    const bool is_right = is_made ? json.len == size : err.code == ERROR_INTERNAL;
    arena_free(arena);
    assert_true(is_right);
    return is_made;
}

static void test_codec_encode_text__reply_limit(void **state)
{
    assert_true(can_be_made(LIMIT_REPLY_BYTES - 1));
    assert_true(can_be_made(LIMIT_REPLY_BYTES));
    assert_false(can_be_made((size_t)LIMIT_REPLY_BYTES + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_codec_encode_text__reply_limit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
