/* The line of the log that every request gets: never its query, header fields or body. */
#ifndef HTTP_ACCESS_LOG_H
#define HTTP_ACCESS_LOG_H

#include <stdint.h>

#include "http/request.h"
#include "http/response.h"

void access_log_write(const struct request *request, const struct response *response,
                      int64_t duration_us);

#endif
