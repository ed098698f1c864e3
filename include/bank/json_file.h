/* A JSON file of a bank: its bytes → a value, and faults → diagnostics with line and column. */
#ifndef BANK_JSON_FILE_H
#define BANK_JSON_FILE_H

#include <jansson.h>

#include "bank/diagnostic.h"
#include "base/error.h"

struct json_file {
    struct text name; /* as the user named it */
    struct text bytes;
};

/* The value belongs to the arena. False, with an error diagnostic, where the bytes are not JSON
 * within the limits. */
NODISCARD bool json_file_parse(struct arena *arena, const struct json_file *file, json_t **root,
                               struct diagnostics *diagnostics);
/* One error diagnostic a fault, at the place its pointer leads to. */
void json_file_report(const struct json_file *file, const struct error *err,
                      struct diagnostics *diagnostics);
/* An error at the place that the pointer leads to. */
void json_file_report_at(const struct json_file *file, struct text pointer, const char *code,
                         struct text message, struct diagnostics *diagnostics);

#endif
