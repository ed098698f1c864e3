/* Trees by expat. */
#include "formats/xml_tree.h"

#include <string.h>

#include <expat.h>

#include "base/limits.h"

enum { ITEM_DEPTH = 2 };

struct xml_stream {
    XML_Parser parser;
    const char *root;
    const char *skipped;
    void (*take)(void *context, const struct xml_node *node, size_t line);
    void *context;
    struct arena *arena; /* of a tree */
    struct xml_node *node;
    size_t depth;
    size_t item_line;
    size_t item_bytes; /* of its words and names */
    size_t fed_bytes;
    struct xml_fault fault;
};

static void release(void *context)
{
    struct xml_stream *stream = context;
    XML_ParserFree(stream->parser);
    arena_free(stream->arena);
}

static void stop(struct xml_stream *stream, const char *rule, const char *message)
{
    if (stream->fault.rule == NULL) {
        stream->fault =
            (struct xml_fault){.rule = rule,
                               .message = message,
                               .line = (size_t)XML_GetCurrentLineNumber(stream->parser),
                               .column = (size_t)XML_GetCurrentColumnNumber(stream->parser) + 1};
        (void)XML_StopParser(stream->parser, XML_FALSE); /* it is running: a handler called this */
    }
}

static bool is_over(const struct xml_stream *stream)
{
    return stream->item_bytes > LIMIT_FORMAT_ITEM_BYTES;
}

static void add_node(struct xml_stream *stream, const char *name, const char **attributes)
{
    struct xml_node *node = arena_new(stream->arena, struct xml_node);
    struct xml_node *parent = stream->node;
    node->name = arena_copy(stream->arena, text_of(name));
    node->parent = parent;
    node->line = (size_t)XML_GetCurrentLineNumber(stream->parser);
    node->column = (size_t)XML_GetCurrentColumnNumber(stream->parser) + 1;
    buffer_init(&node->text, stream->arena, LIMIT_FORMAT_ITEM_BYTES);
    for (size_t i = 0; attributes[i] != NULL && node->attribute_count < XML_ATTRIBUTES_MAX;
         i += 2) {
        struct xml_attribute *attribute = &node->attributes[node->attribute_count++];
        attribute->name = arena_copy(stream->arena, text_of(attributes[i]));
        attribute->value = arena_copy(stream->arena, text_of(attributes[i + 1]));
        stream->item_bytes += attribute->name.len + attribute->value.len;
    }
    if (parent != NULL) {
        *(parent->last == NULL ? &parent->first : &parent->last->next) = node;
        parent->last = node;
    }
    stream->node = node;
}

static void on_start(void *context, const char *name, const char **attributes)
{
    struct xml_stream *stream = context;
    stream->depth++;
    if (stream->depth == 1 && strcmp(name, stream->root) != 0) {
        stop(stream, "wrong_format",
             "this is XML, but not of this kind: its first element is another");
        return;
    }
    if (stream->depth > XML_DEPTH_MAX) {
        stop(stream, "too_deep", "elements are nested too deeply");
        return;
    }
    if (stream->depth == ITEM_DEPTH) {
        stream->item_bytes = 0;
        stream->item_line = (size_t)XML_GetCurrentLineNumber(stream->parser);
    }
    stream->item_bytes += sizeof(struct xml_node);
    if (stream->depth >= ITEM_DEPTH && !is_over(stream)) {
        add_node(stream, name, attributes);
    }
}

static void on_end(void *context, const char *name)
{
    struct xml_stream *stream = context;
    (void)name; /* expat has seen that it is the right one */
    if (stream->depth == ITEM_DEPTH) {
        while (stream->node != NULL && stream->node->parent != NULL) {
            stream->node = stream->node->parent;
        }
        stream->take(stream->context, is_over(stream) ? NULL : stream->node, stream->item_line);
        stream->node = NULL;
        arena_reset(stream->arena);
    } else if (stream->node != NULL && !is_over(stream)) {
        stream->node = stream->node->parent;
    }
    stream->depth--;
}

static void on_words(void *context, const char *words, int len)
{
    struct xml_stream *stream = context;
    if (stream->node == NULL || len <= 0 ||
        text_equal(stream->node->name, text_of(stream->skipped))) {
        return;
    }
    stream->item_bytes += (size_t)len;
    if (!is_over(stream)) {
        buffer_append(&stream->node->text, (struct text){.data = words, .len = (size_t)len});
    }
}

