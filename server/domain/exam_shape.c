/* The descriptor tables of an exam, member by member as in questions/README.md. */
#include "domain/exam_shape.h"

#include "base/limits.h"
#include "domain/exam.h"

static const struct shape_member BLUEPRINT_ENTRY_MEMBERS[] = {
    MEMBER_TEXT(struct exam_blueprint_entry, domain, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_SLUG_BYTES, .format = "slug", .about = "Slug of a domain."),
    MEMBER_TEXT(struct exam_blueprint_entry, section, .flags = SHAPE_OPTIONAL, .min = 1,
                .format = "section_path", .about = "Path of a section; it stands for all below."),
    MEMBER_I64(struct exam_blueprint_entry, weight, .min = 1, .max = EXAM_PERCENT,
               .about = "Percent of the paper."),
};
const struct shape EXAM_BLUEPRINT_ENTRY_SHAPE =
    SHAPE_OF("ExamBlueprintEntry", struct exam_blueprint_entry, BLUEPRINT_ENTRY_MEMBERS);

static const struct shape_member DIFFICULTY_BAND_MEMBERS[] = {
    MEMBER_I64(struct exam_difficulty_band, min, .min = EXAM_DIFFICULTY_MIN,
               .max = EXAM_DIFFICULTY_MAX),
    MEMBER_I64(struct exam_difficulty_band, max, .min = EXAM_DIFFICULTY_MIN,
               .max = EXAM_DIFFICULTY_MAX),
    MEMBER_I64(struct exam_difficulty_band, weight, .min = 1, .max = EXAM_PERCENT,
               .about = "Percent of the paper."),
};
const struct shape EXAM_DIFFICULTY_BAND_SHAPE =
    SHAPE_OF("ExamDifficultyBand", struct exam_difficulty_band, DIFFICULTY_BAND_MEMBERS);

static const struct shape_member FEEDBACK_MEMBERS[] = {
    MEMBER_ENUM(struct exam_feedback, when, &EXAM_MOMENTS),
    MEMBER_ENUM_LIST(struct exam_feedback, show, show_count, enum exam_part, &EXAM_PARTS,
                     .flags = SHAPE_OPTIONAL, .min = 1, .max = EXAM_PART_COUNT,
                     .about = "Without it: everything."),
    MEMBER_BOOL_REF(struct exam_feedback, score, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Whether the score is told: at submit, or with after_close when the "
                             "exam has closed, whatever else is shown. Without it: true."),
};
const struct shape EXAM_FEEDBACK_SHAPE =
    SHAPE_OF("ExamFeedback", struct exam_feedback, FEEDBACK_MEMBERS);

static const struct shape_member EXAM_MEMBERS[] = {
    MEMBER_TEXT(struct exam, slug, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug",
                .about = "Stable name, unique in the bank."),
    MEMBER_TEXT(struct exam, title, .min = 1, .max = EXAM_TITLE_MAX),
    MEMBER_I64(struct exam, size, .min = 1, .max = LIMIT_ATTEMPT_ITEMS,
               .about = "Questions that are scored."),
    MEMBER_I64(struct exam, time_limit_minutes, .min = 1, .max = EXAM_MINUTES_MAX),
    MEMBER_I64(struct exam, pass_scaled, .min = EXAM_SCALED_MIN, .max = EXAM_SCALED_MAX,
               .about = "Pass mark on the scale of 100 to 1000."),
    MEMBER_LIST(struct exam, blueprint, blueprint_count, struct exam_blueprint_entry,
                &EXAM_BLUEPRINT_ENTRY_SHAPE, .min = 1, .max = EXAM_BLUEPRINT_MAX,
                .about = "Shares of the paper by domain or section."),
    MEMBER_LIST(struct exam, difficulty, difficulty_count, struct exam_difficulty_band,
                &EXAM_DIFFICULTY_BAND_SHAPE, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = EXAM_DIFFICULTY_MAX, .about = "Shares of the paper by difficulty."),
    MEMBER_I64(struct exam, pilot_count, .flags = SHAPE_OPTIONAL, .min = 0,
               .max = LIMIT_ATTEMPT_ITEMS, .about = "Further questions that are not scored."),
    MEMBER_I64_REF(struct exam, attempts_allowed, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = EXAM_ATTEMPTS_MAX, .about = "Attempts that a learner may start."),
    MEMBER_TIME(struct exam, opens_at, .flags = SHAPE_OPTIONAL),
    MEMBER_TIME(struct exam, closes_at, .flags = SHAPE_OPTIONAL),
    MEMBER_OBJECT_REF(struct exam, feedback, struct exam_feedback, &EXAM_FEEDBACK_SHAPE,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL,
                      .about = "Without it: everything after submit."),
    MEMBER_OBJECT_REF(struct exam, scoring, struct scoring_choice, &SCORING_CHOICE_SHAPE,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL,
                      .about = "Without it: each type's own rule."),
};
const struct shape EXAM_SHAPE = SHAPE_OF("Exam", struct exam, EXAM_MEMBERS);
