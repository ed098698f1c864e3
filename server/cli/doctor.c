/* quizd doctor: looks at everything that makes a server start badly or lose data, and says what to
 * do about it. Changes nothing. */
#include "cli/doctor.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli/command_line.h"
#include "cli/commands.h"

void doctor_good(struct doctor *doctor, const char *name, const char *format, ...)
{
    va_list arguments;

    (void)doctor; /* only failures are counted */
    (void)printf("OK    %-18s  ", name);
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
    (void)putchar('\n');
}

void doctor_bad(struct doctor *doctor, const char *name, struct text what, const char *fix, ...)
{
    va_list arguments;

    doctor->failures++;
    (void)printf("FAIL  %-18s  %.*s\n      fix: ", name, TEXT_ARG(what));
    va_start(arguments, fix);
    (void)vprintf(fix, arguments);
    va_end(arguments);
    (void)putchar('\n');
}

int cli_doctor(int argc, char **argv)
{
    static const struct command_spec SPEC = {
        .about = "Looks at the settings, the key and the database as the server would find them, "
                 "and prints OK or FAIL with what mends it. To be run as the user that serves, "
                 "with its settings. Exit status 0: all is well."};
    struct arena *arena = arena_create();
    struct command_input input;
    struct doctor doctor = {.config = &input.config, .arena = arena};

    if (command_parse(&SPEC, argc, argv, NULL, arena, &input)) {
        doctor_check_settings(&doctor);
        doctor_check_database(&doctor);
    } else {
        doctor_bad(&doctor, "configuration", TEXT("a setting has a wrong value"),
                   "see above; `quizd config` lists every setting");
    }
    arena_free(arena);
    return doctor.failures == 0 ? CLI_OK : CLI_FAILED;
}
