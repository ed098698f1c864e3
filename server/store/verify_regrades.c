/* Decisions of regrades, as a replay needs them. */
#include "store/verify_regrades.h"

#include "store/items.h"
#include "store/sql.h"

static const struct shape_member DECISION_MEMBERS[] = {
    MEMBER_I64(struct verify_decision, position),
    MEMBER_ENUM(struct verify_decision, policy, &REGRADE_POLICIES),
    MEMBER_UUID(struct verify_decision, question_id),
    MEMBER_I64(struct verify_decision, version),
    MEMBER_I64(struct verify_decision, key_version),
};
static const struct shape DECISION_ROW =
    SHAPE_OF("DecisionRow", struct verify_decision, DECISION_MEMBERS);

bool verify_regrades_read(struct db *db, struct arena *arena, const struct attempt *attempt,
                          const struct bank *bank, struct verify_decisions *decisions,
                          struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *list = NULL;

    db_bind_uuid(&params, attempt->user_id);
    db_bind_uuid(&params, attempt->id);
    if (!db_call(db, &SQL_regrades_list_applied, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &DECISION_ROW, arena, &list, err)) {
        return false;
    }
    struct verify_decision *found = list;
    for (size_t i = 0; i < rows.count; i++) {
        const struct item_keys keys = {&found[i].question_id, &found[i].key_version, 1, NULL};
        const struct item *const *items = NULL;
        if (!store_items_get(db, arena, bank, &keys, &items, err)) {
            return false;
        }
        found[i].key = &items[0]->question;
    }
    *decisions = (struct verify_decisions){found, rows.count};
    return true;
}

struct mark verify_regrades_mark(const struct verify_decisions *decisions,
                                 const struct question *pinned, const struct attempt *attempt,
                                 const struct answer *answer,
                                 const struct question_response *response, struct arena *arena)
{
    struct regrade_rule rule = {REGRADE_DROP_ITEM, pinned, pinned}; /* as its version says */

    for (size_t i = 0; i < decisions->count; i++) {
        if (decisions->items[i].position == answer->position) {
            rule.policy = decisions->items[i].policy;
            rule.key = decisions->items[i].key;
        }
    }
    return regrade_mark(&rule, &attempt->rules, response, answer->certainty, arena);
}

static bool is_decided(const struct verify_decisions *decisions, int64_t position)
{
    for (size_t i = 0; i < decisions->count; i++) {
        if (decisions->items[i].position == position &&
            decisions->items[i].policy == REGRADE_DROP_ITEM) {
            return true;
        }
    }
    return false;
}

bool verify_regrades_dropped(const struct verify_decisions *decisions,
                             const struct attempt *attempt)
{
    bool is_good = true;

    for (size_t i = 0; i < attempt->dropped_count; i++) {
        is_good = is_good && is_decided(decisions, attempt->dropped[i]);
    }
    for (size_t i = 0; i < decisions->count; i++) {
        is_good =
            is_good && (decisions->items[i].policy != REGRADE_DROP_ITEM ||
                        attempt_rules_is_pilot(&attempt->rules, decisions->items[i].position));
    }
    return is_good;
}
