/* The rows of the route table about item statistics and what follows from them: a part of the one
 * table in api/routes.c, which would be too long for a file. */
#ifndef API_STATISTICS_ROUTES_H
#define API_STATISTICS_ROUTES_H

#include "api/banks.h"
#include "api/regrades.h"
#include "api/routes.h"
#include "api/statistics.h"

#define STATISTICS_ROUTES                                                                        \
    {.method = HTTP_GET,                                                                         \
     .path = "/v1/questions/{question_id}/statistics",                                           \
     .operation = "get_question_statistics",                                                     \
     .tag = "instructors",                                                                       \
     .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN,                                                  \
     .status = 200,                                                                              \
     .summary = "What the answers of many say about a question, by Moodle's and Canvas's "       \
                "conventions",                                                                   \
     .path_shape = &ITEM_PATH_SHAPE,                                                             \
     .reply_shape = &QUESTION_STATISTICS_SHAPE,                                                  \
     .handler = api_get_question_statistics,                                                     \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                                 \
        {.method = HTTP_GET,                                                                     \
         .path = "/v1/banks/{bank}/exams/{exam}/statistics",                                     \
         .operation = "get_exam_statistics",                                                     \
         .tag = "instructors",                                                                   \
         .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN,                                              \
         .status = 200,                                                                          \
         .summary = "How an exam turned out, and how consistent it is; for members of the bank", \
         .path_shape = &BANK_EXAM_PATH_SHAPE,                                                    \
         .reply_shape = &EXAM_STATISTICS_SHAPE,                                                  \
         .handler = api_get_exam_statistics,                                                     \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                             \
        {.method = HTTP_POST,                                                                    \
         .path = "/v1/questions/{question_id}/regrade",                                          \
         .operation = "regrade_question",                                                        \
         .tag = "instructors",                                                                   \
         .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN,                                              \
         .status = 200,                                                                          \
         .summary = "Grade the answers to a version anew, or only say what that would change; "  \
                    "done behind the reply; for approvers",                                      \
         .path_shape = &ITEM_PATH_SHAPE,                                                         \
         .body_shape = &REGRADE_REQUEST_SHAPE,                                                   \
         .reply_shape = &REGRADE_SHAPE,                                                          \
         .handler = api_regrade_question,                                                        \
         .errors = ROUTE_ERRORS(ERROR_REGRADE_IN_FORCE, ERROR_UNAVAILABLE)},                     \
        {.method = HTTP_GET,                                                                     \
         .path = "/v1/questions/{question_id}/regrades",                                         \
         .operation = "list_regrades",                                                           \
         .tag = "instructors",                                                                   \
         .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN,                                              \
         .status = 200,                                                                          \
         .summary = "What was decided about answers to a question",                              \
         .path_shape = &ITEM_PATH_SHAPE,                                                         \
         .reply_shape = &REGRADE_LIST_SHAPE,                                                     \
         .handler = api_list_regrades,                                                           \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                             \
        {.method = HTTP_GET,                                                                     \
         .path = "/v1/questions/{question_id}/regrades/{regrade_id}",                            \
         .operation = "get_regrade",                                                             \
         .tag = "instructors",                                                                   \
         .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN,                                              \
         .status = 200,                                                                          \
         .summary = "One decision: how far it is carried out, and what it has changed",          \
         .path_shape = &REGRADE_PATH_SHAPE,                                                      \
         .reply_shape = &REGRADE_SHAPE,                                                          \
         .handler = api_get_regrade,                                                             \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                             \
        {.method = HTTP_POST,                                                                    \
         .path = "/v1/questions/{question_id}/regrades/{regrade_id}/revert",                     \
         .operation = "revert_regrade",                                                          \
         .tag = "instructors",                                                                   \
         .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN,                                              \
         .status = 200,                                                                          \
         .summary =                                                                              \
             "Take a decision back: the answers are worth again what they were; for approvers",  \
         .path_shape = &REGRADE_PATH_SHAPE,                                                      \
         .reply_shape = &REGRADE_SHAPE,                                                          \
         .handler = api_revert_regrade,                                                          \
         .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)},                                             \
    {                                                                                            \
        .method = HTTP_GET, .path = "/v1/banks/{bank}/review-queue",                             \
        .operation = "list_review_queue", .tag = "instructors",                                  \
        .roles = ACCESS_INSTRUCTOR | ACCESS_ADMIN, .status = 200,                                \
        .summary = "Questions whose statistics say that somebody should look at them",           \
        .path_shape = &BANK_PATH_SHAPE, .query_shape = &REVIEW_QUEUE_QUERY_SHAPE,                \
        .reply_shape = &REVIEW_QUEUE_SHAPE, .handler = api_list_review_queue,                    \
        .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)                                                \
    }

#endif
