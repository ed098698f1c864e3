/* Keys in words. */
#include "formats/explain.h"

#include <math.h>
#include <stdio.h>

#include "formats/markdown.h"

enum { NUMBER_BYTES = 32 };
static const double LARGEST_PLAIN = 1e15;

void explain_number(struct buffer *out, double value)
{
    char digits[NUMBER_BYTES];
    if (value == floor(value) && fabs(value) < LARGEST_PLAIN) {
        buffer_append_i64(out, (int64_t)value);
        return;
    }
    const int length = snprintf(digits, sizeof digits, "%.15g", value); /* at most 22 bytes */
    buffer_append(out, (struct text){.data = digits, .len = length < 0 ? 0 : (size_t)length});
}

static void separate(struct buffer *out, size_t index)
{
    if (index > 0) {
        buffer_append(out, TEXT("; "));
    }
}

static void append_options(struct buffer *out, const struct question *q)
{
    size_t count = 0;
    for (size_t i = 0; i < q->option_count; i++) {
        if (q->options[i].correct) {
            separate(out, count);
            buffer_append(out, q->options[i].text);
            count++;
        }
    }
}

static void append_range(struct buffer *out, const struct number_key *number)
{
    if (number->value != NULL) {
        explain_number(out, *number->value);
        return;
    }
    if (number->min != NULL) {
        buffer_append(out, TEXT("from "));
        explain_number(out, *number->min);
    }
    if (number->max != NULL) {
        buffer_append(out, number->min == NULL ? TEXT("up to ") : TEXT(" to "));
        explain_number(out, *number->max);
    }
}

static void append_accepted(struct buffer *out, struct text accepted)
{
    markdown_escape(out, accepted);
}

static struct text text_of_part(const struct part *parts, size_t count, struct text id)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(parts[i].id, id)) {
            return parts[i].text;
        }
    }
    return id;
}

static void append_parts(struct buffer *out, const struct question *q)
{
    for (size_t i = 0; i < q->order_count; i++) {
        separate(out, i);
        buffer_append(out, text_of_part(q->items, q->item_count, q->order[i]));
    }
    for (size_t i = 0; q->pairs != NULL && i < q->pairs->count; i++) {
        const struct shape_pair *pair = &q->pairs->pairs[i];
        separate(out, i);
        buffer_append(out, text_of_part(q->premises, q->premise_count, pair->key));
        buffer_append(out, TEXT(" – "));
        buffer_append(out, text_of_part(q->choices, q->choice_count, pair->value));
    }
    for (size_t i = 0; i < q->gap_count; i++) {
        separate(out, i);
        append_accepted(out, q->gaps[i].accepted[0].text);
    }
}

struct text explain_key(struct arena *arena, const struct question *question)
{
    struct buffer out;
    struct text text = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    buffer_init(&out, arena, (size_t)4 * QUESTION_MARKDOWN_MAX);
    buffer_append(&out, TEXT("Right: "));
    append_options(&out, question);
    if (question->number != NULL) {
        append_range(&out, question->number);
    }
    if (question->accepted_count > 0) {
        append_accepted(&out, question->accepted[0].text);
    }
    append_parts(&out, question);
    return buffer_text(&out, &text, &err) ? text : TEXT("Right: see the key.");
}
