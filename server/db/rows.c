/*
 * Reads rows by shape; see db/rows.h. Every value is checked: number of columns, type, length of
 * the binary value. A mismatch is a fault of the program (a statement and its shape disagree), so
 * it is logged with the member's name and becomes ERROR_INTERNAL.
 */
#include "db/rows.h"

#include <string.h>

#include "base/log.h"
#include "db/oid.h"
#include "db/wire.h"

/* One value of a result, in binary. */
struct value {
    uint32_t oid;
    const char *data;
    size_t size;
};

static bool report(const struct shape_member *member, const char *reason, struct error *err)
{
    log_error("db.row_mismatch", log_string("member", member->name), log_string("reason", reason));
    return error_set(err, ERROR_INTERNAL, "A row of the database could not be read");
}

static bool report_type(const struct shape_member *member, struct error *err)
{
    return report(member, "the column has another type", err);
}

static bool read_bool(const struct value *value, bool *out)
{
    if (value->oid != OID_BOOL || value->size != 1) {
        return false;
    }
    *out = value->data[0] != 0;
    return true;
}

static bool read_i64(const struct value *value, int64_t *out)
{
    if (value->oid == OID_INT8 && value->size == sizeof(int64_t)) {
        *out = wire_get_i64(value->data);
        return true;
    }
    if (value->oid == OID_INT4 && value->size == sizeof(int32_t)) {
        *out = wire_get_i32(value->data);
        return true;
    }
    if (value->oid == OID_INT2 && value->size == sizeof(int16_t)) {
        *out = wire_get_i16(value->data);
        return true;
    }
    return false;
}

static bool read_real(const struct value *value, double *out)
{
    if (value->oid != OID_FLOAT8 || value->size != sizeof(double)) {
        return false;
    }
    *out = wire_get_real(value->data);
    return true;
}

/* Whether the type's binary form is the text itself; jsonb loses its version byte. */
static bool read_text(const struct value *value, bool is_json, struct text *out)
{
    *out = (struct text){.data = value->data, .len = value->size};
    if (value->oid == OID_JSONB) {
        if (value->size == 0 || value->data[0] != JSONB_VERSION) {
            return false;
        }
        *out = (struct text){.data = value->data + 1, .len = value->size - 1};
        return true;
    }
    if (is_json) {
        return value->oid == OID_JSON;
    }
    return value->oid == OID_TEXT || value->oid == OID_VARCHAR || value->oid == OID_BYTEA ||
           value->oid == OID_JSON;
}

static bool read_uuid(const struct value *value, struct uuid *out)
{
    if (value->oid != OID_UUID || value->size != sizeof out->bytes) {
        return false;
    }
    memcpy(out->bytes, value->data, sizeof out->bytes);
    return true;
}

/* ±infinity, the ends of the range, do not fit and are refused. */
static bool read_time(const struct value *value, int64_t *out)
{
    if (value->oid != OID_TIMESTAMPTZ || value->size != sizeof(int64_t)) {
        return false;
    }
    const int64_t since_2000_us = wire_get_i64(value->data);
    return since_2000_us != INT64_MIN && !add_overflows(since_2000_us, PG_EPOCH_US, out);
}

static bool read_enum(const struct value *value, const struct enumeration *names, unsigned *out)
{
    struct text name = TEXT_ABSENT;
    return read_text(value, false, &name) && enumeration_find(names, name, out);
}

/* Reads one value that is not NULL into `out`, which has the type of the member, or of an item
 * where the member is a list. */
static bool read_scalar(const struct value *value, enum shape_type type,
                        const struct shape_member *member, void *out)
{
    switch (type) {
    case SHAPE_BOOL:
        return read_bool(value, out);
    case SHAPE_I64:
    case SHAPE_MILLI:
        return read_i64(value, out);
    case SHAPE_REAL:
        return read_real(value, out);
    case SHAPE_TEXT:
        return read_text(value, false, out);
    case SHAPE_JSON:
        return read_text(value, true, out);
    case SHAPE_UUID:
        return read_uuid(value, out);
    case SHAPE_TIME:
        return read_time(value, out);
    case SHAPE_ENUM:
        return read_enum(value, member->enumeration, out);
    case SHAPE_OBJECT:
    case SHAPE_LIST:
        return false;
    }
    return false;
}

/* The items of an array, as params.c writes them. */
struct array_reader {
    uint32_t item_oid;
    size_t count;
    const char *at;
    const char *end;
};

static bool array_open(const struct value *value, struct array_reader *reader)
{
    if (value->size < 12) {
        return false;
    }
    const int32_t dimensions = wire_get_i32(value->data);
    *reader = (struct array_reader){.item_oid = (uint32_t)wire_get_i32(value->data + 8),
                                    .at = value->data + 12,
                                    .end = value->data + value->size};
    if (dimensions == 0) {
        return true;
    }
    if (dimensions != 1 || value->size < 20) {
        return false;
    }
    const int32_t count = wire_get_i32(value->data + 12);
    reader->at += 8;
    reader->count = (size_t)count;
    return count >= 0 && reader->count <= value->size / 4;
}

