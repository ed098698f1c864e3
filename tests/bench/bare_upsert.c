/*
 * What one durable answer costs without any service: one connection, one prepared statement, one
 * row after another, each committed before the next. Prints the latency in microseconds: "<count>
 * <p50> <p99>".
 *
 *   bare_upsert CONNINFO SECONDS STATEMENT
 *
 * STATEMENT takes the parameters of attempts_record_answer (server/store/answers.sql): user,
 * attempt, position, revision, question, response, credit, is_final, evidence, points, certainty,
 * is_flagged, grace. The rows are those of the benchmark's open attempts (tests/bench/seed.py).
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <libpq-fe.h>

enum { PARAMETERS = 13, SAMPLES_MAX = 1000000, NUMBER_BYTES = 24 };

static const char ROWS[] =
    "SELECT p.user_id, p.attempt_id, i.position, p.question_ids[i.position] "
    "FROM attempt_papers AS p CROSS JOIN generate_series(1, 10) AS i (position) "
    "WHERE p.attempt_id < '01900000-0000-7000-8000-000000000800' "
    "ORDER BY i.position, p.attempt_id";

static void check(const PGconn *connection, const PGresult *result, ExecStatusType expected)
{
    if (PQresultStatus(result) != expected) {
        (void)fprintf(stderr, "bare_upsert: %s", PQerrorMessage(connection));
        exit(1);
    }
}

static int64_t now_us(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now); /* cannot fail for the two clocks that are used here */
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare(const void *left, const void *right)
{
    const int32_t a = *(const int32_t *)left;
    const int32_t b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

/* One answer; the response differs from that of the revision before. */
static void record(PGconn *connection, const PGresult *rows, int row, int64_t revision)
{
    char number[NUMBER_BYTES];
    (void)snprintf(number, sizeof number, "%" PRId64, revision);
    const bool is_right = revision % 2 == 0;
    const char *values[PARAMETERS] = {PQgetvalue(rows, row, 0),
                                      PQgetvalue(rows, row, 1),
                                      PQgetvalue(rows, row, 2),
                                      number,
                                      PQgetvalue(rows, row, 3),
                                      is_right ? "{\"choices\":[\"a\"]}" : "{\"choices\":[\"b\"]}",
                                      is_right ? "1000" : "0",
                                      "false",
                                      NULL,
                                      is_right ? "1000" : "0",
                                      NULL,
                                      "false",
                                      "10"};
    PGresult *result = PQexecPrepared(connection, "upsert", PARAMETERS, values, NULL, NULL, 1);
    check(connection, result,
          PQresultStatus(result) == PGRES_COMMAND_OK ? PGRES_COMMAND_OK : PGRES_TUPLES_OK);
    PQclear(result);
}

/* Row after row, with revisions above those of any run before. */
static size_t measure(PGconn *connection, const PGresult *rows, int64_t duration_us,
                      int32_t *samples)
{
    const size_t row_count = (size_t)PQntuples(rows);
    const int64_t revision = now_us(CLOCK_REALTIME) / 1000;
    int64_t before_us = now_us(CLOCK_MONOTONIC);
    const int64_t end_us = before_us + duration_us;
    size_t count = 0;
    while (before_us < end_us && count < SAMPLES_MAX && row_count > 0) {
        record(connection, rows, (int)(count % row_count), revision + (int64_t)(count / row_count));
        const int64_t after_us = now_us(CLOCK_MONOTONIC);
        samples[count] = (int32_t)(after_us - before_us);
        before_us = after_us;
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    static const Oid TYPES[PARAMETERS] = {2950, 2950, 20, 20, 2950, 25, 20,
                                          16,   25,   20, 20, 16,   701};
    static int32_t samples[SAMPLES_MAX];
    if (argc != 4) {
        (void)fprintf(stderr, "usage: bare_upsert CONNINFO SECONDS STATEMENT\n");
        return 2;
    }
    PGconn *connection = PQconnectdb(argv[1]);
    PGresult *rows = PQexec(connection, ROWS);
    check(connection, rows, PGRES_TUPLES_OK);
    PGresult *prepared = PQprepare(connection, "upsert", argv[3], PARAMETERS, TYPES);
    check(connection, prepared, PGRES_COMMAND_OK);
    PQclear(prepared);
    const size_t count = measure(connection, rows, strtoll(argv[2], NULL, 10) * 1000000, samples);
    PQclear(rows);
    PQfinish(connection);
    if (count == 0) {
        return 1;
    }
    qsort(samples, count, sizeof samples[0], compare);
    (void)printf("%zu %" PRId32 " %" PRId32 "\n", count, samples[count / 2],
                 samples[count * 99 / 100]);
    return 0;
}
