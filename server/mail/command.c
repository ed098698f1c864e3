/* A program that takes the message on its standard input, such as sendmail -t. No shell. What it
 * says is thrown away: it may be the address or the message, and our standard error is the log. */
#include "mail/delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { ARGUMENTS_MAX = 16, POLL_MS = 20 };

extern char **environ;

static bool split(const struct delivery *delivery, struct arena *arena,
                  char *arguments[ARGUMENTS_MAX + 1])
{
    struct text rest = delivery->place;
    struct text word = TEXT_ABSENT;
    size_t count = 0;
    bool has_more = true;

    while (has_more) {
        has_more = text_split(rest, ' ', &word, &rest);
        if (word.len == 0) {
            continue;
        }
        if (count == ARGUMENTS_MAX) {
            return false;
        }
        char *copy = arena_alloc_bytes(arena, word.len + 1);
        memcpy(copy, word.data, word.len);
        copy[word.len] = '\0';
        arguments[count++] = copy;
    }
    arguments[count] = NULL;
    return count > 0;
}

/* Signals as a program expects them: ours are blocked for the thread that waits for them. */
static bool start(char *arguments[ARGUMENTS_MAX + 1], int input, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t defaults;

    (void)sigemptyset(&none);
    (void)sigemptyset(&defaults);
    (void)sigaddset(&defaults, SIGPIPE);
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return false;
    }
    if (posix_spawnattr_init(&attributes) != 0) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return false;
    }
    const bool is_started =
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) == 0 &&
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO) == 0 &&
        posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
        posix_spawnattr_setsigdefault(&attributes, &defaults) == 0 &&
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) ==
            0 &&
        posix_spawn(child, arguments[0], &actions, &attributes, arguments, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    return is_started;
}

/* Without SIGPIPE where the program does not read on: hence a socket and not a pipe. */
static bool feed(int output, struct text message, int64_t deadline_us)
{
    size_t sent = 0;

    while (sent < message.len && clock_monotonic_us() < deadline_us) {
        const ssize_t count =
            send(output, message.data + sent, message.len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) {
            sent += (size_t)count;
        } else if (errno == EAGAIN) {
            struct pollfd wanted = {.fd = output, .events = POLLOUT};
            (void)poll(&wanted, 1, POLL_MS); /* the next send tells */
        } else if (errno != EINTR) {
            return false;
        }
    }
    return sent == message.len;
}

/* Waits for the end, and makes one at the deadline. */
static bool wait_for(pid_t child, int64_t deadline_us)
{
    const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};
    int status = 0;

    while (waitpid(child, &status, WNOHANG) == 0) {
        if (clock_monotonic_us() >= deadline_us) {
            (void)kill(child, SIGKILL);
            (void)waitpid(child, &status, 0);
            return false;
        }
        (void)nanosleep(&pause, NULL); /* woken early is no harm */
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool delivery_run_command(const struct delivery *delivery, struct text message, struct arena *arena,
                          struct error *err)
{
    const int64_t deadline_us = clock_monotonic_us() + DELIVERY_LIMIT_S * CLOCK_US_PER_S;
    char *arguments[ARGUMENTS_MAX + 1];
    int ends[2];
    pid_t child = 0;

    if (!split(delivery, arena, arguments) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return error_set(err, ERROR_UNAVAILABLE, "the command for mail cannot be prepared");
    }
    const bool is_started = start(arguments, ends[0], &child);
    (void)close(ends[0]);
    const bool is_fed = is_started && feed(ends[1], message, deadline_us);
    (void)close(ends[1]);
    const bool has_ended_well = is_started && wait_for(child, deadline_us);
    return (is_fed && has_ended_well) ||
           error_set(err, ERROR_UNAVAILABLE, "the command for mail %s",
                     !is_started ? "cannot be started" : "failed, or took too long");
}
