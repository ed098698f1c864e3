/* From a request to its handler and back: route, authorization, decoding, handler, encoding. */
#ifndef API_DISPATCH_H
#define API_DISPATCH_H

#include "api/app.h"
#include "http/request.h"
#include "http/response.h"

/* The `admit` of the server: a body that is longer than most may be is read only of somebody who
 * may send it. */
NODISCARD bool api_admit(void *context, struct request *request, size_t *body_limit_bytes,
                         struct error *err);
/* An http_handler; the context is the struct app. */
void api_handle(void *context, struct request *request, struct response *response);

#endif
