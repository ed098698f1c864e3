/* The questions of a bank as a snapshot takes them in. */
#ifndef STORE_SNAPSHOT_ITEMS_H
#define STORE_SNAPSHOT_ITEMS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/session.h"
#include "domain/bank.h"

/* Fills `items`, by id. The sections are indexed, and the session is in a transaction that sees one
 * state of the data throughout. */
NODISCARD bool snapshot_items_read(struct db_session *session, struct arena *arena,
                                   struct bank *bank, struct error *err);

#endif
