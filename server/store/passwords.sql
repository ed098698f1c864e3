-- A new password ends every login there is (on_user_change in migrations/0005_sessions.sql) and begins one.
-- name: passwords_change
-- lane: write
-- retry: never
WITH changed AS (
    UPDATE users
    SET password_hash = $3::text, password_changed_at = clock_timestamp()
    WHERE id = $1::uuid AND password_hash = $2::text AND NOT is_disabled
    RETURNING id, email, role
), session AS (
    INSERT INTO sessions (user_id, id, refresh_hash, network)
    SELECT id, $4::uuid, $5::bytea, $6::text FROM changed
), forgiven AS (
    DELETE FROM login_throttles USING changed WHERE key = login_account_key(changed.email, $6::text)
), unmailed AS (
    DELETE FROM account_tokens USING changed WHERE user_id = changed.id
), audited AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address)
    SELECT $7::uuid, 'password.changed', id, id, $8::text FROM changed
)
SELECT id, $4::uuid AS session_id, role FROM changed;

-- name: passwords_find_reset
-- lane: read
SELECT u.email
FROM account_tokens AS t
JOIN users AS u ON u.id = t.user_id
WHERE t.hash = $1::bytea AND t.purpose = 'reset' AND t.expires_at > clock_timestamp() AND NOT u.is_disabled;

-- Whoever reads the mail of an address may log in: locks of strangers' making go, and the address is proved.
-- name: passwords_reset
-- lane: write
-- retry: never
WITH token AS (
    DELETE FROM account_tokens
    WHERE hash = $1::bytea AND purpose = 'reset' AND expires_at > clock_timestamp()
    RETURNING user_id
), changed AS (
    UPDATE users AS u
    SET password_hash = $2::text, password_changed_at = clock_timestamp(), needs_verification = false
    FROM token AS t
    WHERE u.id = t.user_id AND NOT u.is_disabled
    RETURNING u.id, u.email
), forgiven AS (
    DELETE FROM login_throttles
    USING changed
    WHERE key IN (login_account_key(changed.email, ''), login_account_key(changed.email, $3::text))
), audited AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address)
    SELECT $4::uuid, 'password.reset', id, id, $5::text FROM changed
)
SELECT id FROM changed;
