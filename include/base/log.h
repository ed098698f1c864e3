/*
 * JSON lines on standard error: {"at":…,"level":…,"event":"attempt.finished",…}. Dotted event
 * names; never secrets, tokens, bodies or answers. One write(2) a line, so that lines of threads do
 * not mix.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "base/uuid.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_LEVEL_COUNT };

struct log_field {
    const char *name;
    enum { LOG_FIELD_TEXT, LOG_FIELD_I64, LOG_FIELD_UUID, LOG_FIELD_BOOL } kind;
    union {
        struct text text;
        int64_t i64;
        struct uuid uuid;
        bool boolean;
    } value;
};

struct log_field log_text(const char *name, struct text value);
struct log_field log_string(const char *name, const char *value);
struct log_field log_i64(const char *name, int64_t value);
struct log_field log_uuid(const char *name, struct uuid value);
struct log_field log_bool(const char *name, bool value);

void log_set_level(enum log_level least);
bool log_parse_level(struct text t, enum log_level *level);
bool log_is_on(enum log_level level);
/* `fields` ends with a field whose name is NULL; use the macros below. */
void log_write(enum log_level level, const char *event, const struct log_field *fields);

#define LOG_END ((struct log_field){.name = NULL})
#define LOG_ARGUMENTS(event, ...)     \
    event, (const struct log_field[]) \
    {                                 \
        __VA_ARGS__                   \
    }
/* log_info("attempt.finished", log_uuid("attempt_id", id), …) */
#define log_debug(...) log_write(LOG_DEBUG, LOG_ARGUMENTS(__VA_ARGS__, LOG_END))
#define log_info(...) log_write(LOG_INFO, LOG_ARGUMENTS(__VA_ARGS__, LOG_END))
#define log_warn(...) log_write(LOG_WARN, LOG_ARGUMENTS(__VA_ARGS__, LOG_END))
#define log_error(...) log_write(LOG_ERROR, LOG_ARGUMENTS(__VA_ARGS__, LOG_END))

#endif
