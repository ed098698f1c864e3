/* Settings of `serve` that need judging. */
#include "cli/serve_settings.h"

bool serve_check_mode(const struct config *config, struct error *err)
{
    return !config->dev || text_starts_with(text_of(config->listen), TEXT("127.")) ||
           error_set(err, ERROR_INVALID_INPUT,
                     "development mode serves on the loopback only (127.0.0.1), not on %s",
                     config->listen);
}

bool serve_choose_model(const struct config *config, struct app *app, struct error *err)
{
    unsigned model = WEAK_AREAS_BETA_2;

    if (!enumeration_find(&WEAK_AREAS_MODELS, text_of(config->weak_areas_model), &model)) {
        return error_set(err, ERROR_INVALID_INPUT, "there is no such model of weak areas");
    }
    app->weak_areas_model = (enum weak_areas_model)model;
    return true;
}
