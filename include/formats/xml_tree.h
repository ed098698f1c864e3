/*
 * XML as it streams by: each element two levels below the root becomes a tree and is given away.
 * A document type, and with it every entity of a file's own, is refused; so is what is nested or
 * grows beyond all reason. Only for the files of this layer.
 */
#ifndef FORMATS_XML_TREE_H
#define FORMATS_XML_TREE_H

#include "base/buffer.h"

enum { XML_DEPTH_MAX = 32, XML_ATTRIBUTES_MAX = 16 };

struct xml_attribute {
    struct text name;
    struct text value;
};

struct xml_node {
    struct text name;
    struct xml_attribute attributes[XML_ATTRIBUTES_MAX];
    size_t attribute_count;
    struct xml_node *parent;
    struct xml_node *first;
    struct xml_node *last;
    struct xml_node *next;
    struct buffer text; /* its own words; not those of what lies in it */
    size_t line;
    size_t column;
};

/* Where the file is no XML. */
struct xml_fault {
    const char *rule; /* NULL: none */
    const char *message;
    size_t line;
    size_t column;
};

struct xml_stream;

/* `take` gets each tree, good until it returns; NULL for one that is too large. The elements whose
 * words are not kept are named by `skipped` ("file"). */
struct xml_stream *xml_open(struct arena *arena, const char *root, const char *skipped,
                            void (*take)(void *context, const struct xml_node *node, size_t line),
                            void *context);
/* False, once and for all, where the file is no XML. */
NODISCARD bool xml_feed(struct xml_stream *stream, struct text piece, bool is_last,
                        struct xml_fault *fault);

/* NULL where there is none; the first where there are several. */
const struct xml_node *xml_child(const struct xml_node *node, struct text name);
const struct xml_node *xml_next(const struct xml_node *node);             /* of the same name */
struct text xml_text(const struct xml_node *node);                        /* "" for NULL */
struct text xml_attribute(const struct xml_node *node, struct text name); /* absent: none */

#endif
