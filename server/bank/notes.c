/*
 * From the CommonMark document to sections. Only headings at the top of the document count:
 * GitHub's rule for what a heading is called, its own for what belongs to it. A section's lines run
 * from its heading to the line before the next heading of any level, less the blank lines at the
 * end; its body is what follows the heading there.
 */
#include "bank/notes.h"

#include <string.h>

#include "bank/notes_document.h"
#include "bank/notes_links.h"
#include "bank/notes_slug.h"
#include "base/limits.h"
#include "base/sha256.h"

enum { HEADING_LEVELS = 6 };

static const struct text UNTITLED = {.data = "(untitled)", .len = 10};
static const struct text ELLIPSIS = {.data = "\xE2\x80\xA6", .len = 3};

struct reader {
    struct arena *arena;
    struct notes_source source;
    struct diagnostics *diagnostics;
    struct notes *notes;
    size_t top_level_h1_count;
    struct text_map anchors;
    struct text_map paths;
    int64_t open[HEADING_LEVELS + 1]; /* by heading level: the section that is open there */
    struct section *current;          /* NULL: before the first, or below the title */
    struct notes_links links;         /* of the current section */
    size_t heading_end;               /* last line of the current section's heading */
};

static void warn_at(struct reader *reader, size_t line, const char *code, const char *message)
{
    diagnostics_add(reader->diagnostics, SEVERITY_WARNING,
                    (struct spot){.file = reader->source.name, .line = line}, code, "%s", message);
}

static struct text cut_title(struct arena *arena, struct text title)
{
    size_t end = 0;
    for (size_t count = 0; count < NOTES_TITLE_MAX; count++) {
        end++;
        while (end < title.len && ((unsigned char)title.data[end] & 0xC0U) == 0x80U) {
            end++;
        }
    }
    return arena_printf(arena, "%.*s%s", TEXT_ARG(text_slice(title, 0, end)), ELLIPSIS.data);
}

static struct text read_title(struct reader *reader, cmark_node *heading)
{
    const size_t line = notes_document_first_line(&reader->source, heading);
    const struct text title = notes_links_words(reader->arena, heading);
    if (title.len == 0) {
        warn_at(reader, line, "empty_heading", "this heading has no words");
        return UNTITLED;
    }
    if (text_count_code_points(title) > NOTES_TITLE_MAX) {
        warn_at(reader, line, "long_heading", "this heading is cut after 300 characters");
        return cut_title(reader->arena, title);
    }
    return title;
}

/* "(untitled)" has letters, but a heading without words has no anchor of its own on GitHub. */
static struct text slug_source(struct text title)
{
    return title.data == UNTITLED.data ? TEXT("") : title;
}

static struct text hash_content(struct arena *arena, struct text title, struct text body)
{
    char hex[SHA256_HEX_BYTES + 1];
    struct sha256 sha256;
    sha256_start(&sha256);
    sha256_update(&sha256, title);
    sha256_update(&sha256, TEXT("\n"));
    sha256_update(&sha256, body);
    return arena_copy(arena, sha256_finish_hex(&sha256, hex));
}

/* Completes the current section, whose last line is at most `end`. */
static void close_section(struct reader *reader, size_t end)
{
    struct section *section = reader->current;
    if (section == NULL) {
        return;
    }
    section->body = notes_source_lines(&reader->source, reader->heading_end + 1, end);
    section->last_line =
        (int64_t)notes_source_last_line(&reader->source, reader->heading_end + 1, end);
    section->content_hash = hash_content(reader->arena, section->title, section->body);
    section->links = reader->links.items;
    section->link_count = reader->links.count;
    reader->current = NULL;
}

/* The nearest section before that has a smaller level. */
static int64_t find_parent(const struct reader *reader, size_t level)
{
    for (size_t i = level - 1; i > 0; i--) {
        if (reader->open[i] != BANK_NO_SECTION) {
            return reader->open[i];
        }
    }
    return BANK_NO_SECTION;
}

static void close_levels(struct reader *reader, size_t from)
{
    for (size_t i = from; i <= HEADING_LEVELS; i++) {
        reader->open[i] = BANK_NO_SECTION;
    }
}

static struct text make_path(struct reader *reader, const struct section *section)
{
    struct text path = notes_slug_segment(reader->arena, slug_source(section->title));
    if (section->parent != BANK_NO_SECTION) {
        const struct text above = reader->notes->sections[section->parent].path;
        path = arena_printf(reader->arena, "%.*s/%.*s", TEXT_ARG(above), TEXT_ARG(path));
    }
    return notes_slug_unique(&reader->paths, path);
}

