/*
 * Decoding by shape: objects, maps, lists and the members that hold them. It recurses as deep as
 * the shape does, never as deep as the input. Faults are collected, not thrown: one round trip
 * tells a client everything.
 */
#include "json/codec.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "json/body.h"
#include "json/decoder.h"
#include "json/literal.h"
#include "json/scalar.h"

enum { MAP_KEY_MAX = 16, MAP_VALUE_MAX = 500 };

static void *member_at(void *whole, size_t offset)
{
    return (char *)whole + offset;
}

static bool decode_object(struct decoder *decoder, const struct place *place,
                          const struct shape *shape, const json_t *value, void *out);

static bool decode_value(struct decoder *decoder, const struct place *place,
                         const struct shape_member *member, const json_t *value, void *out)
{
    if (member->type == SHAPE_OBJECT) {
        return decode_object(decoder, place, member->shape, value, out);
    }
    return scalar_decode(decoder, place, member, value, out);
}

static bool check_count(struct decoder *decoder, const struct place *place,
                        const struct shape_member *member, size_t count)
{
    if (member->min == 0 && member->max == 0) {
        return true;
    }
    if ((int64_t)count < member->min) {
        return decoder_fault(decoder, place, FAULT_TOO_FEW, "must have at least %lld item%s",
                             (long long)member->min, member->min == 1 ? "" : "s");
    }
    if (member->max >= member->min && (int64_t)count > member->max) {
        return decoder_fault(decoder, place, FAULT_TOO_MANY, "must have at most %lld item%s",
                             (long long)member->max, member->max == 1 ? "" : "s");
    }
    return true;
}

/* Faults are counted, or kept by an item that is judged alone. */
static void decode_item(struct decoder *decoder, const struct place *place,
                        const struct shape_member *item, const json_t *value, void *out)
{
    if ((item->flags & SHAPE_ALONE) == 0) {
        (void)decode_value(decoder, place, item, value, out);
        return;
    }
    struct error err = {.code = ERROR_NONE};
    struct decoder alone = {.arena = decoder->arena, .err = &err, .prefix = decoder->prefix};
    (void)decode_value(&alone, place, item, value, out);
    memcpy(member_at(out, item->fault_offset), &err, sizeof err);
}

/* `out` is the whole struct: the pointer and the count are apart. */
static bool decode_list(struct decoder *decoder, const struct place *place,
                        const struct shape_member *member, const json_t *value, void *out)
{
    if (!json_is_array(value)) {
        return decoder_fault(decoder, place, FAULT_WRONG_TYPE, "must be an array");
    }
    const size_t count = json_array_size(value);
    if (!check_count(decoder, place, member, count)) {
        return false;
    }
    struct shape_member item =
        *member; /* the limits are those of the list, the rest holds for its items */
    item.type = member->element;
    item.min = 0;
    item.max = 0;
    const size_t size = shape_type_size(item.type, item.shape);
    char *items = arena_alloc_array(decoder->arena, count, size);
    for (size_t i = 0; i < count; i++) {
        const struct place here = {.above = place, .name = TEXT_ABSENT, .index = i};
        decode_item(decoder, &here, &item, json_array_get(value, i), items + i * size);
    }
    memcpy(member_at(out, member->offset), &items, sizeof items);
    memcpy(member_at(out, member->count_offset), &count, sizeof count);
    return true;
}

static void decode_reference(struct decoder *decoder, const struct place *place,
                             const struct shape_member *member, const json_t *value, void *out)
{
    void *target = arena_alloc(decoder->arena, shape_type_size(member->type, member->shape));
    if (decode_value(decoder, place, member, value, target)) {
        memcpy(member_at(out, member->offset), &target, sizeof target);
    }
}

/* Faults are counted by the decoder: whoever began reads the sum. */
static void decode_member(struct decoder *decoder, const struct place *above,
                          const struct shape_member *member, const json_t *value, void *out)
{
    const struct place place = {.above = above, .name = text_of(member->name)};
    if (value == NULL) {
        if ((member->flags & SHAPE_OPTIONAL) == 0) {
            (void)decoder_fault(decoder, &place, FAULT_REQUIRED, "is required");
        }
    } else if (json_is_null(value)) {
        if ((member->flags & SHAPE_NULLABLE) == 0) {
            (void)decoder_fault(decoder, &place, FAULT_WRONG_TYPE, "must not be null");
        }
    } else if (member->type == SHAPE_LIST) {
        (void)decode_list(decoder, &place, member, value, out);
    } else if ((member->flags & SHAPE_REF) != 0) {
        decode_reference(decoder, &place, member, value, out);
    } else {
        (void)decode_value(decoder, &place, member, value, member_at(out, member->offset));
    }
}

