/* Points after a regrade. What a question is worth depends on all that came before it, so that one
 * answer may move the points of later days, too: the whole history is replayed, as quizd verify
 * does it. */
#include "store/regrade_points.h"

#include "store/sql.h"
#include "store/verify_points.h"

struct settled_row {
    struct uuid id;
    struct text day; /* not asked for here */
};
static const struct shape_member SETTLED_MEMBERS[] = {
    MEMBER_UUID(struct settled_row, id),
    MEMBER_TEXT(struct settled_row, day, .flags = SHAPE_NULLABLE),
};
static const struct shape SETTLED_ROW =
    SHAPE_OF("RegradeSettledRow", struct settled_row, SETTLED_MEMBERS);

static bool add(struct verify_points *points, const struct regrade_reader *reader,
                const struct regrade_effect *effect, struct uuid attempt_id, struct error *err)
{
    const struct regrade_place place = {effect->attempt.user_id, attempt_id, 1};
    struct regrade_effect *other = NULL;

    if (uuid_equal(attempt_id, effect->attempt.id)) {
        verify_points_add(points, &effect->attempt, &effect->after);
        return true;
    }
    other = arena_new(reader->arena, struct regrade_effect);
    if (!regrade_read_attempt(reader, &place, other, err)) {
        return false;
    }
    verify_points_add(points, &other->attempt, &other->before);
    return true;
}

static bool add_all(struct verify_points *points, const struct regrade_reader *reader,
                    const struct regrade_effect *effect, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, effect->attempt.user_id);
    db_bind_uuid(&params, effect->bank->id);
    if (!db_call(reader->db, &SQL_points_list_attempts, &params, reader->arena, &rows, err) ||
        !db_rows_read_all(&rows, &SETTLED_ROW, reader->arena, &items, err)) {
        return false;
    }
    const struct settled_row *settled = items;
    for (size_t i = 0; i < rows.count; i++) {
        if (!add(points, reader, effect, settled[i].id, err)) {
            return false;
        }
    }
    return true;
}

struct difference_list {
    const struct points_difference *items;
    size_t count;
};

/* The days whose points are others after the step. */
static bool compare(const struct regrade_reader *reader, const struct regrade_effect *effect,
                    struct difference_list *list, struct error *err)
{
    const struct points_key key = {effect->attempt.user_id, effect->bank->id};
    struct verify_points *points = verify_points_create(reader->arena);

    *list = (struct difference_list){.count = 0};
    return effect->attempt.settled_at == 0 || !effect->is_change ||
           (add_all(points, reader, effect, err) &&
            verify_points_compare(points, reader->db, &key, &list->items, &list->count, err));
}

bool regrade_find_points(const struct regrade_reader *reader, const struct regrade_effect *effect,
                         int64_t *change, struct error *err)
{
    struct difference_list list;

    *change = 0;
    if (!compare(reader, effect, &list, err)) {
        return false;
    }
    for (size_t i = 0; i < list.count; i++) {
        *change += list.items[i].replayed.points - list.items[i].stored_points;
    }
    return true;
}

bool regrade_move_points(const struct regrade_reader *reader, const struct regrade_effect *effect,
                         struct error *err)
{
    const struct points_key key = {effect->attempt.user_id, effect->bank->id};
    struct difference_list list;

    if (!compare(reader, effect, &list, err)) {
        return false;
    }
    for (size_t i = 0; i < list.count; i++) {
        if (!verify_points_mend(reader->db, reader->arena, &key, &list.items[i], err)) {
            return false;
        }
    }
    return true;
}
