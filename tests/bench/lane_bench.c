/*
 * What a call through a lane costs: a closed loop of threads on a single-row upsert and a
 * single-row select, and the same through a plain session for comparison. Prints calls per second,
 * latencies, batch size, and CPU time of this process (not PostgreSQL's).
 *
 *   DATABASE_URL=… lane_bench [SECONDS [THREADS…]]
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/resource.h>

#include "base/clock.h"
#include "base/random.h"
#include "db/db.h"
#include "db/session.h"

enum { THREADS_MAX = 2048, SAMPLES_MAX = 20000, STACK_BYTES = 100 * 1024, ROWS_PER_THREAD = 16 };

static const struct statement UPSERT = {
    .name = "bench_upsert",
    .text = "INSERT INTO lane_bench (user_id, position, value) VALUES ($1, $2, $3) "
            "ON CONFLICT (user_id, position) DO UPDATE SET value = excluded.value "
            "RETURNING value",
    .lane = LANE_WRITE,
    .is_safe_to_retry = true,
    .param_count = 3,
    .index = 0};
static const struct statement SELECT = {
    .name = "bench_select",
    .text = "SELECT value FROM lane_bench WHERE user_id = $1 AND position = $2",
    .lane = LANE_READ,
    .is_safe_to_retry = true,
    .param_count = 2,
    .index = 1};
static const struct statement *const STATEMENTS[] = {&UPSERT, &SELECT};

struct load {
    struct db *db; /* NULL: a session each */
    const struct statement *statement;
    int64_t seconds;
    atomic_bool is_over;
    atomic_bool has_begun;
};

struct client {
    struct load *load;
    struct uuid user;
    uint64_t calls;
    uint64_t errors;
    size_t sample_count;
    int64_t samples_us[SAMPLES_MAX];
};

static void stop(const char *what)
{
    (void)fprintf(stderr, "lane_bench: %s\n", what); /* nothing to do about it */
    exit(1);                                         /* NOLINT(concurrency-mt-unsafe) */
}

static void pause_us(int64_t us)
{
    const struct timespec span = {.tv_sec = (time_t)(us / CLOCK_US_PER_S),
                                  .tv_nsec = (long)(us % CLOCK_US_PER_S) * 1000};
    (void)nanosleep(&span, NULL); /* what matters is measured */
}

