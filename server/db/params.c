/*
 * Encodes parameters in PostgreSQL's binary format. Short values go into the parameter's own
 * scratch, arrays and jsonb into the arena, texts and bytes are passed as they are. More than
 * LIMIT_DB_PARAMS parameters, or a value beyond 1 GiB (PostgreSQL's own limit), is a mistake of the
 * program and stops it.
 */
#include "db/params.h"

#include <assert.h>
#include <string.h>

#include "db/oid.h"
#include "db/wire.h"

/* PostgreSQL's MaxAllocSize. */
enum { VALUE_BYTES_MAX = 0x3fffffff };

static struct db_param *add_param(struct db_params *params, uint32_t oid)
{
    assert(params->count < LIMIT_DB_PARAMS);
    struct db_param *param = &params->items[params->count++];
    param->oid = oid;
    param->value = NULL;
    param->length = 0;
    return param;
}

static void set_value(struct db_param *param, const char *data, size_t size)
{
    assert(size <= VALUE_BYTES_MAX);
    param->value = data;
    param->length = (int)size;
}

void db_bind_bool(struct db_params *params, bool value)
{
    struct db_param *param = add_param(params, OID_BOOL);
    param->scratch[0] = value ? 1 : 0;
    set_value(param, param->scratch, 1);
}

void db_bind_i64(struct db_params *params, int64_t value)
{
    struct db_param *param = add_param(params, OID_INT8);
    wire_put_u64(param->scratch, (uint64_t)value);
    set_value(param, param->scratch, sizeof value);
}

void db_bind_i64_ref(struct db_params *params, const int64_t *value)
{
    if (value == NULL) {
        (void)add_param(params, OID_INT8);
        return;
    }
    db_bind_i64(params, *value);
}

void db_bind_real(struct db_params *params, double value)
{
    struct db_param *param = add_param(params, OID_FLOAT8);
    wire_put_real(param->scratch, value);
    set_value(param, param->scratch, sizeof value);
}

void db_bind_text(struct db_params *params, struct text value)
{
    set_value(add_param(params, OID_TEXT), value.data, value.len);
}

void db_bind_json(struct db_params *params, struct arena *arena, struct text value)
{
    struct db_param *param = add_param(params, OID_JSONB);
    if (value.data == NULL) {
        return;
    }
    assert(value.len < VALUE_BYTES_MAX);
    char *data = arena_alloc_bytes(arena, value.len + 1);
    data[0] = JSONB_VERSION;
    memcpy(data + 1, value.data, value.len);
    set_value(param, data, value.len + 1);
}

void db_bind_bytes(struct db_params *params, struct text value)
{
    set_value(add_param(params, OID_BYTEA), value.data, value.len);
}

void db_bind_uuid(struct db_params *params, struct uuid value)
{
    struct db_param *param = add_param(params, OID_UUID);
    if (uuid_is_nil(value)) {
        return;
    }
    memcpy(param->scratch, value.bytes, sizeof value.bytes);
    set_value(param, param->scratch, sizeof value.bytes);
}

void db_bind_time(struct db_params *params, int64_t time_us)
{
    struct db_param *param = add_param(params, OID_TIMESTAMPTZ);
    if (time_us == 0) {
        return;
    }
    int64_t value = 0;
    const bool is_too_early = sub_overflows(time_us, PG_EPOCH_US, &value);
    assert(!is_too_early);
    wire_put_u64(param->scratch, (uint64_t)value);
    set_value(param, param->scratch, sizeof value);
}

/*
 * A one-dimensional array in binary: int32 dimensions, int32 whether a NULL is in it, int32 type of
 * the items; for each dimension its length and first index; for each item its length (-1: NULL) and
 * bytes. An empty array has no dimension.
 */
struct array_writer {
    char *data;
    size_t size;
    size_t capacity;
};

enum { ARRAY_HEAD_BYTES = 12, ARRAY_DIMENSION_BYTES = 8, ARRAY_LENGTH_BYTES = 4 };

static struct array_writer array_start(struct arena *arena, uint32_t item_oid, size_t count,
                                       size_t item_bytes_total)
{
    assert(count <= VALUE_BYTES_MAX / ARRAY_LENGTH_BYTES && item_bytes_total <= VALUE_BYTES_MAX);
    struct array_writer writer = {.size = ARRAY_HEAD_BYTES};
    writer.capacity =
        ARRAY_HEAD_BYTES + ARRAY_DIMENSION_BYTES + count * ARRAY_LENGTH_BYTES + item_bytes_total;
    writer.data = arena_alloc_bytes(arena, writer.capacity);
    wire_put_u32(writer.data, count > 0 ? 1 : 0);
    wire_put_u32(writer.data + 4, 0);
    wire_put_u32(writer.data + 8, item_oid);
    if (count > 0) {
        wire_put_u32(writer.data + writer.size, (uint32_t)count);
        wire_put_u32(writer.data + writer.size + 4, 1);
        writer.size += ARRAY_DIMENSION_BYTES;
    }
    return writer;
}

