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
    const int64_t *calibrated_at;
    size_t calibrated_count;
    const double *difficulties;
    size_t difficulty_count;
    const double *variances;
    size_t variance_count;
};
static const struct shape_member QUESTION_MEMBERS[] = {
    MEMBER_UUID(struct question_row, id),
    MEMBER_I64(struct question_row, version),
    MEMBER_UUID(struct question_row, section_id),
    MEMBER_JSON(struct question_row, body),
    MEMBER_I64_LIST(struct question_row, calibrated_at, calibrated_count),
    MEMBER_REAL_LIST(struct question_row, difficulties, difficulty_count),
    MEMBER_REAL_LIST(struct question_row, variances, variance_count),
};
static const struct shape QUESTION_ROW =
    SHAPE_OF("QuestionRow", struct question_row, QUESTION_MEMBERS);

static void copy_calibrations(const struct question_row *row, struct arena *arena,
                              struct item *item)
{
    if (row->calibrated_count == 0) {
        return;
    }
    struct dated_calibration *list =
        arena_new_array(arena, row->calibrated_count, struct dated_calibration);
    for (size_t i = 0; i < row->calibrated_count; i++) {
        list[i] = (struct dated_calibration){row->calibrated_at[i],
                                             {row->difficulties[i], row->variances[i]}};
    }
    item->calibrations = list;
    item->calibration_count = row->calibrated_count;
}

bool item_read(const struct item_source *source, struct arena *arena, struct item *item,
               struct error *err)
{
    struct question_row row = {.version = 0};
    json_t *root = NULL;

    if (!db_rows_read(source->rows, source->row, &QUESTION_ROW, source->scratch, &row, err)) {
        return false;
    }
    const int64_t section = bank_find_section_by_id(source->bank, row.section_id);
    if (section == BANK_NO_SECTION) {
        return error_set(err, ERROR_INTERNAL,
                         "a question belongs to a section that is not in its bank");
    }
    *item = (struct item){.id = row.id, .version = row.version, .section = (size_t)section};
    copy_calibrations(&row, arena, item);
    return body_parse(source->scratch, row.body, LIMIT_BODY_BYTES, &root, err) &&
           codec_decode(arena, root, &QUESTION_SHAPE, &item->question, err);
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
        for (size_t k = 0; k < keys->count; k++) {
            if (uuid_equal(keys->ids[k], found[i].id) && keys->versions[k] == found[i].version) {
                items[k] = &found[i];
            }
        }
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
