-- Replies to requests with an Idempotency-Key. All but the last block run in the transaction of what the request does.

-- Held until the transaction ends: whoever does not get it comes while the first is still under way. A statement of its own, so that
-- the next one sees what the last holder has committed.
-- name: idempotency_lock
-- lane: session
-- retry: never
SELECT pg_try_advisory_xact_lock(hashtextextended($1::uuid::text || ' ' || $2::text, 7)) AS is_ours;

-- name: idempotency_find
-- lane: session
-- retry: never
SELECT fingerprint, status::bigint AS status, headers, body
FROM idempotency_keys
WHERE user_id = $1::uuid AND key = $2::text AND created_at > clock_timestamp() - interval '24 hours';

-- Changes no row where the account is gone, or goes at this moment: a token may outlive it.
-- name: idempotency_keep
-- lane: session
-- retry: never
INSERT INTO idempotency_keys AS k (user_id, key, operation, fingerprint, status, headers, body)
SELECT $1::uuid, $2::text, $3::text, $4::text, $5::bigint, $6::text[], $7::text
FROM users
WHERE id = $1::uuid
FOR KEY SHARE
ON CONFLICT (user_id, key) DO UPDATE
SET operation = excluded.operation, fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
    body = excluded.body, created_at = clock_timestamp()
WHERE k.created_at <= clock_timestamp() - interval '24 hours';

-- At most $1 rows: what is left waits for the next time.
-- name: idempotency_expire
-- lane: session
-- retry: safe
DELETE FROM idempotency_keys
WHERE (user_id, key) IN (SELECT user_id, key
                         FROM idempotency_keys
                         WHERE created_at <= clock_timestamp() - interval '24 hours'
                         ORDER BY created_at
                         LIMIT $1::bigint
                         FOR UPDATE SKIP LOCKED);
