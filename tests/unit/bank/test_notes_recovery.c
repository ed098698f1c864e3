/* Notes as they come: fences that never close, odd bytes, sizes and depths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bank/file.h"
#include "base/limits.h"
#include "notes_fixture.h"

static void test_notes_parse__reduced_real_notes(void **state)
{
    struct fixture *f = *state;
    struct text markdown = TEXT_ABSENT;
    diagnostics_init(&f->diagnostics, f->arena);
    assert_true(bank_file_read(f->arena, "tests/data/notes/unclosed_fence.md", LIMIT_NOTES_BYTES,
                               &markdown, &f->diagnostics));
    assert_true(parse_bytes(f, markdown));
    assert_diagnostics(f, "warning:197:0 unclosed_fence\n");
    size_t counts[4] = {0};
    for (size_t i = 0; i < f->notes.section_count; i++) {
        counts[f->notes.sections[i].depth]++;
    }
    assert_int_equal(f->notes.section_count, 70);
    assert_int_equal(counts[1], 22);
    assert_int_equal(counts[2], 43);
    assert_int_equal(counts[3], 5);
    assert_string_equal(arena_string(f->arena, f->notes.title), "aws-cert-dva-c01");
    const struct section *fenced = &f->notes.sections[54];
    assert_string_equal(arena_string(f->arena, fenced->path),
                        "aws-lambda/traffic-shifting-using-aliases");
    assert_int_equal(fenced->last_line, 200);
    const struct section *last = &f->notes.sections[69];
    assert_string_equal(arena_string(f->arena, last->path), "aws-sns/amazon-sns-message-filtering");
}

/* Two "Streams" and two "Monitoring": the anchors tell them apart, the paths need not. */
static void test_notes_parse__reduced_real_anchors(void **state)
{
    struct fixture *f = *state;
    struct text markdown = TEXT_ABSENT;
    diagnostics_init(&f->diagnostics, f->arena);
    assert_true(bank_file_read(f->arena, "tests/data/notes/unclosed_fence.md", LIMIT_NOTES_BYTES,
                               &markdown, &f->diagnostics));
    assert_true(parse_bytes(f, markdown));
    size_t found = 0;
    for (size_t i = 0; i < f->notes.section_count; i++) {
        const struct section *s = &f->notes.sections[i];
        if (text_equal(s->path, TEXT("aws-dynamodb/streams"))) {
            assert_string_equal(arena_string(f->arena, s->anchor), "streams-1");
            found++;
        }
        if (text_equal(s->path, TEXT("aws-dynamodb/monitoring"))) {
            assert_string_equal(arena_string(f->arena, s->anchor), "monitoring-1");
            found++;
        }
    }
    assert_int_equal(found, 2);
}

