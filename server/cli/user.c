/* quizd user create: accounts from the command line, also the first instructor and admin. The other
 * actions are in cli/user_admin.c. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "auth/password.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/user_admin.h"
#include "store/sql.h"
#include "store/users.h"

enum { CONNECT_LIMIT_S = 3 };

struct user_command {
    const char *email;
    const char *role;
    const char *name;
    const char *percent;
    const char *bank;
};

static void take(void *context, int key, const char *value)
{
    struct user_command *command = context;

    switch (key) {
    case 'e':
        command->email = value;
        break;
    case 'r':
        command->role = value;
        break;
    case 'n':
        command->name = value;
        break;
    case 'p':
        command->percent = value;
        break;
    case 'b':
        command->bank = value;
        break;
    default:
        break;
    }
}

/* 20 characters of 32: 100 bits. */
static struct text make_password(struct arena *arena)
{
    static const char ALPHABET[] = "abcdefghijkmnpqrstuvwxyz23456789";
    unsigned char bytes[20];
    char *password = arena_alloc_bytes(arena, sizeof bytes + 1);

    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        password[i] = ALPHABET[bytes[i] % 32];
    }
    password[sizeof bytes] = '\0';
    return (struct text){password, sizeof bytes};
}

/* The first line of standard input; one is made (and printed once) where that is a terminal or
 * empty. */
struct text user_read_password(struct arena *arena, bool *is_made)
{
    char line[LIMIT_PASSWORD_BYTES + 2];

    *is_made =
        isatty(STDIN_FILENO) != 0 || fgets(line, sizeof line, stdin) == NULL || line[0] == '\n';
    if (*is_made) {
        return make_password(arena);
    }
    line[strcspn(line, "\n")] = '\0';
    return arena_copy(arena, text_of(line));
}

/* The name to show; by default the local part of the address, for addresses are nobody else's
 * business. */
static bool choose_name(const struct user_command *command, struct text *name, struct error *err)
{
    struct text domain = TEXT_ABSENT;

    if (command->name == NULL) {
        return text_split(text_of(command->email), '@', name, &domain);
    }
    *name = text_of(command->name);
    const size_t length = text_is_utf8(*name) ? text_count_code_points(*name) : 0;
    if (length < 1 || length > LIMIT_DISPLAY_NAME) {
        return error_set(err, ERROR_INVALID_INPUT, "--name: must be 1 to %d characters of UTF-8",
                         LIMIT_DISPLAY_NAME);
    }
    const char *what = NULL;
    if (!shape_format_holds("name", *name, &what)) {
        return error_set(err, ERROR_INVALID_INPUT, "--name: must be %s", what);
    }
    return true;
}

static bool fill_account(const struct user_command *command, const struct config *config,
                         struct arena *arena, struct new_user *account, struct text *made,
                         struct error *err)
{
    bool is_made = false;
    unsigned role = 0;
    const char *what = NULL;

    if (!shape_format_holds("email", text_of(command->email), &what)) {
        return error_set(err, ERROR_INVALID_INPUT, "--email: '%s' is not an e-mail address",
                         command->email);
    }
    if (!enumeration_find(&ROLES, text_of(command->role), &role)) {
        return error_set(err, ERROR_INVALID_INPUT,
                         "--role: '%s' is not learner, instructor or admin", command->role);
    }
    struct text name = TEXT_ABSENT;
    if (!choose_name(command, &name, err)) {
        return false;
    }
    const struct new_password wanted = {.password = user_read_password(arena, &is_made),
                                        .email = text_of(command->email),
                                        .bytes_min = config->password_bytes_min};
    *made = is_made ? wanted.password : TEXT_ABSENT;
    *account = (struct new_user){.id = uuid_new(),
                                 .email = text_of(command->email),
                                 .display_name = name,
                                 .role = (enum role)role};
    return password_check_new(&wanted, arena, TEXT("/password"), err) &&
           password_hash(wanted.password, arena, &account->password_hash, err);
}

/* The connections are made in the background: a command that has only just begun must not give up
 * before they can be there. */
static void wait_for_connection(struct db *db)
{
    const struct timespec pause = {.tv_nsec = 10 * 1000000L};
    const int64_t deadline_us = clock_monotonic_us() + CONNECT_LIMIT_S * CLOCK_US_PER_S;

    while (!db_is_ready(db) && clock_monotonic_us() < deadline_us) {
        (void)nanosleep(&pause, NULL); /* woken early is no harm */
    }
}

static bool store_account(const struct config *config, const struct new_user *account,
                          struct arena *arena, struct error *err)
{
    const struct db_config database = {
        .url = config->database_url, .statements = SQL_ALL, .statement_count = SQL_ALL_COUNT};
    struct db *db = NULL;
    int64_t created_at = 0;

