/* The table of steps. */
#include "domain/question_state.h"

static const char *const STATE_NAMES[QUESTION_STATE_COUNT] = {"draft", "in_review", "published",
                                                              "retired"};
const struct enumeration QUESTION_STATES = {STATE_NAMES, QUESTION_STATE_COUNT};

/* [from][to] */
static const bool STEPS[QUESTION_STATE_COUNT][QUESTION_STATE_COUNT] = {
    [QUESTION_DRAFT] = {[QUESTION_IN_REVIEW] = true, [QUESTION_RETIRED] = true},
    [QUESTION_IN_REVIEW] =
        {[QUESTION_DRAFT] = true, [QUESTION_PUBLISHED] = true, [QUESTION_RETIRED] = true},
    [QUESTION_PUBLISHED] = {[QUESTION_PUBLISHED] = true, [QUESTION_RETIRED] = true},
    [QUESTION_RETIRED] = {[QUESTION_DRAFT] = true},
};

size_t question_state_sources(enum question_state to, struct text names[QUESTION_STATE_COUNT])
{
    size_t count = 0;

    for (size_t from = 0; from < QUESTION_STATE_COUNT; from++) {
        if (STEPS[from][to]) {
            names[count++] = text_of(STATE_NAMES[from]);
        }
    }
    return count;
}

enum bank_role question_state_role(enum question_state to)
{
    return to == QUESTION_PUBLISHED || to == QUESTION_RETIRED ? BANK_APPROVER : BANK_EDITOR;
}
