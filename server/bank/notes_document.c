/*
 * Parsing with cmark, again where a fence never closes.
 *
 * A fence is closed by a later line of at least as many of the same characters and nothing else, so
 * whether any line could close a fence is known from one pass backwards. Where cmark then finds a
 * fence at the top of the document that nothing closes, that line, and every line after it that
 * opens a fence which nothing closes, is replaced by a processing instruction of one line, and the
 * text is parsed again: like a fence it interrupts a paragraph, and unlike a line of words it
 * cannot become a heading when "---" follows. Which later lines open a fence is judged by the lines
 * alone. Where lists or HTML make that judgement wrong another round follows, so the number of
 * rounds is small and bounded, however many fences are open.
 *
 * cmark neither recurses while it parses nor while it frees; but each open block quote costs
 * memory, and a line can open as many as it has bytes, so their number is bounded here. (Nested
 * lists are bounded by cmark itself.)
 */
#include "bank/notes_document.h"

#include <string.h>

enum { QUOTE_DEPTH_MAX = 100, FENCE_LENGTH_MIN = 3, FENCE_INDENT_MAX = 3, ROUNDS_MAX = 10 };

static const struct text NEUTRAL_LINE = {.data = "<? ?>\n", .len = 6};

struct fence {
    char character; /* '`' or '~'; 0: the line is none */
    size_t length;
    bool may_open;
    bool may_close;
};

static const struct fence NO_FENCE = {
    .character = '\0', .length = 0, .may_open = false, .may_close = false};

static bool is_blank(struct text t)
{
    return text_trim(t).len == 0;
}

static bool has_backtick(struct text t)
{
    struct text head = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    return text_split(t, '`', &head, &rest);
}

static struct fence read_fence(struct text line)
{
    size_t indent = 0;
    while (indent < line.len && line.data[indent] == ' ') {
        indent++;
    }
    if (indent > FENCE_INDENT_MAX || indent == line.len ||
        (line.data[indent] != '`' && line.data[indent] != '~')) {
        return NO_FENCE;
    }
    struct fence fence = NO_FENCE;
    fence.character = line.data[indent];
    while (indent + fence.length < line.len &&
           line.data[indent + fence.length] == fence.character) {
        fence.length++;
    }
    if (fence.length < FENCE_LENGTH_MIN) {
        return NO_FENCE;
    }
    const struct text rest = text_slice(line, indent + fence.length, line.len);
    fence.may_open = fence.character == '~' || !has_backtick(rest);
    fence.may_close = is_blank(rest);
    return fence;
}

/* Marks by line, from 1. */
struct fences {
    bool *is_unclosable; /* would open a fence that no later line closes */
    bool *is_neutral;    /* taken for an open fence */
};

static void find_unclosable(const struct notes_source *source, struct fences *fences)
{
    size_t longest[2] = {0, 0}; /* of the closing lines seen so far, '`' and '~' */
    for (size_t line = source->line_count; line >= source->first_line; line--) {
        const struct fence fence = read_fence(notes_source_line(source, line));
        if (fence.character == '\0') {
            continue;
        }
        size_t *closing = &longest[fence.character == '~' ? 1 : 0];
        fences->is_unclosable[line] = fence.may_open && *closing < fence.length;
        if (fence.may_close && *closing < fence.length) {
            *closing = fence.length;
        }
    }
}

/* Makes `from`, an open fence, neutral, and the open fences after it. */
static void neutralize(const struct notes_source *source, struct fences *fences, size_t from)
{
    struct fence open = {.character = '\0'}; /* the fence that the line is in */
    for (size_t line = from; line <= source->line_count; line++) {
        const struct fence fence = read_fence(notes_source_line(source, line));
        fences->is_neutral[line] = false;
        if (open.character != '\0') {
            const bool is_end =
                fence.character == open.character && fence.may_close && fence.length >= open.length;
            if (is_end) {
                open.character = '\0';
            }
        } else if (fence.may_open && fences->is_unclosable[line]) {
            fences->is_neutral[line] = true;
        } else if (fence.may_open) {
            open = fence;
        }
    }
}

static void release_node(void *node)
{
    cmark_node_free(node);
}

static void feed_lines(cmark_parser *parser, const struct notes_source *source, size_t from,
                       size_t to)
{
    if (from < to) {
        const size_t start = source->line_starts[from - 1];
        cmark_parser_feed(parser, source->text.data + start, source->line_starts[to - 1] - start);
    }
}

static cmark_node *parse(struct arena *arena, const struct notes_source *source,
                         const bool *is_neutral)
{
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    size_t fed = source->first_line; /* the first line that the parser has not got yet */
    for (size_t line = source->first_line; line <= source->line_count; line++) {
        if (is_neutral[line]) {
            feed_lines(parser, source, fed, line);
            cmark_parser_feed(parser, NEUTRAL_LINE.data, NEUTRAL_LINE.len);
            fed = line + 1;
        }
    }
    feed_lines(parser, source, fed, source->line_count + 1);
    cmark_node *document = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    arena_defer(arena, release_node, document);
    return document;
}

/* The line of a fence at the top of the document that runs to its end because nothing closes it; 0:
 * there is none. */
static size_t find_open_fence(const struct notes_source *source, cmark_node *document,
                              const struct fences *fences)
{
    cmark_node *last = cmark_node_last_child(document);
    if (last == NULL || cmark_node_get_type(last) != CMARK_NODE_CODE_BLOCK) {
        return 0;
    }
    const size_t line = notes_document_first_line(source, last);
    return fences->is_unclosable[line] ? line : 0;
}

