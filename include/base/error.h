/*
 * What went wrong, in the words the client gets. A fallible function returns bool and takes `struct
 * error *err` last; it fills `err` exactly when it returns false. The first function that knows
 * sets code and detail; the ones above only `return false`. The detail goes to the client: never
 * SQL, file names of the server, or a library's own text.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/text.h"

/* X(code, HTTP status, wire name, title) */
#define ERROR_CODES(X)                                                                          \
    X(ERROR_MALFORMED_REQUEST, 400, "malformed_request", "Malformed request")                   \
    X(ERROR_MALFORMED_JSON, 400, "malformed_json", "Malformed JSON")                            \
    X(ERROR_UNAUTHENTICATED, 401, "unauthenticated", "Authentication required")                 \
    X(ERROR_INVALID_TOKEN, 401, "invalid_token", "Invalid access token")                        \
    X(ERROR_INVALID_CREDENTIALS, 401, "invalid_credentials", "Invalid credentials")             \
    X(ERROR_FORBIDDEN, 403, "forbidden", "Forbidden")                                           \
    X(ERROR_LOGIN_TOO_OLD, 403, "login_too_old", "Log in again")                                \
    X(ERROR_WRONG_PASSWORD, 403, "wrong_password", "Wrong password")                            \
    X(ERROR_SECOND_PERSON, 403, "second_person_needed", "Somebody else must do this")           \
    X(ERROR_NOT_FOUND, 404, "not_found", "Not found")                                           \
    X(ERROR_METHOD_NOT_ALLOWED, 405, "method_not_allowed", "Method not allowed")                \
    X(ERROR_REQUEST_TIMEOUT, 408, "request_timeout", "Request timeout")                         \
    X(ERROR_EMAIL_TAKEN, 409, "email_taken", "E-mail address already registered")               \
    X(ERROR_ALREADY_ANSWERED, 409, "already_answered", "Already answered")                      \
    X(ERROR_STALE_REVISION, 409, "stale_revision", "Stale revision")                            \
    X(ERROR_ATTEMPT_CLOSED, 409, "attempt_closed", "Attempt closed")                            \
    X(ERROR_ATTEMPT_OPEN, 409, "attempt_open", "Attempt still open")                            \
    X(ERROR_ATTEMPT_KEPT, 409, "attempt_kept", "Attempt is kept")                               \
    X(ERROR_NOT_ENOUGH_QUESTIONS, 409, "not_enough_questions", "Not enough questions")          \
    X(ERROR_EXAM_NOT_OPEN, 409, "exam_not_open", "Exam not open")                               \
    X(ERROR_NO_ATTEMPTS_LEFT, 409, "no_attempts_left", "No attempts left")                      \
    X(ERROR_KEY_IN_FLIGHT, 409, "idempotency_key_in_flight", "Request with this key under way") \
    X(ERROR_LAST_ADMIN, 409, "last_admin", "Last admin")                                        \
    X(ERROR_TEAM_FULL, 409, "team_full", "Team is full")                                        \
    X(ERROR_TOO_MANY, 409, "too_many", "Too many of these")                                     \
    X(ERROR_OWNER_STAYS, 409, "owner_stays", "Hand the team over first")                        \
    X(ERROR_WRONG_STATE, 409, "wrong_state", "Not in this state")                               \
    X(ERROR_REPORT_OPEN, 409, "report_open", "Reported already")                                \
    X(ERROR_BULK_REFUSED, 409, "bulk_refused", "None was changed")                              \
    X(ERROR_REGRADE_IN_FORCE, 409, "regrade_in_force", "Another regrade is in force")           \
    X(ERROR_LENGTH_REQUIRED, 411, "length_required", "Length required")                         \
    X(ERROR_STALE_ETAG, 412, "stale_etag", "Changed meanwhile")                                 \
    X(ERROR_PAYLOAD_TOO_LARGE, 413, "payload_too_large", "Payload too large")                   \
    X(ERROR_URI_TOO_LONG, 414, "uri_too_long", "URI too long")                                  \
    X(ERROR_UNSUPPORTED_MEDIA_TYPE, 415, "unsupported_media_type", "Unsupported media type")    \
    X(ERROR_EXPECTATION_FAILED, 417, "expectation_failed", "Expectation failed")                \
    X(ERROR_INVALID_INPUT, 422, "invalid_input", "Invalid input")                               \
    X(ERROR_KEY_REUSED, 422, "idempotency_key_reused", "Idempotency key of another request")    \
    X(ERROR_ETAG_REQUIRED, 428, "etag_required", "If-Match required")                           \
    X(ERROR_TOO_MANY_REQUESTS, 429, "too_many_requests", "Too many requests")                   \
    X(ERROR_HEADERS_TOO_LARGE, 431, "headers_too_large", "Header fields too large")             \
    X(ERROR_INTERNAL, 500, "internal", "Internal error")                                        \
    X(ERROR_UNAVAILABLE, 503, "unavailable", "Temporarily unavailable")                         \
    X(ERROR_VERSION_NOT_SUPPORTED, 505, "version_not_supported", "HTTP version not supported")

