/* Renders counters as Prometheus text, exposition format 0.0.4; see api/metrics.h. */
#include "api/metrics.h"

#include "auth/password.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "db/db.h"

struct lanes {
    const char *name;
    struct db_stats stats;
};

enum { LANES_READ, LANES_WRITE, LANES_COUNT };

/* One number of a lane and what it is called. */
struct lane_metric {
    const char *name;
    const char *type;
    const char *about;
    size_t offset; /* in struct db_stats */
};

#define METRIC(member, title, kind, text)                    \
    {                                                        \
        title, kind, text, offsetof(struct db_stats, member) \
    }
static const struct lane_metric LANE_METRICS[] = {
    METRIC(batches, "quizd_lane_batches_total", "counter", "Batches, of one transaction each."),
    METRIC(statements, "quizd_lane_calls_total", "counter", "Calls that were part of a batch."),
    METRIC(executions, "quizd_lane_executions_total", "counter",
           "What the database ran for them: gathered calls are one."),
    METRIC(reruns, "quizd_lane_reruns_total", "counter", "Calls that ran again."),
    METRIC(reconnects, "quizd_lane_reconnects_total", "counter", "Connections made anew."),
    METRIC(refused, "quizd_lane_refused_total", "counter",
           "Calls answered 503: queue full, or too long a wait."),
    METRIC(queue_length, "quizd_lane_queue_length", "gauge", "Calls that are waiting or running."),
};

static void append_head(struct buffer *out, const char *name, const char *type, const char *about)
{
    buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, about, name, type);
}

static void append_lane_metric(struct buffer *out, const struct lane_metric *metric,
                               const struct lanes *lanes)
{
    append_head(out, metric->name, metric->type, metric->about);
    for (size_t i = 0; i < LANES_COUNT; i++) {
        uint64_t value = 0;
        memcpy(&value, (const char *)&lanes[i].stats + metric->offset, sizeof value);
        buffer_printf(out, "%s{lane=\"%s\"} %llu\n", metric->name, lanes[i].name,
                      (unsigned long long)value);
    }
}

/* Bucket i holds the batches of up to 2^i calls that are in none before; the last has the rest. */
static void append_batch_sizes(struct buffer *out, const struct lanes *lanes)
{
    static const char NAME[] = "quizd_lane_batch_size";

    append_head(out, NAME, "histogram", "Calls in a batch.");
    for (size_t i = 0; i < LANES_COUNT; i++) {
        const struct db_stats *stats = &lanes[i].stats;
        uint64_t sum = 0;
        for (size_t bucket = 0; bucket + 1 < DB_BATCH_BUCKETS; bucket++) {
            sum += stats->batch_sizes[bucket];
            buffer_printf(out, "%s_bucket{lane=\"%s\",le=\"%u\"} %llu\n", NAME, lanes[i].name,
                          1U << bucket, (unsigned long long)sum);
        }
        sum += stats->batch_sizes[DB_BATCH_BUCKETS - 1];
        buffer_printf(out,
                      "%s_bucket{lane=\"%s\",le=\"+Inf\"} %llu\n%s_sum{lane=\"%s\"} %llu\n"
                      "%s_count{lane=\"%s\"} %llu\n",
                      NAME, lanes[i].name, (unsigned long long)sum, NAME, lanes[i].name,
                      (unsigned long long)stats->statements, NAME, lanes[i].name,
                      (unsigned long long)sum);
    }
}

static void append_waits(struct buffer *out, const struct lanes *lanes)
{
    static const char NAME[] = "quizd_lane_wait_seconds_total";

    append_head(out, NAME, "counter", "Time from queue to result, of all calls together.");
    for (size_t i = 0; i < LANES_COUNT; i++) {
        buffer_printf(out, "%s{lane=\"%s\"} %.6f\n", NAME, lanes[i].name,
                      (double)lanes[i].stats.wait_us_total / 1e6);
    }
}

static void append_gauge(struct buffer *out, const char *name, const char *about, uint64_t value)
{
    append_head(out, name, "gauge", about);
    buffer_printf(out, "%s %llu\n", name, (unsigned long long)value);
}

static bool render(const struct metrics_source *source, struct arena *arena, struct text *text,
                   struct error *err)
{
    struct lanes lanes[LANES_COUNT] = {
        [LANES_READ] = {.name = "read"}, [LANES_WRITE] = {.name = "write"}};
    const struct password_load hashes = password_load_now();
    struct buffer out;

    db_read_stats(source->app->lanes, LANE_READ, &lanes[LANES_READ].stats);
    db_read_stats(source->app->lanes, LANE_WRITE, &lanes[LANES_WRITE].stats);
    buffer_init(&out, arena, LIMIT_REPLY_BYTES);
    append_gauge(&out, "quizd_requests_in_flight", "Requests that are being served.",
                 http_server_in_flight(source->server));
    append_gauge(&out, "quizd_password_hashes_running", "Passwords that are being hashed.",
                 hashes.running);
    append_gauge(&out, "quizd_password_hashes_waiting", "Passwords that wait for their turn.",
                 hashes.waiting);
    for (size_t i = 0; i < COUNT_OF(LANE_METRICS); i++) {
        append_lane_metric(&out, &LANE_METRICS[i], lanes);
    }
    append_waits(&out, lanes);
    append_batch_sizes(&out, lanes);
    return buffer_text(&out, text, err);
}

void metrics_handle(void *context, struct request *request, struct response *response)
{
    struct error err = {.code = ERROR_NONE};
    const bool is_read = request->method == HTTP_GET || request->method == HTTP_HEAD;

    if (!text_equal(request->path, TEXT("/metrics")) || request->query.data != NULL) {
        (void)error_set(&err, ERROR_NOT_FOUND, "there is nothing at this path"); /* always false */
    } else if (!is_read) {
        (void)error_set(&err, ERROR_METHOD_NOT_ALLOWED, "this can only be read");
        response_add_header(response, "Allow", TEXT("GET, HEAD"));
    } else if (render(context, request->arena, &response->body, &err)) {
        response->status = 200;
        response->content_type = TEXT("text/plain; version=0.0.4");
        return;
    }
    response_problem(response, request, &err);
}
