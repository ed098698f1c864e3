/*
 * The strict checks on a request head. civetweb's parser is loose (two lengths, hidden headers, odd
 * bytes pass); a proxy in front that reads the same bytes in another way is how requests are
 * smuggled. So everything that two readers could see differently is refused here, before anything
 * else looks at the request, and the connection is closed.
 */
#include "http/request.h"

#include <string.h>

#include "base/compiler.h"

enum { HOST_BYTES_MAX = 255, PORT_DIGITS_MAX = 5 };

static const char *const METHOD_NAMES[] = {"GET",   "HEAD",   "POST",   "PUT",
                                           "PATCH", "DELETE", "OPTIONS"};

const char *http_method_name(enum http_method method)
{
    return METHOD_NAMES[method];
}

/* The token characters of RFC 9110, 5.6.2, as a bit each: letters, digits and !#$%&'*+-.^_`|~ */
static const uint64_t TOKEN_CHARS[4] = {UINT64_C(0x03FF6CFA00000000), UINT64_C(0x57FFFFFFC7FFFFFE),
                                        0, 0};

static bool is_token_char(unsigned char c)
{
    return (TOKEN_CHARS[c / 64] >> (c % 64) & 1) != 0;
}

/* What our paths, and the names and addresses of hosts, are made of: less than RFC 3986 allows. */
static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

static bool is_token(struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        if (!is_token_char((unsigned char)t.data[i])) {
            return false;
        }
    }
    return t.len > 0;
}

/* Visible ASCII, blanks and tabs: what our own headers ever need. Bytes above 0x7F are legal in
 * HTTP but meaningless in it. */
static bool is_field_value(struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        const unsigned char c = (unsigned char)t.data[i];
        if ((c < 0x20 && c != '\t') || c >= 0x7F) {
            return false;
        }
    }
    return true;
}

static bool find_method(struct text name, enum http_method *method)
{
    for (size_t i = 0; i < COUNT_OF(METHOD_NAMES); i++) {
        if (text_equal(name, text_of(METHOD_NAMES[i]))) {
            *method = (enum http_method)i;
            return true;
        }
    }
    return false;
}

static bool check_method(const struct request_head *head, struct request *request,
                         struct error *err)
{
    if (find_method(head->method, &request->method)) {
        return true;
    }
    if (!is_token(head->method)) {
        return error_set(err, ERROR_MALFORMED_REQUEST, "the method is not a token");
    }
    return error_set(err, ERROR_METHOD_NOT_ALLOWED, "the method is not known here");
}

static bool check_version(const struct request_head *head, struct request *request,
                          struct error *err)
{
    if (text_equal(head->version, TEXT("1.1"))) {
        return true;
    }
    if (text_equal(head->version, TEXT("1.0"))) {
        request->is_http_1_0 = true;
        return true;
    }
    return error_set(err, ERROR_VERSION_NOT_SUPPORTED, "HTTP/1.1 and HTTP/1.0 are spoken here");
}

/* Segments of unreserved characters only: ids, slugs and fixed words need no more, so nothing here
 * is ever percent-decoded. */
static bool check_path_bytes(struct text path, struct error *err)
{
    for (size_t i = 0; i < path.len; i++) {
        const unsigned char c = (unsigned char)path.data[i];
        if (!is_plain(c) && c != '/') {
            return error_set(err, ERROR_MALFORMED_REQUEST,
                             "the path has a character that no path of this API has");
        }
    }
    return true;
}

static bool check_path(const struct request_head *head, struct request *request, struct error *err)
{
    const struct text path = head->target;

    if (path.len + (head->query.data == NULL ? 0 : head->query.len) >
            LIMIT_PATH_BYTES + LIMIT_QUERY_BYTES ||
        path.len > LIMIT_PATH_BYTES || head->query.len > LIMIT_QUERY_BYTES) {
        return error_set(err, ERROR_URI_TOO_LONG, "the path or the query is too long");
    }
    if (path.len == 0 || path.data[0] != '/') {
        return error_set(err, ERROR_MALFORMED_REQUEST, "the request target must begin with '/'");
    }
    if (!check_path_bytes(path, err)) {
        return false;
    }
    struct text rest = text_slice(path, 1, path.len);
    struct text segment = TEXT_ABSENT;
    bool has_more = path.len > 1;
    while (has_more) {
        has_more = text_split(rest, '/', &segment, &rest);
        if (segment.len == 0 || text_equal(segment, TEXT(".")) || text_equal(segment, TEXT(".."))) {
            return error_set(err, ERROR_MALFORMED_REQUEST,
                             "the path has an empty or a dot segment");
        }
    }
    request->path = path;
    request->query = head->query;
    return true;
}

