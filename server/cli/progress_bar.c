/* Progress on standard error. */
#include "cli/progress_bar.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { BAR_CELLS = 30, SECONDS_PER_MINUTE = 60, PLAIN_SECONDS = 5 };

void progress_bar_start(struct progress_bar *bar, const char *what)
{
    const int64_t now_us = clock_monotonic_us();
    *bar = (struct progress_bar){.what = what,
                                 .is_terminal = isatty(STDERR_FILENO) != 0,
                                 .started_us = now_us,
                                 .shown_us = now_us};
}

static void print_rate(const struct progress_bar *bar, int64_t now_us, size_t done, size_t total)
{
    const double seconds = (double)(now_us - bar->started_us) / CLOCK_US_PER_S;
    const double rate = seconds > 0.0 ? (double)done / seconds : 0.0;
    (void)fprintf(stderr, ", %.0f/s", rate);
    if (total > done && rate > 0.0) {
        const long left = (long)((double)(total - done) / rate);
        (void)fprintf(stderr, ", %ld:%02ld left", left / SECONDS_PER_MINUTE,
                      left % SECONDS_PER_MINUTE);
    }
}

static void print_bar(size_t done, size_t total)
{
    const size_t full = total == 0 ? 0 : done * BAR_CELLS / total;
    (void)fputc('[', stderr);
    for (size_t i = 0; i < BAR_CELLS; i++) {
        (void)fputc(i < full ? '#' : '.', stderr);
    }
    (void)fputs("] ", stderr);
}

void progress_bar_show(struct progress_bar *bar, size_t done, size_t total)
{
    const int64_t now_us = clock_monotonic_us();
    const int64_t pause_us =
        bar->is_terminal ? CLOCK_US_PER_S / 10 : PLAIN_SECONDS * CLOCK_US_PER_S;
    const bool is_last = bar->is_terminal && total > 0 && done == total;
    if (!is_last && now_us - bar->shown_us < pause_us) {
        return;
    }
    bar->shown_us = now_us;
    (void)fprintf(stderr, "%s%s ", bar->is_terminal ? "\r" : "", bar->what);
    if (bar->is_terminal && total > 0) {
        print_bar(done, total);
    }
    if (total > 0) {
        (void)fprintf(stderr, "%zu of %zu (%zu %%)", done, total, done * 100 / total);
    } else {
        (void)fprintf(stderr, "%zu", done);
    }
    print_rate(bar, now_us, done, total);
    (void)fputs(bar->is_terminal ? "\033[K" : "\n", stderr);
    bar->has_line = bar->is_terminal;
}

void progress_bar_end(struct progress_bar *bar)
{
    if (bar->has_line) {
        (void)fputc('\n', stderr);
    }
    bar->has_line = false;
}
