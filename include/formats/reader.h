/*
 * Reading a file of questions, whatever its format: pieces of the file go in, questions come out
 * one at a time, each in the bank's own form and judged by the bank's own rules and those of the
 * lint for one question, with all that is wrong or would be lost. Memory does not grow with the
 * file (but for 16 bytes a question, to find ids that come twice). Where the reader owns memory, it
 * gives it back with the arena that it was opened with.
 */
#ifndef FORMATS_READER_H
#define FORMATS_READER_H

#include "bank/diagnostic.h"
#include "bank/lint.h"
#include "base/arena.h"
#include "base/error.h"
#include "domain/question.h"
#include "formats/format.h"
#include "formats/placing.h"

/* Where the bytes come from. */
struct format_source {
    /* Up to `size` bytes; *count 0: the end. False where they cannot be had. */
    bool (*read)(void *context, char *bytes, size_t size, size_t *count, struct error *err);
    void *context;
};

struct format_options {
    struct text file;               /* for diagnostics */
    const struct format_bank *bank; /* NULL: any section is taken for one of the notes */
    const struct lint_bank *lint;   /* NULL: the lint is not asked */
    struct text section;            /* for questions that name none; absent: refuse them */
    size_t piece_bytes;             /* read at once; 0: what suits */
};

enum item_status { ITEM_OK, ITEM_WARNING, ITEM_ERROR };
extern const struct enumeration ITEM_STATUSES;

struct format_item {
    size_t number; /* from 1; what is no question (a fault of the file) counts, too */
    size_t line;
    size_t column;
    enum item_status status;
    bool is_fatal; /* a fault of the file as a whole: nothing of it should be taken, nothing follows
                    */
    bool is_type_guessed;     /* by what its key looks like: the file does not say it */
    struct question question; /* not with ITEM_ERROR */
    struct diagnostics diagnostics;
};

struct format_reader;

NODISCARD NONNULL_RETURN struct format_reader *
format_reader_open(struct arena *arena, enum format format, const struct format_options *options,
                   struct format_source source);
/* The next item, good until the next call; *item is NULL at the end. False where the source fails.
 */
NODISCARD bool format_reader_next(struct format_reader *reader, const struct format_item **item,
                                  struct error *err);
/* Bytes read so far. */
size_t format_reader_position(const struct format_reader *reader);

/* A source of bytes that are in memory. */
struct format_memory {
    struct text bytes;
    size_t at;
};
struct format_source format_source_memory(struct format_memory *memory);

#endif
