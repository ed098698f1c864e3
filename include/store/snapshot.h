/*
 * The bank snapshot: all published questions and sections in memory, immutable, refcounted, swapped
 * whole. A request takes a reference, reads without a lock, and its arena gives the reference back.
 * One watcher thread (LISTEN quizd_banks, and a revision poll for notifications that were lost)
 * loads a new snapshot when any bank's revision moved.
 */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "db/session.h"
#include "domain/bank.h"

struct snapshot {
    const struct bank *banks; /* by slug */
    size_t bank_count;
    int64_t revision;     /* see snapshot_read_revisions */
    const void *prepared; /* what the `prepare` of snapshots_open has made of it; NULL: nothing */
};

struct snapshots;

struct snapshots_config {
    struct db_session_config database;
    int64_t poll_ms; /* between looks at the revision, for notifications that were lost */
    /* Makes of a snapshot, in its arena, what is better made once than at every request. NULL:
     * nothing. */
    bool (*prepare)(struct snapshot *snapshot, struct arena *arena, struct error *err);
};

/* Loads the first snapshot where the database is there (else `snapshots_take` fails with
 * ERROR_UNAVAILABLE until it is) and starts the watcher. */
NODISCARD bool snapshots_open(const struct snapshots_config *config, struct snapshots **snapshots,
                              struct error *err);
void snapshots_close(struct snapshots *snapshots); /* takes NULL; no reference may be left */
/* The current snapshot, good until the arena is reset. ERROR_UNAVAILABLE before the first one is
 * loaded. */
NODISCARD bool snapshots_take(struct snapshots *snapshots, struct arena *arena,
                              const struct snapshot **snapshot, struct error *err);
bool snapshots_are_loaded(struct snapshots *snapshots);

/* NULL where there is none. */
const struct bank *snapshot_find_bank(const struct snapshot *snapshot, struct text slug);
const struct bank *snapshot_find_bank_by_id(const struct snapshot *snapshot, struct uuid id);

/* What changes whenever a snapshot would: the banks, or the counts of exposures. */
struct snapshot_revisions {
    int64_t revision;
    int64_t banks;
};
NODISCARD bool snapshot_read_revisions(struct db_session *session, struct arena *scratch,
                                       struct snapshot_revisions *revisions, struct error *err);
/* Reads everything in one consistent transaction. */
NODISCARD bool snapshot_load(struct db_session *session, struct arena *arena,
                             struct snapshot *snapshot, struct error *err);

#endif
