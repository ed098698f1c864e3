/* The notes of a bank as Markdown, in the hands of its members. */
#ifndef API_NOTES_H
#define API_NOTES_H

#include "api/call.h"
#include "base/shape.h"

struct notes_query {
    const bool *dry_run;
};
extern const struct shape NOTES_QUERY_SHAPE;
extern const struct shape NOTES_CHANGE_SHAPE;
extern const struct shape NOTES_EFFECT_LIST_SHAPE;

bool api_get_notes(struct call *call, void *reply, struct error *err);
bool api_list_notes_effects(struct call *call, void *reply, struct error *err);
bool api_put_notes(struct call *call, void *reply, struct error *err);

#endif
