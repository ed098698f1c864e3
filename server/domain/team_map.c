/* See domain/team_map.h. */
#include "domain/team_map.h"

#include <math.h>

#include "domain/weak_areas_model.h"

/* Of a section, over some members. */
struct sums {
    int64_t members;
    double mean;
    double probability;
    double gain;
};

struct section_sums {
    struct sums shared;
    struct sums hidden;
};

static void add(struct sums *sums, const struct weak_area *area)
{
    sums->members++;
    sums->mean += area->mean;
    sums->probability += area->probability_below_target;
    sums->gain += area->expected_gain;
}

static struct sums both(const struct sums *a, const struct sums *b)
{
    return (struct sums){a->members + b->members, a->mean + b->mean,
                         a->probability + b->probability, a->gain + b->gain};
}

/* So that the difference of two means does not say exactly how somebody does. */
static double round_percent(double share)
{
    return round(share * 100.0) / 100.0;
}

static void finish(struct team_map_row *row, const struct section_sums *sums)
{
    const bool has_hidden = sums->hidden.members >= TEAM_MAP_MEMBERS_MIN;
    const struct sums seen = has_hidden ? both(&sums->shared, &sums->hidden) : sums->shared;

    row->members = seen.members;
    row->label = WEAK_AREA_NO_EVIDENCE;
    if (seen.members > 0) {
        row->mean = seen.mean / (double)seen.members;
        row->probability_below_target = seen.probability / (double)seen.members;
        row->expected_gain = seen.gain / (double)seen.members;
        if (has_hidden) {
            row->mean = round_percent(row->mean);
            row->probability_below_target = round_percent(row->probability_below_target);
        }
        row->label = weak_areas_label(row->probability_below_target);
    }
}

/* One member's areas, into the sums and his cells (`shared`: his place among those who share). */
static void add_member(const struct weak_area *areas, size_t count, const size_t *shared,
                       struct team_map_row *rows, struct section_sums *sums)
{
    for (size_t i = 0; i < count; i++) {
        const struct weak_area *area = &areas[i];
        rows[i].section = area->section;
        if (area->label != WEAK_AREA_NO_EVIDENCE) {
            add(shared == NULL ? &sums[i].hidden : &sums[i].shared, area);
        }
        if (shared != NULL) {
            rows[i].cells[*shared] =
                (struct team_map_cell){area->mean, area->label, area->evidence.answers};
        }
    }
}

static size_t count_shared(const struct team_map_input *input)
{
    size_t count = 0;

    for (size_t i = 0; i < input->member_count; i++) {
        count += input->members[i].shares ? 1 : 0;
    }
    return count;
}

size_t team_map_estimate(const struct team_map_input *input, struct arena *arena,
                         struct team_map_row **rows)
{
    const size_t sections = input->common.bank->section_count;
    const size_t shared_count = count_shared(input);
    struct section_sums *sums = arena_new_array(arena, sections, struct section_sums);
    struct arena *scratch = arena_create();
    size_t shared = 0;
    size_t count = 0;

    *rows = arena_new_array(arena, sections, struct team_map_row);
    for (size_t i = 0; i < sections; i++) {
        (*rows)[i].cells = arena_new_array(arena, shared_count, struct team_map_cell);
    }
    for (size_t i = 0; i < input->member_count; i++) {
        const struct team_map_member *member = &input->members[i];
        struct weak_areas_input wanted = input->common;
        struct weak_area *areas = NULL;
        wanted.evidence = member->evidence;
        wanted.is_tree = true;
        wanted.is_brief = true;
        arena_reset(scratch);
        weak_areas_estimate(&wanted, scratch, &areas, &count);
        add_member(areas, count, member->shares ? &shared : NULL, *rows, sums);
        shared += member->shares ? 1 : 0;
    }
    arena_free(scratch);
    for (size_t i = 0; i < count; i++) {
        finish(&(*rows)[i], &sums[i]);
    }
    return count;
}
