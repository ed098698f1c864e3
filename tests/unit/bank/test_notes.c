/* From Markdown to sections: the tree, names, lines, bodies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "notes_fixture.h"

static void test_notes_parse__title_and_sections(void **state)
{
    const struct fixture *f =
        parse(state, "# The Notes\n\nIntro.\n\n## One\n\nText.\n\n### Inner\n\n## Two\n");
    assert_string_equal(arena_string(f->arena, f->notes.title), "The Notes");
    assert_sections(f, "1 one#one 5-7 One\n"
                       "2 one/inner#inner 9-9 Inner\n"
                       "1 two#two 11-11 Two\n");
    assert_int_equal(f->notes.sections[0].parent, BANK_NO_SECTION);
    assert_int_equal(f->notes.sections[1].parent, 0);
    assert_int_equal(f->notes.sections[2].parent, BANK_NO_SECTION);
    assert_diagnostics(f, "");
}

static void test_notes_parse__two_h1_are_sections(void **state)
{
    const struct fixture *f = parse(state, "# One\n# Two\n## Inner\n");
    assert_null(f->notes.title.data);
    assert_sections(f, "1 one#one 1-1 One\n1 two#two 2-2 Two\n2 two/inner#inner 3-3 Inner\n");
}

static void test_notes_parse__no_h1(void **state)
{
    const struct fixture *f = parse(state, "## One\n### Inner\n");
    assert_null(f->notes.title.data);
    assert_sections(f, "1 one#one 1-1 One\n2 one/inner#inner 2-2 Inner\n");
}

/* A title in the middle belongs to nothing, and ends what was open. */
static void test_notes_parse__title_in_the_middle(void **state)
{
    const struct fixture *f = parse(state, "## One\n\na\n\n# Title\n\nb\n\n### Two\n");
    assert_string_equal(arena_string(f->arena, f->notes.title), "Title");
    assert_sections(f, "1 one#one 1-3 One\n1 two#two 9-9 Two\n");
    assert_string_equal(body_of(f, 0), "a");
}

static void test_notes_parse__level_jumps(void **state)
{
    const struct fixture *f = parse(state, "# T\n### A\n##### B\n#### C\n## D\n###### E\n### F\n");
    assert_sections(f, "1 a#a 2-2 A\n2 a/b#b 3-3 B\n2 a/c#c 4-4 C\n"
                       "1 d#d 5-5 D\n2 d/e#e 6-6 E\n2 d/f#f 7-7 F\n");
}

static void test_notes_parse__nothing(void **state)
{
    static const char *const CASES[] = {
        "", "\n\n", "words\n", "---\na: b\n---\n", "---\na: b\n---", "# Title alone\n"};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_false(parse_bytes(f, text_of(CASES[i])));
        assert_int_equal(f->notes.section_count, 0);
        assert_diagnostics(f, "error:0:0 no_sections\n");
    }
}

static void test_notes_parse__setext(void **state)
{
    const struct fixture *f = parse(state, "Title\n=====\n\nOne\n---\ntext\n\nTwo\nlines\n---\n");
    assert_string_equal(arena_string(f->arena, f->notes.title), "Title");
    assert_sections(f, "1 one#one 4-6 One\n1 two-lines#two-lines 8-10 Two lines\n");
    assert_string_equal(body_of(f, 0), "text");
    assert_string_equal(body_of(f, 1), "");
}

static void test_notes_parse__not_headings(void **state)
{
    const struct fixture *f =
        parse(state, "## One\n\n```\n# code\n```\n\n    # indented\n\n<!--\n# comment\n-->\n\n"
                     "#no blank\n\n\\# escaped\n\n####### seven\n");
    assert_sections(f, "1 one#one 1-17 One\n");
    assert_diagnostics(f, "");
}

/* In quotes and lists headings are part of the section; their anchors are taken all the same. */
static void test_notes_parse__nested_headings(void **state)
{
    const struct fixture *f = parse(state, "## One\n> # Two\n\n- ## Two\n\n## Two\n");
    assert_sections(f, "1 one#one 1-4 One\n1 two#two-2 6-6 Two\n");
}

static void test_notes_parse__inline_markup_in_titles(void **state)
{
    const struct fixture *f =
        parse(state, "## A *b* `c_d` [e](https://x.example/) <b>f</b> &amp; ![g](h.png) ##\n");
    assert_sections(f, "1 a-b-c_d-e-f--g#a-b-c_d-e-f--g 1-1 A b c_d e f & g\n");
}

static void test_notes_parse__front_matter(void **state)
{
    static const char *const CASES[] = {"---\ntitle: x\n# no heading\n---\n## One\n",
                                        "---  \na\nb\n...\n## One\n",
                                        "\xEF\xBB\xBF---\ntitle: x\ny: z\n---\t\n## One\n"};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct fixture *f = parse(state, CASES[i]);
        assert_sections(f, "1 one#one 5-5 One\n");
        assert_diagnostics(f, "");
    }
}

static void test_notes_parse__front_matter_never_closed(void **state)
{
    const struct fixture *f = parse(state, "---\n## One\n\ntext\n");
    assert_sections(f, "1 one#one 2-4 One\n");
}

