/* The operator's hands on accounts; what he does is audited without an actor. */
#include "cli/user_admin.h"

#include <stdio.h>
#include <string.h>

#include "auth/password.h"
#include "base/clock.h"
#include "cli/command_line.h"
#include "db/session.h"
#include "store/users_admin.h"

enum { PAGE_SIZE = 500 };

static void print_user(const struct user *user)
{
    char id[UUID_TEXT_BYTES + 1];
    char time[CLOCK_RFC3339_BYTES];

    (void)printf("%.*s\t%s\t%s\t%.*s\t%.*s\n", TEXT_ARG(uuid_format(user->id, id)),
                 enumeration_name(&ROLES, user->role), user->is_disabled ? "disabled" : "enabled",
                 TEXT_ARG(clock_format_rfc3339(user->created_at, time)), TEXT_ARG(user->email));
}

static bool list_users(struct db *db, const struct user_action *action, struct arena *arena,
                       struct error *err)
{
    unsigned role = 0;
    struct user_filter filter = {.email = text_of(action->email), .limit = PAGE_SIZE};
    size_t count = PAGE_SIZE;

    if (action->role != NULL) {
        if (!enumeration_find(&ROLES, text_of(action->role), &role)) {
            return error_set(err, ERROR_INVALID_INPUT,
                             "--role: '%s' is not learner, instructor or admin", action->role);
        }
        filter.role = (const enum role *)&role;
    }
    while (count == PAGE_SIZE) {
        struct user *users = NULL;
        if (!store_users_admin_list(db, arena, &filter, &users, &count, err)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            print_user(&users[i]);
        }
        filter.after = count > 0 ? users[count - 1].id : UUID_NIL;
    }
    return true;
}

static bool set_disabled(struct db *db, const struct user_action *action, struct arena *arena,
                         struct error *err)
{
    const bool is_disabled = strcmp(action->verb, "disable") == 0;
    const struct user_filter filter = {.email = text_of(action->email), .limit = 1};
    struct user *users = NULL;
    struct user changed;
    size_t count = 0;

    if (!store_users_admin_list(db, arena, &filter, &users, &count, err)) {
        return false;
    }
    if (count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such account");
    }
    const struct user_change change = {.user_id = users[0].id, .is_disabled = &is_disabled};
    if (!store_users_admin_update(db, arena, &change, &changed, err)) {
        return false;
    }
    (void)printf("%.*s is %s\n", TEXT_ARG(changed.email), is_disabled ? "disabled" : "enabled");
    return true;
}

static bool reset_password(struct db *db, const struct user_action *action, struct arena *arena,
                           struct error *err)
{
    struct text hash = TEXT_ABSENT;
    bool is_made = false;
    const struct new_password wanted = {.password = user_read_password(arena, &is_made),
                                        .email = text_of(action->email),
                                        .bytes_min = action->password_bytes_min};

    if (!password_check_new(&wanted, arena, TEXT("/password"), err) ||
        !password_hash(wanted.password, arena, &hash, err) ||
        !store_users_admin_reset_password(db, arena, wanted.email, hash, err)) {
        return false;
    }
    (void)printf("%s has a new password; every login has ended\n", action->email);
    if (is_made) {
        (void)printf("password (shown once): %.*s\n", TEXT_ARG(wanted.password));
    }
    return true;
}

static const struct {
    const char *verb;
    bool (*run)(struct db *db, const struct user_action *action, struct arena *arena,
                struct error *err);
} ACTIONS[] = {
    {"list", list_users},
    {"disable", set_disabled},
    {"enable", set_disabled},
    {"reset-password", reset_password},
};

static size_t find_action(const char *verb)
{
    size_t index = 0;

    while (index < COUNT_OF(ACTIONS) && strcmp(ACTIONS[index].verb, verb) != 0) {
        index++;
    }
    return index;
}

bool user_action_is_known(const char *verb)
{
    return find_action(verb) < COUNT_OF(ACTIONS);
}

int user_action_run(const struct user_action *action, const struct config *config,
                    struct arena *arena)
{
    const struct db_session_config database = {.url = config->database_direct_url,
                                               .application_name = "quizd user"};
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};

    const bool is_done = db_session_open(&database, &session, &err) &&
                         ACTIONS[find_action(action->verb)].run(db_over_session(session, arena),
                                                                action, arena, &err);
    if (!is_done) {
        command_print_error(&err);
    }
    db_session_close(session);
    return is_done ? CLI_OK : CLI_FAILED;
}
