/* `quizd import FORMAT FILE`: a part of `import`. */
#ifndef CLI_IMPORT_FILE_H
#define CLI_IMPORT_FILE_H

#include "base/arena.h"
#include "base/config.h"
#include "formats/format.h"

struct import_file_options {
    enum format format;
    const char *path;    /* "-": standard input */
    const char *bank;    /* NULL: none was given */
    const char *section; /* NULL: none was given */
    bool is_atomic;
    bool is_dry_run;
};

/* Returns the exit status. */
int import_file(const struct import_file_options *options, const struct config *config,
                struct arena *arena);
/* "bank, json, jsonl, …" */
struct text import_formats(struct arena *arena, const char *first);

#endif
