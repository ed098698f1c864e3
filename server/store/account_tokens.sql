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
    FOR KEY SHARE
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

-- What the password that comes with a token is checked against.
-- name: account_tokens_find_verify
-- lane: read
SELECT u.password_hash
FROM account_tokens AS t
JOIN users AS u ON u.id = t.user_id
WHERE t.hash = $1::bytea AND t.purpose = 'verify' AND t.expires_at > clock_timestamp();

-- Only as long as the account's password is the one that was found right ($4): somebody else may register the address meanwhile.
-- name: account_tokens_verify
-- lane: write
-- retry: never
WITH verified AS (
    UPDATE users AS u
    SET needs_verification = false
    FROM account_tokens AS t
    WHERE u.id = t.user_id AND u.password_hash = $4::text AND t.hash = $1::bytea AND t.purpose = 'verify'
      AND t.expires_at > clock_timestamp()
    RETURNING u.id
), spent AS (
    DELETE FROM account_tokens AS t
    USING verified AS v
    WHERE t.user_id = v.id AND t.purpose = 'verify'
), audited AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address)
    SELECT $2::uuid, 'email.verified', id, id, $3::text FROM verified
)
SELECT id FROM verified;

-- name: account_tokens_expire
-- lane: session
-- retry: safe
DELETE FROM account_tokens
WHERE (user_id, purpose) IN (SELECT user_id, purpose
                             FROM account_tokens
                             WHERE expires_at <= clock_timestamp()
                             LIMIT $1::bigint
                             FOR UPDATE SKIP LOCKED);
