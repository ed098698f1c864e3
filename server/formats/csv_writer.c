/* A questions table: the columns of csv_reader.c. */
#include "formats/answers.h"
#include "formats/csv_columns.h"
#include "formats/explain.h"
#include "formats/table.h"
#include "formats/writer_core.h"

static const char *const EXTRA_COLUMNS[] = {"difficulty", "domain",   "line",     "url",
                                            "unit",       "check",    "rule",     "penalty",
                                            "case",       "relative", "tolerance"};

static void begin_csv(struct buffer *out)
{
    buffer_append(out, TEXT("id,type,section,sections,question"));
    for (int i = 0; i < CSV_PARTS; i++) {
        buffer_printf(out, ",%c,feedback_%c", 'a' + i, 'a' + i);
    }
    buffer_append(out, TEXT(",answer,explanation,tags"));
    for (size_t i = 0; i < COUNT_OF(EXTRA_COLUMNS); i++) {
        buffer_printf(out, ",%s", EXTRA_COLUMNS[i]);
    }
    buffer_append_char(out, '\n');
}

static void end_csv(const struct format_writer *writer, struct buffer *out)
{
    (void)writer; /* nothing stands behind the last row */
    (void)out;
}

static void separate(struct buffer *out, const char *separator, size_t index)
{
    if (index > 0) {
        buffer_append(out, text_of(separator));
    }
}

static void append_accepted(struct buffer *out, const struct accepted_text *accepted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct text text = text_trim(accepted[i].text);
        separate(out, "|", i);
        for (size_t k = 0; k < text.len; k++) {
            if (text.data[k] == '|') {
                buffer_append_char(out, '\\');
            }
            buffer_append_char(out, text.data[k]);
        }
    }
}

static void append_number(struct buffer *out, const struct number_key *number)
{
    if (number->value != NULL) {
        explain_number(out, *number->value);
        if (number->tolerance > 0.0) {
            buffer_append_char(out, ':');
            explain_number(out, number->tolerance);
        }
        return;
    }
    if (number->min != NULL) {
        explain_number(out, *number->min);
    }
    buffer_append(out, TEXT(".."));
    if (number->max != NULL) {
        explain_number(out, *number->max);
    }
}

static void append_choice(struct buffer *out, const struct question *q)
{
    const bool has_weights = q->scoring != NULL && q->scoring->rule == SCORING_OPTION_WEIGHTS;
    size_t count = 0;
    for (size_t i = 0; i < q->option_count; i++) {
        if (has_weights && q->type == QUESTION_MULTIPLE_CHOICE) {
            separate(out, ";", i);
            buffer_printf(out, "%c=", 'a' + (int)i);
            fraction_append(out, answers_fraction(q, i));
        } else if (q->options[i].correct) {
            separate(out, ";", count++);
            buffer_append_char(out, (char)('a' + (char)i));
        }
    }
}

static void append_order(struct buffer *out, const struct question *q)
{
    for (size_t i = 0; i < q->order_count; i++) {
        separate(out, ";", i);
        for (size_t k = 0; k < q->item_count; k++) {
            if (text_equal(q->items[k].id, q->order[i])) {
                buffer_append_char(out, (char)('a' + (char)k));
            }
        }
    }
}

static void append_answer(struct buffer *out, const struct question *q)
{
    if (q->type == QUESTION_TRUE_FALSE) {
        buffer_append(out, q->options[q->options[0].correct ? 0 : 1].id);
    } else if (q->option_count > 0) {
        append_choice(out, q);
    } else if (q->number != NULL) {
        append_number(out, q->number);
    } else if (q->accepted_count > 0) {
        append_accepted(out, q->accepted, q->accepted_count);
    } else {
        append_order(out, q);
    }
}

struct cell_pair {
    struct buffer words;
    struct text feedback;
};

static void fill_truth(const struct question *q, size_t index, struct cell_pair *cells)
{
    for (size_t i = 0; i < q->option_count; i++) {
        const bool is_true = text_equal(q->options[i].id, TEXT("true"));
        cells->feedback = (index == 0) == is_true ? q->options[i].feedback : cells->feedback;
    }
}

/* The pairs of a matching: its premises, then choices that belong to none. */
static void fill_pair(const struct question *q, size_t index, struct cell_pair *cells)
{
    if (index < q->premise_count) {
        const struct part *premise = &q->premises[index];
        buffer_append(&cells->words, text_trim(premise->text));
        buffer_append(&cells->words, TEXT(" -> "));
        buffer_append(&cells->words, text_trim(writing_choice_of(q, premise->id)->text));
        cells->feedback = premise->feedback;
        return;
    }
    size_t at = index - q->premise_count;
    for (size_t i = 0; i < q->choice_count; i++) {
        if (!writing_is_paired(q, q->choices[i].id) && at-- == 0) {
            buffer_append(&cells->words, TEXT("-> "));
            buffer_append(&cells->words, text_trim(q->choices[i].text));
        }
    }
}

