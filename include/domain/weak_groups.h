/*
 * Questions by domain or tag: what is to be expected of each group, from what is known of the
 * sections that its questions belong to (model beta-2).
 */
#ifndef DOMAIN_WEAK_GROUPS_H
#define DOMAIN_WEAK_GROUPS_H

#include "domain/outlook.h"

enum weak_group_kind { GROUPS_BY_DOMAIN, GROUPS_BY_TAG };

struct weak_group {
    struct text name;
    size_t question_count;
    enum weak_area_label label; /* no_evidence where none of its sections has any */
    struct outlook outlook;
};

/* By P(below target), the weakest first (ties: by name). Questions without a domain, or without
 * tags, are in no group. */
size_t weak_groups_estimate(const struct weak_areas_input *input, enum weak_group_kind kind,
                            struct arena *arena, struct weak_group **groups);

#endif