static bool is_host_name(struct text name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!is_plain((unsigned char)name.data[i])) {
            return false;
        }
    }
    return name.len > 0 && name.len <= HOST_BYTES_MAX;
}

static bool is_port(struct text port)
{
    for (size_t i = 0; i < port.len; i++) {
        if (port.data[i] < '0' || port.data[i] > '9') {
            return false;
        }
    }
    return port.len <= PORT_DIGITS_MAX;
}

/* "[address]" with what stands behind it: nothing or ":port". */
static bool is_bracketed_host(struct text value)
{
    struct text address = TEXT_ABSENT;
    struct text behind = TEXT_ABSENT;

    if (!text_split(value, ']', &address, &behind) || address.len < 3 ||
        address.len > HOST_BYTES_MAX) {
        return false;
    }
    for (size_t i = 1; i < address.len; i++) {
        if (!is_plain((unsigned char)address.data[i]) && address.data[i] != ':') {
            return false;
        }
    }
    return behind.len == 0 || (behind.data[0] == ':' && is_port(text_slice(behind, 1, behind.len)));
}

/* "host" or "host:port"; IPv6 in brackets. */
static bool is_host(struct text value)
{
    struct text name = TEXT_ABSENT;
    struct text port = TEXT_ABSENT;

    if (value.len > 0 && value.data[0] == '[') {
        return is_bracketed_host(value);
    }
    if (text_split(value, ':', &name, &port) && !is_port(port)) {
        return false;
    }
    return is_host_name(name);
}

/* The headers the server acts on. Each may stand once; the table says where its value goes. */
enum known_header {
    KNOWN_HOST,
    KNOWN_AUTHORIZATION,
    KNOWN_CONTENT_TYPE,
    KNOWN_IDEMPOTENCY_KEY,
    KNOWN_IF_MATCH,
    KNOWN_IF_NONE_MATCH,
    KNOWN_ORIGIN,
    KNOWN_FORWARDED_FOR,
    KNOWN_ACCEPT,
    KNOWN_LAST_EVENT_ID,
    KNOWN_CONTENT_LENGTH,
    KNOWN_TRANSFER_ENCODING,
    KNOWN_UPGRADE,
    KNOWN_EXPECT,
    KNOWN_CONNECTION,
    KNOWN_COUNT
};

#define NOT_KEPT SIZE_MAX
static const struct {
    const char *name;
    size_t offset; /* of a struct text in struct request; NOT_KEPT: only checked */
} KNOWN_HEADERS[KNOWN_COUNT] = {
    [KNOWN_HOST] = {"host", offsetof(struct request, host)},
    [KNOWN_AUTHORIZATION] = {"authorization", offsetof(struct request, authorization)},
    [KNOWN_CONTENT_TYPE] = {"content-type", offsetof(struct request, content_type)},
    [KNOWN_IDEMPOTENCY_KEY] = {"idempotency-key", offsetof(struct request, idempotency_key)},
    [KNOWN_IF_MATCH] = {"if-match", offsetof(struct request, if_match)},
    [KNOWN_IF_NONE_MATCH] = {"if-none-match", offsetof(struct request, if_none_match)},
    [KNOWN_ORIGIN] = {"origin", offsetof(struct request, origin)},
    [KNOWN_FORWARDED_FOR] = {"x-forwarded-for", offsetof(struct request, forwarded_for)},
    [KNOWN_ACCEPT] = {"accept", offsetof(struct request, accept)},
    [KNOWN_LAST_EVENT_ID] = {"last-event-id", offsetof(struct request, last_event_id)},
    [KNOWN_CONTENT_LENGTH] = {"content-length", NOT_KEPT},
    [KNOWN_TRANSFER_ENCODING] = {"transfer-encoding", NOT_KEPT},
    [KNOWN_UPGRADE] = {"upgrade", NOT_KEPT},
    [KNOWN_EXPECT] = {"expect", NOT_KEPT},
    [KNOWN_CONNECTION] = {"connection", NOT_KEPT},
};

static int find_known(struct text name)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        if (text_equal_ignoring_case(name, text_of(KNOWN_HEADERS[i].name))) {
            return (int)i;
        }
    }
    return -1;
}

