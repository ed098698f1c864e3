/* Whose request it is: only what one of our proxies appended is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/client_address.h"

static void check(const char *proxies, const char *remote, const char *forwarded,
                  const char *expected)
{
    const struct request request = {.remote_address = text_of(remote),
                                    .forwarded_for = text_of(forwarded)};
    struct networks networks;
    char out[ADDRESS_TEXT_BYTES];

    assert_true(networks_parse(text_of(proxies), &networks));
    client_address(&networks, &request, out);
    assert_string_equal(out, expected);
}

static void test_client_address__nobody_is_believed_by_default(void **state)
{
    (void)state;
    check(NULL, "192.0.2.9", NULL, "192.0.2.9");
    check(NULL, "192.0.2.9", "203.0.113.5", "192.0.2.9");
    check("10.0.0.0/8", "192.0.2.9", "203.0.113.5", "192.0.2.9");
}

static void test_client_address__what_the_proxy_appended(void **state)
{
    (void)state;
    check("10.0.0.0/8", "10.0.0.1", "203.0.113.5", "203.0.113.5");
    check("10.0.0.0/8", "10.0.0.1", NULL, "10.0.0.1");
    check("10.0.0.0/8", "10.0.0.1", "1.1.1.1, 203.0.113.5", "203.0.113.5");  /* the client's lie */
    check("10.0.0.0/8", "10.0.0.1", "203.0.113.5, 10.0.0.2", "203.0.113.5"); /* two proxies */
    check("10.0.0.0/8", "10.0.0.1", "203.0.113.5,10.0.0.3 , 10.0.0.2", "203.0.113.5");
    check("10.0.0.0/8", "10.0.0.1", "10.0.0.7", "10.0.0.7"); /* from within */
    check("10.0.0.0/8", "10.0.0.1", "2001:DB8::1", "2001:db8::1");
}

static void test_client_address__what_is_no_address(void **state)
{
    (void)state;
    check("10.0.0.0/8", "10.0.0.1", "unknown", "10.0.0.1");
    check("10.0.0.0/8", "10.0.0.1", "203.0.113.5, unknown", "10.0.0.1");
    check("10.0.0.0/8", "10.0.0.1", "203.0.113.5, ", "10.0.0.1");
    check("10.0.0.0/8", "10.0.0.1", "203.0.113.5:4711", "10.0.0.1");
    check("10.0.0.0/8", "10.0.0.1", "", "10.0.0.1");
    check("10.0.0.0/8", "10.0.0.1", ",,,", "10.0.0.1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client_address__nobody_is_believed_by_default),
        cmocka_unit_test(test_client_address__what_the_proxy_appended),
        cmocka_unit_test(test_client_address__what_is_no_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
