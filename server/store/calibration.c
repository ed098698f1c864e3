/* Calibrating a bank. Eight bytes an answer are kept, and no more answers than the limit. */
#include "store/calibration.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "store/items.h"
#include "store/snapshot.h"
#include "store/sql.h"

enum { LEARNERS_A_PAGE = 200, ANSWERS_MAX = 8000000, FIRST_CAPACITY = 4096 };

struct version_row {
    struct uuid question_id;
    int64_t version;
    const double *discrimination; /* found last; NULL: nothing yet */
    const double *difficulty;
    const int64_t *answers;
};
static const struct shape_member VERSION_MEMBERS[] = {
    MEMBER_UUID(struct version_row, question_id),
    MEMBER_I64(struct version_row, version),
    MEMBER_REAL_REF(struct version_row, discrimination, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_REAL_REF(struct version_row, difficulty, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64_REF(struct version_row, answers, .flags = SHAPE_REF | SHAPE_NULLABLE),
};
static const struct shape VERSION_ROW =
    SHAPE_OF("CalibratedVersionRow", struct version_row, VERSION_MEMBERS);

struct answer_row {
    struct uuid user_id;
    struct uuid question_id;
    int64_t version;
    int64_t credit;
};
static const struct shape_member ANSWER_MEMBERS[] = {
    MEMBER_UUID(struct answer_row, user_id),
    MEMBER_UUID(struct answer_row, question_id),
    MEMBER_I64(struct answer_row, version),
    MEMBER_I64(struct answer_row, credit),
};
static const struct shape ANSWER_ROW =
    SHAPE_OF("CalibrationAnswerRow", struct answer_row, ANSWER_MEMBERS);

struct time_row {
    int64_t in_force_at;
};
static const struct shape_member TIME_MEMBERS[] = {
    MEMBER_TIME(struct time_row, in_force_at, .flags = SHAPE_NULLABLE)};
static const struct shape TIME_ROW = SHAPE_OF("CalibrationTimeRow", struct time_row, TIME_MEMBERS);

struct calibrator {
    struct db_session *session;
    const struct calibration_options *options;
    struct calibration_counts *counts;
    const struct bank *bank;
    const struct version_row *versions; /* ascending */
    size_t version_count;
    struct irt_answer *answers;
    size_t answer_count;
    size_t answer_capacity;
    size_t *ends;
    size_t learner_count;
    size_t learner_capacity;
    struct arena *arena; /* of all */
    struct arena *page;
};

static int compare_versions(const void *left, const void *right)
{
    const struct version_row *a = left;
    const struct version_row *b = right;
    const int order =
        memcmp(a->question_id.bytes, b->question_id.bytes, sizeof a->question_id.bytes);

    return order != 0 ? order : (a->version > b->version) - (a->version < b->version);
}

static bool list_versions(struct calibrator *calibrator, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, calibrator->bank->id);
    db_bind_i64(&params, calibrator->options->answers_min);
    if (!db_session_call(calibrator->session, &SQL_calibration_list_versions, &params,
                         calibrator->arena, &rows, err) ||
        !db_rows_read_all(&rows, &VERSION_ROW, calibrator->arena, &items, err)) {
        return false;
    }
    calibrator->versions = items;
    calibrator->version_count = rows.count;
    return true;
}

/* ---- reading answers ---- */

/* A copy with twice the room; what it was stays in the arena, in all no more than what it is. */
static void *grow(struct arena *arena, const void *items, size_t count, size_t *capacity,
                  size_t size)
{
    *capacity = *capacity == 0 ? FIRST_CAPACITY : 2 * *capacity;
    void *grown = arena_alloc_array(arena, *capacity, size);
    if (count > 0) {
        memcpy(grown, items, count * size);
    }
    return grown;
}

static void keep(struct calibrator *calibrator, const struct answer_row *row)
{
    const struct version_row key = {.question_id = row->question_id, .version = row->version};
    const struct version_row *found =
        calibrator->version_count == 0
            ? NULL
            : bsearch(&key, calibrator->versions, calibrator->version_count, sizeof key,
                      compare_versions);

    if (found == NULL) {
        return;
    }
    if (calibrator->answer_count == calibrator->answer_capacity) {
        calibrator->answers = grow(calibrator->arena, calibrator->answers, calibrator->answer_count,
                                   &calibrator->answer_capacity, sizeof *calibrator->answers);
    }
    calibrator->answers[calibrator->answer_count++] = (struct irt_answer){
        .item = (uint32_t)(found - calibrator->versions), .credit = (uint32_t)row->credit};
}

/* The answers [from, to) are one learner's. */
static void keep_learner(struct calibrator *calibrator, const struct answer_row *rows, size_t from,
                         size_t to)
{
    const size_t limit =
        calibrator->options->answers_max == 0 ? ANSWERS_MAX : calibrator->options->answers_max;
    const size_t before = calibrator->answer_count;

    if (before + (to - from) > limit) {
        calibrator->counts->left_out++;
        return;
    }
    for (size_t i = from; i < to; i++) {
        keep(calibrator, &rows[i]);
    }
    if (calibrator->answer_count == before) {
        return;
    }
    if (calibrator->learner_count == calibrator->learner_capacity) {
        calibrator->ends = grow(calibrator->arena, calibrator->ends, calibrator->learner_count,
                                &calibrator->learner_capacity, sizeof *calibrator->ends);
    }
    calibrator->ends[calibrator->learner_count++] = calibrator->answer_count;
}

/* A page of learners behind *last; says whether there was any. */
static bool read_page(struct calibrator *calibrator, struct uuid *last, bool *is_end,
                      struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    arena_reset(calibrator->page);
    db_bind_uuid(&params, calibrator->bank->id);
    db_bind_uuid(&params, *last);
    db_bind_i64(&params, LEARNERS_A_PAGE);
    if (!db_session_call(calibrator->session, &SQL_calibration_list_answers, &params,
                         calibrator->page, &rows, err) ||
        !db_rows_read_all(&rows, &ANSWER_ROW, calibrator->page, &items, err)) {
        return false;
    }
    const struct answer_row *read = items;
    for (size_t from = 0; from < rows.count;) {
        size_t to = from + 1;
        while (to < rows.count && uuid_equal(read[to].user_id, read[from].user_id)) {
            to++;
        }
        keep_learner(calibrator, read, from, to);
        *last = read[from].user_id;
        from = to;
    }
    *is_end = rows.count == 0;
    return true;
}

static bool read_answers(struct calibrator *calibrator, struct error *err)
{
    const struct calibration_options *options = calibrator->options;
    struct uuid last = UUID_NIL;
    bool is_end = false;

    while (!is_end) {
        if (!read_page(calibrator, &last, &is_end, err)) {
            return false;
        }
        if (options->reading != NULL) {
            options->reading(options->context, calibrator->answer_count, calibrator->learner_count);
        }
    }
    calibrator->counts->items = (int64_t)calibrator->version_count;
    calibrator->counts->answers = (int64_t)calibrator->answer_count;
    calibrator->counts->learners = (int64_t)calibrator->learner_count;
    return true;
}

/* ---- what follows ---- */

static bool link_up(struct calibrator *calibrator, const struct irt_fit *fit,
                    struct calibration *calibrations, struct error *err)
{
    const size_t count = calibrator->version_count;
    struct response_curve *authors =
        arena_new_array(calibrator->arena, count, struct response_curve);
    const struct irt_link link = {fit->items, authors, count};

    for (size_t i = 0; i < count; i++) {
        const struct item_keys keys = {&calibrator->versions[i].question_id,
                                       &calibrator->versions[i].version, 1, NULL};
        const struct item *const *items = NULL;
        if (i % LEARNERS_A_PAGE == 0) {
            arena_reset(calibrator->page);
        }
        if (!store_items_get(db_over_session(calibrator->session, calibrator->page),
                             calibrator->page, calibrator->bank, &keys, &items, err)) {
            return false;
        }
        authors[i] = knowledge_curve(&items[0]->question, NULL);
    }
    item_response_link(&link, calibrations);
    return true;
}

static bool is_known(const struct version_row *version, const struct irt_item *item)
{
    return version->discrimination != NULL && *version->discrimination == item->discrimination &&
           *version->difficulty == item->difficulty && *version->answers == item->answers;
}

/* One more round with the same answers gives the same bits: then there is nothing to write. */
static int64_t count_changed(const struct calibrator *calibrator, const struct irt_fit *fit)
{
    int64_t changed = 0;

    for (size_t i = 0; i < calibrator->version_count; i++) {
        changed += is_known(&calibrator->versions[i], &fit->items[i]) ? 0 : 1;
    }
    return changed;
}

static void bind_found(struct calibrator *calibrator, const struct irt_fit *fit,
                       const struct calibration *calibrations, struct db_params *params)
{
    enum { COLUMNS = 6 };
    const size_t count = calibrator->version_count;
    struct arena *arena = calibrator->page;
    struct uuid *ids = arena_new_array(arena, count, struct uuid);
    int64_t *numbers = arena_new_array(arena, 2 * count, int64_t); /* versions, answers */
    double *figures = arena_new_array(arena, COLUMNS * count, double);

    for (size_t i = 0; i < count; i++) {
        const double columns[COLUMNS] = {
            calibrations[i].difficulty,         calibrations[i].variance,
            fit->items[i].discrimination,       fit->items[i].difficulty,
            fit->items[i].discrimination_error, fit->items[i].difficulty_error};
        ids[i] = calibrator->versions[i].question_id;
        numbers[i] = calibrator->versions[i].version;
        numbers[count + i] = fit->items[i].answers;
        for (size_t k = 0; k < COLUMNS; k++) {
            figures[k * count + i] = columns[k];
        }
    }
    db_bind_uuid(params, calibrator->bank->id);
    db_bind_i64(params, calibrator->options->delay_s);
    db_bind_uuid_array(params, arena, ids, count);
    db_bind_i64_array(params, arena, numbers, count);
    for (size_t k = 0; k < COLUMNS; k++) {
        db_bind_real_array(params, arena, figures + k * count, count);
    }
    db_bind_i64_array(params, arena, numbers + count, count);
}

/* The servers learn of it with the commit. */
static bool write_found(struct calibrator *calibrator, const struct db_params *found,
                        struct error *err)
{
    struct db_params id = {.count = 0};
    struct db_params slug = {.count = 0};
    struct db_rows rows;
    struct time_row time = {.in_force_at = 0};

    db_bind_uuid(&id, calibrator->bank->id);
    db_bind_text(&slug, calibrator->bank->slug);
    if (!db_session_call(calibrator->session, &SQL_calibration_insert, found, calibrator->page,
                         &rows, err) ||
        !db_session_call(calibrator->session, &SQL_banks_bump_revision, &id, calibrator->page,
                         &rows, err) ||
        !db_session_call(calibrator->session, &SQL_banks_notify, &slug, calibrator->page, &rows,
                         err) ||
        !db_session_call(calibrator->session, &SQL_calibration_get_time, &id, calibrator->page,
                         &rows, err) ||
        !db_rows_read(&rows, 0, &TIME_ROW, calibrator->page, &time, err)) {
        return false;
    }
    calibrator->counts->in_force_at = time.in_force_at;
    return true;
}

static bool write_all(struct calibrator *calibrator, const struct irt_fit *fit, struct error *err)
{
    struct calibration *calibrations =
        arena_new_array(calibrator->arena, calibrator->version_count, struct calibration);
    struct error end_err = {.code = ERROR_NONE};
    struct db_params found = {.count = 0};

    calibrator->counts->changed = count_changed(calibrator, fit);
    if (!link_up(calibrator, fit, calibrations, err) || calibrator->options->is_dry_run ||
        calibrator->counts->changed == 0) {
        return err->code == ERROR_NONE;
    }
    arena_reset(calibrator->page);
    bind_found(calibrator, fit, calibrations, &found);
    if (!db_session_run(calibrator->session, "BEGIN", err)) {
        return false;
    }
    const bool is_written = write_found(calibrator, &found, err);
    const bool is_ended = is_written ? db_session_run(calibrator->session, "COMMIT", err)
                                     : db_session_run(calibrator->session, "ROLLBACK", &end_err);
    return is_written && is_ended;
}

static bool calibrate(struct calibrator *calibrator, const struct snapshot *snapshot,
                      struct error *err)
{
    struct irt_fit fit;

    calibrator->bank = snapshot_find_bank(snapshot, calibrator->options->bank);
    if (calibrator->bank == NULL) {
        return error_set(err, ERROR_NOT_FOUND, "there is no bank %.*s",
                         TEXT_ARG(calibrator->options->bank));
    }
    if (!list_versions(calibrator, err) || !read_answers(calibrator, err)) {
        return false;
    }
    const struct irt_answers answers = {calibrator->answers, calibrator->ends,
                                        calibrator->learner_count, calibrator->version_count};
    item_response_fit(&answers, calibrator->options->watch, calibrator->arena, &fit);
    calibrator->counts->rounds = (int64_t)fit.rounds;
    if (!fit.is_converged) {
        return error_set(err, ERROR_INTERNAL,
                         "the fit did not settle in %zu rounds; nothing is written", fit.rounds);
    }
    return write_all(calibrator, &fit, err);
}

bool store_calibrate(struct db_session *session, const struct calibration_options *options,
                     struct calibration_counts *counts, struct error *err)
{
    struct calibrator calibrator = {.session = session,
                                    .options = options,
                                    .counts = counts,
                                    .arena = arena_create(),
                                    .page = arena_create()};
    struct snapshot snapshot;

    *counts = (struct calibration_counts){0};
    const bool is_good = snapshot_load(session, calibrator.arena, &snapshot, err) &&
                         calibrate(&calibrator, &snapshot, err);
    arena_free(calibrator.page);
    arena_free(calibrator.arena);
    return is_good;
}
