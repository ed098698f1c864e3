/* Checking a password that somebody presents. Unknown account, wrong password, locked and disabled
 * account look the same and cost the same. */
#ifndef API_CREDENTIALS_H
#define API_CREDENTIALS_H

#include "api/call.h"
#include "store/logins.h"

/* *is_right says whether `account`, as it was found, may be entered with this password; if not, the
 * refusal was counted. ERROR_TOO_MANY_REQUESTS where too many failures came from the caller's
 * network. */
NODISCARD bool credentials_check(struct call *call, const struct login_account *account,
                                 struct text password, bool *is_right, struct error *err);
/* Counts a refusal for another reason. */
NODISCARD bool credentials_count_refusal(struct call *call, const struct login_account *account,
                                         const char *reason, struct error *err);
/* The rules for a new password, at `pointer`. */
NODISCARD bool credentials_check_new(struct call *call, struct text password, struct text email,
                                     struct text pointer, struct error *err);

#endif
