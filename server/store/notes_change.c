/* Changing the notes of a bank in one transaction: the sections by store/section_changes.h, then
 * the text itself and its line in the audit. */
#include "store/notes.h"

#include "store/sql.h"

struct lock_row {
    int64_t rank;
    struct text tag;
    struct text markdown;
};
static const struct shape_member LOCK_MEMBERS[] = {
    MEMBER_I64(struct lock_row, rank),
    MEMBER_TEXT(struct lock_row, tag),
    MEMBER_TEXT(struct lock_row, markdown, .flags = SHAPE_NULLABLE),
};
static const struct shape LOCK_ROW = SHAPE_OF("NotesLockRow", struct lock_row, LOCK_MEMBERS);

static bool call(struct notes_change *change, struct arena *arena,
                 const struct statement *statement, const struct db_params *params,
                 struct db_rows *rows, struct error *err)
{
    return db_session_call(change->session, statement, params, arena, rows, err);
}

bool store_notes_begin(struct notes_change *change, struct arena *arena, struct text tag,
                       struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct lock_row row = {.rank = 0};

    db_bind_uuid(&params, change->caller->user_id);
    db_bind_uuid(&params, change->caller->bank_id);
    if (!db_session_run(change->session, "BEGIN", err) ||
        !call(change, arena, &SQL_notes_lock, &params, &rows, err) ||
        !db_rows_read(&rows, 0, &LOCK_ROW, arena, &row, err) ||
        !bank_role_check(row.rank, BANK_OWNER, err)) {
        return false;
    }
    if (tag.data != NULL && !text_equal(tag, row.tag)) {
        return error_set(err, ERROR_STALE_ETAG,
                         "the notes were changed meanwhile; read them again");
    }
    change->tag = row.tag;
    return store_sections_read(change->session, change->caller->bank_id, arena, &change->sections,
                               err);
}

void store_notes_end(struct notes_change *change)
{
    struct error ignored = {.code = ERROR_NONE};

    const bool is_over = db_session_is_idle(change->session) ||
                         db_session_run(change->session, "ROLLBACK", &ignored);
    (void)is_over; /* a session that is lost, or cannot go back, is closed by its pool */
}

/* Not inlined: parameters are large, and workers have small stacks. */
NOINLINE static bool write_notes(struct notes_change *change, struct arena *arena,
                                 const struct notes_plan *plan, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, change->caller->bank_id);
    db_bind_text(&params, plan->title);
    db_bind_text(&params, plan->markdown);
    return call(change, arena, &SQL_notes_write, &params, &rows, err);
}

NOINLINE static bool record(struct notes_change *change, struct arena *arena,
                            const struct notes_plan *plan, struct error *err)
{
    const struct bank_caller *caller = change->caller;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->bank_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    db_bind_json(&params, arena, plan->summary);
    return call(change, arena, &SQL_notes_record, &params, &rows, err);
}

NOINLINE static bool announce(struct notes_change *change, struct arena *arena, struct error *err)
{
    struct db_params id = {.count = 0};
    struct db_params channel = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&id, change->caller->bank_id);
    db_bind_text(&channel, TEXT("notes"));
    return call(change, arena, &SQL_banks_bump_revision, &id, &rows, err) &&
           call(change, arena, &SQL_banks_notify, &channel, &rows, err);
}

bool store_notes_write(struct notes_change *change, struct arena *arena,
                       const struct notes_plan *plan, bool is_dry_run,
                       struct section_counts *counts, struct error *err)
{
    const struct section_changes changes = {.session = change->session,
                                            .bank_id = change->caller->bank_id,
                                            .old = change->sections,
                                            .now = plan->sections,
                                            .origins = plan->origins};

    return store_sections_write(&changes, arena, counts, err) &&
           write_notes(change, arena, plan, err) && record(change, arena, plan, err) &&
           announce(change, arena, err) &&
           db_session_run(change->session, is_dry_run ? "ROLLBACK" : "COMMIT", err);
}
