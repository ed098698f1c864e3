/* Settings of `serve` that need judging. A part of cli/serve.c. */
#ifndef CLI_SERVE_SETTINGS_H
#define CLI_SERVE_SETTINGS_H

#include "api/app.h"
#include "base/config.h"

/* Development mode has no limits on requests and a key that lies in the checkout: nobody else may
 * reach it. */
NODISCARD bool serve_check_mode(const struct config *config, struct error *err);
NODISCARD bool serve_choose_model(const struct config *config, struct app *app, struct error *err);

#endif
