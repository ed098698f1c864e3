/* team_evidence.sql as a function. */
#include "store/team_evidence.h"

#include "store/sql.h"

struct team_evidence_row {
    struct member_evidence member;
    struct uuid section_id;
    struct evidence evidence;
    const double *likelihoods;
    size_t likelihood_count;
    enum team_outcome outcome;
};
static const struct shape_member ROW_MEMBERS[] = {
    MEMBER_UUID(struct team_evidence_row, member.user_id, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct team_evidence_row, member.display_name, .flags = SHAPE_NULLABLE),
    MEMBER_BOOL(struct team_evidence_row, member.shares_results),
    MEMBER_BOOL(struct team_evidence_row, member.is_me),
    MEMBER_UUID(struct team_evidence_row, section_id, .flags = SHAPE_NULLABLE),
    MEMBER_REAL(struct team_evidence_row, evidence.weight),
    MEMBER_REAL(struct team_evidence_row, evidence.credit),
    MEMBER_I64(struct team_evidence_row, evidence.answers),
    MEMBER_I64(struct team_evidence_row, evidence.correct),
    MEMBER_TIME(struct team_evidence_row, evidence.last_answered_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct team_evidence_row, evidence.last_wrong_at, .flags = SHAPE_NULLABLE),
    MEMBER_ITEMS_AS(double, struct team_evidence_row, likelihoods, likelihood_count,
                    .element = SHAPE_REAL),
    MEMBER_ENUM(struct team_evidence_row, outcome, &TEAM_OUTCOMES),
};
static const struct shape ROW = SHAPE_OF("TeamEvidenceRow", struct team_evidence_row, ROW_MEMBERS);

static void take_evidence(const struct team_evidence_row *row, const struct bank *bank,
                          struct evidence *evidence)
{
    const int64_t section = uuid_is_nil(row->section_id)
                                ? BANK_NO_SECTION
                                : bank_find_section_by_id(bank, row->section_id);

    if (section == BANK_NO_SECTION) {
        return;
    }
    evidence[section] = row->evidence;
    for (size_t i = 0; i < row->likelihood_count && i < KNOWLEDGE_POINTS; i++) {
        evidence[section].likelihood[i] = row->likelihoods[i];
    }
}

bool store_team_evidence_list(struct db *db, struct arena *arena, const struct team_caller *caller,
                              const struct bank *bank, struct team_evidence *evidence,
                              struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->team_id);
    db_bind_uuid(&params, bank->id);
    if (!db_call(db, &SQL_team_evidence_list, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &ROW, arena, &items, err)) {
        return false;
    }
    const struct team_evidence_row *read = items;
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such team");
    }
    if (!store_teams_judge(read[0].outcome, err)) {
        return false;
    }
    evidence->members = arena_new_array(arena, rows.count, struct member_evidence);
    evidence->count = 0;
    for (size_t i = 0; i < rows.count; i++) {
        if (i == 0 || !uuid_equal(read[i].member.user_id, read[i - 1].member.user_id)) {
            struct member_evidence *member = &evidence->members[evidence->count++];
            *member = read[i].member;
            member->evidence = arena_new_array(arena, bank->section_count, struct evidence);
        }
        take_evidence(&read[i], bank, evidence->members[evidence->count - 1].evidence);
    }
    return true;
}
