/* Parameters and rows: every type there and back through PostgreSQL, in binary. */
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/session.h"
#include "store/db_fixture.h"

struct fixture {
    struct db_session *session;
    struct arena *arena;
    struct db_params params;
    struct db_rows rows;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->session = fixture_session();
    fixture->arena = arena_create();
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    db_session_close(fixture->session);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static bool call(struct fixture *fixture, const char *sql)
{
    struct statement *statement = arena_new(fixture->arena, struct statement);
    *statement = (struct statement){.name = "test", .text = sql};
    return db_session_call(fixture->session, statement, &fixture->params, fixture->arena,
                           &fixture->rows, &fixture->err);
}

static bool read_row(struct fixture *fixture, const struct shape *shape, void *out)
{
    return db_rows_read(&fixture->rows, 0, shape, fixture->arena, out, &fixture->err);
}

enum color { RED, GREEN };
static const char *const COLOR_NAMES[] = {"red", "green"};
static const struct enumeration COLORS = {COLOR_NAMES, 2};

struct scalars {
    bool flag;
    int64_t small;
    int64_t medium;
    int64_t large;
    int64_t credit;
    double real;
    struct text text;
    struct text varchar;
    struct text json;
    struct text bytes;
    struct uuid id;
    int64_t at;
    unsigned color;
};
static const struct shape_member SCALAR_MEMBERS[] = {
    MEMBER_BOOL(struct scalars, flag),
    MEMBER_I64(struct scalars, small),
    MEMBER_I64(struct scalars, medium),
    MEMBER_I64(struct scalars, large),
    MEMBER_MILLI(struct scalars, credit),
    MEMBER_REAL(struct scalars, real),
    MEMBER_TEXT(struct scalars, text),
    MEMBER_TEXT(struct scalars, varchar),
    MEMBER_JSON(struct scalars, json),
    MEMBER_TEXT(struct scalars, bytes),
    MEMBER_UUID(struct scalars, id),
    MEMBER_TIME(struct scalars, at),
    MEMBER_ENUM(struct scalars, color, &COLORS),
};
static const struct shape SCALAR_SHAPE = SHAPE_OF("Scalars", struct scalars, SCALAR_MEMBERS);

static const struct uuid ID = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255}};

static void test_rows_read__every_scalar(void **state)
{
    struct fixture *fixture = *state;
    struct db_params *params = &fixture->params;
    db_bind_bool(params, true);
    db_bind_i64(params, INT64_MIN);
    db_bind_real(params, -DBL_MIN);
    db_bind_text(params, TEXT("naïve\n'\"\\"));
    db_bind_json(params, fixture->arena, TEXT("{\"a\": [1, null]}"));
    db_bind_bytes(params, TEXT("\0\xff\x80"));
    db_bind_uuid(params, ID);
    db_bind_time(params, INT64_C(1764545425123456));
    db_bind_text(params, TEXT("green"));
    struct scalars row;
    assert_true(call(fixture, "SELECT $1, (-7)::int2, (-70000)::int4, $2, 1500::int4, $3, $4, "
                              "'v'::varchar, $5, $6, $7, $8, $9"));
    assert_int_equal(fixture->rows.count, 1);
    assert_true(read_row(fixture, &SCALAR_SHAPE, &row));
    assert_true(row.flag);
    assert_int_equal(row.small, -7);
    assert_int_equal(row.medium, -70000);
    assert_true(row.large == INT64_MIN);
    assert_int_equal(row.credit, 1500);
    assert_true(row.real == -DBL_MIN);
    assert_true(text_equal(row.text, TEXT("naïve\n'\"\\")));
    assert_true(text_equal(row.varchar, TEXT("v")));
    assert_true(text_equal(row.json, TEXT("{\"a\": [1, null]}")));
    assert_true(text_equal(row.bytes, TEXT("\0\xff\x80")));
    assert_true(uuid_equal(row.id, ID));
    assert_int_equal(row.at, INT64_C(1764545425123456));
    assert_int_equal(row.color, GREEN);
}

struct one_time {
    int64_t at;
};
static const struct shape_member TIME_MEMBERS[] = {MEMBER_TIME(struct one_time, at)};
static const struct shape TIME_SHAPE = SHAPE_OF("Time", struct one_time, TIME_MEMBERS);

static void test_rows_read__time_agrees_with_the_server(void **state)
{
    struct fixture *fixture = *state;
    struct one_time row;
    assert_true(call(fixture, "SELECT timestamptz '2026-11-22T23:30:00.123456Z'"));
    assert_true(read_row(fixture, &TIME_SHAPE, &row));
    char formatted[CLOCK_RFC3339_BYTES];
    assert_true(
        text_equal(clock_format_rfc3339(row.at, formatted), TEXT("2026-11-22T23:30:00.123456Z")));
}

