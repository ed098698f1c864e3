/* doctor.sql as functions. */
#include "store/doctor.h"

#include "store/rights.h"
#include "store/sql.h"

static const struct shape_member LOOK_MEMBERS[] = {
    MEMBER_I64(struct doctor_look, version),
    MEMBER_TEXT(struct doctor_look, encoding),
    MEMBER_TEXT(struct doctor_look, fsync),
    MEMBER_TEXT(struct doctor_look, full_page_writes),
    MEMBER_TEXT(struct doctor_look, synchronous_commit),
    MEMBER_TIME(struct doctor_look, now),
    MEMBER_TEXT(struct doctor_look, role),
    MEMBER_BOOL(struct doctor_look, is_superuser),
    MEMBER_BOOL(struct doctor_look, may_create),
};
static const struct shape LOOK_ROW = SHAPE_OF("DoctorLookRow", struct doctor_look, LOOK_MEMBERS);

static const struct shape_member RIGHTS_MEMBERS[] = {
    MEMBER_TEXT(struct doctor_rights, missing),
    MEMBER_TEXT(struct doctor_rights, beyond),
};
static const struct shape RIGHTS_ROW =
    SHAPE_OF("DoctorRightsRow", struct doctor_rights, RIGHTS_MEMBERS);

bool store_doctor_look(struct db_session *session, struct arena *arena, struct doctor_look *look,
                       struct error *err)
{
    const struct db_params none = {.count = 0};
    struct db_rows rows;

    return db_session_call(session, &SQL_doctor_look, &none, arena, &rows, err) &&
           db_rows_read(&rows, 0, &LOOK_ROW, arena, look, err);
}

bool store_doctor_compare_rights(struct db_session *session, struct arena *arena,
                                 struct doctor_rights *rights, struct error *err)
{
    struct text *tables = arena_new_array(arena, RIGHTS_COUNT, struct text);
    struct text *wanted = arena_new_array(arena, RIGHTS_COUNT, struct text);
    struct db_params params = {.count = 0};
    struct db_rows rows;

    for (size_t i = 0; i < RIGHTS_COUNT; i++) {
        tables[i] = text_of(RIGHTS[i].table);
        wanted[i] = text_of(RIGHTS[i].rights);
    }
    db_bind_text_array(&params, arena, tables, RIGHTS_COUNT);
    db_bind_text_array(&params, arena, wanted, RIGHTS_COUNT);
    return db_session_call(session, &SQL_doctor_compare_rights, &params, arena, &rows, err) &&
           db_rows_read(&rows, 0, &RIGHTS_ROW, arena, rights, err);
}
