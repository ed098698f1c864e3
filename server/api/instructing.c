/* What the operations of instructors share. */
#include "api/instructing.h"

#include "store/bank_members.h"
#include "store/statistics.h"

bool instructing_find_bank(struct call *call, struct db *db, struct text slug,
                           const struct bank **bank, struct error *err)
{
    struct bank_caller caller = {.user_id = call->user_id};

    if (!call_find_bank(call, slug, bank, err)) {
        return false;
    }
    caller.bank_id = (*bank)->id;
    return store_bank_members_require(db, call->arena, &caller, BANK_EDITOR, err);
}

bool instructing_find_question(struct call *call, struct db *db, struct uuid id,
                               struct instructed_question *question, struct error *err)
{
    const struct snapshot *snapshot = NULL;
    struct question_place place = {.version = 0};

    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err) ||
        !store_statistics_find_question(db, call->arena, call->user_id, id, &place, err)) {
        return false;
    }
    *question =
        (struct instructed_question){.id = id,
                                     .version = place.version,
                                     .rank = place.rank,
                                     .bank = snapshot_find_bank_by_id(snapshot, place.bank_id)};
    if (question->bank == NULL) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such question");
    }
    return true;
}

bool instructing_run(struct call *call, instructing_scan scan, void *reply, struct error *err)
{
    struct db_session *session = NULL;

    if (!db_pool_take(call->app->scans, &session, err)) {
        return false;
    }
    const bool is_done = scan(call, db_over_session(session, call->arena), reply, err);
    db_pool_give_back(call->app->scans, session);
    return is_done;
}
