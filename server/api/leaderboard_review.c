/* What instructors, and who leads a team, should look at before they believe a leaderboard. */
#include "api/banks.h"
#include "api/leaderboards.h"
#include "api/teams.h"

static const struct shape_member FAST_MEMBERS[] = {
    MEMBER_UUID(struct fast_attempt, attempt_id),
    MEMBER_UUID(struct fast_attempt, user_id),
    MEMBER_TEXT(struct fast_attempt, display_name),
    MEMBER_TIME(struct fast_attempt, started_at),
    MEMBER_I64(struct fast_attempt, answers),
    MEMBER_MILLI(struct fast_attempt, credit, .about = "The mean."),
    MEMBER_I64(struct fast_attempt, answer_ms, .about = "Milliseconds for an answer, the mean."),
};
static const struct shape FAST_SHAPE = SHAPE_OF("FastAttempt", struct fast_attempt, FAST_MEMBERS);

struct fast_list {
    const struct fast_attempt *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct fast_list, data, count, struct fast_attempt, &FAST_SHAPE),
    MEMBER_BOOL(struct fast_list, has_more),
    MEMBER_TEXT(struct fast_list, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape FAST_LIST_SHAPE = SHAPE_OF("FastAttemptList", struct fast_list, LIST_MEMBERS);

static bool read_list(struct call *call, const struct review_page *page,
                      struct fast_attempt **attempts, size_t *count, struct error *err)
{
    struct db_session *session = NULL;

    if (!db_pool_take(call->app->scans, &session, err)) {
        return false;
    }
    const bool is_done = store_boards_review(db_over_session(session, call->arena), call->arena,
                                             page, attempts, count, err);
    db_pool_give_back(call->app->scans, session);
    return is_done;
}

static void finish(struct call *call, struct fast_list *list, const struct fast_attempt *attempts,
                   int64_t limit)
{
    list->has_more = (int64_t)list->count == limit;
    list->count -= list->has_more ? 1 : 0;
    list->data = attempts;
    list->next_cursor =
        list->has_more ? call_cursor(call, attempts[list->count - 1].attempt_id) : TEXT_ABSENT;
}

bool api_review_leaderboard(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    struct fast_list *list = reply;
    const struct bank *bank = NULL;
    struct team_page page = {.limit = 0};
    struct fast_attempt *attempts = NULL;

    if (!call_find_bank(call, path->bank, &bank, err) ||
        !team_page_of(call, UUID_NIL, &page, err)) {
        return false;
    }
    const struct review_page wanted = {bank->id, page.after, page.limit};
    if (!read_list(call, &wanted, &attempts, &list->count, err)) {
        return false;
    }
    finish(call, list, attempts, page.limit);
    return true;
}

bool api_review_team_leaderboard(struct call *call, void *reply, struct error *err)
{
    const struct team_path *path = call->path;
    struct fast_list *list = reply;
    struct team_page page = {.limit = 0};
    struct fast_attempt *attempts = NULL;
    struct db_session *session = NULL;

    if (!team_page_of(call, path->team_id, &page, err) ||
        !db_pool_take(call->app->scans, &session, err)) {
        return false;
    }
    const bool is_done = store_team_review(db_over_session(session, call->arena), call->arena,
                                           &page, &attempts, &list->count, err);
    db_pool_give_back(call->app->scans, session);
    if (is_done) {
        finish(call, list, attempts, page.limit);
    }
    return is_done;
}
