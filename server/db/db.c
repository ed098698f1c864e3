/* The lanes of the request path and which of them a call takes; see db/db.h. */
#include "db/db.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/connect.h"
#include "db/lane.h"
#include "db/oid.h"

enum {
    LANES_MAX = 64,
    QUEUE_LIMIT = 4096,
    BATCH_LIMIT = 256,
    WAIT_LIMIT_MS = 5000,
    STATEMENT_TIMEOUT_MS = 1000,
};

struct lane_group {
    struct lane *lanes[LANES_MAX];
    unsigned count;
    atomic_uint next;
};

struct db {
    struct db_session *session; /* all calls go here; NULL: to the lanes */
    struct db_config config;
    char *url;
    char *read_url;
    struct lane_group reads;
    struct lane_group writes;
};

static unsigned or_default(unsigned value, unsigned otherwise)
{
    return value == 0 ? otherwise : value;
}

static unsigned lane_count(unsigned wanted)
{
    const unsigned count = or_default(wanted, 1);
    return count < LANES_MAX ? count : LANES_MAX;
}

/* The configuration with its defaults filled in and its texts copied. */
static bool copy_config(struct db *db, const struct db_config *config, struct error *err)
{
    db->config = *config;
    db->config.queue_limit = or_default(config->queue_limit, QUEUE_LIMIT);
    db->config.batch_limit = or_default(config->batch_limit, BATCH_LIMIT);
    if (config->wait_limit_ms <= 0) {
        db->config.wait_limit_ms = WAIT_LIMIT_MS;
    }
    if (config->statement_timeout_ms <= 0) {
        db->config.statement_timeout_ms = STATEMENT_TIMEOUT_MS;
    }
    db->url = strdup(config->url);
    db->read_url = strdup(config->read_url == NULL ? config->url : config->read_url);
    db->config.url = db->url;
    db->config.read_url = db->read_url;
    return (db->url != NULL && db->read_url != NULL) ||
           error_set(err, ERROR_INTERNAL, "Out of memory");
}

static bool open_group(struct db *db, enum statement_lane kind, unsigned count,
                       struct lane_group *group, struct error *err)
{
    while (group->count < count) {
        if (!lane_open(&db->config, kind, &group->lanes[group->count], err)) {
            return false;
        }
        group->count++;
    }
    return true;
}

bool db_open(const struct db_config *config, struct db **db, struct error *err)
{
    struct db *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return error_set(err, ERROR_INTERNAL, "Out of memory");
    }
    if (!copy_config(made, config, err) || !connect_check_url(made->url, err) ||
        !connect_check_url(made->read_url, err) ||
        !open_group(made, LANE_READ, lane_count(config->read_lanes), &made->reads, err) ||
        !open_group(made, LANE_WRITE, lane_count(config->write_lanes), &made->writes, err)) {
        db_close(made);
        return false;
    }
    *db = made;
    return true;
}

static void close_group(struct lane_group *group)
{
    for (unsigned i = 0; i < group->count; i++) {
        lane_close(group->lanes[i]);
    }
}

void db_close(struct db *db)
{
    if (db != NULL) {
        close_group(&db->reads);
        close_group(&db->writes);
        free(db->url);
        free(db->read_url);
        free(db);
    }
}

struct db *db_over_session(struct db_session *session, struct arena *arena)
{
    struct db *db = arena_new(arena, struct db);

    db->session = session;
    return db;
}

/* One user's writes keep their order: they all take the lane of his id. The others are dealt out in
 * turn. */
static struct lane *choose_lane(struct lane_group *group, enum statement_lane kind,
                                const struct db_params *params)
{
    if (group->count == 1) {
        return group->lanes[0];
    }
    if (kind == LANE_WRITE && params->count > 0 && params->items[0].oid == OID_UUID &&
        params->items[0].value != NULL) {
        struct uuid owner;
        memcpy(owner.bytes, params->items[0].value, sizeof owner.bytes);
        return group->lanes[uuid_hash(owner) % group->count];
    }
    return group
        ->lanes[atomic_fetch_add_explicit(&group->next, 1, memory_order_relaxed) % group->count];
}

bool db_call(struct db *db, const struct statement *statement, const struct db_params *params,
             struct arena *arena, struct db_rows *rows, struct error *err)
{
    if (db->session != NULL) {
        return db_session_call(db->session, statement, params, arena, rows, err);
    }
    if (statement->lane == LANE_SESSION || statement->param_count != params->count) {
        log_error("db.misused_statement", log_string("statement", statement->name),
                  log_i64("params", (int64_t)params->count));
        return error_set(err, ERROR_INTERNAL, "A statement was called in the wrong way");
    }
    struct lane_group *group = statement->lane == LANE_READ ? &db->reads : &db->writes;
    struct lane *lane = choose_lane(group, statement->lane, params);
    return lane_run(lane, statement, params, arena, rows, err);
}

static bool is_group_connected(const struct lane_group *group)
{
    for (unsigned i = 0; i < group->count; i++) {
        if (!lane_is_connected(group->lanes[i])) {
            return false;
        }
    }
    return true;
}

bool db_is_ready(struct db *db)
{
    return is_group_connected(&db->reads) && is_group_connected(&db->writes);
}

void db_read_stats(struct db *db, enum statement_lane lane, struct db_stats *stats)
{
    const struct lane_group *group = lane == LANE_READ ? &db->reads : &db->writes;
    *stats = (struct db_stats){.batches = 0};
    for (unsigned i = 0; i < group->count; i++) {
        lane_add_stats(group->lanes[i], stats);
    }
}
