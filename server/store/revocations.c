/*
 * Keeping up with revocations.sql. Rows are committed in another order than that of their times, so
 * each look goes back a little further than the last row seen.
 */
#include "store/revocations.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/periodic.h"
#include "store/sql.h"
#include "store/watch.h"

#define OVERLAP_US (30 * CLOCK_US_PER_S) /* longer than any statement may take to commit */

struct revocations {
    struct arena *arena; /* owns this struct */
    struct revocations_config config;
    struct watch *watch;
    struct periodic *poller;
    pthread_mutex_t look_lock; /* guards seen_at */
    int64_t seen_at;           /* the time of the last row; 0: none yet */
};

static const struct shape_member REVOCATION_MEMBERS[] = {
    MEMBER_UUID(struct revocation, user_id),
    MEMBER_UUID(struct revocation, subject_id),
    MEMBER_TEXT(struct revocation, role, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct revocation, at),
};
static const struct shape REVOCATION_ROW =
    SHAPE_OF("RevocationRow", struct revocation, REVOCATION_MEMBERS);

/* Through `session`, or through the lanes where that is NULL. */
static bool read_news(struct revocations *revocations, struct db_session *session,
                      struct arena *scratch, struct revocation **items, size_t *count,
                      struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *found = NULL;
    const int64_t seen_at = revocations->seen_at;

    db_bind_time(&params, seen_at == 0 ? 0 : seen_at - OVERLAP_US);
    const bool is_read =
        session != NULL
            ? db_session_call(session, &SQL_revocations_list, &params, scratch, &rows, err)
            : db_call(revocations->config.db, &SQL_revocations_list, &params, scratch, &rows, err);
    if (!is_read || !db_rows_read_all(&rows, &REVOCATION_ROW, scratch, &found, err)) {
        return false;
    }
    *items = found;
    *count = rows.count;
    return true;
}

static bool look(struct revocations *revocations, struct db_session *session, struct arena *scratch,
                 struct error *err)
{
    struct revocation *items = NULL;
    size_t count = 0;

    (void)pthread_mutex_lock(&revocations->look_lock);
    const bool is_read = read_news(revocations, session, scratch, &items, &count, err);
    if (is_read && count > 0) {
        revocations->config.take(revocations->config.context, items, count);
        revocations->seen_at = items[count - 1].at;
    }
    (void)pthread_mutex_unlock(&revocations->look_lock);
    return is_read;
}

/* Over the lanes too: a connection that hangs must not hold the lock. What fails is the poll's
 * business. */
static bool look_when_notified(void *context, struct db_session *session, bool is_notified,
                               struct arena *scratch, struct error *err)
{
    struct error ignored = {.code = ERROR_NONE};

    (void)session;
    (void)err;
    if (is_notified) {
        (void)look(context, NULL, scratch, &ignored);
    }
    return true;
}

static void poll_once(void *context, const struct periodic *periodic, struct arena *scratch)
{
    struct revocations *revocations = context;
    struct error err = {.code = ERROR_NONE};

    (void)periodic;
    if (!look(revocations, NULL, scratch, &err)) {
        log_debug("revocations.not_polled", log_string("detail", err.detail));
    }
}

/* Before anybody is served; a database that is away is the poll's business. */
static void look_first(struct revocations *revocations)
{
    struct arena *scratch = arena_create();
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};

    if (!db_session_open(&revocations->config.database, &session, &err) ||
        !look(revocations, session, scratch, &err)) {
        log_warn("revocations.not_loaded", log_string("detail", err.detail));
    }
    arena_free(scratch);
    db_session_close(session);
}

bool revocations_open(const struct revocations_config *config, struct revocations **out,
                      struct error *err)
{
    struct arena *arena = arena_create();
    struct revocations *revocations = arena_new(arena, struct revocations);
    const struct watch_config watch = {.database = config->database,
                                       .listen = "LISTEN quizd_tokens",
                                       .lost_event = "revocations.listen_lost",
                                       .poll_ms = config->poll_ms,
                                       .look = look_when_notified,
                                       .context = revocations};
    const struct periodic_config poller = {.what = "polls for revocations",
                                           .period_ms = config->poll_ms,
                                           .work = poll_once,
                                           .context = revocations};

    revocations->arena = arena;
    revocations->config = *config;
    (void)pthread_mutex_init(&revocations->look_lock, NULL); /* default attributes: cannot fail */
    look_first(revocations);
    if (!periodic_start(arena, &poller, &revocations->poller, err) ||
        !watch_start(&watch, &revocations->watch, err)) {
        revocations_close(revocations);
        return false;
    }
    *out = revocations;
    return true;
}

void revocations_close(struct revocations *revocations)
{
    if (revocations == NULL) {
        return;
    }
    periodic_stop(revocations->poller);
    watch_stop(revocations->watch);
    arena_free(revocations->arena);
}

struct check_row {
    bool is_revoked;
};
static const struct shape_member CHECK_MEMBERS[] = {MEMBER_BOOL(struct check_row, is_revoked)};
static const struct shape CHECK_ROW = SHAPE_OF("CheckRow", struct check_row, CHECK_MEMBERS);

bool store_revocations_check(struct db *db, struct arena *arena, const struct session *session,
                             bool *is_revoked, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct check_row row = {.is_revoked = false};

    db_bind_uuid(&params, session->user_id);
    db_bind_uuid(&params, session->id);
    db_bind_text(&params, text_of(enumeration_name(&ROLES, session->role)));
    if (!db_call(db, &SQL_revocations_check, &params, arena, &rows, err) ||
        !db_rows_read(&rows, 0, &CHECK_ROW, arena, &row, err)) {
        return false;
    }
    *is_revoked = row.is_revoked;
    return true;
}
