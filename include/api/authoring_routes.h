/* The rows of the route table for instructors: a part of the one table in api/routes.c, which would
 * be too long for a file. Whose bank it is is asked of the database, by bank_rank(). */
#ifndef API_AUTHORING_ROUTES_H
#define API_AUTHORING_ROUTES_H

#include "api/bank_members.h"
#include "api/banks.h"
#include "api/coverage.h"
#include "api/notes.h"
#include "api/question_bulk.h"
#include "api/question_find.h"
#include "api/question_history.h"
#include "api/questions.h"
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
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_GET, .path = "/v1/banks/{bank}/notes", .operation = "get_notes", \
     .tag = "authoring", .roles = AUTHORS, .status = 200, .has_etag = true, \
     .summary = "The notes as Markdown", .path_shape = &BANK_PATH_SHAPE, \
     .reply_type = "text/markdown", .handler = api_get_notes, \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_GET, .path = "/v1/banks/{bank}/notes/effects", \
     .operation = "list_notes_effects", .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "What answers were worth before and since each section's text changed last", \
     .path_shape = &BANK_PATH_SHAPE, .reply_shape = &NOTES_EFFECT_LIST_SHAPE, \
     .handler = api_list_notes_effects, .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_PUT, .path = "/v1/banks/{bank}/notes", .operation = "put_notes", \
     .tag = "authoring", .roles = AUTHORS, .status = 200, .needs_match = true, \
     .summary = "Change the notes: sections that are renamed are followed; for owners", \
     .path_shape = &BANK_PATH_SHAPE, .query_shape = &NOTES_QUERY_SHAPE, \
     .body_type = "text/markdown", .body_limit_bytes = LIMIT_NOTES_BYTES, \
     .reply_shape = &NOTES_CHANGE_SHAPE, .handler = api_put_notes, \
     .errors = ROUTE_ERRORS(ERROR_UNSUPPORTED_MEDIA_TYPE, ERROR_UNAVAILABLE)}, \
    {.method = HTTP_GET, .path = "/v1/banks/{bank}/coverage", .operation = "get_coverage", \
     .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "How many questions sections, domains and exams have, and what is missing", \
     .path_shape = &BANK_PATH_SHAPE, .reply_shape = &COVERAGE_SHAPE, \
     .handler = api_get_coverage, .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_GET, .path = "/v1/questions", .operation = "list_questions", \
     .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "Find questions of a bank: newest first, or the best first by words or likeness", \
     .query_shape = &QUESTIONS_QUERY_SHAPE, .reply_shape = &FOUND_QUESTION_LIST_SHAPE, \
     .handler = api_list_questions, .errors = ROUTE_ERRORS(ERROR_NOT_FOUND, ERROR_UNAVAILABLE)}, \
    {.method = HTTP_POST, .path = "/v1/banks/{bank}/questions/check", \
     .operation = "check_question", \
     .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "Check a question without saving it: faults, warnings, and its twins", \
     .path_shape = &BANK_PATH_SHAPE, .body_shape = &QUESTION_CHECK_REQUEST_SHAPE, \
     .reply_shape = &QUESTION_CHECK_SHAPE, \
     .handler = api_check_question, .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_POST, .path = "/v1/questions", .operation = "create_question", \
     .tag = "authoring", .roles = AUTHORS, .status = 201, .takes_key = true, \
     .summary = "Write a question: a draft", .body_shape = &QUESTION_REQUEST_SHAPE, \
     .reply_shape = &AUTHORED_QUESTION_SHAPE, .handler = api_create_question, \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_POST, .path = "/v1/banks/{bank}/questions/bulk", \
     .operation = "change_questions", .tag = "authoring", .roles = AUTHORS, .status = 207, \
     .summary = "Retag, move, send to review, retire or publish many questions, each judged alone", \
     .path_shape = &BANK_PATH_SHAPE, .body_shape = &QUESTION_BULK_REQUEST_SHAPE, \
     .reply_shape = &QUESTION_BULK_SHAPE, .handler = api_change_questions, \
     .errors = ROUTE_ERRORS(ERROR_BULK_REFUSED, ERROR_UNAVAILABLE)}, \
    {.method = HTTP_GET, .path = "/v1/questions/{question_id}", .operation = "get_question", \
     .tag = "authoring", .roles = AUTHORS, .status = 200, .has_etag = true, \
     .summary = "A question with its key: the newest version", \
     .path_shape = &QUESTION_PATH_SHAPE, .reply_shape = &AUTHORED_QUESTION_SHAPE, \
     .handler = api_get_question, .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_PUT, .path = "/v1/questions/{question_id}", .operation = "update_question", \
     .tag = "authoring", .roles = AUTHORS, .status = 200, .needs_match = true, \
     .summary = "Edit a question: a new version, which learners get once it is published", \
     .path_shape = &QUESTION_PATH_SHAPE, .body_shape = &QUESTION_EDIT_SHAPE, \
     .reply_shape = &AUTHORED_QUESTION_SHAPE, .handler = api_update_question, \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_DELETE, .path = "/v1/questions/{question_id}", \
     .operation = "retire_question", .tag = "authoring", .roles = AUTHORS, .status = 204, \
     .needs_match = true, \
     .summary = "Retire a question, also one with an edit beside it, which stays in the history: " \
                "attempts that have it keep it; for approvers", \
     .path_shape = &QUESTION_PATH_SHAPE, .handler = api_retire_question, \
     .errors = ROUTE_ERRORS(ERROR_WRONG_STATE, ERROR_UNAVAILABLE)}, \
    {.method = HTTP_POST, .path = "/v1/questions/{question_id}/transitions", \
     .operation = "change_question_state", .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .needs_match = true, \
     .summary = "Take a question a step on its way: draft, in_review, published, retired", \
     .path_shape = &QUESTION_PATH_SHAPE, .body_shape = &TRANSITION_REQUEST_SHAPE, \
     .reply_shape = &AUTHORED_QUESTION_SHAPE, .handler = api_change_question_state, \
     .errors = ROUTE_ERRORS(ERROR_WRONG_STATE, ERROR_SECOND_PERSON, ERROR_UNAVAILABLE)}, \
    {.method = HTTP_GET, .path = "/v1/questions/{question_id}/versions", \
     .operation = "list_question_versions", .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "The versions of a question, newest first", .path_shape = &QUESTION_PATH_SHAPE, \
     .query_shape = &PAGE_QUERY_SHAPE, .reply_shape = &QUESTION_VERSION_LIST_SHAPE, \
     .handler = api_list_question_versions, .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_GET, .path = "/v1/questions/{question_id}/versions/{version}", \
     .operation = "get_question_version", .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "One version of a question", .path_shape = &QUESTION_VERSION_PATH_SHAPE, \
     .reply_shape = &QUESTION_VERSION_SHAPE, .handler = api_get_question_version, \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_GET, .path = "/v1/questions/{question_id}/diff", \
     .operation = "diff_question", .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "What is different between two versions", .path_shape = &QUESTION_PATH_SHAPE, \
     .query_shape = &QUESTION_DIFF_QUERY_SHAPE, .reply_shape = &QUESTION_DIFF_SHAPE, \
     .handler = api_diff_question, .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_GET, .path = "/v1/questions/{question_id}/history", \
     .operation = "list_question_history", .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "Who did what to a question, when and why, newest first", \
     .path_shape = &QUESTION_PATH_SHAPE, .query_shape = &PAGE_QUERY_SHAPE, \
     .reply_shape = &QUESTION_EVENT_LIST_SHAPE, .handler = api_list_question_history, \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_POST, .path = "/v1/banks/{bank}/questions/{question_id}/reports", \
     .operation = "report_question", .tag = "banks", .roles = ACCESS_USER, .status = 201, \
     .takes_key = true, .summary = "Say what is wrong with a question", \
     .path_shape = &BANK_QUESTION_PATH_SHAPE, .body_shape = &REPORT_REQUEST_SHAPE, \
     .reply_shape = &REPORT_SHAPE, .handler = api_report_question, \
     .errors = ROUTE_ERRORS(ERROR_REPORT_OPEN, ERROR_TOO_MANY_REQUESTS, ERROR_UNAVAILABLE)}, \
    {.method = HTTP_GET, .path = "/v1/questions/{question_id}/reports", \
     .operation = "list_question_reports", .tag = "authoring", .roles = AUTHORS, .status = 200, \
     .summary = "What learners say of a question, newest first", \
     .path_shape = &QUESTION_PATH_SHAPE, .query_shape = &REPORTS_QUERY_SHAPE, \
     .reply_shape = &REPORT_LIST_SHAPE, .handler = api_list_question_reports, \
     .errors = ROUTE_ERRORS(ERROR_UNAVAILABLE)}, \
    {.method = HTTP_POST, .path = "/v1/questions/{question_id}/reports/{report_id}/resolution", \
     .operation = "resolve_question_report", .tag = "authoring", .roles = AUTHORS, \
     .status = 200, .summary = "Say what became of a report", .path_shape = &REPORT_PATH_SHAPE, \
     .body_shape = &REPORT_RESOLUTION_SHAPE, .reply_shape = &REPORT_SHAPE, \
     .handler = api_resolve_question_report, \
     .errors = ROUTE_ERRORS(ERROR_WRONG_STATE, ERROR_UNAVAILABLE)}
/* clang-format on */

#endif
