/* The descriptor tables of a question and of a response, member by member as in
 * questions/README.md. */
#include "domain/question_shape.h"

#include "base/limits.h"
#include "domain/question.h"
#include "domain/scoring.h"

enum { URL_MAX = 2000 };

static const struct shape_member OPTION_MEMBERS[] = {
    MEMBER_TEXT(struct question_option, id, .min = 1, .max = QUESTION_PART_ID_MAX,
                .about = "Names the option in responses: lower-case letters, digits, hyphens."),
    MEMBER_TEXT(struct question_option, text, .min = 1, .max = QUESTION_OPTION_MAX,
                .format = "markdown"),
    MEMBER_BOOL(struct question_option, correct, .about = "Whether the key has it."),
    MEMBER_MILLI_REF(struct question_option, weight, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                     .min = -CREDIT_FULL, .max = CREDIT_FULL,
                     .about =
                         "option_weights: the share of the full credit that choosing it gives."),
    MEMBER_TEXT(struct question_option, feedback, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = QUESTION_OPTION_MAX, .format = "markdown",
                .about = "Why it is right or wrong."),
};
const struct shape OPTION_SHAPE = SHAPE_OF("Option", struct question_option, OPTION_MEMBERS);

static const struct shape_member PART_MEMBERS[] = {
    MEMBER_TEXT(struct part, id, .min = 1, .max = QUESTION_PART_ID_MAX,
                .about = "Names the part in responses: lower-case letters, digits, hyphens."),
    MEMBER_TEXT(struct part, text, .min = 1, .max = QUESTION_OPTION_MAX, .format = "markdown"),
    MEMBER_TEXT(struct part, feedback, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = QUESTION_OPTION_MAX, .format = "markdown"),
};
const struct shape PART_SHAPE = SHAPE_OF("Part", struct part, PART_MEMBERS);

