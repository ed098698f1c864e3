/*
 * Doing jobs: one import or export after the other, as long as there is one that nobody does. A job
 * whose server has ended is gone on with where its last batch was committed.
 */
#ifndef TRANSFER_JOB_H
#define TRANSFER_JOB_H

#include "db/db.h"
#include "db/session.h"

struct job_runner {
    struct db_session *session; /* for nothing else */
    struct db *lanes;           /* for signs of life */
    bool (*is_stopping)(const void *context);
    const void *context;
};

/* *has_job false: there was nothing to do. False where the session is of no use any more; the job
 * is anybody's a little later. */
NODISCARD bool transfer_run_job(const struct job_runner *runner, struct arena *arena, bool *has_job,
                                struct error *err);

#endif
