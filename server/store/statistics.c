/* Item statistics: statistics.sql as functions, and tallies from rows. */
#include "store/statistics.h"

#include <math.h>

#include "store/items.h"
#include "store/sql.h"

enum tally_kind { KIND_CREDIT, KIND_REST, KIND_TOTAL, KIND_OPTION, KIND_SECOND, KIND_COUNT };
static const char *const KIND_NAMES[KIND_COUNT] = {"credit", "rest", "total", "option", "second"};
static const struct enumeration KINDS = {KIND_NAMES, KIND_COUNT};

struct tally_row {
    int64_t version;
    struct text exam;
    enum tally_kind kind;
    struct text name;
    struct tally tally;
};
static const struct shape_member TALLY_MEMBERS[] = {
    MEMBER_I64(struct tally_row, version),       MEMBER_TEXT(struct tally_row, exam),
    MEMBER_ENUM(struct tally_row, kind, &KINDS), MEMBER_I64(struct tally_row, tally.key),
    MEMBER_TEXT(struct tally_row, name),         MEMBER_I64(struct tally_row, tally.answers),
    MEMBER_I64(struct tally_row, tally.paired),  MEMBER_I64(struct tally_row, tally.rest),
    MEMBER_I64(struct tally_row, tally.total),
};
static const struct shape TALLY_ROW = SHAPE_OF("TallyRow", struct tally_row, TALLY_MEMBERS);

static const struct shape_member SCORE_MEMBERS[] = {
    MEMBER_I64(struct tally, key),
    MEMBER_I64(struct tally, answers),
    MEMBER_I64(struct tally, total),
};
static const struct shape SCORE_ROW = SHAPE_OF("ScoreTallyRow", struct tally, SCORE_MEMBERS);

struct credits_row {
    const int64_t *keys;
    size_t key_count;
    const int64_t *answers;
    size_t answer_count;
    const int64_t *totals;
    size_t total_count;
    int64_t scored;
};
static const struct shape_member CREDITS_MEMBERS[] = {
    MEMBER_I64_LIST(struct credits_row, keys, key_count),
    MEMBER_I64_LIST(struct credits_row, answers, answer_count),
    MEMBER_I64_LIST(struct credits_row, totals, total_count),
    MEMBER_I64(struct credits_row, scored),
};
static const struct shape CREDITS_ROW =
    SHAPE_OF("ExamCreditsRow", struct credits_row, CREDITS_MEMBERS);

static const struct shape_member PLACE_MEMBERS[] = {
    MEMBER_UUID(struct question_place, bank_id),
    MEMBER_I64(struct question_place, version),
    MEMBER_I64(struct question_place, rank),
};
static const struct shape PLACE_ROW =
    SHAPE_OF("QuestionPlaceRow", struct question_place, PLACE_MEMBERS);

static const struct shape_member FLAGGED_MEMBERS[] = {
    MEMBER_UUID(struct flagged_question, question_id),
    MEMBER_TEXT(struct flagged_question, slug),
    MEMBER_I64(struct flagged_question, version),
    MEMBER_I64(struct flagged_question, answers),
    MEMBER_TEXT_LIST(struct flagged_question, flags, flag_count),
    MEMBER_TIME(struct flagged_question, judged_at, .flags = SHAPE_NULLABLE),
};
static const struct shape FLAGGED_ROW =
    SHAPE_OF("FlaggedQuestionRow", struct flagged_question, FLAGGED_MEMBERS);

struct locked_row {
    struct uuid user_id;
    struct uuid id;
};
static const struct shape_member LOCKED_MEMBERS[] = {
    MEMBER_UUID(struct locked_row, user_id),
    MEMBER_UUID(struct locked_row, id),
};
static const struct shape LOCKED_ROW = SHAPE_OF("UncountedRow", struct locked_row, LOCKED_MEMBERS);

static bool count_locked(struct db *db, struct arena *arena, const struct locked_row *locked,
                         size_t count, struct error *err)
{
    struct uuid *users = arena_new_array(arena, count, struct uuid);
    struct uuid *ids = arena_new_array(arena, count, struct uuid);
    struct db_params params = {.count = 0};
    struct db_rows rows;

    for (size_t i = 0; i < count; i++) {
        users[i] = locked[i].user_id;
        ids[i] = locked[i].id;
    }
    db_bind_uuid_array(&params, arena, users, count);
    db_bind_uuid_array(&params, arena, ids, count);
    return db_call(db, &SQL_statistics_count, &params, arena, &rows, err);
}

bool store_statistics_count(struct db *db, struct arena *arena, struct uuid user_id, int64_t limit,
                            int64_t *counted, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *locked = NULL;

    db_bind_i64(&params, limit);
    db_bind_uuid(&params, user_id);
    if (!db_call(db, &SQL_statistics_lock_uncounted, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &LOCKED_ROW, arena, &locked, err)) {
        return false;
    }
    *counted = (int64_t)rows.count;
    return rows.count == 0 || count_locked(db, arena, locked, rows.count, err);
}

bool store_statistics_sweep(const struct sweep *sweep, int64_t limit, int64_t *counted,
                            struct error *err)
{
    struct error end_err = {.code = ERROR_NONE};

    if (!db_session_run(sweep->session, "BEGIN", err)) {
        return false;
    }
    const bool is_good = store_statistics_count(db_over_session(sweep->session, sweep->arena),
                                                sweep->arena, UUID_NIL, limit, counted, err);
    const bool is_ended = is_good ? db_session_run(sweep->session, "COMMIT", err)
                                  : db_session_run(sweep->session, "ROLLBACK", &end_err);
    return is_good && is_ended;
}

