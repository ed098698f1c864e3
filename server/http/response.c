/* Responses: problem+json (RFC 9457) and the bytes of a message. */
#include "http/response.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

enum { RESPONSE_HEAD_BYTES_MAX = 8192 };

/* On every reply: it is data, whatever somebody makes a browser take it for.
 * Strict-Transport-Security is the business of the proxy that ends TLS. */
#define SECURITY_FIELDS                                                       \
    "X-Content-Type-Options: nosniff\r\n"                                     \
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n" \
    "Cross-Origin-Resource-Policy: same-origin\r\n"                           \
    "Referrer-Policy: no-referrer\r\n"                                        \
    "X-Frame-Options: DENY\r\n"

void response_add_header(struct response *response, const char *name, struct text value)
{
    if (response->header_count == RESPONSE_HEADERS_MAX) {
        abort();
    }
    response->headers[response->header_count] =
        (struct http_header){.name = text_of(name), .value = value};
    response->header_count++;
}

static void append_member(struct buffer *body, const char *name, struct text value)
{
    buffer_append(body, TEXT(",\""));
    buffer_append(body, text_of(name));
    buffer_append(body, TEXT("\":"));
    buffer_append_json_string(body, value);
}

static void append_faults(struct buffer *body, const struct error *err)
{
    buffer_append(body, TEXT(",\"errors\":["));
    for (const struct fault *fault = err->faults; fault != NULL; fault = fault->next) {
        buffer_append(body, fault->is_parameter ? TEXT("{\"parameter\":") : TEXT("{\"pointer\":"));
        buffer_append_json_string(body, fault->place);
        append_member(body, "code", text_of(fault_name(fault->code)));
        append_member(body, "detail", fault->detail);
        buffer_append(body, fault->next == NULL ? TEXT("}") : TEXT("},"));
    }
    buffer_append_char(body, ']');
}

static void add_error_headers(struct response *response, const struct request *request,
                              const struct error *err)
{
    if (err->retry_after_s > 0) {
        response_add_header(response, "Retry-After",
                            arena_printf(request->arena, "%u", err->retry_after_s));
    }
    if (err->code == ERROR_UNAUTHENTICATED || err->code == ERROR_INVALID_CREDENTIALS) {
        response_add_header(response, "WWW-Authenticate", TEXT("Bearer"));
    } else if (err->code == ERROR_INVALID_TOKEN) {
        response_add_header(response, "WWW-Authenticate", TEXT("Bearer error=\"invalid_token\""));
    }
}

void response_problem(struct response *response, const struct request *request,
                      const struct error *err)
{
    struct buffer body;
    struct error ignored = {.code = ERROR_NONE};

    buffer_init(&body, request->arena, LIMIT_REPLY_BYTES);
    buffer_append(&body, TEXT("{\"type\":\"urn:quizd:problem:"));
    buffer_append(&body, text_of(error_name(err->code)));
    buffer_append_char(&body, '"');
    append_member(&body, "title", text_of(error_title(err->code)));
    buffer_append(&body, TEXT(",\"status\":"));
    buffer_append_i64(&body, error_status(err->code));
    append_member(&body, "detail", text_of(err->detail));
    append_member(&body, "code", text_of(error_name(err->code)));
    append_member(&body, "request_id", request->id);
    if (err->faults != NULL) {
        append_faults(&body, err);
    }
    if (err->extension != NULL) {
        buffer_printf(&body, ",\"%s\":", err->extension);
        buffer_append(&body, err->extension_json);
    }
    buffer_append_char(&body, '}');
    response->status = error_status(err->code);
    response->code = err->code;
    response->content_type = TEXT("application/problem+json");
    if (!buffer_text(&body, &response->body, &ignored)) {
        response->body = TEXT("{}"); /* cannot happen: faults are bounded in number and length */
    }
    add_error_headers(response, request, err);
}

static struct text reason_phrase(const struct response *response)
{
    if (response->code != ERROR_NONE) {
        return text_of(error_title(response->code));
    }
    switch (response->status) {
    case 200:
        return TEXT("OK");
    case 201:
        return TEXT("Created");
    case 202:
        return TEXT("Accepted");
    case 204:
        return TEXT("No Content");
    case 304:
        return TEXT("Not Modified");
    case 308:
        return TEXT("Permanent Redirect");
    default:
        return TEXT("");
    }
}

static void append_date(struct buffer *head)
{
    char date[CLOCK_HTTP_DATE_BYTES];

    buffer_append(head, TEXT("Date: "));
    buffer_append(head, clock_format_http_date(clock_now_us(), date));
    buffer_append(head, TEXT("\r\n"));
}