static void open_section(struct reader *reader, cmark_node *heading, struct text title,
                         struct text anchor)
{
    const size_t level = (size_t)cmark_node_get_heading_level(heading);
    const int64_t index = (int64_t)reader->notes->section_count++;
    struct section *section = &reader->notes->sections[index];
    section->title = title;
    section->anchor = anchor;
    section->position = index;
    section->parent = find_parent(reader, level);
    section->depth =
        section->parent == BANK_NO_SECTION ? 1 : reader->notes->sections[section->parent].depth + 1;
    section->path = make_path(reader, section);
    section->first_line = (int64_t)notes_document_first_line(&reader->source, heading);
    close_levels(reader, level);
    reader->open[level] = index;
    reader->current = section;
    reader->heading_end = notes_document_last_line(&reader->source, heading);
    notes_links_init(&reader->links, reader->arena);
}

/* A heading at the top of the document: the title, or a new section. */
static void read_heading(struct reader *reader, cmark_node *heading)
{
    const struct text title = read_title(reader, heading);
    const struct text anchor =
        notes_slug_unique(&reader->anchors, notes_slug_anchor(reader->arena, slug_source(title)));
    close_section(reader, notes_document_first_line(&reader->source, heading) - 1);
    if (cmark_node_get_heading_level(heading) == 1 && reader->top_level_h1_count == 1) {
        reader->notes->title = title;
        close_levels(reader, 1);
    } else {
        open_section(reader, heading, title, anchor);
    }
}

/* Links, and the anchors of headings inside of quotes and lists. */
static void read_block(struct reader *reader, cmark_node *block)
{
    cmark_iter *iterator = cmark_iter_new(block);
    for (cmark_event_type event = cmark_iter_next(iterator); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator)) {
        cmark_node *node = cmark_iter_get_node(iterator);
        if (reader->current != NULL) {
            notes_links_visit(&reader->links, event, node);
        }
        if (node != block && event == CMARK_EVENT_ENTER &&
            cmark_node_get_type(node) == CMARK_NODE_HEADING) {
            const struct text words = notes_links_words(reader->arena, node);
            (void)notes_slug_unique(&reader->anchors,
                                    notes_slug_anchor(reader->arena, words)); /* taken */
        }
    }
    cmark_iter_free(iterator);
}

static size_t count_headings(struct reader *reader, cmark_node *document)
{
    size_t count = 0;
    for (cmark_node *node = cmark_node_first_child(document); node != NULL;
         node = cmark_node_next(node)) {
        if (cmark_node_get_type(node) == CMARK_NODE_HEADING) {
            count++;
            reader->top_level_h1_count += cmark_node_get_heading_level(node) == 1 ? 1 : 0;
        }
    }
    return count;
}

static bool read_document(struct reader *reader, cmark_node *document)
{
    reader->notes->markdown = reader->source.text;
    const size_t heading_count = count_headings(reader, document);
    const size_t section_count = heading_count - (reader->top_level_h1_count == 1 ? 1 : 0);
    const struct spot whole = {.file = reader->source.name};
    if (section_count > LIMIT_NOTES_SECTIONS) {
        diagnostics_add(reader->diagnostics, SEVERITY_ERROR, whole, "too_many_sections",
                        "notes may have at most %d sections, these have %zu", LIMIT_NOTES_SECTIONS,
                        section_count);
        return false;
    }
    if (section_count == 0) {
        diagnostics_add(reader->diagnostics, SEVERITY_ERROR, whole, "no_sections",
                        "there are no headings that make sections");
        return false;
    }
    reader->notes->sections = arena_new_array(reader->arena, section_count, struct section);
    for (cmark_node *node = cmark_node_first_child(document); node != NULL;
         node = cmark_node_next(node)) {
        if (cmark_node_get_type(node) == CMARK_NODE_HEADING) {
            read_heading(reader, node);
        }
        read_block(reader, node);
    }
    close_section(reader, reader->source.line_count);
    return true;
}

bool notes_parse(struct arena *arena, struct text name, struct text markdown, struct notes *notes,
                 struct diagnostics *diagnostics)
{
    struct reader reader = {.arena = arena, .diagnostics = diagnostics, .notes = notes};
    cmark_node *document = NULL;
    *notes = (struct notes){.title = TEXT_ABSENT};
    text_map_init(&reader.anchors, arena);
    text_map_init(&reader.paths, arena);
    close_levels(&reader, 1);
    return notes_source_read(arena, name, markdown, &reader.source, diagnostics) &&
           notes_document_parse(arena, &reader.source, &document, diagnostics) &&
           read_document(&reader, document);
}
