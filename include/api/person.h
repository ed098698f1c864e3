/* The caller as a person: all that is stored on him, and the end of it. */
#ifndef API_PERSON_H
#define API_PERSON_H

#include "api/call.h"
#include "base/shape.h"

extern const struct shape PERSON_EXPORT_SHAPE;

bool api_export_me(struct call *call, void *reply, struct error *err);
bool api_delete_me(struct call *call, void *reply, struct error *err);

#endif
