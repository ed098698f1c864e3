/*
 * Sleeping on a word of memory until somebody changes it: the kernel's futex (man 2 futex), private
 * to the process. POSIX has nothing that wakes many sleepers by one system call without a lock that
 * all of them then queue for.
 */
#ifndef DB_FUTEX_H
#define DB_FUTEX_H

#include <stdatomic.h>

/* Sleeps while *word == seen; may return for no reason. */
void futex_wait(atomic_uint *word, unsigned seen);
/* Wakes up to `count` sleepers, the longest sleeping first. */
void futex_wake(atomic_uint *word, int count);

#endif
