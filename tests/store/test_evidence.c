/*
 * Stored evidence is what the history says: of answers from before model beta-2, which a migration
 * has added up, and of answers recorded and submitted by the statements of the program.
 */
#include "db_fixture.h"

#include <math.h>

#include "bank/notes_follow.h"
#include "db/migration.h"
#include "domain/scoring.h"
#include "domain/selection.h"
#include "store/attempts.h"
#include "store/bank_import.h"
#include "store/evidence.h"
#include "store/reviews.h"
#include "store/snapshot.h"
#include "store/sql.h"
#include "unit/domain/samples.h"
#include "json/body.h"

enum { SECTIONS = 4, UNDER_TEST = 30 /* the migration */ };

struct world {
    struct arena *arena;
    struct db_session *session;
    struct db *db;
    struct snapshot snapshot;
    const struct bank *bank;
};

static const char *const PATCHES[QUESTION_TYPE_COUNT] = {
    [QUESTION_SINGLE_CHOICE] = "{'slug':'q0','section':'a','difficulty':1}",
    [QUESTION_MULTIPLE_CHOICE] = "{'slug':'q1','section':'a','sections':['a/b','c']}",
    [QUESTION_TRUE_FALSE] = "{'slug':'q2','section':'a/b','difficulty':3}",
    [QUESTION_NUMERIC] = "{'slug':'q3','section':'a/b','sections':['d'],'difficulty':4}",
    [QUESTION_SHORT_TEXT] = "{'slug':'q4','section':'c','difficulty':5}",
    [QUESTION_ORDERING] = "{'slug':'q5','section':'c','sections':['a'],'difficulty':2}",
    [QUESTION_MATCHING] = "{'slug':'q6','section':'d','difficulty':3}",
    [QUESTION_CLOZE] = "{'slug':'q7','section':'a/b','difficulty':2}",
};

static void import_bank(struct world *world)
{
    static const char *const PATHS[SECTIONS] = {"a", "a/b", "c", "d"};
    struct section *sections = arena_new_array(world->arena, SECTIONS, struct section);
    const struct question **questions =
        arena_new_array(world->arena, QUESTION_TYPE_COUNT, const struct question *);
    const struct import_options options = {.follow = notes_follow};
    struct import_counts counts;
    struct error err = {.code = ERROR_NONE};

    for (size_t i = 0; i < SECTIONS; i++) {
        sections[i] = (struct section){.path = text_of(PATHS[i]),
                                       .anchor = text_of(PATHS[i]),
                                       .title = text_of(PATHS[i]),
                                       .depth = i == 1 ? 2 : 1,
                                       .parent = i == 1 ? 0 : BANK_NO_SECTION,
                                       .position = (int64_t)i,
                                       .first_line = 1,
                                       .last_line = 1,
                                       .body = TEXT("words"),
                                       .content_hash = TEXT("0")};
    }
    for (size_t i = 0; i < QUESTION_TYPE_COUNT; i++) {
        questions[i] = sample_question(world->arena, (enum question_type)i, PATCHES[i]);
    }
    const struct bank_content content = {.slug = TEXT("bank"),
                                         .title = TEXT("Bank"),
                                         .language = TEXT("en"),
                                         .target = 720,
                                         .domains = TEXT("{\"domains\":[]}"),
                                         .notes_markdown = TEXT(""),
                                         .sections = sections,
                                         .section_count = SECTIONS,
                                         .questions = questions,
                                         .question_count = QUESTION_TYPE_COUNT};
    if (!store_bank_import(world->session, &content, &options, &counts, &err)) {
        fail_msg("%s", err.detail);
    }
}

/* All, or all but the one under test: banks are imported into today's tables. */
static void migrate(struct world *world, bool is_all)
{
    struct error err = {.code = ERROR_NONE};
    struct migration *list = arena_new_array(world->arena, MIGRATIONS_COUNT, struct migration);
    size_t applied = 0;
    size_t count = 0;

    for (size_t i = 0; i < MIGRATIONS_COUNT; i++) {
        if (is_all || MIGRATIONS[i].number != UNDER_TEST) {
            list[count++] = MIGRATIONS[i];
        }
    }
    if (!migration_apply(world->session, world->arena, list, count, &applied, &err)) {
        fail_msg("%s", err.detail);
    }
}

