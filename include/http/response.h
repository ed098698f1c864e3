/* One HTTP response, filled by a handler and sent by the server. Texts belong to the request's
 * arena. */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "http/body_sink.h"
#include "http/request.h"

enum { RESPONSE_HEADERS_MAX = 16 };

/* Makes the body of a reply while it is sent. False: it cannot be finished. Where nothing was sent
 * yet (the first piece is not full) that is a problem like any other; afterwards the connection is
 * cut, so that the client knows. Runs after the handler: the context belongs to the request's
 * arena. */
struct response_stream {
    bool (*send)(void *context, struct body_sink *sink, struct error *err);
    void *context;
};

struct response {
    int status;
    struct text content_type; /* absent: no body */
    struct text body;
    struct response_stream stream; /* send is NULL: `body` is the body */
    size_t streamed_bytes;         /* for the access log */
    struct http_header headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
    bool must_close;      /* Connection: close after this reply */
    enum error_code code; /* for the access log; ERROR_NONE for a good reply */
};

/* Adds a header; name a literal, value without control bytes. Aborts on a program error (too many).
 */
void response_add_header(struct response *response, const char *name, struct text value);
/* application/problem+json from an error: type, title, status, detail, code, request_id, errors[],
 * Retry-After, WWW-Authenticate. */
void response_problem(struct response *response, const struct request *request,
                      const struct error *err);
/* The status that the library below has found, in our words. */
enum error_code response_code_of_status(int status);
/* The whole message, head and body in one text, so that the kernel sends one packet. HEAD and 304
 * carry no body, nor does a stream: that is sent after it. */
NODISCARD bool response_render(const struct response *response, const struct request *request,
                               bool is_kept_alive, struct text *message, struct error *err);
/* Sends the whole reply, a stream too, through a sink whose `write` is set. False: the connection
 * is of no use any more. */
NODISCARD bool response_send(struct response *response, const struct request *request,
                             bool is_kept_alive, struct body_sink *sink);

#endif
