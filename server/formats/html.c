/* HTML into words and tags, without trusting that it is well-formed. */
#include "formats/html.h"

#include <string.h>

#include "base/unicode.h"

enum {
    ENTITY_BYTES_MAX = 10,
    CODE_POINT_MAX = 0x10FFFF,
    DECIMAL = 10,
    HEXADECIMAL = 16,
    DIGIT_NONE = 99
};

struct entity {
    struct text name;
    struct text characters;
};
static const struct entity ENTITIES[] = {
    {TEXT_INIT("amp"), TEXT_INIT("&")},    {TEXT_INIT("lt"), TEXT_INIT("<")},
    {TEXT_INIT("gt"), TEXT_INIT(">")},     {TEXT_INIT("quot"), TEXT_INIT("\"")},
    {TEXT_INIT("apos"), TEXT_INIT("'")},   {TEXT_INIT("nbsp"), TEXT_INIT(" ")},
    {TEXT_INIT("ndash"), TEXT_INIT("–")},  {TEXT_INIT("mdash"), TEXT_INIT("—")},
    {TEXT_INIT("hellip"), TEXT_INIT("…")}, {TEXT_INIT("lsquo"), TEXT_INIT("‘")},
    {TEXT_INIT("rsquo"), TEXT_INIT("’")},  {TEXT_INIT("ldquo"), TEXT_INIT("“")},
    {TEXT_INIT("rdquo"), TEXT_INIT("”")},  {TEXT_INIT("bdquo"), TEXT_INIT("„")},
    {TEXT_INIT("laquo"), TEXT_INIT("«")},  {TEXT_INIT("raquo"), TEXT_INIT("»")},
    {TEXT_INIT("times"), TEXT_INIT("×")},  {TEXT_INIT("divide"), TEXT_INIT("÷")},
    {TEXT_INIT("deg"), TEXT_INIT("°")},    {TEXT_INIT("plusmn"), TEXT_INIT("±")},
    {TEXT_INIT("micro"), TEXT_INIT("µ")},  {TEXT_INIT("euro"), TEXT_INIT("€")},
    {TEXT_INIT("copy"), TEXT_INIT("©")},   {TEXT_INIT("reg"), TEXT_INIT("®")},
    {TEXT_INIT("trade"), TEXT_INIT("™")},  {TEXT_INIT("minus"), TEXT_INIT("−")},
    {TEXT_INIT("le"), TEXT_INIT("≤")},     {TEXT_INIT("ge"), TEXT_INIT("≥")},
    {TEXT_INIT("ne"), TEXT_INIT("≠")},     {TEXT_INIT("rarr"), TEXT_INIT("→")},
    {TEXT_INIT("larr"), TEXT_INIT("←")},   {TEXT_INIT("sup2"), TEXT_INIT("²")},
    {TEXT_INIT("sup3"), TEXT_INIT("³")},   {TEXT_INIT("frac12"), TEXT_INIT("½")},
    {TEXT_INIT("middot"), TEXT_INIT("·")}, {TEXT_INIT("bull"), TEXT_INIT("•")},
    {TEXT_INIT("auml"), TEXT_INIT("ä")},   {TEXT_INIT("ouml"), TEXT_INIT("ö")},
    {TEXT_INIT("uuml"), TEXT_INIT("ü")},   {TEXT_INIT("Auml"), TEXT_INIT("Ä")},
    {TEXT_INIT("Ouml"), TEXT_INIT("Ö")},   {TEXT_INIT("Uuml"), TEXT_INIT("Ü")},
    {TEXT_INIT("szlig"), TEXT_INIT("ß")},  {TEXT_INIT("eacute"), TEXT_INIT("é")},
    {TEXT_INIT("egrave"), TEXT_INIT("è")}, {TEXT_INIT("agrave"), TEXT_INIT("à")},
    {TEXT_INIT("ccedil"), TEXT_INIT("ç")}, {TEXT_INIT("ntilde"), TEXT_INIT("ñ")},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == ':' || c == '-';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Whether a tag or a comment begins here. */
static bool opens(struct text source, size_t at)
{
    if (source.data[at] != '<' || at + 1 >= source.len) {
        return false;
    }
    const char next = source.data[at + 1];
    return is_letter(next) || next == '!' ||
           (next == '/' && at + 2 < source.len && is_letter(source.data[at + 2]));
}

static size_t find(struct text source, size_t from, struct text what)
{
    for (size_t at = from; at + what.len <= source.len; at++) {
        if (memcmp(source.data + at, what.data, what.len) == 0) {
            return at;
        }
    }
    return source.len;
}

/* Behind a comment or a declaration. */
static size_t skip_comment(struct text source, size_t at)
{
    const bool is_comment = text_starts_with(text_slice(source, at, 4), TEXT("<!--"));
    const struct text end = is_comment ? TEXT("-->") : TEXT(">");
    const size_t found = find(source, at, end);
    return found == source.len ? source.len : found + end.len;
}

/* The '>' that ends the tag, outside of quotes. */
static size_t tag_end(struct text source, size_t at)
{
    char quote = '\0';
    for (; at < source.len; at++) {
        const char c = source.data[at];
        if (quote != '\0') {
            quote = (char)(c == quote ? '\0' : quote);
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            break;
        }
    }
    return at;
}

static void take_tag(struct text source, size_t *at, struct html_piece *piece)
{
    piece->is_tag = true;
    piece->is_closing = source.data[*at + 1] == '/';
    const size_t from = *at + (piece->is_closing ? 2 : 1);
    size_t to = from;
    while (to < source.len && is_name(source.data[to])) {
        to++;
    }
    const size_t end = tag_end(source, to);
    piece->text = text_slice(source, from, to - from);
    piece->attributes = text_slice(source, to, end - to);
    *at = end < source.len ? end + 1 : end;
}

bool html_next(struct text source, size_t *at, struct html_piece *piece)
{
    *piece = (struct html_piece){.is_tag = false};
    while (*at < source.len && opens(source, *at) && source.data[*at + 1] == '!') {
        *at = skip_comment(source, *at);
    }
    if (*at >= source.len) {
        return false;
    }
    if (opens(source, *at)) {
        take_tag(source, at, piece);
        return true;
    }
    const size_t from = *at;
    while (*at < source.len && !opens(source, *at)) {
        *at += 1;
    }
    piece->text = text_slice(source, from, *at - from);
    return true;
}

static struct text attribute_value(struct text rest)
{
    rest = text_trim(rest);
    if (rest.len == 0) {
        return rest;
    }
    const char quote = rest.data[0];
    const bool is_quoted = quote == '"' || quote == '\'';
    size_t end = is_quoted ? 1 : 0;
    while (end < rest.len && (is_quoted ? rest.data[end] != quote : !is_blank(rest.data[end]))) {
        end++;
    }
    return text_slice(rest, is_quoted ? 1 : 0, end - (is_quoted ? 1 : 0));
}

struct text html_attribute(struct text attributes, struct text name)
{
    char quote = '\0';
    for (size_t at = 0; at + name.len < attributes.len; at++) {
        const char c = attributes.data[at];
        if (quote != '\0') {
            quote = (char)(c == quote ? '\0' : quote);
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (is_blank(c) &&
                   text_equal_ignoring_case(text_slice(attributes, at + 1, name.len), name)) {
            const struct text rest =
                text_trim(text_slice(attributes, at + 1 + name.len, attributes.len));
            if (rest.len > 0 && rest.data[0] == '=') {
                return attribute_value(text_slice(rest, 1, rest.len));
            }
        }
    }
    return TEXT_ABSENT;
}

/* The digit's value; DIGIT_NONE: it is none. */
static int32_t digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return is_letter(c) ? (c | 0x20) - 'a' + DECIMAL : DIGIT_NONE;
}

static bool is_character(int32_t value)
{
    return value >= ' ' && value <= CODE_POINT_MAX && (value < 0xD800 || value >= 0xE000);
}

static bool decode_number(struct buffer *out, struct text digits)
{
    const bool is_hex = digits.len > 0 && (digits.data[0] == 'x' || digits.data[0] == 'X');
    const int32_t base = is_hex ? HEXADECIMAL : DECIMAL;
    char bytes[UNICODE_UTF8_BYTES];
    int32_t value = 0;
    for (size_t i = is_hex ? 1 : 0; i < digits.len; i++) {
        const int32_t digit = digit_of(digits.data[i]);
        value = value * base + digit;
        if (digit >= base || value > CODE_POINT_MAX) {
            return false;
        }
    }
    if (!is_character(value)) {
        return false;
    }
    buffer_append(out, (struct text){.data = bytes, .len = unicode_encode(value, bytes)});
    return true;
}

/* The entity that begins at the '&'; false where none does. */
static bool decode_entity(struct buffer *out, struct text words, size_t *at)
{
    size_t end = *at + 1;
    while (end < words.len && end - *at <= ENTITY_BYTES_MAX && words.data[end] != ';') {
        end++;
    }
    if (end >= words.len || words.data[end] != ';') {
        return false;
    }
    const struct text name = text_slice(words, *at + 1, end - *at - 1);
    bool is_known =
        name.len > 1 && name.data[0] == '#' && decode_number(out, text_slice(name, 1, name.len));
    for (size_t i = 0; i < COUNT_OF(ENTITIES) && !is_known; i++) {
        if (text_equal(name, ENTITIES[i].name)) {
            buffer_append(out, ENTITIES[i].characters);
            is_known = true;
        }
    }
    *at = is_known ? end : *at;
    return is_known;
}

void html_decode(struct buffer *out, struct text words)
{
    for (size_t at = 0; at < words.len; at++) {
        if (words.data[at] != '&' || !decode_entity(out, words, &at)) {
            buffer_append_char(out, words.data[at]);
        }
    }
}
