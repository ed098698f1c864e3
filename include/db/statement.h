/*
 * A named SQL statement, generated from server/store/<entity>.sql (see server/tools/embed-sql for
 * the header lines).
 *
 * One whose block has a line `calls` can serve several calls at once ("gathered"): `text` takes the
 * parameters of one call, `gathered_text` each parameter as an array with an item a call. Both
 * return the number of the call (from 1) as their first column, in ascending order, which the
 * caller never sees. Calls served at once differ in their first parameter, the owner of what they
 * touch.
 */
#ifndef DB_STATEMENT_H
#define DB_STATEMENT_H

#include <stdbool.h>

enum statement_lane { LANE_READ, LANE_WRITE, LANE_SESSION };

struct statement {
    const char *name;
    const char *text;
    const char *gathered_text; /* NULL: a call, an execution */
    enum statement_lane lane;
    bool is_safe_to_retry; /* may run again when the connection was lost and its outcome is unknown
                            */
    unsigned param_count;
    unsigned index; /* place in SQL_ALL */
};

#endif
