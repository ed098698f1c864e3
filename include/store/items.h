/* Question versions as they are stored. */
#ifndef STORE_ITEMS_H
#define STORE_ITEMS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/bank.h"

/* What a paper is made of: `count` ids and versions. */
struct item_keys {
    const struct uuid *ids;
    const int64_t *versions;
    size_t count;
};

/* The items of a paper by position: from the bank in memory, and versions that the bank has moved
 * on from out of the database. ERROR_INTERNAL where one is missing. */
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
NODISCARD bool item_read(const struct item_source *source, struct arena *arena, struct item *item,
                         struct error *err);

#endif
