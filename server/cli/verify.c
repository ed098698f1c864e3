/* quizd verify: replays every stored answer, score and sum of evidence, and says what differs. */
#include <stdio.h>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "db/db.h"
#include "store/sql.h"
#include "store/verify.h"

static void report(void *context, const char *difference)
{
    (void)context;
    (void)printf("%s\n", difference);
}

static void take(void *context, int key, const char *value)
{
    bool *recomputes_points = context;

    (void)value;
    *recomputes_points = *recomputes_points || key == 'p';
}

static int run(const struct config *config, bool recomputes_points)
{
    const struct db_session_config database = {.url = config->database_direct_url,
                                               .application_name = "quizd verify"};
    const struct db_config lanes = {
        .url = config->database_url, .statements = SQL_ALL, .statement_count = SQL_ALL_COUNT};
    struct verify_options options = {.report = report, .mends_points = recomputes_points};
    struct verify_counts counts = {0};
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};

    const bool is_done = db_session_open(&database, &session, &err) &&
                         db_open(&lanes, &options.db, &err) &&
                         store_verify(session, &options, &counts, &err);
    db_close(options.db);
    db_session_close(session);
    if (!is_done) {
        command_print_error(&err);
        return CLI_FAILED;
    }
    if (recomputes_points) {
        (void)printf("points of %lld days recomputed\n", (long long)counts.mended_days);
    }
    (void)printf("%lld attempts, %lld answers, %lld sums of evidence, %lld memories, %lld quarters "
                 "of an hour replayed: %lld differences\n",
                 (long long)counts.attempts, (long long)counts.answers, (long long)counts.evidence,
                 (long long)counts.reviews, (long long)counts.quarters,
                 (long long)counts.differences);
    return counts.differences == 0 ? CLI_OK : CLI_FAILED;
}

int cli_verify(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {
        {.name = "recompute-points",
         .key = 'p',
         .doc = "First make the points of leaderboards what the stored answers say"},
        {0}};
    static const struct command_spec SPEC = {
        .about = "Scores every stored answer again from its pinned question version, response and "
                 "rules, adds up every score and every learner's evidence, memories of "
                 "questions, activity and points, and reports what differs. Exit status 1 where "
                 "anything does. Changes nothing unless told so.",
        .options = OPTIONS,
        .take = take};
    struct arena *arena = arena_create();
    struct command_input input;
    int status = CLI_USAGE;
    bool recomputes_points = false;

    if (command_parse(&SPEC, argc, argv, &recomputes_points, arena, &input) &&
        command_need_database(&input.config)) {
        status = run(&input.config, recomputes_points);
    }
    arena_free(arena);
    return status;
}
