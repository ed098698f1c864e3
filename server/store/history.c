/* The history comes sorted by question, the items of a bank are not: each is looked up. */
#include "store/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/sql.h"

/* A question, or a section: what the numbers are depends on it. */
struct history_row {
    struct uuid id;
    bool is_section;
    struct item_history history;
    const double *reals; /* stability, difficulty; weight, credit, likelihoods */
    size_t real_count;
    const int64_t *counts; /* reviews, lapses; answers, correct ones */
    size_t count_count;
    int64_t last_at; /* reviewed; answered */
    int64_t last_wrong_at;
};
static const struct shape_member HISTORY_MEMBERS[] = {
    MEMBER_UUID(struct history_row, id),
    MEMBER_BOOL(struct history_row, is_section),
    MEMBER_TIME(struct history_row, history.asked_at, .flags = SHAPE_NULLABLE),
    MEMBER_BOOL(struct history_row, history.is_recent),
    MEMBER_TIME(struct history_row, history.answered_at, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct history_row, history.credit),
    MEMBER_REAL_LIST(struct history_row, reals, real_count, .flags = SHAPE_NULLABLE),
    MEMBER_I64_LIST(struct history_row, counts, count_count, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct history_row, last_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct history_row, last_wrong_at, .flags = SHAPE_NULLABLE),
};
static const struct shape HISTORY_ROW = SHAPE_OF("HistoryRow", struct history_row, HISTORY_MEMBERS);

enum { MEMORY_REALS = 2, EVIDENCE_REALS = 2 + KNOWLEDGE_POINTS, COUNTS = 2 };

static int compare_rows(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct uuid)); /* the id is the first member */
}

static void place_history(const struct bank *bank, const struct history_row *rows, size_t count,
                          struct item_history *history)
{
    for (size_t i = 0; i < bank->item_count && count > 0; i++) {
        const struct history_row key = {.id = bank->items[i].id};
        const struct history_row *found = bsearch(&key, rows, count, sizeof key, compare_rows);
        if (found != NULL) {
            history[i] = found->history;
        }
    }
}

static struct review_list list_memories(const struct history_row *rows, size_t count,
                                        struct arena *arena)
{
    struct review *list = arena_new_array(arena, count, struct review);
    size_t known = 0;

    for (size_t i = 0; i < count; i++) {
        if (rows[i].real_count == MEMORY_REALS && rows[i].count_count == COUNTS) {
            list[known++] =
                (struct review){.question_id = rows[i].id,
                                .memory = {rows[i].reals[0], rows[i].reals[1], rows[i].last_at},
                                .review_count = rows[i].counts[0],
                                .lapse_count = rows[i].counts[1]};
        }
    }
    return (struct review_list){list, known};
}

static void place_evidence(const struct bank *bank, const struct history_row *rows, size_t count,
                           struct evidence *evidence)
{
    for (size_t i = 0; i < count; i++) {
        const struct history_row *row = &rows[i];
        const int64_t section = bank_find_section_by_id(bank, row->id);
        if (section == BANK_NO_SECTION || row->real_count != EVIDENCE_REALS ||
            row->count_count != COUNTS) {
            continue;
        }
        struct evidence *sums = &evidence[section];
        *sums = (struct evidence){.weight = row->reals[0],
                                  .credit = row->reals[1],
                                  .answers = row->counts[0],
                                  .correct = row->counts[1],
                                  .last_answered_at = row->last_at,
                                  .last_wrong_at = row->last_wrong_at};
        for (size_t k = 0; k < KNOWLEDGE_POINTS; k++) {
            sums->likelihood[k] = row->reals[2 + k];
        }
    }
}

bool store_history_list(struct db *db, struct arena *arena, const struct history_wish *wish,
                        struct learner_past *past, struct error *err)
{
    const struct bank *bank = wish->bank;
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;
    size_t questions = 0;

    db_bind_uuid(&params, wish->user_id);
    db_bind_uuid(&params, bank->id);
    db_bind_i64(&params, HISTORY_ATTEMPTS);
    db_bind_uuid(&params, uuid_from_time(clock_now_us() - HISTORY_SURE_US));
    db_bind_bool(&params, wish->has_evidence);
    db_bind_bool(&params, wish->has_memories);
    if (!db_call(db, &SQL_history_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &HISTORY_ROW, arena, &items, err)) {
        return false;
    }
    const struct history_row *list = items;
    while (questions < rows.count && !list[questions].is_section) {
        questions++;
    }
    past->history = arena_new_array(arena, bank->item_count, struct item_history);
    past->evidence = arena_new_array(arena, bank->section_count, struct evidence);
    place_history(bank, list, questions, past->history);
    past->memories = list_memories(list, questions, arena);
    place_evidence(bank, list + questions, rows.count - questions, past->evidence);
    return true;
}
