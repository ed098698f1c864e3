/* See api/prepared.h. */
#include "api/prepared.h"

#include "api/banks.h"
#include "api/weak_areas.h"

static bool prepare(const struct bank *bank, struct arena *arena, struct prepared_bank *prepared,
                    struct error *err)
{
    char id[UUID_TEXT_BYTES + 1];

    prepared->tag = arena_printf(arena, "%.*s.%lld", TEXT_ARG(uuid_format(bank->id, id)),
                                 (long long)bank->revision);
    return banks_render_sections(bank, arena, &prepared->sections, err) &&
           weak_areas_render(bank, arena, &prepared->areas, err);
}

bool api_prepare_banks(struct snapshot *snapshot, struct arena *arena, struct error *err)
{
    struct prepared_bank *prepared =
        arena_new_array(arena, snapshot->bank_count, struct prepared_bank);

    for (size_t i = 0; i < snapshot->bank_count; i++) {
        if (!prepare(&snapshot->banks[i], arena, &prepared[i], err)) {
            return false;
        }
    }
    snapshot->prepared = prepared;
    return true;
}

bool prepared_find(struct call *call, struct text slug, const struct bank **bank,
                   const struct prepared_bank **prepared, struct error *err)
{
    const struct snapshot *snapshot = NULL;

    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err)) {
        return false;
    }
    *bank = snapshot_find_bank(snapshot, slug);
    if (*bank == NULL) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such bank");
    }
    *prepared = (const struct prepared_bank *)snapshot->prepared + (*bank - snapshot->banks);
    return true;
}
