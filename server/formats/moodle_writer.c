/*
 * Moodle XML. Texts are Markdown and say so. What a bank knows beyond Moodle stands in an element
 * <quizd>, which Moodle passes over.
 */
#include <math.h>

#include "formats/answers.h"
#include "formats/explain.h"
#include "formats/extras.h"
#include "formats/writer_core.h"

static void begin_moodle(struct buffer *out)
{
    buffer_append(out, TEXT("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n"));
}

static void end_moodle(const struct format_writer *writer, struct buffer *out)
{
    (void)writer; /* an empty quiz has an end, too */
    buffer_append(out, TEXT("</quiz>\n"));
}

static void append_escaped(struct buffer *out, struct text text)
{
    for (size_t i = 0; i < text.len; i++) {
        writing_append_escaped(out, text.data[i]);
    }
}

static void append_element(struct buffer *out, const char *name, struct text text)
{
    buffer_printf(out, "<%s>", name);
    append_escaped(out, text_trim(text));
    buffer_printf(out, "</%s>\n", name);
}

static void append_markdown(struct buffer *out, const char *name, struct text text)
{
    buffer_printf(out, "<%s format=\"markdown\">", name);
    append_element(out, "text", text);
    buffer_printf(out, "</%s>\n", name);
}

static void append_feedback(struct buffer *out, struct text feedback)
{
    if (feedback.len > 0) {
        append_markdown(out, "feedback", feedback);
    }
}

static void open_answer(struct buffer *out, int64_t fraction, const char *format)
{
    buffer_append(out, TEXT("<answer fraction=\""));
    fraction_append(out, fraction);
    buffer_printf(out, "\" format=\"%s\">", format);
}

static void append_options(struct writing *writing)
{
    const struct question *q = writing->question;
    struct buffer *out = writing->out;
    append_element(out, "single",
                   q->type == QUESTION_MULTIPLE_CHOICE ? TEXT("false") : TEXT("true"));
    append_element(out, "shuffleanswers", TEXT("true"));
    for (size_t i = 0; i < q->option_count; i++) {
        open_answer(out, answers_fraction(q, i), "markdown");
        append_element(out, "text", q->options[i].text);
        append_feedback(out, q->options[i].feedback);
        buffer_append(out, TEXT("</answer>\n"));
    }
}

static void append_truth(struct writing *writing)
{
    const struct question *q = writing->question;
    for (size_t i = 0; i < q->option_count; i++) {
        const struct question_option *option = &q->options[i];
        const bool says_true = text_equal(option->id, TEXT("true"));
        if (!text_equal(option->text, says_true ? TEXT("True") : TEXT("False"))) {
            writing_lose(writing, "words_lost", "what it calls true and false is lost");
        }
        open_answer(writing->out, option->correct ? FRACTION_FULL : 0, "moodle_auto_format");
        append_element(writing->out, "text", option->id);
        append_feedback(writing->out, option->feedback);
        buffer_append(writing->out, TEXT("</answer>\n"));
    }
    if (q->scoring != NULL && q->scoring->rule == SCORING_OPTION_WEIGHTS) {
        writing_lose(writing, "weights_lost", "the weights of its options are lost");
    }
}

/* A range is its middle with half its width as the tolerance. */
static void append_number(struct writing *writing)
{
    const struct number_key *number = writing->question->number;
    struct buffer *out = writing->out;
    double value = 0.0;
    double tolerance = 0.0;
    if (number->value != NULL) {
        const double share = fabs(*number->value) * number->relative_tolerance;
        value = *number->value;
        tolerance = share > number->tolerance ? share : number->tolerance;
    } else {
        value = *number->min / 2.0 + *number->max / 2.0;
        tolerance = *number->max / 2.0 - *number->min / 2.0;
    }
    open_answer(out, FRACTION_FULL, "moodle_auto_format");
    buffer_append(out, TEXT("<text>"));
    explain_number(out, value);
    buffer_append(out, TEXT("</text>\n<tolerance>"));
    explain_number(out, tolerance);
    buffer_append(out, TEXT("</tolerance>\n</answer>\n"));
    if (number->unit.len > 0) {
        buffer_append(out, TEXT("<units><unit><multiplier>1</multiplier>"));
        append_element(out, "unit_name", number->unit);
        buffer_append(out, TEXT("</unit></units>\n"));
    }
}

static void append_accepted(struct writing *writing)
{
    const struct question *q = writing->question;
    append_element(writing->out, "usecase", q->case_sensitive ? TEXT("1") : TEXT("0"));
    for (size_t i = 0; i < q->accepted_count; i++) {
        open_answer(writing->out, FRACTION_FULL, "moodle_auto_format");
        append_element(writing->out, "text", q->accepted[i].text);
        buffer_append(writing->out, TEXT("</answer>\n"));
    }
}

