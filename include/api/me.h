/* The caller's own account. */
#ifndef API_ME_H
#define API_ME_H

#include "api/call.h"
#include "base/shape.h"

struct me_patch {
    struct text display_name;
};
extern const struct shape ME_PATCH_SHAPE;

bool api_get_me(struct call *call, void *reply, struct error *err);
bool api_update_me(struct call *call, void *reply, struct error *err);

#endif
