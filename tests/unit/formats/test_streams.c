/*
 * Large and broken files: memory that does not grow with the file, errors that are all counted,
 * limits at their edges, words for what writers lose.
 */
#include <stdio.h>

#include <malloc.h>

#include "base/limits.h"
#include "unit/formats/formats_fixture.h"

enum {
    MEBIBYTE = 1024 * 1024,
    LARGE_BYTES = 50 * MEBIBYTE,
    SMALLER_BYTES = 12 * MEBIBYTE,
    MEMORY_BYTES = 24 * MEBIBYTE
};

/* A file that is made while it is read: `head`, then `item` with numbers, then `tail`. */
struct endless {
    const char *head;
    const char *item; /* before its number, and behind it */
    const char *rest;
    const char *tail;
    size_t bytes_max;
    size_t made;
    size_t count;
    char pending[2 * MEBIBYTE];
    size_t pending_len;
    size_t pending_at;
    bool is_done;
};

static bool refill(struct endless *file)
{
    int len = 0;
    if (file->is_done) {
        return false;
    }
    if (file->made == 0) {
        len = snprintf(file->pending, sizeof file->pending, "%s", file->head);
    } else if (file->made < file->bytes_max) {
        len = snprintf(file->pending, sizeof file->pending, "%s%zu%s", file->item, ++file->count,
                       file->rest);
    } else {
        len = snprintf(file->pending, sizeof file->pending, "%s", file->tail);
        file->is_done = true;
    }
    file->pending_at = 0;
    file->pending_len = (size_t)len;
    file->made += len == 0 ? 1 : (size_t)len;
    return true;
}

static bool read_endless(void *context, char *bytes, size_t size, size_t *count, struct error *err)
{
    struct endless *file = context;
    (void)err; /* it does not fail */
    while (file->pending_at == file->pending_len && refill(file)) {
    }
    const size_t rest = file->pending_len - file->pending_at;
    *count = rest < size ? rest : size;
    memcpy(bytes, file->pending + file->pending_at, *count);
    file->pending_at += *count;
    return true;
}

struct totals {
    size_t items;
    size_t good;
    size_t bad;
    size_t most_bytes; /* that the program had at once */
    struct diagnostics report;
};

static struct totals read_file(struct fixture *f, enum format format, struct endless *file)
{
    struct totals totals = {.items = 0};
    struct arena *arena = arena_create();
    const struct format_source source = {.read = read_endless, .context = file};
    struct format_reader *reader = format_reader_open(arena, format, &f->options, source);
    const struct format_item *item = NULL;
    struct error err = {.code = ERROR_NONE};
    const size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    diagnostics_init(&totals.report, f->arena);
    for (;;) {
        assert_true(format_reader_next(reader, &item, &err));
        if (item == NULL) {
            break;
        }
        totals.items++;
        totals.good += item->status != ITEM_ERROR;
        totals.bad += item->status == ITEM_ERROR;
        if (totals.items % 64 == 0) {
            const size_t now = mallinfo2().uordblks + mallinfo2().hblkhd - before;
            totals.most_bytes = now > totals.most_bytes ? now : totals.most_bytes;
        }
        for (const struct diagnostic *d = item->diagnostics.first; d != NULL; d = d->next) {
            diagnostics_add(&totals.report, d->severity, d->spot, d->code, "%.*s",
                            TEXT_ARG(d->message));
        }
    }
    arena_free(arena);
    return totals;
}

#define LONG_TEXT                                                                             \
    "Lorem ipsum dolor sit amet, consectetur adipisici elit, sed eiusmod tempor incidunt ut " \
    "labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation."

static void check_large(struct fixture *f, enum format format, struct endless file)
{
    struct endless *kept = arena_new(f->arena, struct endless);
    *kept = file;
    if (file.bytes_max < LARGE_BYTES) {
        ask_lint(f); /* what it needs is given back after each question; it takes its time */
    }
    const struct totals totals = read_file(f, format, kept);
    assert_int_equal(totals.bad, 0);
    assert_int_equal(totals.good, kept->count + (format == FORMAT_JSON ? 1 : 0));
    assert_true(totals.good > 8000);
    if (totals.most_bytes > MEMORY_BYTES) {
        fail_msg("%s: %zu bytes", enumeration_name(&FORMATS, format), totals.most_bytes);
    }
}

