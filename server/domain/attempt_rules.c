/* Rules ↔ their record, and what they say. */
#include "domain/attempt_rules.h"

static const struct shape_member RULES_MEMBERS[] = {
    MEMBER_TEXT(struct attempt_rules_record, exam, .flags = SHAPE_NULLABLE,
                .about = "Slug of the exam; null in practice."),
    MEMBER_ENUM_LIST(struct attempt_rules_record, scoring, scoring_count, enum scoring_rule,
                     &SCORING_RULES,
                     .about = "By question type, in the order of the types' list; a question's own "
                              "rule goes before it."),
    MEMBER_MILLI(struct attempt_rules_record, penalty, .max = CREDIT_FULL,
                 .about = "Taken off for a response without any credit."),
    MEMBER_BOOL(struct attempt_rules_record, certainty,
                .about = "Whether an answer comes with how sure one is: 1 to 3."),
    MEMBER_ENUM(struct attempt_rules_record, when, &EXAM_MOMENTS,
                .about = "When feedback is given."),
    MEMBER_ENUM_LIST(struct attempt_rules_record, show, show_count, enum exam_part, &EXAM_PARTS,
                     .about = "What feedback has."),
    MEMBER_BOOL(struct attempt_rules_record, hides_score, .flags = SHAPE_OPTIONAL,
                .about = "Whether the score is never told."),
    MEMBER_I64_REF(struct attempt_rules_record, pass_scaled, .flags = SHAPE_REF | SHAPE_NULLABLE,
                   .about = "Pass mark on the scale of 100 to 1000."),
    MEMBER_TIME(struct attempt_rules_record, closes_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct attempt_rules_record, told_at, .flags = SHAPE_NULLABLE | SHAPE_OPTIONAL,
                .about = "When feedback comes with after_close."),
    MEMBER_I64_LIST(struct attempt_rules_record, pilots, pilot_count,
                    .about = "Positions that are tried out and not scored."),
};
const struct shape ATTEMPT_RULES_SHAPE =
    SHAPE_OF("AttemptRulesRecord", struct attempt_rules_record, RULES_MEMBERS);

struct attempt_rules attempt_rules_of_practice(bool is_immediate, struct scoring_policy scoring)
{
    struct attempt_rules rules = {.scoring = scoring,
                                  .when = is_immediate ? EXAM_AFTER_EACH : EXAM_AFTER_SUBMIT};
    for (size_t i = 0; i < EXAM_PART_COUNT; i++) {
        rules.shows[i] = true;
    }
    return rules;
}

struct attempt_rules attempt_rules_of_record(const struct attempt_rules_record *record)
{
    struct attempt_rules rules = {
        .scoring = scoring_policy_of_types(record->scoring, record->scoring_count),
        .when = record->when,
        .closes_at = record->closes_at,
        .told_at = record->told_at,
        .pass_scaled = record->pass_scaled == NULL ? 0 : *record->pass_scaled,
        .hides_score = record->hides_score,
        .is_exam = record->exam.data != NULL,
        .exam = record->exam};
    rules.scoring.penalty = record->penalty;
    rules.scoring.certainty = record->certainty;
    for (size_t i = 0; i < record->show_count; i++) {
        rules.shows[record->show[i]] = true;
    }
    for (size_t i = 0; i < record->pilot_count; i++) {
        attempt_rules_set_pilot(&rules, record->pilots[i]);
    }
    return rules;
}

static void list_parts(const struct attempt_rules *rules, struct arena *arena,
                       struct attempt_rules_record *record)
{
    enum exam_part *show = arena_new_array(arena, EXAM_PART_COUNT, enum exam_part);
    for (unsigned i = 0; i < EXAM_PART_COUNT; i++) {
        if (rules->shows[i]) {
            show[record->show_count++] = (enum exam_part)i;
        }
    }
    record->show = show;
}

static void list_pilots(const struct attempt_rules *rules, struct arena *arena,
                        struct attempt_rules_record *record)
{
    int64_t *pilots = arena_new_array(arena, LIMIT_ATTEMPT_ITEMS, int64_t);
    for (int64_t position = 1; position <= LIMIT_ATTEMPT_ITEMS; position++) {
        if (attempt_rules_is_pilot(rules, position)) {
            pilots[record->pilot_count++] = position;
        }
    }
    record->pilots = pilots;
}