static void test_rows_read__infinite_time_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct one_time row;
    fixture_silence();
    assert_true(call(fixture, "SELECT timestamptz 'infinity'"));
    assert_false(read_row(fixture, &TIME_SHAPE, &row));
    assert_int_equal(fixture->err.code, ERROR_INTERNAL);
    assert_true(call(fixture, "SELECT timestamptz '-infinity'"));
    assert_false(read_row(fixture, &TIME_SHAPE, &row));
}

struct lists {
    const struct text *texts;
    size_t text_count;
    const int64_t *numbers;
    size_t number_count;
    const struct uuid *ids;
    size_t id_count;
    const double *reals;
    size_t real_count;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_TEXT_LIST(struct lists, texts, text_count),
    MEMBER_I64_LIST(struct lists, numbers, number_count),
    MEMBER_UUID_LIST(struct lists, ids, id_count),
    {.name = "reals",
     .type = SHAPE_LIST,
     .element = SHAPE_REAL,
     .offset = offsetof(struct lists, reals),
     .count_offset = offsetof(struct lists, real_count)},
};
static const struct shape LIST_SHAPE = SHAPE_OF("Lists", struct lists, LIST_MEMBERS);

static void bind_lists(struct fixture *fixture, size_t count)
{
    const struct text texts[] = {TEXT("a"), TEXT(""), TEXT("ü,{}\"")};
    const int64_t numbers[] = {1, -2, INT64_MAX};
    const struct uuid ids[] = {ID, ID, ID};
    const double reals[] = {0.5, -0.25, 1e300};
    db_bind_text_array(&fixture->params, fixture->arena, texts, count);
    db_bind_i64_array(&fixture->params, fixture->arena, numbers, count);
    db_bind_uuid_array(&fixture->params, fixture->arena, ids, count);
    db_bind_real_array(&fixture->params, fixture->arena, reals, count);
}

static void test_rows_read__every_list(void **state)
{
    struct fixture *fixture = *state;
    struct lists row;
    bind_lists(fixture, 3);
    assert_true(call(fixture, "SELECT $1, $2, $3, $4"));
    assert_true(read_row(fixture, &LIST_SHAPE, &row));
    assert_int_equal(row.text_count, 3);
    assert_true(text_equal(row.texts[0], TEXT("a")));
    assert_int_equal(row.texts[1].len, 0);
    assert_true(text_equal(row.texts[2], TEXT("ü,{}\"")));
    assert_int_equal(row.number_count, 3);
    assert_int_equal(row.numbers[1], -2);
    assert_true(row.numbers[2] == INT64_MAX);
    assert_int_equal(row.id_count, 3);
    assert_true(uuid_equal(row.ids[2], ID));
    assert_int_equal(row.real_count, 3);
    assert_true(row.reals[2] == 1e300);
}

static void test_rows_read__empty_lists_are_there(void **state)
{
    struct fixture *fixture = *state;
    struct lists row;
    bind_lists(fixture, 0);
    assert_true(call(fixture, "SELECT $1, $2, $3, $4"));
    assert_true(read_row(fixture, &LIST_SHAPE, &row));
    assert_int_equal(row.text_count + row.number_count + row.id_count + row.real_count, 0);
    assert_non_null(row.texts);
    assert_non_null(row.reals);
}

static void test_rows_read__narrow_integers_in_lists(void **state)
{
    struct fixture *fixture = *state;
    static const struct shape_member members[] = {
        MEMBER_I64_LIST(struct lists, numbers, number_count)};
    static const struct shape shape = SHAPE_OF("Numbers", struct lists, members);
    struct lists row;
    assert_true(call(fixture, "SELECT ARRAY[3, -4]::int4[]"));
    assert_true(read_row(fixture, &shape, &row));
    assert_int_equal(row.number_count, 2);
    assert_int_equal(row.numbers[1], -4);
}

static void test_rows_read__lists_that_do_not_fit(void **state)
{
    struct fixture *fixture = *state;
    static const struct shape_member members[] = {
        MEMBER_I64_LIST(struct lists, numbers, number_count)};
    static const struct shape shape = SHAPE_OF("Numbers", struct lists, members);
    static const char *const queries[] = {"SELECT ARRAY[1, NULL]::int8[]",
                                          "SELECT ARRAY[[1, 2], [3, 4]]::int8[]",
                                          "SELECT ARRAY['a']::text[]", "SELECT 1::int8"};
    struct lists row;
    fixture_silence();
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        fixture->err = (struct error){.code = ERROR_NONE};
        assert_true(call(fixture, queries[i]));
        assert_false(read_row(fixture, &shape, &row));
        assert_int_equal(fixture->err.code, ERROR_INTERNAL);
    }
}

