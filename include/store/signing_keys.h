/* What the audit knows of signing keys: their names, never the keys. */
#ifndef STORE_SIGNING_KEYS_H
#define STORE_SIGNING_KEYS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"

/* Notes that this server signs with the key `kid` from now on. */
NODISCARD bool store_signing_keys_note_change(struct db *db, struct arena *arena, struct text kid,
                                              struct error *err);

#endif
