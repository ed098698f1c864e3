/* Where mail goes, and the message as it goes there. */
#include "mail/delivery.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/uuid.h"

enum { MESSAGE_BYTES_MAX = 64 * 1024 };

static const struct {
    enum delivery_kind kind;
    const char *prefix;
    size_t cut; /* what does not belong to the place */
} KINDS[] = {
    {DELIVERY_FILE, "file:", sizeof "file:" - 1},
    {DELIVERY_COMMAND, "command:/", sizeof "command:" - 1},
    {DELIVERY_SMTP, "smtp://", 0},
    {DELIVERY_SMTP, "smtps://", 0},
};

bool delivery_parse(const char *target, const char *from, struct delivery *delivery,
                    struct error *err)
{
    const struct text whole = text_of(target);

    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        const struct text prefix = text_of(KINDS[i].prefix);
        if (!text_starts_with(whole, prefix) || whole.len == prefix.len) {
            continue;
        }
        *delivery = (struct delivery){.kind = KINDS[i].kind,
                                      .place = text_slice(whole, KINDS[i].cut, whole.len),
                                      .from = text_of(from)};
        return true;
    }
    return error_set(err, ERROR_INVALID_INPUT,
                     "mail goes to file:PATH, command:/PROGRAM ARGUMENT…, smtp://HOST or "
                     "smtps://HOST");
}

static void append_line(struct buffer *out, struct text name, struct text value,
                        struct text line_end)
{
    buffer_append(out, name);
    buffer_append(out, value);
    buffer_append(out, line_end);
}

static struct text format_date(char out[64])
{
    struct tm parts;
    const time_t now = (time_t)(clock_now_us() / CLOCK_US_PER_S);

    (void)gmtime_r(&now, &parts); /* cannot fail for a time of today */
    const size_t len = strftime(out, 64, "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return (struct text){.data = out, .len = len};
}

static void append_body(struct buffer *out, struct text body, struct text line_end)
{
    struct text rest = body;
    struct text line = TEXT_ABSENT;
    bool has_more = true;

    while (has_more) {
        has_more = text_split(rest, '\n', &line, &rest);
        if (has_more || line.len > 0) {
            append_line(out, TEXT(""), line, line_end);
        }
    }
}

struct text delivery_format(const struct delivery *delivery, const struct mail_message *message,
                            struct text line_end, struct arena *arena)
{
    struct buffer out;
    struct text text = TEXT_ABSENT;
    struct error ignored = {.code = ERROR_NONE};
    char date[64];
    char id[UUID_TEXT_BYTES + 1];

    buffer_init(&out, arena, MESSAGE_BYTES_MAX);
    append_line(&out, TEXT("From: "), delivery->from, line_end);
    append_line(&out, TEXT("To: "), message->to, line_end);
    append_line(&out, TEXT("Subject: "), message->subject, line_end);
    append_line(&out, TEXT("Date: "), format_date(date), line_end);
    append_line(&out, TEXT("Message-ID: "),
                arena_printf(arena, "<%s@quizd.invalid>", uuid_format(uuid_new(), id).data),
                line_end);
    append_line(&out, TEXT("Auto-Submitted: "), TEXT("auto-generated"), line_end);
    append_line(&out, TEXT("MIME-Version: "), TEXT("1.0"), line_end);
    append_line(&out, TEXT("Content-Type: "), TEXT("text/plain; charset=utf-8"), line_end);
    append_line(&out, TEXT("Content-Transfer-Encoding: "), TEXT("8bit"), line_end);
    buffer_append(&out, line_end);
    append_body(&out, message->body, line_end);
    return buffer_text(&out, &text, &ignored) ? text : TEXT(""); /* ours are short */
}

/* One write a message, so that those of several servers do not mix. */
static bool append_to_file(const struct delivery *delivery, struct text message,
                           struct arena *arena, struct error *err)
{
    const int file = open(arena_string(arena, delivery->place),
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const struct text framed = arena_printf(arena, "%.*s\n", TEXT_ARG(message));

    if (file < 0) {
        return error_set(err, ERROR_UNAVAILABLE, "the file for mail cannot be opened");
    }
    const bool is_written = write(file, framed.data, framed.len) == (ssize_t)framed.len;
    const bool is_closed = close(file) == 0;
    return (is_written && is_closed) ||
           error_set(err, ERROR_UNAVAILABLE, "the file for mail cannot be written");
}

bool delivery_send(const struct delivery *delivery, const struct mail_message *message,
                   struct arena *arena, struct error *err)
{
    switch (delivery->kind) {
    case DELIVERY_FILE:
        return append_to_file(delivery, delivery_format(delivery, message, TEXT("\n"), arena),
                              arena, err);
    case DELIVERY_COMMAND:
        return delivery_run_command(delivery, delivery_format(delivery, message, TEXT("\n"), arena),
                                    arena, err);
    case DELIVERY_SMTP:
        return delivery_send_smtp(delivery, message, arena, err);
    }
    return false;
}
