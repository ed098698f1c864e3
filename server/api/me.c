/* The caller's own account. */
#include "api/me.h"

#include "base/limits.h"
#include "store/users.h"

static const struct shape_member ME_PATCH_MEMBERS[] = {
    MEMBER_TEXT(struct me_patch, display_name, .min = 1, .max = LIMIT_DISPLAY_NAME,
                .format = "name"),
};
const struct shape ME_PATCH_SHAPE = SHAPE_OF("MePatch", struct me_patch, ME_PATCH_MEMBERS);

bool api_get_me(struct call *call, void *reply, struct error *err)
{
    return store_users_get(call->db, call->arena, call->user_id, reply, err) ||
           call_refuse_gone_account(err);
}

bool api_update_me(struct call *call, void *reply, struct error *err)
{
    const struct me_patch *body = call->body;
    return store_users_rename(call->db, call->arena, call->user_id, body->display_name, reply,
                              err) ||
           call_refuse_gone_account(err);
}
