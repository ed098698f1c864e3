-- A token for the mail to somebody, where there is such an account and the last was sent a minute ago or more. It replaces the last.
-- 'verify' is for who has not proved the address; everybody else who registers again gets a notice.
-- name: account_tokens_create
-- lane: write
-- retry: never
WITH made AS (
    INSERT INTO account_tokens AS t (user_id, purpose, hash, expires_at)
    SELECT id, CASE WHEN $2::text = 'verify' AND NOT needs_verification THEN 'notice' ELSE $2::text END, $3::bytea,
           clock_timestamp() + CASE $2::text WHEN 'reset' THEN interval '30 minutes' ELSE interval '1 day' END
    FROM users
    WHERE email_key = lower($1::text) AND NOT is_disabled
    ON CONFLICT (user_id, purpose) DO UPDATE
    SET hash = excluded.hash, created_at = excluded.created_at, expires_at = excluded.expires_at
    WHERE t.created_at < excluded.created_at - interval '1 minute'
    RETURNING user_id, purpose
), audited AS (
    INSERT INTO audit_events (id, event, subject_id, address, detail)
    SELECT $4::uuid, 'mail.requested', user_id, $5::text, jsonb_build_object('purpose', purpose) FROM made
)
SELECT u.email, made.purpose
FROM made
JOIN users AS u ON u.id = made.user_id;

-- name: account_tokens_verify
-- lane: write
-- retry: never
WITH token AS (
    DELETE FROM account_tokens
    WHERE hash = $1::bytea AND purpose = 'verify' AND expires_at > clock_timestamp()
    RETURNING user_id
), verified AS (
    UPDATE users AS u
    SET needs_verification = false
    FROM token AS t
    WHERE u.id = t.user_id
    RETURNING u.id
), audited AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address)
    SELECT $2::uuid, 'email.verified', id, id, $3::text FROM verified
)
SELECT id FROM verified;
