/* A questions file (questions/README.md): its bytes → questions with their places, each checked by
 * shape and by its type's rules. */
#ifndef BANK_QUESTIONS_FILE_H
#define BANK_QUESTIONS_FILE_H

#include "bank/folder.h"
#include "bank/json_file.h"

/* Questions of any number of files. */
struct question_list {
    struct bank_question *items;
    size_t count;
    size_t capacity;
};

/* Adds the file's questions that are right; an error diagnostic for every fault of the others. The
 * file must live as long as the list. */
void questions_file_read(struct arena *arena, const struct json_file *file,
                         struct question_list *list, struct diagnostics *diagnostics);

#endif
