/* Checking encoding piece by piece. A character that a piece cuts in two goes to the next one. */
#include "formats/input.h"

#include <string.h>

#include "base/unicode.h"

enum { LEAD_TWO = 0xC0, LEAD_THREE = 0xE0, LEAD_FOUR = 0xF0, CONTINUES = 0x80, TOP_TWO = 0xC0 };

void input_open(struct input *input, struct arena *arena, enum format format,
                struct format_source source, size_t piece_bytes)
{
    *input = (struct input){.source = source,
                            .format = format,
                            .piece_bytes = piece_bytes == 0 ? INPUT_PIECE_BYTES : piece_bytes,
                            .line = 1,
                            .column = 1};
    const size_t head =
        input->piece_bytes < INPUT_HEAD_BYTES ? INPUT_HEAD_BYTES : input->piece_bytes;
    input->bytes = arena_alloc_bytes(arena, head + INPUT_CARRY_BYTES);
}

/* Reads until the piece is full or the file ends: what a reader gets does not depend on how the
 * bytes came. */
static bool fill(struct input *input, size_t *len, struct error *err)
{
    const size_t wanted =
        input->carried + (!input->is_begun && input->piece_bytes < INPUT_HEAD_BYTES
                              ? (size_t)INPUT_HEAD_BYTES
                              : input->piece_bytes);
    *len = input->carried;
    while (*len < wanted && !input->is_ended) {
        size_t count = 0;
        if (!input->source.read(input->source.context, input->bytes + *len, wanted - *len, &count,
                                err)) {
            return false;
        }
        input->is_ended = count == 0;
        input->position += count;
        *len += count;
    }
    return true;
}

static bool starts_with_bytes(struct text head, const char *bytes, size_t len)
{
    return head.len >= len && memcmp(head.data, bytes, len) == 0;
}

/* A byte order mark is passed over; those of other encodings, and files that are no text, are
 * faults. */
static void begin(struct input *input, struct text *piece, struct input_fault *fault)
{
    input->is_begun = true;
    if (starts_with_bytes(*piece, "\xEF\xBB\xBF", 3)) {
        *piece = text_slice(*piece, 3, piece->len);
    } else if (starts_with_bytes(*piece, "\xFF\xFE", 2) ||
               starts_with_bytes(*piece, "\xFE\xFF", 2)) {
        *fault = (struct input_fault){
            .rule = "not_utf8",
            .message = TEXT("the file is UTF-16 (or UTF-32): it has to be saved as UTF-8"),
            .line = 1,
            .column = 1};
        return;
    }
    const char *disguise =
        format_find_disguise(input->format, text_slice(*piece, 0, INPUT_HEAD_BYTES));
    if (disguise != NULL) {
        *fault = (struct input_fault){.rule = "wrong_format", .line = 1, .column = 1};
        fault->message = text_of(disguise);
    }
}

/* How many bytes at the end begin a character that is not whole. */
static size_t count_cut_off(struct text piece)
{
    for (size_t back = 1; back < INPUT_CARRY_BYTES && back <= piece.len; back++) {
        const unsigned char c = (unsigned char)piece.data[piece.len - back];
        if ((c & TOP_TWO) == CONTINUES) {
            continue;
        }
        const size_t needed = c >= LEAD_FOUR ? 4U : c >= LEAD_THREE ? 3U : c >= LEAD_TWO ? 2U : 1U;
        return needed > back ? back : 0;
    }
    return 0;
}

/* Moves the place on behind the bytes; stops at the first that is no UTF-8 or is NUL, and returns
 * how many are good. */
static size_t walk(struct input *input, struct text piece)
{
    size_t at = 0;
    while (at < piece.len) {
        int32_t code_point = 0;
        const size_t used = unicode_next(piece, at, &code_point);
        if (used == 0 || code_point == 0) {
            break;
        }
        input->column++;
        if (code_point == '\n') {
            input->line++;
            input->column = 1;
        }
        at += used;
    }
    return at;
}

static void report_byte(const struct input *input, unsigned char byte, struct input_fault *fault)
{
    *fault = (struct input_fault){.line = input->line, .column = input->column};
    if (byte == 0) {
        fault->rule = "not_text";
        fault->message = TEXT("there is a NUL byte: this is no text, or UTF-16");
    } else if (input->is_ended) {
        fault->rule = "not_utf8";
        fault->message = TEXT("this byte is not UTF-8, or a character is cut off at the end of the "
                              "file: it has to be saved as UTF-8");
    } else {
        fault->rule = "not_utf8";
        fault->message =
            TEXT("this byte is not UTF-8 (is the file Latin-1?): it has to be saved as UTF-8");
    }
}

bool input_next(struct input *input, struct text *piece, struct input_fault *fault,
                struct error *err)
{
    size_t len = 0;
    fault->rule = NULL;
    *piece = TEXT_ABSENT;
    if (input->is_ended && input->carried == 0) {
        return true;
    }
    if (!fill(input, &len, err)) {
        return false;
    }
    struct text whole = {.data = input->bytes, .len = len};
    if (!input->is_begun) {
        begin(input, &whole, fault);
        if (fault->rule != NULL) {
            return true;
        }
    }
    const size_t cut_off = input->is_ended ? 0 : count_cut_off(whole);
    const struct text complete = text_slice(whole, 0, whole.len - cut_off);
    const size_t good = walk(input, complete);
    if (good < complete.len) {
        report_byte(input, (unsigned char)complete.data[good], fault);
        return true;
    }
    *piece = len == 0 ? TEXT_ABSENT : complete;
    input->carried = cut_off;
    return true;
}

void input_keep(struct input *input, struct text piece)
{
    memmove(input->bytes, piece.data + piece.len, input->carried);
}
