/* Pairs and gaps for the writers. */
#include <string.h>

#include "formats/writer_core.h"

const struct part *writing_choice_of(const struct question *question, struct text premise)
{
    struct text id = TEXT("");
    for (size_t i = 0; i < question->pairs->count; i++) {
        if (text_equal(question->pairs->pairs[i].key, premise)) {
            id = question->pairs->pairs[i].value;
        }
    }
    for (size_t i = 0; i < question->choice_count; i++) {
        if (text_equal(question->choices[i].id, id)) {
            return &question->choices[i];
        }
    }
    return &question->choices[0]; /* a question that was checked has it */
}

bool writing_is_paired(const struct question *question, struct text choice)
{
    for (size_t i = 0; i < question->pairs->count; i++) {
        if (text_equal(question->pairs->pairs[i].value, choice)) {
            return true;
        }
    }
    return false;
}

static void append_answer(struct buffer *out, struct text answer)
{
    for (size_t i = 0; i < answer.len; i++) {
        const char c = answer.data[i];
        if (strchr("}#~/\"\\=", c) != NULL &&
            !(c == '\\' && i + 1 < answer.len && answer.data[i + 1] == '*')) {
            buffer_append_char(out, '\\');
        }
        /* what is read as HTML */
        if (c == '<') {
            buffer_append(out, TEXT("&lt;"));
        } else if (c == '&') {
            buffer_append(out, TEXT("&amp;"));
        } else {
            buffer_append_char(out, c);
        }
    }
}

static void append_gap(struct writing *writing, struct buffer *out, const struct gap *gap)
{
    buffer_append(out, gap->case_sensitive ? TEXT("{1:SHORTANSWER_C:") : TEXT("{1:SHORTANSWER:"));
    for (size_t i = 0; i < gap->accepted_count; i++) {
        buffer_append(out, i > 0 ? TEXT("~=") : TEXT("="));
        append_answer(out, writing_one_line(writing, gap->accepted[i].text));
    }
    buffer_append_char(out, '}');
}

/* The gap whose mark begins here; NULL: none. */
static const struct gap *gap_at(const struct question *question, size_t at)
{
    const struct text rest = text_slice(question->stem, at, question->stem.len);
    if (!text_starts_with(rest, TEXT("[["))) {
        return NULL;
    }
    for (size_t i = 0; i < question->gap_count; i++) {
        const struct text id = question->gaps[i].id;
        if (text_equal(text_slice(rest, 2, id.len), id) &&
            text_equal(text_slice(rest, 2 + id.len, 2), TEXT("]]"))) {
            return &question->gaps[i];
        }
    }
    return NULL;
}

struct text writing_cloze_text(struct writing *writing)
{
    const struct question *q = writing->question;
    struct buffer out;
    struct text text = TEXT("");
    struct error err = {.code = ERROR_NONE};
    buffer_init(&out, writing->arena, (size_t)1024 * 1024);
    for (size_t at = 0; at < q->stem.len; at++) {
        const struct gap *gap = gap_at(q, at);
        if (gap != NULL) {
            append_gap(writing, &out, gap);
            at += gap->id.len + 3;
        } else {
            buffer_append_char(&out, q->stem.data[at]);
        }
    }
    return buffer_text(&out, &text, &err) ? text : TEXT("");
}

void writing_append_escaped(struct buffer *out, char c)
{
    if (c == '&') {
        buffer_append(out, TEXT("&amp;"));
    } else if (c == '<') {
        buffer_append(out, TEXT("&lt;"));
    } else if (c == '>') {
        buffer_append(out, TEXT("&gt;"));
    } else {
        buffer_append_char(out, c);
    }
}
