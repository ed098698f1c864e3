/* Leaderboards: the statements of requests. */
#include "base/limits.h"
#include "store/boards.h"
#include "store/sql.h"

struct person_row {
    bool is_caller;
    struct board_name name;
    int64_t departed_at;
};
static const struct shape_member PERSON_MEMBERS[] = {
    MEMBER_BOOL(struct person_row, is_caller),
    {.name = "member_id",
     .type = SHAPE_UUID,
     .flags = SHAPE_NULLABLE,
     .offset = SHAPE_AT(struct person_row, name.id, struct uuid)},
    MEMBER_TEXT(struct person_row, name.display_name, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct person_row, departed_at, .flags = SHAPE_NULLABLE),
};
static const struct shape PERSON_ROW =
    SHAPE_OF("BoardPersonRow", struct person_row, PERSON_MEMBERS);

struct small_row {
    struct uuid id;
    struct text display_name;
    int64_t points;
    int64_t reached_at;
    int64_t read_at;
};
static const struct shape_member SMALL_MEMBERS[] = {
    MEMBER_UUID(struct small_row, id),      MEMBER_TEXT(struct small_row, display_name),
    MEMBER_I64(struct small_row, points),   MEMBER_TIME(struct small_row, reached_at),
    MEMBER_TIME(struct small_row, read_at),
};
static const struct shape SMALL_ROW = SHAPE_OF("SmallBoardRow", struct small_row, SMALL_MEMBERS);

struct team_standing_row {
    struct standing standing;
    int64_t read_at;
};
static const struct shape_member TEAM_STANDING_MEMBERS[] = {
    MEMBER_UUID(struct team_standing_row, standing.id),
    MEMBER_I64(struct team_standing_row, standing.points),
    MEMBER_TIME(struct team_standing_row, standing.reached_at),
    MEMBER_TIME(struct team_standing_row, read_at),
};
static const struct shape TEAM_STANDING_ROW =
    SHAPE_OF("TeamStandingRow", struct team_standing_row, TEAM_STANDING_MEMBERS);

static const struct shape_member NAME_MEMBERS[] = {
    MEMBER_UUID(struct board_name, id),
    MEMBER_TEXT(struct board_name, display_name),
};
static const struct shape NAME_ROW = SHAPE_OF("TeamNameRow", struct board_name, NAME_MEMBERS);

bool store_boards_join(struct db *db, struct arena *arena, const struct board_entrant *entrant,
                       struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, entrant->user_id);
    db_bind_uuid(&params, entrant->bank_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, entrant->pseudonym);
    db_bind_bool(&params, entrant->shares_name);
    db_bind_uuid(&params, uuid_new());
    return db_call(db, &SQL_boards_join, &params, arena, &rows, err) &&
           (rows.count > 0 || error_set(err, ERROR_NOT_FOUND, "there is no such account"));
}

bool store_boards_leave(struct db *db, struct arena *arena, struct uuid user_id,
                        struct uuid bank_id, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, user_id);
    db_bind_uuid(&params, bank_id);
    return db_call(db, &SQL_boards_leave, &params, arena, &rows, err);
}

/* As PostgreSQL writes an array; absent for nobody. */
static struct text list_ids(struct arena *arena, const struct uuid *ids, size_t count)
{
    char *list = arena_alloc_bytes(arena, count * (UUID_TEXT_BYTES + 1) + 2);
    size_t length = 0;

    for (size_t i = 0; i < count; i++) {
        list[length] = i == 0 ? '{' : ',';
        (void)uuid_format(ids[i], list + length + 1); /* it is in place */
        length += UUID_TEXT_BYTES + 1;
    }
    list[length] = '}';
    return count == 0 ? TEXT_ABSENT : (struct text){list, length + 1};
}

static bool is_known(const struct board_people *people, struct uuid id)
{
    for (size_t i = 0; i < people->count; i++) {
        if (uuid_equal(people->names[i].id, id)) {
            return true;
        }
    }
    return false;
}

static void bind_people(struct db_params *params, struct arena *arena,
                        const struct board_people *people)
{
    const size_t size = people->page->count;
    struct uuid *wanted = arena_new_array(arena, size, struct uuid);
    struct uuid *known = arena_new_array(arena, size, struct uuid);
    size_t wanted_count = 0;
    size_t known_count = 0;

    for (size_t i = 0; i < size; i++) {
        const struct uuid id = people->page->entries[i].standing.id;
        if (is_known(people, id)) {
            known[known_count++] = id;
        } else {
            wanted[wanted_count++] = id;
        }
    }
    db_bind_uuid(params, people->user_id);
    db_bind_uuid(params, people->bank_id);
    db_bind_text(params, list_ids(arena, wanted, wanted_count));
    db_bind_text(params, list_ids(arena, known, known_count));
    db_bind_time(params, people->departed_at);
}

/* Behind those that were read stand those that were known, unless somebody has gone since. */
static void add_people(const struct person_row *read, size_t row_count, struct arena *arena,
                       struct board_people *people)
{
    const struct board_people before = *people;
    struct board_name *names = arena_new_array(arena, row_count + before.count, struct board_name);

