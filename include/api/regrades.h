/* Regrading answers to a question version whose key was wrong, for instructors. */
#ifndef API_REGRADES_H
#define API_REGRADES_H

#include "api/instructing.h"
#include "base/shape.h"
#include "store/regrades.h"

struct regrade_path {
    struct uuid question_id;
    struct uuid regrade_id;
};
struct regrade_request {
    enum regrade_policy policy;
    const bool *dry_run;    /* NULL: true */
    const int64_t *version; /* NULL: by policy */
};
extern const struct shape REGRADE_PATH_SHAPE;
extern const struct shape REGRADE_REQUEST_SHAPE;
extern const struct shape REGRADE_SHAPE;
extern const struct shape REGRADE_LIST_SHAPE;

struct weak_area_move {
    struct text section; /* path */
    enum weak_area_label from;
    enum weak_area_label to;
};
struct regrade_change_reply {
    struct regraded_answer answer;
    const int64_t *board_points; /* NULL: not looked at */
    const struct weak_area_move *weak_areas;
    size_t weak_area_count;
};
struct regrade_reply {
    struct regrade regrade; /* id nil: a dry run */
    bool is_dry_run;
    bool is_complete;
    const struct regrade_counts *counts; /* NULL: in lists */
    const struct regrade_change_reply *changes;
    size_t change_count;
};

/* What a decision would do: looks at the first answers, up to a limit. */
NODISCARD bool regrade_try(struct call *call, struct db *db, const struct regrade *regrade,
                           struct regrade_reply *reply, struct error *err);

bool api_regrade_question(struct call *call, void *reply, struct error *err);
bool api_list_regrades(struct call *call, void *reply, struct error *err);
bool api_get_regrade(struct call *call, void *reply, struct error *err);
bool api_revert_regrade(struct call *call, void *reply, struct error *err);

#endif
