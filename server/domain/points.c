/* See domain/points.h. */
#include "domain/points.h"

#include "domain/scoring.h"

int64_t points_question_key(struct uuid question_id)
{
    uint64_t key = 0;

    for (size_t i = sizeof question_id.bytes / 2; i < sizeof question_id.bytes; i++) {
        key = (key << 8U) | question_id.bytes[i];
    }
    return (int64_t)key;
}

int64_t points_of_first(int64_t credit, int64_t difficulty)
{
    return credit * (7 + difficulty) / CREDIT_FULL; /* 10 × (0.7 + difficulty / 10) */
}

struct points_sheet points_sheet_of(const struct attempt *attempt,
                                    const struct attempt_sheet *sheet, struct arena *arena)
{
    struct points_answer *answers =
        arena_new_array(arena, sheet->answer_count, struct points_answer);
    struct points_sheet points = {.answers = answers, .exam = -1};

    for (size_t i = 0; i < sheet->answer_count; i++) {
        const struct answer *answer = &sheet->answers[i];
        const struct item *item = sheet->items[answer->position - 1];
        if (answer->response.data != NULL &&
            !attempt_rules_is_pilot(sheet->rules, answer->position)) {
            answers[points.count++] = (struct points_answer){
                item->id, answer->credit, item->question.difficulty, answer->recorded_at};
        }
    }
    if (attempt->rules.is_exam && !attempt->rules.hides_score && points.count > 0) {
        const struct attempt_score score = attempt_summarize(sheet, arena).score;
        points.exam = score.max == 0 ? 0 : score.raw * POINTS_EXAM / score.max;
    }
    return points;
}

static int64_t points_of(const struct points_answer *answer, const struct review *known)
{
    if (known == NULL || !known->has_credit) {
        return points_of_first(answer->credit, answer->difficulty);
    }
    return answer->credit == CREDIT_FULL && review_is_due(known, answer->recorded_at)
               ? POINTS_REVIEW
               : 0;
}

size_t points_awards(const struct points_sheet *sheet, struct review_list known,
                     struct arena *arena, struct award **awards)
{
    size_t count = 0;

    *awards = arena_new_array(arena, sheet->count + 1, struct award);
    for (size_t i = 0; i < sheet->count; i++) {
        const struct points_answer *answer = &sheet->answers[i];
        (*awards)[count++] =
            (struct award){points_question_key(answer->question_id),
                           points_of(answer, review_find(known, answer->question_id))};
    }
    if (sheet->exam >= 0) {
        (*awards)[count++] = (struct award){POINTS_EXAM_KEY, sheet->exam};
    }
    return count;
}

static bool has_counted(const struct points_day *day, int64_t key)
{
    for (size_t i = 0; i < day->count; i++) {
        if (day->keys[i] == key) {
            return true;
        }
    }
    return false;
}

void points_add(struct points_day *day, const struct award *awards, size_t count)
{
    for (size_t i = 0; i < count && day->count < POINTS_QUESTIONS_A_DAY; i++) {
        if (!has_counted(day, awards[i].key)) {
            day->keys[day->count++] = awards[i].key;
            day->points += awards[i].points;
        }
    }
}
