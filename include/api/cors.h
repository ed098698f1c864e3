/*
 * Cross-origin requests of browsers (the CORS protocol of the Fetch standard). Pages of the origins
 * that a setting lists may call the API; no other origin gets a word, and there is no wildcard.
 * Tokens travel in Authorization, never in cookies, so credentials are not allowed to any.
 */
#ifndef API_CORS_H
#define API_CORS_H

#include "base/limits.h"
#include "http/request.h"
#include "http/response.h"

struct origins {
    struct text list[LIMIT_ORIGINS];
    size_t count;
};

/* "https://app.example, http://localhost:5173": scheme, host in lower case, port where it is not
 * the scheme's own; NULL: none. ERROR_INVALID_INPUT names the first that is no origin. The texts
 * point into `setting`. */
NODISCARD bool origins_parse(const char *setting, struct origins *origins, struct error *err);
/* What a browser must be told. `allow`: the methods of the path where this is OPTIONS, else absent.
 */
void cors_add_headers(const struct origins *origins, const struct request *request,
                      struct text allow, struct response *response);

#endif
