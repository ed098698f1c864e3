/* The thread of `serve` that does imports and exports, one at a time, on a connection of its own.
 */
#ifndef CLI_JOB_WORKER_H
#define CLI_JOB_WORKER_H

#include "api/app.h"
#include "base/arena.h"
#include "base/config.h"
#include "base/error.h"

struct job_worker;

NODISCARD bool job_worker_start(struct arena *arena, const struct config *config,
                                const struct app *app, struct job_worker **worker,
                                struct error *err);
/* Takes NULL. A job that is under way ends behind its batch; another server goes on with it. */
void job_worker_stop(struct job_worker *worker);

#endif