static void append_pair(struct buffer *out, struct text premise, struct text choice)
{
    buffer_append(out, TEXT("<subquestion format=\"markdown\">"));
    append_element(out, "text", premise);
    buffer_append(out, TEXT("<answer format=\"markdown\">"));
    append_element(out, "text", choice);
    buffer_append(out, TEXT("</answer></subquestion>\n"));
}

static void append_pairs(struct writing *writing)
{
    const struct question *q = writing->question;
    bool has_feedback = false;
    for (size_t i = 0; i < q->premise_count; i++) {
        has_feedback = has_feedback || q->premises[i].feedback.len > 0;
        append_pair(writing->out, q->premises[i].text,
                    writing_choice_of(q, q->premises[i].id)->text);
    }
    for (size_t i = 0; i < q->choice_count; i++) {
        if (!writing_is_paired(q, q->choices[i].id)) {
            append_pair(writing->out, TEXT(""), q->choices[i].text);
        }
    }
    if (has_feedback) {
        writing_lose(writing, "feedback_lost", "the feedback to its premises is lost");
    }
}

static const char *moodle_type(enum question_type type)
{
    switch (type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_MULTIPLE_CHOICE:
        return "multichoice";
    case QUESTION_TRUE_FALSE:
        return "truefalse";
    case QUESTION_NUMERIC:
        return "numerical";
    case QUESTION_SHORT_TEXT:
        return "shortanswer";
    case QUESTION_MATCHING:
        return "matching";
    case QUESTION_CLOZE:
        return "cloze";
    case QUESTION_ORDERING:
    case QUESTION_TYPE_COUNT:
        break;
    }
    return NULL;
}

static void append_key(struct writing *writing)
{
    const struct question *q = writing->question;
    if (q->type == QUESTION_TRUE_FALSE) {
        append_truth(writing);
    } else if (q->option_count > 0) {
        append_options(writing);
    } else if (q->number != NULL) {
        append_number(writing);
    } else if (q->accepted_count > 0) {
        append_accepted(writing);
    } else if (q->premise_count > 0) {
        append_pairs(writing);
    }
}

/* What Moodle has no element for. The unit has one. */
static void append_extras(struct writing *writing)
{
    struct extra_list *extras = arena_new(writing->arena, struct extra_list);
    extras_of(writing->arena, writing->question, extras);
    extras_of_range(writing->arena, writing->question, extras);
    buffer_append(writing->out, TEXT("<quizd>\n"));
    for (size_t i = 0; i < extras->count; i++) {
        if (!text_equal(extras->items[i].key, TEXT("unit"))) {
            append_element(writing->out, extras->items[i].key.data, extras->items[i].value);
        }
    }
    buffer_append(writing->out, TEXT("</quizd>\n"));
}

static void append_labels(struct writing *writing)
{
    const struct question *q = writing->question;
    append_element(writing->out, "idnumber", q->slug);
    if (q->tag_count > 0) {
        buffer_append(writing->out, TEXT("<tags>"));
        for (size_t i = 0; i < q->tag_count; i++) {
            buffer_append(writing->out, TEXT("<tag>"));
            append_element(writing->out, "text", q->tags[i]);
            buffer_append(writing->out, TEXT("</tag>"));
        }
        buffer_append(writing->out, TEXT("</tags>\n"));
    }
}

static void append_category(struct writing *writing)
{
    if (writing_is_new_section(writing)) {
        buffer_append(writing->out,
                      TEXT("<question type=\"category\"><category><text>$course$/top/"));
        append_escaped(writing->out, writing->question->section);
        buffer_append(writing->out, TEXT("</text></category></question>\n"));
    }
}

static bool write_moodle(struct writing *writing)
{
    const struct question *q = writing->question;
    const struct number_key *number = q->number;
    struct buffer *out = writing->out;
    const char *type = moodle_type(q->type);
    if (type == NULL) {
        return writing_refuse(writing, "no_ordering", "Moodle XML has no ordering of its own");
    }
    if (number != NULL && number->value == NULL && (number->min == NULL || number->max == NULL)) {
        return writing_refuse(writing, "open_range", "Moodle has no range with one bound");
    }
    writing_check_ids(writing);
    append_category(writing);
    buffer_printf(out, "<question type=\"%s\">\n<name>", type);
    append_element(out, "text", q->slug);
    buffer_append(out, TEXT("</name>\n"));
    append_markdown(out, "questiontext",
                    q->type == QUESTION_CLOZE ? writing_cloze_text(writing) : q->stem);
    append_markdown(out, "generalfeedback", q->explanation);
    append_key(writing);
    append_labels(writing);
    append_extras(writing);
    buffer_append(out, TEXT("</question>\n"));
    return true;
}

const struct writer_kind MOODLE_WRITER = {begin_moodle, write_moodle, end_moodle};