/* The history of one learner as it was kept before: attempts of both kinds, some open, answers to
 * two thirds of their questions over two months. */
static const char OLD_HISTORY[] =
    "SELECT setseed(0.25);"
    "INSERT INTO users (id, email, email_key, display_name, role, password_hash)"
    " SELECT ('01900000-0000-7000-8000-00000000000' || i)::uuid, i || '@example.org',"
    " i || '@example.org', 'A', 'learner', '' FROM generate_series(1, 3) AS i;"
    "INSERT INTO attempts (user_id, id, bank_id, state, started_at, submitted_at)"
    " SELECT '01900000-0000-7000-8000-000000000001', gen_random_uuid(), banks.id,"
    " CASE WHEN i % 3 = 0 THEN 'open' ELSE 'submitted' END, now(),"
    " CASE WHEN i % 3 > 0 THEN now() - i * interval '1.7 days' END"
    " FROM banks, generate_series(1, 30) AS i;"
    "INSERT INTO attempt_papers (user_id, attempt_id, mode, feedback, seed, question_ids, versions)"
    " SELECT a.user_id, a.id, 'practice',"
    " CASE WHEN random() < 0.5 THEN 'immediate' ELSE 'deferred' END, 's', q.ids, q.versions"
    " FROM attempts AS a, (SELECT array_agg(id) AS ids, array_agg(1::bigint) AS versions"
    " FROM questions) AS q;"
    "INSERT INTO answers (user_id, attempt_id, position, revision, question_id, response,"
    " credit_milli, points_milli, is_final, recorded_at)"
    " SELECT p.user_id, p.attempt_id, i, 1, p.question_ids[i], '{}',"
    " (ARRAY[0, 1000, 500, 333])[1 + floor(random() * 4)::int], 0, p.feedback = 'immediate',"
    " now() - random() * interval '60 days'"
    " FROM attempt_papers AS p, generate_series(1, 8) AS i WHERE random() < 0.67;"
    "INSERT INTO section_evidence (user_id, bank_id, section_id, weight, credit, answers, correct,"
    " last_answered_at, last_wrong_at)"
    " SELECT w.user_id, a.bank_id, v.section_id, sum(evidence_weight(t.at)),"
    " sum(evidence_weight(t.at) * w.credit_milli / 1000), count(*),"
    " count(*) FILTER (WHERE w.credit_milli = 1000), max(t.at),"
    " max(t.at) FILTER (WHERE w.credit_milli < 1000)"
    " FROM answers AS w JOIN attempts AS a ON a.user_id = w.user_id AND a.id = w.attempt_id"
    " JOIN question_versions AS v ON v.question_id = w.question_id,"
    " LATERAL (SELECT CASE WHEN w.is_final THEN w.recorded_at ELSE a.submitted_at END AS at) AS t"
    " WHERE t.at IS NOT NULL GROUP BY w.user_id, a.bank_id, v.section_id;";

static int setup(void **state)
{
    struct arena *arena = arena_create();
    struct world *world = arena_new(arena, struct world);
    const struct db_config lanes = {
        .url = fixture_url(), .statements = SQL_ALL, .statement_count = SQL_ALL_COUNT};
    struct error err = {.code = ERROR_NONE};

    random_start();
    body_start();
    world->arena = arena;
    world->session = fixture_session();
    migrate(world, false);
    import_bank(world);
    fixture_run(world->session, OLD_HISTORY);
    migrate(world, true);
    world->db = fixture_open(&lanes);
    if (!snapshot_load(world->session, arena, &world->snapshot, &err)) {
        return -1;
    }
    world->bank = &world->snapshot.banks[0];
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    db_close(world->db);
    db_session_close(world->session);
    arena_free(world->arena);
    return 0;
}

