/*
 * A file of questions into a bank. Each is asked what a question is asked that somebody writes, the
 * lint included. The file is read twice: once to check all of it, so that a file that is broken as
 * a whole changes nothing, and once to write what is good, a batch a transaction.
 * An import that was interrupted goes on behind the batch that was written last.
 */
#ifndef TRANSFER_IMPORT_H
#define TRANSFER_IMPORT_H

#include "bank/diagnostic.h"
#include "db/session.h"
#include "formats/reader.h"
#include "store/transfers.h"

/* A file that can be read again from its beginning. */
struct transfer_file {
    struct text name;
    struct format_source source;
    bool (*rewind)(void *context, struct error *err); /* with the source's context */
};

struct import_progress {
    bool is_checking; /* the first of the two times */
    size_t done;      /* items that have been dealt with */
    size_t total;     /* 0: not known yet */
    size_t position;  /* in the file, in bytes */
};

struct import_report {
    size_t items; /* in the file: questions, and what is in their places */
    size_t bad;   /* refused */
    size_t warned;
    struct transfer_counts counts;
    struct diagnostics diagnostics; /* the first; all are counted */
    bool is_refused;                /* as a whole: nothing was changed */
};

struct import_plan {
    enum format format;
    struct text bank;
    struct text section;                  /* for questions that name none; absent: refuse them */
    const struct transfer_author *author; /* of drafts; NULL: the operator, who publishes */
    bool is_atomic;                       /* all or nothing */
    bool is_dry_run;
    size_t skip;                   /* items that were dealt with before */
    struct transfer_counts before; /* what came of those */
    /* Called often; NULL: not at all. False ends the import. */
    bool (*show)(void *context, const struct import_progress *progress, struct error *err);
    /* Called inside of every transaction before its commit, and once behind a refusal or a dry run,
     * outside of one; NULL: not at all. False rolls back and ends the import. */
    bool (*keep)(void *context, const struct import_progress *progress,
                 const struct import_report *report, struct error *err);
    void *context;
};

/* False where something failed: what was committed until then stays. A file that is refused is no
 * failure. */
NODISCARD bool transfer_import(struct db_session *session, const struct import_plan *plan,
                               const struct transfer_file *file, struct arena *arena,
                               struct import_report *report, struct error *err);

#endif
