/*
 * Markdown notes → the section tree (cmark). The title is the single H1 if there is exactly one;
 * every further heading is a section. Level jumps invent no levels. Headings inside a fence that
 * never closes are headings: the reader recovers and warns with the line.
 *
 * Headings inside of block quotes and list items are part of the section they stand in; they only
 * take part in making anchors unique, as on GitHub. A heading without words is called "(untitled)",
 * its slug and anchor are "section".
 */
#ifndef BANK_NOTES_H
#define BANK_NOTES_H

#include "bank/diagnostic.h"
#include "domain/bank.h"

enum { NOTES_TITLE_MAX = 300 }; /* code points; longer headings are cut, with a warning */

struct notes {
    struct text
        markdown;      /* as it was read: lines as in the file, but ended by LF; no BOM; no NUL */
    struct text title; /* absent: no single H1 */
    struct section *sections; /* notes order; id, subtree_end and counts not set */
    size_t section_count;
};

/* `name` is the file's name for diagnostics. False where the file cannot be used (not UTF-8, too
 * large, too many sections, nested too deep): then an error diagnostic says why. Warnings alone
 * leave it true. Everything points into `arena`, nothing into `markdown`. */
NODISCARD bool notes_parse(struct arena *arena, struct text name, struct text markdown,
                           struct notes *notes, struct diagnostics *diagnostics);

#endif
