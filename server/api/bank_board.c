/*
 * Who stands around the caller is known only when it is known which member he is. To ask for that
 * first would be a statement more: so the page is read for whom he was the last time, and the
 * statement that brings its names says whether he still is.
 */
#include "api/bank_board.h"

static bool find_people(struct call *call, struct bank_board *board, struct error *err)
{
    struct boards *boards = call->app->boards;

    board->people.page = &board->reading.page;
    boards_recall_names(boards, call->arena, &board->people);
    if (!store_boards_find_people(call->db, call->arena, &board->people, err)) {
        return false;
    }
    boards_keep_names(boards, &board->people);
    return true;
}

static bool has_same_people(const struct board_page *a, const struct board_page *b)
{
    bool is_same = a->count == b->count;

    for (size_t i = 0; i < a->count && is_same; i++) {
        is_same = uuid_equal(a->entries[i].standing.id, b->entries[i].standing.id);
    }
    return is_same;
}

bool bank_board_read(struct call *call, struct board_view *view, struct bank_board *board,
                     struct error *err)
{
    struct boards *boards = call->app->boards;
    struct board_people *people = &board->people;

    people->user_id = call->user_id;
    people->bank_id = board->reading.bank_id;
    view->me = boards_recall_member(boards, people->user_id, people->bank_id);
    if (!boards_read(boards, view, call->arena, &board->reading, err) ||
        !find_people(call, board, err)) {
        return false;
    }
    if (uuid_equal(people->caller.id, view->me)) {
        return true;
    }
    const struct board_page before = board->reading.page;
    boards_keep_member(boards, people);
    view->me = people->caller.id;
    return boards_read(boards, view, call->arena, &board->reading, err) &&
           (has_same_people(&before, &board->reading.page) || find_people(call, board, err));
}