/* Only at the very beginning. */
static void test_notes_parse__thematic_breaks_are_no_front_matter(void **state)
{
    const struct fixture *f = parse(state, "\n---\n## One\n---\n## Two\n");
    assert_sections(f, "1 one#one 3-4 One\n1 two#two 5-5 Two\n");
}

static void test_notes_parse__duplicates(void **state)
{
    const struct fixture *f = parse(state, "# Streams\n## A\n### Streams\n## B\n### Streams\n### "
                                           "Streams\n### Streams-1\n## A\n## A-1\n");
    assert_sections(f, "1 a#a 2-2 A\n"
                       "2 a/streams#streams-1 3-3 Streams\n"
                       "1 b#b 4-4 B\n"
                       "2 b/streams#streams-2 5-5 Streams\n"
                       "2 b/streams-1#streams-3 6-6 Streams\n"
                       "2 b/streams-1-1#streams-1-1 7-7 Streams-1\n"
                       "1 a-1#a-1 8-8 A\n"
                       "1 a-1-1#a-1-1 9-9 A-1\n");
}

static void test_notes_parse__empty_headings(void **state)
{
    const struct fixture *f = parse(state, "##\n\n## ???\n\n## <!-- x -->\n\n## Section\n");
    assert_sections(f, "1 section#section 1-1 (untitled)\n"
                       "1 section-1#section-1 3-3 ???\n"
                       "1 section-2#section-2 5-5 (untitled)\n"
                       "1 section-3#section-3 7-7 Section\n");
    assert_diagnostics(f, "warning:1:0 empty_heading\nwarning:5:0 empty_heading\n");
}

static void test_notes_parse__long_heading(void **state)
{
    struct fixture *f = *state;
    struct text words = TEXT("");
    for (size_t i = 0; i < NOTES_TITLE_MAX; i++) {
        words = arena_printf(f->arena, "%.*s\u00E9", TEXT_ARG(words));
    }
    assert_true(parse_bytes(
        f, arena_printf(f->arena, "## %.*s\n## %.*sx\n", TEXT_ARG(words), TEXT_ARG(words))));
    assert_diagnostics(f, "warning:2:0 long_heading\n");
    assert_true(text_equal(f->notes.sections[0].title, words));
    assert_true(text_equal(f->notes.sections[1].title,
                           arena_printf(f->arena, "%.*s\u2026", TEXT_ARG(words))));
    assert_int_equal(f->notes.sections[0].path.len, 160); /* 80 letters of two bytes */
    assert_int_equal(f->notes.sections[1].path.len, 162); /* "-1" */
}

static void test_notes_parse__bodies_and_lines(void **state)
{
    const struct fixture *f =
        parse(state, "## One\n\n\nfirst\n\n  - second\n\n\n\n## Two\n   \n## Three\nlast");
    assert_sections(f, "1 one#one 1-6 One\n1 two#two 10-10 Two\n1 three#three 12-13 Three\n");
    assert_string_equal(body_of(f, 0), "first\n\n  - second");
    assert_string_equal(body_of(f, 1), "");
    assert_non_null(f->notes.sections[1].body.data);
    assert_string_equal(body_of(f, 2), "last");
}

/* Title and body make the hash; place and neighbours do not. The value: printf 'One\ntext' |
 * sha256sum */
static void test_notes_parse__content_hash(void **state)
{
    static const char EXPECTED[] =
        "bd62434a357f6a72df11f35ce043f9e506f199739d82c40931450f67a40d2e6c";
    static const char *const SAME[] = {"## One\ntext\n", "# T\n\n### One\n\ntext\n\n\n#### Two\n"};
    static const char *const OTHERS[] = {"## One\ntext.\n", "## One.\ntext\n", "## One\n\n"};
    for (size_t i = 0; i < COUNT_OF(SAME); i++) {
        const struct fixture *f = parse(state, SAME[i]);
        assert_string_equal(f->notes.sections[0].content_hash.data, EXPECTED);
    }
    for (size_t i = 0; i < COUNT_OF(OTHERS); i++) {
        const struct fixture *f = parse(state, OTHERS[i]);
        assert_string_not_equal(f->notes.sections[0].content_hash.data, EXPECTED);
    }
}

static void test_notes_parse__section_limit(void **state)
{
    struct fixture *f = *state;
    const size_t count = LIMIT_NOTES_SECTIONS + 1;
    char *markdown = arena_alloc_bytes(f->arena, 4 * count);
    for (size_t i = 0; i < count; i++) {
        put(markdown + 4 * i, TEXT("# a\n"));
    }
    assert_true(parse_bytes(f, (struct text){markdown, 4 * (count - 1)}));
    assert_int_equal(f->notes.section_count, LIMIT_NOTES_SECTIONS);
    assert_string_equal(f->notes.sections[count - 2].path.data, "a-19999");
    assert_false(parse_bytes(f, (struct text){markdown, 4 * count}));
    assert_diagnostics(f, "error:0:0 too_many_sections\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_notes_parse__title_and_sections, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__two_h1_are_sections, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__no_h1, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__title_in_the_middle, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__level_jumps, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__setext, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__not_headings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__nested_headings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__inline_markup_in_titles, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__front_matter, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__front_matter_never_closed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__thematic_breaks_are_no_front_matter,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__duplicates, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__empty_headings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__long_heading, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__bodies_and_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__content_hash, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__section_limit, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
