/* Replies to requests with an Idempotency-Key. `db` is that of the transaction (db/transaction.h)
 * in which the request does what it does. */
#ifndef STORE_IDEMPOTENCY_H
#define STORE_IDEMPOTENCY_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"

struct idempotency_key {
    struct uuid user_id;
    struct text key;
    struct text fingerprint; /* of the request */
};

struct kept_reply {
    struct text fingerprint; /* of the request it was the reply to */
    int64_t status;
    const struct text *headers; /* name, value, name, value … */
    size_t header_count;        /* of texts: twice the number of headers */
    struct text body;           /* absent: none */
};

/* *is_ours is false where another request with this key is under way. */
NODISCARD bool store_idempotency_lock(struct db *db, struct arena *arena,
                                      const struct idempotency_key *key, bool *is_ours,
                                      struct error *err);
NODISCARD bool store_idempotency_find(struct db *db, struct arena *arena,
                                      const struct idempotency_key *key, struct kept_reply *reply,
                                      bool *is_found, struct error *err);
/* ERROR_NOT_FOUND where the account is gone. */
NODISCARD bool store_idempotency_keep(struct db *db, struct arena *arena,
                                      const struct idempotency_key *key, struct text operation,
                                      const struct kept_reply *reply, struct error *err);

#endif