/* False also for a NULL item: no list has a place for it. */
static bool array_next(struct array_reader *reader, struct value *item)
{
    if (reader->end - reader->at < 4) {
        return false;
    }
    const int32_t size = wire_get_i32(reader->at);
    reader->at += 4;
    if (size < 0 || reader->end - reader->at < size) {
        return false;
    }
    *item = (struct value){.oid = reader->item_oid, .data = reader->at, .size = (size_t)size};
    reader->at += size;
    return true;
}

static bool is_array(uint32_t oid)
{
    switch (oid) {
    case OID_INT2_ARRAY:
    case OID_INT4_ARRAY:
    case OID_INT8_ARRAY:
    case OID_TEXT_ARRAY:
    case OID_VARCHAR_ARRAY:
    case OID_FLOAT8_ARRAY:
    case OID_UUID_ARRAY:
        return true;
    default:
        return false;
    }
}

static bool read_list(const struct value *value, const struct shape_member *member,
                      struct arena *arena, char *out, struct error *err)
{
    struct array_reader reader;
    if (member->element == SHAPE_OBJECT || member->element == SHAPE_LIST || !is_array(value->oid)) {
        return report_type(member, err);
    }
    if (!array_open(value, &reader)) {
        return report(member, "not an array of one dimension", err);
    }
    const size_t item_size = shape_type_size(member->element, NULL);
    char *items = arena_alloc_array(arena, reader.count > 0 ? reader.count : 1, item_size);
    for (size_t i = 0; i < reader.count; i++) {
        struct value item;
        if (!array_next(&reader, &item) ||
            !read_scalar(&item, member->element, member, items + i * item_size)) {
            return report(member, "an item of the array is NULL or of another type", err);
        }
    }
    memcpy(out + member->offset, &items, sizeof items);
    memcpy(out + member->count_offset, &reader.count, sizeof reader.count);
    return true;
}

static bool has_flag(const struct shape_member *member, enum shape_flag flag)
{
    return (member->flags & (unsigned)flag) != 0;
}

/* Absent is all zero bits: a NULL pointer, a nil uuid, time 0. */
static bool read_null(const struct shape_member *member, char *out, struct error *err)
{
    const bool is_value = member->type == SHAPE_BOOL || member->type == SHAPE_I64 ||
                          member->type == SHAPE_MILLI || member->type == SHAPE_REAL ||
                          member->type == SHAPE_ENUM;
    const bool has_absent = has_flag(member, SHAPE_REF) || !is_value;
    if (!has_absent || (!has_flag(member, SHAPE_OPTIONAL) && !has_flag(member, SHAPE_NULLABLE))) {
        return report(member, "NULL where a value must be", err);
    }
    const size_t size =
        has_flag(member, SHAPE_REF) ? sizeof(void *) : shape_type_size(member->type, member->shape);
    memset(out + member->offset, 0, size);
    if (member->type == SHAPE_LIST) {
        memset(out + member->count_offset, 0, sizeof(size_t));
    }
    return true;
}

static bool read_member(const struct value *value, const struct shape_member *member,
                        struct arena *arena, char *out, struct error *err)
{
    if (value->data == NULL) {
        return read_null(member, out, err);
    }
    if (member->type == SHAPE_LIST) {
        return read_list(value, member, arena, out, err);
    }
    if (member->type == SHAPE_OBJECT) {
        return report_type(member, err);
    }
    char *place = out + member->offset;
    if (has_flag(member, SHAPE_REF)) {
        char *target = arena_alloc(arena, shape_type_size(member->type, NULL));
        memcpy(place, &target, sizeof target);
        place = target;
    }
    return read_scalar(value, member->type, member, place) || report_type(member, err);
}

bool db_rows_read(const struct db_rows *rows, size_t row, const struct shape *shape,
                  struct arena *arena, void *out, struct error *err)
{
    const PGresult *result = rows->result;
    if (result == NULL || row >= rows->count ||
        (size_t)(PQnfields(result) - rows->first_column) != shape->count) {
        log_error("db.row_mismatch", log_string("shape", shape->name),
                  log_string("reason", "no such row, or another number of columns"));
        return error_set(err, ERROR_INTERNAL, "A row of the database could not be read");
    }
    const int place = (int)(rows->first_row + row);
    for (size_t i = 0; i < shape->count; i++) {
        const int column = rows->first_column + (int)i;
        struct value value = {.oid = PQftype(result, column)};
        if (PQgetisnull(result, place, column) == 0) {
            value.data = PQgetvalue(result, place, column);
            value.size = (size_t)PQgetlength(result, place, column);
        }
        if (!read_member(&value, &shape->members[i], arena, out, err)) {
            return false;
        }
    }
    return true;
}

bool db_rows_read_all(const struct db_rows *rows, const struct shape *shape, struct arena *arena,
                      void **items, struct error *err)
{
    const size_t count = rows->result == NULL || PQnfields(rows->result) == 0 ? 0 : rows->count;
    char *all = arena_alloc_array(arena, count > 0 ? count : 1, shape->size);
    for (size_t i = 0; i < count; i++) {
        if (!db_rows_read(rows, i, shape, arena, all + i * shape->size, err)) {
            return false;
        }
    }
    *items = all;
    return true;
}
