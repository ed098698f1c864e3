/* See api/cors.h. */
#include "api/cors.h"

#define ALLOWED_FIELDS "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
#define EXPOSED_FIELDS                                                                  \
    "Allow, ETag, Idempotency-Replayed, RateLimit, RateLimit-Limit, RateLimit-Policy, " \
    "RateLimit-Remaining, RateLimit-Reset, Retry-After, WWW-Authenticate, X-Request-Id"
#define PREFLIGHT_MAX_AGE_S "600"

static bool is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

static bool is_port(struct text port)
{
    int64_t number = 0;

    return port.len > 0 && port.len <= 5 && port.data[0] != '-' && port.data[0] != '0' &&
           text_to_i64(port, &number) && number <= 65535;
}

/* As a browser writes it: nothing behind the port, and no port that goes without saying. */
static bool is_origin(struct text origin)
{
    const bool is_https = text_starts_with(origin, TEXT("https://"));
    struct text host = TEXT_ABSENT;
    struct text port = TEXT_ABSENT;

    if (!is_https && !text_starts_with(origin, TEXT("http://"))) {
        return false;
    }
    const bool has_port =
        text_split(text_slice(origin, is_https ? 8 : 7, origin.len), ':', &host, &port);
    for (size_t i = 0; i < host.len; i++) {
        if (!is_host_char(host.data[i])) {
            return false;
        }
    }
    return host.len > 0 &&
           (!has_port || (is_port(port) && !text_equal(port, is_https ? TEXT("443") : TEXT("80"))));
}

bool origins_parse(const char *setting, struct origins *origins, struct error *err)
{
    struct text rest = setting == NULL ? TEXT("") : text_of(setting);
    bool has_more = true;

    origins->count = 0;
    while (has_more) {
        struct text piece = TEXT_ABSENT;
        has_more = text_split(rest, ',', &piece, &rest);
        const struct text origin = text_trim(piece);
        if (origin.len == 0 && !has_more) {
            return true;
        }
        if (!is_origin(origin)) {
            return error_set(err, ERROR_INVALID_INPUT,
                             "QUIZD_CORS_ORIGINS: '%.*s' is not an origin such as "
                             "https://app.example or http://localhost:5173",
                             TEXT_ARG(text_slice(origin, 0, 60)));
        }
        if (origins->count == LIMIT_ORIGINS) {
            return error_set(err, ERROR_INVALID_INPUT,
                             "QUIZD_CORS_ORIGINS: there may be %d origins at most", LIMIT_ORIGINS);
        }
        origins->list[origins->count] = origin;
        origins->count++;
    }
    return true;
}

static bool is_allowed(const struct origins *origins, struct text origin)
{
    for (size_t i = 0; i < origins->count; i++) {
        if (text_equal(origins->list[i], origin)) {
            return true;
        }
    }
    return false;
}

void cors_add_headers(const struct origins *origins, const struct request *request,
                      struct text allow, struct response *response)
{
    if (origins->count == 0) {
        return;
    }
    response_add_header(response, "Vary", TEXT("Origin"));
    if (request->origin.data == NULL || !is_allowed(origins, request->origin)) {
        return;
    }
    response_add_header(response, "Access-Control-Allow-Origin", request->origin);
    if (request->method == HTTP_OPTIONS && allow.data != NULL) {
        response_add_header(response, "Access-Control-Allow-Methods", allow);
        response_add_header(response, "Access-Control-Allow-Headers", TEXT(ALLOWED_FIELDS));
        response_add_header(response, "Access-Control-Max-Age", TEXT(PREFLIGHT_MAX_AGE_S));
    } else {
        response_add_header(response, "Access-Control-Expose-Headers", TEXT(EXPOSED_FIELDS));
    }
}
