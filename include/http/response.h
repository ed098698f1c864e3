/* One HTTP response, filled by a handler and sent by the server. Texts belong to the request's
 * arena. */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "http/request.h"

enum { RESPONSE_HEADERS_MAX = 16 };

/* A body that is made while it is sent: piece by piece until `next` returns false. It waits itself
 * where there is nothing to send yet, a second or two at most, and then leaves *piece absent.
 * `scratch` is reset before each call. */
struct response_stream {
    bool (*next)(void *context, struct arena *scratch, struct text *piece);
    void *context; /* of the request's arena */
};

struct response {
    int status;
    struct text content_type; /* absent: no body */
    struct text body;
    struct http_header headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
    struct response_stream stream; /* next NULL: the body is `body` */
    bool must_close;               /* Connection: close after this reply */
    enum error_code code;          /* for the access log; ERROR_NONE for a good reply */
};

/* Adds a header; name a literal, value without control bytes. Aborts on a program error (too many).
 */
void response_add_header(struct response *response, const char *name, struct text value);
/* application/problem+json from an error: type, title, status, detail, code, request_id, errors[],
 * Retry-After, WWW-Authenticate. */
void response_problem(struct response *response, const struct request *request,
                      const struct error *err);
/* Writes the pieces of a stream; `write` returns fewer bytes where the client has gone. */
void response_stream_send(const struct response_stream *stream,
                          int (*write)(void *connection, const char *bytes, size_t count),
                          void *connection);
/* The code that a bare status of the server library stands for. */
enum error_code response_code_of_status(int status);
/* The whole message, head and body in one text. HEAD and 304 carry no body. */
NODISCARD bool response_render(const struct response *response, const struct request *request,
                               bool is_kept_alive, struct text *message, struct error *err);

#endif
