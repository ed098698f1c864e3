/* Imports and exports as jobs: what is sent is kept in the database, and any server does it. */
#ifndef API_JOBS_H
#define API_JOBS_H

#include "api/call.h"
#include "base/shape.h"

struct job_path {
    struct uuid job_id;
};
extern const struct shape JOB_PATH_SHAPE;
extern const struct shape IMPORT_QUERY_SHAPE;
extern const struct shape EXPORT_QUERY_SHAPE;
extern const struct shape JOB_REPLY_SHAPE;

bool api_create_import(struct call *call, void *reply, struct error *err);
bool api_create_export(struct call *call, void *reply, struct error *err);
bool api_get_job(struct call *call, void *reply, struct error *err);
bool api_cancel_job(struct call *call, void *reply, struct error *err);
bool api_get_job_result(struct call *call, void *reply, struct error *err);

#endif
