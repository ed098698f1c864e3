/* Finding the route of a path: words before names, methods, what Allow says. */
#include "http_fixture.h"

#include "http/router.h"

static const struct route TABLE[] = {
    {.method = HTTP_GET, .path = "/things/{id}", .operation = "get_thing"},
    {.method = HTTP_DELETE, .path = "/things/{id}", .operation = "delete_thing"},
    {.method = HTTP_GET, .path = "/things/mine", .operation = "get_mine"},
    {.method = HTTP_GET, .path = "/things", .operation = "list_things"},
    {.method = HTTP_POST, .path = "/things", .operation = "create_thing"},
    {.method = HTTP_PUT, .path = "/things/{id}/parts/{part}", .operation = "put_part"},
    {.method = HTTP_PATCH, .path = "/things/mine/parts/{part}", .operation = "patch_my_part"},
    {.method = HTTP_GET, .path = "/{bank}/{id}", .operation = "get_any"},
    {.method = HTTP_GET, .path = "/", .operation = "get_root"},
    {.method = HTTP_POST, .path = "/only/one/post", .operation = "post_only"},
};

static const struct route_table ROUTES_HERE = {.routes = TABLE, .count = COUNT_OF(TABLE)};

static bool find_in(struct arena *arena, const struct route_table *table, struct request request,
                    struct route_match *match, struct error *err)
{
    request.arena = arena;
    *match = (struct route_match){.route = NULL};
    *err = (struct error){.code = ERROR_NONE};
    return route_find(table, &request, match, err);
}

static bool find(struct arena *arena, enum http_method method, const char *path,
                 struct route_match *match, struct error *err)
{
    return find_in(arena, &ROUTES_HERE, (struct request){.method = method, .path = text_of(path)},
                   match, err);
}

static void assert_finds(struct arena *arena, enum http_method method, const char *path,
                         const char *operation)
{
    struct route_match match;
    struct error err;
    if (!find(arena, method, path, &match, &err)) {
        fail_msg("%s: %s", path, err.detail);
    }
    assert_string_equal(match.route->operation, operation);
    assert_null(match.allow.data);
}

static void assert_refuses(struct arena *arena, enum http_method method, const char *path,
                           enum error_code code, const char *allow)
{
    struct route_match match;
    struct error err;
    assert_false(find(arena, method, path, &match, &err));
    assert_code(err.code, code, path);
    if (allow == NULL) {
        assert_null(match.allow.data);
    } else {
        assert_string_equal(match.allow.data, allow);
    }
}

static void test_route_find__finds_words_and_names(void **state)
{
    assert_finds(*state, HTTP_GET, "/", "get_root");
    assert_finds(*state, HTTP_GET, "/things", "list_things");
    assert_finds(*state, HTTP_POST, "/things", "create_thing");
    assert_finds(*state, HTTP_GET, "/things/17", "get_thing");
    assert_finds(*state, HTTP_DELETE, "/things/17", "delete_thing");
    assert_finds(*state, HTTP_GET, "/other/17", "get_any");
}

static void test_route_find__words_win_over_names(void **state)
{
    struct route_match match;
    struct error err;
    assert_finds(*state, HTTP_GET, "/things/mine", "get_mine");
    assert_true(find(*state, HTTP_GET, "/things/mine", &match, &err));
    assert_int_equal(match.value_count, 0);
    assert_finds(*state, HTTP_GET, "/things/mined", "get_thing");
}

static void test_route_find__a_word_is_no_name_whatever_the_method(void **state)
{
    assert_refuses(*state, HTTP_DELETE, "/things/mine", ERROR_METHOD_NOT_ALLOWED,
                   "GET, HEAD, OPTIONS");
    assert_refuses(*state, HTTP_PUT, "/things/mine/parts/3", ERROR_METHOD_NOT_ALLOWED,
                   "PATCH, OPTIONS");
    assert_finds(*state, HTTP_PATCH, "/things/mine/parts/3", "patch_my_part");
}

static void test_route_find__hands_over_the_names_in_order(void **state)
{
    struct route_match match;
    struct error err;
    assert_true(find(*state, HTTP_PUT, "/things/a-1/parts/B_2.x", &match, &err));
    assert_int_equal(match.value_count, 2);
    assert_true(text_equal(match.values[0], TEXT("a-1")));
    assert_true(text_equal(match.values[1], TEXT("B_2.x")));
}

