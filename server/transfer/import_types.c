/* Types that are there beside those of a file. */
#include "transfer/import_types.h"

#include "domain/question_shape.h"

/* Whether the file may have another type without meaning it. */
static bool is_at_risk(const struct import_batch *batch, const struct format_item *item)
{
    bool has_all = true;
    for (unsigned type = 0; type < QUESTION_TYPE_COUNT; type++) {
        has_all = has_all && format_has_type(batch->format, (enum question_type)type);
    }
    return item->status != ITEM_ERROR && (item->is_type_guessed || !has_all);
}

static void judge(const struct import_batch *batch, struct format_item *item,
                  enum question_type there)
{
    const struct spot spot = {.file = batch->file, .line = item->line, .column = item->column};
    const char *is = enumeration_name(&QUESTION_TYPES, there);
    const char *becomes = enumeration_name(&QUESTION_TYPES, item->question.type);
    if (there == item->question.type ||
        (!item->is_type_guessed && format_has_type(batch->format, there))) {
        return;
    }
    item->status = ITEM_ERROR;
    if (item->is_type_guessed) {
        diagnostics_add(&item->diagnostics, SEVERITY_ERROR, spot, "type_differs",
                        "\"%.*s\" is there as %s, and this looks like %s: if it is to change, say "
                        "so in a column \"type\"",
                        TEXT_ARG(item->question.slug), is, becomes);
        return;
    }
    diagnostics_add(&item->diagnostics, SEVERITY_ERROR, spot, "type_differs",
                    "\"%.*s\" is there as %s, and the file has it as %s, because %s has no %s: "
                    "change it by a file of another format, or give this one another id",
                    TEXT_ARG(item->question.slug), is, becomes,
                    enumeration_name(&FORMATS, batch->format), is);
}

bool import_check_types(struct db_session *session, const struct transfer_bank *bank,
                        const struct import_batch *batch, struct error *err)
{
    struct text *slugs = arena_new_array(batch->arena, batch->count, struct text);
    struct format_item **items = arena_new_array(batch->arena, batch->count, struct format_item *);
    struct transfer_types types = {.slugs = slugs};
    for (size_t i = 0; i < batch->count; i++) {
        if (is_at_risk(batch, &batch->items[i])) {
            items[types.count] = &batch->items[i];
            slugs[types.count++] = batch->items[i].question.slug;
        }
    }
    if (types.count == 0) {
        return true;
    }
    if (!store_transfers_find_types(session, bank, batch->arena, &types, err)) {
        return false;
    }
    for (size_t i = 0; i < types.count; i++) {
        if (types.types[i] != QUESTION_TYPE_COUNT) {
            judge(batch, items[i], types.types[i]);
        }
    }
    return true;
}
