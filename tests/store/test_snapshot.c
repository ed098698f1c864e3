/*
 * The bank snapshot under change: readers always see one whole snapshot while it is swapped beneath
 * them, a publication arrives by notification, and one without a notification by the poll.
 */
#include "db_fixture.h"

#include <stdatomic.h>

#include "bank/notes_follow.h"
#include "db/migration.h"
#include "store/bank_import.h"
#include "store/snapshot.h"
#include "json/body.h"

enum {
    READERS = 8,
    PUBLICATIONS = 20,
    POLL_MS = 100,
    PATIENCE_MS = 30000,
    SECTIONS = 100,
    QUESTIONS = 10000 /* more than two pages, and not whole ones */
};

static struct snapshots *open_snapshots(void)
{
    const struct snapshots_config config = {
        .database = {.url = fixture_runtime_url(), .application_name = "test banks"},
        .poll_ms = POLL_MS};
    struct snapshots *snapshots = NULL;
    struct error err = {.code = ERROR_NONE};

    assert_true(snapshots_open(&config, &snapshots, &err));
    return snapshots;
}

static int prepare_schema(void **state)
{
    (void)state;
    random_start();
    body_start();
    return fixture_migrate() ? 0 : -1;
}

/* A bank with `number` in its title and as many sections. */
static void publish(struct db_session *session, size_t number)
{
    struct arena *arena = arena_create();
    struct section *sections = arena_new_array(arena, number, struct section);
    struct import_counts counts;
    const struct import_options options = {.follow = notes_follow};
    struct error err = {.code = ERROR_NONE};

    for (size_t i = 0; i < number; i++) {
        const struct text path = arena_printf(arena, "section-%zu", i);
        sections[i] = (struct section){.path = path,
                                       .anchor = path,
                                       .title = path,
                                       .depth = 1,
                                       .parent = BANK_NO_SECTION,
                                       .position = (int64_t)i,
                                       .first_line = 1,
                                       .last_line = 1,
                                       .body = TEXT(""),
                                       .content_hash = TEXT("0")};
    }
    const struct bank_content content = {.slug = TEXT("bank"),
                                         .title = arena_printf(arena, "%zu", number),
                                         .language = TEXT("en"),
                                         .target = 720,
                                         .domains = TEXT("{\"domains\":[]}"),
                                         .notes_markdown = TEXT(""),
                                         .sections = sections,
                                         .section_count = number};
    assert_true(store_bank_import(session, &content, &options, &counts, &err));
    arena_free(arena);
}

static size_t current_sections(const struct bank *bank)
{
    size_t count = 0;

    for (size_t i = 0; i < bank->section_count; i++) {
        count += bank->sections[i].is_removed ? 0 : 1;
    }
    return count;
}

/* The number in the title of the bank that is seen now, 0: none. */
static size_t seen_number(struct snapshots *snapshots, bool *is_whole)
{
    struct arena *arena = arena_create();
    const struct snapshot *snapshot = NULL;
    struct error err = {.code = ERROR_NONE};
    int64_t number = 0;

    *is_whole = true;
    if (snapshots_take(snapshots, arena, &snapshot, &err)) {
        const struct bank *bank = snapshot_find_bank(snapshot, TEXT("bank"));
        if (bank != NULL) {
            *is_whole =
                text_to_i64(bank->title, &number) && current_sections(bank) == (size_t)number;
        }
    }
    arena_free(arena);
    return (size_t)number;
}

static bool sees_within_patience(struct snapshots *snapshots, size_t number)
{
    const int64_t deadline_us = clock_monotonic_us() + INT64_C(1000) * PATIENCE_MS;
    bool is_whole = true;

    while (seen_number(snapshots, &is_whole) != number) {
        if (clock_monotonic_us() > deadline_us) {
            return false;
        }
    }
    return is_whole;
}

struct reader {
    pthread_t thread;
    struct snapshots *snapshots;
    atomic_bool *is_over;
    size_t broken;
    size_t backwards;
};

static void *run_reader(void *context)
{
    struct reader *reader = context;
    size_t last = 0;

    while (!atomic_load(reader->is_over)) {
        bool is_whole = true;
        const size_t number = seen_number(reader->snapshots, &is_whole);
        reader->broken += is_whole ? 0 : 1;
        reader->backwards += number < last ? 1 : 0;
        last = number;
    }
    return NULL;
}

