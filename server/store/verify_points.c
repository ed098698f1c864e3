/* See store/verify_points.h. The memories that decide what a question is worth are replayed along.
 */
#include "store/verify_points.h"

#include <stdlib.h>
#include <string.h>

#include "store/sql.h"

/* An attempt, and what it does to memories. */
struct settled {
    struct settled *next; /* added before */
    struct uuid id;
    struct points_sheet sheet;
    const struct review_event *events;
    size_t event_count;
};

struct verify_points {
    struct arena *arena;
    struct settled *last;
    size_t count;
    size_t event_count;
};

/* What the replay has by now. */
struct state {
    struct review *memories; /* of all questions, ascending; review_count 0: none yet */
    size_t memory_count;
    struct points_difference *days; /* in any order; what is stored is filled in at the end */
    size_t day_count;
};

struct attempt_day {
    struct uuid id;
    struct text day; /* absent: it does not count */
};
static const struct shape_member ATTEMPT_DAY_MEMBERS[] = {
    MEMBER_UUID(struct attempt_day, id),
    MEMBER_TEXT(struct attempt_day, day, .flags = SHAPE_NULLABLE),
};
static const struct shape ATTEMPT_DAY_ROW =
    SHAPE_OF("AttemptDayRow", struct attempt_day, ATTEMPT_DAY_MEMBERS);

static const struct shape_member DAY_MEMBERS[] = {
    MEMBER_TEXT(struct points_difference, day),
    MEMBER_I64_LIST(struct points_difference, stored_keys, stored_count),
    MEMBER_I64(struct points_difference, stored_points),
};
static const struct shape DAY_ROW = SHAPE_OF("PointsDayRow", struct points_difference, DAY_MEMBERS);

struct verify_points *verify_points_create(struct arena *arena)
{
    struct verify_points *points = arena_new(arena, struct verify_points);

    points->arena = arena;
    return points;
}

void verify_points_add(struct verify_points *points, const struct attempt *attempt,
                       const struct attempt_sheet *sheet)
{
    struct settled *settled = arena_new(points->arena, struct settled);
    struct review_event *events = NULL;

    settled->id = attempt->id;
    settled->sheet = points_sheet_of(attempt, sheet, points->arena);
    settled->event_count = review_events(attempt, sheet, points->arena, &events);
    settled->events = events;
    settled->next = points->last;
    points->last = settled;
    points->count++;
    points->event_count += settled->event_count;
}

static int compare_settled(const void *left, const void *right)
{
    const struct settled *a = left;
    const struct settled *b = right;
    return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes);
}

/* By id. */
static struct settled *list_settled(const struct verify_points *points)
{
    struct settled *list = arena_new_array(points->arena, points->count, struct settled);
    size_t count = 0;

    for (const struct settled *one = points->last; one != NULL; one = one->next) {
        list[count++] = *one;
    }
    if (count > 0) {
        qsort(list, count, sizeof *list, compare_settled);
    }
    return list;
}

static const struct settled *find_settled(const struct settled *list, size_t count, struct uuid id)
{
    const struct settled wanted = {.id = id};
    return count == 0 ? NULL : bsearch(&wanted, list, count, sizeof *list, compare_settled);
}

/* One for each question, without anything remembered. */
static void make_memories(const struct verify_points *points, struct state *state)
{
    struct review *all = arena_new_array(points->arena, points->event_count, struct review);
    size_t count = 0;

    for (const struct settled *one = points->last; one != NULL; one = one->next) {
        for (size_t i = 0; i < one->event_count; i++) {
            all[count++].question_id = one->events[i].question_id;
        }
    }
    if (count > 0) {
        qsort(all, count, sizeof *all, review_compare);
    }
    state->memories = all;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !uuid_equal(all[i].question_id, all[i - 1].question_id)) {
            all[state->memory_count++] = all[i];
        }
    }
}

static struct points_difference *day_of(struct state *state, struct text day)
{
    for (size_t i = state->day_count; i > 0; i--) {
        if (text_equal(state->days[i - 1].day, day)) {
            return &state->days[i - 1];
        }
    }
    struct points_difference *added = &state->days[state->day_count++];
    *added = (struct points_difference){.day = day};
    return added;
}

static void replay(const struct verify_points *points, const struct settled *settled,
                   struct text day, struct state *state)
{
    const struct review_list known = {state->memories, state->memory_count};
    struct award *awards = NULL;

