/*
 * One JSON object a line on standard error, built on the stack and written with one write(2), so
 * that lines of threads do not mix. A line has LINE_BYTES at most: a long text is cut, and a field
 * that does not fit any more is left out and "truncated" says so.
 */
#include "base/log.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"

enum { LINE_BYTES = 3072, TEXT_BYTES_MAX = 1024 };

static const char *const LEVELS[LOG_LEVEL_COUNT] = {"debug", "info", "warn", "error"};

/* The one thing that may change while threads run: an atomic, so that nobody needs a lock to read
 * it. */
static atomic_int least_level = LOG_INFO;

struct log_field log_text(const char *name, struct text value)
{
    return (struct log_field){.name = name, .kind = LOG_FIELD_TEXT, .value = {.text = value}};
}

struct log_field log_string(const char *name, const char *value)
{
    return log_text(name, text_of(value));
}

struct log_field log_i64(const char *name, int64_t value)
{
    return (struct log_field){.name = name, .kind = LOG_FIELD_I64, .value = {.i64 = value}};
}

struct log_field log_uuid(const char *name, struct uuid value)
{
    return (struct log_field){.name = name, .kind = LOG_FIELD_UUID, .value = {.uuid = value}};
}

struct log_field log_bool(const char *name, bool value)
{
    return (struct log_field){.name = name, .kind = LOG_FIELD_BOOL, .value = {.boolean = value}};
}

void log_set_level(enum log_level least)
{
    atomic_store_explicit(&least_level, (int)least, memory_order_relaxed);
}

bool log_parse_level(struct text t, enum log_level *level)
{
    for (size_t i = 0; i < COUNT_OF(LEVELS); i++) {
        if (text_equal(t, text_of(LEVELS[i]))) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

bool log_is_on(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&least_level, memory_order_relaxed);
}

static void append_value(struct buffer *line, const struct log_field *field)
{
    char id[UUID_TEXT_BYTES + 1];
    switch (field->kind) {
    case LOG_FIELD_TEXT:
        if (field->value.text.data == NULL) {
            buffer_append(line, TEXT("null"));
        } else {
            buffer_append_json_string(line, text_slice(field->value.text, 0, TEXT_BYTES_MAX));
        }
        break;
    case LOG_FIELD_I64:
        buffer_append_i64(line, field->value.i64);
        break;
    case LOG_FIELD_UUID:
        buffer_append_json_string(line, uuid_format(field->value.uuid, id));
        break;
    case LOG_FIELD_BOOL:
        buffer_append(line, field->value.boolean ? TEXT("true") : TEXT("false"));
        break;
    }
}

/* Appends the field, or nothing where it does not fit. */
static bool append_field(struct buffer *line, const struct log_field *field)
{
    const size_t len_before = line->len;
    buffer_append_char(line, ',');
    buffer_append_json_string(line, text_of(field->name));
    buffer_append_char(line, ':');
    append_value(line, field);
    if (line->is_over) {
        line->len = len_before;
        line->is_over = false;
        return false;
    }
    return true;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    if (!log_is_on(level)) {
        return;
    }
    static const struct text CUT = TEXT_INIT(",\"truncated\":true");
    char bytes[LINE_BYTES];
    char at[CLOCK_RFC3339_BYTES];
    const size_t room =
        sizeof bytes - CUT.len - 2; /* for the marker, the bracket and the newline */
    struct buffer line = {.data = bytes, .capacity = room, .ceiling = room};
    buffer_append(&line, TEXT("{\"at\":"));
    buffer_append_json_string(&line, clock_format_rfc3339(clock_now_us(), at));
    bool is_cut = false;
    const struct log_field head[] = {log_string("level", LEVELS[level]),
                                     log_string("event", event)};
    for (size_t i = 0; i < COUNT_OF(head); i++) {
        is_cut = !append_field(&line, &head[i]) || is_cut;
    }
    for (const struct log_field *field = fields; field->name != NULL; field++) {
        is_cut = !append_field(&line, field) || is_cut;
    }
    line.capacity = sizeof bytes;
    line.ceiling = sizeof bytes;
    if (is_cut) {
        buffer_append(&line, CUT);
    }
    buffer_append(&line, TEXT("}\n"));
    const ssize_t written = write(STDERR_FILENO, line.data, line.len);
    (void)written; /* where the log itself cannot be written there is nobody to tell */
}
