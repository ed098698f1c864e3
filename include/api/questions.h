/* Questions in the hands of the instructors of their bank. */
#ifndef API_QUESTIONS_H
#define API_QUESTIONS_H

#include "api/call.h"
#include "base/shape.h"
#include "store/question_find.h"

struct question_path {
    struct uuid question_id;
};
struct question_request {
    struct text bank; /* slug */
    struct question question;
    struct text comment;
};
struct question_edit {
    struct question question;
    struct text comment;
};
struct transition_request {
    enum question_state to;
    struct text comment;
};
extern const struct shape QUESTION_PATH_SHAPE;
extern const struct shape QUESTION_REQUEST_SHAPE;
extern const struct shape QUESTION_EDIT_SHAPE;
extern const struct shape TRANSITION_REQUEST_SHAPE;
extern const struct shape AUTHORED_QUESTION_SHAPE;
extern const struct shape AUTHOR_SHAPE;

bool api_create_question(struct call *call, void *reply, struct error *err);
bool api_get_question(struct call *call, void *reply, struct error *err);
bool api_update_question(struct call *call, void *reply, struct error *err);
bool api_retire_question(struct call *call, void *reply, struct error *err);
bool api_change_question_state(struct call *call, void *reply, struct error *err);

/* ---- what the files about questions share ---- */

struct question_warning {
    struct text pointer;
    struct text code;
    struct text detail;
};
struct question_warnings {
    const struct question_warning *items;
    size_t count;
};
extern const struct shape QUESTION_WARNING_SHAPE;
extern const struct shape QUESTION_TWIN_SHAPE;

struct authored_reply {
    struct authored_question question;
    const struct author *author; /* NULL: from a file */
    struct question_warnings warnings;
    struct question_twins twins;
};
/* The caller, and what If-Match says he has seen where the route needs it. ERROR_ETAG_REQUIRED. */
NODISCARD bool question_action_of(struct call *call, struct uuid question_id, struct text comment,
                                  struct question_action *action, struct error *err);
/* Reads the question again, as it is after a change, and adds its ETag. */
NODISCARD bool question_show(struct call *call, struct db *db, struct uuid question_id,
                             struct authored_reply *reply, struct error *err);
/* NULL for a nil id. */
const struct author *question_author(struct arena *arena, struct uuid id, struct text name);

/* A question that is being written. */
struct question_in_hand {
    const struct bank *bank;
    const struct question *question;
    struct uuid id; /* nil: it is not saved yet */
};
/* Other questions of the bank that ask nearly the same. */
NODISCARD bool question_find_twins(struct call *call, struct db *db,
                                   const struct question_in_hand *written,
                                   struct question_twins *twins, struct error *err);
/* Whether a question can be saved in the bank: every check of an import and of the lint. Faults
 * begin with "/question"; what an author should look at becomes a warning. ERROR_FORBIDDEN. */
NODISCARD bool question_check_for_saving(struct call *call, struct db *db, const struct bank *bank,
                                         const struct question *question,
                                         struct question_warnings *warnings, struct error *err);

#endif
