/* The thread of `serve` that submits expired attempts and counts exposures (store/sweep.h), with a
 * connection of its own. */
#ifndef CLI_SWEEPER_H
#define CLI_SWEEPER_H

#include "api/app.h"
#include "base/config.h"

struct sweeper;

NODISCARD bool sweeper_start(struct arena *arena, const struct config *config,
                             const struct app *app, struct sweeper **sweeper, struct error *err);
/* Takes NULL; returns when the thread has ended. */
void sweeper_stop(struct sweeper *sweeper);

#endif
