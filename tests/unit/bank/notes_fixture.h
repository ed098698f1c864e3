/* Parsing notes given as C strings, for the tests of notes. */
#ifndef TESTS_UNIT_BANK_NOTES_FIXTURE_H
#define TESTS_UNIT_BANK_NOTES_FIXTURE_H

#include <string.h>

#include "bank/notes.h"

struct fixture {
    struct arena *arena;
    struct notes notes;
    struct diagnostics diagnostics;
};

static inline int setup(void **state)
{
    struct arena *arena = arena_create();
    struct fixture *fixture = arena_new(arena, struct fixture);
    fixture->arena = arena;
    *state = fixture;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *fixture = *state;
    arena_free(fixture->arena);
    return 0;
}

static inline bool parse_bytes(struct fixture *fixture, struct text markdown)
{
    diagnostics_init(&fixture->diagnostics, fixture->arena);
    return notes_parse(fixture->arena, TEXT("n.md"), markdown, &fixture->notes,
                       &fixture->diagnostics);
}

/* The notes must be usable. */
static inline struct fixture *parse(void **state, const char *markdown)
{
    struct fixture *fixture = *state;
    assert_true(parse_bytes(fixture, text_of(markdown)));
    assert_int_equal(fixture->diagnostics.error_count, 0);
    return fixture;
}

/* Copies bytes without a terminator. */
static inline void put(char *to, struct text words)
{
    memcpy(to, words.data, words.len);
}

/* One line a section: "depth path#anchor first-last title". */
static inline void assert_sections(const struct fixture *fixture, const char *expected)
{
    struct text all = TEXT("");
    for (size_t i = 0; i < fixture->notes.section_count; i++) {
        const struct section *s = &fixture->notes.sections[i];
        all = arena_printf(fixture->arena, "%.*s%lld %.*s#%.*s %lld-%lld %.*s\n", TEXT_ARG(all),
                           (long long)s->depth, TEXT_ARG(s->path), TEXT_ARG(s->anchor),
                           (long long)s->first_line, (long long)s->last_line, TEXT_ARG(s->title));
        assert_int_equal(s->position, i);
    }
    assert_string_equal(arena_string(fixture->arena, all), expected);
}

/* All diagnostics, one a line. */
static inline void assert_diagnostics(const struct fixture *fixture, const char *expected)
{
    struct text all = TEXT("");
    for (const struct diagnostic *d = fixture->diagnostics.first; d != NULL; d = d->next) {
        all = arena_printf(fixture->arena, "%.*s%s:%zu:%zu %s\n", TEXT_ARG(all),
                           d->severity == SEVERITY_ERROR ? "error" : "warning", d->spot.line,
                           d->spot.column, d->code);
    }
    assert_string_equal(arena_string(fixture->arena, all), expected);
}

static inline const char *body_of(const struct fixture *fixture, size_t section)
{
    return arena_string(fixture->arena, fixture->notes.sections[section].body);
}

#endif