static struct db_session *open_session(void)
{
    struct error err;
    struct db_session *session = NULL;
    const char *url = getenv("DATABASE_URL"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
    const struct db_session_config config = {.url = url == NULL ? "" : url};
    if (url == NULL || !db_session_open(&config, &session, &err)) {
        stop("cannot connect to DATABASE_URL");
    }
    return session;
}

static bool call_once(const struct client *client, struct db_session *session, struct arena *arena,
                      uint64_t number)
{
    const struct load *load = client->load;
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct error err;
    db_bind_uuid(&params, client->user);
    db_bind_i64(&params, (int64_t)(number % ROWS_PER_THREAD));
    if (load->statement->param_count > 2) {
        db_bind_i64(&params, (int64_t)number);
    }
    return load->db == NULL ? db_session_call(session, load->statement, &params, arena, &rows, &err)
                            : db_call(load->db, load->statement, &params, arena, &rows, &err);
}

/* Samples replace each other at random once there are too many (reservoir by position). */
static void *run_client(void *argument)
{
    struct client *client = argument;
    struct arena *arena = arena_create();
    struct db_session *session = client->load->db == NULL ? open_session() : NULL;
    while (!atomic_load_explicit(&client->load->has_begun, memory_order_acquire)) {
        pause_us(1000);
    }
    while (!atomic_load_explicit(&client->load->is_over, memory_order_relaxed)) {
        const int64_t before_us = clock_monotonic_us();
        client->errors += call_once(client, session, arena, client->calls) ? 0 : 1;
        client->samples_us[client->calls % SAMPLES_MAX] = clock_monotonic_us() - before_us;
        client->calls++;
        arena_reset(arena);
    }
    client->sample_count = client->calls < SAMPLES_MAX ? (size_t)client->calls : SAMPLES_MAX;
    db_session_close(session);
    arena_free(arena);
    return NULL;
}

static int compare_i64(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static int64_t cpu_us(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) {
        return 0;
    }
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * CLOCK_US_PER_S +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

struct cost {
    double took_s;
    double cpu_us;
    double batches;
};

struct outcome {
    uint64_t calls;
    uint64_t errors;
    int64_t p50_us;
    int64_t p99_us;
};

static struct outcome sum_up(const struct client *clients, size_t count)
{
    struct outcome outcome = {.calls = 0};
    size_t total = 0;
    size_t filled = 0;
    for (size_t i = 0; i < count; i++) {
        outcome.calls += clients[i].calls;
        outcome.errors += clients[i].errors;
        total += clients[i].sample_count;
    }
    int64_t *all = malloc((total + 1) * sizeof *all);
    if (all == NULL || total == 0) {
        stop("no samples");
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(all + filled, clients[i].samples_us, clients[i].sample_count * sizeof *all);
        filled += clients[i].sample_count;
    }
    qsort(all, total, sizeof *all, compare_i64);
    outcome.p50_us = all[total / 2];
    outcome.p99_us = all[total * 99 / 100];
    free(all);
    return outcome;
}

static void start_clients(struct load *load, struct client *clients, pthread_t *threads,
                          size_t count)
{
    pthread_attr_t attributes;
    (void)pthread_attr_init(&attributes);                      /* cannot fail on Linux */
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES); /* as the server's workers have */
    for (size_t i = 0; i < count; i++) {
        clients[i].load = load;
        clients[i].user.bytes[0] = (uint8_t)(i % 256);
        clients[i].user.bytes[1] = (uint8_t)(i / 256 + 1);
        if (pthread_create(&threads[i], &attributes, run_client, &clients[i]) != 0) {
            stop("cannot start a thread");
        }
    }
    (void)pthread_attr_destroy(&attributes); /* cannot fail on Linux */
}

static uint64_t count_batches(const struct load *load)
{
    struct db_stats stats = {.batches = 0};
    if (load->db != NULL) {
        db_read_stats(load->db, load->statement->lane, &stats);
    }
    return stats.batches;
}

/* Lets the clients work for the time and gives what it took. */
static struct cost let_work(struct load *load, const pthread_t *threads, size_t count)
{
    const int64_t cpu_before_us = cpu_us();
    const int64_t began_us = clock_monotonic_us();
    const uint64_t batches_before = count_batches(load);
    atomic_store(&load->has_begun, true);
    pause_us(load->seconds * CLOCK_US_PER_S);
    atomic_store(&load->is_over, true);
    for (size_t i = 0; i < count; i++) {
        (void)pthread_join(threads[i], NULL); /* each was started */
    }
    return (struct cost){.took_s = (double)(clock_monotonic_us() - began_us) / 1e6,
                         .cpu_us = (double)(cpu_us() - cpu_before_us),
                         .batches = (double)(count_batches(load) - batches_before)};
}

static void measure(struct load *load, const char *what, size_t count)
{
    struct client *clients = calloc(count, sizeof *clients);
    pthread_t *threads = calloc(count, sizeof *threads);
    if (clients == NULL || threads == NULL) {
        stop("out of memory");
    }
    atomic_store(&load->is_over, false);
    atomic_store(&load->has_begun, false);
    start_clients(load, clients, threads, count);
    pause_us(200000); /* all are there */
    const struct cost cost = let_work(load, threads, count);
    const struct outcome outcome = sum_up(clients, count);
    const double calls = (double)outcome.calls;
    (void)printf("%-8s %-6s %5zu threads %8.0f calls/s  p50 %6lld us  p99 %6lld us  "
                 "%5.1f us CPU/call  %5.1f calls/batch  %llu errors\n",
                 what, load->statement == &UPSERT ? "upsert" : "select", count, calls / cost.took_s,
                 (long long)outcome.p50_us, (long long)outcome.p99_us, cost.cpu_us / calls,
                 cost.batches > 0 ? calls / cost.batches : 1,
                 (unsigned long long)outcome.errors); /* a lost line shows */
    free(clients);
    free(threads);
}

static struct db *open_lanes(void)
{
    struct error err;
    struct db *db = NULL;
    const char *url = getenv("DATABASE_URL"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
    const struct db_config config = {.url = url, .statements = STATEMENTS, .statement_count = 2};
    if (!db_open(&config, &db, &err)) {
        stop(err.detail);
    }
    while (!db_is_ready(db)) {
        pause_us(1000);
    }
    return db;
}

static void prepare_table(void)
{
    struct error err;
    struct db_session *session = open_session();
    if (!db_session_run(session,
                        "DROP TABLE IF EXISTS lane_bench;"
                        "CREATE TABLE lane_bench (user_id uuid, position int8, value int8 NOT "
                        "NULL, PRIMARY KEY (user_id, position)) WITH (fillfactor = 70);",
                        &err)) {
        stop(err.detail);
    }
    db_session_close(session);
}

int main(int argc, char **argv)
{
    static const char *const usual[] = {"1", "32", "128"};
    random_start();
    prepare_table();
    struct load load = {.seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 3};
    struct db *db = open_lanes();
    for (size_t s = 0; s < COUNT_OF(STATEMENTS); s++) {
        load.statement = STATEMENTS[s];
        load.db = NULL;
        measure(&load, "session", 1);
        load.db = db;
        for (int i = 0; i < (argc > 2 ? argc - 2 : 3); i++) {
            const long count = strtol(argc > 2 ? argv[i + 2] : usual[i], NULL, 10);
            measure(&load, "lane", count > 0 && count <= THREADS_MAX ? (size_t)count : 1);
        }
    }
    db_close(db);
    return 0;
}