/* `data` NULL adds a NULL. */
static void array_add(struct array_writer *writer, const char *data, size_t size)
{
    if (data == NULL) {
        wire_put_u32(writer->data + writer->size, UINT32_MAX);
        wire_put_u32(writer->data + 4, 1);
        writer->size += ARRAY_LENGTH_BYTES;
        return;
    }
    assert(writer->size + ARRAY_LENGTH_BYTES + size <= writer->capacity);
    wire_put_u32(writer->data + writer->size, (uint32_t)size);
    memcpy(writer->data + writer->size + ARRAY_LENGTH_BYTES, data, size);
    writer->size += ARRAY_LENGTH_BYTES + size;
}

void db_bind_text_array(struct db_params *params, struct arena *arena, const struct text *items,
                        size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        assert(items[i].len <= VALUE_BYTES_MAX - total);
        total += items[i].len;
    }
    struct array_writer writer = array_start(arena, OID_TEXT, count, total);
    for (size_t i = 0; i < count; i++) {
        array_add(&writer, items[i].data, items[i].len);
    }
    set_value(add_param(params, OID_TEXT_ARRAY), writer.data, writer.size);
}

void db_bind_i64_array(struct db_params *params, struct arena *arena, const int64_t *items,
                       size_t count)
{
    struct array_writer writer = array_start(arena, OID_INT8, count, count * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        char item[sizeof *items];
        wire_put_u64(item, (uint64_t)items[i]);
        array_add(&writer, item, sizeof item);
    }
    set_value(add_param(params, OID_INT8_ARRAY), writer.data, writer.size);
}

void db_bind_uuid_array(struct db_params *params, struct arena *arena, const struct uuid *items,
                        size_t count)
{
    struct array_writer writer = array_start(arena, OID_UUID, count, count * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        char item[sizeof items->bytes];
        memcpy(item, items[i].bytes, sizeof item);
        array_add(&writer, uuid_is_nil(items[i]) ? NULL : item, sizeof item);
    }
    set_value(add_param(params, OID_UUID_ARRAY), writer.data, writer.size);
}

void db_bind_real_array(struct db_params *params, struct arena *arena, const double *items,
                        size_t count)
{
    struct array_writer writer = array_start(arena, OID_FLOAT8, count, count * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        char item[sizeof *items];
        wire_put_real(item, items[i]);
        array_add(&writer, item, sizeof item);
    }
    set_value(add_param(params, OID_FLOAT8_ARRAY), writer.data, writer.size);
}

static uint32_t array_of(uint32_t oid)
{
    static const struct {
        uint32_t item;
        uint32_t array;
    } ARRAYS[] = {
        {OID_BOOL, OID_BOOL_ARRAY},     {OID_BYTEA, OID_BYTEA_ARRAY},
        {OID_INT8, OID_INT8_ARRAY},     {OID_TEXT, OID_TEXT_ARRAY},
        {OID_FLOAT8, OID_FLOAT8_ARRAY}, {OID_TIMESTAMPTZ, OID_TIMESTAMPTZ_ARRAY},
        {OID_UUID, OID_UUID_ARRAY},     {OID_JSONB, OID_JSONB_ARRAY},
    };
    for (size_t i = 0; i < COUNT_OF(ARRAYS); i++) {
        if (ARRAYS[i].item == oid) {
            return ARRAYS[i].array;
        }
    }
    assert(false && "a type of which there are no arrays");
    return 0;
}

void db_bind_column(struct db_params *params, struct arena *arena,
                    const struct db_params *const *rows, size_t row_count, size_t column)
{
    const uint32_t oid = rows[0]->items[column].oid;
    size_t total = 0;
    for (size_t i = 0; i < row_count; i++) {
        const size_t size = (size_t)rows[i]->items[column].length;
        assert(rows[i]->items[column].oid == oid && size <= VALUE_BYTES_MAX - total);
        total += size;
    }
    struct array_writer writer = array_start(arena, oid, row_count, total);
    for (size_t i = 0; i < row_count; i++) {
        const struct db_param *item = &rows[i]->items[column];
        array_add(&writer, item->value, (size_t)item->length);
    }
    set_value(add_param(params, array_of(oid)), writer.data, writer.size);
}
