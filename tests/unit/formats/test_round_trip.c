/*
 * Export, import, export: the second file is the first one, byte for byte, for bank JSON and GIFT
 * (and the same holds of JSON Lines, Moodle XML and CSV); over the questions of the shipped bank
 * and over questions made at random, full of what each format escapes.
 */
#include <glob.h>
#include <stdio.h>

#include "bank/file.h"
#include "bank/questions_file.h"
#include "base/limits.h"
#include "unit/formats/formats_fixture.h"

enum { GENERATED = 1500, PIECES = 14 };

/* A small generator of its own: the same questions in every run (Vigna: splitmix64). */
struct dice {
    uint64_t state;
    struct arena *arena;
};

static size_t roll(struct dice *dice, size_t sides)
{
    dice->state += 0x9E3779B97F4A7C15U;
    uint64_t z = dice->state;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return (size_t)((z ^ (z >> 31U)) % sides);
}

static struct text words(struct dice *dice, const char *front)
{
    static const char *const PIECE[PIECES] = {"a",
                                              "\\",
                                              "{x}",
                                              "~=#:",
                                              "\n\nb\n",
                                              "%50%",
                                              "[html]",
                                              "->",
                                              "::t::",
                                              "<b>&amp;</b>",
                                              "\xC3\xBC\xE4\xBD\xA0",
                                              "`c` *d*",
                                              "// e\n$CATEGORY: f",
                                              "\",;\t|g"};
    struct text text = text_of(front);
    for (size_t i = roll(dice, 4); i > 0; i--) {
        text = arena_printf(dice->arena, "%.*s%s", TEXT_ARG(text), PIECE[roll(dice, PIECES)]);
    }
    return text;
}

static void make_options(struct dice *dice, struct question *q)
{
    const bool is_single = q->type == QUESTION_SINGLE_CHOICE;
    struct question_option *options = arena_new_array(dice->arena, 5, struct question_option);
    q->option_count = 2 + roll(dice, 4);
    for (size_t i = 0; i < q->option_count; i++) {
        options[i].id = arena_printf(dice->arena, "%c", (char)('a' + (char)i));
        options[i].text = words(dice, i == 0 ? "%20%" : "");
        options[i].text = options[i].text.len == 0 ? TEXT("[plain]x") : options[i].text;
        options[i].correct = is_single ? i == 0 : i < 1 + q->option_count / 2;
        options[i].feedback = roll(dice, 2) == 0 ? TEXT_ABSENT : words(dice, "f");
    }
    q->options = options;
}

static void make_weights(struct dice *dice, struct question *q)
{
    struct question_option *options = arena_new_array(dice->arena, 5, struct question_option);
    struct question_scoring *scoring = arena_new(dice->arena, struct question_scoring);
    int64_t *weights = arena_new_array(dice->arena, 6, int64_t);
    size_t right = 0;
    for (size_t i = 0; i < q->option_count; i++) {
        options[i] = q->options[i];
        options[i].weight = &weights[i];
        weights[i] = options[i].correct ? 100 : -(int64_t)roll(dice, 500);
        right += options[i].correct ? 1 : 0;
    }
    weights[0] += 1000 - 100 * (int64_t)right;
    weights[5] = 250;
    scoring->rule = SCORING_OPTION_WEIGHTS;
    scoring->penalty = roll(dice, 2) == 0 ? NULL : &weights[5];
    q->options = options;
    q->scoring = scoring;
}

static void make_number(struct dice *dice, struct question *q)
{
    struct number_key *key = arena_new(dice->arena, struct number_key);
    double *values = arena_new_array(dice->arena, 2, double);
    values[0] = (double)roll(dice, 100000) / 7.0 - 5000.0;
    values[1] = values[0] + (double)roll(dice, 100) / 3.0;
    if (roll(dice, 2) == 0) {
        key->min = &values[0];
        key->max = &values[1];
    } else {
        key->value = &values[0];
        key->tolerance = (double)roll(dice, 3) / 3.0;
        key->relative_tolerance = roll(dice, 3) == 0 ? 0.01 : 0.0;
    }
    key->unit = roll(dice, 2) == 0 ? TEXT_ABSENT : words(dice, "u");
    key->check = roll(dice, 2) == 0 ? TEXT_ABSENT : TEXT("ceil(20.1 / 4)");
    q->number = key;
}

static const struct accepted_text *make_accepted(struct dice *dice, size_t *count)
{
    struct accepted_text *accepted = arena_new_array(dice->arena, 3, struct accepted_text);
    *count = 1 + roll(dice, 3);
    for (size_t i = 0; i < *count; i++) {
        accepted[i].text = words(dice, arena_printf(dice->arena, "%zu*", i).data);
    }
    return accepted;
}

