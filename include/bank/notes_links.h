/* The absolute web links below a node of the notes: Markdown links, <autolinks>, and bare URLs in
 * the text. */
#ifndef BANK_NOTES_LINKS_H
#define BANK_NOTES_LINKS_H

#include <cmark.h>

#include "bank/text_map.h"
#include "domain/bank.h"

/* Links of one section, in the order of their first appearance, each URL once. */
struct notes_links {
    struct arena *arena;
    struct text_map seen;
    struct link *items;
    size_t count;
    size_t capacity;
    size_t link_depth; /* how many Markdown links the iterator is in */
};

void notes_links_init(struct notes_links *links, struct arena *arena);
/* Adds the links of an event of cmark's iterator; events come in document order. */
void notes_links_visit(struct notes_links *links, cmark_event_type event, cmark_node *node);
/* The words of a node: text and code below it, line breaks as blanks, trimmed. */
struct text notes_links_words(struct arena *arena, cmark_node *node);

#endif