#define PAD LONG_TEXT " " LONG_TEXT " " LONG_TEXT " " LONG_TEXT " " LONG_TEXT " " LONG_TEXT

static void test_streams__large_gift(void **state)
{
    check_large(*state, FORMAT_GIFT,
                (struct endless){.head = "$CATEGORY: x\n\n",
                                 .item = "::q",
                                 .rest = "::[markdown]" PAD "{=a ~b ~c####d}\n\n",
                                 .tail = "",
                                 .bytes_max = LARGE_BYTES});
}

static void test_streams__large_moodle(void **state)
{
    check_large(*state, FORMAT_MOODLE,
                (struct endless){.head = "<quiz>",
                                 .item = "<question type=\"shortanswer\"><name><text>q",
                                 .rest = "</text></name>"
                                         "<questiontext format=\"markdown\"><text>" PAD
                                         "</text></questiontext><answer fraction=\"100\"><text>x"
                                         "</text></answer></question>\n",
                                 .tail = "</quiz>",
                                 .bytes_max = LARGE_BYTES});
}

static void test_streams__large_json(void **state)
{
    check_large(
        *state, FORMAT_JSON,
        (struct endless){.head = "[",
                         .item = "{\"slug\":\"q-",
                         .rest = "\",\"type\":\"numeric\",\"stem\":\"" PAD
                                 "\",\"number\":{\"value\":2,\"check\":\"0.5 + 1.5\"},"
                                 "\"explanation\":\"E\","
                                 "\"section\":\"one\",\"difficulty\":1,\"source\":{\"line\":"
                                 "1}},\n",
                         .tail = "{\"slug\":\"last\",\"type\":\"numeric\",\"stem\":\"s\","
                                 "\"number\":{\"value\":2},\"explanation\":\"E\",\"section\":"
                                 "\"one\",\"difficulty\":1,\"source\":{\"line\":1}}]",
                         .bytes_max = SMALLER_BYTES});
}

static void test_streams__large_csv(void **state)
{
    check_large(*state, FORMAT_CSV,
                (struct endless){.head = "id,question,answer\n",
                                 .item = "q",
                                 .rest = ",\"" PAD "\",x\n",
                                 .tail = "",
                                 .bytes_max = SMALLER_BYTES});
}

/* All counted, the first hundred kept. */
static void test_streams__a_million_errors(void **state)
{
    struct fixture *f = *state;
    struct endless *file = arena_new(f->arena, struct endless);
    *file = (struct endless){
        .head = "\n", .item = "x", .rest = "\n\n", .tail = "", .bytes_max = 8900000};
    const struct totals totals = read_file(f, FORMAT_GIFT, file);
    assert_true(totals.bad > 1000000);
    assert_int_equal(totals.bad, file->count);
    assert_int_equal(totals.report.error_count, totals.bad);
    size_t kept = 0;
    for (const struct diagnostic *d = totals.report.first; d != NULL; d = d->next) {
        assert_string_equal(d->code, "description");
        kept++;
    }
    assert_int_equal(kept, LIMIT_DIAGNOSTICS);
    assert_true(totals.most_bytes < MEMORY_BYTES);
}

/* A question of exactly as many bytes as are allowed, and of one more. */
static void check_limit(struct fixture *f, enum format format, const char *front, const char *back,
                        const char *too_large)
{
    const struct text head = text_of(front);
    const struct text tail = text_of(back);
    char *bytes = arena_alloc_bytes(f->arena, LIMIT_FORMAT_ITEM_BYTES + 8);
    for (size_t more = 0; more < 2; more++) {
        const size_t len = LIMIT_FORMAT_ITEM_BYTES + more;
        memset(bytes, 'x', len);
        memcpy(bytes, head.data, head.len);
        memcpy(bytes + len - tail.len, tail.data, tail.len);
        const char *sum = read_text(f, format, (struct text){.data = bytes, .len = len});
        if ((strstr(sum, "too_large") != NULL) != (more == 1)) {
            fail_msg("%s, %zu more: %s", too_large, more, sum);
        }
        assert_int_equal(f->good_count, 0); /* no text may be that long */
    }
}

static void test_streams__limits(void **state)
{
    check_limit(*state, FORMAT_GIFT, "::a::", "{=a ~b}", "gift");
    check_limit(*state, FORMAT_JSON_LINES, "{\"slug\":\"", "\"}", "jsonl");
    check_limit(*state, FORMAT_AIKEN, "", "", "aiken");
}

