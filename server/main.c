/* quizd: the first word names the subcommand; everything else is in server/cli/. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/random.h"
#include "cli/commands.h"
#include "json/body.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about;
} COMMANDS[] = {
    {"serve", cli_serve, "answer requests"},
    {"migrate", cli_migrate, "bring the database's schema up to date, or show where it stands"},
    {"import", cli_import, "read a bank, or questions of many formats, into the database"},
    {"export", cli_export, "write a bank's questions as a file of one of these formats"},
    {"notes", cli_notes, "show the section tree of a Markdown file"},
    {"lint", cli_lint, "check the quality of a bank's folder"},
    {"coverage", cli_coverage, "show what a bank has and what it lacks"},
    {"user", cli_user, "create, list, disable and enable accounts, give extra time"},
    {"team", cli_team, "give the members of a team extra time"},
    {"verify", cli_verify, "replay all stored scores and evidence, and report differences"},
    {"calibrate", cli_calibrate, "find out how difficult questions are, from all answers"},
    {"openapi", cli_openapi, "print the API's OpenAPI document"},
    {"config", cli_config, "list every setting"},
    {"doctor", cli_doctor, "look for what is wrong with an installation"},
    {"healthcheck", cli_healthcheck, "ask a running server whether it is ready"},
    {"version", cli_version, "print the version"},
};

static void print_help(FILE *out)
{
    (void)fputs("Usage: quizd COMMAND [OPTION…]\n\nA quiz backend with a question bank.\n\n", out);
    for (size_t i = 0; i < COUNT_OF(COMMANDS); i++) {
        (void)fprintf(out, "  %-12s %s\n", COMMANDS[i].name, COMMANDS[i].about);
    }
    (void)fputs(
        "\n`quizd COMMAND --help` says more, with every setting and its environment variable.\n",
        out);
}

/* What threads need is in their arenas. Of the C library's own heaps, which keep what was freed in
 * them, a few do for the rest; by itself it makes eight for a processor. */
enum { HEAPS_MAX = 4 };

int main(int argc, char **argv)
{
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet */
    (void)mallopt(M_ARENA_MAX, HEAPS_MAX); /* refused: only more memory */
    random_start();
    body_start();
    if (argc < 2) {
        print_help(stderr);
        return 2;
    }
    for (size_t i = 0; i < COUNT_OF(COMMANDS); i++) {
        if (strcmp(argv[1], COMMANDS[i].name) == 0) {
            char name[64];
            (void)snprintf(name, sizeof name, "quizd %s", COMMANDS[i].name);
            argv[1] = name;
            return COMMANDS[i].run(argc - 1, argv + 1);
        }
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return 0;
    }
    (void)fprintf(stderr, "quizd: there is no command '%s'\n\n", argv[1]);
    print_help(stderr);
    return 2;
}
