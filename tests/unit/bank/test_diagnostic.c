/* The list of diagnostics and its lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bank/diagnostic.h"
#include "base/limits.h"

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

static void test_diagnostics_add__keeps_order_and_counts(void **state)
{
    struct diagnostics list;
    diagnostics_init(&list, *state);
    diagnostics_add(&list, SEVERITY_WARNING, (struct spot){.file = TEXT("a")}, "first", "one %d",
                    1);
    diagnostics_add(&list, SEVERITY_ERROR, (struct spot){.file = TEXT("b"), .line = 2}, "second",
                    "two");
    assert_int_equal(list.warning_count, 1);
    assert_int_equal(list.error_count, 1);
    assert_string_equal(list.first->code, "first");
    assert_string_equal(list.first->message.data, "one 1");
    assert_string_equal(list.first->next->code, "second");
    assert_ptr_equal(list.first->next, list.last);
    assert_null(list.last->next);
}

static void test_diagnostics_add__limit(void **state)
{
    struct diagnostics list;
    diagnostics_init(&list, *state);
    for (size_t i = 1; i <= LIMIT_DIAGNOSTICS + 1; i++) {
        assert_int_equal(diagnostics_are_full(&list, SEVERITY_ERROR), i > LIMIT_DIAGNOSTICS);
        diagnostics_add(&list, SEVERITY_ERROR, (struct spot){.file = TEXT("a"), .line = i}, "x",
                        "m");
    }
    assert_int_equal(list.error_count, LIMIT_DIAGNOSTICS + 1);
    assert_int_equal(list.last->spot.line, LIMIT_DIAGNOSTICS);
    size_t listed_count = 0;
    for (const struct diagnostic *d = list.first; d != NULL; d = d->next) {
        listed_count++;
    }
    assert_int_equal(listed_count, LIMIT_DIAGNOSTICS);
}

/* However many warnings came first, errors are told; the rest stays in its order. */
static void test_diagnostics_add__error_for_a_warning(void **state)
{
    struct diagnostics list;
    diagnostics_init(&list, *state);
    for (size_t i = 1; i <= LIMIT_DIAGNOSTICS + 1; i++) {
        const enum severity severity = i == 2 ? SEVERITY_ERROR : SEVERITY_WARNING;
        diagnostics_add(&list, severity, (struct spot){.line = i}, "x", "m");
    }
    assert_true(diagnostics_are_full(&list, SEVERITY_WARNING));
    for (size_t i = 1; i < LIMIT_DIAGNOSTICS; i++) {
        assert_false(diagnostics_are_full(&list, SEVERITY_ERROR));
        diagnostics_add(&list, SEVERITY_ERROR, (struct spot){.line = 1000 + i}, "x", "m");
        assert_int_equal(list.last->spot.line, 1000 + i);
        assert_int_equal(list.first->spot.line, i == LIMIT_DIAGNOSTICS - 1 ? 2 : 1);
    }
    assert_true(diagnostics_are_full(&list, SEVERITY_ERROR));
    diagnostics_add(&list, SEVERITY_ERROR, (struct spot){.line = 5000}, "x", "m");
    size_t listed_count = 0;
    for (const struct diagnostic *d = list.first; d != NULL; d = d->next) {
        assert_int_equal(d->severity, SEVERITY_ERROR);
        assert_true(d->next == NULL || d->next->spot.line > d->spot.line);
        listed_count++;
    }
    assert_int_equal(listed_count, LIMIT_DIAGNOSTICS);
    assert_int_equal(list.error_count, LIMIT_DIAGNOSTICS + 1);
    assert_int_equal(list.warning_count, LIMIT_DIAGNOSTICS);
}

/* The name is copied: the caller's may go. */
static void test_diagnostics_add__copies_file(void **state)
{
    struct diagnostics list;
    char name[] = "name";
    diagnostics_init(&list, *state);
    diagnostics_add(&list, SEVERITY_ERROR, (struct spot){.file = text_of(name)}, "x", "m");
    name[0] = 'X';
    assert_string_equal(list.first->spot.file.data, "name");
}

static void test_diagnostic_format__places(void **state)
{
    static const struct {
        enum severity severity;
        size_t line;
        size_t column;
        const char *expected;
    } CASES[] = {
        {SEVERITY_ERROR, 3, 7, "f.json:3:7: error: what [code]"},
        {SEVERITY_WARNING, 3, 0, "f.json:3: warning: what [code]"},
        {SEVERITY_ERROR, 0, 0, "f.json: error: what [code]"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct diagnostic diagnostic = {
            .severity = CASES[i].severity,
            .spot = {TEXT("f.json"), CASES[i].line, CASES[i].column},
            .code = "code",
            .message = TEXT("what")};
        assert_string_equal(arena_string(*state, diagnostic_format(&diagnostic, *state)),
                            CASES[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_diagnostics_add__keeps_order_and_counts, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_diagnostics_add__error_for_a_warning, setup, teardown),
        cmocka_unit_test_setup_teardown(test_diagnostics_add__limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_diagnostics_add__copies_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_diagnostic_format__places, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
