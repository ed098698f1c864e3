/* From a request to its handler and back: route, authorization, decoding, handler, encoding. */
#ifndef API_DISPATCH_H
#define API_DISPATCH_H

#include "api/app.h"
#include "http/request.h"
#include "http/response.h"

/* An http_handler; the context is the struct app. */
void api_handle(void *context, struct request *request, struct response *response);
/* The body_limit of an http_server_config: only who may send a file is allowed a large body. */
size_t api_body_limit(void *context, struct request *request);

#endif