static void make_matching(struct dice *dice, struct question *q)
{
    struct part *premises = arena_new_array(dice->arena, 3, struct part);
    struct part *choices = arena_new_array(dice->arena, 4, struct part);
    struct shape_map *map = arena_new(dice->arena, struct shape_map);
    q->premise_count = 3;
    q->choice_count = 4;
    map->pairs = arena_new_array(dice->arena, 3, struct shape_pair);
    map->count = 3;
    for (size_t i = 0; i < 4; i++) {
        choices[i].id = arena_printf(dice->arena, "%zu", i + 1);
        choices[i].text = words(dice, arena_printf(dice->arena, "c%zu", i).data);
        if (i < 3) {
            premises[i].id = arena_printf(dice->arena, "%c", (char)('a' + (char)i));
            premises[i].text = words(dice, "p");
            map->pairs[i] = (struct shape_pair){premises[i].id, choices[i].id};
        }
    }
    map->pairs[2].value = roll(dice, 2) == 0 ? choices[2].id : choices[0].id;
    q->premises = premises;
    q->choices = choices;
    q->pairs = map;
}

static void make_truth(struct dice *dice, struct question *q)
{
    struct question_option *options = arena_new_array(dice->arena, 2, struct question_option);
    const size_t right = roll(dice, 2);
    for (size_t i = 0; i < 2; i++) {
        options[i].id = i == 0 ? TEXT("true") : TEXT("false");
        options[i].text = i == 0 ? TEXT("True") : TEXT("False");
        options[i].correct = i == right;
        options[i].feedback = roll(dice, 2) == 0 ? TEXT_ABSENT : words(dice, "f");
    }
    q->options = options;
    q->option_count = 2;
}

static void make_cloze(struct dice *dice, struct question *q)
{
    struct gap *gap = arena_new(dice->arena, struct gap);
    gap->id = TEXT("a");
    gap->accepted = make_accepted(dice, &gap->accepted_count);
    gap->case_sensitive = roll(dice, 2) == 0;
    q->gaps = gap;
    q->gap_count = 1;
    const struct text before = words(dice, "");
    const struct text after = words(dice, "");
    q->stem = arena_printf(dice->arena, "%.*s[[a]]%.*s", TEXT_ARG(before), TEXT_ARG(after));
}

static void make_key(struct dice *dice, struct question *q)
{
    switch (q->type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_MULTIPLE_CHOICE:
        make_options(dice, q);
        if (roll(dice, 3) == 0) {
            make_weights(dice, q);
        }
        break;
    case QUESTION_TRUE_FALSE:
        make_truth(dice, q);
        break;
    case QUESTION_NUMERIC:
        make_number(dice, q);
        break;
    case QUESTION_SHORT_TEXT:
        q->accepted = make_accepted(dice, &q->accepted_count);
        q->case_sensitive = roll(dice, 2) == 0;
        break;
    case QUESTION_MATCHING:
        make_matching(dice, q);
        break;
    case QUESTION_CLOZE:
        make_cloze(dice, q);
        break;
    case QUESTION_ORDERING:
    case QUESTION_TYPE_COUNT:
        break;
    }
}

static const struct question *make_question(struct dice *dice, size_t number)
{
    static const struct text TAGS[] = {TEXT_INIT("t1"), TEXT_INIT("t-2")};
    struct question *q = arena_new(dice->arena, struct question);
    int64_t *line = arena_new(dice->arena, int64_t);
    static const enum question_type TYPES[] = {
        QUESTION_SINGLE_CHOICE, QUESTION_MULTIPLE_CHOICE, QUESTION_TRUE_FALSE, QUESTION_NUMERIC,
        QUESTION_SHORT_TEXT,    QUESTION_MATCHING,        QUESTION_CLOZE};
    *line = (int64_t)roll(dice, 1000) + 1;
    q->type = TYPES[roll(dice, COUNT_OF(TYPES))];
    q->slug = arena_printf(dice->arena, "q-%zu", number);
    q->stem = words(dice, roll(dice, 2) == 0 ? "[plain] s" : "s");
    q->explanation = words(dice, "e");
    q->section = roll(dice, 2) == 0 ? TEXT("one/two") : TEXT("three");
    q->difficulty = (int64_t)roll(dice, 5) + 1;
    q->tags = TAGS;
    q->tag_count = roll(dice, 3);
    q->domain = roll(dice, 2) == 0 ? TEXT_ABSENT : TEXT("d-1");
    q->source.line = roll(dice, 2) == 0 ? NULL : line;
    q->source.url = q->source.line != NULL ? TEXT_ABSENT : TEXT("https://e.org/[x]?a=b&c\\d");
    make_key(dice, q);
    return q;
}

static size_t generate(struct fixture *f, const struct question **questions)
{
    struct dice dice = {.state = 7, .arena = f->arena};
    size_t count = 0;
    size_t tried = 0;
    while (count < GENERATED) {
        const struct question *q = make_question(&dice, tried++);
        struct error err = {.code = ERROR_NONE};
        if (question_check(q, f->arena, TEXT(""), &err)) {
            struct text json = TEXT("");
            questions[count++] = copy_question(f, q, &json); /* numbers as a bank has them */
        }
        assert_true(tried < (size_t)4 * GENERATED); /* most are right */
    }
    return count;
}

