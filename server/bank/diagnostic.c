/* The list of diagnostics, and how one is written. */
#include "bank/diagnostic.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"

void diagnostics_init(struct diagnostics *list, struct arena *arena)
{
    *list = (struct diagnostics){.arena = arena};
}

static bool has_no_room(const struct diagnostics *list)
{
    return list->error_count + list->warning_count >= LIMIT_DIAGNOSTICS;
}

bool diagnostics_are_full(const struct diagnostics *list, enum severity next)
{
    return has_no_room(list) && (next == SEVERITY_WARNING || list->listed_warnings == 0);
}

static void drop_last_warning(struct diagnostics *list)
{
    struct diagnostic **link = &list->first;
    struct diagnostic **last = NULL;
    struct diagnostic *before = NULL;
    struct diagnostic *before_last = NULL;

    for (; *link != NULL; before = *link, link = &before->next) {
        if ((*link)->severity == SEVERITY_WARNING) {
            last = link;
            before_last = before;
        }
    }
    if (last != NULL) {
        list->last = *last == list->last ? before_last : list->last;
        *last = (*last)->next;
        list->listed_warnings--;
    }
}

static void append(struct diagnostics *list, struct diagnostic *diagnostic)
{
    if (list->last == NULL) {
        list->first = diagnostic;
    } else {
        list->last->next = diagnostic;
    }
    list->last = diagnostic;
    list->listed_warnings += diagnostic->severity == SEVERITY_WARNING ? 1 : 0;
}

static struct text print(struct arena *arena, const char *format, va_list arguments)
    PRINTF_LIKE(2, 0);

static struct text print(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        return TEXT("");
    }
    char *out = arena_alloc_bytes(arena, (size_t)length + 1);
    (void)vsnprintf(out, (size_t)length + 1, format, arguments); /* measured above */
    return (struct text){.data = out, .len = (size_t)length};
}

void diagnostics_add(struct diagnostics *list, enum severity severity, struct spot spot,
                     const char *code, const char *format, ...)
{
    if (!diagnostics_are_full(list, severity)) {
        if (has_no_room(list)) {
            drop_last_warning(list);
        }
        struct diagnostic *diagnostic = arena_new(list->arena, struct diagnostic);
        *diagnostic = (struct diagnostic){.severity = severity, .spot = spot, .code = code};
        diagnostic->spot.file = arena_copy(list->arena, spot.file);
        va_list arguments;
        va_start(arguments, format);
        diagnostic->message = print(list->arena, format, arguments);
        va_end(arguments);
        append(list, diagnostic);
    }
    if (severity == SEVERITY_ERROR) {
        list->error_count++;
    } else {
        list->warning_count++;
    }
}

void diagnostics_append(struct diagnostics *list, const struct diagnostics *found)
{
    size_t error_count = 0;
    size_t warning_count = 0;

    for (const struct diagnostic *d = found->first; d != NULL; d = d->next) {
        diagnostics_add(list, d->severity, d->spot, d->code, "%.*s%s%.*s", TEXT_ARG(d->member),
                        d->member.len > 0 ? ": " : "", TEXT_ARG(d->message));
        error_count += d->severity == SEVERITY_ERROR ? 1 : 0;
        warning_count += d->severity == SEVERITY_WARNING ? 1 : 0;
    }
    list->error_count += found->error_count - error_count;
    list->warning_count += found->warning_count - warning_count;
}

struct text diagnostic_format(const struct diagnostic *diagnostic, struct arena *arena)
{
    const char *severity = diagnostic->severity == SEVERITY_ERROR ? "error" : "warning";
    const struct spot *spot = &diagnostic->spot;
    struct text place = spot->file;
    if (spot->line > 0) {
        place = arena_printf(arena, "%.*s:%zu", TEXT_ARG(place), spot->line);
    }
    if (spot->line > 0 && spot->column > 0) {
        place = arena_printf(arena, "%.*s:%zu", TEXT_ARG(place), spot->column);
    }
    return arena_printf(arena, "%.*s: %s: %.*s [%s]", TEXT_ARG(place), severity,
                        TEXT_ARG(diagnostic->message), diagnostic->code);
}
