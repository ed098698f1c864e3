/*
 * How far a long command has come, on standard error: a bar with rate and time left on a terminal,
 * a line every few seconds elsewhere.
 */
#ifndef CLI_PROGRESS_BAR_H
#define CLI_PROGRESS_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress_bar {
    const char *what; /* "importing" */
    bool is_terminal;
    int64_t started_us;
    int64_t shown_us;
    bool has_line; /* a bar stands on the line */
};

void progress_bar_start(struct progress_bar *bar, const char *what);
/* `total` 0: not known. Shows something only now and then. */
void progress_bar_show(struct progress_bar *bar, size_t done, size_t total);
/* Ends the line of the bar. */
void progress_bar_end(struct progress_bar *bar);

#endif
