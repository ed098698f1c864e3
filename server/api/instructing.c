/* What the operations of instructors share. */
#include "api/instructing.h"

#include "store/statistics.h"

bool instructing_may(struct call *call, const struct bank *bank, struct error *err)
{
    (void)call;
    (void)bank;
    (void)err;
    return true; /* every instructor instructs at every bank */
}

bool instructing_find_bank(struct call *call, struct text slug, const struct bank **bank,
                           struct error *err)
{
    return call_find_bank(call, slug, bank, err) && instructing_may(call, *bank, err);
}

bool instructing_find_question(struct call *call, struct db *db, struct uuid id,
                               struct instructed_question *question, struct error *err)
{
    const struct snapshot *snapshot = NULL;
    struct question_place place = {.version = 0};

    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err) ||
        !store_statistics_find_question(db, call->arena, id, &place, err)) {
        return false;
    }
    *question =
        (struct instructed_question){.id = id,
                                     .version = place.version,
                                     .bank = snapshot_find_bank_by_id(snapshot, place.bank_id)};
    if (question->bank == NULL) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such question");
    }
    return instructing_may(call, question->bank, err);
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
