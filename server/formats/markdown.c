/* Texts of every markup to Markdown, and plain words that Markdown leaves alone. */
#include "formats/markdown.h"

#include <string.h>

#include "formats/html.h"

enum { GROWTH = 8 }; /* what an escaped text may be longer, at most */

static const struct {
    struct text name;
    enum markup markup;
} MARKUPS[] = {
    {TEXT_INIT("html"), MARKUP_HTML},     {TEXT_INIT("moodle_auto_format"), MARKUP_MOODLE},
    {TEXT_INIT("moodle"), MARKUP_MOODLE}, {TEXT_INIT("plain_text"), MARKUP_PLAIN},
    {TEXT_INIT("plain"), MARKUP_PLAIN},   {TEXT_INIT("markdown"), MARKUP_MARKDOWN},
};

static const struct {
    uint32_t bit;
    const char *words;
} LOSSES[] = {
    {HTML_LOSES_IMAGES, "images"},
    {HTML_LOSES_TABLES, "the form of a table"},
    {HTML_LOSES_SCRIPTS, "scripts or styles"},
    {HTML_LOSES_LINKS, "links that lead nowhere outside of its page"},
    {HTML_LOSES_RAISED, "sub- or superscript"},
    {HTML_LOSES_HEADINGS, "headings"},
    {HTML_LOSES_MEDIA, "media"},
    {HTML_LOSES_LOOKS, "looks"},
};

bool markup_find(struct text name, enum markup *markup)
{
    for (size_t i = 0; i < COUNT_OF(MARKUPS); i++) {
        if (text_equal_ignoring_case(name, MARKUPS[i].name)) {
            *markup = MARKUPS[i].markup;
            return true;
        }
    }
    return false;
}

static bool is_special(char c)
{
    return c != '\0' && strchr("\\`*_[]<&", c) != NULL;
}

/* What begins a block where it begins a line: a heading, a quotation, an item. */
static bool begins_block(struct text plain, size_t at)
{
    const char c = plain.data[at];
    return c == '#' || c == '>' || c == '+' || c == '-' || c == '=' || c == '~' || c == '|';
}

/* "1." and "1)" would be an item of a list. */
static size_t count_digits(struct text plain, size_t at)
{
    size_t end = at;
    while (end < plain.len && plain.data[end] >= '0' && plain.data[end] <= '9') {
        end++;
    }
    const bool is_item =
        end > at && end < plain.len && (plain.data[end] == '.' || plain.data[end] == ')') &&
        (end + 1 == plain.len || plain.data[end + 1] == ' ' || plain.data[end + 1] == '\n');
    return is_item ? end - at : 0;
}

void markdown_escape(struct buffer *out, struct text plain)
{
    bool is_line_start = out->len == 0 || out->data[out->len - 1] == '\n';
    for (size_t at = 0; at < plain.len; at++) {
        const char c = plain.data[at];
        if (is_line_start && count_digits(plain, at) > 0) {
            const size_t digits = count_digits(plain, at);
            buffer_append(out, text_slice(plain, at, digits));
            at += digits;
            buffer_append_char(out, '\\');
        } else if (is_special(c) || (is_line_start && begins_block(plain, at))) {
            buffer_append_char(out, '\\');
        }
        buffer_append_char(out, plain.data[at]);
        is_line_start = c == '\n';
    }
}

static bool is_blank_line(struct text rest)
{
    size_t at = 0;
    while (at < rest.len &&
           (rest.data[at] == ' ' || rest.data[at] == '\t' || rest.data[at] == '\r')) {
        at++;
    }
    return at == rest.len || rest.data[at] == '\n';
}

/* Lines of plain text stay lines. */
static void append_lines(struct buffer *out, struct text plain)
{
    struct text rest = plain;
    struct text line = TEXT_ABSENT;
    bool has_more = true;
    while (has_more) {
        has_more = text_split(rest, '\n', &line, &rest);
        const struct text words = text_trim(line);
        markdown_escape(out, words);
        if (has_more) {
            buffer_append(out, words.len > 0 && !is_blank_line(rest) ? TEXT("\\\n") : TEXT("\n"));
        }
    }
}

static void report(struct draft *draft, uint32_t losses)
{
    for (size_t i = 0; i < COUNT_OF(LOSSES); i++) {
        if ((losses & LOSSES[i].bit) != 0) {
            draft_warn(draft, "html_lost", "what its HTML had is lost: %s", LOSSES[i].words);
        }
    }
}

struct text markup_to_markdown(struct draft *draft, enum markup markup, struct text source)
{
    struct buffer out;
    struct text text = TEXT("");
    struct error err = {.code = ERROR_NONE};
    if (markup == MARKUP_MARKDOWN || source.len == 0) {
        return text_trim(source);
    }
    buffer_init(&out, draft->arena, GROWTH * source.len + GROWTH);
    if (markup == MARKUP_PLAIN) {
        append_lines(&out, text_trim(source));
    } else {
        report(draft, html_convert(&out, draft->arena, text_trim(source), markup == MARKUP_MOODLE));
    }
    if (!buffer_text(&out, &text, &err)) {
        (void)draft_refuse(draft, "too_long", "a text is too long"); /* always false */
        return TEXT("");
    }
    return text_trim(text);
}

struct text markup_to_plain(struct arena *arena, enum markup markup, struct text source)
{
    struct buffer out;
    struct text text = TEXT("");
    struct error err = {.code = ERROR_NONE};
    struct html_piece piece;
    size_t at = 0;
    if (markup == MARKUP_MARKDOWN || markup == MARKUP_PLAIN) {
        return text_trim(source);
    }
    buffer_init(&out, arena, GROWTH * source.len + 1);
    while (html_next(source, &at, &piece)) {
        if (!piece.is_tag) {
            html_decode(&out, piece.text);
        }
    }
    return buffer_text(&out, &text, &err) ? text_trim(text) : TEXT("");
}
