/* Reading a bank's folder: a good one, one with every kind of fault in its files, and folders that
 * are not what they should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bank/folder.h"
#include "base/limits.h"

struct fixture {
    struct arena *arena;
    struct bank_folder folder;
    struct diagnostics diagnostics;
    char path[32]; /* a folder of its own */
};

static int setup(void **state)
{
    struct arena *arena = arena_create();
    struct fixture *f = arena_new(arena, struct fixture);
    f->arena = arena;
    diagnostics_init(&f->diagnostics, arena);
    (void)snprintf(f->path, sizeof f->path, "/tmp/quizd-test-XXXXXX");
    *state = f;
    return mkdtemp(f->path) == NULL ? -1 : 0;
}

static int is_not_dots(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* Removes what is in a folder, not deeper, and the folder. */
static int remove_folder(const char *path)
{
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, is_not_dots, NULL);
    for (int i = 0; i < count; i++) {
        char name[512];
        (void)snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        (void)remove(name); /* a folder that is not empty stays, and the test fails below */
        free(entries[i]);
    }
    free(entries);
    return remove(path);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    (void)remove_folder(
        arena_printf(f->arena, "%s/questions", f->path).data); /* may not be there */
    const int status = remove_folder(f->path);
    arena_free(f->arena);
    return status;
}

