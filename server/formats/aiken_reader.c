/*
 * Aiken: a stem, options "A. …" or "A) …" in lines of their own, and "ANSWER: B". Blank lines are
 * only for the eye. */
#include <string.h>

#include "base/limits.h"
#include "formats/answers.h"
#include "formats/lines.h"
#include "formats/markdown.h"
#include "formats/reader_core.h"

enum { OPTIONS_MAX = 26 };

struct aiken_state {
    struct format_reader *reader;
    struct lines lines;
    struct arena *arena; /* of the question */
    struct buffer stem;
    size_t line; /* of the question's first; 0: none has begun */
    struct text options[OPTIONS_MAX];
    size_t option_count;
    size_t answer;    /* index; OPTIONS_MAX: none yet */
    const char *rule; /* of the first thing that is wrong; NULL: nothing */
    const char *fault;
    size_t fault_line;
};

static void release(void *arena)
{
    arena_free(arena);
}

static void restart(struct aiken_state *state)
{
    arena_reset(state->arena);
    buffer_init(&state->stem, state->arena, LIMIT_FORMAT_ITEM_BYTES);
    state->line = 0;
    state->option_count = 0;
    state->answer = OPTIONS_MAX;
    state->rule = NULL;
}

static void *open_aiken(struct format_reader *reader, struct arena *arena)
{
    struct aiken_state *state = arena_new(arena, struct aiken_state);
    state->reader = reader;
    state->arena = arena_create();
    arena_defer(arena, release, state->arena);
    lines_open(&state->lines, arena);
    restart(state);
    return state;
}

static void note_fault(struct aiken_state *state, size_t number, const char *rule,
                       const char *words)
{
    if (state->rule == NULL) {
        state->rule = rule;
        state->fault = words;
        state->fault_line = number;
    }
}

/* "B. text": the letter's index; OPTIONS_MAX where the line is no option. */
static size_t option_index(struct text line, struct text *words)
{
    if (line.len < 2 || (line.data[1] != '.' && line.data[1] != ')') || line.data[0] < 'A' ||
        line.data[0] > 'Z' || (line.len > 2 && line.data[2] != ' ' && line.data[2] != '\t')) {
        return OPTIONS_MAX;
    }
    *words = text_trim(text_slice(line, 2, line.len));
    return (size_t)(line.data[0] - 'A');
}

static void fill(struct aiken_state *state, struct draft *draft)
{
    struct answer_list *list = arena_new(draft->arena, struct answer_list);
    const struct text stem = {.data = state->stem.len == 0 ? "" : state->stem.data,
                              .len = state->stem.len};
    draft->question.stem = markup_to_markdown(draft, MARKUP_PLAIN, arena_copy(draft->arena, stem));
    for (size_t i = 0; i < state->option_count; i++) {
        const struct answer answer = {
            .text = markup_to_markdown(draft, MARKUP_PLAIN,
                                       arena_copy(draft->arena, state->options[i])),
            .fraction = i == state->answer ? FRACTION_FULL : 0};
        (void)answers_add(draft, list, answer); /* there are no more letters than it holds */
    }
    answers_choose(draft, list, true);
}

static void end_question(struct aiken_state *state)
{
    struct format_reader *reader = state->reader;
    if (state->line == 0) {
        return;
    }
    if (state->stem.is_over) {
        note_fault(state, state->line, "too_large", "a question is too large");
    }
    if (state->answer == OPTIONS_MAX) {
        note_fault(state, state->line, "no_answer_line", "the question has no line \"ANSWER: …\"");
    } else if (state->answer >= state->option_count) {
        note_fault(state, state->line, "no_such_option",
                   "ANSWER names an option that is not there");
    }
    if (state->rule != NULL) {
        reader_put_error(reader, state->fault_line, 1, state->rule, "%s", state->fault);
    } else {
        struct format_item *item = reader_item(reader, state->line, 1);
        struct draft *draft = arena_new(reader_items(reader), struct draft);
        draft_start(draft, reader_items(reader), reader_options(reader), item);
        fill(state, draft);
        reader_put_draft(reader, item, draft);
    }
    restart(state);
}

static void take_option(struct aiken_state *state, size_t number, size_t index, struct text words)
{
    if (index != state->option_count) {
        note_fault(state, number, "option_order", "options are lettered A, B, C, … without gaps");
    } else if (words.len == 0) {
        note_fault(state, number, "empty_option", "the option has no words");
    } else if (state->option_count < OPTIONS_MAX) {
        state->options[state->option_count++] = arena_copy(state->arena, words);
    }
}

static void take_answer(struct aiken_state *state, size_t number, struct text letter)
{
    if (letter.len != 1 || letter.data[0] < 'A' || letter.data[0] > 'Z') {
        note_fault(state, number, "bad_answer_line", "ANSWER names one option by its letter");
        state->answer = 0; /* the question ends here all the same */
    } else {
        state->answer = (size_t)(letter.data[0] - 'A');
    }
    if (state->line == 0) {
        state->line = number;
        note_fault(state, number, "no_question", "ANSWER stands without a question");
    }
    end_question(state);
}

static void take_stem(struct aiken_state *state, size_t number, struct text line)
{
    if (state->option_count > 0) {
        note_fault(state, number, "words_after_options",
                   "between the options and ANSWER stands a line that is neither");
        return;
    }
    if (state->line == 0) {
        state->line = number;
    } else {
        buffer_append_char(&state->stem, '\n');
    }
    buffer_append(&state->stem, line);
}

static void take_line(void *context, struct text line, size_t number, bool is_too_long)
{
    struct aiken_state *state = context;
    const struct text trimmed = text_trim(line);
    const struct text prefix = TEXT("ANSWER:");
    struct text words = TEXT_ABSENT;
    if (reader_has_failed(state->reader) || (trimmed.len == 0 && !is_too_long)) {
        return;
    }
    const size_t index = option_index(trimmed, &words);
    if (text_equal_ignoring_case(text_slice(trimmed, 0, prefix.len), prefix)) {
        take_answer(state, number, text_trim(text_slice(trimmed, prefix.len, trimmed.len)));
    } else if (index < OPTIONS_MAX && state->line > 0 && !is_too_long) {
        take_option(state, number, index, words);
    } else {
        take_stem(state, number, trimmed);
        state->stem.is_over = state->stem.is_over || is_too_long;
    }
}

static void feed_aiken(struct format_reader *reader, void *context, struct text piece)
{
    struct aiken_state *state = context;
    (void)reader; /* the state has it */
    lines_feed(&state->lines, piece, take_line, state);
}

static void finish_aiken(struct format_reader *reader, void *context)
{
    struct aiken_state *state = context;
    (void)reader; /* the state has it */
    lines_finish(&state->lines, take_line, state);
    end_question(state);
}

const struct reader_kind AIKEN_READER = {open_aiken, feed_aiken, finish_aiken};
