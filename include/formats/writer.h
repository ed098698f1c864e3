/*
 * Writing questions in a file's format. What the format has no place for is a warning beside the
 * question; one that the format cannot carry at all is left out, and that is an error beside it.
 * Nothing here does I/O: the caller takes what is in the buffer whenever it suits.
 */
#ifndef FORMATS_WRITER_H
#define FORMATS_WRITER_H

#include "bank/diagnostic.h"
#include "base/buffer.h"
#include "domain/question.h"
#include "formats/format.h"

struct format_writer {
    enum format format;
    size_t count;       /* of questions that were written */
    char section[1024]; /* of the last one, cut where it is longer */
    size_t section_len;
};

/* What stands before the first question. */
void format_write_begin(struct format_writer *writer, enum format format, struct buffer *out);
/* One question; false where the format cannot carry it: nothing is written. `arena` is for the work
 * and may be reset afterwards, the buffer's not with it. */
bool format_write_question(struct format_writer *writer, struct arena *arena,
                           const struct question *question, struct buffer *out,
                           struct diagnostics *losses);
/* What stands behind the last one. */
void format_write_end(const struct format_writer *writer, struct buffer *out);

#endif