static bool has_member(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (strcmp(shape->members[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void refuse_unknown(struct decoder *decoder, const struct place *above,
                           const struct shape *shape, const json_t *object)
{
    const char *key = NULL;
    const json_t *item = NULL;
    json_object_foreach (literal_iterable(object), key, item) {
        if (!has_member(shape, key)) {
            const struct place place = {.above = above, .name = text_of(key)};
            (void)decoder_fault(decoder, &place, FAULT_UNKNOWN, "is not a member of %s",
                                shape->name);
        }
    }
}

static void decode_pair(struct decoder *decoder, const struct place *above, const char *key,
                        const json_t *value, struct shape_pair *pair)
{
    static const struct shape_member KEY = {
        .name = "", .type = SHAPE_TEXT, .min = 1, .max = MAP_KEY_MAX};
    static const struct shape_member VALUE = {
        .name = "", .type = SHAPE_TEXT, .min = 0, .max = MAP_VALUE_MAX};
    const struct place place = {.above = above, .name = text_of(key)};
    if (scalar_check_text(decoder, &place, &KEY, place.name) &&
        scalar_decode(decoder, &place, &VALUE, value, &pair->value)) {
        pair->key = arena_copy(decoder->arena, place.name);
    }
}

static void decode_map(struct decoder *decoder, const struct place *place, const json_t *object,
                       struct shape_map *map)
{
    static const struct shape_member LIMITS = {
        .name = "", .type = SHAPE_LIST, .min = 1, .max = LIMIT_OPTIONS};
    const size_t count = json_object_size(object);
    if (!check_count(decoder, place, &LIMITS, count)) {
        return;
    }
    map->pairs = arena_new_array(decoder->arena, count, struct shape_pair);
    const char *key = NULL;
    const json_t *item = NULL;
    json_object_foreach (literal_iterable(object), key, item) {
        decode_pair(decoder, place, key, item, &map->pairs[map->count]);
        map->count++;
    }
}

static bool decode_object(struct decoder *decoder, const struct place *place,
                          const struct shape *shape, const json_t *value, void *out)
{
    if (!json_is_object(value)) {
        return decoder_fault(decoder, place, FAULT_WRONG_TYPE, "must be an object");
    }
    const size_t faults_before = decoder->fault_count;
    if (shape->is_map) {
        decode_map(decoder, place, value, out);
        return decoder->fault_count == faults_before;
    }
    size_t found = 0;
    for (size_t i = 0; i < shape->count; i++) {
        const json_t *item = json_object_get(value, shape->members[i].name);
        found += item != NULL ? 1U : 0U;
        decode_member(decoder, place, &shape->members[i], item, out);
    }
    if (found < json_object_size(value)) {
        refuse_unknown(decoder, place, shape, value);
    }
    return decoder->fault_count == faults_before;
}

bool codec_decode_at(struct arena *arena, const json_t *value, const struct shape *shape,
                     struct text prefix, void *out, struct error *err)
{
    struct decoder decoder = {.arena = arena, .err = err, .prefix = prefix};
    return decode_object(&decoder, NULL, shape, value, out);
}

bool codec_decode(struct arena *arena, const json_t *value, const struct shape *shape, void *out,
                  struct error *err)
{
    return codec_decode_at(arena, value, shape, TEXT(""), out, err);
}

bool codec_decode_text(struct arena *arena, struct text json, const struct shape *shape, void *out,
                       struct error *err)
{
    struct error why = {.code = ERROR_NONE};
    json_t *root = NULL;
    if (body_parse(arena, json, LIMIT_BANK_FILE_BYTES, &root, &why) &&
        codec_decode(arena, root, shape, out, &why)) {
        return true;
    }
    log_error("codec.stored_json_invalid", log_string("shape", shape->name),
              log_string("detail", why.detail),
              log_text("place", why.faults == NULL ? TEXT_ABSENT : why.faults->place));
    return error_set(err, ERROR_INTERNAL, "Stored data could not be read.");
}

/* A number given as text: exactly one JSON number, no blanks. NULL where it is none. */
static json_t *parse_number(struct arena *arena, struct text value)
{
    const bool begins_well =
        value.len > 0 && (value.data[0] == '-' || (value.data[0] >= '0' && value.data[0] <= '9'));
    if (!begins_well || text_trim(value).len != value.len ||
        memchr(value.data, '\0', value.len) != NULL) {
        return NULL; /* so that the parser, which recurses, never sees a bracket first */
    }
    json_t *number = json_loadb(value.data, value.len, JSON_DECODE_ANY, NULL);
    arena_defer(arena, literal_release, number);
    return number;
}

static json_t *parse_text(struct arena *arena, struct text value)
{
    json_t *string = json_stringn(value.data == NULL ? "" : value.data, value.len);
    arena_defer(arena, literal_release, string);
    return string;
}

/* The JSON value that a parameter's text means for this type; NULL: none. */
static const json_t *value_of_parameter(struct arena *arena, enum shape_type type,
                                        struct text value)
{
    switch (type) {
    case SHAPE_BOOL:
        if (text_equal(value, TEXT("true"))) {
            return json_true();
        }
        return text_equal(value, TEXT("false")) ? json_false() : NULL;
    case SHAPE_I64:
    case SHAPE_MILLI:
    case SHAPE_REAL:
        return parse_number(arena, value);
    case SHAPE_TEXT:
    case SHAPE_UUID:
    case SHAPE_TIME:
    case SHAPE_ENUM:
        return parse_text(arena, value);
    case SHAPE_JSON:
    case SHAPE_OBJECT:
    case SHAPE_LIST:
        break;
    }
    return NULL;
}

bool codec_decode_parameter(struct arena *arena, struct text value,
                            const struct shape_member *member, void *out, struct error *err)
{
    struct decoder decoder = {.arena = arena, .err = err, .is_parameter = true};
    const json_t *json = value_of_parameter(arena, member->type, value);
    if (json == NULL) {
        const struct place place = {.above = NULL, .name = text_of(member->name)};
        const char *what = member->type == SHAPE_BOOL
                               ? "true or false"
                               : (member->type == SHAPE_I64 ? "an integer" : "a number");
        const bool is_text = !text_is_utf8(value);
        return decoder_fault(&decoder, &place, is_text ? FAULT_BAD_FORMAT : FAULT_WRONG_TYPE,
                             "must be %s", is_text ? "UTF-8" : what);
    }
    decode_member(&decoder, NULL, member, json, out);
    return decoder.fault_count == 0;
}
