/* Addresses and networks as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/network.h"

static void test_networks_parse__and_contain(void **state)
{
    struct networks networks;

    (void)state;
    assert_true(networks_parse(TEXT("127.0.0.1, 10.0.0.0/8,192.168.4.0/22"), &networks));
    assert_int_equal(networks.count, 3);
    assert_true(networks_contain(&networks, TEXT("127.0.0.1")));
    assert_true(networks_contain(&networks, TEXT("10.255.0.1")));
    assert_true(networks_contain(&networks, TEXT("192.168.7.255")));
    assert_false(networks_contain(&networks, TEXT("127.0.0.2")));
    assert_false(networks_contain(&networks, TEXT("11.0.0.0")));
    assert_false(networks_contain(&networks, TEXT("192.168.8.0")));
    assert_false(networks_contain(&networks, TEXT("::1")));
    assert_false(networks_contain(&networks, TEXT("")));
}

static void test_networks_parse__none_and_all(void **state)
{
    struct networks networks;

    (void)state;
    assert_true(networks_parse(TEXT_ABSENT, &networks));
    assert_false(networks_contain(&networks, TEXT("127.0.0.1")));
    assert_true(networks_parse(TEXT("0.0.0.0/0"), &networks));
    assert_true(networks_contain(&networks, TEXT("255.1.2.3")));
}

static void test_networks_parse__refuses(void **state)
{
    static const struct text BAD[] = {
        TEXT_INIT(""),           TEXT_INIT("localhost"),      TEXT_INIT("10.0.0.1/8"),
        TEXT_INIT("10.0.0.0/"),  TEXT_INIT("10.0.0.0/33"),    TEXT_INIT("10.0.0.0/-1"),
        TEXT_INIT("10.0.0.0/x"), TEXT_INIT("10.0.0"),         TEXT_INIT("::1"),
        TEXT_INIT("1.2.3.4,"),   TEXT_INIT("1.2.3.4 5.6.7.8")};
    struct networks networks;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        assert_false(networks_parse(BAD[i], &networks));
    }
}

static void test_networks_parse__as_many_as_there_is_room_for(void **state)
{
    static const char MANY[] = "1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,"
                               "1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,"
                               "1.1.1.1";
    struct networks networks;

    (void)state;
    assert_true(networks_parse((struct text){.data = MANY, .len = sizeof MANY - 9}, &networks));
    assert_int_equal(networks.count, NETWORKS_MAX);
    assert_false(networks_parse(text_of(MANY), &networks));
}

static void test_address_normalize__one_form(void **state)
{
    char out[ADDRESS_TEXT_BYTES];

    (void)state;
    assert_true(address_normalize(TEXT("192.0.2.1"), out));
    assert_string_equal(out, "192.0.2.1");
    assert_true(address_normalize(TEXT("2001:DB8:0:0::0001"), out));
    assert_string_equal(out, "2001:db8::1");
    assert_false(address_normalize(TEXT("192.0.2.1:80"), out));
    assert_false(address_normalize(TEXT("unknown"), out));
    assert_false(address_normalize(TEXT("1.2.3.4\0"), out));
    assert_false(address_normalize(TEXT(""), out));
    assert_false(address_normalize(TEXT_ABSENT, out));
}

static void test_address_network__64_bits_of_ipv6(void **state)
{
    char out[ADDRESS_TEXT_BYTES];

    (void)state;
    address_network(TEXT("192.0.2.1"), out);
    assert_string_equal(out, "192.0.2.1");
    address_network(TEXT("2001:db8:1:2:3:4:5:6"), out);
    assert_string_equal(out, "2001:db8:1:2::");
    address_network(TEXT(""), out);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_networks_parse__and_contain),
        cmocka_unit_test(test_networks_parse__none_and_all),
        cmocka_unit_test(test_networks_parse__refuses),
        cmocka_unit_test(test_networks_parse__as_many_as_there_is_room_for),
        cmocka_unit_test(test_address_normalize__one_form),
        cmocka_unit_test(test_address_network__64_bits_of_ipv6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
