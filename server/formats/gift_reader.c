/*
 * GIFT: questions are blocks of lines with blank lines between them, as in Moodle, so that a
 * question that is never closed costs no other. Comments before a question may carry its id, its
 * tags ("[id:…] [tag:…]", as Moodle writes them) and what else a bank knows of it.
 */
#include <string.h>

#include "base/limits.h"
#include "formats/gift.h"
#include "formats/lines.h"
#include "formats/reader_core.h"

struct gift_state {
    struct format_reader *reader;
    struct lines lines;
    struct arena *arena; /* of the block */
    struct buffer block;
    size_t line;              /* of the block's first */
    struct extra_list extras; /* of the comments before and in the block */
    struct arena *category_arena;
    struct text category;
};

static void release(void *arena)
{
    arena_free(arena);
}

static void restart(struct gift_state *state)
{
    arena_reset(state->arena);
    buffer_init(&state->block, state->arena, LIMIT_FORMAT_ITEM_BYTES);
    state->extras.count = 0;
}

static void *open_gift(struct format_reader *reader, struct arena *arena)
{
    struct gift_state *state = arena_new(arena, struct gift_state);
    state->reader = reader;
    state->arena = arena_create();
    state->category_arena = arena_create();
    arena_defer(arena, release, state->arena);
    arena_defer(arena, release, state->category_arena);
    lines_open(&state->lines, arena);
    restart(state);
    return state;
}

/* "[key:value]" wherever one stands in a comment; "\]" is a bracket of the value. */
static void take_extras(struct gift_state *state, struct text comment)
{
    size_t end = 0;
    for (size_t at = gift_find(comment, 0, "["); at < comment.len;
         at = gift_find(comment, end, "[")) {
        end = gift_find(comment, at, "]");
        struct text key = TEXT_ABSENT;
        struct text value = TEXT_ABSENT;
        const struct text inside = text_slice(comment, at + 1, end - at - 1);
        if (end < comment.len && text_split(inside, ':', &key, &value)) {
            char *plain = arena_alloc_bytes(state->arena, value.len + 1);
            size_t len = 0;
            for (size_t i = 0; i < value.len; i++) {
                const bool is_escape = value.data[i] == '\\' && i + 1 < value.len &&
                                       (value.data[i + 1] == ']' || value.data[i + 1] == '\\');
                i += is_escape ? 1 : 0;
                plain[len++] = value.data[i];
            }
            extras_add(&state->extras, arena_copy(state->arena, key),
                       text_trim((struct text){.data = plain, .len = len}));
        }
    }
}

/* Ids and tags have places of their own in the draft. */
static void give_extras(const struct gift_state *state, struct draft *draft)
{
    for (size_t i = 0; i < state->extras.count; i++) {
        const struct extra *extra = &state->extras.items[i];
        const struct text value = arena_copy(draft->arena, extra->value);
        if (text_equal(extra->key, TEXT("id"))) {
            draft->id = value;
        } else if (text_equal(extra->key, TEXT("tag"))) {
            draft_add_label(draft, value);
        } else {
            extras_add(&draft->extras, arena_copy(draft->arena, extra->key), value);
        }
    }
}

/* "::title::" from the front; it is the id where no comment has one. */
static bool take_title(struct gift *gift, struct text *rest)
{
    if (!text_starts_with(*rest, TEXT("::"))) {
        return true;
    }
    size_t at = gift_find(*rest, 2, ":");
    while (at + 1 < rest->len && rest->data[at + 1] != ':') {
        at = gift_find(*rest, at + 1, ":");
    }
    if (at + 1 >= rest->len) {
        return gift_refuse(gift, (size_t)(rest->data - gift->block.data), "unclosed_title",
                           "the title is not closed by a second ::");
    }
    const struct text title =
        text_trim(gift_unescape(gift->draft->arena, text_slice(*rest, 2, at - 2)));
    gift->draft->id = gift->draft->id.len > 0 ? gift->draft->id : title;
    *rest = text_trim(text_slice(*rest, at + 2, rest->len));
    return true;
}

