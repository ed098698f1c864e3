/*
 * Keeping up with revocations.sql. Rows are committed in another order than that of their times, so
 * each look goes back a little further than the last row seen.
 */
#include "store/revocations.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/sql.h"
#include "store/watch.h"

enum { TIDY_MS = 60000, NS_PER_MS = 1000000, MS_PER_S = 1000 };
#define OVERLAP_US (30 * CLOCK_US_PER_S) /* longer than any statement may take to commit */

struct revocations {
    struct arena *arena; /* owns this struct */
    struct revocations_config config;
    struct watch *watch;
    pthread_t poller;
    bool has_poller;
    pthread_mutex_t look_lock; /* guards seen_at */
    int64_t seen_at;           /* the time of the last row; 0: none yet */
    pthread_mutex_t end_lock;  /* guards is_closing */
    pthread_cond_t ended;
    bool is_closing;
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

static void tidy(struct revocations *revocations, struct arena *scratch)
{
    const struct db_params none = {.count = 0};
    struct db_rows rows;
    struct error err = {.code = ERROR_NONE};

    if (!db_call(revocations->config.db, &SQL_revocations_tidy, &none, scratch, &rows, &err)) {
        log_debug("revocations.not_tidied", log_string("detail", err.detail));
    }
}

/* Returns whether to go on. */
static bool wait_for_next(struct revocations *revocations)
{
    struct timespec until;
    int result = 0;

    (void)clock_gettime(CLOCK_REALTIME, &until); /* cannot fail for this clock */
    const int64_t ns = until.tv_nsec + revocations->config.poll_ms % MS_PER_S * NS_PER_MS;
    until.tv_sec += revocations->config.poll_ms / MS_PER_S + ns / (NS_PER_MS * (int64_t)MS_PER_S);
    until.tv_nsec = ns % (NS_PER_MS * (int64_t)MS_PER_S);
    (void)pthread_mutex_lock(&revocations->end_lock);
    while (!revocations->is_closing && result != ETIMEDOUT) {
        result = pthread_cond_timedwait(&revocations->ended, &revocations->end_lock, &until);
    }
    const bool goes_on = !revocations->is_closing;
    (void)pthread_mutex_unlock(&revocations->end_lock);
    return goes_on;
}

static void *run_poller(void *context)
{
    struct revocations *revocations = context;
    struct arena *scratch = arena_create();
    int64_t tidy_at_us = clock_monotonic_us();

    while (wait_for_next(revocations)) {
        struct error err = {.code = ERROR_NONE};
        if (!look(revocations, NULL, scratch, &err)) {
            log_debug("revocations.not_polled", log_string("detail", err.detail));
        } else if (clock_monotonic_us() >= tidy_at_us) {
            tidy(revocations, scratch);
            tidy_at_us = clock_monotonic_us() + INT64_C(1000) * TIDY_MS;
        }
        arena_reset(scratch);
    }
    arena_free(scratch);
    return NULL;
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

    revocations->arena = arena;
    revocations->config = *config;
    /* Default attributes: these cannot fail. */
    (void)pthread_mutex_init(&revocations->look_lock, NULL);
    (void)pthread_mutex_init(&revocations->end_lock, NULL);
    (void)pthread_cond_init(&revocations->ended, NULL);
    look_first(revocations);
    revocations->has_poller =
        pthread_create(&revocations->poller, NULL, run_poller, revocations) == 0;
    if (!revocations->has_poller) {
        (void)error_set(err, ERROR_INTERNAL, "cannot start the thread that polls for revocations");
    }
    if (!revocations->has_poller || !watch_start(&watch, &revocations->watch, err)) {
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
    (void)pthread_mutex_lock(&revocations->end_lock);
    revocations->is_closing = true;
    (void)pthread_cond_broadcast(&revocations->ended);
    (void)pthread_mutex_unlock(&revocations->end_lock);
    if (revocations->has_poller) {
        (void)pthread_join(revocations->poller, NULL); /* it was started in revocations_open */
    }
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
