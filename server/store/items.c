/* Question versions: rows → items. */
#include "store/items.h"

#include "domain/question_shape.h"
#include "store/sql.h"
#include "json/body.h"
#include "json/codec.h"

struct question_row {
    struct uuid id;
    int64_t version;
    struct uuid section_id;
    struct text body;
    struct text calibrations; /* JSON; empty or absent: none */
};
static const struct shape_member QUESTION_MEMBERS[] = {
    MEMBER_UUID(struct question_row, id),
    MEMBER_I64(struct question_row, version),
    MEMBER_UUID(struct question_row, section_id),
    MEMBER_JSON(struct question_row, body),
    MEMBER_TEXT(struct question_row, calibrations, .flags = SHAPE_NULLABLE),
};
static const struct shape QUESTION_ROW =
    SHAPE_OF("QuestionRow", struct question_row, QUESTION_MEMBERS);

#define CALIBRATION_MEMBER(m)                                               \
    {                                                                       \
        .name = #m, .type = SHAPE_REAL,                                     \
        .offset = SHAPE_AT(struct dated_calibration, calibration.m, double) \
    }
static const struct shape_member CALIBRATION_MEMBERS[] = {
    MEMBER_I64(struct dated_calibration, in_force_at),
    CALIBRATION_MEMBER(difficulty),
    CALIBRATION_MEMBER(variance),
};
static const struct shape CALIBRATION_SHAPE =
    SHAPE_OF("DatedCalibration", struct dated_calibration, CALIBRATION_MEMBERS);

struct calibration_list {
    const struct dated_calibration *calibrations;
    size_t count;
};
static const struct shape_member CALIBRATION_LIST_MEMBERS[] = {
    MEMBER_LIST(struct calibration_list, calibrations, count, struct dated_calibration,
                &CALIBRATION_SHAPE, .max = INT32_MAX),
};
static const struct shape CALIBRATION_LIST_SHAPE =
    SHAPE_OF("CalibrationList", struct calibration_list, CALIBRATION_LIST_MEMBERS);

bool item_read_id(const struct db_rows *rows, size_t row, struct arena *scratch, struct uuid *id,
                  struct error *err)
{
    struct question_row found = {.version = 0};

    if (!db_rows_read(rows, row, &QUESTION_ROW, scratch, &found, err)) {
        return false;
    }
    *id = found.id;
    return true;
}

static bool read_calibrations(struct text json, struct arena *arena, struct item *item,
                              struct error *err)
{
    struct calibration_list list = {.count = 0};

    if (json.len > 0 && !codec_decode_text(arena, json, &CALIBRATION_LIST_SHAPE, &list, err)) {
        return false;
    }
    item->calibrations = list.calibrations;
    item->calibration_count = list.count;
    return true;
}

static bool decode(const struct question_row *row, const struct bank *bank, struct arena *scratch,
                   struct arena *arena, struct item *item, struct error *err)
{
    const int64_t section = bank_find_section_by_id(bank, row->section_id);
    json_t *root = NULL;

    if (section == BANK_NO_SECTION) {
        return error_set(err, ERROR_INTERNAL,
                         "a question belongs to a section that is not in its bank");
    }
    *item = (struct item){.id = row->id, .version = row->version, .section = (size_t)section};
    return read_calibrations(row->calibrations, arena, item, err) &&
           body_parse_stored(scratch, row->body, &root, err) &&
           codec_decode(arena, root, &QUESTION_SHAPE, &item->question, err);
}

bool item_read(const struct item_source *source, struct arena *arena, struct item *item,
               struct error *err)
{
    struct question_row row = {.version = 0};

    return db_rows_read(source->rows, source->row, &QUESTION_ROW, source->scratch, &row, err) &&
           decode(&row, source->bank, source->scratch, arena, item, err);
}

/* Puts an item where it is wanted and missing. */
static size_t place(const struct item_keys *keys, const struct item *item,
                    const struct item **items)
{
    size_t placed = 0;

    for (size_t k = 0; k < keys->count; k++) {
        if (items[k] == NULL && uuid_equal(keys->ids[k], item->id) &&
            keys->versions[k] == item->version) {
            items[k] = item;
            placed++;
        }
    }
    return placed;
}

/* Those that were read before; *missing is what they leave. */
static bool fill_read(struct arena *arena, const struct bank *bank, const struct item_keys *keys,
                      const struct item **items, size_t *missing, struct error *err)
{
    const struct item_versions *read = keys->read;
    const size_t count = read == NULL ? 0 : read->id_count;
    struct item *found = arena_new_array(arena, count, struct item);

    for (size_t i = 0; i < count && (*missing) > 0; i++) {
        const struct question_row row = {read->ids[i], read->versions[i], read->section_ids[i],
                                         read->bodies[i], read->calibrations[i]};
        if (!decode(&row, bank, arena, arena, &found[i], err)) {
            return false;
        }
        *missing -= place(keys, &found[i], items);
    }
    return true;
}

/* The versions that are not in memory any more, read in one statement and put where they are
 * missing. */
static bool fill_missing(struct db *db, struct arena *arena, const struct bank *bank,
                         const struct item_keys *keys, const struct item **items, struct error *err)
{
    struct uuid *ids = arena_new_array(arena, keys->count, struct uuid);
    int64_t *versions = arena_new_array(arena, keys->count, int64_t);
    struct db_params params = {.count = 0};
    struct db_rows rows;
    size_t count = 0;

    for (size_t i = 0; i < keys->count; i++) {
        if (items[i] == NULL) {
            ids[count] = keys->ids[i];
            versions[count] = keys->versions[i];
            count++;
        }
    }
    db_bind_uuid(&params, bank->id);
    db_bind_uuid_array(&params, arena, ids, count);
    db_bind_i64_array(&params, arena, versions, count);
    if (!db_call(db, &SQL_banks_get_versions, &params, arena, &rows, err)) {
        return false;
    }
    struct item *found = arena_new_array(arena, rows.count, struct item);
    for (size_t i = 0; i < rows.count; i++) {
        const struct item_source source = {&rows, i, bank, arena};
        if (!item_read(&source, arena, &found[i], err)) {
            return false;
        }
        (void)place(keys, &found[i], items); /* how many is of no account here */
    }
    return true;
}

bool store_items_get(struct db *db, struct arena *arena, const struct bank *bank,
                     const struct item_keys *keys, const struct item *const **out,
                     struct error *err)
{
    const struct item **items = arena_new_array(arena, keys->count, const struct item *);
    size_t missing = 0;

    for (size_t i = 0; i < keys->count; i++) {
        items[i] = bank_find_item(bank, keys->ids[i], keys->versions[i]);
        missing += items[i] == NULL ? 1 : 0;
    }
    if (!fill_read(arena, bank, keys, items, &missing, err)) {
        return false;
    }
    if (missing > 0 && !fill_missing(db, arena, bank, keys, items, err)) {
        return false;
    }
    for (size_t i = 0; i < keys->count; i++) {
        if (items[i] == NULL) {
            return error_set(err, ERROR_INTERNAL, "a question of the paper is gone");
        }
    }
    *out = items;
    return true;
}
