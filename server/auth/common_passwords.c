/* A binary search over the lines of one sorted text: 80 KB, without a table of pointers. */
#include "auth/common_passwords.h"

enum { COMMON_BYTES_MAX = 64 };

static struct text lower(struct text password, char out[COMMON_BYTES_MAX])
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz";

    for (size_t i = 0; i < password.len; i++) {
        const char c = password.data[i];
        out[i] = c;
        if (c >= 'A' && c <= 'Z') {
            out[i] = LETTERS[c - 'A'];
        }
    }
    return (struct text){.data = out, .len = password.len};
}

/* The line around the place `at`, which is not that of the first line feed. */
static struct text line_at(size_t at, size_t *from)
{
    size_t first = at;
    size_t end = at;

    while (COMMON_PASSWORDS[first - 1] != '\n') {
        first--;
    }
    while (COMMON_PASSWORDS[end] != '\n') {
        end++;
    }
    *from = first;
    return (struct text){.data = COMMON_PASSWORDS + first, .len = end - first};
}

bool password_is_common(struct text password)
{
    char bytes[COMMON_BYTES_MAX];
    size_t low = 1; /* the begin of a line, as is high; or the end */
    size_t high = COMMON_PASSWORDS_BYTES;

    if (password.len > sizeof bytes) {
        return false;
    }
    const struct text wanted = lower(password, bytes);
    while (low < high) {
        size_t from = 0;
        const struct text line = line_at(low + (high - low) / 2, &from);
        const int order = text_compare(wanted, line);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            high = from;
        } else {
            low = from + line.len + 1;
        }
    }
    return false;
}