    if (day.data != NULL && settled->sheet.count > 0) {
        const size_t count = points_awards(&settled->sheet, known, points->arena, &awards);
        points_add(&day_of(state, day)->replayed, awards, count);
    }
    for (size_t i = 0; i < settled->event_count; i++) {
        struct review *memory =
            bsearch(&(struct review){.question_id = settled->events[i].question_id},
                    state->memories, state->memory_count, sizeof *memory, review_compare);
        if (memory != NULL) {
            *memory = review_add(memory->review_count == 0 ? NULL : memory, &settled->events[i]);
        }
    }
}

static bool is_same(const struct points_difference *day)
{
    bool is_same = day->stored_points == day->replayed.points &&
                   day->stored_count == day->replayed.count && day->is_stored;

    for (size_t i = 0; i < day->stored_count && is_same; i++) {
        bool is_there = false;
        for (size_t k = 0; k < day->replayed.count && !is_there; k++) {
            is_there = day->replayed.keys[k] == day->stored_keys[i];
        }
        is_same = is_there;
    }
    return is_same;
}

static bool read_stored(const struct verify_points *points, struct db *db,
                        const struct points_key *key, struct state *state, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, key->user_id);
    db_bind_uuid(&params, key->bank_id);
    if (!db_call(db, &SQL_points_list_days, &params, points->arena, &rows, err) ||
        !db_rows_read_all(&rows, &DAY_ROW, points->arena, &items, err)) {
        return false;
    }
    const struct points_difference *stored = items;
    struct points_difference *days =
        arena_new_array(points->arena, state->day_count + rows.count, struct points_difference);
    for (size_t i = 0; i < state->day_count; i++) {
        days[i] = state->days[i];
    }
    state->days = days;
    for (size_t i = 0; i < rows.count; i++) {
        struct points_difference *day = day_of(state, stored[i].day);
        day->is_stored = true;
        day->stored_keys = stored[i].stored_keys;
        day->stored_count = stored[i].stored_count;
        day->stored_points = stored[i].stored_points;
    }
    return true;
}

bool verify_points_compare(struct verify_points *points, struct db *db,
                           const struct points_key *key,
                           const struct points_difference **differences, size_t *count,
                           struct error *err)
{
    const struct settled *list = list_settled(points);
    struct db_params params = {.count = 0};
    struct state state = {.day_count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, key->user_id);
    db_bind_uuid(&params, key->bank_id);
    if (!db_call(db, &SQL_points_list_attempts, &params, points->arena, &rows, err) ||
        !db_rows_read_all(&rows, &ATTEMPT_DAY_ROW, points->arena, &items, err)) {
        return false;
    }
    const struct attempt_day *attempts = items;
    make_memories(points, &state);
    state.days = arena_new_array(points->arena, rows.count, struct points_difference);
    for (size_t i = 0; i < rows.count; i++) {
        const struct settled *settled = find_settled(list, points->count, attempts[i].id);
        if (settled != NULL) {
            replay(points, settled, attempts[i].day, &state);
        }
    }
    if (!read_stored(points, db, key, &state, err)) {
        return false;
    }
    *count = 0;
    for (size_t i = 0; i < state.day_count; i++) {
        if (!is_same(&state.days[i])) {
            state.days[(*count)++] = state.days[i];
        }
    }
    *differences = state.days;
    return true;
}

bool verify_points_mend(struct db *db, struct arena *arena, const struct points_key *key,
                        const struct points_difference *difference, struct error *err)
{
    const int64_t stored_count = (int64_t)difference->stored_count;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, key->user_id);
    db_bind_uuid(&params, key->bank_id);
    db_bind_text(&params, difference->day);
    db_bind_i64_array(&params, arena, difference->replayed.keys, difference->replayed.count);
    db_bind_i64(&params, difference->replayed.points);
    db_bind_i64_ref(&params, difference->is_stored ? &stored_count : NULL);
    db_bind_i64_ref(&params, difference->is_stored ? &difference->stored_points : NULL);
    return db_call(db, &SQL_points_mend_day, &params, arena, &rows, err);
}

bool verify_points_date(struct db *db, struct arena *arena, struct error *err)
{
    const struct db_params none = {.count = 0};
    struct db_rows rows;

    return db_call(db, &SQL_points_date_attempts, &none, arena, &rows, err);
}
