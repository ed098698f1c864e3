/* The gaps between the parts of a head, as civetweb leaves them in its buffer: a NUL over every
 * byte that ends a part. */
#include "http_fixture.h"

#include <string.h>

#include "http/head_layout.h"

/* The next part at *at, up to its NUL; the NULs, and what `skips` names, are passed over. */
static struct text next_part(const char **at, const char *end, const char *skips)
{
    while (*at < end && (**at == '\0' || strchr(skips, **at) != NULL)) {
        (*at)++;
    }
    const struct text part = text_of(*at);
    *at += part.len;
    return part;
}

/* The head that civetweb's parser would have found in these bytes. */
static struct request_head parse(struct text bytes, size_t header_count, bool has_query)
{
    const char *at = bytes.data;
    const char *end = bytes.data + bytes.len;
    struct request_head head = {.header_count = 0};
    head.method = next_part(&at, end, " ");
    head.target = next_part(&at, end, " ");
    if (has_query) {
        head.query = next_part(&at, end, "");
    }
    head.version = text_slice(next_part(&at, end, " "), 5, SIZE_MAX);
    for (size_t i = 0; i < header_count; i++) {
        const struct text name = next_part(&at, end, "");
        add_field(&head, name, next_part(&at, end, " "));
    }
    return head;
}

struct layout {
    const char *what;
    struct text bytes;
    size_t header_count;
    bool has_query;
};

static void assert_layouts(const struct layout *layouts, size_t count, bool is_good)
{
    for (size_t i = 0; i < count; i++) {
        const struct layout *layout = &layouts[i];
        const struct request_head head =
            parse(layout->bytes, layout->header_count, layout->has_query);
        struct error err = {.code = ERROR_NONE};
        if (head_layout_check(&head, &err) != is_good) {
            fail_msg("%s: %s", layout->what, is_good ? "refused" : "accepted");
        }
        assert_int_equal(err.code, is_good ? ERROR_NONE : ERROR_MALFORMED_REQUEST);
    }
}

#define LINE "GET\0/livez\0HTTP/1.1\0\0"
#define END "\0\0\r\0"

static void test_head_layout_check__as_http_asks_for(void **state)
{
    static const struct layout good[] = {
        {"one field", TEXT_INIT(LINE "Host\0 a" END "GET /"), 1, false},
        {"two fields", TEXT_INIT(LINE "Host\0 a\0\0X-Any\0 1 2" END), 2, false},
        {"no blank", TEXT_INIT(LINE "Host\0a" END), 1, false},
        {"three blanks", TEXT_INIT(LINE "Host\0   a" END), 1, false},
        {"a query", TEXT_INIT("GET\0/livez\0a=1\0HTTP/1.1\0\0Host\0 a" END), 1, true},
        {"no field", TEXT_INIT("GET\0/livez\0HTTP/1.0\0\0\0\0GET /"), 0, false},
    };
    assert_layouts(good, COUNT_OF(good), true);
}

static void test_head_layout_check__empty_values(void **state)
{
    static const char bytes[] = LINE "Host\0 a\0\0X-Any\0 " END;
    struct request_head head = parse((struct text){bytes, sizeof bytes}, 1, false);
    struct error err = {.code = ERROR_NONE};
    const char *name = strstr(head.headers[0].value.data + 3, "X-Any");
    add_field(&head, text_of(name), (struct text){name + 7, 0});
    assert_true(head_layout_check(&head, &err));
}

static void test_head_layout_check__request_lines(void **state)
{
    static const struct layout bad[] = {
        {"two blanks before the target", TEXT_INIT("GET\0\0/livez\0HTTP/1.1\0\0Host\0 a" END), 1,
         false},
        {"two blanks before the version", TEXT_INIT("GET\0/livez\0\0HTTP/1.1\0\0Host\0 a" END), 1,
         false},
        {"two blanks behind a query", TEXT_INIT("GET\0/livez\0a=1\0\0HTTP/1.1\0\0Host\0 a" END), 1,
         true},
        {"a blank behind the version", TEXT_INIT("GET\0/livez\0HTTP/1.1\0\0\0Host\0 a" END), 1,
         false},
        {"a bare LF", TEXT_INIT("GET\0/livez\0HTTP/1.1\0Host\0 a" END), 1, false},
        {"something behind the version", TEXT_INIT("GET\0/livez\0HTTP/1.1\0x\0\0Host\0 a" END), 1,
         false},
    };
    assert_layouts(bad, COUNT_OF(bad), false);
}

static void test_head_layout_check__fields(void **state)
{
    static const struct layout bad[] = {
        {"a blank before the colon", TEXT_INIT(LINE "Host\0\0 a" END), 1, false},
        {"a tab before the value", TEXT_INIT(LINE "Host\0 \0\ta" END), 1, false},
        {"a bare LF between fields", TEXT_INIT(LINE "Host\0 a\0X-Any\0 1" END), 2, false},
        {"an empty line between fields", TEXT_INIT(LINE "Host\0 a\0\0\0\0X-Any\0 1" END), 2, false},
    };
    assert_layouts(bad, COUNT_OF(bad), false);
}

static void test_head_layout_check__what_hides_behind_the_last_field(void **state)
{
    static const struct layout bad[] = {
        {"a folded line", TEXT_INIT(LINE "Host\0 a\0\0 b\r\nContent-Length: 9\r\n\r\0"), 1, false},
        {"no name", TEXT_INIT(LINE "Host\0 a\0\0: b\r\nContent-Length: 9\r\n\r\0"), 1, false},
        {"a high byte", TEXT_INIT(LINE "Host\0 a\0\0\xFF: b\r\n\r\0"), 1, false},
        {"a bare LF at the end of the line", TEXT_INIT(LINE "Host\0 a\0\r\0"), 1, false},
        {"a bare LF for the empty line", TEXT_INIT(LINE "Host\0 a\0\0\0"), 1, false},
        {"a bare LF twice", TEXT_INIT(LINE "Host\0 a\0\0GET"), 1, false},
        {"a CR and more", TEXT_INIT(LINE "Host\0 a\0\0\rX\r\n\r\0"), 1, false},
        {"behind no field", TEXT_INIT("GET\0/\0HTTP/1.0\0\0: b\r\n\r\0"), 0, false},
        {"behind no field, later", TEXT_INIT("GET\0/\0HTTP/1.0\0\0\0: b\r\n\r\0"), 0, false},
    };
    assert_layouts(bad, COUNT_OF(bad), false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head_layout_check__as_http_asks_for),
        cmocka_unit_test(test_head_layout_check__empty_values),
        cmocka_unit_test(test_head_layout_check__request_lines),
        cmocka_unit_test(test_head_layout_check__fields),
        cmocka_unit_test(test_head_layout_check__what_hides_behind_the_last_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
