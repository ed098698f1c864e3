/*
 * Questions into a bank and out of it, some at a time, on a session whose transactions are the
 * caller's. Texts live in the arena of the call.
 */
#ifndef STORE_TRANSFERS_H
#define STORE_TRANSFERS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/session.h"
#include "domain/bank.h"

struct transfer_bank {
    struct uuid id;
    struct text slug;
    const struct text *domains;
    size_t domain_count;
    struct text notes; /* Markdown */
    /* Of the notes as they are, in their order; set are path, anchor, lines and body. */
    struct section *sections;
    size_t section_count;
};

struct transfer_counts {
    int64_t created;
    int64_t updated;
    int64_t unchanged;
};

/* ERROR_NOT_FOUND where there is no such bank. */
NODISCARD bool store_transfers_get_bank(struct db_session *session, struct text slug,
                                        struct arena *arena, struct transfer_bank *bank,
                                        struct error *err);
/* On whose behalf questions are written. */
struct transfer_author {
    struct uuid id;
    struct text comment; /* stands in the history of each question */
};
struct transfer_batch {
    const struct transfer_bank *bank;
    const struct transfer_author *author; /* of drafts; NULL: the operator, who publishes */
    const struct question *const *questions;
    size_t count;
};
/* Writes questions by their slugs and adds to the counts; the bank is locked until the transaction
 * ends, and servers learn of what was published with its commit. The errors of store_drafts_save().
 */
NODISCARD bool store_transfers_write(struct db_session *session, const struct transfer_batch *batch,
                                     struct transfer_counts *counts, struct error *err);

/* Slugs, and the types of the questions that have them. */
struct transfer_types {
    const struct text *slugs;
    size_t count;
    enum question_type *types; /* one a slug; QUESTION_TYPE_COUNT: there is no such question */
};
/* Fills in the types. */
NODISCARD bool store_transfers_find_types(struct db_session *session,
                                          const struct transfer_bank *bank, struct arena *arena,
                                          struct transfer_types *types, struct error *err);

/* Where reading a bank's published questions has come to. */
struct transfer_cursor {
    struct text section; /* with all below it; absent: all */
    int64_t position;
    struct text slug;
    int64_t limit; /* questions at once */
};
struct transfer_question {
    int64_t position;
    struct text slug;
    struct question question;
};

NODISCARD bool store_transfers_count(struct db_session *session, const struct transfer_bank *bank,
                                     struct text section, int64_t *count, struct error *err);
/* The questions behind the cursor; none: there are no more. */
struct transfer_page {
    const struct transfer_question *questions;
    size_t count;
};
NODISCARD bool store_transfers_read(struct db_session *session, const struct transfer_bank *bank,
                                    const struct transfer_cursor *cursor, struct arena *arena,
                                    struct transfer_page *page, struct error *err);

#endif
