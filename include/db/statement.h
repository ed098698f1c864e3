/* A named SQL statement, generated from server/store/<entity>.sql (see server/tools/embed-sql for
 * the header lines). */
#ifndef DB_STATEMENT_H
#define DB_STATEMENT_H

#include <stdbool.h>

enum statement_lane { LANE_READ, LANE_WRITE, LANE_SESSION };

struct statement {
    const char *name;
    const char *text;
    enum statement_lane lane;
    bool is_safe_to_retry; /* may run again when the connection was lost and its outcome is unknown
                            */
    unsigned param_count;
    unsigned index; /* place in SQL_ALL */
};

#endif
