/*
 * Banks for the tests of the lint: questions that have nothing wrong with them, changed by patches
 * (JSON with single quotes), and notes given as a C string. Findings are compared as the list of
 * their codes.
 */
#ifndef TESTS_UNIT_BANK_LINT_FIXTURE_H
#define TESTS_UNIT_BANK_LINT_FIXTURE_H

#include <string.h>

#include "bank/json_file.h"
#include "bank/lint.h"
#include "unit/domain/samples.h"

enum { QUESTIONS_MAX = 600 };

#define GOOD_COMMON                                                                      \
    "'slug':'q','explanation':'Because 7 is more than 2.','section':'one','tags':['t']," \
    "'difficulty':2,'source':{'line':3}"
#define GOOD_OPTION(id, correct) \
    "{'id':'" id "','text':'The " id " one','correct':" correct ",'feedback':'F'}"
#define GOOD_PART(id) "{'id':'" id "','text':'The " id " part','feedback':'F'}"
#define GOOD_CHOICES "{'id':'1','text':'C1'},{'id':'2','text':'C2'},{'id':'3','text':'C3'}"

static const char *const GOOD[QUESTION_TYPE_COUNT] = {
    [QUESTION_SINGLE_CHOICE] =
        "{'type':'single_choice','stem':'Which one?','options':[" GOOD_OPTION("a", "false") "," //
    GOOD_OPTION("b", "true") "," GOOD_OPTION("c", "false") "]," GOOD_COMMON "}",
    [QUESTION_MULTIPLE_CHOICE] =
        "{'type':'multiple_choice','stem':'Which? (Choose two.)','options':[" //
    GOOD_OPTION("a", "true") "," GOOD_OPTION("b", "true") ","                 //
    GOOD_OPTION("c", "false") "]," GOOD_COMMON "}",
    [QUESTION_TRUE_FALSE] =
        "{'type':'true_false','stem':'It is so.','options':[" GOOD_OPTION("true", "true") "," //
    GOOD_OPTION("false", "false") "]," GOOD_COMMON "}",
    [QUESTION_NUMERIC] =
        "{'type':'numeric','stem':'How many are 20.1 by 4?','number':{'value':6,'check':'ceil(20.1 "
        "/ 4)'}," GOOD_COMMON "}",
    [QUESTION_SHORT_TEXT] =
        "{'type':'short_text','stem':'What hides?','accepted':[{'text':'NoEcho'}]," GOOD_COMMON "}",
    [QUESTION_ORDERING] = "{'type':'ordering','stem':'Which order?','items':[" GOOD_PART(
        "a") "," GOOD_PART("b") "," GOOD_PART("c") "],'order':['c','a','b']," GOOD_COMMON "}",
    [QUESTION_MATCHING] =
        "{'type':'matching','stem':'Match.','premises':[" GOOD_PART("a") "," GOOD_PART(
            "b") "],'choices':[" GOOD_CHOICES "],'pairs':{'a':'2','b':'1'}," GOOD_COMMON "}",
};

static const char GOOD_NOTES[] = "## One\n\nA fact of 7 KB.\n";

struct fixture {
    struct arena *arena;
    struct bank_folder folder;
    struct json_file json;
    struct diagnostics diagnostics;
    struct lint_statistics statistics;
};

static inline void set_notes(struct fixture *f, const char *markdown)
{
    assert_true(notes_parse(f->arena, TEXT("notes.md"), text_of(markdown), &f->folder.notes,
                            &f->diagnostics));
}

static inline int setup(void **state)
{
    struct arena *arena = arena_create();
    struct fixture *f = arena_new(arena, struct fixture);
    f->arena = arena;
    f->json = (struct json_file){.name = TEXT("q.json"), .bytes = TEXT("[]")};
    f->folder.path = TEXT("bank");
    f->folder.questions = arena_new_array(arena, QUESTIONS_MAX, struct bank_question);
    diagnostics_init(&f->diagnostics, arena);
    set_notes(f, GOOD_NOTES);
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    arena_free(f->arena);
    return 0;
}

/* Adds the good question of the type with the patch's members. */
static inline struct question *add_question(struct fixture *f, enum question_type type,
                                            const char *patch)
{
    struct bank_question *item = &f->folder.questions[f->folder.question_count++];
    json_t *root = sample_json(f->arena, GOOD[type]);
    struct error err = {.code = ERROR_NONE};
    assert_int_equal(json_object_update(root, sample_json(f->arena, patch)), 0);
    *item = (struct bank_question){.file = f->json.name, .line = 1, .column = 1, .json = &f->json};
    if (!codec_decode(f->arena, root, &QUESTION_SHAPE, &item->question, &err) ||
        !question_check(&item->question, f->arena, TEXT(""), &err)) {
        fail_msg("%s: %s: %.*s", patch, err.detail, TEXT_ARG(err.faults->place));
    }
    return &item->question;
}

static inline void run_lint(struct fixture *f, bool is_complete)
{
    bank_lint(f->arena, &f->folder, is_complete, &f->statistics, &f->diagnostics);
}

/* The codes found since the last call, errors with a "!" in front. */
static inline void assert_findings(struct fixture *f, const char *expected)
{
    struct text all = TEXT("");
    for (const struct diagnostic *d = f->diagnostics.first; d != NULL; d = d->next) {
        all = arena_printf(f->arena, "%.*s%s%s%s", TEXT_ARG(all), all.len > 0 ? " " : "",
                           d->severity == SEVERITY_ERROR ? "!" : "", d->code);
    }
    diagnostics_init(&f->diagnostics, f->arena);
    assert_string_equal(arena_string(f->arena, all), expected);
}

/* What the rules for one question find in this one. */
static inline void assert_question(void **state, enum question_type type, const char *patch,
                                   const char *expected)
{
    struct fixture *f = *state;
    f->folder.question_count = 0;
    (void)add_question(f, type, patch); /* into the folder */
    run_lint(f, false);
    assert_findings(f, expected);
}

#endif
