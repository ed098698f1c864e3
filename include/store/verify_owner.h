/*
 * What one learner's attempts must have left behind, added up while they are replayed, and then
 * compared with what is stored. Only for store/verify.c.
 */
#ifndef STORE_VERIFY_OWNER_H
#define STORE_VERIFY_OWNER_H

#include "domain/aftermath.h"
#include "store/verify.h"

/* What is added up; all of it in one arena. */
struct verify_sums;
struct verify_owner {
    struct db *db; /* the session with the snapshot */
    const struct snapshot *snapshot;
    struct arena *arena; /* the learner's */
    struct uuid user_id;
    struct verify_sums *sums; /* by bank of the snapshot */
    struct verify_counts *counts;
    struct db *mends_points; /* NULL: nothing is changed */
    /* One difference in words. */
    void (*differ)(void *context, struct uuid user_id, struct text what);
    void *context;
};

/* Begins with a learner; forgets the one before. */
void verify_owner_begin(struct verify_owner *owner, struct uuid user_id);
/* Adds an attempt at the bank with this index. */
void verify_owner_add(struct verify_owner *owner, size_t bank, const struct attempt *attempt,
                      const struct attempt_sheet *sheet);
/* Compares all with what is stored. */
NODISCARD bool verify_owner_end(struct verify_owner *owner, struct error *err);

#endif