static void test_route_find__head_finds_get(void **state)
{
    assert_finds(*state, HTTP_HEAD, "/things/17", "get_thing");
    assert_refuses(*state, HTTP_HEAD, "/only/one/post", ERROR_METHOD_NOT_ALLOWED, "POST, OPTIONS");
}

static void test_route_find__unknown_paths(void **state)
{
    static const char *const unknown[] = {
        "/a/b/c/d/e",          "/Things",           "/thing", "/thingsx", "/things/1/parts",
        "/things/1/parts/2/3", "/things/1/Parts/2", "/{id}"};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        assert_refuses(*state, HTTP_GET, unknown[i], ERROR_NOT_FOUND, NULL);
    }
}

static void test_route_find__empty_segments_fit_no_name(void **state)
{
    assert_refuses(*state, HTTP_GET, "/things/", ERROR_NOT_FOUND, NULL);
    assert_refuses(*state, HTTP_GET, "/things//parts", ERROR_NOT_FOUND, NULL);
    assert_refuses(*state, HTTP_PUT, "/things//parts/1", ERROR_NOT_FOUND, NULL);
    assert_refuses(*state, HTTP_GET, "//", ERROR_NOT_FOUND, NULL);
}

static void test_route_find__allow_lists_every_method_once(void **state)
{
    assert_refuses(*state, HTTP_PUT, "/", ERROR_METHOD_NOT_ALLOWED, "GET, HEAD, OPTIONS");
    assert_refuses(*state, HTTP_PATCH, "/things", ERROR_METHOD_NOT_ALLOWED,
                   "GET, HEAD, POST, OPTIONS");
    /* /{bank}/{id} answers GET there too, but is not its template */
    assert_refuses(*state, HTTP_PATCH, "/things/7", ERROR_METHOD_NOT_ALLOWED,
                   "GET, HEAD, DELETE, OPTIONS");
}

static void test_route_find__options_is_for_the_caller(void **state)
{
    assert_refuses(*state, HTTP_OPTIONS, "/things", ERROR_METHOD_NOT_ALLOWED,
                   "GET, HEAD, POST, OPTIONS");
    assert_refuses(*state, HTTP_OPTIONS, "/a/b/c/d/e", ERROR_NOT_FOUND, NULL);
}

/* A template with more names than there is room for matches nothing, and writes nowhere. */
static void test_route_find__more_names_than_the_limit(void **state)
{
    static const struct route deep = {.method = HTTP_GET,
                                      .path = "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}/{l}"};
    static const struct route deeper = {
        .method = HTTP_GET, .path = "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}/{l}/{m}"};
    const struct route_table deep_table = {.routes = &deep, .count = 1};
    const struct route_table deeper_table = {.routes = &deeper, .count = 1};
    struct request request = {.path = TEXT("/1/2/3/4/5/6/7/8/9/10/11/12")};
    struct route_match match;
    struct error err;
    assert_true(find_in(*state, &deep_table, request, &match, &err));
    assert_int_equal(match.value_count, LIMIT_PATH_SEGMENTS);
    assert_true(text_equal(match.values[LIMIT_PATH_SEGMENTS - 1], TEXT("12")));
    static const struct route less = {.method = HTTP_GET,
                                      .path = "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}"};
    const struct route_table less_table = {.routes = &less, .count = 1};
    request.path = TEXT("/1/2/3/4/5/6/7/8/9/10/11");
    assert_true(find_in(*state, &less_table, request, &match, &err));
    assert_int_equal(match.value_count, LIMIT_PATH_SEGMENTS - 1);
    request.path = TEXT("/1/2/3/4/5/6/7/8/9/10/11/12/13");
    assert_false(find_in(*state, &deeper_table, request, &match, &err));
    assert_int_equal(err.code, ERROR_NOT_FOUND);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_route_find__finds_words_and_names),
        CASE(test_route_find__words_win_over_names),
        CASE(test_route_find__a_word_is_no_name_whatever_the_method),
        CASE(test_route_find__hands_over_the_names_in_order),
        CASE(test_route_find__head_finds_get),
        CASE(test_route_find__unknown_paths),
        CASE(test_route_find__empty_segments_fit_no_name),
        CASE(test_route_find__allow_lists_every_method_once),
        CASE(test_route_find__options_is_for_the_caller),
        CASE(test_route_find__more_names_than_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
