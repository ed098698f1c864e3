/* quizd calibrate --bank B: how difficult questions are, from the answers of everybody. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "store/calibration.h"

enum { ANSWERS_MIN = 30, IN_FORCE_AFTER_S = 10, BAR = 30, DECIMAL = 10 };

struct calibrate_command {
    const char *bank;
    const char *answers_max; /* NULL: what the store thinks right */
    bool is_dry_run;
    int64_t last_shown_us;
};

static void take(void *context, int key, const char *value)
{
    struct calibrate_command *command = context;

    if (key == 'b') {
        command->bank = value;
    }
    if (key == 'm') {
        command->answers_max = value;
    }
    command->is_dry_run = command->is_dry_run || key == 'n';
}

/* NULL: 0. */
static bool parse_count(const char *given, size_t *count)
{
    char *end = NULL;

    if (given == NULL) {
        return true;
    }
    const long long value = strtoll(given, &end, DECIMAL);
    *count = (size_t)value;
    return end != given && *end == '\0' && value > 0;
}

/* On a terminal only, ten times a second. */
static bool may_show(struct calibrate_command *command)
{
    const int64_t now_us = clock_monotonic_us();

    if (isatty(STDERR_FILENO) == 0 || now_us - command->last_shown_us < CLOCK_US_PER_S / 10) {
        return false;
    }
    command->last_shown_us = now_us;
    return true;
}

static void show_reading(void *context, size_t answers, size_t learners)
{
    if (may_show(context)) {
        (void)fprintf(stderr, "\rreading: %zu answers of %zu learners ", answers, learners);
    }
}

/* The change falls from about 1 to 0.001: a tenth of the bar for a factor of 2. */
static void show_fitting(void *context, size_t round, double change)
{
    char bar[BAR + 1];
    int filled = 0;

    if (!may_show(context)) {
        return;
    }
    for (double left = 1.0; left > change && filled < BAR; left /= 1.26) {
        filled++;
    }
    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)filled);
    bar[BAR] = '\0';
    (void)fprintf(stderr, "\rfitting: [%s] round %zu, change %.4f ", bar, round, change);
}

static void print_counts(const struct calibrate_command *command,
                         const struct calibration_counts *counts)
{
    if (isatty(STDERR_FILENO) != 0) {
        (void)fputs("\n", stderr);
    }
    (void)printf("%s: %lld questions from %lld answers of %lld learners in %lld rounds; %lld "
                 "changed%s\n",
                 command->bank, (long long)counts->items, (long long)counts->answers,
                 (long long)counts->learners, (long long)counts->rounds, (long long)counts->changed,
                 command->is_dry_run ? " (dry run: nothing was changed)" : "");
    if (counts->left_out > 0) {
        (void)printf("%lld learners were left out: more answers than fit in memory\n",
                     (long long)counts->left_out);
    }
    if (counts->in_force_at != 0) {
        char time[CLOCK_RFC3339_BYTES];
        (void)printf("in force for attempts that start from %.*s on\n",
                     TEXT_ARG(clock_format_rfc3339(counts->in_force_at, time)));
    }
}

static int run(struct calibrate_command *command, size_t answers_max, const struct config *config)
{
    const struct db_session_config database = {.url = config->database_direct_url,
                                               .application_name = "quizd calibrate"};
    const struct irt_watch watch = {show_fitting, command};
    const struct calibration_options options = {.bank = text_of(command->bank),
                                                .answers_min = ANSWERS_MIN,
                                                .answers_max = answers_max,
                                                .delay_s = IN_FORCE_AFTER_S,
                                                .is_dry_run = command->is_dry_run,
                                                .reading = show_reading,
                                                .watch = &watch,
                                                .context = command};
    struct calibration_counts counts;
    struct db_session *session = NULL;
    struct error err = {.code = ERROR_NONE};

    const bool is_done = db_session_open(&database, &session, &err) &&
                         store_calibrate(session, &options, &counts, &err);
    db_session_close(session);
    if (!is_done) {
        command_print_error(&err);
        return CLI_FAILED;
    }
    print_counts(command, &counts);
    return CLI_OK;
}

int cli_calibrate(int argc, char **argv)
{
    static const struct argp_option OPTIONS[] = {
        {.name = "bank", .key = 'b', .arg = "SLUG", .doc = "The bank"},
        {.name = "answers-max",
         .key = 'm',
         .arg = "N",
         .doc = "Look at no more answers (8 bytes each; default 8000000); further learners are "
                "left out"},
        {.name = "dry-run", .key = 'n', .doc = "Fit and count, but change nothing"},
        {0}};
    static const struct command_spec SPEC = {
        .about =
            "Finds out how difficult the questions of a bank are from the first answer of "
            "every learner to each (two-parameter logistic model; questions with 30 answers or "
            "more), for the estimates of weak areas. The same answers give the same result.",
        .options = OPTIONS,
        .take = take};
    struct arena *arena = arena_create();
    struct calibrate_command command = {.bank = NULL};
    struct command_input input;
    int status = CLI_USAGE;

    if (command_parse(&SPEC, argc, argv, &command, arena, &input)) {
        size_t answers_max = 0;
        if (command.bank == NULL) {
            (void)fputs("quizd: --bank is needed\n", stderr);
        } else if (!parse_count(command.answers_max, &answers_max)) {
            (void)fputs("quizd: --answers-max: a number from 1 on\n", stderr);
        } else if (command_need_database(&input.config)) {
            status = run(&command, answers_max, &input.config);
        }
    }
    arena_free(arena);
    return status;
}
