/*
 * What a reader of files has to say about them: where, how bad, what. Kept in a list of bounded
 * length; everything is counted. Where the list is full an error takes the place of a warning.
 * Texts are copied into the list's arena.
 */
#ifndef BANK_DIAGNOSTIC_H
#define BANK_DIAGNOSTIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/text.h"

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

/* Where something is in a file. */
struct spot {
    struct text file; /* as the user named it */
    size_t line;      /* from 1; 0: the file as a whole */
    size_t column;    /* from 1; 0: the line as a whole */
};

struct diagnostic {
    struct diagnostic *next;
    enum severity severity;
    struct spot spot;
    const char *code;   /* stable: "unclosed_fence" */
    struct text member; /* of a question, as a pointer into it; absent: of none */
    struct text message;
};

struct diagnostics {
    struct arena *arena;
    struct diagnostic *first; /* in the order they were found, LIMIT_DIAGNOSTICS at most */
    struct diagnostic *last;
    size_t error_count; /* all */
    size_t warning_count;
    size_t listed_warnings;
};

void diagnostics_init(struct diagnostics *list, struct arena *arena);
/* Whether the next one would only be counted: then its place need not be looked for. */
bool diagnostics_are_full(const struct diagnostics *list, enum severity next);
void diagnostics_add(struct diagnostics *list, enum severity severity, struct spot spot,
                     const char *code, const char *format, ...) PRINTF_LIKE(5, 6);
/* Those of another list, each with its member, where it has one, in front of its message. */
void diagnostics_append(struct diagnostics *list, const struct diagnostics *found);
/* "file:line:column: error: message [code]" (as compilers write it). */
struct text diagnostic_format(const struct diagnostic *diagnostic, struct arena *arena);

#endif
