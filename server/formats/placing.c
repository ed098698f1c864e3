/* Categories to sections. */
#include "formats/placing.h"

#include "bank/notes_slug.h"
#include "base/limits.h"

enum { SEGMENTS_MAX = 32 };

struct format_bank *format_bank_new(struct arena *arena, const struct format_section *sections,
                                    size_t section_count, const struct text *domains,
                                    size_t domain_count)
{
    struct format_bank *bank = arena_new(arena, struct format_bank);
    *bank = (struct format_bank){.sections = sections, .section_count = section_count};
    text_map_init(&bank->section_map, arena);
    text_map_init(&bank->domain_map, arena);
    for (size_t i = 0; i < section_count; i++) {
        text_map_add(&bank->section_map, sections[i].path, i);
    }
    for (size_t i = 0; i < domain_count; i++) {
        text_map_add(&bank->domain_map, domains[i], i);
    }
    return bank;
}

const struct format_section *format_bank_find(const struct format_bank *bank, struct text path)
{
    const size_t *index = text_map_find(&bank->section_map, path);
    return index == NULL ? NULL : &bank->sections[*index];
}

/* "$course$", which Moodle puts in front of every path. */
static bool is_context(struct text segment)
{
    return segment.len > 1 && segment.data[0] == '$' && segment.data[segment.len - 1] == '$';
}

/* The slugs of the segments; "//" stands for a slash in a name, as in Moodle. */
static size_t split(struct arena *arena, struct text category, struct text *segments)
{
    size_t count = 0;
    bool is_behind_context = false; /* where "top" is no name either */
    struct text rest = category;
    bool has_more = true;
    while (has_more && count < SEGMENTS_MAX) {
        size_t at = 0;
        while (at < rest.len &&
               (rest.data[at] != '/' || (at + 1 < rest.len && rest.data[at + 1] == '/'))) {
            at += rest.data[at] == '/' ? 2 : 1;
        }
        at = at > rest.len ? rest.len : at;
        const struct text head = text_trim(text_slice(rest, 0, at));
        has_more = at < rest.len;
        rest = text_slice(rest, at + 1, rest.len);
        if (head.len > 0 && !is_context(head) &&
            !(is_behind_context && text_equal(head, TEXT("top")))) {
            segments[count++] = notes_slug_segment(arena, head);
        }
        is_behind_context = is_context(head);
    }
    return count;
}

static struct text join(struct arena *arena, const struct text *segments, size_t count)
{
    struct text path = segments[0];
    for (size_t i = 1; i < count; i++) {
        path = arena_printf(arena, "%.*s/%.*s", TEXT_ARG(path), TEXT_ARG(segments[i]));
    }
    return path;
}

struct text placing_of_category(struct arena *arena, const struct format_bank *bank,
                                struct text category)
{
    struct text segments[SEGMENTS_MAX];
    const size_t count = category.len > 0 ? split(arena, category, segments) : 0;
    for (size_t from = 0; from < count; from++) {
        const struct text path = join(arena, segments + from, count - from);
        if (bank == NULL || format_bank_find(bank, path) != NULL) {
            return path;
        }
    }
    return TEXT_ABSENT;
}
