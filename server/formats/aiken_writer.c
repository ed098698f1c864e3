/* Aiken has a stem and options, one of them right, and nothing else. */
#include "formats/writer_core.h"

static void begin_aiken(struct buffer *out)
{
    (void)out; /* nothing stands before the first question */
}

static void end_aiken(const struct format_writer *writer, struct buffer *out)
{
    (void)writer; /* nothing stands behind the last one */
    (void)out;
}

static bool write_aiken(struct writing *writing)
{
    const struct question *q = writing->question;
    struct buffer *out = writing->out;
    size_t right = 0;
    if (q->type != QUESTION_SINGLE_CHOICE && q->type != QUESTION_TRUE_FALSE) {
        return writing_refuse(writing, "no_such_type",
                              "Aiken has questions with one right option only");
    }
    writing_lose(writing, "all_but_key_lost",
                 "its id, section, explanation, feedback, tags and difficulty are lost");
    buffer_append(out, writing_one_line(writing, q->stem));
    buffer_append_char(out, '\n');
    for (size_t i = 0; i < q->option_count; i++) {
        buffer_append_char(out, (char)('A' + (char)i));
        buffer_append(out, TEXT(". "));
        buffer_append(out, writing_one_line(writing, q->options[i].text));
        buffer_append_char(out, '\n');
        right = q->options[i].correct ? i : right;
    }
    buffer_printf(out, "ANSWER: %c\n\n", (char)('A' + (char)right));
    return true;
}

const struct writer_kind AIKEN_WRITER = {begin_aiken, write_aiken, end_aiken};
