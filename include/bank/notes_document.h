/*
 * A notes file → a CommonMark document (cmark), with recovery from a fence that never closes:
 * CommonMark lets such a fence swallow everything after it, and with it the sections that follow.
 */
#ifndef BANK_NOTES_DOCUMENT_H
#define BANK_NOTES_DOCUMENT_H

#include <cmark.h>

#include "bank/notes_source.h"

/* The document belongs to the arena; its line numbers begin at source->first_line. False, with an
 * error diagnostic, where it is nested too deep. */
NODISCARD bool notes_document_parse(struct arena *arena, const struct notes_source *source,
                                    cmark_node **document, struct diagnostics *diagnostics);
/* First and last line of a node in the file. */
size_t notes_document_first_line(const struct notes_source *source, cmark_node *node);
size_t notes_document_last_line(const struct notes_source *source, cmark_node *node);

#endif
