/* The rows of the route table about learning: a part of the one table in api/routes.c, which would
 * be too long for a file. */
#ifndef API_STUDY_ROUTES_H
#define API_STUDY_ROUTES_H

#include "api/plan.h"
#include "api/progress.h"
#include "api/readiness.h"
#include "api/reviews.h"
#include "api/routes.h"
#include "api/weak_areas.h"

#define STUDY_ROUTES                                                                             \
    {.method = HTTP_GET,                                                                         \
     .path = "/v1/me/weak-areas",                                                                \
     .operation = "list_weak_areas",                                                             \
     .tag = "me",                                                                                \
     .roles = ACCESS_USER,                                                                       \
     .status = 200,                                                                              \
     .summary = "Which sections need work: how sure, why, what to read, what to answer next",    \
     .query_shape = &WEAK_AREAS_QUERY_SHAPE,                                                     \
     .reply_shape = &WEAK_AREAS_REPLY_SHAPE,                                                     \
     .has_etag = true,                                                                           \
     .handler = api_list_weak_areas,                                                             \
     .errors = ROUTE_ERRORS(ERROR_NOT_FOUND, ERROR_UNAVAILABLE)},                                \
        {.method = HTTP_GET,                                                                     \
         .path = "/v1/me/reviews",                                                               \
         .operation = "list_reviews",                                                            \
         .tag = "me",                                                                            \
         .roles = ACCESS_USER,                                                                   \
         .status = 200,                                                                          \
         .summary = "Which questions to see again, the most forgotten first",                    \
         .query_shape = &REVIEWS_QUERY_SHAPE,                                                    \
         .reply_shape = &REVIEWS_REPLY_SHAPE,                                                    \
         .handler = api_list_reviews,                                                            \
         .errors = ROUTE_ERRORS(ERROR_NOT_FOUND, ERROR_UNAVAILABLE)},                            \
        {.method = HTTP_GET,                                                                     \
         .path = "/v1/me/readiness",                                                             \
         .operation = "get_readiness",                                                           \
         .tag = "me",                                                                            \
         .roles = ACCESS_USER,                                                                   \
         .status = 200,                                                                          \
         .summary = "How an exam would turn out: an estimate",                                   \
         .query_shape = &READINESS_QUERY_SHAPE,                                                  \
         .reply_shape = &READINESS_REPLY_SHAPE,                                                  \
         .has_etag = true,                                                                       \
         .handler = api_get_readiness,                                                           \
         .errors = ROUTE_ERRORS(ERROR_NOT_FOUND, ERROR_UNAVAILABLE)},                            \
        {.method = HTTP_GET,                                                                     \
         .path = "/v1/me/plan",                                                                  \
         .operation = "get_plan",                                                                \
         .tag = "me",                                                                            \
         .roles = ACCESS_USER,                                                                   \
         .status = 200,                                                                          \
         .summary = "What to do on each day until the exam, and why",                            \
         .query_shape = &PLAN_QUERY_SHAPE,                                                       \
         .reply_shape = &PLAN_REPLY_SHAPE,                                                       \
         .handler = api_get_plan,                                                                \
         .errors = ROUTE_ERRORS(ERROR_NOT_FOUND, ERROR_UNAVAILABLE)},                            \
    {                                                                                            \
        .method = HTTP_GET, .path = "/v1/me/progress", .operation = "get_progress", .tag = "me", \
        .roles = ACCESS_USER, .status = 200,                                                     \
        .summary = "How much was studied, by day, and streaks",                                  \
        .query_shape = &PROGRESS_QUERY_SHAPE, .reply_shape = &PROGRESS_REPLY_SHAPE,              \
        .handler = api_get_progress, .errors = ROUTE_ERRORS(ERROR_NOT_FOUND, ERROR_UNAVAILABLE)  \
    }

#endif
