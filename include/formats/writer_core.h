/* What the writers of the formats share. Only for the files of this layer. */
#ifndef FORMATS_WRITER_CORE_H
#define FORMATS_WRITER_CORE_H

#include "formats/writer.h"

struct writing {
    struct format_writer *writer;
    struct arena *arena;
    const struct question *question;
    struct buffer *out;
    struct diagnostics *losses;
};

struct writer_kind {
    void (*begin)(struct buffer *out);
    bool (*write)(struct writing *writing);
    void (*end)(const struct format_writer *writer, struct buffer *out);
};

extern const struct writer_kind JSON_WRITER;
extern const struct writer_kind JSON_LINES_WRITER;
extern const struct writer_kind GIFT_WRITER;
extern const struct writer_kind AIKEN_WRITER;
extern const struct writer_kind MOODLE_WRITER;
extern const struct writer_kind CSV_WRITER;
extern const struct writer_kind ANKI_WRITER;

/* Something the file does not have of the question. */
void writing_lose(struct writing *writing, const char *rule, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* Why the question is left out. Returns false. */
bool writing_refuse(struct writing *writing, const char *rule, const char *why);
/* Whether the question is of another section than the one before it; remembers it. */
bool writing_is_new_section(struct writing *writing);
/* Ids of options, items, premises and choices that are not those an import would give. */
void writing_check_ids(struct writing *writing);
/* The choice that is right for the premise. */
const struct part *writing_choice_of(const struct question *question, struct text premise);
/* Whether any premise has the choice. */
bool writing_is_paired(const struct question *question, struct text choice);
/* The stem of a cloze with Moodle's embedded answers in place of its gaps. */
struct text writing_cloze_text(struct writing *writing);
/* A stem with one gap in it, around its mark. False where the mark is not found. */
bool writing_split_gap(const struct question *question, struct text *before, struct text *after);
/* A character in HTML or XML, as the text that it is. */
void writing_append_escaped(struct buffer *out, char c);
/* A text on one line: line ends become blanks. */
struct text writing_one_line(struct writing *writing, struct text text);

#endif