static void on_doctype(void *context, const char *name, const char *system_id,
                       const char *public_id, int has_internal_subset)
{
    (void)name; /* whatever it says */
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    stop(context, "doctype",
         "a document type (<!DOCTYPE …>) is not allowed, nor any entity of its own");
}

struct xml_stream *xml_open(struct arena *arena, const char *root, const char *skipped,
                            void (*take)(void *context, const struct xml_node *node, size_t line),
                            void *context)
{
    struct xml_stream *stream = arena_new(arena, struct xml_stream);
    *stream = (struct xml_stream){.parser = XML_ParserCreate("UTF-8"),
                                  .root = root,
                                  .skipped = skipped,
                                  .take = take,
                                  .context = context,
                                  .arena = arena_create()};
    arena_defer(arena, release, stream);
    if (stream->parser == NULL) {
        stream->fault =
            (struct xml_fault){.rule = "internal", .message = "out of memory", .line = 1};
        return stream;
    }
    XML_SetUserData(stream->parser, stream);
    XML_SetElementHandler(stream->parser, on_start, on_end);
    XML_SetCharacterDataHandler(stream->parser, on_words);
    XML_SetStartDoctypeDeclHandler(stream->parser, on_doctype);
    return stream;
}

static const char *describe(enum XML_Error code)
{
    if (code == XML_ERROR_TAG_MISMATCH) {
        return "this is not the tag that has to be closed here";
    }
    if (code == XML_ERROR_UNDEFINED_ENTITY) {
        return "XML knows no such entity (only &amp; &lt; &gt; &quot; &apos;)";
    }
    if (code == XML_ERROR_JUNK_AFTER_DOC_ELEMENT) {
        return "something stands behind the end of the document";
    }
    if (code == XML_ERROR_DUPLICATE_ATTRIBUTE) {
        return "an attribute is there twice";
    }
    return "this is not well-formed XML";
}

static bool is_cut_off(enum XML_Error code)
{
    return code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
           code == XML_ERROR_UNCLOSED_CDATA_SECTION || code == XML_ERROR_PARTIAL_CHAR;
}

static void note_error(struct xml_stream *stream, bool is_last)
{
    const enum XML_Error code = XML_GetErrorCode(stream->parser);
    if (is_last && is_cut_off(code)) {
        stop(stream, "truncated",
             "the file ends before its last element is closed: a part is missing");
    } else {
        stop(stream, "malformed_xml", describe(code));
    }
}

bool xml_feed(struct xml_stream *stream, struct text piece, bool is_last, struct xml_fault *fault)
{
    if (stream->fault.rule == NULL) {
        stream->fed_bytes += piece.len;
        if (XML_Parse(stream->parser, piece.data, (int)piece.len, is_last ? 1 : 0) !=
            XML_STATUS_OK) {
            note_error(stream, is_last);
        } else if (!is_last) { /* a token that never ends is read again with every piece */
            const XML_Index at = XML_GetCurrentByteIndex(stream->parser);
            if (at >= 0 && stream->fed_bytes - (size_t)at > LIMIT_FORMAT_ITEM_BYTES) {
                stop(stream, "too_large", "a tag or a comment never ends");
            }
        }
    }
    *fault = stream->fault;
    return fault->rule == NULL;
}

const struct xml_node *xml_child(const struct xml_node *node, struct text name)
{
    const struct xml_node *child = node == NULL ? NULL : node->first;
    while (child != NULL && !text_equal(child->name, name)) {
        child = child->next;
    }
    return child;
}

const struct xml_node *xml_next(const struct xml_node *node)
{
    const struct xml_node *next = node->next;
    while (next != NULL && !text_equal(next->name, node->name)) {
        next = next->next;
    }
    return next;
}

struct text xml_text(const struct xml_node *node)
{
    return node == NULL || node->text.len == 0
               ? TEXT("")
               : (struct text){.data = node->text.data, .len = node->text.len};
}

struct text xml_attribute(const struct xml_node *node, struct text name)
{
    for (size_t i = 0; node != NULL && i < node->attribute_count; i++) {
        if (text_equal(node->attributes[i].name, name)) {
            return node->attributes[i].value;
        }
    }
    return TEXT_ABSENT;
}