static void test_notes_parse__open_fences(void **state)
{
    static const struct {
        const char *markdown;
        const char *diagnostics;
    } CASES[] = {
        {"## One\n```\ncode\nmore\n## Two\n", "warning:2:0 unclosed_fence\n"},
        {"## One\n   ~~~~ x ` y\n~~~\nmore\n## Two\n",
         "warning:2:0 unclosed_fence\nwarning:3:0 unclosed_fence\n"},
        {"## One\n````\n```\n-````\n## Two\n",
         "warning:2:0 unclosed_fence\nwarning:3:0 unclosed_fence\n"},
        {"## One\n```a\n```b\n~~~c\n## Two\n",
         "warning:2:0 unclosed_fence\nwarning:3:0 unclosed_fence\nwarning:4:0 unclosed_fence\n"},
        {"## One\n```yaml\n---\na: b\n## Two\n",
         "warning:2:0 unclosed_fence\n"}, /* no heading "```yaml" */
        {"## One\n```\n\n- ````\n## Two", "warning:2:0 unclosed_fence\n"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct fixture *f = parse(state, CASES[i].markdown);
        assert_sections(f, "1 one#one 1-4 One\n1 two#two 5-5 Two\n");
        assert_diagnostics(f, CASES[i].diagnostics);
    }
}

/* What a later fence holds stays code, and so does what only looks like an open fence inside of it.
 */
static void test_notes_parse__closed_fences_after_an_open_one(void **state)
{
    const struct fixture *f =
        parse(state, "## One\n~~~~\n## Two\n```\n# code\n~~~~~ x\n```\n## Three\n");
    assert_sections(f, "1 one#one 1-2 One\n1 two#two 3-7 Two\n1 three#three 8-8 Three\n");
    assert_diagnostics(f, "warning:2:0 unclosed_fence\n");
    assert_string_equal(body_of(f, 0), "~~~~");
    assert_string_equal(body_of(f, 1), "```\n# code\n~~~~~ x\n```");
}

static void test_notes_parse__closed_fences(void **state)
{
    static const char *const CASES[] = {
        "## One\n```\n## Two\n```\n",
        "## One\n~~~\n## Two\n  ~~~~ \n",
        "## One\n```` x\n```\n## Two\n`````\n",
        "## One\n- ```\n  ## Two\n\n",     /* the list item ends it */
        "## One\n> ```\n> ## Two\n",       /* the quote ends it */
        "## One\n\n    ```\n    ## Two\n", /* indented code */
        "## One\n``` `not a fence` ```\n<!--\n```x\n## Two\n-->\n",
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct fixture *f = parse(state, CASES[i]);
        assert_int_equal(f->notes.section_count, 1);
        assert_diagnostics(f, "");
    }
}

/* An open fence at the very end has swallowed nothing; it is told all the same. */
static void test_notes_parse__open_fence_at_the_end(void **state)
{
    const struct fixture *f = parse(state, "## One\n\n```");
    assert_sections(f, "1 one#one 1-3 One\n");
    assert_diagnostics(f, "warning:3:0 unclosed_fence\n");
}

static void test_notes_parse__front_matter_and_open_fence(void **state)
{
    const struct fixture *f = parse(state, "---\na: b\n---\n## One\n```\n## Two\n");
    assert_sections(f, "1 one#one 4-5 One\n1 two#two 6-6 Two\n");
    assert_diagnostics(f, "warning:5:0 unclosed_fence\n");
}

/* Headings in a comment are no headings; but the author is told when the comment has no end. */
static void test_notes_parse__open_comment(void **state)
{
    const struct fixture *f = parse(state, "## One\n\n <!-- later\n## Two\n");
    assert_sections(f, "1 one#one 1-4 One\n");
    assert_diagnostics(f, "warning:3:0 unclosed_comment\n");
    f = parse(state, "## One\n\n<!-- now -->\n");
    assert_diagnostics(f, "");
    f = parse(state, "## One\n\n<pre>\n");
    assert_diagnostics(f, "");
}

/* A hundred thousand of them cost two parses, not a hundred thousand. */
static void test_notes_parse__many_open_fences(void **state)
{
    struct fixture *f = *state;
    const size_t count = 100000;
    char *markdown = arena_alloc_bytes(f->arena, 6 * count);
    for (size_t i = 0; i < count; i++) {
        put(markdown + 6 * i, TEXT("~~~x\n\n"));
    }
    put(markdown + 6 * (count - 1), TEXT("## e\n\n"));
    assert_true(parse_bytes(f, (struct text){markdown, 6 * count}));
    assert_int_equal(f->notes.section_count, 1);
    assert_int_equal(f->diagnostics.warning_count, count - 1);
}

static void test_notes_parse__line_ends(void **state)
{
    static const char *const CASES[] = {"# T\n## One\n\ntext\nmore\n\n## Two\n",
                                        "# T\r\n## One\r\n\r\ntext\r\nmore\r\n\r\n## Two\r\n",
                                        "# T\r## One\r\rtext\rmore\r\r## Two\r",
                                        "\xEF\xBB\xBF# T\n## One\n\ntext\r\nmore\n\n## Two"};
    const char *hash = NULL;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const struct fixture *f = parse(state, CASES[i]);
        assert_sections(f, "1 one#one 2-5 One\n1 two#two 7-7 Two\n");
        assert_string_equal(body_of(f, 0), "text\nmore");
        hash = i == 0 ? f->notes.sections[0].content_hash.data : hash;
        assert_string_equal(f->notes.sections[0].content_hash.data, hash);
        assert_string_equal(arena_string(f->arena, f->notes.title), "T");
    }
}

