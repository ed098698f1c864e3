/*
 * The file formats that questions come and go in. Their names are those of the command line and of
 * the API.
 */
#ifndef FORMATS_FORMAT_H
#define FORMATS_FORMAT_H

#include "base/shape.h"
#include "base/text.h"
#include "domain/question.h"

enum format {
    FORMAT_JSON,       /* bank JSON: a questions file (questions/README.md) */
    FORMAT_JSON_LINES, /* the same, one question a line */
    FORMAT_GIFT,
    FORMAT_AIKEN,
    FORMAT_MOODLE, /* Moodle XML */
    FORMAT_CSV,
    FORMAT_ANKI, /* Anki's "notes in plain text" */
    FORMAT_COUNT
};
extern const struct enumeration FORMATS;

/* "application/xml", … for answers that carry a file. */
const char *format_media_type(enum format format);
/* Whether a file of the format can say that a question is of the type. */
bool format_has_type(enum format format, enum question_type type);
/* What text that begins so looks like, in words ("XML", "a ZIP file"); NULL: nothing known, or what
 * `format` may begin with. */
const char *format_find_disguise(enum format format, struct text head);

#endif
