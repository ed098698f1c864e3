/*
 * What the readers of the formats share. Only for the files of this layer; callers use
 * formats/reader.h. A kind of reader gets the file as checked UTF-8, in pieces of any size, and
 * adds items as it finds them.
 */
#ifndef FORMATS_READER_CORE_H
#define FORMATS_READER_CORE_H

#include "formats/draft.h"
#include "formats/reader.h"

struct reader_kind {
    void *(*open)(struct format_reader *reader, struct arena *arena);
    void (*feed)(struct format_reader *reader, void *state, struct text piece);
    void (*finish)(struct format_reader *reader, void *state);
};

extern const struct reader_kind JSON_READER;
extern const struct reader_kind JSON_LINES_READER;
extern const struct reader_kind GIFT_READER;
extern const struct reader_kind AIKEN_READER;
extern const struct reader_kind MOODLE_READER;
extern const struct reader_kind CSV_READER;
extern const struct reader_kind ANKI_READER;

/* Of the items that are waiting: what an item is made of lives here. */
struct arena *reader_items(struct format_reader *reader);
const struct format_options *reader_options(const struct format_reader *reader);
/* A new item at the place, not yet in the queue. */
NONNULL_RETURN struct format_item *reader_item(struct format_reader *reader, size_t line,
                                               size_t column);
/* Its status, from its diagnostics. */
void reader_settle(struct format_item *item);
/* Puts the item into the queue; after one that is fatal nothing follows. A second question with its
 * id is refused. */
void reader_put(struct format_reader *reader, struct format_item *item);
/* The item of a draft, finished, into the queue. */
void reader_put_draft(struct format_reader *reader, struct format_item *item, struct draft *draft);
/* An item that is nothing but an error. */
void reader_put_error(struct format_reader *reader, size_t line, size_t column, const char *rule,
                      const char *format, ...) PRINTF_LIKE(5, 6);
/* A fault of the whole file: nothing more is read. */
void reader_put_fatal(struct format_reader *reader, size_t line, size_t column, const char *rule,
                      const char *format, ...) PRINTF_LIKE(5, 6);
bool reader_has_failed(const struct format_reader *reader);

#endif
