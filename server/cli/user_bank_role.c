/* quizd user bank-role: who may do what with a bank. */
#include <stdio.h>
#include <string.h>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "db/session.h"
#include "domain/bank_role.h"
#include "store/sql.h"

static bool set(const struct config *config, const struct user_bank_role *wanted,
                struct arena *arena, struct error *err)
{
    const struct db_session_config database = {.url = config->database_direct_url,
                                               .application_name = "quizd user"};
    const bool is_none = strcmp(wanted->role, "none") == 0;
    struct db_session *session = NULL;
    struct db_params params = {.count = 0};
    struct db_rows rows = {.count = 0};

    db_bind_text(&params, text_of(wanted->bank));
    db_bind_text(&params, text_of(wanted->email));
    db_bind_text(&params, is_none ? TEXT_ABSENT : text_of(wanted->role));
    db_bind_uuid(&params, uuid_new());
    const bool is_set =
        db_session_open(&database, &session, err) &&
        db_session_call(session, &SQL_bank_members_set_by_operator, &params, arena, &rows, err);
    db_session_close(session);
    if (is_set && rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no account of %s, or no bank %s",
                         wanted->email, wanted->bank);
    }
    return is_set;
}

int user_set_bank_role(const struct config *config, const struct user_bank_role *wanted,
                       struct arena *arena)
{
    struct error err = {.code = ERROR_NONE};
    unsigned role = 0;

    if (strcmp(wanted->role, "none") != 0 &&
        !enumeration_find(&BANK_ROLES, text_of(wanted->role), &role)) {
        (void)error_set(&err, ERROR_INVALID_INPUT,
                        "--role: '%s' is not editor, approver, owner or none",
                        wanted->role); /* always false */
        command_print_error(&err);
        return CLI_FAILED;
    }
    if (!set(config, wanted, arena, &err)) {
        command_print_error(&err);
        return CLI_FAILED;
    }
    (void)printf("%s: %s of %s\n", wanted->email, wanted->role, wanted->bank);
    return CLI_OK;
}
