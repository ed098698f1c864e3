/* One struct with a member of every type, and its shape, for the tests of json/codec. */
#ifndef TESTS_CODEC_FIXTURE_H
#define TESTS_CODEC_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "json/body.h"
#include "json/codec.h"

enum colour { RED, GREEN, COLOUR_COUNT };
static const char *const COLOUR_NAMES[COLOUR_COUNT] = {"red", "green"};
static const struct enumeration COLOURS = {COLOUR_NAMES, COLOUR_COUNT};

struct inner {
    struct text name;
    int64_t size;
};

struct outer {
    bool flag;
    int64_t count;
    int64_t share;
    double ratio;
    struct text title;
    struct text email;
    struct uuid id;
    int64_t made_at;
    enum colour colour;
    struct inner inner;
    const struct inner *items;
    size_t item_count;
    const struct text *tags;
    size_t tag_count;
    const int64_t *numbers;
    size_t number_count;
    const struct uuid *ids;
    size_t id_count;
    const int64_t *limit;
    const bool *maybe;
    const int64_t *part;
    const double *factor;
    const struct inner *more;
    const struct shape_map *pairs;
    struct text any;
};

static const struct shape_member INNER_MEMBERS[] = {
    MEMBER_TEXT(struct inner, name, .min = 1, .max = 3),
    MEMBER_I64(struct inner, size, .flags = SHAPE_OPTIONAL),
};
static const struct shape INNER = SHAPE_OF("Inner", struct inner, INNER_MEMBERS);

static const struct shape_member OUTER_MEMBERS[] = {
    MEMBER_BOOL(struct outer, flag, .flags = SHAPE_OPTIONAL),
    MEMBER_I64(struct outer, count, .min = -5, .max = 10, .flags = SHAPE_OPTIONAL),
    MEMBER_MILLI(struct outer, share, .min = 1, .max = 1000, .flags = SHAPE_OPTIONAL),
    MEMBER_REAL(struct outer, ratio, .min = 0, .max = 2, .flags = SHAPE_OPTIONAL),
    MEMBER_TEXT(struct outer, title, .max = 4, .flags = SHAPE_OPTIONAL | SHAPE_NULLABLE),
    MEMBER_TEXT(struct outer, email, .format = "email", .flags = SHAPE_OPTIONAL),
    MEMBER_UUID(struct outer, id, .flags = SHAPE_OPTIONAL),
    MEMBER_TIME(struct outer, made_at, .flags = SHAPE_OPTIONAL),
    MEMBER_ENUM(struct outer, colour, &COLOURS, .flags = SHAPE_OPTIONAL),
    MEMBER_OBJECT(struct outer, inner, struct inner, &INNER, .flags = SHAPE_OPTIONAL),
    MEMBER_LIST(struct outer, items, item_count, struct inner, &INNER, .min = 1, .max = 2,
                .flags = SHAPE_OPTIONAL),
    MEMBER_TEXT_LIST(struct outer, tags, tag_count, .format = "slug", .flags = SHAPE_OPTIONAL),
    MEMBER_I64_LIST(struct outer, numbers, number_count, .flags = SHAPE_OPTIONAL),
    MEMBER_UUID_LIST(struct outer, ids, id_count, .flags = SHAPE_OPTIONAL),
    MEMBER_I64_REF(struct outer, limit, .min = 1, .flags = SHAPE_OPTIONAL | SHAPE_REF),
    MEMBER_BOOL_REF(struct outer, maybe, .flags = SHAPE_OPTIONAL | SHAPE_REF),
    MEMBER_MILLI_REF(struct outer, part, .flags = SHAPE_OPTIONAL | SHAPE_REF),
    MEMBER_REAL_REF(struct outer, factor, .flags = SHAPE_OPTIONAL | SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_OBJECT_REF(struct outer, more, struct inner, &INNER,
                      .flags = SHAPE_OPTIONAL | SHAPE_REF),
    MEMBER_OBJECT_REF(struct outer, pairs, struct shape_map, &SHAPE_TEXT_MAP,
                      .flags = SHAPE_OPTIONAL | SHAPE_REF),
    MEMBER_JSON(struct outer, any, .flags = SHAPE_OPTIONAL),
};
static const struct shape OUTER = SHAPE_OF("Outer", struct outer, OUTER_MEMBERS);

static inline int setup(void **state)
{
    *state = arena_create();
    return 0;
}

static inline int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static inline bool decode(struct arena *arena, const char *json, const struct shape *shape,
                          void *out, struct error *err)
{
    json_t *root = NULL;
    *err = (struct error){.code = ERROR_NONE};
    if (!body_parse(arena, text_of(json), LIMIT_BODY_BYTES, &root, err)) {
        fail_msg("%s: %s", json, err->detail);
    }
    return codec_decode(arena, root, shape, out, err);
}

static inline struct outer accept(struct arena *arena, const char *json)
{
    struct outer out = {.flag = false};
    struct error err;
    if (!decode(arena, json, &OUTER, &out, &err)) {
        fail_msg("%s: %s", json, err.detail);
    }
    return out;
}

/* Asserts exactly one fault. */
static inline void refuse(struct arena *arena, const char *json, const char *pointer,
                          enum fault_code code)
{
    struct outer out = {.flag = false};
    struct error err;
    if (decode(arena, json, &OUTER, &out, &err)) {
        fail_msg("%s: accepted", json);
    }
    assert_int_equal(err.code, ERROR_INVALID_INPUT);
    assert_int_equal(err.fault_count, 1);
    assert_string_equal(err.faults->place.data, pointer);
    assert_string_equal(fault_name(err.faults->code), fault_name(code));
    assert_string_equal(err.faults->detail.data, err.detail);
}

#endif
