/* The descriptor tables of bank/coverage.h. */
#include "bank/coverage.h"

static const struct shape_member TYPE_MEMBERS[] = {
    MEMBER_ENUM(struct coverage_type, type, &QUESTION_TYPES),
    MEMBER_I64(struct coverage_type, questions),
};
static const struct shape TYPE_SHAPE = SHAPE_OF("CoverageType", struct coverage_type, TYPE_MEMBERS);

static const struct shape_member TALLY_MEMBERS[] = {
    MEMBER_I64(struct coverage_tally, questions),
    MEMBER_I64_LIST(struct coverage_tally, by_difficulty, difficulty_count),
    MEMBER_LIST(struct coverage_tally, by_type, type_count, struct coverage_type, &TYPE_SHAPE),
};
static const struct shape TALLY_SHAPE =
    SHAPE_OF("CoverageTally", struct coverage_tally, TALLY_MEMBERS);

static const struct shape_member SECTION_MEMBERS[] = {
    MEMBER_TEXT(struct coverage_section, path),
    MEMBER_TEXT(struct coverage_section, title),
    MEMBER_I64(struct coverage_section, depth),
    MEMBER_BOOL(struct coverage_section, has_text),
    MEMBER_OBJECT(struct coverage_section, own, struct coverage_tally, &TALLY_SHAPE),
    MEMBER_I64(struct coverage_section, subtree_questions),
    MEMBER_I64(struct coverage_section, missing),
};
static const struct shape SECTION_SHAPE =
    SHAPE_OF("CoverageSection", struct coverage_section, SECTION_MEMBERS);

static const struct shape_member DOMAIN_MEMBERS[] = {
    MEMBER_TEXT(struct coverage_domain, slug),
    MEMBER_TEXT(struct coverage_domain, title),
    MEMBER_I64(struct coverage_domain, weight),
    MEMBER_MILLI(struct coverage_domain, share),
    MEMBER_OBJECT(struct coverage_domain, own, struct coverage_tally, &TALLY_SHAPE),
    MEMBER_I64(struct coverage_domain, needed),
    MEMBER_I64(struct coverage_domain, missing),
};
static const struct shape DOMAIN_SHAPE =
    SHAPE_OF("CoverageDomain", struct coverage_domain, DOMAIN_MEMBERS);

static const struct shape_member SHARE_MEMBERS[] = {
    MEMBER_TEXT(struct coverage_share, domain, .flags = SHAPE_OPTIONAL),
    MEMBER_TEXT(struct coverage_share, section, .flags = SHAPE_OPTIONAL),
    MEMBER_I64(struct coverage_share, needed),
    MEMBER_I64(struct coverage_share, questions),
    MEMBER_I64(struct coverage_share, missing),
};
static const struct shape SHARE_SHAPE =
    SHAPE_OF("CoverageShare", struct coverage_share, SHARE_MEMBERS);

static const struct shape_member EXAM_MEMBERS[] = {
    MEMBER_TEXT(struct coverage_exam, slug),
    MEMBER_TEXT(struct coverage_exam, title),
    MEMBER_I64(struct coverage_exam, size),
    MEMBER_I64(struct coverage_exam, papers),
    MEMBER_LIST(struct coverage_exam, shares, share_count, struct coverage_share, &SHARE_SHAPE),
};
static const struct shape EXAM_SHAPE_OF_COVERAGE =
    SHAPE_OF("CoverageExam", struct coverage_exam, EXAM_MEMBERS);

static const struct shape_member COVERAGE_MEMBERS[] = {
    MEMBER_TEXT(struct coverage, slug),
    MEMBER_TEXT(struct coverage, title),
    MEMBER_OBJECT(struct coverage, all, struct coverage_tally, &TALLY_SHAPE),
    MEMBER_LIST(struct coverage, sections, section_count, struct coverage_section, &SECTION_SHAPE),
    MEMBER_LIST(struct coverage, domains, domain_count, struct coverage_domain, &DOMAIN_SHAPE),
    MEMBER_LIST(struct coverage, exams, exam_count, struct coverage_exam, &EXAM_SHAPE_OF_COVERAGE),
    MEMBER_BOOL(struct coverage, is_complete),
};
const struct shape COVERAGE_SHAPE = SHAPE_OF("Coverage", struct coverage, COVERAGE_MEMBERS);
