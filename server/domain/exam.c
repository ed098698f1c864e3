/* The rules of an exam that join several members, and what follows from them. All faults are
 * collected, each with its JSON pointer. */
#include "domain/exam.h"

#include "base/limits.h"
#include "domain/question_key.h"

static const char *const MOMENT_NAMES[EXAM_MOMENT_COUNT] = {
    [EXAM_AFTER_EACH] = "after_each",
    [EXAM_AFTER_SUBMIT] = "after_submit",
    [EXAM_AFTER_CLOSE] = "after_close",
    [EXAM_NEVER] = "never",
};
const struct enumeration EXAM_MOMENTS = {.names = MOMENT_NAMES, .count = EXAM_MOMENT_COUNT};

static const char *const PART_NAMES[EXAM_PART_COUNT] = {
    [EXAM_CORRECTNESS] = "correctness",
    [EXAM_CREDIT] = "credit",
    [EXAM_KEY] = "key",
    [EXAM_EXPLANATION] = "explanation",
    [EXAM_SECTION] = "section",
    [EXAM_OPTION_FEEDBACK] = "option_feedback",
};
const struct enumeration EXAM_PARTS = {.names = PART_NAMES, .count = EXAM_PART_COUNT};

static bool is_same_share(const struct exam_blueprint_entry *a,
                          const struct exam_blueprint_entry *b)
{
    return a->domain.data != NULL ? text_equal(a->domain, b->domain)
                                  : b->domain.data == NULL && text_equal(a->section, b->section);
}

static void check_sum(struct checker *c, const char *member, int64_t sum)
{
    if (sum != EXAM_PERCENT) {
        checker_fault(c, sum < EXAM_PERCENT ? FAULT_TOO_SMALL : FAULT_TOO_LARGE,
                      checker_at(c, "/%s", member), "the weights add up to %lld, not 100",
                      (long long)sum);
    }
}

static void check_blueprint(struct checker *c, const struct exam *exam)
{
    int64_t sum = 0;
    for (size_t i = 0; i < exam->blueprint_count; i++) {
        const struct exam_blueprint_entry *entry = &exam->blueprint[i];
        sum += entry->weight;
        if ((entry->domain.data == NULL) == (entry->section.data == NULL)) {
            checker_fault(c, entry->domain.data == NULL ? FAULT_REQUIRED : FAULT_NOT_ALLOWED,
                          checker_at(c, "/blueprint/%zu", i), "names either a domain or a section");
            continue;
        }
        for (size_t j = 0; j < i; j++) {
            if (is_same_share(entry, &exam->blueprint[j])) {
                checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/blueprint/%zu", i),
                              "is listed already");
                break;
            }
        }
    }
    check_sum(c, "blueprint", sum);
}

static void check_difficulty(struct checker *c, const struct exam *exam)
{
    bool is_taken[EXAM_DIFFICULTY_MAX + 1] = {false};
    int64_t sum = 0;
    for (size_t i = 0; i < exam->difficulty_count; i++) {
        const struct exam_difficulty_band *band = &exam->difficulty[i];
        bool is_overlapping = false;
        for (int64_t level = band->min; level <= band->max; level++) {
            is_overlapping = is_overlapping || is_taken[level];
            is_taken[level] = true;
        }
        if (band->max < band->min) {
            checker_fault(c, FAULT_TOO_SMALL, checker_at(c, "/difficulty/%zu/max", i),
                          "must not be below min");
        }
        if (is_overlapping) {
            checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/difficulty/%zu", i),
                          "overlaps with a band before it");
        }
        sum += band->weight;
    }
    if (exam->difficulty_count > 0) {
        check_sum(c, "difficulty", sum);
    }
}

static void check_feedback(struct checker *c, const struct exam *exam)
{
    const struct exam_feedback *feedback = exam->feedback;
    bool is_listed[EXAM_PART_COUNT] = {false};
    for (size_t i = 0; i < feedback->show_count; i++) {
        if (is_listed[feedback->show[i]]) {
            checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/feedback/show/%zu", i),
                          "is listed twice");
        }
        is_listed[feedback->show[i]] = true;
    }
    if (feedback->when == EXAM_AFTER_CLOSE && exam->closes_at == 0) {
        checker_fault(c, FAULT_REQUIRED, checker_at(c, "/closes_at"),
                      "feedback after_close needs the time when the exam closes");
    }
}

bool exam_check(const struct exam *exam, struct arena *arena, struct text prefix, struct error *err)
{
    struct checker checker = {.arena = arena, .prefix = prefix, .err = err};
    check_blueprint(&checker, exam);
    check_difficulty(&checker, exam);
    if (exam->size + exam->pilot_count > LIMIT_ATTEMPT_ITEMS) {
        checker_fault(&checker, FAULT_TOO_LARGE, checker_at(&checker, "/pilot_count"),
                      "a paper has at most %d questions", LIMIT_ATTEMPT_ITEMS);
    }
    if (exam->opens_at != 0 && exam->closes_at != 0 && exam->closes_at <= exam->opens_at) {
        checker_fault(&checker, FAULT_TOO_SMALL, checker_at(&checker, "/closes_at"),
                      "must be after opens_at");
    }
    if (exam->feedback != NULL) {
        check_feedback(&checker, exam);
    }
    return checker.fault_count == 0;
}

enum exam_moment exam_feedback_moment(const struct exam *exam)
{
    return exam->feedback == NULL ? EXAM_AFTER_SUBMIT : exam->feedback->when;
}

bool exam_shows(const struct exam *exam, enum exam_part part)
{
    const struct exam_feedback *feedback = exam->feedback;
    if (feedback == NULL || feedback->show == NULL) {
        return exam_feedback_moment(exam) != EXAM_NEVER;
    }
    for (size_t i = 0; i < feedback->show_count; i++) {
        if (feedback->show[i] == part) {
            return feedback->when != EXAM_NEVER;
        }
    }
    return false;
}

bool exam_hides_score(const struct exam *exam)
{
    return exam->feedback != NULL && exam->feedback->score != NULL && !*exam->feedback->score;
}

/* The entry with the largest remainder of size * weight / sum that is not yet served. Served ones
 * are those whose count is above their floor. */
static size_t find_largest_remainder(const int64_t *weights, size_t count, int64_t size,
                                     int64_t sum, const int64_t *counts)
{
    size_t best = count;
    for (size_t i = 0; i < count; i++) {
        const bool is_served = counts[i] > size * weights[i] / sum;
        if (!is_served && (best == count || size * weights[i] % sum > size * weights[best] % sum)) {
            best = i;
        }
    }
    return best;
}

void exam_apportion(const int64_t *weights, size_t count, int64_t size, int64_t *out)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += weights[i];
    }
    int64_t left = size;
    for (size_t i = 0; i < count; i++) {
        out[i] = size * weights[i] / sum;
        left -= out[i];
    }
    for (; left > 0; left--) {
        out[find_largest_remainder(weights, count, size, sum, out)]++;
    }
}