struct attempt_rules_record attempt_rules_to_record(const struct attempt_rules *rules,
                                                    struct arena *arena)
{
    enum scoring_rule *scoring = arena_new_array(arena, QUESTION_TYPE_COUNT, enum scoring_rule);
    int64_t *pass_scaled = arena_new(arena, int64_t);
    struct attempt_rules_record record = {.exam = rules->exam,
                                          .scoring = scoring,
                                          .scoring_count = QUESTION_TYPE_COUNT,
                                          .penalty = rules->scoring.penalty,
                                          .certainty = rules->scoring.certainty,
                                          .when = rules->when,
                                          .hides_score = rules->hides_score,
                                          .pass_scaled =
                                              rules->pass_scaled == 0 ? NULL : pass_scaled,
                                          .closes_at = rules->closes_at,
                                          .told_at = rules->told_at};
    *pass_scaled = rules->pass_scaled;
    for (size_t i = 0; i < QUESTION_TYPE_COUNT; i++) {
        scoring[i] = rules->scoring.rules[i];
    }
    list_parts(rules, arena, &record);
    list_pilots(rules, arena, &record);
    return record;
}

static bool is_position(int64_t position)
{
    return position >= 1 && position <= LIMIT_ATTEMPT_ITEMS;
}

bool attempt_rules_is_pilot(const struct attempt_rules *rules, int64_t position)
{
    const uint64_t bit = (uint64_t)position - 1;
    return is_position(position) &&
           (rules->pilots[bit / PILOT_WORD_BITS] >> (bit % PILOT_WORD_BITS) & 1U) != 0;
}

void attempt_rules_set_pilot(struct attempt_rules *rules, int64_t position)
{
    const uint64_t bit = (uint64_t)position - 1;
    if (is_position(position)) {
        rules->pilots[bit / PILOT_WORD_BITS] |= UINT64_C(1) << (bit % PILOT_WORD_BITS);
    }
}

void attempt_rules_clear_pilot(struct attempt_rules *rules, int64_t position)
{
    const uint64_t bit = (uint64_t)position - 1;
    if (is_position(position)) {
        rules->pilots[bit / PILOT_WORD_BITS] &= ~(UINT64_C(1) << (bit % PILOT_WORD_BITS));
    }
}

bool attempt_rules_may_tell(const struct attempt_rules *rules, bool is_submitted, int64_t now_us)
{
    switch (rules->when) {
    case EXAM_AFTER_EACH:
        return true;
    case EXAM_AFTER_SUBMIT:
        return is_submitted;
    case EXAM_AFTER_CLOSE:
        return is_submitted && rules->told_at != 0 && now_us >= rules->told_at;
    case EXAM_NEVER:
    case EXAM_MOMENT_COUNT:
        break;
    }
    return false;
}

bool attempt_rules_tell_score(const struct attempt_rules *rules, bool is_submitted, int64_t now_us)
{
    return is_submitted && !rules->hides_score &&
           (rules->when != EXAM_AFTER_CLOSE || attempt_rules_may_tell(rules, true, now_us));
}

bool attempt_rules_tell_seed(const struct attempt_rules *rules, bool is_submitted, int64_t now_us)
{
    return !rules->is_exam || (is_submitted && attempt_rules_may_tell(rules, true, now_us));
}

bool attempt_rules_tell_outcomes(const struct attempt_rules *rules)
{
    const bool *shows = rules->shows;

    return rules->when != EXAM_NEVER &&
           (shows[EXAM_CORRECTNESS] || shows[EXAM_CREDIT] || shows[EXAM_KEY] ||
            shows[EXAM_EXPLANATION] || shows[EXAM_OPTION_FEEDBACK]);
}

bool attempt_rules_tell_at_once(const struct attempt_rules *rules)
{
    return rules->when == EXAM_AFTER_EACH && attempt_rules_tell_outcomes(rules);
}

int64_t attempt_rules_evidence_due_at(const struct attempt_rules *rules, int64_t now_us)
{
    if (!attempt_rules_tell_outcomes(rules)) {
        return EVIDENCE_NEVER_US;
    }
    return attempt_rules_may_tell(rules, true, now_us) ? 0 : rules->told_at;
}
