/* What `quizd user` does beside creating: list, disable, enable, reset-password. */
#ifndef CLI_USER_ADMIN_H
#define CLI_USER_ADMIN_H

#include "base/arena.h"
#include "base/config.h"
#include "domain/user.h"

/* From standard input, or made (and *is_made) where that is a terminal or empty. */
struct text user_read_password(struct arena *arena, bool *is_made);

struct user_action {
    const char *verb;           /* "list", "disable", "enable", "reset-password" */
    const char *email;          /* NULL: all, for list only */
    const char *role;           /* NULL: any, for list only */
    int64_t password_bytes_min; /* reset-password */
};
bool user_action_is_known(const char *verb);
/* Prints what it does; returns the exit status. */
int user_action_run(const struct user_action *action, const struct config *config,
                    struct arena *arena);

#endif
