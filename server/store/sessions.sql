-- A refresh token is good once: the statement that accepts it replaces it. Idle 7 days, absolute 30 days. Whoever asks again within
-- 10 s with the token that was replaced last gets the same successor again (an answer was lost, or two tabs asked at once); any other
-- token that was good once is in the wrong hands: the login ends. The row is locked first and judged as it is then.
-- name: sessions_refresh
-- lane: write
-- retry: safe
WITH known AS MATERIALIZED (
    SELECT user_id, id FROM sessions WHERE refresh_hash = $1::bytea
    UNION
    SELECT user_id, session_id FROM used_refresh_tokens WHERE hash = $1::bytea
), locked AS MATERIALIZED (
    SELECT s.user_id, s.id, s.refresh_hash, s.parent_hash, s.successor_nonce, s.created_at, s.refreshed_at, s.revoked_at, u.role,
           u.is_disabled, clock_timestamp() AS at
    FROM known AS k
    JOIN sessions AS s ON s.user_id = k.user_id AND s.id = k.id
    JOIN users AS u ON u.id = s.user_id
    FOR UPDATE OF s
), judged AS MATERIALIZED (
    SELECT user_id, id, role, at, successor_nonce,
           CASE WHEN revoked_at IS NOT NULL OR is_disabled OR refreshed_at <= at - interval '7 days'
                     OR created_at <= at - interval '30 days' THEN 'refused'
                WHEN refresh_hash = $1::bytea THEN 'rotated'
                WHEN parent_hash = $1::bytea AND refreshed_at > at - interval '10 seconds' THEN 'repeated'
                ELSE 'reused' END AS verdict
    FROM locked
), changed AS (
    UPDATE sessions AS s
    SET refresh_hash = CASE j.verdict WHEN 'rotated' THEN $2::bytea ELSE s.refresh_hash END,
        parent_hash = CASE j.verdict WHEN 'rotated' THEN $1::bytea ELSE s.parent_hash END,
        successor_nonce = CASE j.verdict WHEN 'rotated' THEN $3::bytea ELSE s.successor_nonce END,
        refreshed_at = CASE j.verdict WHEN 'rotated' THEN j.at ELSE s.refreshed_at END,
        revoked_at = CASE j.verdict WHEN 'reused' THEN j.at END
    FROM judged AS j
    WHERE s.user_id = j.user_id AND s.id = j.id AND j.verdict IN ('rotated', 'reused')
), used AS (
    INSERT INTO used_refresh_tokens (user_id, session_id, hash, used_at)
    SELECT user_id, id, $1::bytea, at FROM judged WHERE verdict = 'rotated'
), audited AS (
    INSERT INTO audit_events (id, event, subject_id, address, detail)
    SELECT $4::uuid, 'token.reused', user_id, $5::text, jsonb_build_object('session_id', id) FROM judged WHERE verdict = 'reused'
)
SELECT user_id, id, role, CASE verdict WHEN 'rotated' THEN $3::bytea ELSE successor_nonce END AS nonce
FROM judged
WHERE verdict IN ('rotated', 'repeated');

-- Logging out: also with a token of the login that was good before.
-- name: sessions_revoke
-- lane: write
-- retry: safe
WITH known AS (
    SELECT user_id, id FROM sessions WHERE refresh_hash = $1::bytea
    UNION
    SELECT user_id, session_id FROM used_refresh_tokens WHERE hash = $1::bytea
), ended AS (
    UPDATE sessions AS s
    SET revoked_at = clock_timestamp()
    FROM known AS k
    WHERE s.user_id = k.user_id AND s.id = k.id AND s.revoked_at IS NULL
    RETURNING s.user_id, s.id
)
INSERT INTO audit_events (id, event, actor_id, subject_id, address, detail)
SELECT $2::uuid, 'login.ended', user_id, user_id, $3::text, jsonb_build_object('session_id', id) FROM ended;

-- Logins that cannot be gone on with, and the networks that were known by them; their used tokens go along. At most $1.
-- name: sessions_expire
-- lane: session
-- retry: safe
DELETE FROM sessions
WHERE (user_id, id) IN (SELECT user_id, id
                        FROM sessions
                        WHERE refreshed_at <= clock_timestamp() - interval '30 days'
                        LIMIT $1::bigint
                        FOR UPDATE SKIP LOCKED);
