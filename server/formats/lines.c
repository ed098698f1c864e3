/* A line that lies in one piece is not copied. */
#include "formats/lines.h"

#include "base/limits.h"

static void release(void *arena)
{
    arena_free(arena);
}

static void restart(struct lines *lines)
{
    arena_reset(lines->arena);
    buffer_init(&lines->carry, lines->arena, LIMIT_FORMAT_ITEM_BYTES);
}

void lines_open(struct lines *lines, struct arena *arena)
{
    *lines = (struct lines){.arena = arena_create(), .number = 1};
    arena_defer(arena, release, lines->arena);
    restart(lines);
}

static void give(struct lines *lines, struct text line, line_taker *take, void *context)
{
    const bool is_too_long = lines->carry.is_over || line.len > LIMIT_FORMAT_ITEM_BYTES;
    if (line.len > 0 && line.data[line.len - 1] == '\r') {
        line.len--;
    }
    take(context, line, lines->number, is_too_long);
    lines->number++;
}

static struct text carried(const struct lines *lines)
{
    return (struct text){.data = lines->carry.len == 0 ? "" : lines->carry.data,
                         .len = lines->carry.len};
}

void lines_feed(struct lines *lines, struct text piece, line_taker *take, void *context)
{
    struct text line = TEXT_ABSENT;
    struct text rest = piece;
    while (text_split(rest, '\n', &line, &rest)) {
        if (lines->carry.len == 0 && !lines->carry.is_over) {
            give(lines, line, take, context);
        } else {
            buffer_append(&lines->carry, line);
            give(lines, carried(lines), take, context);
            restart(lines);
        }
    }
    buffer_append(&lines->carry, line); /* what no end follows, yet */
}

void lines_finish(struct lines *lines, line_taker *take, void *context)
{
    if (lines->carry.len > 0 || lines->carry.is_over) {
        give(lines, carried(lines), take, context);
        restart(lines);
    }
}
