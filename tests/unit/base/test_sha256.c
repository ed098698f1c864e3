/* SHA-256 against the examples of FIPS 180 and lengths around the block size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/sha256.h"

static void assert_hash(struct text bytes, const char *expected)
{
    char hex[SHA256_HEX_BYTES + 1];
    struct sha256 sha256;
    sha256_start(&sha256);
    sha256_update(&sha256, bytes);
    assert_string_equal(sha256_finish_hex(&sha256, hex).data, expected);
}

static void test_sha256__standard_examples(void **state)
{
    assert_hash(TEXT(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(TEXT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(TEXT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* Made with sha256sum: 'a' repeated, around the places where the padding needs another block. */
static void test_sha256__block_edges(void **state)
{
    static const struct {
        size_t length;
        const char *hex;
    } CASES[] = {
        {55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
        {56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
        {63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
        {64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
        {65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"},
        {119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"},
        {120, "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c"},
        {128, "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e"},
    };
    char bytes[128];
    memset(bytes, 'a', sizeof bytes);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_hash((struct text){bytes, CASES[i].length}, CASES[i].hex);
    }
}

static void test_sha256_update__pieces(void **state)
{
    const struct text whole = TEXT(
        "The quick brown fox jumps over the lazy dog, and over the other dog, too: 1234567890");
    char expected[SHA256_HEX_BYTES + 1];
    struct sha256 sha256;
    sha256_start(&sha256);
    sha256_update(&sha256, whole);
    (void)sha256_finish_hex(&sha256, expected);
    for (size_t cut = 0; cut <= whole.len; cut++) {
        char hex[SHA256_HEX_BYTES + 1];
        sha256_start(&sha256);
        sha256_update(&sha256, text_slice(whole, 0, cut));
        sha256_update(&sha256, text_slice(whole, cut, whole.len));
        assert_string_equal(sha256_finish_hex(&sha256, hex).data, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256__standard_examples),
        cmocka_unit_test(test_sha256__block_edges),
        cmocka_unit_test(test_sha256_update__pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
