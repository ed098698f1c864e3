/*
 * GIFT. Texts are Markdown and say so. What a bank knows beyond GIFT stands in the comment before a
 * question, where an import finds it again.
 */
#include "formats/answers.h"
#include "formats/explain.h"
#include "formats/extras.h"
#include "formats/gift.h"
#include "formats/writer_core.h"

static void begin_gift(struct buffer *out)
{
    (void)out; /* nothing stands before the first question */
}

static void end_gift(const struct format_writer *writer, struct buffer *out)
{
    (void)writer; /* nothing stands behind the last one */
    (void)out;
}

/* A text that would be read as one with a marker gets a marker of its own. */
static void append_text(struct buffer *out, struct text text)
{
    enum markup markup = MARKUP_MARKDOWN;
    const struct text trimmed = text_trim(text);
    if (gift_take_markup(trimmed, &markup).data != trimmed.data) {
        buffer_append(out, TEXT("[markdown]"));
    }
    gift_escape(out, trimmed);
}

static void append_extra(struct buffer *out, struct text key, struct text value)
{
    const struct text trimmed = text_trim(value);
    buffer_printf(out, " [%.*s:", TEXT_ARG(key));
    for (size_t i = 0; i < trimmed.len; i++) {
        const char c = trimmed.data[i];
        if (c == ']' || c == '\\') {
            buffer_append_char(out, '\\');
        }
        buffer_append_char(out, (char)(c == '\n' || c == '\r' ? ' ' : c));
    }
    buffer_append_char(out, ']');
}

static void append_comment(struct writing *writing, bool ends_with_gap)
{
    const struct question *q = writing->question;
    struct extra_list *extras = arena_new(writing->arena, struct extra_list);
    extras_of(writing->arena, q, extras);
    if (ends_with_gap) {
        extras_add(extras, TEXT("gap"), TEXT("end"));
    }
    buffer_append(writing->out, TEXT("//"));
    append_extra(writing->out, TEXT("id"), q->slug);
    for (size_t i = 0; i < q->tag_count; i++) {
        append_extra(writing->out, TEXT("tag"), q->tags[i]);
    }
    for (size_t i = 0; i < extras->count; i++) {
        append_extra(writing->out, extras->items[i].key, extras->items[i].value);
    }
    buffer_append_char(writing->out, '\n');
}

static void append_feedback(struct buffer *out, struct text feedback)
{
    if (feedback.len > 0) {
        buffer_append_char(out, '#');
        append_text(out, feedback);
    }
}

static void append_weight(struct buffer *out, int64_t fraction)
{
    buffer_append_char(out, '%');
    fraction_append(out, fraction);
    buffer_append_char(out, '%');
}

/* A weight that follows from the mark is left out, but where the text begins like one. */
static void append_options(struct writing *writing)
{
    const struct question *q = writing->question;
    struct buffer *out = writing->out;
    const bool is_single = q->type != QUESTION_MULTIPLE_CHOICE;
    buffer_append_char(out, '{');
    for (size_t i = 0; i < q->option_count; i++) {
        const struct question_option *option = &q->options[i];
        const int64_t fraction = answers_fraction(q, i);
        const bool is_marked = is_single && option->correct;
        const bool is_clear = fraction == (is_marked ? FRACTION_FULL : 0) &&
                              !text_starts_with(text_trim(option->text), TEXT("%"));
        buffer_append(out, is_marked ? TEXT("\n\t=") : TEXT("\n\t~"));
        if (!is_clear) {
            append_weight(out, fraction);
        }
        append_text(out, option->text);
        append_feedback(out, option->feedback);
    }
}

static void append_truth(struct writing *writing)
{
    const struct question *q = writing->question;
    const size_t right = q->options[0].correct ? 0 : 1;
    const bool is_true = text_equal(q->options[right].id, TEXT("true"));
    const struct text right_feedback = q->options[right].feedback;
    const struct text wrong_feedback = q->options[1 - right].feedback;
    for (size_t i = 0; i < q->option_count; i++) {
        const bool is_plain =
            text_equal(q->options[i].text,
                       text_equal(q->options[i].id, TEXT("true")) ? TEXT("True") : TEXT("False"));
        if (!is_plain) {
            writing_lose(writing, "words_lost", "what it calls true and false is lost");
        }
    }
    if (q->scoring != NULL && q->scoring->rule == SCORING_OPTION_WEIGHTS) {
        writing_lose(writing, "weights_lost", "the weights of its options are lost");
    }
    buffer_append(writing->out, is_true ? TEXT("{TRUE") : TEXT("{FALSE"));
    if (wrong_feedback.len > 0 || right_feedback.len > 0) {
        buffer_append_char(writing->out, '#');
        append_text(writing->out, wrong_feedback);
        append_feedback(writing->out, right_feedback);
    }
}

static void append_number(struct writing *writing)
{
    const struct number_key *number = writing->question->number;
    struct buffer *out = writing->out;
    buffer_append(out, TEXT("{#"));
    if (number->value == NULL) {
        explain_number(out, *number->min);
        buffer_append(out, TEXT(".."));
        explain_number(out, *number->max);
        return;
    }
    const double value = *number->value;
    const double share = (value < 0.0 ? -value : value) * number->relative_tolerance;
    explain_number(out, value);
    buffer_append_char(out, ':');
    explain_number(out, share > number->tolerance ? share : number->tolerance);
}

