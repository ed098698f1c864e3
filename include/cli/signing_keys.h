/* The keys that sign access tokens: read at start, read again on SIGHUP. */
#ifndef CLI_SIGNING_KEYS_H
#define CLI_SIGNING_KEYS_H

#include "auth/token.h"
#include "base/arena.h"
#include "base/config.h"
#include "base/error.h"
#include "db/db.h"

/* From the files of the configuration; in development mode the first is made where it is missing.
 */
NODISCARD bool signing_keys_read(const struct config *config, struct arena *arena,
                                 const struct token_keys **keys, struct error *err);
/* From the same files again. A key that has signed is accepted for as long as its tokens live,
 * whatever the files say: nobody who holds one is refused. */
NODISCARD bool signing_keys_rotate(const struct config *config, struct arena *arena,
                                   const struct token_keys *old, const struct token_keys **keys,
                                   struct error *err);
/* Writes into the audit that another key signs from now on, where it does. */
void signing_keys_note_change(struct db *db, const struct token_keys *old,
                              const struct token_keys *keys);

#endif