static void test_streams__endless_tokens(void **state)
{
    struct fixture *f = *state;
    char *bytes = arena_alloc_bytes(f->arena, (size_t)3 * MEBIBYTE);
    const struct {
        enum format format;
        const char *front;
        const char *sum;
    } cases[] = {
        {FORMAT_MOODLE, "<quiz><!-- ", "fatal 1:7 too_large"},
        {FORMAT_MOODLE, "<quiz><question a=\"", "fatal 1:7 too_large"},
        {FORMAT_MOODLE, "<quiz><question><text>", "fatal 1:3145729 truncated"},
        {FORMAT_CSV, "question,answer\nQ,\"\n", "fatal 3:1 too_large"},
        {FORMAT_ANKI, "Q\t\"\n", "fatal 2:1 too_large"},
        {FORMAT_JSON, "[\"", "fatal 1:3145729 truncated"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        memset(bytes, 'x', (size_t)3 * MEBIBYTE);
        memcpy(bytes, cases[i].front, strlen(cases[i].front));
        const char *sum = read_text(f, cases[i].format,
                                    (struct text){.data = bytes, .len = (size_t)3 * MEBIBYTE});
        assert_string_equal(sum, cases[i].sum);
    }
}

/* Braces, brackets and tags without end: the time grows with the file and not with its square. */
static void test_streams__no_squares(void **state)
{
    static const struct {
        enum format format;
        const char *head;
        const char *piece;
        const char *tail;
    } CASES[] = {
        {FORMAT_MOODLE, "<quiz><question type=\"cloze\"><questiontext format=\"html\"><text>",
         "{1:SA:", "</text></questiontext></question></quiz>"},
        {FORMAT_MOODLE, "<quiz><question type=\"cloze\"><questiontext format=\"html\"><text>", "{",
         "}</text></questiontext></question></quiz>"},
        {FORMAT_MOODLE, "<quiz><question type=\"shortanswer\"><questiontext format=\"html\"><text>",
         "&lt;b&gt;", "</text></questiontext></question></quiz>"},
        {FORMAT_MOODLE, "<quiz><question type=\"shortanswer\"><questiontext format=\"html\"><text>",
         "&lt;pre&gt;x", "</text></questiontext></question></quiz>"},
        {FORMAT_MOODLE, "<quiz><question type=\"shortanswer\"><questiontext format=\"html\"><text>",
         "&lt;!--", "</text></questiontext></question></quiz>"},
        {FORMAT_GIFT, "//", "[a", "]\nQ{T}"},
        {FORMAT_GIFT, "::a", "::", "Q{T}"},
        {FORMAT_GIFT, "Q{", "=a->", "}"},
        {FORMAT_GIFT, "[plain]Q", "\\n", "Q{T}"},
        {FORMAT_ANKI, "Q", "[sound:", "\tB"},
        {FORMAT_ANKI, "Q", "{{c1::", "\tB"},
        {FORMAT_CSV, "question,answer\n\"", "\"\"", "\",B"},
        {FORMAT_JSON, "[", "[", ""},
    };
    struct fixture *f = *state;
    char *bytes = arena_alloc_bytes(f->arena, (size_t)2 * MEBIBYTE);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        size_t len = strlen(CASES[i].head);
        memcpy(bytes, CASES[i].head, len);
        while (len < MEBIBYTE - 100) {
            memcpy(bytes + len, CASES[i].piece, strlen(CASES[i].piece));
            len += strlen(CASES[i].piece);
        }
        memcpy(bytes + len, CASES[i].tail, strlen(CASES[i].tail));
        len += strlen(CASES[i].tail);
        (void)read_text(f, CASES[i].format, (struct text){.data = bytes, .len = len});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_streams__large_gift, setup, teardown),
        cmocka_unit_test_setup_teardown(test_streams__large_moodle, setup, teardown),
        cmocka_unit_test_setup_teardown(test_streams__large_json, setup, teardown),
        cmocka_unit_test_setup_teardown(test_streams__large_csv, setup, teardown),
        cmocka_unit_test_setup_teardown(test_streams__a_million_errors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_streams__limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_streams__endless_tokens, setup, teardown),
        cmocka_unit_test_setup_teardown(test_streams__no_squares, setup, teardown),
    };
    body_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
