/* Question versions as they are stored. */
#ifndef STORE_ITEMS_H
#define STORE_ITEMS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/bank.h"

/* Versions that were read along with something else. */
struct item_versions {
    const struct uuid *ids;
    size_t id_count;
    const int64_t *versions;
    size_t version_count;
    const struct uuid *section_ids;
    size_t section_count;
    const struct text *bodies;
    size_t body_count;
    const struct text *calibrations; /* JSON each; empty: none */
    size_t calibration_count;
};

/* What a paper is made of: `count` ids and versions. */
struct item_keys {
    const struct uuid *ids;
    const int64_t *versions;
    size_t count;
    const struct item_versions *read; /* NULL: none */
};

/* The items of a paper by position: from the bank in memory, and versions that the bank has moved
 * on from out of what was read before, else out of the database. ERROR_INTERNAL where one is
 * missing. */
NODISCARD bool store_items_get(struct db *db, struct arena *arena, const struct bank *bank,
                               const struct item_keys *keys, const struct item *const **items,
                               struct error *err);
/* One row (question id, version, section id, body, calibrations) as an item in `arena`; `scratch`
 * holds the JSON tree meanwhile. */
struct item_source {
    const struct db_rows *rows;
    size_t row;
    const struct bank *bank; /* its sections are indexed */
    struct arena *scratch;
};
NODISCARD bool item_read_id(const struct db_rows *rows, size_t row, struct arena *scratch,
                            struct uuid *id, struct error *err);
NODISCARD bool item_read(const struct item_source *source, struct arena *arena, struct item *item,
                         struct error *err);

#endif
