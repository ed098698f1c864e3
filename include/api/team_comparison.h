/* Teams against one another: a page that many share, with names that are read for each. */
#ifndef API_TEAM_COMPARISON_H
#define API_TEAM_COMPARISON_H

#include "api/call.h"
#include "store/team_boards.h"

struct team_comparison {
    struct small_board_key key;  /* given */
    struct team_board_view look; /* its view is given */
    const struct board_name *names;
    size_t count;
    struct text my_name; /* of the caller's best team; absent: none of them stands there */
};
NODISCARD bool team_comparison_read(struct call *call, struct team_comparison *comparison,
                                    struct error *err);

#endif
