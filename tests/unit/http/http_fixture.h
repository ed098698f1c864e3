/* Heads as civetweb would hand them over, for the tests of http/. */
#ifndef TESTS_HTTP_FIXTURE_H
#define TESTS_HTTP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/request.h"

#define GOOD_HOST "Host: quiz.example:8080"

static inline int setup(void **state)
{
    *state = arena_create();
    return 0;
}

static inline int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static inline void add_field(struct request_head *head, struct text name, struct text value)
{
    head->headers[head->header_count] = (struct http_header){.name = name, .value = value};
    head->header_count++;
}

/* An HTTP/1.1 head; the fields stand as "Name: value" lines with '\n' between them. */
static inline struct request_head head_of(const char *method, const char *target,
                                          const char *fields)
{
    struct request_head head = {
        .method = text_of(method), .version = TEXT("1.1"), .target = text_of(target)};
    struct text rest = text_of(fields);
    bool has_more = rest.len > 0;
    while (has_more) {
        struct text line = TEXT_ABSENT;
        struct text name = TEXT_ABSENT;
        struct text value = TEXT_ABSENT;
        has_more = text_split(rest, '\n', &line, &rest);
        assert_true(text_split(line, ':', &name, &value));
        add_field(&head, name, text_slice(value, 1, value.len));
    }
    return head;
}

/* ERROR_NONE for a good head; what is refused says why. */
static inline enum error_code check(struct arena *arena, const struct request_head *head,
                                    struct request *request)
{
    struct error err = {.code = ERROR_NONE};
    *request = (struct request){.id = TEXT("test")};
    if (request_check_head(head, arena, request, &err)) {
        assert_int_equal(err.code, ERROR_NONE);
        return ERROR_NONE;
    }
    assert_int_not_equal(err.code, ERROR_NONE);
    assert_true(err.detail[0] != '\0');
    return err.code;
}

static inline enum error_code check_fields(struct arena *arena, const char *method,
                                           const char *fields)
{
    const struct request_head head = head_of(method, "/v1/me", fields);
    struct request request;
    return check(arena, &head, &request);
}

/* Names the case that went wrong. */
static inline void assert_code(enum error_code got, enum error_code expected, const char *what)
{
    if (got != expected) {
        fail_msg("%s: %s, not %s", what, error_name(got), error_name(expected));
    }
}

#endif
