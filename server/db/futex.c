/* See db/futex.h. The C library has no function for it, only syscall(), which is not in POSIX. */
#define _DEFAULT_SOURCE /* NOLINT(bugprone-reserved-identifier): shows syscall() */
#include "db/futex.h"

#include <stddef.h>
#include <unistd.h>

#include <linux/futex.h>
#include <sys/syscall.h>

void futex_wait(atomic_uint *word, unsigned seen)
{
    /* EAGAIN (the word has changed) and EINTR both mean: look again. */
    (void)syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}

void futex_wake(atomic_uint *word, int count)
{
    (void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0); /* cannot fail */
}