static void fill_cells(const struct question *q, size_t index, struct cell_pair *cells)
{
    if (q->type == QUESTION_TRUE_FALSE && index < 2) {
        fill_truth(q, index, cells);
    } else if (q->type == QUESTION_MATCHING) {
        fill_pair(q, index, cells);
    } else if (q->type != QUESTION_TRUE_FALSE && index < q->option_count) {
        buffer_append(&cells->words, q->options[index].text);
        cells->feedback = q->options[index].feedback;
    } else if (index < q->item_count) {
        buffer_append(&cells->words, q->items[index].text);
        cells->feedback = q->items[index].feedback;
    } else if (index < q->gap_count) {
        append_accepted(&cells->words, q->gaps[index].accepted, q->gaps[index].accepted_count);
    }
}

static void append_parts(struct writing *writing)
{
    for (size_t i = 0; i < CSV_PARTS; i++) {
        struct cell_pair cells = {.feedback = TEXT_ABSENT};
        buffer_init(&cells.words, writing->arena, (size_t)1024 * 1024);
        fill_cells(writing->question, i, &cells);
        buffer_append_char(writing->out, ',');
        table_append_cell(writing->out,
                          (struct text){.data = cells.words.data, .len = cells.words.len}, ',');
        buffer_append_char(writing->out, ',');
        table_append_cell(writing->out, cells.feedback, ',');
    }
}

static void append_list(struct writing *writing, const struct text *items, size_t count)
{
    struct text joined = TEXT("");
    for (size_t i = 0; i < count; i++) {
        joined = arena_printf(writing->arena, "%.*s%s%.*s", TEXT_ARG(joined), i > 0 ? ";" : "",
                              TEXT_ARG(items[i]));
    }
    table_append_cell(writing->out, joined, ',');
}

static void append_extras(struct writing *writing)
{
    struct extra_list *extras = arena_new(writing->arena, struct extra_list);
    extras_of(writing->arena, writing->question, extras);
    for (size_t i = 0; i < COUNT_OF(EXTRA_COLUMNS); i++) {
        const struct text *value = extras_find(extras, text_of(EXTRA_COLUMNS[i]));
        buffer_append_char(writing->out, ',');
        table_append_cell(writing->out, value == NULL ? TEXT("") : *value, ',');
    }
}

static void report_losses(struct writing *writing)
{
    const struct question *q = writing->question;
    const bool has_weights = q->scoring != NULL && q->scoring->rule == SCORING_OPTION_WEIGHTS;
    writing_check_ids(writing);
    if (has_weights && q->type != QUESTION_MULTIPLE_CHOICE) {
        writing_lose(writing, "weights_lost", "the weights of its options are lost");
    }
    for (size_t i = 0; i < q->option_count && q->type == QUESTION_TRUE_FALSE; i++) {
        if (!text_equal_ignoring_case(q->options[i].text, q->options[i].id)) {
            writing_lose(writing, "words_lost", "what it calls true and false is lost");
        }
    }
    for (size_t i = 0; i < q->gap_count; i++) {
        if (q->gaps[i].case_sensitive != q->gaps[0].case_sensitive) {
            writing_lose(writing, "case_lost",
                         "that case matters in some of its gaps only is lost");
            return;
        }
    }
}

/* Pairs need a column each, and an arrow ends a premise. */
static bool check(struct writing *writing)
{
    const struct question *q = writing->question;
    size_t alone = 0;
    for (size_t i = 0; i < q->choice_count; i++) {
        alone += writing_is_paired(q, q->choices[i].id) ? 0 : 1;
    }
    if (q->premise_count + alone > CSV_PARTS) {
        return writing_refuse(writing, "too_many", "it has more pairs and choices than columns");
    }
    for (size_t i = 0; i < q->premise_count; i++) {
        for (size_t at = 1; at < q->premises[i].text.len; at++) {
            if (q->premises[i].text.data[at] == '>' && q->premises[i].text.data[at - 1] == '-') {
                return writing_refuse(writing, "arrow", "a premise has an arrow in it");
            }
        }
    }
    return true;
}

static bool write_csv(struct writing *writing)
{
    const struct question *q = writing->question;
    struct buffer *out = writing->out;
    struct buffer answer;
    if (!check(writing)) {
        return false;
    }
    report_losses(writing);
    buffer_init(&answer, writing->arena, (size_t)1024 * 1024);
    append_answer(&answer, q);
    buffer_printf(out, "%.*s,%s,", TEXT_ARG(q->slug), enumeration_name(&QUESTION_TYPES, q->type));
    table_append_cell(out, q->section, ',');
    buffer_append_char(out, ',');
    append_list(writing, q->sections, q->section_count);
    buffer_append_char(out, ',');
    table_append_cell(out, q->stem, ',');
    append_parts(writing);
    buffer_append_char(out, ',');
    table_append_cell(out, (struct text){.data = answer.data, .len = answer.len}, ',');
    buffer_append_char(out, ',');
    table_append_cell(out, q->explanation, ',');
    buffer_append_char(out, ',');
    append_list(writing, q->tags, q->tag_count);
    append_extras(writing);
    buffer_append_char(out, '\n');
    return true;
}

const struct writer_kind CSV_WRITER = {begin_csv, write_csv, end_csv};
