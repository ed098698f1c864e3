/* Reading the notes of a bank: notes.sql as functions. */
#include "store/notes.h"

#include "store/sql.h"

struct domains_row {
    int64_t rank;
    struct text domains;
};
static const struct shape_member DOMAINS_MEMBERS[] = {
    MEMBER_I64(struct domains_row, rank),
    MEMBER_JSON(struct domains_row, domains),
};
static const struct shape DOMAINS_ROW =
    SHAPE_OF("BankDomainsRow", struct domains_row, DOMAINS_MEMBERS);

struct notes_row {
    int64_t rank;
    struct stored_notes notes;
};
static const struct shape_member NOTES_MEMBERS[] = {
    MEMBER_I64(struct notes_row, rank),
    MEMBER_TEXT(struct notes_row, notes.tag),
    MEMBER_TEXT(struct notes_row, notes.markdown),
};
static const struct shape NOTES_ROW = SHAPE_OF("NotesRow", struct notes_row, NOTES_MEMBERS);

static const struct shape_member EFFECT_MEMBERS[] = {
    MEMBER_I64(struct notes_effect, rank),
    MEMBER_UUID(struct notes_effect, section_id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct notes_effect, path, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct notes_effect, title, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct notes_effect, changed_at, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct notes_effect, answers_before),
    MEMBER_MILLI_REF(struct notes_effect, credit_before, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_I64(struct notes_effect, answers_after),
    MEMBER_MILLI_REF(struct notes_effect, credit_after, .flags = SHAPE_REF | SHAPE_NULLABLE),
};
static const struct shape EFFECT_ROW =
    SHAPE_OF("NotesEffectRow", struct notes_effect, EFFECT_MEMBERS);

static bool get(struct db *db, struct arena *arena, const struct statement *statement,
                const struct bank_caller *caller, struct db_rows *rows, struct error *err)
{
    struct db_params params = {.count = 0};

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->bank_id);
    return db_call(db, statement, &params, arena, rows, err) &&
           (rows->count > 0 || error_set(err, ERROR_NOT_FOUND, "there is no such bank"));
}

bool store_notes_get_domains(struct db *db, struct arena *arena, const struct bank_caller *caller,
                             struct text *domains, struct error *err)
{
    struct db_rows rows;
    struct domains_row row = {.rank = 0};

    if (!get(db, arena, &SQL_notes_get_domains, caller, &rows, err) ||
        !db_rows_read(&rows, 0, &DOMAINS_ROW, arena, &row, err) ||
        !bank_role_check(row.rank, BANK_EDITOR, err)) {
        return false;
    }
    *domains = row.domains;
    return true;
}

bool store_notes_get(struct db *db, struct arena *arena, const struct bank_caller *caller,
                     struct stored_notes *notes, struct error *err)
{
    struct db_rows rows;
    struct notes_row row = {.rank = 0};

    if (!get(db, arena, &SQL_notes_get, caller, &rows, err) ||
        !db_rows_read(&rows, 0, &NOTES_ROW, arena, &row, err) ||
        !bank_role_check(row.rank, BANK_EDITOR, err)) {
        return false;
    }
    *notes = row.notes;
    return true;
}

bool store_notes_list_effects(struct db *db, struct arena *arena, const struct bank_caller *caller,
                              struct notes_effects *effects, struct error *err)
{
    struct db_rows rows;
    void *items = NULL;

    if (!get(db, arena, &SQL_notes_list_effects, caller, &rows, err) ||
        !db_rows_read_all(&rows, &EFFECT_ROW, arena, &items, err)) {
        return false;
    }
    const struct notes_effect *first = items;
    *effects = (struct notes_effects){first, uuid_is_nil(first->section_id) ? 0 : rows.count};
    return bank_role_check(first->rank, BANK_EDITOR, err);
}
