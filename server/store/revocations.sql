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

-- What is of no use any more.
-- name: revocations_tidy
-- lane: write
-- retry: safe
WITH revocations AS (
    DELETE FROM token_revocations WHERE at < statement_timestamp() - interval '1 hour'
)
DELETE FROM login_throttles WHERE failed_at < statement_timestamp() - interval '1 day';