static void test_notes_parse__not_utf8(void **state)
{
    static const struct {
        struct text markdown;
        const char *diagnostics;
    } CASES[] = {
        {{"# \xC3\xA9\xFF\n", 6}, "error:1:4 not_utf8\n"},
        {{"# A\r\n\r\nab\xC3(\n", 12}, "error:3:3 not_utf8\n"},
        {{"a\rb\r\xED\xA0\x80", 7}, "error:3:1 not_utf8\n"},
        {{"x\n\n\xE2\x82", 5}, "error:3:1 not_utf8\n"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_false(parse_bytes(f, CASES[i].markdown));
        assert_diagnostics(f, CASES[i].diagnostics);
    }
}

static void test_notes_parse__nul(void **state)
{
    struct fixture *f = *state;
    static const char BYTES[] = "## O\0ne\n\na\0b\n";
    assert_true(parse_bytes(f, (struct text){BYTES, sizeof BYTES - 1}));
    assert_sections(f, "1 one#one 1-3 O\uFFFDne\n");
    assert_string_equal(body_of(f, 0), "a\uFFFDb");
    assert_null(memchr(f->notes.markdown.data, '\0', f->notes.markdown.len));
    assert_diagnostics(f, "warning:1:0 nul_character\n");
}

static void test_notes_parse__size_limit(void **state)
{
    struct fixture *f = *state;
    const size_t limit = LIMIT_NOTES_BYTES;
    char *markdown = arena_alloc_bytes(f->arena, limit + 1);
    memset(markdown, 'x', limit + 1);
    put(markdown, TEXT("## One\n"));
    assert_true(parse_bytes(f, (struct text){markdown, limit - 1}));
    assert_true(parse_bytes(f, (struct text){markdown, limit}));
    assert_sections(f, "1 one#one 1-2 One\n");
    assert_false(parse_bytes(f, (struct text){markdown, limit + 1}));
    assert_diagnostics(f, "error:0:0 too_large\n");
}

static void test_notes_parse__ten_megabytes(void **state)
{
    struct fixture *f = *state;
    static const char LINE[] =
        "Some words with `code`, *emphasis* and a [link](https://x.example/).\n\n";
    const size_t line_length = sizeof LINE - 1;
    const size_t count = (size_t)10 * 1024 * 1024 / line_length;
    char *markdown = arena_alloc_bytes(f->arena, count * line_length + 6);
    put(markdown, TEXT("# One\n"));
    for (size_t i = 0; i < count; i++) {
        put(markdown + 6 + i * line_length, (struct text){LINE, line_length});
        if (i % 1000 == 0) {
            put(markdown + 6 + i * line_length, TEXT("## "));
        }
    }
    assert_true(parse_bytes(f, (struct text){markdown, count * line_length + 6}));
    assert_int_equal(f->notes.section_count, (count + 999) / 1000);
    assert_int_equal(f->notes.sections[0].link_count, 1);
}

static void test_notes_parse__deep_quotes(void **state)
{
    struct fixture *f = *state;
    char markdown[220];
    memset(markdown, '>', sizeof markdown);
    put(markdown, TEXT("## One\n\n"));
    assert_true(parse_bytes(f, (struct text){markdown, 8 + 100}));
    assert_sections(f, "1 one#one 1-3 One\n");
    assert_false(parse_bytes(f, (struct text){markdown, 8 + 101}));
    assert_diagnostics(f, "error:3:0 nested_too_deep\n");
    for (size_t i = 8; i < sizeof markdown; i += 2) {
        markdown[i] = ' ';
    }
    assert_false(parse_bytes(f, (struct text){markdown, sizeof markdown}));
}

/* cmark opens no more than a hundred lists in one another; brackets and stars it never nests on the
 * stack. */
static void test_notes_parse__deep_lists_and_brackets(void **state)
{
    static const char *const PIECES[] = {"- ", "1. ", "[", "![", "*a ", "**a ",
                                         "`",  "<",   "(", "\\", "&"};
    struct fixture *f = *state;
    const size_t size = 100000;
    char *markdown = arena_alloc_bytes(f->arena, size + 8);
    for (size_t i = 0; i < COUNT_OF(PIECES); i++) {
        put(markdown, TEXT("## One\n\n"));
        for (size_t j = 0; j < size; j++) {
            markdown[8 + j] = PIECES[i][j % strlen(PIECES[i])];
        }
        assert_true(parse_bytes(f, (struct text){markdown, size + 8}));
        assert_sections(f, "1 one#one 1-3 One\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_notes_parse__reduced_real_notes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__reduced_real_anchors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__open_fences, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__closed_fences_after_an_open_one, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__closed_fences, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__open_fence_at_the_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__front_matter_and_open_fence, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__open_comment, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__many_open_fences, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__line_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__not_utf8, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__nul, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__size_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__ten_megabytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__deep_quotes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_parse__deep_lists_and_brackets, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