/* The stem around the braces, and what is in them; general feedback goes to the explanation. */
static bool take_braces(struct gift *gift, struct text rest)
{
    const size_t base = (size_t)(rest.data - gift->block.data);
    const size_t open = gift_find(rest, 0, "{");
    const size_t close = gift_find(rest, open + 1, "}");
    if (open == rest.len) {
        return gift_refuse(gift, base, "description",
                           "without braces this is a description, not a question: a bank has "
                           "questions only");
    }
    if (close >= rest.len) {
        return gift_refuse(gift, base + open, "unclosed_brace",
                           "the brace is not closed (a blank line ends a question)");
    }
    const struct text after = text_slice(rest, close + 1, rest.len);
    if (gift_find(after, 0, "{}") < after.len) {
        return gift_refuse(gift, base + close + 1 + gift_find(after, 0, "{}"), "second_brace",
                           "there is a second brace: a question has one place for answers");
    }
    gift->has_gap = text_trim(after).len > 0;
    gift->has_mark = gift->has_gap || extras_find(&gift->draft->extras, TEXT("gap")) != NULL;
    gift->stem = arena_printf(gift->draft->arena, "%.*s%s%.*s", (int)open, rest.data,
                              gift->has_mark ? GIFT_GAP : "", TEXT_ARG(after));
    gift->answers = text_trim(text_slice(rest, open + 1, close - open - 1));
    return true;
}

static void take_general_feedback(struct gift *gift)
{
    const struct text all = gift->answers;
    for (size_t at = gift_find(all, 0, "#"); at < all.len; at = gift_find(all, at + 1, "#")) {
        if (text_starts_with(text_slice(all, at, 4), TEXT("####"))) {
            gift->draft->question.explanation =
                gift_markdown(gift, text_trim(text_slice(all, at + 4, all.len)));
            gift->answers = text_trim(text_slice(all, 0, at));
            return;
        }
    }
}

static bool read_block(struct gift *gift)
{
    struct text rest = text_trim(gift->block);
    if (!take_title(gift, &rest)) {
        return false;
    }
    rest = gift_take_markup(rest, &gift->markup);
    if (!take_braces(gift, rest)) {
        return false;
    }
    take_general_feedback(gift);
    if (gift->answers.len == 0) {
        return gift_refuse(gift, (size_t)(rest.data - gift->block.data), "essay",
                           "empty braces make an essay, which no program can mark");
    }
    gift_read_answers(gift);
    return true;
}

static void end_block(struct gift_state *state)
{
    struct format_reader *reader = state->reader;
    struct arena *arena = reader_items(reader);
    if (state->block.is_over) {
        reader_put_error(reader, state->line, 1, "too_large", "a question has more than %d bytes",
                         LIMIT_FORMAT_ITEM_BYTES);
    } else if (state->block.len > 0) {
        struct format_item *item = reader_item(reader, state->line, 1);
        struct draft *draft = arena_new(arena, struct draft);
        draft_start(draft, arena, reader_options(reader), item);
        give_extras(state, draft);
        draft->category = arena_copy(arena, state->category);
        struct gift gift = {
            .draft = draft,
            .block = arena_copy(arena, (struct text){state->block.data, state->block.len}),
            .line = state->line,
            .markup = MARKUP_MOODLE};
        (void)read_block(&gift); /* what is wrong is in the draft */
        reader_put_draft(reader, item, draft);
    }
    restart(state);
}

static void set_category(struct gift_state *state, struct text line)
{
    const struct text prefix = TEXT("$CATEGORY:");
    end_block(state);
    arena_reset(state->category_arena);
    state->category =
        gift_unescape(state->category_arena, text_trim(text_slice(line, prefix.len, line.len)));
}

static void take_line(void *context, struct text line, size_t number, bool is_too_long)
{
    struct gift_state *state = context;
    const struct text trimmed = text_trim(line);
    if (reader_has_failed(state->reader)) {
        return;
    }
    if (trimmed.len == 0 && !is_too_long) {
        end_block(state);
        return;
    }
    if (text_starts_with(trimmed, TEXT("$CATEGORY:"))) {
        set_category(state, trimmed);
        return;
    }
    const bool is_comment = text_starts_with(trimmed, TEXT("//"));
    if (is_comment) {
        take_extras(state, trimmed);
    }
    if (state->block.len > 0) {
        buffer_append_char(&state->block, '\n'); /* comments, too: lines keep their numbers */
    } else if (!is_comment) {
        state->line = number;
    }
    if (!is_comment) {
        buffer_append(&state->block, line);
        state->block.is_over = state->block.is_over || is_too_long;
    }
}

static void feed_gift(struct format_reader *reader, void *context, struct text piece)
{
    struct gift_state *state = context;
    (void)reader; /* the state has it */
    lines_feed(&state->lines, piece, take_line, state);
}

static void finish_gift(struct format_reader *reader, void *context)
{
    struct gift_state *state = context;
    (void)reader; /* the state has it */
    lines_finish(&state->lines, take_line, state);
    end_block(state);
}

const struct reader_kind GIFT_READER = {open_gift, feed_gift, finish_gift};
