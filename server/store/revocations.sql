-- What was revoked since $1, the oldest first. On a write lane: a replica may lag behind. (statement_timestamp(): with
-- clock_timestamp() no index would be used.)
-- name: revocations_list
-- lane: write
-- retry: safe
SELECT user_id, subject_id, role, at
FROM token_revocations
WHERE at > greatest($1::timestamptz, statement_timestamp() - interval '20 minutes')
ORDER BY at;

-- Whether anything stands against a token: asked only where memory has no room for all revocations.
-- name: revocations_check
-- lane: write
-- retry: safe
SELECT EXISTS (SELECT FROM token_revocations
               WHERE user_id = $1::uuid AND (subject_id = $2::uuid OR role <> $3::text)) AS is_revoked;

-- Older than any token of the time. At most $1.
-- name: revocations_expire
-- lane: session
-- retry: safe
DELETE FROM token_revocations
WHERE (user_id, subject_id) IN (SELECT user_id, subject_id
                                FROM token_revocations
                                WHERE at <= statement_timestamp() - interval '1 hour'
                                LIMIT $1::bigint
                                FOR UPDATE SKIP LOCKED);
