/*
 * Any bytes as a file of questions; the first byte chooses the format. What comes out must not
 * depend on the pieces that the bytes come in, be right by the rules of a bank, and, for bank JSON
 * and GIFT, be written, read and written again the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "domain/question_shape.h"
#include "formats/reader.h"
#include "formats/writer.h"
#include "json/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { QUESTIONS_MAX = 64, OUT_BYTES_MAX = 64 * 1024 * 1024 };

struct found {
    struct buffer words; /* all that is said of the items */
    struct question questions[QUESTIONS_MAX];
    size_t count;
    size_t bad_count;
};

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void take(struct arena *arena, struct found *found, const struct format_item *item)
{
    struct error err = {.code = ERROR_NONE};
    buffer_printf(&found->words, "%zu %d %d\n", item->number, (int)item->status, item->is_fatal);
    for (const struct diagnostic *d = item->diagnostics.first; d != NULL; d = d->next) {
        require(text_is_utf8(d->message) && d->message.len > 0);
        buffer_printf(&found->words, "%zu:%zu %s ", d->spot.line, d->spot.column, d->code);
        buffer_append(&found->words, d->message);
    }
    require((item->status == ITEM_ERROR) == (item->diagnostics.error_count > 0));
    if (item->status == ITEM_ERROR) {
        found->bad_count++;
        return;
    }
    struct text json = TEXT_ABSENT;
    struct question again = {.slug = TEXT_ABSENT};
    require(codec_encode_text(arena, &QUESTION_SHAPE, &item->question, &json, &err));
    require(codec_decode_text(arena, json, &QUESTION_SHAPE, &again, &err));
    require(question_check(&again, arena, TEXT(""), &err));
    buffer_append(&found->words, json);
    if (found->count < QUESTIONS_MAX) {
        found->questions[found->count++] = again;
    }
}

static struct found *read_all(struct arena *arena, enum format format, struct text bytes,
                              size_t piece_bytes)
{
    const struct format_options options = {
        .file = TEXT("f"), .section = TEXT("one"), .piece_bytes = piece_bytes};
    struct format_memory memory = {.bytes = bytes};
    struct found *found = arena_new(arena, struct found);
    const struct format_item *item = NULL;
    struct error err = {.code = ERROR_NONE};
    struct format_reader *reader =
        format_reader_open(arena, format, &options, format_source_memory(&memory));
    buffer_init(&found->words, arena, OUT_BYTES_MAX);
    for (;;) {
        require(format_reader_next(reader, &item, &err));
        if (item == NULL) {
            return found;
        }
        take(arena, found, item);
    }
}

static struct text write_all(struct arena *arena, enum format format, const struct found *found)
{
    struct format_writer writer;
    struct buffer out;
    struct diagnostics losses;
    struct text text = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    diagnostics_init(&losses, arena);
    buffer_init(&out, arena, OUT_BYTES_MAX);
    format_write_begin(&writer, format, &out);
    for (size_t i = 0; i < found->count; i++) {
        (void)format_write_question(&writer, arena, &found->questions[i], &out, &losses);
    }
    format_write_end(&writer, &out);
    require(buffer_text(&out, &text, &err));
    return text;
}

static void check_round_trip(struct arena *arena, const struct found *found)
{
    static const enum format EXACT[] = {FORMAT_JSON, FORMAT_GIFT};
    for (size_t i = 0; i < COUNT_OF(EXACT); i++) {
        const struct text first = write_all(arena, EXACT[i], found);
        const struct found *again = read_all(arena, EXACT[i], first, 0);
        require(again->bad_count == 0);
        require(text_equal(write_all(arena, EXACT[i], again), first));
    }
    for (unsigned format = 0; format < FORMAT_COUNT; format++) {
        require(text_is_utf8(write_all(arena, (enum format)format, found)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct arena *arena = arena_create();
    const enum format format = (enum format)(data[0] % FORMAT_COUNT);
    const struct text bytes = {.data = (const char *)data + 1, .len = size - 1};
    const struct found *whole = read_all(arena, format, bytes, 0);
    const struct found *pieces = read_all(arena, format, bytes, 1 + size % 7);
    require(whole->words.len == pieces->words.len);
    require(whole->words.len == 0 ||
            text_equal((struct text){whole->words.data, whole->words.len},
                       (struct text){pieces->words.data, pieces->words.len}));
    check_round_trip(arena, whole);
    arena_free(arena);
    return 0;
}
