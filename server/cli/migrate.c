/* quizd migrate: the schema, forward. */
#include <stdio.h>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/schema.h"
#include "db/migration.h"

struct migrate {
    bool only_status;
};

static void take(void *context, int key, const char *value)
{
    struct migrate *migrate = context;

    (void)value;
    migrate->only_status = migrate->only_status || key == 's';
}

/* 0 where the schema is this program's, else 1: for scripts. */
static bool show_status(struct db_session *session, struct arena *arena, int *status,
                        struct error *err)
{
    struct migration_status found;

    if (!migration_read_status(session, arena, MIGRATIONS, MIGRATIONS_COUNT, &found, err)) {
        return false;
    }
    (void)printf("%zu applied, %zu pending\n", found.applied_count, found.pending_count);
    for (size_t i = MIGRATIONS_COUNT - found.pending_count; i < MIGRATIONS_COUNT; i++) {
        (void)printf("pending: %s\n", MIGRATIONS[i].name);
    }
    if (found.edited != NULL) {
        (void)printf("edited after it was applied: %s\n", found.edited->name);
    }
    if (found.unknown_number != 0) {
        (void)printf("unknown to this program: %lld (the database is newer)\n",
                     (long long)found.unknown_number);
    }
    *status = found.pending_count == 0 && found.edited == NULL && found.unknown_number == 0
                  ? CLI_OK
                  : CLI_FAILED;
    return true;
}

static bool apply(struct db_session *session, const struct config *config, struct arena *arena,
                  struct error *err)
{
    size_t applied = 0;

    if (!schema_bring_up_to_date(session, config, arena, &applied, err)) {
        return false;
    }
    if (applied == 0) {
        (void)puts("The schema is up to date.");
    } else {
        (void)printf("%zu migration%s applied.\n", applied, applied == 1 ? "" : "s");
    }
    return true;
}

static int run(const struct migrate *migrate, const struct config *config, struct arena *arena)
{
    const struct db_session_config database = {.url = config->database_direct_url,
                                               .application_name = "quizd migrate"};
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};
    int status = CLI_OK;

    const bool is_good = db_session_open(&database, &session, &err) &&
                         (migrate->only_status ? show_status(session, arena, &status, &err)
                                               : apply(session, config, arena, &err));
    if (!is_good) {
        command_print_error(&err);
        status = CLI_FAILED;
    }
    db_session_close(session);
    return status;
}

int cli_migrate(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {
        {.name = "status",
         .key = 's',
         .doc = "Change nothing: show what is applied and what is pending; exit 1 unless all is"},
        {0}};
    static const struct command_spec SPEC = {
        .about = "Applies the migrations that the database has not seen yet, as the owner of its "
                 "tables, and gives the role that the server runs as its rights.",
        .options = OPTIONS,
        .take = take};
    struct arena *arena = arena_create();
    struct migrate migrate = {.only_status = false};
    struct command_input input;
    int status = CLI_USAGE;

    if (command_parse(&SPEC, argc, argv, &migrate, arena, &input) &&
        command_need_database(&input.config)) {
        status = run(&migrate, &input.config, arena);
    }
    arena_free(arena);
    return status;
}