static struct uuid learner(uint8_t number)
{
    return (struct uuid){{0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80, [15] = number}};
}

/* Stored and recomputed evidence are the same, and there are `answers` in it. */
static void assert_evidence(struct world *world, uint8_t number, int64_t answers)
{
    struct error err = {.code = ERROR_NONE};
    struct evidence *stored = NULL;
    struct evidence *expected = NULL;
    const struct evidence_window history = {.user_id = learner(number), .bank = world->bank};
    int64_t count = 0;

    if (!store_evidence_list(world->db, world->arena, learner(number), world->bank, &stored,
                             &err) ||
        !store_evidence_since(world->db, world->arena, &history, &expected, &err)) {
        fail_msg("%s", err.detail);
    }
    for (size_t i = 0; i < world->bank->section_count; i++) {
        const struct evidence *a = &stored[i];
        const struct evidence *b = &expected[i];
        count += a->answers;
        if (!evidence_is_same(a, b)) {
            fail_msg("section %zu: %lld of %lld, weight %.12g, %.12g; recomputed %lld of %lld, "
                     "%.12g, %.12g",
                     i, (long long)a->correct, (long long)a->answers, a->weight, a->likelihood[3],
                     (long long)b->correct, (long long)b->answers, b->weight, b->likelihood[3]);
        }
    }
    assert_int_equal(count, answers);
}

static void test_migration_0030__adds_up_history(void **state)
{
    struct world *world = *state;
    const int64_t answers = fixture_number(
        world->session, "SELECT count(*) FROM answers AS w JOIN attempts AS a ON a.id = "
                        "w.attempt_id WHERE w.is_final OR a.state = 'submitted'");
    assert_true(answers > 50);
    assert_evidence(world, 1, answers);
}

static struct attempt start(struct world *world, uint8_t number, enum attempt_feedback feedback)
{
    const size_t count = world->bank->item_count;
    struct uuid *ids = arena_new_array(world->arena, count, struct uuid);
    int64_t *versions = arena_new_array(world->arena, count, int64_t);
    struct error err = {.code = ERROR_NONE};
    struct attempt attempt = {
        .user_id = learner(number),
        .id = uuid_new(),
        .bank_id = world->bank->id,
        .feedback = feedback,
        .rules = attempt_rules_of_practice(feedback == FEEDBACK_IMMEDIATE, scoring_policy_of(NULL)),
        .seed = TEXT("s"),
        .question_ids = ids,
        .question_count = count,
        .versions = versions,
        .version_count = count};

    for (size_t i = 0; i < count; i++) {
        ids[i] = world->bank->items[i].id;
        versions[i] = world->bank->items[i].version;
    }
    assert_true(store_attempts_start(world->db, world->arena, &attempt, &err));
    return attempt;
}

static void answer(struct world *world, const struct attempt *attempt, size_t index,
                   int64_t revision, int64_t credit)
{
    const struct item *item = &world->bank->items[index];
    size_t sections[EVIDENCE_SECTIONS_MAX];
    struct uuid ids[EVIDENCE_SECTIONS_MAX];
    struct recorded_answer *outcomes = NULL;
    struct error err = {.code = ERROR_NONE};
    struct new_answer new = {.question_id = item->id,
                             .answer = {.position = (int64_t)index + 1,
                                        .revision = revision,
                                        .response = TEXT("{}"),
                                        .credit = credit},
                             .is_final = attempt->feedback == FEEDBACK_IMMEDIATE};
    const struct new_answers answers = {
        .user_id = attempt->user_id, .attempt_id = attempt->id, .items = &new, .count = 1};

    if (new.is_final) {
        new.section_ids = ids;
        new.section_count = evidence_sections(world->bank, item, sections);
        for (size_t i = 0; i < new.section_count; i++) {
            ids[i] = world->bank->sections[sections[i]].id;
        }
        knowledge_add(knowledge_curve(&item->question, NULL), (double)credit / CREDIT_FULL,
                      1.0 / (double)new.section_count, new.likelihood);
    }
    if (!store_attempts_record_answers(world->db, world->arena, &answers, &outcomes, &err)) {
        fail_msg("%s", err.detail);
    }
}

