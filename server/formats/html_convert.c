/*
 * HTML to Markdown. Breaks, blanks and opening marks wait until words follow, so that none is left
 * over where nothing does.
 */
#include "formats/html_tags.h"
#include "formats/markdown.h"

enum { LISTS_MAX = 8, MARKS_BYTES_MAX = 32 };

enum line_break { BREAK_NONE, BREAK_LINE, BREAK_ITEM, BREAK_PARAGRAPH };

struct conversion {
    struct buffer *out;
    struct arena *arena;
    struct text source;
    size_t at;
    bool keeps_lines;
    uint32_t losses;
    enum line_break pending;
    bool has_blank;            /* before the next words */
    struct text opening;       /* marks before the next words */
    size_t start_len;          /* of `out` at the beginning */
    size_t depth;              /* of lists */
    size_t numbers[LISTS_MAX]; /* of the items of a numbered list; 0: not numbered */
    struct text link;          /* of the open link; absent: none */
};

static void ask_break(struct conversion *c, enum line_break wanted)
{
    c->pending = wanted > c->pending ? wanted : c->pending;
}

static void indent(struct conversion *c)
{
    for (size_t i = 0; i < c->depth; i++) {
        buffer_append(c->out, c->numbers[i] > 0 ? TEXT("   ") : TEXT("  "));
    }
}

/* What waits before words. */
static void settle(struct conversion *c)
{
    const bool is_first = c->out->len == c->start_len;
    if (!is_first && c->pending == BREAK_LINE) {
        buffer_append(c->out, TEXT("\\\n"));
        indent(c);
    } else if (!is_first && c->pending == BREAK_PARAGRAPH) {
        buffer_append(c->out, TEXT("\n\n"));
        indent(c);
    } else if (!is_first && c->pending == BREAK_NONE && c->has_blank) {
        buffer_append_char(c->out, ' ');
    }
    c->pending = BREAK_NONE;
    c->has_blank = false;
    buffer_append(c->out, c->opening);
    c->opening = TEXT("");
}

static struct text decoded(struct conversion *c, struct text words)
{
    struct buffer plain;
    struct text text = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    buffer_init(&plain, c->arena, 4 * words.len + 1);
    html_decode(&plain, words);
    return buffer_text(&plain, &text, &err) ? text : TEXT("");
}

