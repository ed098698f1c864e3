/*
 * Reading files without trusting their names: a FIFO or a device is refused before anything is read
 * (opening does not block), and a file that grows while it is read is cut off at the limit.
 */
#include "bank/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 * 1024 };

static const char *describe(int error_number)
{
    switch (error_number) {
    case ENOENT:
        return "there is no such file or folder";
    case EACCES:
        return "permission denied";
    case ENOTDIR:
        return "this is not a folder";
    case EISDIR:
        return "this is a folder";
    case ELOOP:
        return "too many symbolic links";
    default:
        return "cannot be read";
    }
}

static bool refuse(struct diagnostics *diagnostics, const char *path, const char *code,
                   const char *why)
{
    diagnostics_add(diagnostics, SEVERITY_ERROR, (struct spot){.file = text_of(path)}, code, "%s",
                    why);
    return false;
}

/* A descriptor of a regular file, or of standard input whatever it is; -1 where there is none. */
static int open_regular(const char *path, struct diagnostics *diagnostics)
{
    if (strcmp(path, "-") == 0) {
        return STDIN_FILENO;
    }
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        (void)refuse(diagnostics, path, "unreadable", describe(errno)); /* always false */
        return -1;
    }
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        (void)close(descriptor); /* nothing was written */
        (void)refuse(diagnostics, path, "unreadable",
                     "this is not a regular file"); /* always false */
        return -1;
    }
    return descriptor;
}

/* Reads to the end or to one byte past the limit. False where reading fails. */
static bool read_all(struct arena *arena, int descriptor, size_t max_bytes, struct text *bytes)
{
    size_t capacity = PIECE_BYTES;
    size_t len = 0;
    char *data = arena_alloc_bytes(arena, capacity);
    while (len <= max_bytes) {
        if (len == capacity) {
            char *larger = arena_alloc_bytes(arena, 2 * capacity);
            memcpy(larger, data, len);
            data = larger;
            capacity *= 2;
        }
        const size_t wanted =
            capacity - len < max_bytes + 1 - len ? capacity - len : max_bytes + 1 - len;
        const ssize_t got = read(descriptor, data + len, wanted);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            *bytes = (struct text){.data = data, .len = len};
            return got == 0;
        }
        len += (size_t)got;
    }
    *bytes = (struct text){.data = data, .len = len};
    return true;
}

bool bank_file_read(struct arena *arena, const char *path, size_t max_bytes, struct text *bytes,
                    struct diagnostics *diagnostics)
{
    const int descriptor = open_regular(path, diagnostics);
    if (descriptor < 0) {
        return false;
    }
    const bool is_read = read_all(arena, descriptor, max_bytes, bytes);
    const int error_number = errno;
    if (descriptor != STDIN_FILENO) {
        (void)close(descriptor); /* nothing was written */
    }
    if (!is_read) {
        return refuse(diagnostics, path, "unreadable", describe(error_number));
    }
    if (bytes->len > max_bytes) {
        diagnostics_add(diagnostics, SEVERITY_ERROR, (struct spot){.file = text_of(path)},
                        "too_large", "this file has more than %zu bytes", max_bytes);
        return false;
    }
    return true;
}

static bool is_wanted(const char *name, const char *suffix)
{
    const size_t length = strlen(name);
    const size_t suffix_length = strlen(suffix);
    return name[0] != '.' && length > suffix_length &&
           strcmp(name + length - suffix_length, suffix) == 0;
}

static int compare_paths(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int accept_all(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

bool bank_file_list(struct arena *arena, const char *folder, const char *suffix,
                    const char ***paths, size_t *count, struct diagnostics *diagnostics)
{
    struct dirent **entries = NULL;
    const int entry_count = scandir(folder, &entries, accept_all, NULL);
    if (entry_count < 0) {
        return refuse(diagnostics, folder, "unreadable", describe(errno));
    }
    arena_defer(arena, free, entries);
    const char **found = arena_new_array(arena, (size_t)entry_count, const char *);
    *count = 0;
    for (int i = 0; i < entry_count; i++) {
        arena_defer(arena, free, entries[i]);
        if (is_wanted(entries[i]->d_name, suffix)) {
            found[(*count)++] = arena_printf(arena, "%s/%s", folder, entries[i]->d_name).data;
        }
    }
    if (*count > 0) {
        qsort(found, *count, sizeof *found, compare_paths);
    }
    *paths = found;
    return true;
}
