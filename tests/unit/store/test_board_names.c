/* Names that are kept: of whom and as of when, which of them count as read, and which give way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/board_names.h"

enum { SLOTS = 1024, PEOPLE = 4 };

struct fixture {
    struct arena *arena;
    struct board_names *names;
    struct board_entry entries[PEOPLE];
    struct board_page page;
};

static struct uuid id(uint8_t number)
{
    return (struct uuid){{[15] = number}};
}

static int setup(void **state)
{
    struct arena *arena = arena_create();
    struct fixture *fixture = arena_new(arena, struct fixture);

    fixture->arena = arena;
    fixture->names = board_names_create(arena, SLOTS);
    for (size_t i = 0; i < PEOPLE; i++) {
        fixture->entries[i].standing.id = id((uint8_t)i);
    }
    fixture->page = (struct board_page){.entries = fixture->entries, .count = PEOPLE};
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    const struct fixture *fixture = *state;

    board_names_close(fixture->names);
    arena_free(fixture->arena);
    return 0;
}

static void keep(const struct fixture *fixture, const struct board_name *names, size_t count,
                 int64_t departed_at)
{
    const struct board_people people = {.names = names, .count = count, .departed_at = departed_at};
    board_names_keep(fixture->names, &people);
}

static struct board_people find(const struct fixture *fixture)
{
    struct board_people people = {.page = &fixture->page};

    board_names_find(fixture->names, fixture->arena, &people);
    assert_int_equal(people.count, people.known_count);
    return people;
}

static void test_board_names_find__those_on_the_page(void **state)
{
    const struct fixture *fixture = *state;
    const struct board_name names[] = {{id(2), TEXT("Ada")}, {id(77), TEXT("Bob")}};

    assert_int_equal(find(fixture).count, 0);
    keep(fixture, names, 2, 500);
    const struct board_people people = find(fixture);
    assert_int_equal(people.count, 1);
    assert_true(uuid_equal(people.names[0].id, id(2)));
    assert_true(text_equal(people.names[0].display_name, TEXT("Ada")));
    assert_int_equal(people.departed_at, 500);
}

/* All are as of one time, so that one comparison says whether they are still good. */
static void test_board_names_find__as_of_one_time(void **state)
{
    const struct fixture *fixture = *state;
    const struct board_name first[] = {{id(0), TEXT("Ada")}, {id(1), TEXT("Bob")}};
    const struct board_name second[] = {{id(3), TEXT("Eve")}};

    keep(fixture, second, 1, 501);
    keep(fixture, first, 2, 500);
    const struct board_people people = find(fixture);
    assert_int_equal(people.count, 1);
    assert_true(uuid_equal(people.names[0].id, id(3)));
    assert_int_equal(people.departed_at, 501);
}

/* What was known is not read: it grows old all the same. And a name that is too long is no other.
 */
static void test_board_names_keep__only_what_was_read(void **state)
{
    const struct fixture *fixture = *state;
    const struct board_name names[] = {
        {id(0), TEXT("Ada")},
        {id(1), TEXT("A name that is one byte longer than may be kept.")},
        {id(2), TEXT("A name that is just as long as one may be, here")},
        {id(3), TEXT("Bob")}};
    const struct board_people people = {.names = names, .count = 4, .known_count = 1};

    assert_int_equal(names[1].display_name.len, 48);
    assert_int_equal(names[2].display_name.len, 47);
    board_names_keep(fixture->names, &people);
    const struct board_people found = find(fixture);
    assert_int_equal(found.count, 2);
    assert_true(uuid_equal(found.names[0].id, id(0)));
    assert_true(text_equal(found.names[1].display_name, names[2].display_name));
}

/* In one slot each pushes out the one before. */
static void test_board_names_keep__is_bounded(void **state)
{
    struct fixture *fixture = *state;
    const struct board_name names[] = {{id(0), TEXT("Ada")}, {id(1), TEXT("Bob")}};

    board_names_close(fixture->names);
    fixture->names = board_names_create(fixture->arena, 1);
    keep(fixture, names, 2, 500);
    const struct board_people people = find(fixture);
    assert_int_equal(people.count, 1);
    assert_true(text_equal(people.names[0].display_name, TEXT("Bob")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_board_names_find__those_on_the_page),
        TEST(test_board_names_find__as_of_one_time),
        TEST(test_board_names_keep__only_what_was_read),
        TEST(test_board_names_keep__is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
