/* What attempts look like on the wire. */
#include "api/attempts.h"

#include "base/limits.h"
#include "domain/question_shape.h"

static const struct shape_member DIFFICULTY_MEMBERS[] = {
    MEMBER_I64(struct difficulty_range, min, .min = EXAM_DIFFICULTY_MIN,
               .max = EXAM_DIFFICULTY_MAX),
    MEMBER_I64(struct difficulty_range, max, .min = EXAM_DIFFICULTY_MIN, .max = EXAM_DIFFICULTY_MAX,
               .about = "Included."),
};
static const struct shape DIFFICULTY_SHAPE =
    SHAPE_OF("DifficultyRange", struct difficulty_range, DIFFICULTY_MEMBERS);
static const struct shape_member START_MEMBERS[] = {
    MEMBER_TEXT(struct start_request, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_ENUM(struct start_request, mode, &ATTEMPT_MODES),
    MEMBER_TEXT_LIST(struct start_request, sections, section_count, .flags = SHAPE_OPTIONAL,
                     .min = 1, .max = LIMIT_SECTIONS_CHOSEN,
                     .about =
                         "Paths; each stands for its whole subtree. Left out: the whole bank."),
    MEMBER_TEXT_LIST(struct start_request, tags, tag_count, .flags = SHAPE_OPTIONAL, .min = 1,
                     .max = QUESTION_TAGS_MAX,
                     .about = "Questions with one of these at least. Left out: any."),
    MEMBER_OBJECT_REF(struct start_request, difficulty, struct difficulty_range, &DIFFICULTY_SHAPE,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL),
    MEMBER_BOOL(struct start_request, unseen_first, .flags = SHAPE_OPTIONAL,
                .about = "Of mode practice: questions that were never asked come first, then those "
                         "asked longest ago."),
    MEMBER_I64_REF(struct start_request, size, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = LIMIT_ATTEMPT_ITEMS, .about = "Questions at most (default 10)."),
    MEMBER_TEXT(struct start_request, feedback, .flags = SHAPE_OPTIONAL, .format = "feedback",
                .max = 16, .about = "immediate (default) or deferred."),
    MEMBER_TEXT(struct start_request, seed, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_SEED_BYTES, .about = "The same seed gives the same paper."),
    MEMBER_OBJECT_REF(struct start_request, scoring, struct scoring_choice, &SCORING_CHOICE_SHAPE,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL,
                      .about = "How answers are scored. Left out: each type's own rule."),
    MEMBER_TEXT(struct start_request, exam, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_SLUG_BYTES, .format = "slug",
                .about = "An exam of the bank, for mode exam, which decides all the rest."),
};
const struct shape START_REQUEST_SHAPE =
    SHAPE_OF("StartAttempt", struct start_request, START_MEMBERS);

static const struct shape_member ATTEMPT_PATH_MEMBERS[] = {
    MEMBER_UUID(struct attempt_path, attempt_id)};
const struct shape ATTEMPT_PATH_SHAPE =
    SHAPE_OF("AttemptPath", struct attempt_path, ATTEMPT_PATH_MEMBERS);

static const struct shape_member LIST_QUERY_MEMBERS[] = {
    MEMBER_I64_REF(struct list_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 100, .about = "Default 20."),
    MEMBER_TEXT(struct list_query, cursor, .flags = SHAPE_OPTIONAL, .min = 1, .max = 64,
                .about = "next_cursor of the page before."),
    MEMBER_TEXT(struct list_query, bank, .flags = SHAPE_OPTIONAL, .min = 1, .max = LIMIT_SLUG_BYTES,
                .format = "slug"),
    MEMBER_TEXT(struct list_query, state, .flags = SHAPE_OPTIONAL, .min = 1, .max = 16,
                .about = "open or submitted."),
    MEMBER_TEXT(struct list_query, mode, .flags = SHAPE_OPTIONAL, .min = 1, .max = 16),
    MEMBER_TEXT(struct list_query, exam, .flags = SHAPE_OPTIONAL, .min = 1, .max = LIMIT_SLUG_BYTES,
                .format = "slug"),
};
const struct shape LIST_QUERY_SHAPE = SHAPE_OF("ListQuery", struct list_query, LIST_QUERY_MEMBERS);

static const struct shape_member ANSWER_MEMBERS[] = {
    MEMBER_I64(struct answer_reply, position),
    MEMBER_I64(struct answer_reply, revision),
    {.name = "response",
     .type = SHAPE_JSON,
     .flags = SHAPE_NULLABLE,
     .about = "null: taken back.",
     .offset = SHAPE_AT(struct answer_reply, response, struct text),
     .shape = &QUESTION_RESPONSE_SHAPE},
    MEMBER_I64_REF(struct answer_reply, certainty, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_BOOL(struct answer_reply, flagged, .about = "Marked for review."),
    MEMBER_TIME(struct answer_reply, recorded_at),
    MEMBER_OBJECT_REF(struct answer_reply, feedback, struct feedback_reply, &FEEDBACK_REPLY_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE,
                      .about = "null until the attempt's feedback rule allows it."),
};
const struct shape ANSWER_REPLY_SHAPE = SHAPE_OF("Answer", struct answer_reply, ANSWER_MEMBERS);

static const struct shape_member ITEM_MEMBERS[] = {
    MEMBER_I64(struct item_reply, position),
    MEMBER_OBJECT(struct item_reply, question, struct question_reply, &QUESTION_REPLY_SHAPE),
    MEMBER_OBJECT_REF(struct item_reply, answer, struct answer_reply, &ANSWER_REPLY_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_OBJECT_REF(struct item_reply, feedback, struct feedback_reply, &FEEDBACK_REPLY_SHAPE,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL,
                      .about = "In a result: also of questions that were not answered."),
};
const struct shape ITEM_REPLY_SHAPE = SHAPE_OF("AttemptItem", struct item_reply, ITEM_MEMBERS);

static const struct shape_member RULES_MEMBERS[] = {
    MEMBER_TEXT(struct rules_reply, exam, .flags = SHAPE_NULLABLE,
                .about = "Slug of the exam; null in practice."),
    MEMBER_BOOL(struct rules_reply, certainty,
                .about = "Whether an answer comes with how sure one is: 1 to 3."),
    MEMBER_MILLI(struct rules_reply, penalty, .max = CREDIT_FULL,
                 .about = "Taken off for a response without any credit."),
    MEMBER_ENUM(struct rules_reply, feedback_when, &EXAM_MOMENTS),
    MEMBER_ENUM_LIST(struct rules_reply, feedback_show, feedback_show_count, enum exam_part,
                     &EXAM_PARTS),
    MEMBER_I64_REF(struct rules_reply, pass_scaled, .flags = SHAPE_REF | SHAPE_NULLABLE,
                   .about = "Pass mark on the scale of 100 to 1000."),
    MEMBER_TIME(struct rules_reply, closes_at, .flags = SHAPE_NULLABLE),
};
static const struct shape RULES_REPLY_SHAPE =
    SHAPE_OF("AttemptRules", struct rules_reply, RULES_MEMBERS);

static const struct shape_member ATTEMPT_MEMBERS[] = {
    MEMBER_UUID(struct attempt_reply, id),
    MEMBER_TEXT(struct attempt_reply, bank),
    MEMBER_ENUM(struct attempt_reply, mode, &ATTEMPT_MODES),
    MEMBER_ENUM(struct attempt_reply, state, &ATTEMPT_STATES),
    MEMBER_ENUM(struct attempt_reply, feedback, &ATTEMPT_FEEDBACKS),
    MEMBER_TEXT(struct attempt_reply, seed, .flags = SHAPE_NULLABLE,
                .about = "null in an exam until its feedback may be told."),
    MEMBER_TIME(struct attempt_reply, started_at),
    MEMBER_TIME(struct attempt_reply, deadline_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct attempt_reply, submitted_at, .flags = SHAPE_NULLABLE),
    MEMBER_OBJECT(struct attempt_reply, rules, struct rules_reply, &RULES_REPLY_SHAPE),
    MEMBER_LIST(struct attempt_reply, items, item_count, struct item_reply, &ITEM_REPLY_SHAPE),
};
const struct shape ATTEMPT_REPLY_SHAPE = SHAPE_OF("Attempt", struct attempt_reply, ATTEMPT_MEMBERS);
