/* See db/arguments.h. */
#include "db/arguments.h"

void arguments_collect(const struct db_params *params, struct arguments *arguments)
{
    arguments->count = (int)params->count;
    for (size_t i = 0; i < params->count; i++) {
        const struct db_param *param = &params->items[i];
        arguments->types[i] = param->oid;
        arguments->values[i] = param->value;
        arguments->lengths[i] = param->length;
        arguments->formats[i] = 1;
    }
}

/* FNV-1a. */
uint32_t arguments_signature(const struct db_params *params)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < params->count; i++) {
        hash = (hash ^ params->items[i].oid) * 16777619U;
    }
    return hash | 1U;
}
