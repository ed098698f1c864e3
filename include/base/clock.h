/*
 * Time: microseconds since 1970-01-01T00:00:00Z (`_us`), as PostgreSQL keeps it. Deadlines are
 * decided by the database's clock, not here.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/text.h"

#define CLOCK_US_PER_MS INT64_C(1000)
#define CLOCK_US_PER_S INT64_C(1000000)
#define CLOCK_US_PER_DAY (INT64_C(86400) * CLOCK_US_PER_S)
enum { CLOCK_RFC3339_BYTES = 32, CLOCK_HTTP_DATE_BYTES = 30 };

/* Wall clock. */
int64_t clock_now_us(void);
/* Monotonic clock, for time-outs and durations. */
int64_t clock_monotonic_us(void);
/* "2026-11-22T23:30:00.123456Z" (fraction left out when 0) into `out`; years 0001 to 9999. Returns
 * the text over `out`. */
struct text clock_format_rfc3339(int64_t time_us, char out[CLOCK_RFC3339_BYTES]);
/* "2026-11-22": `day` counts from 1970-01-01. As above. */
enum { CLOCK_DATE_LENGTH = 10 };
struct text clock_format_date(int64_t day, char out[CLOCK_RFC3339_BYTES]);
/* "Sun, 22 Nov 2026 23:30:00 GMT" (RFC 9110, 5.6.7); from 1970 to 9999. Returns the text over
 * `out`. */
struct text clock_format_http_date(int64_t time_us, char out[CLOCK_HTTP_DATE_BYTES]);
/* RFC 3339 with Z or a numeric offset, fraction up to 9 digits (cut to µs); false for anything
 * else. */
NODISCARD bool clock_parse_rfc3339(struct text t, int64_t *time_us);

#endif