/* The lines of X-Forwarded-For are one list: each proxy may add its own. So are those of Accept. */
static struct text join(struct arena *arena, struct text list, struct text more)
{
    return arena_printf(arena, "%.*s,%.*s", TEXT_ARG(list), TEXT_ARG(more));
}

/* Checks the form of each header and collects the known ones. */
static bool collect_headers(const struct request_head *head, struct arena *arena,
                            struct text values[KNOWN_COUNT], struct error *err)
{
    if (head->header_count > LIMIT_HEADERS) {
        return error_set(err, ERROR_HEADERS_TOO_LARGE, "more than %d header fields", LIMIT_HEADERS);
    }
    for (size_t i = 0; i < head->header_count; i++) {
        const struct http_header *header = &head->headers[i];
        if (!is_token(header->name) || !is_field_value(header->value)) {
            return error_set(err, ERROR_MALFORMED_REQUEST,
                             "a header field's name or value has a character it must not have");
        }
        const int known = find_known(header->name);
        if (known < 0) {
            continue;
        }
        if (values[known].data != NULL && (known == KNOWN_FORWARDED_FOR || known == KNOWN_ACCEPT)) {
            values[known] = join(arena, values[known], header->value);
            continue;
        }
        if (values[known].data != NULL) {
            return error_set(err, ERROR_MALFORMED_REQUEST, "the header field %s stands twice",
                             KNOWN_HEADERS[known].name);
        }
        values[known] = header->value;
    }
    return true;
}

static bool check_content_length(struct text value, struct request *request, struct error *err)
{
    int64_t length = 0;

    if (value.len == 0 || value.data[0] == '-' || !text_to_i64(value, &length)) {
        return error_set(err, ERROR_MALFORMED_REQUEST, "Content-Length is not a number");
    }
    request->content_length = (size_t)length;
    return true;
}

static bool method_has_body(enum http_method method)
{
    return method == HTTP_POST || method == HTTP_PUT || method == HTTP_PATCH;
}

static bool check_framing(const struct text *values, struct request *request, struct error *err)
{
    if (values[KNOWN_TRANSFER_ENCODING].data != NULL) {
        return error_set(err, ERROR_LENGTH_REQUIRED,
                         "Transfer-Encoding is not accepted; send Content-Length");
    }
    if (values[KNOWN_UPGRADE].data != NULL) {
        return error_set(err, ERROR_MALFORMED_REQUEST, "Upgrade is not accepted");
    }
    if (values[KNOWN_EXPECT].data != NULL) {
        if (!text_equal_ignoring_case(values[KNOWN_EXPECT], TEXT("100-continue"))) {
            return error_set(err, ERROR_EXPECTATION_FAILED, "only Expect: 100-continue is known");
        }
        request->expects_continue = !request->is_http_1_0; /* RFC 9110, 10.1.1: ignored */
    }
    if (values[KNOWN_CONTENT_LENGTH].data != NULL &&
        !check_content_length(values[KNOWN_CONTENT_LENGTH], request, err)) {
        return false;
    }
    if (method_has_body(request->method)) {
        if (values[KNOWN_CONTENT_LENGTH].data == NULL) {
            return error_set(err, ERROR_LENGTH_REQUIRED, "%s needs a Content-Length",
                             http_method_name(request->method));
        }
    } else if (request->content_length > 0) {
        return error_set(err, ERROR_MALFORMED_REQUEST, "%s must not have a body",
                         http_method_name(request->method));
    }
    return true;
}

static bool check_headers(const struct request_head *head, struct request *request,
                          struct error *err)
{
    struct text values[KNOWN_COUNT] = {{NULL, 0}};

    if (!collect_headers(head, request->arena, values, err) ||
        !check_framing(values, request, err)) {
        return false;
    }
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        if (KNOWN_HEADERS[i].offset != NOT_KEPT) {
            memcpy((char *)request + KNOWN_HEADERS[i].offset, &values[i], sizeof values[i]);
        }
    }
    if (request->host.data == NULL && !request->is_http_1_0) {
        return error_set(err, ERROR_MALFORMED_REQUEST, "the Host header field is missing");
    }
    if (request->host.data != NULL && !is_host(request->host)) {
        return error_set(err, ERROR_MALFORMED_REQUEST, "the Host header field is malformed");
    }
    return true;
}

bool request_check_head(const struct request_head *head, struct arena *arena,
                        struct request *request, struct error *err)
{
    request->arena = arena;
    request->body = TEXT("");
    return check_version(head, request, err) && check_method(head, request, err) &&
           check_headers(head, request, err) && check_path(head, request, err);
}