static size_t load_bank(struct fixture *f, const struct question **questions)
{
    glob_t files;
    struct question_list list = {.count = 0};
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics, f->arena);
    assert_int_equal(glob("questions/aws-dva-c01/questions/*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct json_file *file = arena_new(f->arena, struct json_file);
        file->name = arena_copy(f->arena, text_of(files.gl_pathv[i]));
        assert_true(bank_file_read(f->arena, files.gl_pathv[i], LIMIT_BANK_FILE_BYTES, &file->bytes,
                                   &diagnostics));
        questions_file_read(f->arena, file, &list, &diagnostics);
    }
    globfree(&files);
    for (size_t i = 0; i < list.count; i++) {
        questions[i] = &list.items[i].question;
    }
    assert_true(list.count > 500);
    return list.count;
}

static void assert_same(enum format format, struct text first, struct text second)
{
    size_t at = 0;
    while (at < first.len && at < second.len && first.data[at] == second.data[at]) {
        at++;
    }
    const size_t from = at > 300 ? at - 300 : 0;
    if (!text_equal(first, second)) {
        fail_msg("%s differs at %zu:\n%.*s\n--- and then\n%.*s", enumeration_name(&FORMATS, format),
                 at, TEXT_ARG(text_slice(first, from, 600)),
                 TEXT_ARG(text_slice(second, from, 600)));
    }
}

/* Everything that was written is read without a fault, and written again the same. */
static size_t check_twice(struct fixture *f, enum format format,
                          const struct question *const *questions, size_t count)
{
    struct diagnostics losses;
    diagnostics_init(&losses, f->arena);
    const struct text first = write_questions(f, format, questions, count, &losses);
    const char *sum = read_text(f, format, first);
    if (f->bad_count > 0) {
        const char *bad = strstr(sum, f->is_fatal ? "fatal" : "error");
        fail_msg("%s: %.200s\n%.*s", enumeration_name(&FORMATS, format), bad, TEXT_ARG(first));
    }
    assert_int_equal(f->good_count, count - losses.error_count);
    const struct text second = write_questions(f, format, f->questions, f->good_count, NULL);
    assert_same(format, first, second);
    return losses.error_count;
}

static void test_round_trip__shipped_bank(void **state)
{
    struct fixture *f = *state;
    const struct question **questions =
        arena_new_array(f->arena, QUESTIONS_MAX, const struct question *);
    const size_t count = load_bank(f, questions);
    const char *json =
        arena_string(f->arena, write_questions(f, FORMAT_JSON_LINES, questions, count, NULL));
    assert_int_equal(check_twice(f, FORMAT_JSON, questions, count), 0);
    assert_string_equal(f->json, json);
    assert_int_equal(check_twice(f, FORMAT_JSON_LINES, questions, count), 0);
    assert_int_equal(check_twice(f, FORMAT_CSV, questions, count), 0);
    assert_true(check_twice(f, FORMAT_GIFT, questions, count) > 0); /* GIFT has no ordering */
    assert_true(check_twice(f, FORMAT_MOODLE, questions, count) > 0);
}

static void test_round_trip__generated(void **state)
{
    struct fixture *f = *state;
    const struct question **questions =
        arena_new_array(f->arena, QUESTIONS_MAX, const struct question *);
    const size_t count = generate(f, questions);
    assert_int_equal(check_twice(f, FORMAT_JSON, questions, count), 0);
    assert_int_equal(check_twice(f, FORMAT_JSON_LINES, questions, count), 0);
    (void)check_twice(f, FORMAT_GIFT, questions, count);
    (void)check_twice(f, FORMAT_MOODLE, questions, count);
    (void)check_twice(f, FORMAT_CSV, questions, count);
}

/* GIFT brings everything back that it can say: nothing but ids is lost of these types. */
static void test_round_trip__gift_keeps_all(void **state)
{
    struct fixture *f = *state;
    const struct question **questions =
        arena_new_array(f->arena, QUESTIONS_MAX, const struct question *);
    const size_t all = load_bank(f, questions);
    size_t count = 0;
    for (size_t i = 0; i < all; i++) {
        const bool is_plain = questions[i]->type == QUESTION_SINGLE_CHOICE ||
                              questions[i]->type == QUESTION_MULTIPLE_CHOICE ||
                              questions[i]->type == QUESTION_NUMERIC ||
                              questions[i]->type == QUESTION_SHORT_TEXT;
        questions[count] = questions[i];
        count += is_plain ? 1 : 0;
    }
    const char *json =
        arena_string(f->arena, write_questions(f, FORMAT_JSON_LINES, questions, count, NULL));
    (void)check_twice(f, FORMAT_GIFT, questions, count);
    assert_string_equal(f->json, json);
    (void)check_twice(f, FORMAT_MOODLE, questions, count);
    assert_string_equal(f->json, json);
    (void)check_twice(f, FORMAT_CSV, questions, count);
    assert_string_equal(f->json, json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip__shipped_bank, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round_trip__generated, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round_trip__gift_keeps_all, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