    people->names = names;
    people->count = 0;
    people->departed_at = 0;
    for (size_t i = 0; i < row_count; i++) {
        if (read[i].is_caller) {
            people->caller = read[i].name;
            people->departed_at = read[i].departed_at;
        } else {
            names[people->count++] = read[i].name;
        }
    }
    people->known_count = people->departed_at == before.departed_at ? before.count : 0;
    for (size_t i = 0; i < people->known_count; i++) {
        names[people->count++] = before.names[i];
    }
}

bool store_boards_find_people(struct db *db, struct arena *arena, struct board_people *people,
                              struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    bind_people(&params, arena, people);
    if (!db_call(db, &SQL_boards_find_people, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &PERSON_ROW, arena, &items, err)) {
        return false;
    }
    add_people(items, rows.count, arena, people);
    return true;
}

static bool make_board(const struct db_rows *rows, struct arena *arena, struct small_board *board,
                       struct error *err)
{
    void *items = NULL;

    if (!db_rows_read_all(rows, &SMALL_ROW, arena, &items, err)) {
        return false;
    }
    const struct small_row *read = items;
    struct board_name *names = arena_new_array(arena, rows->count, struct board_name);
    *board = (struct small_board){
        .board = leaderboard_create(arena), .names = names, .count = rows->count};
    for (size_t i = 0; i < rows->count; i++) {
        names[i] = (struct board_name){read[i].id, read[i].display_name};
        leaderboard_put(board->board,
                        &(struct standing){read[i].id, read[i].points, read[i].reached_at});
        board->as_of = read[i].read_at;
    }
    return true;
}

bool store_team_board(struct db *db, struct arena *arena, const struct small_board_key *key,
                      struct small_board *board, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, key->user_id);
    db_bind_uuid(&params, key->team_id);
    db_bind_text(&params, text_of(enumeration_name(&BOARD_WINDOWS, key->window)));
    db_bind_uuid(&params, key->bank_id);
    if (!db_call(db, &SQL_team_board_list, &params, arena, &rows, err)) {
        return false;
    }
    return rows.count == 0 ? error_set(err, ERROR_NOT_FOUND, "there is no such team")
                           : make_board(&rows, arena, board, err);
}

bool store_boards_of_teams(struct db *db, struct arena *arena, const struct small_board_key *key,
                           struct team_standings *standings, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, key->bank_id);
    db_bind_text(&params, text_of(enumeration_name(&BOARD_WINDOWS, key->window)));
    db_bind_i64(&params, BOARD_MEMBERS_MIN);
    if (!db_call(db, &SQL_boards_of_teams, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &TEAM_STANDING_ROW, arena, &items, err)) {
        return false;
    }
    const struct team_standing_row *read = items;
    struct standing *list = arena_new_array(arena, rows.count, struct standing);
    *standings = (struct team_standings){.items = list, .count = rows.count};
    for (size_t i = 0; i < rows.count; i++) {
        list[i] = read[i].standing;
        standings->as_of = read[i].read_at;
    }
    return true;
}

bool store_boards_team_names(struct db *db, struct arena *arena, const struct board_page *page,
                             const struct board_name **names, size_t *count, struct error *err)
{
    struct uuid *ids = arena_new_array(arena, page->count, struct uuid);
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    for (size_t i = 0; i < page->count; i++) {
        ids[i] = page->entries[i].standing.id;
    }
    db_bind_uuid_array(&params, arena, ids, page->count);
    db_bind_i64(&params, BOARD_MEMBERS_MIN);
    if (!db_call(db, &SQL_boards_team_names, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &NAME_ROW, arena, &items, err)) {
        return false;
    }
    *names = items;
    *count = rows.count;
    return true;
}

static const struct shape_member FAST_MEMBERS[] = {
    MEMBER_UUID(struct fast_attempt, attempt_id),   MEMBER_UUID(struct fast_attempt, user_id),
    MEMBER_TEXT(struct fast_attempt, display_name), MEMBER_TIME(struct fast_attempt, started_at),
    MEMBER_I64(struct fast_attempt, answers),       MEMBER_I64(struct fast_attempt, credit),
    MEMBER_I64(struct fast_attempt, answer_ms),
};
static const struct shape FAST_ROW = SHAPE_OF("FastAttemptRow", struct fast_attempt, FAST_MEMBERS);

bool store_boards_review(struct db *db, struct arena *arena, const struct review_page *page,
                         struct fast_attempt **attempts, size_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, page->bank_id);
    db_bind_uuid(&params, page->after);
    db_bind_i64(&params, page->limit);
    db_bind_i64(&params, PLAUSIBLE_ANSWER_MS);
    db_bind_i64(&params, REVIEWED_DAYS);
    if (!db_call(db, &SQL_boards_review, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &FAST_ROW, arena, &items, err)) {
        return false;
    }
    *attempts = items;
    *count = rows.count;
    return true;
}