struct absents {
    struct text text;
    struct uuid id;
    int64_t at;
    const int64_t *number;
    const bool *flag;
    const double *real;
    const struct text *texts;
    size_t text_count;
};
static const struct shape_member ABSENT_MEMBERS[] = {
    MEMBER_TEXT(struct absents, text, .flags = SHAPE_OPTIONAL),
    MEMBER_UUID(struct absents, id, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct absents, at, .flags = SHAPE_NULLABLE),
    MEMBER_I64_REF(struct absents, number, .flags = SHAPE_REF | SHAPE_OPTIONAL),
    MEMBER_BOOL_REF(struct absents, flag, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_REAL_REF(struct absents, real, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TEXT_LIST(struct absents, texts, text_count, .flags = SHAPE_OPTIONAL),
};
static const struct shape ABSENT_SHAPE = SHAPE_OF("Absents", struct absents, ABSENT_MEMBERS);

static void test_rows_read__null_is_absent(void **state)
{
    struct fixture *fixture = *state;
    struct absents row;
    memset(&row, 0x5a, sizeof row);
    assert_true(call(fixture, "SELECT NULL::text, NULL::uuid, NULL::timestamptz, NULL::int8, "
                              "NULL::bool, NULL::float8, NULL::text[]"));
    assert_true(read_row(fixture, &ABSENT_SHAPE, &row));
    assert_null(row.text.data);
    assert_true(uuid_is_nil(row.id));
    assert_int_equal(row.at, 0);
    assert_null(row.number);
    assert_null(row.flag);
    assert_null(row.real);
    assert_null(row.texts);
    assert_int_equal(row.text_count, 0);
}

static void test_rows_read__references_hold_values(void **state)
{
    struct fixture *fixture = *state;
    const int64_t number = 42;
    struct absents row;
    db_bind_i64_ref(&fixture->params, &number);
    assert_true(call(fixture, "SELECT ''::text, NULL::uuid, NULL::timestamptz, $1, true, "
                              "0.5::float8, ARRAY['x']"));
    assert_true(read_row(fixture, &ABSENT_SHAPE, &row));
    assert_int_equal(row.text.len, 0);
    assert_non_null(row.text.data);
    assert_int_equal(*row.number, 42);
    assert_true(*row.flag);
    assert_true(*row.real == 0.5);
    assert_int_equal(row.text_count, 1);
}

static void test_rows_read__mismatches_are_internal_errors(void **state)
{
    struct fixture *fixture = *state;
    static const char *const queries[] = {"SELECT NULL::int8", "SELECT 'a'::text",
                                          "SELECT 1::int8, 2::int8", "SELECT 1::int8 WHERE false",
                                          "SELECT 1.5::numeric"};
    struct number_row row;
    fixture_silence();
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        fixture->err = (struct error){.code = ERROR_NONE};
        assert_true(call(fixture, queries[i]));
        assert_false(read_row(fixture, &NUMBER_SHAPE, &row));
        assert_int_equal(fixture->err.code, ERROR_INTERNAL);
    }
}

static void test_rows_read_all__in_order(void **state)
{
    struct fixture *fixture = *state;
    void *items = NULL;
    assert_true(call(fixture, "SELECT i::int8 * 10 FROM generate_series(1, 300) i ORDER BY i"));
    assert_true(
        db_rows_read_all(&fixture->rows, &NUMBER_SHAPE, fixture->arena, &items, &fixture->err));
    const struct number_row *numbers = items;
    assert_int_equal(fixture->rows.count, 300);
    assert_int_equal(numbers[0].number, 10);
    assert_int_equal(numbers[299].number, 3000);
}

static void test_rows_read_all__none_is_an_empty_list(void **state)
{
    struct fixture *fixture = *state;
    void *items = NULL;
    assert_true(call(fixture, "SELECT 1::int8 WHERE false"));
    assert_true(
        db_rows_read_all(&fixture->rows, &NUMBER_SHAPE, fixture->arena, &items, &fixture->err));
    assert_int_equal(fixture->rows.count, 0);
    assert_non_null(items);
}

static void test_rows_count__changed_rows(void **state)
{
    struct fixture *fixture = *state;
    fixture_run(fixture->session, "CREATE TEMPORARY TABLE t AS SELECT generate_series(1, 5) AS n");
    assert_true(call(fixture, "DELETE FROM t WHERE n > 2"));
    assert_int_equal(fixture->rows.count, 3);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_rows_read__every_scalar),
        TEST(test_rows_read__time_agrees_with_the_server),
        TEST(test_rows_read__infinite_time_is_refused),
        TEST(test_rows_read__every_list),
        TEST(test_rows_read__empty_lists_are_there),
        TEST(test_rows_read__narrow_integers_in_lists),
        TEST(test_rows_read__lists_that_do_not_fit),
        TEST(test_rows_read__null_is_absent),
        TEST(test_rows_read__references_hold_values),
        TEST(test_rows_read__mismatches_are_internal_errors),
        TEST(test_rows_read_all__in_order),
        TEST(test_rows_read_all__none_is_an_empty_list),
        TEST(test_rows_count__changed_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