    if (!db_open(&database, &db, err)) {
        return false;
    }
    wait_for_connection(db);
    const bool is_created = store_users_create(db, arena, account, &created_at, err);
    db_close(db);
    return is_created;
}

static int create(const struct user_command *command, const struct config *config,
                  struct arena *arena)
{
    struct new_user account;
    struct text made = TEXT_ABSENT; /* the password, where there was none to read */
    struct error err = {.code = ERROR_NONE};

    if (!fill_account(command, config, arena, &account, &made, &err) ||
        !store_account(config, &account, arena, &err)) {
        command_print_error(&err);
        return CLI_FAILED;
    }
    (void)printf("%s %s created\n", command->role, command->email);
    if (made.data != NULL) {
        (void)printf("password (shown once): %.*s\n", TEXT_ARG(made));
    }
    return CLI_OK;
}

static const char USAGE[] = "Usage: quizd user create --email ADDRESS --role ROLE [--name NAME]\n"
                            "       quizd user list [--role ROLE] [--email ADDRESS]\n"
                            "       quizd user disable|enable|reset-password --email ADDRESS\n"
                            "       quizd user extra-time --email ADDRESS --percent N\n"
                            "       quizd user bank-role --email ADDRESS --bank BANK --role ROLE\n";

static bool is_usage_right(const char *verb, const struct user_command *command)
{
    if (strcmp(verb, "bank-role") == 0) {
        return command->email != NULL && command->bank != NULL && command->role != NULL &&
               command->name == NULL && command->percent == NULL;
    }
    if (command->bank != NULL) {
        return false;
    }
    if (strcmp(verb, "create") == 0) {
        return command->email != NULL && command->role != NULL && command->percent == NULL;
    }
    if (strcmp(verb, "list") == 0) {
        return command->name == NULL && command->percent == NULL;
    }
    if (command->email == NULL || command->role != NULL || command->name != NULL) {
        return false;
    }
    return strcmp(verb, "extra-time") == 0 ? command->percent != NULL
                                           : command->percent == NULL && user_action_is_known(verb);
}

static int run(const char *verb, const struct user_command *command, const struct config *config,
               struct arena *arena)
{
    const struct user_action action = {.verb = verb,
                                       .email = command->email,
                                       .role = command->role,
                                       .password_bytes_min = config->password_bytes_min};

    if (strcmp(verb, "create") == 0) {
        return create(command, config, arena);
    }
    if (strcmp(verb, "extra-time") == 0) {
        return user_set_extra_time(config, command->email, command->percent, arena);
    }
    if (strcmp(verb, "bank-role") == 0) {
        const struct user_bank_role wanted = {command->email, command->bank, command->role};
        return user_set_bank_role(config, &wanted, arena);
    }
    return user_action_run(&action, config, arena);
}

static const struct argp_option OPTIONS[] = {
    {.name = "email",
     .key = 'e',
     .arg = "ADDRESS",
     .doc = "E-mail address, the name to log in with"},
    {.name = "role",
     .key = 'r',
     .arg = "ROLE",
     .doc = "learner, instructor or admin; bank-role: editor, approver, owner or none"},
    {.name = "name",
     .key = 'n',
     .arg = "NAME",
     .doc = "Display name (default: the address up to the @)"},
    {.name = "percent",
     .key = 'p',
     .arg = "N",
     .doc = "extra-time: how many percent longer exams are for this account (0 to 300)"},
    {.name = "bank", .key = 'b', .arg = "BANK", .doc = "bank-role: the bank's slug"},
    {0}};

int cli_user(int argc, char **argv)
{
    static const struct command_spec SPEC = {
        .arguments = "create|list|disable|enable|reset-password|extra-time|bank-role",
        .about = "Creates an account, lists accounts (id, role, state, time, address), disables or "
                 "enables one, gives it another password, which ends its logins, extra time for "
                 "exams, or a role in a bank. A password is read from standard input; at a "
                 "terminal, or where nothing "
                 "comes, one is made and printed once.",
        .options = OPTIONS,
        .take = take,
        .argument_min = 1,
        .argument_max = 1};
    struct arena *arena = arena_create();
    struct user_command command = {.email = NULL};
    struct command_input input;
    int status = CLI_USAGE;

    if (command_parse(&SPEC, argc, argv, &command, arena, &input)) {
        if (!is_usage_right(input.arguments[0], &command)) {
            (void)fputs(USAGE, stderr);
        } else if (command_need_database(&input.config)) {
            status = run(input.arguments[0], &command, &input.config, arena);
        }
    }
    arena_free(arena);
    return status;
}
