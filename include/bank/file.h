/*
 * Files of a bank into memory: regular files (or standard input) of bounded size, whatever their
 * names lead to. Faults become diagnostics of the file.
 */
#ifndef BANK_FILE_H
#define BANK_FILE_H

#include "bank/diagnostic.h"

/* The bytes of a file, in the arena; "-" is standard input. False, with an error diagnostic, where
 * it cannot be read, is no regular file, or has more than `max_bytes`. */
NODISCARD bool bank_file_read(struct arena *arena, const char *path, size_t max_bytes,
                              struct text *bytes, struct diagnostics *diagnostics);
/* The paths of the files in a folder whose names end in `suffix` and do not begin with a dot,
 * sorted by name. False, with an error diagnostic, where the folder cannot be read. */
NODISCARD bool bank_file_list(struct arena *arena, const char *folder, const char *suffix,
                              const char ***paths, size_t *count, struct diagnostics *diagnostics);

#endif
