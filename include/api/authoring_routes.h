/* The rows of the route table for instructors: a part of the one table in api/routes.c, which would
 * be too long for a file. Whose bank it is is asked of the database, by bank_rank(). */
#ifndef API_AUTHORING_ROUTES_H
#define API_AUTHORING_ROUTES_H

#include "api/bank_members.h"
#include "api/banks.h"
#include "api/routes.h"

#define AUTHORS (ACCESS_INSTRUCTOR | ACCESS_ADMIN)

/* clang-format off */
#define AUTHORING_ROUTES \
    {.method = HTTP_GET, .path = "/v1/banks/{bank}/members", .operation = "list_bank_members", \
     .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "Who may do what with the bank; for its members", \
     .path_shape = &BANK_PATH_SHAPE, .query_shape = &PAGE_QUERY_SHAPE, \
     .reply_shape = &BANK_MEMBER_LIST_SHAPE, .handler = api_list_bank_members, \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_PUT, .path = "/v1/banks/{bank}/members/{user_id}", \
     .operation = "put_bank_member", .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "Give somebody a role in the bank; for its owners", \
     .path_shape = &BANK_MEMBER_PATH_SHAPE, .body_shape = &BANK_MEMBER_REQUEST_SHAPE, \
     .reply_shape = &BANK_MEMBER_SHAPE, .handler = api_put_bank_member, \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_DELETE, .path = "/v1/banks/{bank}/members/{user_id}", \
     .operation = "delete_bank_member", .tag = "authoring", .roles = AUTHORS, .status = 204, \
     .summary = "Take somebody's role in the bank away; for its owners", \
     .path_shape = &BANK_MEMBER_PATH_SHAPE, .handler = api_delete_bank_member, \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}
/* clang-format on */

#endif
