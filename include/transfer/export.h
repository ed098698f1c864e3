/* A bank's published questions as a file, in the order of the notes. */
#ifndef TRANSFER_EXPORT_H
#define TRANSFER_EXPORT_H

#include "bank/diagnostic.h"
#include "db/session.h"
#include "formats/writer.h"

struct export_report {
    size_t total;
    size_t done;     /* questions that were looked at */
    size_t left_out; /* of those: the format cannot carry them */
    struct diagnostics losses;
};

struct export_plan {
    enum format format;
    struct text bank;
    struct text section; /* with all below it; absent: all */
    bool (*write)(void *context, struct text bytes, struct error *err);
    /* Called now and then; NULL: not at all. False ends the export. */
    bool (*show)(void *context, const struct export_report *report, struct error *err);
    void *context;
};

/* In one snapshot of the database. ERROR_NOT_FOUND where there is no such bank or section. */
NODISCARD bool transfer_export(struct db_session *session, const struct export_plan *plan,
                               struct arena *arena, struct export_report *report,
                               struct error *err);

#endif
