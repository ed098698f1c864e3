/* What a decision does to one attempt. */
#include "domain/question_shape.h"
#include "store/attempts.h"
#include "store/items.h"
#include "store/regrades.h"
#include "json/codec.h"

static bool is_dropped_already(const struct attempt *attempt, int64_t position)
{
    for (size_t i = 0; i < attempt->dropped_count; i++) {
        if (attempt->dropped[i] == position) {
            return true;
        }
    }
    return false;
}

bool regrade_read_attempt(const struct regrade_reader *reader, const struct regrade_place *place,
                          struct regrade_effect *effect, struct error *err)
{
    struct attempt *attempt = &effect->attempt;
    struct attempt_answers answers;
    const struct item *const *items = NULL;

    *attempt = (struct attempt){.user_id = place->user_id, .id = place->attempt_id};
    if (!store_attempts_get_with_answers(reader->db, reader->arena, attempt, &answers, err)) {
        return false;
    }
    effect->bank = snapshot_find_bank_by_id(reader->snapshot, attempt->bank_id);
    if (effect->bank == NULL || place->position < 1 ||
        place->position > (int64_t)attempt->question_count) {
        return error_set(err, ERROR_INTERNAL, "an attempt is not what was regraded");
    }
    const struct item_keys keys = {attempt->question_ids, attempt->versions,
                                   attempt->question_count, NULL};
    if (!store_items_get(reader->items_db, reader->arena, effect->bank, &keys, &items, err)) {
        return false;
    }
    effect->before = (struct attempt_sheet){.items = items,
                                            .item_count = attempt->question_count,
                                            .answers = answers.answers,
                                            .answer_count = answers.count,
                                            .rules = &attempt->rules};
    return true;
}

/* The question whose key is right. */
static bool find_key(const struct regrade_reader *reader, const struct regrade *regrade,
                     const struct bank *bank, const struct question **key, struct error *err)
{
    const struct item_keys keys = {&regrade->question_id, &regrade->key_version, 1, NULL};
    const struct item *const *items = NULL;

    if (!store_items_get(reader->items_db, reader->arena, bank, &keys, &items, err)) {
        return false;
    }
    *key = &items[0]->question;
    return true;
}

static bool find_mark(const struct regrade_reader *reader, const struct regrade *regrade,
                      bool is_undo, const struct answer *answer, struct regrade_effect *effect,
                      struct error *err)
{
    const struct question *pinned = &effect->before.items[answer->position - 1]->question;
    struct regrade_rule rule = {is_undo ? REGRADE_DROP_ITEM : regrade->policy, pinned, pinned};
    struct question_response response = {.text = TEXT_ABSENT};

    if (!codec_decode_text(reader->arena, answer->response, &QUESTION_RESPONSE_SHAPE, &response,
                           err) ||
        !find_key(reader, regrade, effect->bank, &rule.key, err)) {
        return false;
    }
    effect->mark =
        regrade_mark(&rule, &effect->attempt.rules, &response, answer->certainty, reader->arena);
    effect->credit_change = effect->mark.credit - answer->credit;
    effect->recorded_at = answer->recorded_at;
    effect->change.old_points = answer->points;
    effect->change.new_points = effect->mark.points;
    return true;
}

/* Rules without what the decision had dropped. */
static void restore(const struct regrade_place *place, struct arena *arena,
                    struct attempt_sheet *sheet)
{
    struct attempt_rules *rules = arena_new(arena, struct attempt_rules);

    *rules = *sheet->rules;
    attempt_rules_clear_pilot(rules, place->position);
    sheet->rules = rules;
}

static void compare(struct regrade_effect *effect, struct arena *arena)
{
    const struct attempt_score before = attempt_summarize(&effect->before, arena).score;
    const struct attempt_score after = attempt_summarize(&effect->after, arena).score;
    struct regraded_answer *change = &effect->change;

    change->old_raw = before.raw;
    change->old_max = before.max;
    change->new_raw = after.raw;
    change->new_max = after.max;
    change->was_passed = regrade_passed(effect->before.rules, before, arena);
    change->is_passed = regrade_passed(effect->after.rules, after, arena);
    effect->is_change = change->old_points != change->new_points || before.raw != after.raw ||
                        before.max != after.max || effect->credit_change != 0;
}

bool store_regrades_find_effect(const struct regrade_reader *reader, const struct regrade *regrade,
                                const struct regrade_place *place, bool is_undo,
                                struct regrade_effect *effect, struct error *err)
{
    *effect = (struct regrade_effect){.change = {.place = *place}};
    if (!regrade_read_attempt(reader, place, effect, err)) {
        return false;
    }
    const struct answer *answer =
        attempt_find_answer(effect->before.answers, effect->before.answer_count, place->position);
    const bool was_dropped = is_dropped_already(&effect->attempt, place->position);
    if (answer != NULL && answer->response.data != NULL &&
        !find_mark(reader, regrade, is_undo, answer, effect, err)) {
        return false;
    }
    effect->is_dropped = !is_undo && regrade->policy == REGRADE_DROP_ITEM &&
                         !attempt_rules_is_pilot(&effect->attempt.rules, place->position);
    const struct regrade_change change = {place->position, effect->mark, effect->is_dropped};
    effect->after = regrade_sheet(&effect->before, &change, reader->arena);
    if (is_undo && was_dropped) {
        restore(place, reader->arena, &effect->after);
    }
    compare(effect, reader->arena);
    return true;
}

void regrade_add_evidence(const struct regrade_effect *effect, const struct attempt_sheet *sheet,
                          struct arena *arena, struct evidence *sums)
{
    struct attempt attempt = effect->attempt;
    struct evidence_event *events = NULL;

    attempt.rules = *sheet->rules;
    const size_t count = evidence_events(&attempt, sheet, arena, &events);
    evidence_replay(effect->bank, events, count, sums);
}
