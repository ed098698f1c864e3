/* One line a request; see http/access_log.h. */
#include "http/access_log.h"

#include "base/log.h"

void access_log_write(const struct request *request, const struct response *response,
                      int64_t duration_us)
{
    const enum log_level level = response->status >= 500 ? LOG_WARN : LOG_INFO;
    const enum error_code code = response->code;

    if (!log_is_on(level)) {
        return;
    }
    log_write(level, "http.request",
              (const struct log_field[]){
                  log_text("request_id", request->id),
                  log_string("method", http_method_name(request->method)),
                  log_text("path", request->path),
                  log_i64("status", response->status),
                  log_string("code", code == ERROR_NONE ? "" : error_name(code)),
                  log_i64("bytes", (int64_t)(response->body.len + response->streamed_bytes)),
                  log_i64("duration_us", duration_us),
                  log_text("remote", request->remote_address),
                  LOG_END,
              });
}