static void write_file(struct fixture *f, const char *name, const char *content)
{
    FILE *file = fopen(arena_printf(f->arena, "%s/%s", f->path, name).data, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static const char BANK[] = "{\"slug\":\"b\",\"title\":\"B\",\"language\":\"en\",\"target\":0.5}";
static const char QUESTIONS[] = "[{\"slug\":\"q\",\"type\":\"numeric\",\"stem\":\"S\",\"number\":{"
                                "\"value\":2},\"explanation\":\"E\","
                                "\"section\":\"one\",\"difficulty\":1,\"source\":{\"line\":1}}]";

static void make_bank(struct fixture *f)
{
    write_file(f, "bank.json", BANK);
    write_file(f, "notes.md", "## One\n");
    assert_int_equal(mkdir(arena_printf(f->arena, "%s/questions", f->path).data, 0700), 0);
    write_file(f, "questions/q.json", QUESTIONS);
}

static bool read_own(struct fixture *f)
{
    return bank_folder_read(f->arena, f->path, &f->folder, &f->diagnostics);
}

/* "file:line:column: … [code]" a line; the folder's own name left out, only code shown. */
static void assert_diagnostics(const struct fixture *f, const char *path, const char *expected)
{
    struct text all = TEXT("");
    for (const struct diagnostic *d = f->diagnostics.first; d != NULL; d = d->next) {
        assert_true(text_starts_with(d->spot.file, text_of(path)));
        const struct text file = text_slice(d->spot.file, strlen(path), d->spot.file.len);
        all = arena_printf(f->arena, "%.*s%.*s:%zu:%zu %s\n", TEXT_ARG(all), TEXT_ARG(file),
                           d->spot.line, d->spot.column, d->code);
    }
    assert_string_equal(arena_string(f->arena, all), expected);
}

static void test_bank_folder_read__good(void **state)
{
    struct fixture *f = *state;
    assert_true(bank_folder_read(f->arena, "tests/data/banks/good", &f->folder, &f->diagnostics));
    assert_diagnostics(f, "", "");
    assert_string_equal(f->folder.slug.data, "good");
    assert_string_equal(f->folder.title.data, "A good bank");
    assert_string_equal(f->folder.language.data, "en");
    assert_int_equal(f->folder.target, 720);
    assert_int_equal(f->folder.domain_count, 2);
    assert_string_equal(f->folder.domains[1].slug.data, "second");
    assert_int_equal(f->folder.domains[1].weight, 40);
    assert_int_equal(f->folder.notes.section_count, 3);
    assert_true(text_starts_with(f->folder.notes_markdown, TEXT("# Notes\n\n## One\n")));
    assert_int_equal(f->folder.question_count, 7);
}

static void test_bank_folder_read__places_of_questions(void **state)
{
    static const struct {
        const char *slug;
        const char *file;
        size_t line;
        size_t column;
    } EXPECTED[] = {
        {"one-first", "tests/data/banks/good/questions/a.json", 2, 3},
        {"inner-number", "tests/data/banks/good/questions/a.json", 11, 3},
        {"two-multiple", "tests/data/banks/good/questions/b.json", 1, 2},
        {"two-true", "tests/data/banks/good/questions/b.json", 4, 2},
        {"two-text", "tests/data/banks/good/questions/b.json", 7, 2},
        {"two-order", "tests/data/banks/good/questions/b.json", 9, 2},
        {"two-match", "tests/data/banks/good/questions/b.json", 12, 2},
    };
    struct fixture *f = *state;
    assert_true(
        bank_folder_read(f->arena, "tests/data/banks/good///", &f->folder, &f->diagnostics));
    assert_int_equal(f->folder.question_count, COUNT_OF(EXPECTED));
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        const struct bank_question *question = &f->folder.questions[i];
        assert_string_equal(question->question.slug.data, EXPECTED[i].slug);
        assert_string_equal(arena_string(f->arena, question->file), EXPECTED[i].file);
        assert_int_equal(question->line, EXPECTED[i].line);
        assert_int_equal(question->column, EXPECTED[i].column);
    }
}

static void test_bank_folder_read__every_fault(void **state)
{
    struct fixture *f = *state;
    assert_false(
        bank_folder_read(f->arena, "tests/data/banks/broken", &f->folder, &f->diagnostics));
    assert_diagnostics(f, "tests/data/banks/broken/",
                       "bank.json:2:11 bad_format\n"
                       "bank.json:1:1 required\n"
                       "bank.json:4:13 too_large\n"
                       "bank.json:8:13 unknown\n"
                       "notes.md:7:0 unclosed_fence\n"
                       "questions/a.json:3:68 duplicate\n"
                       "questions/a.json:3:15 too_many\n"
                       "questions/a.json:5:94 wrong_type\n"
                       "questions/a.json:6:56 too_large\n"
                       "questions/a.json:5:71 unknown\n"
                       "questions/c.json:3:19 malformed_json\n"
                       "questions/d.json:1:1 wrong_type\n"
                       "questions/e.json:2:4 not_utf8\n"
                       "exams/a.json:1:84 too_small\n"
                       "exams/a.json:2:66 unknown\n"
                       "exams/b.json:2:62 not_found\n"
                       "exams/d.json:2:3 duplicate\n"
                       "exams/e.json:2:50 duplicate\n"
                       "exams/e.json:2:15 too_small\n"
                       "questions/a.json:8:35 not_found\n"
                       "questions/a.json:8:63 not_found\n"
                       "questions/a.json:10:78 not_allowed\n"
                       "questions/b.json:2:12 duplicate\n");
    assert_int_equal(f->diagnostics.error_count, 22);
    assert_int_equal(f->diagnostics.warning_count, 1);
    const struct diagnostic *last = f->diagnostics.last;
    assert_string_equal(last->message.data, "/0/slug: \"one-third\" is used already, at "
                                            "tests/data/banks/broken/questions/a.json:9:3");
}

static void test_bank_folder_read__own_good(void **state)
{
    struct fixture *f = *state;
    make_bank(f);
    assert_true(read_own(f));
    assert_int_equal(f->folder.target, 500);
    assert_int_equal(f->folder.domain_count, 0);
    assert_int_equal(f->folder.question_count, 1);
}

static void test_bank_folder_read__exams(void **state)
{
    struct fixture *f = *state;
    assert_true(bank_folder_read(f->arena, "tests/data/banks/good", &f->folder, &f->diagnostics));
    assert_int_equal(f->folder.exam_count, 2);
    const struct exam *full = &f->folder.exams[0].exam;
    assert_string_equal(full->slug.data, "full");
    assert_string_equal(full->title.data, "A full exam");
    assert_int_equal(full->size, 3);
    assert_int_equal(full->time_limit_minutes, 10);
    assert_int_equal(full->pass_scaled, 700);
    assert_int_equal(full->blueprint_count, 2);
    assert_string_equal(full->blueprint[1].section.data, "two");
    assert_int_equal(full->blueprint[1].weight, 40);
    assert_int_equal(full->difficulty_count, 2);
    assert_int_equal(full->difficulty[1].min, 4);
    assert_int_equal(full->pilot_count, 1);
    assert_int_equal(*full->attempts_allowed, 2);
    assert_int_equal(full->closes_at - full->opens_at, INT64_C(3) * 3600 * 1000000);
    assert_int_equal(full->feedback->when, EXAM_AFTER_CLOSE);
    assert_int_equal(full->feedback->show_count, 2);
    assert_int_equal(full->feedback->show[1], EXAM_SECTION);
    assert_int_equal(full->scoring->rules[0], SCORING_ALL_OR_NOTHING);
    const struct exam *brief = &f->folder.exams[1].exam;
    assert_string_equal(brief->slug.data, "short");
    assert_null(brief->feedback);
    assert_null(brief->attempts_allowed);
    assert_int_equal(brief->opens_at, 0);
    assert_string_equal(arena_string(f->arena, f->folder.exams[1].file),
                        "tests/data/banks/good/exams/short.json");
}

/* What was wrong before does not make this folder wrong. */
static void test_bank_folder_read__earlier_errors(void **state)
{
    struct fixture *f = *state;
    make_bank(f);
    diagnostics_add(&f->diagnostics, SEVERITY_ERROR, (struct spot){.file = TEXT("x")}, "x", "x");
    assert_true(read_own(f));
}

static void test_bank_folder_read__no_folder(void **state)
{
    struct fixture *f = *state;
    assert_false(
        bank_folder_read(f->arena, "/tmp/quizd-test-none/such", &f->folder, &f->diagnostics));
    assert_diagnostics(f, "/tmp/quizd-test-none/such", ":0:0 unreadable\n");
}

static void test_bank_folder_read__file_for_folder(void **state)
{
    struct fixture *f = *state;
    assert_false(
        bank_folder_read(f->arena, "tests/data/banks/good/bank.json", &f->folder, &f->diagnostics));
    assert_diagnostics(f, "tests/data/banks/good/bank.json", ":0:0 unreadable\n");
}

static void test_bank_folder_read__empty_folder(void **state)
{
    struct fixture *f = *state;
    assert_false(read_own(f));
    assert_diagnostics(
        f, f->path,
        "/bank.json:0:0 unreadable\n/notes.md:0:0 unreadable\n/questions:0:0 unreadable\n");
}

static void test_bank_folder_read__no_questions(void **state)
{
    struct fixture *f = *state;
    make_bank(f);
    assert_int_equal(remove(arena_printf(f->arena, "%s/questions/q.json", f->path).data), 0);
    write_file(f, "questions/.q.json", "[");
    write_file(f, "questions/json", "[");
    assert_true(read_own(f));
    assert_diagnostics(f, f->path, "/questions:0:0 no_questions\n");
}

/* Sections and lines cannot be judged without notes; nothing is said about them. */
static void test_bank_folder_read__notes_not_utf8(void **state)
{
    struct fixture *f = *state;
    make_bank(f);
    write_file(f, "notes.md", "\xFF\n");
    assert_false(read_own(f));
    assert_diagnostics(f, f->path, "/notes.md:1:1 not_utf8\n");
}

static void test_bank_folder_read__domains(void **state)
{
    struct fixture *f = *state;
    make_bank(f);
    write_file(f, "bank.json",
               "{\"slug\":\"b\",\"title\":\"B\",\"language\":\"en\",\"target\":0.5,\"domains\":[\n"
               "{\"slug\":\"d\",\"title\":\"D\",\"weight\":50},\n{\"slug\":\"d\",\"title\":\"D\","
               "\"weight\":49}]}");
    write_file(f, "questions/q.json",
               "[{\"slug\":\"q\",\"type\":\"numeric\",\"stem\":\"S\",\"number\":{\"value\":2},"
               "\"explanation\":\"E\","
               "\"section\":\"one\",\"difficulty\":1,\"source\":{\"line\":1},\n\"domain\":\"e\"}]");
    assert_false(read_own(f));
    assert_diagnostics(f, f->path,
                       "/bank.json:3:9 duplicate\n/bank.json:0:0 "
                       "domain_weights\n/questions/q.json:2:10 not_found\n");
}

static void test_bank_folder_read__not_regular_files(void **state)
{
    struct fixture *f = *state;
    make_bank(f);
    const char *pipe = arena_printf(f->arena, "%s/questions/pipe.json", f->path).data;
    assert_int_equal(mkfifo(pipe, 0600), 0); /* opening it to read would wait for a writer */
    assert_int_equal(
        symlink("/dev/zero", arena_printf(f->arena, "%s/questions/zero.json", f->path).data), 0);
    assert_int_equal(
        symlink("loop.json", arena_printf(f->arena, "%s/questions/loop.json", f->path).data), 0);
    assert_int_equal(mkdir(arena_printf(f->arena, "%s/questions/dir.json", f->path).data, 0700), 0);
    assert_false(read_own(f));
    assert_diagnostics(
        f, f->path,
        "/questions/dir.json:0:0 unreadable\n/questions/loop.json:0:0 unreadable\n"
        "/questions/pipe.json:0:0 unreadable\n/questions/zero.json:0:0 unreadable\n");
}

static void test_bank_folder_read__symbolic_link_to_a_file(void **state)
{
    struct fixture *f = *state;
    make_bank(f);
    const char *from = arena_printf(f->arena, "%s/questions/q.json", f->path).data;
    assert_int_equal(rename(from, arena_printf(f->arena, "%s/kept", f->path).data), 0);
    assert_int_equal(symlink("../kept", from), 0);
    assert_true(read_own(f));
    assert_int_equal(f->folder.question_count, 1);
}

/* A hole costs no disk. */
static void test_bank_folder_read__huge_files(void **state)
{
    struct fixture *f = *state;
    make_bank(f);
    assert_int_equal(truncate(arena_printf(f->arena, "%s/questions/q.json", f->path).data,
                              (off_t)LIMIT_BANK_FILE_BYTES + 1),
                     0);
    assert_int_equal(
        truncate(arena_printf(f->arena, "%s/notes.md", f->path).data, (off_t)LIMIT_NOTES_BYTES + 1),
        0);
    assert_false(read_own(f));
    assert_diagnostics(f, f->path, "/notes.md:0:0 too_large\n/questions/q.json:0:0 too_large\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bank_folder_read__good, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__places_of_questions, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__every_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__exams, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__own_good, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__earlier_errors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__no_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__file_for_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__empty_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__no_questions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__notes_not_utf8, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__domains, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__not_regular_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__symbolic_link_to_a_file, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_bank_folder_read__huge_files, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
