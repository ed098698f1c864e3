/* The links of sections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "notes_fixture.h"

/* One line a link of the section: "url title". */
static void assert_links(const struct fixture *f, size_t section, const char *expected)
{
    struct text all = TEXT("");
    const struct section *s = &f->notes.sections[section];
    for (size_t i = 0; i < s->link_count; i++) {
        all = arena_printf(f->arena, "%.*s%.*s %.*s\n", TEXT_ARG(all), TEXT_ARG(s->links[i].url),
                           TEXT_ARG(s->links[i].title));
    }
    assert_string_equal(arena_string(f->arena, all), expected);
}

static void test_notes_links__kinds(void **state)
{
    const struct fixture *f = parse(
        state,
        "## One\n[in *line* `x`](https://a.example/1)\n\n<https://a.example/2> and "
        "https://a.example/3\n\n"
        "[ref] [![img](i.png)](http://a.example/5)\n\n[ref]: HTTPS://a.example/4 \"title\"\n");
    assert_links(f, 0,
                 "https://a.example/1 in line x\nhttps://a.example/2 https://a.example/2\n"
                 "https://a.example/3 https://a.example/3\nHTTPS://a.example/4 "
                 "ref\nhttp://a.example/5 img\n");
}

static void test_notes_links__belong_to_their_section(void **state)
{
    const struct fixture *f =
        parse(state, "# T https://t.example/\nhttps://t.example/2\n## One\nhttps://a.example/\n### "
                     "[In](https://b.example/)\n"
                     "> - https://c.example/\n\n## Two\nhttps://a.example/\n");
    assert_links(f, 0, "https://a.example/ https://a.example/\n");
    assert_links(f, 1, "https://b.example/ In\nhttps://c.example/ https://c.example/\n");
    assert_links(f, 2, "https://a.example/ https://a.example/\n");
}

static void test_notes_links__each_url_once(void **state)
{
    const struct fixture *f =
        parse(state, "## One\n[a](https://a.example/) [b](https://a.example/) https://a.example/ "
                     "[c](https://a.example/#c)\n");
    assert_links(f, 0, "https://a.example/ a\nhttps://a.example/#c c\n");
}

static void test_notes_links__only_absolute_web_urls(void **state)
{
    const struct fixture *f =
        parse(state, "## One\n[a](#one) [b](/x) [c](x.md) [d](mailto:a@b.example) "
                     "[e](javascript:alert(1)) [f](ftp://a.example/) [g](https://)\n"
                     "[h](https:///x) [i](<https://a b.example/>) [j]() [k](//a.example/) "
                     "xhttps://a.example https:// http://.\n");
    assert_links(f, 0, "");
    assert_null(f->notes.sections[0].links);
}

static void test_notes_links__not_in_code_or_html(void **state)
{
    const struct fixture *f =
        parse(state, "## One\n`https://a.example/1`\n\n```\nhttps://a.example/2\n```\n\n<!-- "
                     "https://a.example/3 -->\n");
    assert_links(f, 0, "");
}

static void test_notes_links__ends_of_bare_urls(void **state)
{
    static const struct {
        const char *words;
        const char *links;
    } CASES[] = {
        {"(https://a.example/x)", "https://a.example/x"},
        {"https://a.example/x.", "https://a.example/x"},
        {"https://a.example/x?!", "https://a.example/x"},
        {"https://a.example/x_(y)", "https://a.example/x_(y)"},
        {"(https://a.example/x_(y)).", "https://a.example/x_(y)"},
        {"https://a.example/?a=1&amp;b=2,", "https://a.example/?a=1&b=2"},
        {"https://a.example/a_b_c#d", "https://a.example/a_b_c#d"},
        {"**https://a.example/x**", "https://a.example/x"},
        {"see:https://a.example", "https://a.example"},
        {"https://a.example/\u00FCber", "https://a.example/\u00FCber"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct fixture *f = *state;
        assert_true(parse_bytes(f, arena_printf(f->arena, "## One\n%s\n", CASES[i].words)));
        assert_links(f, 0, arena_printf(f->arena, "%s %s\n", CASES[i].links, CASES[i].links).data);
    }
}

static void test_notes_links__length_limit(void **state)
{
    struct fixture *f = *state;
    char path[1983]; /* https://a.example/ has 18 bytes */
    memset(path, 'p', sizeof path);
    for (size_t length = sizeof path - 1; length <= sizeof path; length++) {
        assert_true(parse_bytes(
            f, arena_printf(f->arena, "## One\nhttps://a.example/%.*s\n", (int)length, path)));
        assert_int_equal(f->notes.sections[0].link_count, length == sizeof path - 1 ? 1 : 0);
    }
}

static void test_notes_links__many(void **state)
{
    struct fixture *f = *state;
    struct text all = TEXT("## One\n");
    for (size_t i = 0; i < 100; i++) {
        all = arena_printf(f->arena, "%.*shttps://a.example/%zu\n", TEXT_ARG(all), i);
    }
    assert_true(parse_bytes(f, all));
    assert_int_equal(f->notes.sections[0].link_count, 100);
    assert_string_equal(f->notes.sections[0].links[99].url.data, "https://a.example/99");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_notes_links__kinds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_links__belong_to_their_section, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_links__each_url_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_links__only_absolute_web_urls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_links__not_in_code_or_html, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_links__ends_of_bare_urls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_links__length_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_links__many, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
