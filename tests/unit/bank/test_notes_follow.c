/* Which sections continue which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bank/notes.h"
#include "bank/notes_follow.h"

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

static struct section_list parse(struct arena *arena, const char *markdown)
{
    struct diagnostics diagnostics;
    struct notes notes;

    diagnostics_init(&diagnostics, arena);
    assert_true(notes_parse(arena, TEXT("notes.md"), text_of(markdown), &notes, &diagnostics) ==
                (markdown[0] != '\0')); /* "": no sections */
    return (struct section_list){notes.sections, notes.section_count};
}

/* "new<old new<-": paths. */
static void assert_followed(void **state, const char *before, const char *after,
                            const char *expected)
{
    struct arena *arena = *state;
    const struct section_list old = parse(arena, before);
    const struct section_list now = parse(arena, after);
    const int64_t *origin = notes_follow(arena, old, now);
    struct text all = TEXT("");

    for (size_t i = 0; i < now.count; i++) {
        const struct text from =
            origin[i] == BANK_NO_SECTION ? TEXT("-") : old.sections[origin[i]].path;
        all = arena_printf(arena, "%.*s%s%.*s<%.*s", TEXT_ARG(all), i > 0 ? " " : "",
                           TEXT_ARG(now.sections[i].path), TEXT_ARG(from));
    }
    assert_string_equal(all.data, expected);
}

#define LONG_A "The queue keeps a message for four days, and at most for fourteen of them."
#define LONG_B "A table has a key of one part or of two, and every item has it just once."

static void test_notes_follow__same_path(void **state)
{
    assert_followed(state, "## A\n\nOne.\n\n## B\n\nTwo.\n", "## B\n\nTwo.\n\n## A\n\nThree.\n",
                    "b<b a<a");
}

static void test_notes_follow__renamed_with_the_same_text(void **state)
{
    assert_followed(state, "## A\n\nOne.\n\n## B\n\nTwo.\n", "## C\n\nOne.\n\n## B\n\nTwo.\n",
                    "c<a b<b");
    /* Two that change their names: the path is the surer sign. */
    assert_followed(state, "## A\n\nOne.\n\n## B\n\nTwo.\n", "## B\n\nOne.\n\n## A\n\nTwo.\n",
                    "b<b a<a");
}

static void test_notes_follow__moved(void **state)
{
    assert_followed(state, "## A\n\nOne.\n\n### X\n\nTwo.\n\n## B\n\nThree.\n",
                    "## A\n\nOne.\n\n## B\n\nThree.\n\n### X\n\nTwo.\n", "a<a b<b b/x<a/x");
}

static void test_notes_follow__children_of_what_was_renamed(void **state)
{
    assert_followed(state, "## A\n\n" LONG_A "\n\n### X\n\n### Y\n\nY says.\n",
                    "## N\n\n" LONG_A " Really.\n\n### X\n\n### Y\n\nSomething else.\n",
                    "n<a n/x<a/x n/y<a/y");
}

static void test_notes_follow__similar_text(void **state)
{
    assert_followed(state, "## A\n\n" LONG_A "\n\n## B\n\n" LONG_B "\n",
                    "## M\n\n" LONG_B " So it is.\n\n## N\n\n" LONG_A " So it is.\n", "m<b n<a");
    assert_followed(state, "## A\n\n" LONG_A "\n", "## M\n\n" LONG_B "\n", "m<-");
}

static void test_notes_follow__nothing_twice(void **state)
{
    assert_followed(state, "## A\n\nOne.\n", "## B\n\nOne.\n\n## C\n\nOne.\n", "b<a c<-");
    assert_followed(state, "", "## B\n\nOne.\n", "b<-");
    assert_followed(state, "## B\n\nOne.\n", "", "");
}

static void test_notes_follow__removed_ones_by_their_path_alone(void **state)
{
    struct arena *arena = *state;
    struct section_list old = parse(arena, "## A\n\nOne.\n\n## B\n\n" LONG_A "\n");
    struct section *sections = arena_new_array(arena, 2, struct section);
    const struct section_list now = parse(arena, "## A\n\nTwo.\n\n## C\n\n" LONG_A "\n");

    for (size_t i = 0; i < 2; i++) {
        sections[i] = old.sections[i];
        sections[i].is_removed = true;
    }
    old.sections = sections;
    const int64_t *origin = notes_follow(arena, old, now);
    assert_int_equal(origin[0], 0);
    assert_int_equal(origin[1], BANK_NO_SECTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_notes_follow__same_path, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_follow__renamed_with_the_same_text, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_notes_follow__moved, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_follow__children_of_what_was_renamed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_notes_follow__similar_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_follow__nothing_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_follow__removed_ones_by_their_path_alone, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
