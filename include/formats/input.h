/*
 * The bytes of a file, in pieces, made fit for a reader: UTF-8 for certain, without a byte order
 * mark, text and not something else. Only for the files of this layer.
 */
#ifndef FORMATS_INPUT_H
#define FORMATS_INPUT_H

#include "formats/reader.h"

enum { INPUT_PIECE_BYTES = 16 * 1024, INPUT_HEAD_BYTES = 512, INPUT_CARRY_BYTES = 4 };

struct input {
    struct format_source source;
    enum format format;
    char *bytes; /* of a piece, behind what the one before left over */
    size_t piece_bytes;
    size_t carried;
    size_t position; /* in the file */
    size_t line;
    size_t column;
    bool is_begun;
    bool is_ended;
};

/* Something that makes the file useless. */
struct input_fault {
    const char *rule; /* NULL: none */
    struct text message;
    size_t line;
    size_t column;
};

void input_open(struct input *input, struct arena *arena, enum format format,
                struct format_source source, size_t piece_bytes);
/* The next piece; absent at the end. What is read before a fault comes first. False where the
 * source fails. */
NODISCARD bool input_next(struct input *input, struct text *piece, struct input_fault *fault,
                          struct error *err);
/* The piece has been used: what it left over is kept for the next one. */
void input_keep(struct input *input, struct text piece);

#endif
