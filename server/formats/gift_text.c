/* Escapes, markers and places of GIFT. */
#include "formats/gift.h"

#include <string.h>

#include "formats/answers.h"

static const char RESERVED[] = "\\~=#{}:";

size_t gift_find(struct text text, size_t from, const char *characters)
{
    size_t at = from;
    while (at < text.len) {
        const char c = text.data[at];
        if (c == '\\') {
            at += 2;
            continue;
        }
        if (strchr(characters, c) != NULL && c != '\0') {
            return at;
        }
        at++;
    }
    return text.len;
}

struct text gift_unescape(struct arena *arena, struct text text)
{
    char *out = arena_alloc_bytes(arena, text.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < text.len; at++) {
        const char c = text.data[at];
        const char next = (char)(at + 1 < text.len ? text.data[at + 1] : '\0');
        if (c == '\\' && next == 'n') {
            out[len++] = '\n';
            at++;
        } else if (c == '\\' && next != '\0' && strchr(RESERVED, next) != NULL) {
            out[len++] = next;
            at++;
        } else {
            out[len++] = c;
        }
    }
    return (struct text){.data = out, .len = len};
}

static void escape(struct buffer *out, struct text text)
{
    for (size_t at = 0; at < text.len; at++) {
        const char c = text.data[at];
        if (c == '\n') {
            buffer_append(out, TEXT("\\n"));
            continue;
        }
        if (strchr(RESERVED, c) != NULL) {
            buffer_append_char(out, '\\');
        }
        buffer_append_char(out, c);
    }
}

void gift_escape(struct buffer *out, struct text text)
{
    escape(out, text_trim(text));
}

void gift_escape_ends(struct buffer *out, struct text text, bool is_first, bool is_last)
{
    const struct text trimmed = text_trim(text);
    const size_t front = (size_t)(trimmed.data - text.data);
    const size_t from = is_first ? front : 0;
    const size_t to = is_last ? front + trimmed.len : text.len;
    escape(out, text_slice(text, from, to - from));
}

struct text gift_take_markup(struct text text, enum markup *markup)
{
    const struct text trimmed = text_trim(text);
    struct text name = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    if (trimmed.len > 0 && trimmed.data[0] == '[' &&
        text_split(text_slice(trimmed, 1, trimmed.len), ']', &name, &rest) &&
        markup_find(name, markup)) {
        return rest;
    }
    return text;
}

struct text gift_markdown(struct gift *gift, struct text raw)
{
    enum markup markup = gift->markup;
    const struct text text = gift_take_markup(raw, &markup);
    return markup_to_markdown(gift->draft, markup, gift_unescape(gift->draft->arena, text));
}

bool gift_refuse(struct gift *gift, size_t at, const char *rule, const char *words)
{
    const struct spot before = gift->draft->spot;
    struct spot *spot = &gift->draft->spot;
    spot->line = gift->line;
    spot->column = 1;
    for (size_t i = 0; i < at && i < gift->block.len; i++) {
        const unsigned char c = (unsigned char)gift->block.data[i];
        spot->column += (c & 0xC0U) != 0x80U ? 1 : 0;
        if (c == '\n') {
            spot->line++;
            spot->column = 1;
        }
    }
    (void)draft_refuse(gift->draft, rule, "%s", words); /* always false */
    *spot = before;
    return false;
}

bool gift_take_weight(struct text *text, int64_t *fraction)
{
    struct text percent = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    if (text->len == 0 || text->data[0] != '%' ||
        !text_split(text_slice(*text, 1, text->len), '%', &percent, &rest) ||
        !fraction_parse(percent, fraction)) {
        return false;
    }
    *text = text_trim(rest);
    return true;
}

void gift_split_feedback(struct text whole, struct text *answer, struct text *feedback)
{
    const size_t at = gift_find(whole, 0, "#");
    *answer = text_trim(text_slice(whole, 0, at));
    *feedback = at < whole.len ? text_trim(text_slice(whole, at + 1, whole.len)) : TEXT_ABSENT;
}