static void submit(struct world *world, struct attempt attempt)
{
    const struct item **items =
        arena_new_array(world->arena, world->bank->item_count, const struct item *);
    struct attempt_answers answers;
    struct attempt_leavings leavings;
    struct error err = {.code = ERROR_NONE};
    const int64_t grace_ms = 0;
    int64_t submitted_at = 0;

    assert_true(
        store_attempts_get_to_close(world->db, world->arena, &attempt, &answers, &leavings, &err));
    for (size_t i = 0; i < world->bank->item_count; i++) {
        items[i] = &world->bank->items[i];
    }
    const struct attempt_sheet sheet = {items, world->bank->item_count, answers.answers,
                                        answers.count, &attempt.rules};
    struct attempt_closing closing =
        store_attempts_closing(&attempt, &sheet, world->bank, leavings.memories, world->arena);
    closing.grace_ms = &grace_ms;
    assert_true(store_attempts_close(world->db, world->arena, &closing, &submitted_at, &err));
    assert_true(submitted_at > 0);
}

/* A hundred attempts, their answers in random order and sometimes repeated, some handed in. */
static void test_evidence__recorded_and_submitted(void **state)
{
    struct world *world = *state;
    struct prng prng = prng_seed(TEXT("recorded"), 0);
    int64_t answers = 0;

    for (size_t i = 0; i < 100; i++) {
        const enum attempt_feedback feedback =
            prng_below(&prng, 2) == 0 ? FEEDBACK_IMMEDIATE : FEEDBACK_DEFERRED;
        const bool is_submitted = prng_below(&prng, 3) > 0;
        const struct attempt attempt = start(world, 2, feedback);
        uint32_t order[QUESTION_TYPE_COUNT];
        selection_permutation(&prng, order, QUESTION_TYPE_COUNT);
        const size_t count = (size_t)prng_below(&prng, QUESTION_TYPE_COUNT + 1);
        for (size_t k = 0; k < count; k++) {
            const int64_t revisions = 1 + (int64_t)prng_below(&prng, 3);
            for (int64_t revision = 1; revision <= revisions; revision++) {
                answer(world, &attempt, order[k], revision, (int64_t)prng_below(&prng, 3) * 500);
            }
        }
        if (is_submitted) {
            submit(world, attempt);
        }
        answers += feedback == FEEDBACK_IMMEDIATE || is_submitted ? (int64_t)count : 0;
    }
    assert_evidence(world, 2, answers);
}

/* A sum that is off by one answer is found. */
static void test_evidence_is_same__finds_differences(void **state)
{
    struct world *world = *state;
    struct error err = {.code = ERROR_NONE};
    struct evidence *expected = NULL;
    const struct attempt attempt = start(world, 3, FEEDBACK_IMMEDIATE);

    answer(world, &attempt, 0, 1, 500);
    assert_evidence(world, 3, 1);
    const struct evidence_window history = {.user_id = learner(3), .bank = world->bank};
    assert_true(store_evidence_since(world->db, world->arena, &history, &expected, &err));
    struct evidence changed = expected[0];
    assert_true(evidence_is_same(&changed, &expected[0]));
    changed.likelihood[8] *= 1.0 + 1e-6;
    assert_false(evidence_is_same(&changed, &expected[0]));
    changed = expected[0];
    changed.correct++;
    assert_false(evidence_is_same(&changed, &expected[0]));
    changed = expected[0];
    changed.weight *= 1.0 + 1e-6;
    assert_false(evidence_is_same(&changed, &expected[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_migration_0030__adds_up_history),
        cmocka_unit_test(test_evidence__recorded_and_submitted),
        cmocka_unit_test(test_evidence_is_same__finds_differences),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
