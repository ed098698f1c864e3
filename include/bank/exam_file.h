/* An exam's file (questions/README.md): its bytes → an exam, checked by shape and by the rules of
 * domain/exam.h. */
#ifndef BANK_EXAM_FILE_H
#define BANK_EXAM_FILE_H

#include "bank/folder.h"
#include "bank/json_file.h"
#include "bank/text_map.h"

/* What the rest of the folder knows; a map is NULL where it could not be read. */
struct exam_context {
    const struct text_map *domains;  /* slugs */
    const struct text_map *sections; /* paths */
};

/* False, with an error diagnostic for every fault, where the exam cannot be used. */
NODISCARD bool exam_file_read(struct arena *arena, const struct json_file *file,
                              const struct exam_context *context, struct exam *exam,
                              struct diagnostics *diagnostics);

#endif
