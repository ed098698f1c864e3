/*
 * Text of other programs into the bank's Markdown. HTML is converted in the simplest way that is
 * safe: words, emphasis, code, lists and links stay, no tag survives, and what was lost is said.
 */
#ifndef FORMATS_MARKDOWN_H
#define FORMATS_MARKDOWN_H

#include "base/buffer.h"
#include "formats/draft.h"

enum markup { MARKUP_MARKDOWN, MARKUP_HTML, MARKUP_PLAIN, MARKUP_MOODLE };

/* By Moodle's names ("html", "moodle_auto_format", "plain_text", "markdown", "plain", "moodle"). */
bool markup_find(struct text name, enum markup *markup);
/* Trimmed; warns of what is lost. */
struct text markup_to_markdown(struct draft *draft, enum markup markup, struct text source);
/* The words alone: for short answers and categories. */
struct text markup_to_plain(struct arena *arena, enum markup markup, struct text source);
/* Appends plain text so that Markdown shows it as it is. */
void markdown_escape(struct buffer *out, struct text plain);

#endif
