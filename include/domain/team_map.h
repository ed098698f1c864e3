/*
 * Where a team is weak: what weak areas say of each member, put together by section.
 *
 * Nobody is seen through it who did not agree: a section's mean stands for at least
 * TEAM_MAP_MEMBERS_MIN members with answers there who keep their results to themselves, with those
 * who share theirs, and is a whole per cent; where there are fewer, for those who share alone; else
 * there is none.
 */
#ifndef DOMAIN_TEAM_MAP_H
#define DOMAIN_TEAM_MAP_H

#include "domain/weak_areas.h"

enum { TEAM_MAP_MEMBERS_MIN = 5 };

struct team_map_member {
    const struct evidence *evidence; /* by section of the bank */
    bool shares;
};
struct team_map_input {
    const struct team_map_member *members;
    size_t member_count;
    /* The rest of what weak areas are estimated from; `evidence` and `is_tree` are not looked at.
     */
    struct weak_areas_input common;
};

/* What is seen of one who shares. */
struct team_map_cell {
    double mean;
    enum weak_area_label label;
    int64_t answers;
};
struct team_map_row {
    size_t section;  /* index into the bank */
    int64_t members; /* that the numbers stand for; 0: there are none */
    double mean;
    double probability_below_target; /* the members' mean, as the others */
    double expected_gain;
    enum weak_area_label label;
    struct team_map_cell *cells; /* of those who share, in their order */
};
/* All sections with questions at or below them, in notes order. */
size_t team_map_estimate(const struct team_map_input *input, struct arena *arena,
                         struct team_map_row **rows);

#endif
