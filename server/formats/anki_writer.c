/*
 * Anki's notes: every question becomes a card whose front asks and whose back tells. What can be
 * typed in comes back as it was; the other types become cards.
 */
#include <stdlib.h>

#include <cmark.h>

#include "formats/explain.h"
#include "formats/table.h"
#include "formats/writer_core.h"

static void begin_anki(struct buffer *out)
{
    buffer_append(out, TEXT("#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n"
                            "#deck column:3\n#tags column:4\n"));
}

static void end_anki(const struct format_writer *writer, struct buffer *out)
{
    (void)writer; /* nothing stands behind the last note */
    (void)out;
}

/* Safe HTML: raw HTML in the Markdown is left out. */
static struct text html_of(struct writing *writing, struct text markdown)
{
    char *html = cmark_markdown_to_html(markdown.data, markdown.len, CMARK_OPT_DEFAULT);
    arena_defer(writing->arena, free, html);
    struct text text = text_trim(text_of(html));
    const struct text open = TEXT("<p>");
    const struct text close = TEXT("</p>");
    const struct text inside = text_slice(text, open.len, text.len);
    struct text head = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    /* one paragraph needs no mark */
    if (text_starts_with(text, open) && text.len > open.len + close.len &&
        !text_split(text, '\n', &head, &rest)) {
        text = text_slice(inside, 0, inside.len - close.len);
    }
    return text;
}

static void append_plain(struct buffer *out, struct text plain)
{
    for (size_t i = 0; i < plain.len; i++) {
        const char c = plain.data[i];
        if (c != '\\' || i + 1 == plain.len || plain.data[i + 1] != '*') {
            writing_append_escaped(out, c);
        }
    }
}

static void append_list(struct writing *writing, struct buffer *out, const struct part *parts,
                        size_t count)
{
    buffer_append(out, TEXT("<ol>"));
    for (size_t i = 0; i < count; i++) {
        buffer_append(out, TEXT("<li>"));
        buffer_append(out, html_of(writing, parts[i].text));
        buffer_append(out, TEXT("</li>"));
    }
    buffer_append(out, TEXT("</ol>"));
}

static void append_front(struct writing *writing, struct buffer *out)
{
    const struct question *q = writing->question;
    buffer_append(out, html_of(writing, q->stem));
    if (q->option_count > 0) {
        struct part *parts = arena_new_array(writing->arena, q->option_count, struct part);
        for (size_t i = 0; i < q->option_count; i++) {
            parts[i].text = q->options[i].text;
        }
        append_list(writing, out, parts, q->option_count);
    }
    if (q->item_count > 0) {
        append_list(writing, out, q->items, q->item_count);
    }
    if (q->premise_count > 0) {
        append_list(writing, out, q->premises, q->premise_count);
        append_list(writing, out, q->choices, q->choice_count);
    }
}

static void append_back(struct writing *writing, struct buffer *out)
{
    const struct question *q = writing->question;
    if (q->type == QUESTION_SHORT_TEXT) {
        append_plain(out, q->accepted[0].text);
    } else if (q->number != NULL && q->number->value != NULL) {
        explain_number(out, *q->number->value);
    } else {
        buffer_append(out, html_of(writing, explain_key(writing->arena, q)));
    }
}

/* "[[a]]" becomes "{{c1::NoEcho}}". */
static void append_cloze(struct writing *writing, struct buffer *out)
{
    const struct question *q = writing->question;
    const struct text html = html_of(writing, q->stem);
    for (size_t at = 0; at < html.len; at++) {
        const struct text rest = text_slice(html, at, html.len);
        bool is_gap = false;
        for (size_t i = 0; i < q->gap_count && !is_gap; i++) {
            const struct text mark =
                arena_printf(writing->arena, "[[%.*s]]", TEXT_ARG(q->gaps[i].id));
            is_gap = rest.data[0] == '[' && text_starts_with(rest, mark);
            if (is_gap) {
                buffer_printf(out, "{{c%zu::", i + 1);
                append_plain(out, q->gaps[i].accepted[0].text);
                buffer_append(out, TEXT("}}"));
                at += mark.len - 1;
            }
        }
        if (!is_gap) {
            buffer_append_char(out, html.data[at]);
        }
    }
}

/* A path with "::" between its parts, as Anki has them. */
static void append_deck(struct buffer *out, struct text section)
{
    for (size_t i = 0; i < section.len; i++) {
        if (section.data[i] == '/') {
            buffer_append(out, TEXT("::"));
        } else {
            buffer_append_char(out, section.data[i]);
        }
    }
}

static void append_cell(struct writing *writing, const struct buffer *cell)
{
    buffer_append_char(writing->out, '\t');
    table_append_cell(writing->out, (struct text){.data = cell->data, .len = cell->len}, '\t');
}

static void report_losses(struct writing *writing)
{
    const struct question *q = writing->question;
    const bool is_card = q->type != QUESTION_SHORT_TEXT && q->type != QUESTION_CLOZE;
    if (is_card) {
        writing_lose(writing, "type_lost",
                     "it becomes a card: an import takes it for a short answer");
    }
    writing_lose(writing, "details_lost",
                 "its difficulty, domain, source, feedback and scoring are lost");
    if (q->accepted_count > 1) {
        writing_lose(writing, "answers_lost", "of its right answers only the first is kept");
    }
    for (size_t i = 0; i < q->gap_count; i++) {
        if (q->gaps[i].accepted_count > 1) {
            writing_lose(writing, "answers_lost", "of its right answers only the first is kept");
            return;
        }
    }
}

static bool write_anki(struct writing *writing)
{
    const struct question *q = writing->question;
    const bool is_cloze = q->type == QUESTION_CLOZE;
    struct buffer front;
    struct buffer back;
    struct buffer extra;
    report_losses(writing);
    buffer_init(&front, writing->arena, (size_t)1024 * 1024);
    buffer_init(&back, writing->arena, (size_t)1024 * 1024);
    buffer_init(&extra, writing->arena, (size_t)1024 * 1024);
    if (is_cloze) {
        append_cloze(writing, &front);
    } else {
        append_front(writing, &front);
        append_back(writing, &back);
    }
    buffer_append(&extra, html_of(writing, q->explanation));
    buffer_printf(writing->out, "%.*s\t%s\t", TEXT_ARG(q->slug), is_cloze ? "Cloze" : "Basic");
    append_deck(writing->out, q->section);
    buffer_append_char(writing->out, '\t');
    for (size_t i = 0; i < q->tag_count; i++) {
        buffer_printf(writing->out, "%s%.*s", i > 0 ? " " : "", TEXT_ARG(q->tags[i]));
    }
    append_cell(writing, &front);
    if (!is_cloze) {
        append_cell(writing, &back);
    }
    append_cell(writing, &extra);
    buffer_append_char(writing->out, '\n');
    return true;
}

const struct writer_kind ANKI_WRITER = {begin_anki, write_anki, end_anki};