/* What turned out to stand inside of code or HTML was no open fence. */
static void forget_inner_fences(const struct notes_source *source, cmark_node *document,
                                struct fences *fences)
{
    for (cmark_node *node = cmark_node_first_child(document); node != NULL;
         node = cmark_node_next(node)) {
        const cmark_node_type type = cmark_node_get_type(node);
        const size_t first = notes_document_first_line(source, node);
        const size_t last = notes_document_last_line(source, node);
        if ((type != CMARK_NODE_CODE_BLOCK && type != CMARK_NODE_HTML_BLOCK) || last <= first) {
            continue;
        }
        for (size_t line = first; line <= last && line <= source->line_count; line++) {
            fences->is_neutral[line] = false;
        }
    }
}

static void warn(const struct notes_source *source, const struct fences *fences,
                 struct diagnostics *diagnostics)
{
    for (size_t line = source->first_line; line <= source->line_count; line++) {
        if (fences->is_neutral[line]) {
            diagnostics_add(diagnostics, SEVERITY_WARNING,
                            (struct spot){.file = source->name, .line = line}, "unclosed_fence",
                            "this code fence is never closed; it is ignored, so that the headings "
                            "after it count");
        }
    }
}

/* Such a comment swallows the rest, too; but what is commented out was not meant to be read, so
 * there is no recovery. */
static void warn_of_open_comment(const struct notes_source *source, cmark_node *document,
                                 struct diagnostics *diagnostics)
{
    cmark_node *last = cmark_node_last_child(document);
    if (last == NULL || cmark_node_get_type(last) != CMARK_NODE_HTML_BLOCK) {
        return;
    }
    const char *html = cmark_node_get_literal(last);
    if (text_starts_with(text_trim(text_of(html)), TEXT("<!--")) && strstr(html, "-->") == NULL) {
        const struct spot spot = {.file = source->name,
                                  .line = notes_document_first_line(source, last)};
        diagnostics_add(diagnostics, SEVERITY_WARNING, spot, "unclosed_comment",
                        "this comment is never closed: everything after it is part of it");
    }
}

static bool check_nesting(const struct notes_source *source, struct diagnostics *diagnostics)
{
    for (size_t line = source->first_line; line <= source->line_count; line++) {
        const struct text t = notes_source_line(source, line);
        size_t depth = 0;
        for (size_t i = 0; i < t.len && depth <= QUOTE_DEPTH_MAX; i++) {
            if (t.data[i] == '>') {
                depth++;
            } else if (t.data[i] != ' ' && t.data[i] != '\t') {
                break;
            }
        }
        if (depth > QUOTE_DEPTH_MAX) {
            diagnostics_add(diagnostics, SEVERITY_ERROR,
                            (struct spot){.file = source->name, .line = line}, "nested_too_deep",
                            "block quotes are nested deeper than %d", QUOTE_DEPTH_MAX);
            return false;
        }
    }
    return true;
}

static bool is_atx_heading(struct text line)
{
    const struct text trimmed = text_trim(line);
    size_t level = 0;
    while (level < trimmed.len && trimmed.data[level] == '#') {
        level++;
    }
    return level >= 1 && level <= 6 &&
           (level == trimmed.len || trimmed.data[level] == ' ' || trimmed.data[level] == '\t');
}

static bool is_setext_underline(struct text line)
{
    const struct text trimmed = text_trim(line);
    size_t length = 0;
    while (length < trimmed.len && trimmed.data[length] == trimmed.data[0]) {
        length++;
    }
    return length > 0 && length == trimmed.len &&
           (trimmed.data[0] == '=' || trimmed.data[0] == '-');
}

/* cmark counts the line after a Setext heading to it. */
static size_t last_line_of_heading(const struct notes_source *source, size_t first)
{
    size_t line = first;
    if (!is_atx_heading(notes_source_line(source, first))) {
        do {
            line++;
        } while (line < source->line_count &&
                 !is_setext_underline(notes_source_line(source, line)));
    }
    return line;
}

size_t notes_document_first_line(const struct notes_source *source, cmark_node *node)
{
    return (size_t)cmark_node_get_start_line(node) + source->first_line - 1;
}

size_t notes_document_last_line(const struct notes_source *source, cmark_node *node)
{
    if (cmark_node_get_type(node) == CMARK_NODE_HEADING) {
        return last_line_of_heading(source, notes_document_first_line(source, node));
    }
    return (size_t)cmark_node_get_end_line(node) + source->first_line - 1;
}

bool notes_document_parse(struct arena *arena, const struct notes_source *source,
                          cmark_node **document, struct diagnostics *diagnostics)
{
    if (!check_nesting(source, diagnostics)) {
        return false;
    }
    struct fences fences = {.is_unclosable = arena_new_array(arena, source->line_count + 1, bool),
                            .is_neutral = arena_new_array(arena, source->line_count + 1, bool)};
    find_unclosable(source, &fences);
    *document = parse(arena, source, fences.is_neutral);
    size_t line = find_open_fence(source, *document, &fences);
    for (size_t round = 0; line > 0 && round < ROUNDS_MAX; round++) {
        neutralize(source, &fences, line);
        *document = parse(arena, source, fences.is_neutral);
        line = find_open_fence(source, *document, &fences);
    }
    forget_inner_fences(source, *document, &fences);
    warn(source, &fences, diagnostics);
    warn_of_open_comment(source, *document, diagnostics);
    cmark_consolidate_text_nodes(*document);
    return true;
}
