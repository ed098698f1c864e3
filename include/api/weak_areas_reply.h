/* The reply about weak areas. Everything shown lives in the caller's arena. */
#ifndef API_WEAK_AREAS_REPLY_H
#define API_WEAK_AREAS_REPLY_H

#include "base/error.h"
#include "base/shape.h"
#include "domain/weak_areas.h"
#include "domain/weak_groups.h"

struct weak_area_reply;
struct group_reply;

struct weak_areas_reply {
    int64_t target;
    struct text model;
    const struct weak_area_reply *data;
    size_t count;
    struct weak_area_reply *areas;    /* the same, while it is filled */
    const struct group_reply *groups; /* NULL: by section */
    size_t group_count;
};
extern const struct shape WEAK_AREAS_REPLY_SHAPE;

/* What each section's weak area says to whoever asks, by section. */
struct prepared_area;
NODISCARD bool weak_areas_render(const struct bank *bank, struct arena *arena,
                                 const struct prepared_area **rendered, struct error *err);
struct weak_sections {
    const struct bank *bank;
    const struct prepared_area *prepared;
};
/* `areas` must live as long as the reply. */
void weak_areas_reply_fill(struct weak_areas_reply *reply, const struct weak_sections *sections,
                           const struct weak_area *areas, size_t count, struct arena *arena);
/* Adds what was estimated before; `areas` as filled. */
void weak_areas_reply_compare(struct weak_areas_reply *reply, const struct weak_area *areas,
                              const struct weak_area *before, size_t before_count,
                              struct arena *arena);
void weak_areas_reply_add_hardest(struct weak_areas_reply *reply, size_t index,
                                  const struct uuid *ids, size_t count);
void weak_areas_reply_add_sure_and_wrong(struct weak_areas_reply *reply, size_t index,
                                         const struct uuid *ids, size_t count);
void weak_areas_reply_fill_groups(struct weak_areas_reply *reply, const struct weak_group *groups,
                                  size_t count, struct arena *arena);

#endif