/* ---- reading ---- */

/* Rows [from, to) are of one version and exam, by kind and key. */
static struct item_tallies gather(const struct tally_row *rows, size_t from, size_t to,
                                  struct arena *arena)
{
    struct tally *tallies = arena_new_array(arena, to - from, struct tally);
    struct option_tally *options = arena_new_array(arena, to - from, struct option_tally);
    struct item_tallies item = {.options = options};
    struct tallies *lists[KIND_COUNT] = {[KIND_CREDIT] = &item.credits,
                                         [KIND_REST] = &item.rests,
                                         [KIND_TOTAL] = &item.totals,
                                         [KIND_SECOND] = &item.seconds};

    for (size_t i = from; i < to; i++) {
        struct tallies *list = lists[rows[i].kind];
        tallies[i - from] = rows[i].tally;
        if (list == NULL) {
            options[item.option_count++] =
                (struct option_tally){rows[i].name, rows[i].tally.answers, rows[i].tally.total};
            continue;
        }
        list->items = list->count == 0 ? &tallies[i - from] : list->items;
        list->count++;
    }
    return item;
}

static bool is_same_place(const struct tally_row *a, const struct tally_row *b)
{
    return a->version == b->version && text_equal(a->exam, b->exam);
}

bool store_statistics_get(struct db *db, struct arena *arena, const struct question_key *key,
                          struct question_tallies_list *list, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, key->bank_id);
    db_bind_uuid(&params, key->question_id);
    db_bind_i64_ref(&params, key->version);
    if (!db_call(db, &SQL_statistics_list_tallies, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &TALLY_ROW, arena, &items, err)) {
        return false;
    }
    const struct tally_row *read = items;
    struct question_tallies *found = arena_new_array(arena, rows.count, struct question_tallies);
    *list = (struct question_tallies_list){.items = found};
    for (size_t from = 0; from < rows.count;) {
        size_t to = from + 1;
        while (to < rows.count && is_same_place(&read[from], &read[to])) {
            to++;
        }
        found[list->count++] = (struct question_tallies){read[from].version, read[from].exam,
                                                         gather(read, from, to, arena)};
        from = to;
    }
    return true;
}

static bool read_credits(const struct db_rows *rows, size_t row, struct arena *arena,
                         struct exam_counts *counts, struct error *err)
{
    struct credits_row credits = {.scored = 0};

    if (!db_rows_read(rows, row, &CREDITS_ROW, arena, &credits, err)) {
        return false;
    }
    struct tally *items = arena_new_array(arena, credits.key_count, struct tally);
    for (size_t i = 0; i < credits.key_count; i++) {
        items[i] = (struct tally){
            .key = credits.keys[i], .answers = credits.answers[i], .total = credits.totals[i]};
    }
    const struct item_moments moments = item_moments((struct tallies){items, credits.key_count});
    const double scored = (double)credits.scored;
    counts->tallies.variance_total += scored * moments.variance;
    counts->spread.root_covariance += scored * sqrt(fmax(0.0, moments.covariance));
    return true;
}

static bool read_exam_credits(struct db *db, const struct db_params *params,
                              struct exam_counts *counts, struct error *err)
{
    const double attempts = (double)tallies_answers(counts->tallies.scores);
    struct arena *scratch = arena_create();
    struct db_rows rows = {.count = 0};

    bool is_good = db_call(db, &SQL_statistics_list_exam_credits, params, scratch, &rows, err);
    for (size_t i = 0; i < rows.count && is_good; i++) {
        is_good = read_credits(&rows, i, scratch, counts, err);
    }
    if (attempts > 0.0) {
        counts->spread.item_count = (double)counts->tallies.item_answers / attempts;
        counts->spread.root_covariance /= attempts;
    }
    arena_free(scratch);
    return is_good;
}

bool store_statistics_get_exam(struct db *db, struct arena *arena, struct uuid bank_id,
                               struct text exam, struct exam_counts *counts, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    *counts = (struct exam_counts){.tallies = {.item_answers = 0}};
    db_bind_uuid(&params, bank_id);
    db_bind_text(&params, exam);
    if (!db_call(db, &SQL_statistics_list_scores, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &SCORE_ROW, arena, &items, err)) {
        return false;
    }
    counts->tallies.scores = (struct tallies){items, rows.count};
    for (size_t i = 0; i < rows.count; i++) {
        counts->tallies.item_answers += counts->tallies.scores.items[i].total;
    }
    return read_exam_credits(db, &params, counts, err);
}

bool store_statistics_find_question(struct db *db, struct arena *arena, struct uuid caller_id,
                                    struct uuid question_id, struct question_place *place,
                                    struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller_id);
    db_bind_uuid(&params, question_id);
    if (!db_call(db, &SQL_statistics_find_question, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such question");
    }
    return db_rows_read(&rows, 0, &PLACE_ROW, arena, place, err);
}

bool store_statistics_list_flagged(struct db *db, struct arena *arena,
                                   const struct flagged_filter *filter,
                                   struct flagged_question **questions, size_t *count,
                                   struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, filter->bank_id);
    db_bind_text(&params, filter->flag == NULL
                              ? TEXT_ABSENT
                              : text_of(enumeration_name(&ITEM_FLAGS, *filter->flag)));
    db_bind_uuid(&params, filter->after);
    db_bind_i64(&params, filter->limit);
    if (!db_call(db, &SQL_statistics_list_flagged, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &FLAGGED_ROW, arena, &items, err)) {
        return false;
    }
    *questions = items;
    *count = rows.count;
    return true;
}