static void append_accepted(struct writing *writing, const struct accepted_text *accepted,
                            size_t count)
{
    buffer_append_char(writing->out, '{');
    for (size_t i = 0; i < count; i++) {
        buffer_append_char(writing->out, '=');
        if (text_starts_with(text_trim(accepted[i].text), TEXT("%"))) {
            append_weight(writing->out, FRACTION_FULL);
        }
        gift_escape(writing->out, writing_one_line(writing, accepted[i].text));
        buffer_append(writing->out, i + 1 < count ? TEXT(" ") : TEXT(""));
    }
}

/* An arrow in a text would end it. */
static void append_part(struct writing *writing, struct text text)
{
    struct buffer part;
    struct text changed = TEXT("");
    struct error err = {.code = ERROR_NONE};
    const struct text trimmed = text_trim(text);
    buffer_init(&part, writing->arena, 4 * trimmed.len + 1);
    for (size_t at = 0; at < trimmed.len; at++) {
        const bool is_arrow = trimmed.data[at] == '>' && at > 0 && trimmed.data[at - 1] == '-';
        buffer_append(&part, is_arrow ? TEXT("&gt;") : text_slice(trimmed, at, 1));
    }
    if (part.len > trimmed.len) {
        writing_lose(writing, "arrow_changed", "an arrow in a pair is written -&gt;");
    }
    append_text(writing->out, buffer_text(&part, &changed, &err) ? changed : trimmed);
}

static void append_pairs(struct writing *writing)
{
    const struct question *q = writing->question;
    bool has_feedback = false;
    buffer_append_char(writing->out, '{');
    for (size_t i = 0; i < q->premise_count; i++) {
        has_feedback = has_feedback || q->premises[i].feedback.len > 0;
        buffer_append(writing->out, TEXT("\n\t="));
        append_part(writing, q->premises[i].text);
        buffer_append(writing->out, TEXT(" -> "));
        append_part(writing, writing_choice_of(q, q->premises[i].id)->text);
    }
    for (size_t i = 0; i < q->choice_count; i++) {
        if (!writing_is_paired(q, q->choices[i].id)) {
            buffer_append(writing->out, TEXT("\n\t= -> "));
            append_part(writing, q->choices[i].text);
        }
    }
    if (has_feedback) {
        writing_lose(writing, "feedback_lost", "the feedback to its premises is lost");
    }
}

static bool append_answers(struct writing *writing)
{
    const struct question *q = writing->question;
    switch (q->type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_MULTIPLE_CHOICE:
        append_options(writing);
        break;
    case QUESTION_TRUE_FALSE:
        append_truth(writing);
        break;
    case QUESTION_NUMERIC:
        append_number(writing);
        break;
    case QUESTION_SHORT_TEXT:
        append_accepted(writing, q->accepted, q->accepted_count);
        break;
    case QUESTION_MATCHING:
        append_pairs(writing);
        break;
    case QUESTION_CLOZE:
        append_accepted(writing, q->gaps[0].accepted, q->gaps[0].accepted_count);
        break;
    case QUESTION_ORDERING:
    case QUESTION_TYPE_COUNT:
        return false;
    }
    buffer_append(writing->out, TEXT("\n\t####"));
    append_text(writing->out, q->explanation);
    buffer_append(writing->out, TEXT("\n}"));
    return true;
}

static bool has_arrow(const struct accepted_text *accepted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct text text = accepted[i].text;
        for (size_t at = 1; at < text.len; at++) {
            if (text.data[at] == '>' && text.data[at - 1] == '-') {
                return true;
            }
        }
    }
    return false;
}

/* What GIFT has no words for. */
static bool check(struct writing *writing)
{
    const struct question *q = writing->question;
    const struct number_key *number = q->number;
    if (q->type == QUESTION_ORDERING) {
        return writing_refuse(writing, "no_ordering", "GIFT has no ordering");
    }
    if (q->gap_count > 1) {
        return writing_refuse(writing, "no_cloze", "GIFT has no cloze of several gaps");
    }
    if (number != NULL && number->value == NULL && (number->min == NULL || number->max == NULL)) {
        return writing_refuse(writing, "open_range", "GIFT has no range with one bound");
    }
    if (has_arrow(q->accepted, q->accepted_count) ||
        (q->gap_count > 0 && has_arrow(q->gaps[0].accepted, q->gaps[0].accepted_count))) {
        return writing_refuse(writing, "arrow", "in GIFT an answer with an arrow is a pair");
    }
    writing_check_ids(writing);
    return true;
}

static bool write_gift(struct writing *writing)
{
    const struct question *q = writing->question;
    struct buffer *out = writing->out;
    struct text before = q->stem;
    struct text after = TEXT("");
    if (!check(writing)) {
        return false;
    }
    const bool is_cloze = q->type == QUESTION_CLOZE && writing_split_gap(q, &before, &after);
    if (writing_is_new_section(writing)) {
        buffer_append(out, TEXT("$CATEGORY: "));
        gift_escape(out, q->section);
        buffer_append(out, TEXT("\n\n"));
    }
    append_comment(writing, is_cloze && text_trim(after).len == 0);
    buffer_append(out, TEXT("::"));
    gift_escape(out, q->slug);
    buffer_append(out, TEXT("::[markdown]"));
    gift_escape_ends(out, before, true, !is_cloze);
    buffer_append(out, is_cloze ? TEXT("") : TEXT(" "));
    if (!append_answers(writing)) {
        return false; /* check has seen to it */
    }
    gift_escape_ends(out, after, false, true);
    buffer_append(out, TEXT("\n\n"));
    return true;
}

const struct writer_kind GIFT_WRITER = {begin_gift, write_gift, end_gift};