enum error_code {
    ERROR_NONE = 0,
#define ERROR_ENUM(code, status, name, title) code,
    ERROR_CODES(ERROR_ENUM)
#undef ERROR_ENUM
        ERROR_CODE_COUNT
};

/* X(code, wire name): what is wrong with one member or parameter. */
#define FAULT_CODES(X)                  \
    X(FAULT_REQUIRED, "required")       \
    X(FAULT_UNKNOWN, "unknown")         \
    X(FAULT_WRONG_TYPE, "wrong_type")   \
    X(FAULT_TOO_SMALL, "too_small")     \
    X(FAULT_TOO_LARGE, "too_large")     \
    X(FAULT_TOO_SHORT, "too_short")     \
    X(FAULT_TOO_LONG, "too_long")       \
    X(FAULT_TOO_FEW, "too_few")         \
    X(FAULT_TOO_MANY, "too_many")       \
    X(FAULT_NOT_ALLOWED, "not_allowed") \
    X(FAULT_BAD_FORMAT, "bad_format")   \
    X(FAULT_DUPLICATE, "duplicate")     \
    X(FAULT_NOT_FOUND, "not_found")     \
    X(FAULT_LINT, "lint")

enum fault_code {
#define FAULT_ENUM(code, name) code,
    FAULT_CODES(FAULT_ENUM)
#undef FAULT_ENUM
        FAULT_CODE_COUNT
};

/* One fault of an ERROR_INVALID_INPUT, in the arena it was added with. */
struct fault {
    struct fault *next;
    bool is_parameter; /* `place` is a query or path parameter's name; else an RFC 6901 JSON pointer
                          into the body */
    struct text place;
    enum fault_code code;
    struct text detail;
};

struct error {
    enum error_code code;
    unsigned retry_after_s; /* 0: no Retry-After */
    char detail[200];       /* NUL-terminated, cut at a code point where too long */
    struct fault *faults;   /* in the order they were found */
    size_t fault_count;     /* all that were found; the list keeps the first LIMIT_FAULTS */
    const char *extension;  /* a further member of the problem; NULL: none */
    struct text extension_json;
};

/* Fills `err` and returns false, so that `return error_set(…);` reads as it should. */
bool error_set(struct error *err, enum error_code code, const char *format, ...) PRINTF_LIKE(3, 4);
/* ERROR_UNAVAILABLE with a Retry-After. Returns false. */
bool error_set_unavailable(struct error *err, unsigned retry_after_s, const char *detail);
/* Adds a fault and makes `err` an ERROR_INVALID_INPUT (detail: that of the first fault). Faults add
 * up, so `err` must have been zeroed when it was made. Returns false. `pointer` is copied. */
bool error_add_fault(struct error *err, struct arena *arena, struct text pointer,
                     enum fault_code code, const char *format, ...) PRINTF_LIKE(5, 6);
/* The same for a query or path parameter. */
bool error_add_parameter_fault(struct error *err, struct arena *arena, struct text parameter,
                               enum fault_code code, const char *format, ...) PRINTF_LIKE(5, 6);

/* The four always return false; said where they are called, so that compiler and analyzers know it.
 */
#define error_set(...) (error_set(__VA_ARGS__), false)
#define error_set_unavailable(...) (error_set_unavailable(__VA_ARGS__), false)
#define error_add_fault(...) (error_add_fault(__VA_ARGS__), false)
#define error_add_parameter_fault(...) (error_add_parameter_fault(__VA_ARGS__), false)

int error_status(enum error_code code);
const char *error_name(enum error_code code);
const char *error_title(enum error_code code);
const char *fault_name(enum fault_code code);

#endif