static const struct shape_member NUMBER_KEY_MEMBERS[] = {
    MEMBER_REAL_REF(struct number_key, value, .flags = SHAPE_REF | SHAPE_OPTIONAL),
    MEMBER_REAL_REF(struct number_key, min, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "A range instead of a value: its lower bound, included."),
    MEMBER_REAL_REF(struct number_key, max, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Its upper bound, included."),
    MEMBER_REAL(struct number_key, tolerance, .flags = SHAPE_OPTIONAL,
                .about = "Absolute; the wider tolerance holds."),
    MEMBER_REAL(struct number_key, relative_tolerance, .flags = SHAPE_OPTIONAL,
                .about = "Share of the value."),
    MEMBER_TEXT(struct number_key, unit, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = QUESTION_SHORT_MAX, .about = "Shown beside the field."),
    MEMBER_TEXT(struct number_key, check, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = QUESTION_SHORT_MAX,
                .about = "Arithmetic that gives the value; never shown to learners."),
};
const struct shape NUMBER_KEY_SHAPE = SHAPE_OF("NumberKey", struct number_key, NUMBER_KEY_MEMBERS);

static const struct shape_member ACCEPTED_TEXT_MEMBERS[] = {
    MEMBER_TEXT(struct accepted_text, text, .min = 1, .max = QUESTION_SHORT_MAX,
                .about = "'*' stands for any run of characters, \"\\*\" for an asterisk."),
};
const struct shape ACCEPTED_TEXT_SHAPE =
    SHAPE_OF("AcceptedText", struct accepted_text, ACCEPTED_TEXT_MEMBERS);

static const struct shape_member GAP_MEMBERS[] = {
    MEMBER_TEXT(struct gap, id, .min = 1, .max = QUESTION_PART_ID_MAX,
                .about = "Names the gap in the stem ([[id]]) and in responses."),
    MEMBER_LIST(struct gap, accepted, accepted_count, struct accepted_text, &ACCEPTED_TEXT_SHAPE,
                .min = 1, .max = QUESTION_ACCEPTED_MAX),
    MEMBER_BOOL(struct gap, case_sensitive, .flags = SHAPE_OPTIONAL),
};
static const struct shape GAP_SHAPE = SHAPE_OF("Gap", struct gap, GAP_MEMBERS);

static const struct shape_member SCORING_MEMBERS[] = {
    MEMBER_ENUM(struct question_scoring, rule, &SCORING_RULES),
    MEMBER_MILLI_REF(struct question_scoring, penalty, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                     .min = 0, .max = CREDIT_FULL,
                     .about = "Taken off for a response without any credit."),
};
static const struct shape QUESTION_SCORING_SHAPE =
    SHAPE_OF("QuestionScoring", struct question_scoring, SCORING_MEMBERS);

static const struct shape_member QUESTION_SOURCE_MEMBERS[] = {
    MEMBER_I64_REF(struct question_source, line, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = INT32_MAX, .about = "A line of the notes inside the section."),
    MEMBER_TEXT(struct question_source, url, .flags = SHAPE_OPTIONAL, .min = 1, .max = URL_MAX,
                .format = "uri"),
};
const struct shape QUESTION_SOURCE_SHAPE =
    SHAPE_OF("QuestionSource", struct question_source, QUESTION_SOURCE_MEMBERS);

static const struct shape_member QUESTION_MEMBERS[] = {
    MEMBER_TEXT(struct question, slug, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug",
                .about = "Stable name, unique in the bank."),
    MEMBER_ENUM(struct question, type, &QUESTION_TYPES),
    MEMBER_TEXT(struct question, stem, .min = 1, .max = QUESTION_MARKDOWN_MAX,
                .format = "markdown"),
    MEMBER_LIST(struct question, options, option_count, struct question_option, &OPTION_SHAPE,
                .flags = SHAPE_OPTIONAL, .min = QUESTION_OPTIONS_MIN, .max = QUESTION_OPTIONS_MAX,
                .about = "The key of the choice types."),
    MEMBER_OBJECT_REF(struct question, number, struct number_key, &NUMBER_KEY_SHAPE,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL, .about = "The key of numeric."),
    MEMBER_LIST(struct question, accepted, accepted_count, struct accepted_text,
                &ACCEPTED_TEXT_SHAPE, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = QUESTION_ACCEPTED_MAX, .about = "The key of short_text."),
    MEMBER_BOOL(struct question, case_sensitive, .flags = SHAPE_OPTIONAL,
                .about = "short_text: whether case matters."),
    MEMBER_LIST(struct question, items, item_count, struct part, &PART_SHAPE,
                .flags = SHAPE_OPTIONAL, .min = QUESTION_PARTS_MIN, .max = QUESTION_PARTS_MAX,
                .about = "What an ordering puts in order."),
    MEMBER_TEXT_LIST(struct question, order, order_count, .flags = SHAPE_OPTIONAL,
                     .min = QUESTION_PARTS_MIN, .max = QUESTION_PARTS_MAX,
                     .about = "The key of ordering: ids of the items."),
    MEMBER_LIST(struct question, premises, premise_count, struct part, &PART_SHAPE,
                .flags = SHAPE_OPTIONAL, .min = QUESTION_PARTS_MIN, .max = QUESTION_PARTS_MAX),
    MEMBER_LIST(struct question, choices, choice_count, struct part, &PART_SHAPE,
                .flags = SHAPE_OPTIONAL, .min = QUESTION_CHOICES_MIN, .max = QUESTION_CHOICES_MAX),
    MEMBER_OBJECT_REF(struct question, pairs, struct shape_map, &SHAPE_TEXT_MAP,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL,
                      .about = "The key of matching: premise id to choice id."),
    MEMBER_LIST(struct question, gaps, gap_count, struct gap, &GAP_SHAPE, .flags = SHAPE_OPTIONAL,
                .min = 1, .max = QUESTION_GAPS_MAX, .about = "The key of cloze."),
    MEMBER_OBJECT_REF(struct question, scoring, struct question_scoring, &QUESTION_SCORING_SHAPE,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL,
                      .about = "Left out: the exam's rule, or that of the type."),
    MEMBER_TEXT(struct question, explanation, .min = 1, .max = QUESTION_MARKDOWN_MAX,
                .format = "markdown", .about = "Why the key is right."),
    MEMBER_TEXT(struct question, section, .min = 1, .format = "section_path",
                .about = "Path of the primary section."),
    MEMBER_TEXT_LIST(struct question, sections, section_count, .flags = SHAPE_OPTIONAL, .min = 0,
                     .max = QUESTION_SECTIONS_MAX, .format = "section_path",
                     .about = "Further section paths."),
    MEMBER_TEXT_LIST(struct question, tags, tag_count, .flags = SHAPE_OPTIONAL, .min = 0,
                     .max = QUESTION_TAGS_MAX, .format = "slug", .about = "Free tags (slugs)."),
    MEMBER_TEXT(struct question, domain, .flags = SHAPE_OPTIONAL, .min = 1, .max = LIMIT_SLUG_BYTES,
                .format = "slug", .about = "Slug of one of the bank's domains."),
    MEMBER_I64(struct question, difficulty, .min = 1, .max = 5),
    MEMBER_OBJECT(struct question, source, struct question_source, &QUESTION_SOURCE_SHAPE),
};
const struct shape QUESTION_SHAPE = SHAPE_OF("QuestionSpec", struct question, QUESTION_MEMBERS);

static const struct shape_member QUESTION_RESPONSE_MEMBERS[] = {
    MEMBER_TEXT_LIST(struct question_response, choices, choice_count, .flags = SHAPE_OPTIONAL,
                     .min = 0, .max = LIMIT_OPTIONS,
                     .about = "single_choice, multiple_choice, true_false: option ids."),
    MEMBER_REAL_REF(struct question_response, number,
                    .flags = SHAPE_REF | SHAPE_OPTIONAL | SHAPE_EXACT, .about = "numeric"),
    MEMBER_TEXT(struct question_response, text, .flags = SHAPE_OPTIONAL, .min = 0,
                .max = QUESTION_SHORT_MAX, .about = "short_text"),
    MEMBER_TEXT_LIST(struct question_response, order, order_count, .flags = SHAPE_OPTIONAL,
                     .min = 0, .max = LIMIT_OPTIONS, .about = "ordering: item ids"),
    MEMBER_OBJECT_REF(struct question_response, pairs, struct shape_map, &SHAPE_TEXT_MAP,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL,
                      .about = "matching: premise id to choice id"),
    MEMBER_OBJECT_REF(struct question_response, gaps, struct shape_map, &SHAPE_TEXT_MAP,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL, .about = "cloze: gap id to text"),
};
const struct shape QUESTION_RESPONSE_SHAPE =
    SHAPE_OF("Response", struct question_response, QUESTION_RESPONSE_MEMBERS);
