/*
 * A question on its way from a foreign file into the bank's form: what the file says of it, in the
 * file's words, until all of it is there. Readers fill a draft; `draft_finish` gives it a slug, a
 * section and whatever else a bank wants, and judges it by the rules of a questions file.
 */
#ifndef FORMATS_DRAFT_H
#define FORMATS_DRAFT_H

#include "bank/diagnostic.h"
#include "base/buffer.h"
#include "domain/question.h"
#include "formats/extras.h"
#include "formats/reader.h"

enum { DRAFT_LABELS_MAX = 64, DRAFT_DIFFICULTY = 3 };

struct draft {
    struct arena *arena;
    const struct format_options *options;
    struct diagnostics *diagnostics;
    struct spot spot;
    struct question question;
    bool is_type_guessed;
    struct question_source source;
    struct text id;       /* what the file knows the question by; absent: nothing */
    struct text section;  /* as a path, where the file names it; absent: it does not */
    struct text category; /* as the file has it; absent: none */
    struct text labels[DRAFT_LABELS_MAX]; /* tags, as the file has them */
    size_t label_count;
    struct extra_list extras;
};

void draft_start(struct draft *draft, struct arena *arena, const struct format_options *options,
                 struct format_item *item);
/* Something that cannot be taken over; the rest can. */
void draft_warn(struct draft *draft, const char *rule, const char *format, ...) PRINTF_LIKE(3, 4);
/* Something for which the question is refused. Returns false. */
bool draft_refuse(struct draft *draft, const char *rule, const char *format, ...) PRINTF_LIKE(3, 4);
void draft_add_label(struct draft *draft, struct text label);
/* Fills the item, whose status follows from its diagnostics. */
void draft_finish(struct draft *draft, struct format_item *item);
/* The slug of an id: itself where it is one, else its letters and digits with a part of its hash.
 */
struct text draft_slug_of(struct arena *arena, struct text id);
/* Lower-case letters and digits, hyphens between them; "" where there is none. */
struct text draft_plain_slug(struct arena *arena, struct text label, size_t max_bytes);
/* An error of a question as a diagnostic each fault. */
void draft_report_faults(struct draft *draft, const struct error *err);
/* Section, domain and line as the bank has them; with an error where it has not. */
void draft_check_places(struct draft *draft, const struct question *question);

#endif
