/* Whether new words have helped: answers before and since. */
#include "api/bank_members.h"
#include "api/banks.h"
#include "api/notes.h"
#include "store/notes.h"

static const struct shape_member EFFECT_MEMBERS[] = {
    MEMBER_UUID(struct notes_effect, section_id),
    MEMBER_TEXT(struct notes_effect, path),
    MEMBER_TEXT(struct notes_effect, title),
    MEMBER_TIME(struct notes_effect, changed_at),
    MEMBER_I64(struct notes_effect, answers_before),
    MEMBER_MILLI_REF(struct notes_effect, credit_before, .flags = SHAPE_REF | SHAPE_NULLABLE,
                     .about = "The mean; null: no answers."),
    MEMBER_I64(struct notes_effect, answers_after),
    MEMBER_MILLI_REF(struct notes_effect, credit_after, .flags = SHAPE_REF | SHAPE_NULLABLE),
};
static const struct shape EFFECT_SHAPE =
    SHAPE_OF("NotesEffect", struct notes_effect, EFFECT_MEMBERS);
static const struct shape_member LIST_MEMBERS[] = {
    {.name = "data",
     .type = SHAPE_LIST,
     .element = SHAPE_OBJECT,
     .offset = SHAPE_AT(struct notes_effects, items, const struct notes_effect *),
     .count_offset = SHAPE_AT(struct notes_effects, count, size_t),
     .shape = &EFFECT_SHAPE},
};
const struct shape NOTES_EFFECT_LIST_SHAPE =
    SHAPE_OF("NotesEffectList", struct notes_effects, LIST_MEMBERS);

bool api_list_notes_effects(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    struct bank_caller caller;
    struct side_road road;

    if (!bank_caller_of(call, path->bank, &caller, err) ||
        !call_take_side_road(call, call->app->scans, &road, err)) {
        return false;
    }
    const bool is_done = store_notes_list_effects(road.db, call->arena, &caller, reply, err);
    call_leave_side_road(&road);
    return is_done;
}
