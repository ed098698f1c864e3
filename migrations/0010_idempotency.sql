-- The replies to requests with an Idempotency-Key, for 24 hours: written in the transaction of what the request did, so that there is
-- either both or nothing.

CREATE TABLE idempotency_keys (
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    key         text NOT NULL,
    operation   text NOT NULL,   -- operationId
    fingerprint text NOT NULL,   -- SHA-256 of method, path, query and body: whether it is the same request
    status      integer NOT NULL,
    headers     text[] NOT NULL, -- name, value, name, value …
    body        text,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (user_id, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
