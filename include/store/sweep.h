/*
 * What is done without anybody asking: attempts whose time is over are submitted, evidence that
 * waited is added, and the questions of exam papers are counted. Any number of servers may do it at
 * once; each takes what no other has.
 */
#ifndef STORE_SWEEP_H
#define STORE_SWEEP_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "db/session.h"
#include "store/snapshot.h"

struct sweep {
    struct db *db; /* for question versions that the snapshot has no more */
    struct db_session *session;
    struct snapshots *snapshots;
    struct arena *arena; /* scratch */
    int64_t grace_ms;    /* after the deadline */
};

/* Where the next batch begins, and what the last one did; zeroed before the first. */
struct sweep_batch {
    int64_t after_at; /* of the last attempt that was looked at */
    struct uuid after_id;
    size_t looked_at; /* 0: nothing is left */
    size_t settled;
};

/* Submits up to a batch of expired attempts in one transaction, each with its deadline as the time
 * of submission and whatever was saved as its answers. One that cannot be scored is logged and left
 * as it is; the next batch goes on behind it. */
NODISCARD bool store_sweep_expired(const struct sweep *sweep, struct sweep_batch *batch,
                                   struct error *err);
/* The same with submitted attempts whose evidence is due: their exam has closed, or whoever
 * submitted them did not come to score them. */
NODISCARD bool store_sweep_due(const struct sweep *sweep, struct sweep_batch *batch,
                               struct error *err);
/* Brings the exposure counts up to date. */
NODISCARD bool store_sweep_exposure(const struct sweep *sweep, struct error *err);

#endif
