/* The ceilings of files and sections, one below, at, and one above. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bank/file.h"
#include "base/limits.h"
#include "unit/bank/notes_fixture.h"

/* Sparse: costs no disk. */
static bool reads(size_t size, size_t limit)
{
    char path[] = "/tmp/quizd-limit-XXXXXX";
    struct arena *arena = arena_create();
    struct diagnostics diagnostics;
    struct text bytes = TEXT_ABSENT;
    diagnostics_init(&diagnostics, arena);
    const int file = mkstemp(path);
    bool is_made = file >= 0 && ftruncate(file, (off_t)size) == 0;
    const bool is_read = is_made && bank_file_read(arena, path, limit, &bytes, &diagnostics);

    is_made = is_made && (!is_read || bytes.len == size);
    (void)close(file); /* nothing was written through it */
    (void)unlink(path);
    arena_free(arena);
    assert_true(is_made);
    return is_read;
}

static void test_bank_file_read__bank_file_limit(void **state)
{
    assert_true(reads(LIMIT_BANK_FILE_BYTES - 1, LIMIT_BANK_FILE_BYTES));
    assert_true(reads(LIMIT_BANK_FILE_BYTES, LIMIT_BANK_FILE_BYTES));
    assert_false(reads((size_t)LIMIT_BANK_FILE_BYTES + 1, LIMIT_BANK_FILE_BYTES));
}

static void test_bank_file_read__notes_limit(void **state)
{
    assert_true(reads(LIMIT_NOTES_BYTES - 1, LIMIT_NOTES_BYTES));
    assert_true(reads(LIMIT_NOTES_BYTES, LIMIT_NOTES_BYTES));
    assert_false(reads((size_t)LIMIT_NOTES_BYTES + 1, LIMIT_NOTES_BYTES));
}

static void test_notes_parse__sections_around_the_limit(void **state)
{
    struct fixture *f = *state;
    const size_t count = LIMIT_NOTES_SECTIONS + 1;
    char *markdown = arena_alloc_bytes(f->arena, 4 * count);

    for (size_t i = 0; i < count; i++) {
        put(markdown + 4 * i, TEXT("# a\n"));
    }
    for (size_t sections = count - 2; sections <= count; sections++) {
        assert_int_equal(parse_bytes(f, (struct text){markdown, 4 * sections}),
                         sections <= LIMIT_NOTES_SECTIONS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bank_file_read__bank_file_limit),
        cmocka_unit_test(test_bank_file_read__notes_limit),
        cmocka_unit_test_setup_teardown(test_notes_parse__sections_around_the_limit, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
