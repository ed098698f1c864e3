/* Banks and the sections of their notes, as learners see them: straight from the snapshot. */
#ifndef API_BANKS_H
#define API_BANKS_H

#include "api/call.h"
#include "base/shape.h"

struct bank_path {
    struct text bank; /* slug */
};
struct section_path {
    struct text bank;
    struct uuid section_id;
};
struct anchor_query {
    struct text anchor;
};
extern const struct shape ANCHOR_QUERY_SHAPE;
extern const struct shape BANK_PATH_SHAPE;
extern const struct shape SECTION_PATH_SHAPE;
extern const struct shape BANK_REPLY_SHAPE;
extern const struct shape BANK_LIST_SHAPE;
extern const struct shape SECTION_REPLY_SHAPE;
extern const struct shape SECTION_LIST_SHAPE;

/* The reply of api_list_sections, which is the same for every caller. */
NODISCARD bool banks_render_sections(const struct bank *bank, struct arena *arena,
                                     struct text *rendered, struct error *err);
bool api_list_banks(struct call *call, void *reply, struct error *err);
bool api_get_bank(struct call *call, void *reply, struct error *err);
bool api_list_sections(struct call *call, void *reply, struct error *err);
bool api_get_section(struct call *call, void *reply, struct error *err);
bool api_find_anchor(struct call *call, void *reply, struct error *err);

#endif
