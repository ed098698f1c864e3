/* What a bank has for its notes and exams, and what it lacks. */
#ifndef API_COVERAGE_H
#define API_COVERAGE_H

#include "api/call.h"
#include "bank/coverage.h"

bool api_get_coverage(struct call *call, void *reply, struct error *err);

#endif