static void append_field(struct buffer *head, struct text name, struct text value)
{
    buffer_append(head, name);
    buffer_append(head, TEXT(": "));
    buffer_append(head, value);
    buffer_append(head, TEXT("\r\n"));
}

static void append_head(struct buffer *head, const struct response *response,
                        const struct request *request)
{
    buffer_append(head, TEXT("HTTP/1.1 "));
    buffer_append_i64(head, response->status);
    buffer_append_char(head, ' ');
    buffer_append(head, reason_phrase(response));
    buffer_append(head, TEXT("\r\n"));
    append_date(head);
    append_field(head, TEXT("X-Request-Id"), request->id);
    buffer_append(head, TEXT(SECURITY_FIELDS));
    if (response->content_type.data != NULL) {
        append_field(head, TEXT("Content-Type"), response->content_type);
    }
    for (size_t i = 0; i < response->header_count; i++) {
        append_field(head, response->headers[i].name, response->headers[i].value);
    }
    if (response->stream.send != NULL) {
        buffer_append(head,
                      request->is_http_1_0 ? TEXT("") : TEXT("Transfer-Encoding: chunked\r\n"));
    } else if (response->status != 204 && response->status != 304) {
        buffer_append(head, TEXT("Content-Length: "));
        buffer_append_i64(head, (int64_t)response->body.len);
        buffer_append(head, TEXT("\r\n"));
    }
}

bool response_render(const struct response *response, const struct request *request,
                     bool is_kept_alive, struct text *message, struct error *err)
{
    struct buffer bytes;

    buffer_init(&bytes, request->arena, RESPONSE_HEAD_BYTES_MAX + LIMIT_REPLY_BYTES);
    append_head(&bytes, response, request);
    buffer_append(&bytes, is_kept_alive ? TEXT("Connection: keep-alive\r\n\r\n")
                                        : TEXT("Connection: close\r\n\r\n"));
    if (request->method != HTTP_HEAD && response->status != 204 && response->status != 304) {
        buffer_append(&bytes, response->body);
    }
    return buffer_text(&bytes, message, err);
}

enum error_code response_code_of_status(int status)
{
    static const enum error_code CODES[] = {ERROR_REQUEST_TIMEOUT, ERROR_PAYLOAD_TOO_LARGE,
                                            ERROR_URI_TOO_LONG, ERROR_HEADERS_TOO_LARGE,
                                            ERROR_VERSION_NOT_SUPPORTED};
    for (size_t i = 0; i < COUNT_OF(CODES); i++) {
        if (error_status(CODES[i]) == status) {
            return CODES[i];
        }
    }
    return status >= 500 ? ERROR_UNAVAILABLE : ERROR_MALFORMED_REQUEST;
}

/* What was wrong goes to the log; the client gets it where it can still be told. */
static void refuse_stream(struct response *response, const struct request *request,
                          const struct body_sink *sink, struct error *err)
{
    if (err->code == ERROR_REQUEST_TIMEOUT) { /* clients come and go */
        log_debug("http.stream_left", log_text("request_id", request->id));
    } else {
        log_warn("http.stream_broken", log_text("request_id", request->id),
                 log_string("detail", err->detail));
    }
    response->code = err->code;
    if (sink->is_begun) {
        return;
    }
    if (err->code == ERROR_INTERNAL) {
        (void)error_set(err, ERROR_INTERNAL,
                        "something went wrong on our side; the request id names it in the log");
    }
    response->stream.send = NULL;
    response_problem(response, request, err);
}

static bool send_stream(struct response *response, const struct request *request, struct text head,
                        struct body_sink *sink)
{
    struct error err = {.code = ERROR_NONE};

    sink->head = head;
    sink->is_chunked = !request->is_http_1_0;
    body_sink_init(sink, request->arena);
    const bool is_whole =
        response->stream.send(response->stream.context, sink, &err) && body_sink_end(sink, &err);
    response->streamed_bytes = sink->is_begun ? sink->total : 0;
    if (!is_whole) {
        refuse_stream(response, request, sink, &err);
    }
    return is_whole;
}

bool response_send(struct response *response, const struct request *request, bool is_kept_alive,
                   struct body_sink *sink)
{
    struct text message;
    struct error ignored = {.code = ERROR_NONE};

    /* More than any reply may have: nothing is sent. */
    if (!response_render(response, request, is_kept_alive, &message, &ignored)) {
        return false;
    }
    if (response->stream.send != NULL && request->method != HTTP_HEAD) {
        if (send_stream(response, request, message, sink)) {
            return true;
        }
        if (sink->is_begun ||
            !response_render(response, request, is_kept_alive, &message, &ignored)) {
            return false;
        }
    }
    return sink->write(sink->context, message);
}
