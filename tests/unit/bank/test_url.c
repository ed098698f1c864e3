/* Destinations of links: what can work for a learner, and what cannot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bank/url.h"
#include "base/compiler.h"

static void test_url_fault__good(void **state)
{
    static const char *const GOOD[] = {
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html",
        "http://example.com",
        "https://example.com:8443/a?b=c&d=%20#e",
        "https://b\xC3\xBC\x63her.example/",
        "mailto:someone@example.com",
        "#anchor",
    };
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        bool is_relative = true;
        assert_null(url_fault(text_of(GOOD[i]), &is_relative));
        assert_false(is_relative);
    }
}

static void test_url_fault__bad(void **state)
{
    static const struct {
        const char *destination;
        const char *fault;
    } BAD[] = {
        {"", "this link leads nowhere"},
        {"https://example.com/a b", "this link has characters that a URL may not have"},
        {"https://example.com/{id}", "this link has characters that a URL may not have"},
        {"https://example.com/%2", "this link has characters that a URL may not have"},
        {"https://example.com/%zz", "this link has characters that a URL may not have"},
        {"https://example.com/\x01", "this link has characters that a URL may not have"},
        {"https://", "this link has no proper host name"},
        {"https://localhost/", "this link has no proper host name"},
        {"https://a..b/", "this link has no proper host name"},
        {"https://-a.b/", "this link has no proper host name"},
        {"https://a_b.c/", "this link has no proper host name"},
        {"https:///path", "this link has no proper host name"},
        {"ftp://example.com/", "this link has a scheme other than https"},
        {"javascript:alert(1)", "this link has a scheme other than https"},
    };
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        bool is_relative = true;
        const char *fault = url_fault(text_of(BAD[i].destination), &is_relative);
        if (fault == NULL) {
            fail_msg("%s is taken for good", BAD[i].destination);
        }
        assert_string_equal(fault, BAD[i].fault);
        assert_false(is_relative);
    }
}

static void test_url_fault__relative(void **state)
{
    bool is_relative = false;
    assert_null(url_fault(TEXT("img/figure.png"), &is_relative));
    assert_true(is_relative);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_url_fault__good),
        cmocka_unit_test(test_url_fault__bad),
        cmocka_unit_test(test_url_fault__relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
