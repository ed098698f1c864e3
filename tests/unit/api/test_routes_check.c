/* The route table is judged at start: a row that leaves something out stops it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/call.h"
#include "api/health.h"
#include "api/routes.h"

static const struct route GOOD = {.method = HTTP_POST,
                                  .path = "/v1/things",
                                  .operation = "create_thing",
                                  .tag = "things",
                                  .summary = "Create a thing",
                                  .roles = ACCESS_USER,
                                  .status = 201,
                                  .reply_shape = &HEALTH_SHAPE,
                                  .takes_key = true,
                                  .handler = api_get_livez};

static bool is_accepted(struct route route)
{
    struct error err = {.code = ERROR_NONE};

    return routes_check(&route, 1, &err);
}

static void test_routes_check__the_table_itself(void **state)
{
    struct error err = {.code = ERROR_NONE};

    assert_true(routes_check(ROUTES, ROUTES_COUNT, &err));
    assert_true(is_accepted(GOOD));
}

static void test_routes_check__roles_must_be_declared(void **state)
{
    struct route route = GOOD;
    struct error err = {.code = ERROR_NONE};

    route.roles = 0;
    assert_false(routes_check(&route, 1, &err));
    assert_non_null(strstr(err.detail, "create_thing"));
    assert_non_null(strstr(err.detail, "roles"));
}

static void test_routes_check__one_row_without_roles_among_all(void **state)
{
    struct arena *arena = arena_create();
    struct route *routes = arena_new_array(arena, ROUTES_COUNT, struct route);
    size_t refused = 0;

    for (size_t i = 0; i < ROUTES_COUNT; i++) {
        struct error err = {.code = ERROR_NONE};
        memcpy(routes, ROUTES, ROUTES_COUNT * sizeof *routes);
        routes[i].roles = 0;
        refused += routes_check(routes, ROUTES_COUNT, &err) ? 0 : 1;
    }
    arena_free(arena);
    assert_int_equal(refused, ROUTES_COUNT);
}

static void test_routes_check__a_redirect_has_no_body(void **state)
{
    struct route route = GOOD;

    route.method = HTTP_GET;
    route.takes_key = false;
    route.status = 308;
    assert_false(is_accepted(route));
    route.reply_shape = NULL;
    assert_true(is_accepted(route));
    route.status = 301;
    assert_false(is_accepted(route));
}

static void test_routes_check__roles_that_do_not_exist(void **state)
{
    struct route route = GOOD;

    route.roles = ACCESS_ANYONE << 1;
    assert_false(is_accepted(route));
    route.roles = ACCESS_ANYONE | ACCESS_ADMIN;
    assert_false(is_accepted(route));
}

static void test_routes_check__creating_posts_take_a_key(void **state)
{
    struct route route = GOOD;

    route.takes_key = false;
    assert_false(is_accepted(route));
    route.status = 202;
    assert_false(is_accepted(route));
    route.status = 200;
    assert_true(is_accepted(route));
    route.status = 201;
    route.roles = ACCESS_ANYONE; /* a key is of its user */
    assert_true(is_accepted(route));
}

static void test_routes_check__nothing_else_takes_a_key(void **state)
{
    struct route route = GOOD;

    route.roles = ACCESS_ANYONE;
    assert_false(is_accepted(route));
    route = GOOD;
    route.method = HTTP_PUT;
    assert_false(is_accepted(route));
}

static void test_routes_check__what_else_is_missing(void **state)
{
    struct route routes[] = {GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD};

    routes[0].path = NULL;
    routes[1].path = "v1/things";
    routes[2].operation = NULL;
    routes[3].tag = NULL;
    routes[4].summary = NULL;
    routes[5].handler = NULL;
    routes[6].reply_shape = NULL;
    routes[7].path = "/v1/things/{thing_id}";
    for (size_t i = 0; i < COUNT_OF(routes); i++) {
        assert_false(is_accepted(routes[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes_check__the_table_itself),
        cmocka_unit_test(test_routes_check__roles_must_be_declared),
        cmocka_unit_test(test_routes_check__one_row_without_roles_among_all),
        cmocka_unit_test(test_routes_check__a_redirect_has_no_body),
        cmocka_unit_test(test_routes_check__roles_that_do_not_exist),
        cmocka_unit_test(test_routes_check__creating_posts_take_a_key),
        cmocka_unit_test(test_routes_check__nothing_else_takes_a_key),
        cmocka_unit_test(test_routes_check__what_else_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
