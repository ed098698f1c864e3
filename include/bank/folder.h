/*
 * A bank's folder (questions/README.md) → domain structs, with every fault as file:line:column.
 * Reads all files, then checks what only the whole can show: slugs unique, sections and domains
 * there (for questions and exams), source lines inside their section.
 */
#ifndef BANK_FOLDER_H
#define BANK_FOLDER_H

#include "bank/diagnostic.h"
#include "bank/notes.h"
#include "domain/exam.h"
#include "domain/question.h"

struct bank_domain {
    struct text slug;
    struct text title;
    int64_t weight; /* percent */
};

struct json_file;

/* A question and where it was read. */
struct bank_question {
    struct question question;
    struct text file;
    size_t line;
    size_t column;
    const struct json_file *json; /* the file, to look up places in the question */
    size_t index;                 /* in the file's array */
};

struct bank_exam {
    struct exam exam;
    struct text file;
};

struct bank_folder {
    struct text path; /* as the user named it, without trailing slashes */
    struct text slug;
    struct text title;
    struct text language;
    int64_t target;        /* thousandths */
    struct text time_zone; /* of its days; absent: UTC */
    const struct bank_domain *domains;
    size_t domain_count;
    struct text notes_markdown; /* the file's bytes */
    struct notes notes;
    struct bank_question *questions;
    size_t question_count;
    const struct bank_exam *exams; /* in the order of their files' names */
    size_t exam_count;
};

/* False where there is any error diagnostic. `path` names the folder. */
NODISCARD bool bank_folder_read(struct arena *arena, const char *path, struct bank_folder *folder,
                                struct diagnostics *diagnostics);

#endif
