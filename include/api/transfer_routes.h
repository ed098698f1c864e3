/* The rows of the route table about imports and exports: a part of the one table in api/routes.c,
 * which would be too long for a file. */
#ifndef API_TRANSFER_ROUTES_H
#define API_TRANSFER_ROUTES_H

#include "api/banks.h"
#include "api/jobs.h"
#include "api/routes.h"

#define TRANSFER_ROUTES                                                                            \
    {.method = HTTP_POST,                                                                          \
     .path = "/v1/banks/{bank}/imports",                                                           \
     .operation = "create_import",                                                                 \
     .tag = "transfers",                                                                           \
     .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN,                                                    \
     .status = 202,                                                                                \
     .summary = "Import questions from a file as drafts, as a job; for members of the bank",       \
     .path_shape = &BANK_PATH_SHAPE,                                                               \
     .query_shape = &IMPORT_QUERY_SHAPE,                                                           \
     .body_type = "application/octet-stream",                                                      \
     .reply_shape = &JOB_REPLY_SHAPE,                                                              \
     .takes_key = true,                                                                            \
     .handler = api_create_import,                                                                 \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                                   \
        {.method = HTTP_POST,                                                                      \
         .path = "/v1/banks/{bank}/exports",                                                       \
         .operation = "create_export",                                                             \
         .tag = "transfers",                                                                       \
         .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN,                                                \
         .status = 202,                                                                            \
         .summary = "Export the published questions to a file, as a job; for members of the bank", \
         .path_shape = &BANK_PATH_SHAPE,                                                           \
         .query_shape = &EXPORT_QUERY_SHAPE,                                                       \
         .reply_shape = &JOB_REPLY_SHAPE,                                                          \
         .takes_key = true,                                                                        \
         .handler = api_create_export,                                                             \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
        {.method = HTTP_GET,                                                                       \
         .path = "/v1/jobs/{job_id}",                                                              \
         .operation = "get_job",                                                                   \
         .tag = "transfers",                                                                       \
         .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN,                                                \
         .status = 200,                                                                            \
         .summary = "How far one of the caller's jobs has come, and what it found",                \
         .path_shape = &JOB_PATH_SHAPE,                                                            \
         .reply_shape = &JOB_REPLY_SHAPE,                                                          \
         .handler = api_get_job,                                                                   \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
        {.method = HTTP_POST,                                                                      \
         .path = "/v1/jobs/{job_id}/cancel",                                                       \
         .operation = "cancel_job",                                                                \
         .tag = "transfers",                                                                       \
         .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN,                                                \
         .status = 200,                                                                            \
         .summary = "End a job before its next batch; one that has ended stays as it is",          \
         .path_shape = &JOB_PATH_SHAPE,                                                            \
         .reply_shape = &JOB_REPLY_SHAPE,                                                          \
         .handler = api_cancel_job,                                                                \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                               \
    {                                                                                              \
        .method = HTTP_GET, .path = "/v1/jobs/{job_id}/result", .operation = "get_job_result",     \
        .tag = "transfers", .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN, .status = 200,              \
        .summary = "The file that an export made; for seven days", .path_shape = &JOB_PATH_SHAPE,  \
        .reply_type = "application/octet-stream", .handler = api_get_job_result,                   \
        .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)                                                  \
    }

#endif
