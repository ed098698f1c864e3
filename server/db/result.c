/* See db/result.h. */
#include "db/result.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/failure.h"

struct result_share {
    PGresult *result;
    atomic_size_t part_count;
};

/* Rows returned, or rows changed where the statement returns none. */
static size_t count_rows(PGresult *result)
{
    int64_t count = PQntuples(result);
    if (PQresultStatus(result) == PGRES_COMMAND_OK &&
        !text_to_i64(text_of(PQcmdTuples(result)), &count)) {
        return 0;
    }
    return (size_t)count;
}

struct result_part result_whole(PGresult *result)
{
    return (struct result_part){.result = result, .row_count = count_rows(result)};
}

struct result_share *result_share(PGresult *result, size_t part_count)
{
    struct result_share *share = malloc(sizeof *share);
    if (share == NULL) {
        (void)fputs("quizd: out of memory\n", stderr); /* as in base/arena.c */
        abort();
    }
    share->result = result;
    atomic_init(&share->part_count, part_count);
    return share;
}

static void release_result(void *result)
{
    PQclear(result);
}

static void release_share(void *resource)
{
    struct result_share *share = resource;
    if (atomic_fetch_sub_explicit(&share->part_count, 1, memory_order_acq_rel) == 1) {
        PQclear(share->result);
        free(share);
    }
}

void result_release(struct result_part *part)
{
    if (part->share != NULL) {
        release_share(part->share);
    } else {
        release_result(part->result);
    }
    *part = (struct result_part){.result = NULL};
}

bool result_deliver(const struct result_part *part, const struct statement *statement,
                    struct arena *arena, struct db_rows *rows, struct error *err)
{
    if (part->share != NULL) {
        arena_defer(arena, release_share, part->share);
    } else {
        arena_defer(arena, release_result, part->result);
    }
    if (failure_classify(part->result) != FAILURE_NONE) {
        return failure_report(part->result, statement->name, err);
    }
    *rows = (struct db_rows){.result = part->result,
                             .count = part->row_count,
                             .first_row = part->first_row,
                             .first_column = statement->gathered_text == NULL ? 0 : 1};
    return true;
}
