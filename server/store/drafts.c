/* A question that is there is found by its slug and edited; another one is created. */
#include "store/drafts.h"

#include "store/questions.h"
#include "store/sql.h"

enum { TRIES_MAX = 3 };

struct id_row {
    struct uuid id;
};
static const struct shape_member ID_MEMBERS[] = {MEMBER_UUID(struct id_row, id)};
static const struct shape ID_ROW = SHAPE_OF("DraftIdRow", struct id_row, ID_MEMBERS);

/* Not inlined: parameters are large. *id nil: there is none. */
NOINLINE static bool find(struct db *db, const struct transfer_batch *batch, struct text slug,
                          struct arena *scratch, struct uuid *id, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct id_row row = {.id = UUID_NIL};

    db_bind_uuid(&params, batch->author->id);
    db_bind_uuid(&params, batch->bank->id);
    db_bind_text(&params, slug);
    if (!db_call(db, &SQL_transfers_find_question, &params, scratch, &rows, err) ||
        (rows.count > 0 && !db_rows_read(&rows, 0, &ID_ROW, scratch, &row, err))) {
        return false;
    }
    *id = row.id;
    return true;
}

static bool save(struct db *db, const struct transfer_batch *batch, const struct question *question,
                 struct arena *scratch, struct transfer_counts *counts, struct error *err)
{
    struct question_action action = {.caller_id = batch->author->id,
                                     .comment = batch->author->comment};
    bool is_changed = false;

    if (!find(db, batch, question->slug, scratch, &action.question_id, err)) {
        return false;
    }
    if (uuid_is_nil(action.question_id)) {
        action.question_id = uuid_new();
        if (!store_questions_create(db, scratch, &action, batch->bank->id, question, err)) {
            return false;
        }
        counts->created++;
        return true;
    }
    if (!store_questions_edit(db, scratch, &action, question, &is_changed, err)) {
        return false;
    }
    counts->updated += is_changed ? 1 : 0;
    counts->unchanged += is_changed ? 0 : 1;
    return true;
}

/* Somebody else has just written a question of this name. */
static bool is_overtaken(const struct error *err)
{
    return err->code == ERROR_STALE_ETAG ||
           (err->faults != NULL && err->faults->code == FAULT_DUPLICATE);
}

/* Questions do not go: one that was found a moment ago and is not there is one that the author must
 * not see any more. */
static bool explain(struct text slug, struct error *err)
{
    if (err->code == ERROR_FORBIDDEN || err->code == ERROR_NOT_FOUND) {
        return error_set(err, ERROR_FORBIDDEN,
                         "who began this is no member of the bank any more; what is counted was "
                         "imported before");
    }
    if (err->faults != NULL) {
        const struct fault first = *err->faults;
        return error_set(err, ERROR_INVALID_INPUT, "%.*s: %.*s", TEXT_ARG(text_slice(slug, 0, 80)),
                         TEXT_ARG(first.detail));
    }
    return false;
}

bool store_drafts_save(struct db_session *session, const struct transfer_batch *batch,
                       const struct question *question, struct arena *scratch,
                       struct transfer_counts *counts, struct error *err)
{
    struct db *db = db_over_session(session, scratch);
    bool is_saved = save(db, batch, question, scratch, counts, err);

    for (int tries = 1; !is_saved && is_overtaken(err) && tries < TRIES_MAX; tries++) {
        *err = (struct error){.code = ERROR_NONE};
        is_saved = save(db, batch, question, scratch, counts, err);
    }
    return is_saved || explain(question->slug, err);
}
