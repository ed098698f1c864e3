/* See domain/points.h. */
#include "domain/points.h"

#include "domain/scoring.h"

int64_t points_award(int64_t credit)
{
    return credit * POINTS_FULL / CREDIT_FULL;
}

int64_t points_question_key(struct uuid question_id)
{
    uint64_t key = 0;

    for (size_t i = sizeof question_id.bytes / 2; i < sizeof question_id.bytes; i++) {
        key = (key << 8U) | question_id.bytes[i];
    }
    return (int64_t)key;
}

bool points_counts(const int64_t *keys, size_t count, int64_t key)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i] == key) {
            return false;
        }
    }
    return count < POINTS_QUESTIONS_A_DAY;
}