static bool is_blank(char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

/* Words between blanks, one after the other. */
static void write_words(struct conversion *c, struct text words)
{
    const struct text plain = decoded(c, words);
    for (size_t at = 0; at < plain.len;) {
        size_t end = at;
        while (end < plain.len && !is_blank(plain.data[end])) {
            end++;
        }
        if (end > at) {
            settle(c);
            markdown_escape(c->out, text_slice(plain, at, end - at));
        }
        if (end < plain.len && c->keeps_lines && plain.data[end] == '\n') {
            ask_break(c, BREAK_LINE);
        }
        c->has_blank = c->has_blank || end < plain.len;
        at = end + 1;
    }
}

static void open_mark(struct conversion *c, struct text mark)
{
    if (c->opening.len > MARKS_BYTES_MAX) { /* nobody means that */
        return;
    }
    c->opening = arena_printf(c->arena, "%.*s%.*s", TEXT_ARG(c->opening), TEXT_ARG(mark));
}

/* A mark whose opening one still waits had nothing in it. */
static void close_mark(struct conversion *c, struct text mark)
{
    const size_t opened = c->opening.len;
    if (opened >= mark.len &&
        text_equal(text_slice(c->opening, opened - mark.len, mark.len), mark)) {
        c->opening.len -= mark.len;
    } else if (c->out->len > c->start_len) {
        buffer_append(c->out, mark);
    }
}

/* Everything up to the closing tag, without the tags in it. */
static struct text take_inside(struct conversion *c, struct text name)
{
    struct buffer inside;
    struct text text = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    struct html_piece piece;
    buffer_init(&inside, c->arena, 4 * (c->source.len - c->at) + 1);
    while (html_next(c->source, &c->at, &piece)) {
        if (piece.is_tag && piece.is_closing && text_equal_ignoring_case(piece.text, name)) {
            break;
        }
        if (!piece.is_tag) {
            html_decode(&inside, piece.text);
        } else if (html_tag_of(piece.text) == TAG_BREAK) {
            buffer_append_char(&inside, '\n');
        }
    }
    return buffer_text(&inside, &text, &err) ? text : TEXT("");
}

static size_t longest_ticks(struct text code)
{
    size_t longest = 0;
    size_t run = 0;
    for (size_t i = 0; i < code.len; i++) {
        run = code.data[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void append_ticks(struct conversion *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_append_char(c->out, '`');
    }
}

static void write_code(struct conversion *c, struct text name)
{
    const struct text code = text_trim(take_inside(c, name));
    if (code.len == 0) {
        return;
    }
    const size_t ticks = longest_ticks(code) + 1;
    const struct text margin = ticks > 1 ? TEXT(" ") : TEXT("");
    settle(c);
    append_ticks(c, ticks);
    buffer_append(c->out, margin);
    for (size_t i = 0; i < code.len; i++) { /* a blank line would end the span */
        buffer_append_char(c->out, (char)(is_blank(code.data[i]) ? ' ' : code.data[i]));
    }
    buffer_append(c->out, margin);
    append_ticks(c, ticks);
}

static void write_pre(struct conversion *c, struct text name)
{
    struct text code = take_inside(c, name);
    while (code.len > 0 && (code.data[code.len - 1] == '\n' || code.data[code.len - 1] == '\r')) {
        code.len--;
    }
    if (text_trim(code).len == 0) {
        return;
    }
    const size_t longest = longest_ticks(code);
    const size_t ticks = longest < 3 ? 3 : longest + 1;
    ask_break(c, BREAK_PARAGRAPH);
    settle(c);
    append_ticks(c, ticks);
    buffer_append_char(c->out, '\n');
    buffer_append(c->out, code.data[0] == '\n' ? text_slice(code, 1, code.len) : code);
    buffer_append_char(c->out, '\n');
    append_ticks(c, ticks);
    ask_break(c, BREAK_PARAGRAPH);
}

static bool is_safe_url(struct text url)
{
    for (size_t i = 0; i < url.len; i++) {
        const unsigned char ch = (unsigned char)url.data[i];
        if (ch <= ' ' || ch == '<' || ch == '>' || ch == '(' || ch == ')' || ch == '\\') {
            return false;
        }
    }
    return text_starts_with(url, TEXT("https://")) || text_starts_with(url, TEXT("http://"));
}

static void write_link(struct conversion *c, const struct html_piece *piece)
{
    if (!piece->is_closing && c->link.data == NULL) {
        const struct text url = decoded(c, html_attribute(piece->attributes, TEXT("href")));
        if (is_safe_url(url)) {
            c->link = url;
            open_mark(c, TEXT("["));
        } else {
            c->losses |= url.len > 0 ? HTML_LOSES_LINKS : 0U;
        }
    } else if (piece->is_closing && c->link.data != NULL) {
        const size_t before = c->opening.len;
        const struct text url = c->link;
        c->link = TEXT_ABSENT;
        if (before > 0 && c->opening.data[before - 1] == '[') {
            c->opening.len--;
            return;
        }
        buffer_append(c->out, TEXT("]("));
        buffer_append(c->out, url);
        buffer_append_char(c->out, ')');
    }
}

static void write_list(struct conversion *c, const struct html_piece *piece, bool is_numbered)
{
    ask_break(c, c->depth > 0 ? BREAK_ITEM : BREAK_PARAGRAPH);
    if (!piece->is_closing && c->depth < LISTS_MAX) {
        c->numbers[c->depth++] = is_numbered ? 1 : 0;
    } else if (piece->is_closing && c->depth > 0) {
        c->depth--;
        ask_break(c, c->depth > 0 ? BREAK_ITEM : BREAK_PARAGRAPH);
    }
}

static void write_item(struct conversion *c, bool is_closing)
{
    if (is_closing || c->depth == 0) {
        ask_break(c, BREAK_ITEM);
        return;
    }
    const bool is_after_list_start = c->pending == BREAK_PARAGRAPH;
    if (c->out->len > c->start_len) {
        buffer_append(c->out, is_after_list_start ? TEXT("\n\n") : TEXT("\n"));
    }
    c->pending = BREAK_NONE;
    c->has_blank = false;
    c->depth--;
    indent(c);
    c->depth++;
    size_t *number = &c->numbers[c->depth - 1];
    if (*number > 0) {
        buffer_append_i64(c->out, (int64_t)*number);
        buffer_append(c->out, TEXT(". "));
        *number += 1;
    } else {
        buffer_append(c->out, TEXT("- "));
    }
}

static void write_image(struct conversion *c, struct text attributes)
{
    const struct text words = html_attribute(attributes, TEXT("alt"));
    c->losses |= HTML_LOSES_IMAGES;
    if (words.len > 0) {
        c->has_blank = true;
        write_words(c, words);
        c->has_blank = true;
    }
}

static void write_table(struct conversion *c, bool is_row)
{
    c->losses |= HTML_LOSES_TABLES;
    ask_break(c, is_row ? BREAK_LINE : BREAK_NONE);
    c->has_blank = true;
}

static void write_raised(struct conversion *c, bool is_raised, bool is_closing)
{
    c->losses |= HTML_LOSES_RAISED;
    if (!is_closing) {
        open_mark(c, is_raised ? TEXT("^") : TEXT("\\_"));
    }
}

static void write_other(struct conversion *c, enum html_tag tag, const struct html_piece *piece)
{
    if (tag == TAG_ROW || tag == TAG_CELL) {
        write_table(c, tag == TAG_ROW);
    } else if (tag == TAG_HEADING) {
        c->losses |= HTML_LOSES_HEADINGS;
        ask_break(c, BREAK_PARAGRAPH);
    } else if (tag == TAG_RAISED || tag == TAG_LOWERED) {
        write_raised(c, tag == TAG_RAISED, piece->is_closing);
    } else if (tag == TAG_SCRIPT && !piece->is_closing) {
        c->losses |= HTML_LOSES_SCRIPTS;
        (void)take_inside(c, piece->text); /* nobody is to see it */
    } else if (tag == TAG_MEDIA) {
        c->losses |= HTML_LOSES_MEDIA;
    } else if (tag == TAG_UNKNOWN) {
        c->losses |= HTML_LOSES_LOOKS;
    }
}

static void write_block(struct conversion *c, enum html_tag tag, const struct html_piece *piece)
{
    if (tag == TAG_PARAGRAPH) {
        const bool is_in_item = c->depth > 0;
        ask_break(c, is_in_item ? BREAK_NONE : BREAK_PARAGRAPH);
        c->has_blank = true;
    } else if (tag == TAG_BREAK) {
        ask_break(c, BREAK_LINE);
    } else if (tag == TAG_LIST || tag == TAG_NUMBERED) {
        write_list(c, piece, tag == TAG_NUMBERED);
    } else if (tag == TAG_ITEM) {
        write_item(c, piece->is_closing);
    } else if (tag == TAG_IMAGE) {
        write_image(c, piece->attributes);
    } else {
        write_other(c, tag, piece);
    }
}

static void write_tag(struct conversion *c, const struct html_piece *piece)
{
    const enum html_tag tag = html_tag_of(piece->text);
    if (tag == TAG_STRONG || tag == TAG_EMPHASIS) {
        const struct text mark = tag == TAG_STRONG ? TEXT("**") : TEXT("*");
        if (piece->is_closing) {
            close_mark(c, mark);
        } else {
            open_mark(c, mark);
        }
    } else if (tag == TAG_CODE && !piece->is_closing) {
        write_code(c, piece->text);
    } else if (tag == TAG_PRE && !piece->is_closing) {
        write_pre(c, piece->text);
    } else if (tag == TAG_LINK) {
        write_link(c, piece);
    } else if (tag != TAG_CODE && tag != TAG_PRE) {
        write_block(c, tag, piece);
    }
}

uint32_t html_convert(struct buffer *out, struct arena *arena, struct text source, bool keeps_lines)
{
    struct conversion c = {.out = out,
                           .arena = arena,
                           .source = source,
                           .keeps_lines = keeps_lines,
                           .opening = TEXT(""),
                           .link = TEXT_ABSENT,
                           .start_len = out->len};
    struct html_piece piece;
    while (html_next(source, &c.at, &piece)) {
        if (piece.is_tag) {
            write_tag(&c, &piece);
        } else {
            write_words(&c, piece.text);
        }
    }
    if (c.link.data != NULL && c.opening.len == 0) {
        buffer_append_char(out, ']'); /* never closed: the words stay in brackets */
    }
    return c.losses;
}
