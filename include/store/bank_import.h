/*
 * Writing a bank: everything or nothing, in one transaction. What is given is what the bank is
 * afterwards, whoever has changed it before. A second import of the same content changes nothing,
 * not even a revision. Questions that are not among those given stay, in their sections, whatever
 * these are called now. Whatever is changed is audited in one event.
 */
#ifndef STORE_BANK_IMPORT_H
#define STORE_BANK_IMPORT_H

#include "base/arena.h"
#include "base/error.h"
#include "db/session.h"
#include "domain/bank.h"
#include "store/section_changes.h"

struct bank_content {
    struct text slug;
    struct text title;
    struct text language;
    int64_t target;          /* thousandths */
    struct text time_zone;   /* absent: UTC */
    struct text domains;     /* JSON */
    struct text notes_title; /* absent: none */
    struct text notes_markdown;
    const struct section *sections; /* notes order, ids not set */
    size_t section_count;
    const struct question *const *questions;
    size_t question_count;
    const struct exam *const *exams;
    size_t exam_count;
};

struct import_counts {
    int64_t questions_created;
    int64_t questions_updated;
    int64_t questions_unchanged;
    int64_t questions_missing; /* published, but not in `questions` */
    int64_t questions_retired;
    struct section_counts sections;
    int64_t exams_changed; /* created, updated or removed */
    bool is_kept;          /* the bank is there already, and nothing else was looked at */
};

struct import_options {
    bool is_dry_run; /* does everything, then rolls back */
    bool retires_missing;
    bool keeps_existing; /* changes nothing where the bank is there */
    /* Which old section each new one continues: notes_follow. */
    int64_t *(*follow)(struct arena *arena, struct section_list old, struct section_list now);
    void (*progress)(void *context, size_t done, size_t total); /* NULL: none */
    void *context;
};

/* Two imports of one bank wait for each other. */
NODISCARD bool store_bank_import(struct db_session *session, const struct bank_content *content,
                                 const struct import_options *options, struct import_counts *counts,
                                 struct error *err);

#endif
