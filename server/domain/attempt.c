/* Sums over an attempt's paper. */
#include "domain/attempt.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "domain/scoring.h"

static const int64_t ANSWER_MAX_MS = INT64_C(10) * 60 * 1000;

static const char *const MODE_NAMES[MODE_COUNT] = {"practice", "exam", "weak_areas", "review"};
const struct enumeration ATTEMPT_MODES = {MODE_NAMES, MODE_COUNT};
static const char *const STATE_NAMES[ATTEMPT_STATE_COUNT] = {"open", "submitted"};
const struct enumeration ATTEMPT_STATES = {STATE_NAMES, ATTEMPT_STATE_COUNT};
static const char *const FEEDBACK_NAMES[FEEDBACK_COUNT] = {"immediate", "deferred"};
const struct enumeration ATTEMPT_FEEDBACKS = {FEEDBACK_NAMES, FEEDBACK_COUNT};

const struct answer *attempt_find_answer(const struct answer *answers, size_t count,
                                         int64_t position)
{
    for (size_t i = 0; i < count; i++) {
        if (answers[i].position == position) {
            return &answers[i];
        }
    }
    return NULL;
}

static struct section_score *find_or_add(struct section_score *scores, size_t *count,
                                         size_t section)
{
    for (size_t i = 0; i < *count; i++) {
        if (scores[i].section == section) {
            return &scores[i];
        }
    }
    scores[*count].section = section;
    (*count)++;
    return &scores[*count - 1];
}

static int compare_sections(const void *a, const void *b)
{
    const struct section_score *left = a;
    const struct section_score *right = b;
    return (left->section > right->section) - (left->section < right->section);
}

struct attempt_summary attempt_summarize(const struct attempt_sheet *sheet, struct arena *arena)
{
    struct attempt_summary summary = {
        .sections = arena_new_array(arena, sheet->item_count, struct section_score)};

    const int64_t full = scoring_max(sheet->rules->scoring.certainty);

    for (size_t i = 0; i < sheet->item_count; i++) {
        if (attempt_rules_is_pilot(sheet->rules, (int64_t)i + 1)) {
            continue;
        }
        struct section_score *part =
            find_or_add(summary.sections, &summary.section_count, sheet->items[i]->section);
        const struct answer *answer =
            attempt_find_answer(sheet->answers, sheet->answer_count, (int64_t)i + 1);
        part->max += CREDIT_FULL;
        summary.score.max += full;
        if (answer != NULL && answer->response.data != NULL) {
            part->credit += answer->credit;
            summary.score.raw += answer->points;
            part->answers++;
            part->correct += answer->credit == CREDIT_FULL ? 1 : 0;
        }
    }
    summary.score.raw = summary.score.raw < 0 ? 0 : summary.score.raw;
    qsort(summary.sections, summary.section_count, sizeof *summary.sections, compare_sections);
    return summary;
}

int64_t attempt_scaled(struct attempt_score score)
{
    return score.max == 0 ? 0 : (score.raw * 1000 + score.max / 2) / score.max;
}

static int compare_times(const void *left, const void *right)
{
    const struct answer *a = ((const struct timed_answer *)left)->answer;
    const struct answer *b = ((const struct timed_answer *)right)->answer;
    if (a->recorded_at != b->recorded_at) {
        return a->recorded_at < b->recorded_at ? -1 : 1;
    }
    return (a->position > b->position) - (a->position < b->position);
}

size_t attempt_time_answers(const struct attempt *attempt, const struct attempt_sheet *sheet,
                            struct arena *arena, struct timed_answer **timed)
{
    struct timed_answer *list = arena_new_array(arena, sheet->answer_count, struct timed_answer);
    int64_t before = attempt->started_at;
    size_t count = 0;

    for (size_t i = 0; i < sheet->answer_count; i++) {
        if (sheet->answers[i].response.data != NULL) {
            list[count++].answer = &sheet->answers[i];
        }
    }
    if (count > 0) {
        qsort(list, count, sizeof *list, compare_times);
    }
    for (size_t i = 0; i < count; i++) {
        const int64_t at = list[i].answer->recorded_at;
        const int64_t took_ms = at > before ? (at - before) / CLOCK_US_PER_MS : 0;
        list[i].duration_ms = took_ms < ANSWER_MAX_MS ? took_ms : ANSWER_MAX_MS;
        before = at;
    }
    *timed = list;
    return count;
}
