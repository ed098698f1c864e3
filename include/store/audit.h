/* Reading what was audited. */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/shape.h"
#include "db/db.h"

struct audit_event {
    struct uuid id;
    int64_t at;
    struct text event;      /* dotted name */
    struct uuid actor_id;   /* nil: nobody who was logged in */
    struct uuid subject_id; /* nil: nobody */
    struct text address;    /* absent: not known */
    struct text detail;     /* JSON */
};

/* What is nil, absent or 0 lets all through. */
struct audit_filter {
    struct uuid after; /* of the page before */
    struct text event;
    struct uuid actor_id;
    struct uuid subject_id;
    int64_t since;
    int64_t until;
    int64_t limit;
};

/* Newest first. */
NODISCARD bool store_audit_list(struct db *db, struct arena *arena,
                                const struct audit_filter *filter, struct audit_event **events,
                                size_t *count, struct error *err);

#endif
