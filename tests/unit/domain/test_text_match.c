/* Short answers against accepted texts: normal forms, wildcards, and patterns made to be slow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "domain/scoring.h"
#include "domain/selection.h"

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

struct comparison {
    const char *accepted;
    const char *response;
    bool is_match;
};

static void assert_compared(const struct comparison *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const bool is_match =
            scoring_text_matches(text_of(cases[i].response), text_of(cases[i].accepted), false);
        if (is_match != cases[i].is_match) {
            fail_msg("case %zu: %s / %s", i, cases[i].accepted, cases[i].response);
        }
    }
}

static void test_scoring_text_matches__normal_forms(void **state)
{
    static const struct comparison CASES[] = {
        {"na\u00EFve", "nai\u0308ve", true},    /* composed, decomposed */
        {"\uFB01lter", "filter", true},         /* ligature */
        {"\uFF33\uFF33\uFF2D", "ssm", true},    /* full width */
        {"STRASSE", "stra\u00DFe", true},       /* folding makes two of one */
        {"\u039F\u03A3", "\u03BF\u03C2", true}, /* final sigma */
        {"10\u00A0GB", "10 gb", true},          /* no-break space */
        {"a\u3000b", "a b", true},              /* ideographic space */
        {"\ta\r\n b\u2028", "a b", true},       /* blanks of any kind */
        {"a b", "ab", false},
        {"r\u00E9sum\u00E9", "resume", false}, /* accents count */
        {"", "", true},
        {" ", "", true},
    };
    assert_compared(CASES, COUNT_OF(CASES));
}

static void test_scoring_text_matches__wildcards(void **state)
{
    static const struct comparison CASES[] = {
        {"arn:*", "ARN:aws", true},
        {"arn:*", "arn:", true},
        {"arn:*", "xarn:", false},
        {"*s3", "aws s3", true},
        {"*s3", "s3 aws", false},
        {"a*b*c", "abc", true},
        {"a*b*c", "a-b-b-c", true},
        {"a*b*c", "acb", false},
        {"a*a", "a", false}, /* two letters, not one used twice */
        {"a*a", "aa", true},
        {"ab*ba", "aba", false},
        {"*ab*ab*", "abab", true},
        {"*ab*ab*", "aab b", false},
        {"*aab*", "aaab", true}, /* needs the border of what matched so far */
        {"*abcabd*", "abcabcabd", true},
        {"**x**", "wxy", true},
        {"put *", "put item", true},
        {"put *", "put", false}, /* the blank is a character */
        {"\\*", "*", true},
        {"\\*", "x", false},
        {"2\\*3", "2*3", true},
        {"2\\*3*", "2*3=6", true},
        {"\\n", "\\n", true}, /* a backslash before anything else is itself */
        {"a\\", "a\\", true},
        {"\uFF0A", "*", true}, /* NFKC makes an asterisk of it, but no wildcard */
        {"\uFF0A", "x", false},
        {"na\u00EF*", "nai\u0308ve", true},
        {"*", "", true},
        {"*", "anything", true},
    };
    assert_compared(CASES, COUNT_OF(CASES));
}

static void test_scoring_text_matches__not_utf8(void **state)
{
    assert_false(scoring_text_matches(TEXT("a\xFF"), TEXT("a*"), false));
    assert_false(scoring_text_matches(TEXT("a"), TEXT("a\xC3"), false));
}

/* A backtracking matcher needs years for this; so does a naive search for each piece, nearly. */
static void test_scoring_text_matches__hostile_pattern(void **state)
{
    struct arena *arena = *state;
    const size_t length = 200000;
    char *response = arena_alloc_bytes(arena, length);
    memset(response, 'a', length);
    char *accepted = arena_alloc_bytes(arena, length);
    memset(accepted, 'a', length);
    for (size_t i = 0; i < length; i += 500) {
        accepted[i] = '*';
    }
    accepted[length - 1] = 'b';
    assert_false(scoring_text_matches((struct text){response, length},
                                      (struct text){accepted, length}, false));
    response[length - 1] = 'b';
    assert_true(scoring_text_matches((struct text){response, length},
                                     (struct text){accepted, length}, false));
}

/* A matcher that is right because it tries everything. */
static bool matches_slowly(const char *pattern, const char *t)
{
    if (*pattern == '\0') {
        return *t == '\0';
    }
    if (*pattern == '*') {
        return matches_slowly(pattern + 1, t) || (*t != '\0' && matches_slowly(pattern, t + 1));
    }
    return *pattern == *t && matches_slowly(pattern + 1, t + 1);
}

static void draw_text(struct prng *prng, const char *alphabet, char *out, size_t max_length)
{
    const size_t length = (size_t)prng_below(prng, max_length + 1);
    for (size_t i = 0; i < length; i++) {
        out[i] = alphabet[prng_below(prng, strlen(alphabet))];
    }
    out[length] = '\0';
}

static void test_scoring_text_matches__agrees_with_slow_matcher(void **state)
{
    struct prng prng = prng_seed(TEXT("wildcards"), 0);
    size_t match_count = 0;
    for (int i = 0; i < 20000; i++) {
        char pattern[9];
        char response[11];
        draw_text(&prng, "ab*", pattern, 8);
        draw_text(&prng, "ab", response, 10);
        const bool expected = matches_slowly(pattern, response);
        match_count += expected ? 1 : 0;
        if (scoring_text_matches(text_of(response), text_of(pattern), true) != expected) {
            fail_msg("%s / %s", pattern, response);
        }
    }
    assert_in_range(match_count, 2000, 18000); /* both answers were tried */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scoring_text_matches__normal_forms),
        cmocka_unit_test(test_scoring_text_matches__wildcards),
        cmocka_unit_test(test_scoring_text_matches__not_utf8),
        cmocka_unit_test_setup_teardown(test_scoring_text_matches__hostile_pattern, setup,
                                        teardown),
        cmocka_unit_test(test_scoring_text_matches__agrees_with_slow_matcher),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
