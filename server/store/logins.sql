-- What a login with a password is checked against. One row always, so that an unknown account costs the same.
-- name: logins_find
-- lane: read
SELECT u.id, given.email, u.password_hash, coalesce(u.role, 'learner') AS role, coalesce(u.is_disabled OR u.needs_verification, true) AS is_closed,
       login_is_locked($1::text, $2::text) AS is_locked,
       coalesce((SELECT ceil(extract(epoch FROM locked_until - clock_timestamp())) FROM login_throttles
                 WHERE key = login_network_key($2::text) AND locked_until > clock_timestamp()), 0)::bigint AS network_wait_s
FROM (SELECT $1::text AS email) AS given
LEFT JOIN users AS u ON u.email_key = lower(given.email);

-- The same for somebody who is logged in.
-- name: logins_find_user
-- lane: read
SELECT u.id, u.email, u.password_hash, u.role, u.is_disabled AS is_closed,
       login_is_locked(u.email, $2::text) AS is_locked,
       coalesce((SELECT ceil(extract(epoch FROM locked_until - clock_timestamp())) FROM login_throttles
                 WHERE key = login_network_key($2::text) AND locked_until > clock_timestamp()), 0)::bigint AS network_wait_s
FROM users AS u
WHERE u.id = $1::uuid;

-- A login begins, where nothing has changed since its password was found right: the account's row is held against a change that comes
-- at the same time. $5: a hash of the same password with today's parameters, or NULL.
-- name: logins_begin
-- lane: write
-- retry: safe
WITH account AS MATERIALIZED (
    SELECT id, email
    FROM users
    WHERE id = $1::uuid AND password_hash IN ($4::text, $5::text) AND NOT is_disabled AND NOT needs_verification
    FOR NO KEY UPDATE
), session AS (
    INSERT INTO sessions (user_id, id, refresh_hash, network)
    SELECT id, $2::uuid, $3::bytea, $6::text
    FROM account
    WHERE NOT login_is_locked(account.email, $6::text)
      AND NOT EXISTS (SELECT FROM login_throttles WHERE key = login_network_key($6::text) AND locked_until > clock_timestamp())
    ON CONFLICT (user_id, id) DO UPDATE SET network = excluded.network
    RETURNING user_id, id
), forgiven AS (
    DELETE FROM login_throttles
    USING account
    WHERE key = login_account_key(account.email, $6::text) AND EXISTS (SELECT FROM session)
), swept AS (
    DELETE FROM sessions AS s
    USING session AS b
    WHERE s.user_id = b.user_id AND s.refreshed_at < clock_timestamp() - interval '30 days'
), rehashed AS (
    UPDATE users AS u
    SET password_hash = $5::text
    FROM session AS s
    WHERE u.id = s.user_id AND $5::text IS NOT NULL
), audited AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address, detail)
    SELECT $7::uuid, 'login.succeeded', user_id, user_id, $8::text, jsonb_build_object('session_id', id)
    FROM session
    ON CONFLICT (id) DO NOTHING
)
SELECT user_id FROM session;

-- A login that was refused: counted against the account and the network (not while they are locked: a lock is not made longer by
-- trying), with a lock where there were too many. While the account is locked for as long as locks get, it was the network's one try.
-- name: logins_refuse
-- lane: write
-- retry: never
WITH wanted (what, key, allowed, event_id) AS MATERIALIZED (
    VALUES ('account', login_account_key($1::text, $2::text), $6::bigint, $9::uuid),
           ('network', login_network_key($2::text), $7::bigint, $10::uuid)
), counted AS (
    INSERT INTO login_throttles AS t (key, allowed, failures, failed_at, locked_until)
    SELECT key, allowed, 1, clock_timestamp(), login_lock_end(1, allowed, clock_timestamp())
    FROM wanted
    WHERE allowed > 0
    ON CONFLICT (key) DO UPDATE
    SET allowed = excluded.allowed,
        failures = CASE WHEN t.failed_at < excluded.failed_at - interval '1 hour' THEN 1 ELSE t.failures + 1 END,
        failed_at = excluded.failed_at,
        locked_until = login_lock_end(
            CASE WHEN t.failed_at < excluded.failed_at - interval '1 hour' THEN 1 ELSE t.failures + 1 END, excluded.allowed,
            excluded.failed_at)
    WHERE t.locked_until IS NULL OR t.locked_until <= excluded.failed_at
    RETURNING key, locked_until
), tried AS (
    INSERT INTO login_throttles AS t (key, allowed, failures, failed_at)
    SELECT login_try_key($1::text, $2::text), 1, 1, clock_timestamp()
    FROM login_throttles AS a
    WHERE a.key = login_account_key($1::text, $2::text) AND a.locked_until > clock_timestamp()
      AND a.locked_until - a.failed_at >= interval '15 minutes'
    ON CONFLICT (key) DO UPDATE SET failed_at = excluded.failed_at WHERE t.failed_at < excluded.failed_at - interval '1 hour'
)
INSERT INTO audit_events (id, event, subject_id, address, detail)
SELECT $8::uuid, 'login.refused', $3::uuid, $4::text, jsonb_build_object('reason', $5::text)
UNION ALL
SELECT w.event_id, 'login.locked', CASE w.what WHEN 'account' THEN $3::uuid END, $4::text,
       jsonb_build_object('what', w.what, 'until', c.locked_until)
FROM wanted AS w
JOIN counted AS c ON c.key = w.key
WHERE c.locked_until IS NOT NULL;

-- Failures of more than an hour ago are forgotten, and no lock lasts longer. At most $1.
-- name: logins_forget
-- lane: session
-- retry: safe
DELETE FROM login_throttles
WHERE key IN (SELECT key
              FROM login_throttles
              WHERE failed_at <= statement_timestamp() - interval '1 hour'
              LIMIT $1::bigint
              FOR UPDATE SKIP LOCKED);
