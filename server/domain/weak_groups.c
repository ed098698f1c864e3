/* Groups of questions across sections. */
#include "domain/weak_groups.h"

#include <stdlib.h>

#include "domain/weak_areas_model.h"

/* A question is in one group, or more. */
struct membership {
    struct text name;
    size_t section;
};

static int compare_memberships(const void *left, const void *right)
{
    const struct membership *a = left;
    const struct membership *b = right;
    return text_compare(a->name, b->name);
}

static size_t list_memberships(const struct bank *bank, enum weak_group_kind kind,
                               struct arena *arena, struct membership **list)
{
    size_t room = 0;
    size_t count = 0;

    for (size_t i = 0; i < bank->item_count; i++) {
        room += 1 + bank->items[i].question.tag_count;
    }
    *list = arena_new_array(arena, room, struct membership);
    for (size_t i = 0; i < bank->item_count; i++) {
        const struct item *item = &bank->items[i];
        if (kind == GROUPS_BY_DOMAIN && item->question.domain.data != NULL) {
            (*list)[count++] = (struct membership){item->question.domain, item->section};
        }
        for (size_t k = 0; k < item->question.tag_count && kind == GROUPS_BY_TAG; k++) {
            (*list)[count++] = (struct membership){item->question.tags[k], item->section};
        }
    }
    if (count > 0) {
        qsort(*list, count, sizeof **list, compare_memberships);
    }
    return count;
}

static int compare_groups(const void *left, const void *right)
{
    const struct weak_group *a = left;
    const struct weak_group *b = right;
    const double p = a->outlook.probability_below;
    const double q = b->outlook.probability_below;
    if (p > q || p < q) {
        return p > q ? -1 : 1;
    }
    return text_compare(a->name, b->name);
}

/* The group of list[first] and those of the same name behind it. */
static struct weak_group judge(const struct weak_areas_input *input,
                               const struct outlook_draws *draws, const struct membership *list,
                               size_t count, struct arena *arena)
{
    struct weak_group group = {.name = list[0].name, .question_count = count};
    double *weights = arena_new_array(arena, input->bank->section_count, double);
    bool is_known = false;

    for (size_t i = 0; i < count; i++) {
        weights[list[i].section] += 1.0;
        is_known = is_known || evidence_is_known(&input->evidence[list[i].section]);
    }
    group.outlook = outlook_of(draws, weights, 0, input->target, arena);
    group.label =
        is_known ? weak_areas_label(group.outlook.probability_below) : WEAK_AREA_NO_EVIDENCE;
    return group;
}

size_t weak_groups_estimate(const struct weak_areas_input *input, enum weak_group_kind kind,
                            struct arena *arena, struct weak_group **groups)
{
    struct membership *list = NULL;
    const size_t total = list_memberships(input->bank, kind, arena, &list);
    const struct outlook_draws draws = outlook_draw(input, arena);
    size_t count = 0;

    *groups = arena_new_array(arena, total, struct weak_group);
    for (size_t first = 0; first < total;) {
        size_t end = first;
        while (end < total && text_equal(list[end].name, list[first].name)) {
            end++;
        }
        (*groups)[count++] = judge(input, &draws, list + first, end - first, arena);
        first = end;
    }
    if (count > 0) {
        qsort(*groups, count, sizeof **groups, compare_groups);
    }
    return count;
}
