/*
 * Any bytes as notes. What must hold for whatever comes out is checked here, too: sections in
 * preorder, lines in order and inside the file, paths and anchors unique and of their form, texts
 * that are UTF-8.
 */
#include <stdint.h>
#include <stdlib.h>

#include "bank/notes.h"
#include "bank/text_map.h"
#include "base/limits.h"
#include "base/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static size_t count_lines(struct text markdown)
{
    size_t count = 1;
    for (size_t i = 0; i < markdown.len; i++) {
        count += markdown.data[i] == '\n' ? 1 : 0;
    }
    return count;
}

static void check_section(const struct notes *notes, size_t index, size_t line_count)
{
    const struct section *s = &notes->sections[index];
    const char *what = NULL;
    require(s->position == (int64_t)index && s->parent < s->position);
    require(s->depth == (s->parent == BANK_NO_SECTION ? 1 : notes->sections[s->parent].depth + 1));
    require(s->first_line >= 1 && s->last_line >= s->first_line &&
            (size_t)s->last_line <= line_count);
    require(index == 0 || s->first_line > notes->sections[index - 1].last_line);
    require(shape_format_holds("section_path", s->path, &what));
    require(s->title.len > 0 && text_is_utf8(s->title) && text_is_utf8(s->body) &&
            text_is_utf8(s->anchor));
    require(s->content_hash.len == 64);
    for (size_t i = 0; i < s->link_count; i++) {
        require(text_is_utf8(s->links[i].url) && s->links[i].title.len > 0);
    }
}

static void require_new(struct text_map *map, struct text key)
{
    require(text_map_find(map, key) == NULL);
    text_map_add(map, key, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create();
    struct diagnostics diagnostics;
    struct notes notes;
    struct text_map names[2];
    diagnostics_init(&diagnostics, arena);
    text_map_init(&names[0], arena);
    text_map_init(&names[1], arena);
    const struct text bytes = {.data = (const char *)data, .len = size};
    const bool is_usable = notes_parse(arena, TEXT("fuzz.md"), bytes, &notes, &diagnostics);
    require(is_usable == (diagnostics.error_count == 0));
    if (is_usable) {
        const size_t line_count = count_lines(notes.markdown);
        for (size_t i = 0; i < notes.section_count; i++) {
            check_section(&notes, i, line_count);
            require_new(&names[0], notes.sections[i].path);
            require_new(&names[1], notes.sections[i].anchor);
        }
    }
    arena_free(arena);
    return 0;
}
