/* Tokens of Markdown: words, code, links, and what separates them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bank/prose.h"
#include "base/arena.h"

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

/* Words as they are, code in `…`, links in <…>; "," before a clause, "." before a sentence. */
static void assert_tokens(void **state, const char *markdown, const char *expected)
{
    static const char *const BREAKS[] = {"", ",", "."};
    static const char *const OPENING[] = {"", "`", "<"};
    static const char *const CLOSING[] = {"", "`", ">"};
    struct arena *arena = *state;
    struct prose prose = prose_start(text_of(markdown));
    struct prose_token token;
    struct text all = TEXT("");
    while (prose_next(&prose, &token)) {
        assert_ptr_equal(token.text.data, prose.source.data + token.at);
        all = arena_printf(arena, "%.*s%s%s%s%.*s%s", TEXT_ARG(all), all.len > 0 ? " " : "",
                           all.len > 0 ? BREAKS[token.before] : "", OPENING[token.kind],
                           TEXT_ARG(token.text), CLOSING[token.kind]);
    }
    assert_string_equal(arena_string(arena, all), expected);
}

static void test_prose_next__words(void **state)
{
    assert_tokens(state, "", "");
    assert_tokens(state, " \n ", "");
    assert_tokens(state, "It doesn't re-run **boldly**_x_ 2x", "It doesn't re-run boldly x 2x");
    assert_tokens(state, "'quoted' - trailing-", "quoted trailing");
    assert_tokens(state, "Gr\xC3\xBC\xC3\x9F\x65 don\xE2\x80\x99t",
                  "Gr\xC3\xBC\xC3\x9F\x65 don\xE2\x80\x99t");
    assert_tokens(state, "bad \xFF byte", "bad byte");
}

static void test_prose_next__breaks(void **state)
{
    assert_tokens(state, "One, two. Three? (four) five: six; 1.5 a.b",
                  "One ,two .Three .four ,five ,six ,1 5 a b");
    assert_tokens(state, "One\ntwo\n\nthree", "One two .three");
    assert_tokens(state, "- one\n- two", "one .two");
    assert_tokens(state, "a | b", "a .b");
    assert_tokens(state, "one \xE2\x80\x93 two", "one ,two");
}

static void test_prose_next__code(void **state)
{
    assert_tokens(state, "a `b c` d", "a `b c` d");
    assert_tokens(state, "``a ` b`` c", "`a ` b` c");
    assert_tokens(state, "a ` b", "a b");
    assert_tokens(state, "a\n```json\nb ` c\n```\nd", "a .`json\nb ` c\n` .d");
    assert_tokens(state, "a\n~~~\nb ``` c", "a .`\nb ``` c`");
    assert_tokens(state, "~~no~~ code", "no code");
}

static void test_prose_next__links(void **state)
{
    assert_tokens(state, "[a b](https://x.y/z) c", "a b <https://x.y/z> c");
    assert_tokens(state, "[a](<https://x.y/z z>)", "a <https://x.y/z z>");
    assert_tokens(state, "[a](https://x.y \"title\") b", "a <https://x.y> b");
    assert_tokens(state, "[a](https://x.y/a_(b)) c", "a <https://x.y/a_(b)> c");
    assert_tokens(state, "[a](x y) b", "a <x y> b");
    assert_tokens(state, "[a]() b", "a <> b");
    assert_tokens(state, "[a](never closed\nb", "a ,never closed b");
    assert_tokens(state, "<https://x.y> b", "<https://x.y> b");
    assert_tokens(state, "see https://x.y/z. Then", "see <https://x.y/z> .Then");
    assert_tokens(state, "(see http://x.y/a(b)c)", "see <http://x.y/a(b)c>");
}

static void test_prose_next_word__words_alone(void **state)
{
    struct prose prose = prose_start(TEXT("`x` a https://x.y b"));
    struct prose_token token;
    assert_true(prose_next_word(&prose, &token));
    assert_int_equal(token.at, 4);
    assert_true(prose_next_word(&prose, &token));
    assert_true(text_equal(token.text, TEXT("b")));
    assert_false(prose_next_word(&prose, &token));
    assert_false(prose_next_word(&prose, &token));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_prose_next__words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_prose_next__breaks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_prose_next__code, setup, teardown),
        cmocka_unit_test_setup_teardown(test_prose_next__links, setup, teardown),
        cmocka_unit_test(test_prose_next_word__words_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
