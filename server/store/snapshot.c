/*
 * Keeping the snapshot current. Readers are lock-free: a reader raises the count of the slot that
 * is current and looks again whether it still is; the watcher makes another slot current first and
 * frees the old one once its count is 0. A raised count on a slot that is no longer current is
 * taken back without touching its data, so nobody reads what is being freed.
 */
#include "store/snapshot.h"

#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/watch.h"

enum {
    SLOTS = 8, /* snapshots that may live at once: the current one and those that slow readers still
                  hold */
    NO_SLOT = -1
};

struct slot {
    atomic_size_t reader_count;
    struct arena *arena; /* NULL: free */
    struct snapshot snapshot;
};

struct snapshots {
    struct arena *arena; /* owns this struct */
    struct snapshots_config config;
    atomic_int current; /* NO_SLOT before the first is loaded */
    struct slot slots[SLOTS];
    struct watch *watch;
};

static void release_slot(void *resource)
{
    struct slot *slot = resource;
    atomic_fetch_sub(&slot->reader_count, 1);
}

bool snapshots_take(struct snapshots *snapshots, struct arena *arena,
                    const struct snapshot **snapshot, struct error *err)
{
    for (;;) {
        const int index = atomic_load(&snapshots->current);
        if (index == NO_SLOT) {
            return error_set_unavailable(err, 1, "the question banks are not loaded yet");
        }
        struct slot *slot = &snapshots->slots[index];
        atomic_fetch_add(&slot->reader_count, 1);
        if (atomic_load(&snapshots->current) == index) {
            arena_defer(arena, release_slot, slot);
            *snapshot = &slot->snapshot;
            return true;
        }
        atomic_fetch_sub(&slot->reader_count, 1);
    }
}

bool snapshots_are_loaded(struct snapshots *snapshots)
{
    return atomic_load(&snapshots->current) != NO_SLOT;
}

/* Frees what no reader holds any more; returns a free slot, NO_SLOT where slow readers hold all. */
static int sweep_slots(struct snapshots *snapshots)
{
    int free_slot = NO_SLOT;

    for (int i = 0; i < SLOTS; i++) {
        struct slot *slot = &snapshots->slots[i];
        if (i == atomic_load(&snapshots->current) || atomic_load(&slot->reader_count) > 0) {
            continue;
        }
        arena_free(slot->arena);
        slot->arena = NULL;
        free_slot = i;
    }
    return free_slot;
}

static bool load(struct snapshots *snapshots, struct db_session *session, struct error *err)
{
    const int64_t started_us = clock_monotonic_us();
    const int index = sweep_slots(snapshots);

    if (index == NO_SLOT) {
        return true; /* every old snapshot is still read: the next poll tries again */
    }
    struct slot *slot = &snapshots->slots[index];
    struct arena *arena = arena_create();
    if (!snapshot_load(session, arena, &slot->snapshot, err) ||
        (snapshots->config.prepare != NULL &&
         !snapshots->config.prepare(&slot->snapshot, arena, err))) {
        arena_free(arena);
        return false;
    }
    slot->arena = arena;
    atomic_store(&snapshots->current, index);
    (void)sweep_slots(snapshots); /* what can go goes now; the rest with the next poll */
    log_info("snapshot.loaded", log_i64("revision", slot->snapshot.revision),
             log_i64("banks", (int64_t)slot->snapshot.bank_count),
             log_i64("duration_us", clock_monotonic_us() - started_us));
    return true;
}

/* Loads a snapshot where the revision is not that of the current one. */
static bool refresh(void *context, struct db_session *session, bool is_notified,
                    struct arena *scratch, struct error *err)
{
    struct snapshots *snapshots = context;
    const int current = atomic_load(&snapshots->current);
    struct snapshot_revisions revisions;

    (void)is_notified; /* the revision says more */
    if (!snapshot_read_revisions(session, scratch, &revisions, err)) {
        return false;
    }
    if (current != NO_SLOT && snapshots->slots[current].snapshot.revision == revisions.revision &&
        (int64_t)snapshots->slots[current].snapshot.bank_count == revisions.banks) {
        (void)sweep_slots(snapshots); /* nothing to load: only tidy up */
        return true;
    }
    return load(snapshots, session, err);
}

/* The first load, before anybody is served; a database that is away is the watcher's business. */
static void load_first(struct snapshots *snapshots)
{
    struct error err = {.code = ERROR_NONE};
    struct db_session *session = NULL;

    if (!db_session_open(&snapshots->config.database, &session, &err) ||
        !load(snapshots, session, &err)) {
        log_warn("snapshot.not_loaded", log_string("detail", err.detail));
    }
    db_session_close(session);
}

bool snapshots_open(const struct snapshots_config *config, struct snapshots **out,
                    struct error *err)
{
    struct arena *arena = arena_create();
    struct snapshots *snapshots = arena_new(arena, struct snapshots);

    snapshots->arena = arena;
    snapshots->config = *config;
    atomic_init(&snapshots->current, NO_SLOT);
    load_first(snapshots);
    const struct watch_config watch = {.database = config->database,
                                       .listen = "LISTEN quizd_banks",
                                       .lost_event = "snapshot.database_lost",
                                       .poll_ms = config->poll_ms,
                                       .look = refresh,
                                       .context = snapshots};
    if (!watch_start(&watch, &snapshots->watch, err)) {
        arena_free(arena);
        return false;
    }
    *out = snapshots;
    return true;
}

void snapshots_close(struct snapshots *snapshots)
{
    if (snapshots == NULL) {
        return;
    }
    watch_stop(snapshots->watch);
    for (int i = 0; i < SLOTS; i++) {
        arena_free(snapshots->slots[i].arena);
    }
    arena_free(snapshots->arena);
}

const struct bank *snapshot_find_bank(const struct snapshot *snapshot, struct text slug)
{
    for (size_t i = 0; i < snapshot->bank_count; i++) {
        if (text_equal(snapshot->banks[i].slug, slug)) {
            return &snapshot->banks[i];
        }
    }
    return NULL;
}

const struct bank *snapshot_find_bank_by_id(const struct snapshot *snapshot, struct uuid id)
{
    for (size_t i = 0; i < snapshot->bank_count; i++) {
        if (uuid_equal(snapshot->banks[i].id, id)) {
            return &snapshot->banks[i];
        }
    }
    return NULL;
}