static void test_snapshots_take__whole_while_banks_change(void **state)
{
    struct db_session *session = fixture_runtime_session();
    struct snapshots *snapshots = open_snapshots();
    struct reader readers[READERS];
    atomic_bool is_over = false;

    (void)state;
    for (size_t i = 0; i < READERS; i++) {
        readers[i] = (struct reader){.snapshots = snapshots, .is_over = &is_over};
        assert_int_equal(pthread_create(&readers[i].thread, NULL, run_reader, &readers[i]), 0);
    }
    for (size_t i = 1; i <= PUBLICATIONS; i++) {
        publish(session, i);
    }
    assert_true(sees_within_patience(snapshots, PUBLICATIONS));
    atomic_store(&is_over, true);
    for (size_t i = 0; i < READERS; i++) {
        assert_int_equal(pthread_join(readers[i].thread, NULL), 0);
        assert_int_equal(readers[i].broken, 0);
        assert_int_equal(readers[i].backwards, 0);
    }
    snapshots_close(snapshots);
    db_session_close(session);
}

static void test_snapshots_take__change_without_notification(void **state)
{
    struct db_session *session = fixture_runtime_session();
    struct snapshots *snapshots = open_snapshots();
    struct error err = {.code = ERROR_NONE};

    (void)state;
    publish(session, 3);
    assert_true(sees_within_patience(snapshots, 3));
    assert_true(db_session_run(session,
                               "UPDATE sections SET removed_at = now() WHERE path <> 'section-0';"
                               "UPDATE banks SET title = '1', revision = revision + 1",
                               &err));
    assert_true(sees_within_patience(snapshots, 1));
    snapshots_close(snapshots);
    db_session_close(session);
}

/* By SQL: the import would take its time. */
static const char *const MANY_QUESTIONS =
    "INSERT INTO questions (bank_id, id, slug, state, current_version)"
    " SELECT b.id, md5('q' || n)::uuid, 'q-' || n, 'published', 1"
    " FROM banks AS b, generate_series(1, 10000) AS n;"
    "INSERT INTO question_versions (bank_id, question_id, version, section_id, body)"
    " SELECT s.bank_id, md5('q' || n)::uuid, 1, s.id, jsonb_build_object('slug', 'q-' || n,"
    "  'type', 'numeric', 'stem', 'Which number is ' || md5(n::text) || '?',"
    "  'number', jsonb_build_object('value', n), 'explanation', 'That one.',"
    "  'section', s.path, 'difficulty', 3,"
    "  'source', jsonb_build_object('line', 1))"
    " FROM generate_series(1, 10000) AS n"
    " JOIN sections AS s ON s.path = 'section-' || mod(n, 100)";

static void assert_every_question(const struct bank *bank)
{
    bool is_seen[QUESTIONS + 1] = {false};

    assert_int_equal(bank->item_count, QUESTIONS);
    for (size_t i = 0; i < bank->item_count; i++) {
        const struct item *item = &bank->items[i];
        const size_t number = (size_t)*item->question.number->value;
        assert_in_range(number, 1, QUESTIONS);
        assert_false(is_seen[number]);
        is_seen[number] = true;
        assert_true(text_equal(bank->sections[item->section].path, item->question.section));
        assert_ptr_equal(bank_find_item(bank, item->id, 1), item);
    }
}

static void test_snapshot_load__many_pages(void **state)
{
    struct db_session *session = fixture_session();
    struct arena *arena = arena_create();
    struct snapshot snapshot;
    struct error err = {.code = ERROR_NONE};

    (void)state;
    publish(session, SECTIONS);
    fixture_run(session, MANY_QUESTIONS);
    assert_true(snapshot_load(session, arena, &snapshot, &err));
    assert_every_question(&snapshot.banks[0]);
    arena_reset(arena);
    fixture_run(session, "UPDATE question_versions SET body = body - 'type'"
                         " WHERE question_id = (SELECT max(id::text)::uuid FROM questions)");
    assert_false(snapshot_load(session, arena, &snapshot, &err));
    arena_free(arena);
    fixture_run(session, "DELETE FROM question_versions; DELETE FROM questions");
    db_session_close(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snapshots_take__whole_while_banks_change),
        cmocka_unit_test(test_snapshots_take__change_without_notification),
        cmocka_unit_test(test_snapshot_load__many_pages),
    };
    fixture_silence();
    return cmocka_run_group_tests(tests, prepare_schema, NULL);
}
