/* Moodle XML: one <question> after the other, some of them categories. */
#include "base/limits.h"
#include "formats/moodle.h"
#include "formats/reader_core.h"

struct moodle_state {
    struct format_reader *reader;
    struct xml_stream *stream;
    struct arena *category_arena;
    struct text category;
};

static void release(void *arena)
{
    arena_free(arena);
}

static void set_category(struct moodle_state *state, const struct xml_node *node)
{
    const struct xml_node *text = xml_child(xml_child(node, TEXT("category")), TEXT("text"));
    arena_reset(state->category_arena);
    state->category = arena_copy(state->category_arena, text_trim(xml_text(text)));
}

static void take_node(void *context, const struct xml_node *node, size_t line)
{
    struct moodle_state *state = context;
    struct format_reader *reader = state->reader;
    if (reader_has_failed(reader)) {
        return;
    }
    if (node == NULL) {
        reader_put_error(reader, line, 1, "too_large", "a question has more than %d bytes",
                         LIMIT_FORMAT_ITEM_BYTES);
    } else if (!text_equal(node->name, TEXT("question"))) {
        reader_put_error(reader, node->line, node->column, "unknown_element",
                         "<%.*s> is no <question>", TEXT_ARG(text_slice(node->name, 0, 40)));
    } else if (text_equal(xml_attribute(node, TEXT("type")), TEXT("category"))) {
        set_category(state, node);
    } else {
        struct arena *arena = reader_items(reader);
        struct format_item *item = reader_item(reader, node->line, node->column);
        struct draft *draft = arena_new(arena, struct draft);
        draft_start(draft, arena, reader_options(reader), item);
        draft->category = state->category;
        moodle_read(draft, node);
        reader_put_draft(reader, item, draft);
    }
}

static void *open_moodle(struct format_reader *reader, struct arena *arena)
{
    struct moodle_state *state = arena_new(arena, struct moodle_state);
    state->reader = reader;
    state->category_arena = arena_create();
    arena_defer(arena, release, state->category_arena);
    state->stream = xml_open(arena, "quiz", "file", take_node, state);
    return state;
}

static void give(struct moodle_state *state, struct text piece, bool is_last)
{
    struct xml_fault fault;
    if (!reader_has_failed(state->reader) && !xml_feed(state->stream, piece, is_last, &fault)) {
        reader_put_fatal(state->reader, fault.line, fault.column, fault.rule, "%s", fault.message);
    }
}

static void feed_moodle(struct format_reader *reader, void *context, struct text piece)
{
    (void)reader; /* the state has it */
    give(context, piece, false);
}

static void finish_moodle(struct format_reader *reader, void *context)
{
    (void)reader; /* the state has it */
    give(context, TEXT(""), true);
}

const struct reader_kind MOODLE_READER = {open_moodle, feed_moodle, finish_moodle};
