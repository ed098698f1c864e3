-- name: sessions_create
-- lane: write
-- retry: safe
INSERT INTO sessions (user_id, id, refresh_hash)
VALUES ($1::uuid, $2::uuid, $3::bytea)
ON CONFLICT (user_id, id) DO NOTHING;

-- A refresh token is good once: the statement that accepts it replaces it. Idle 7 days, absolute 30 days.
-- name: sessions_refresh
-- lane: write
-- retry: never
UPDATE sessions AS s
SET refresh_hash = $2::bytea, refreshed_at = clock_timestamp()
FROM users AS u
WHERE s.refresh_hash = $1::bytea
  AND s.revoked_at IS NULL
  AND s.refreshed_at > clock_timestamp() - interval '7 days'
  AND s.created_at > clock_timestamp() - interval '30 days'
  AND u.id = s.user_id
  AND NOT u.is_disabled
RETURNING s.user_id, s.id, u.role;

-- name: sessions_revoke
-- lane: write
-- retry: safe
UPDATE sessions
SET revoked_at = coalesce(revoked_at, clock_timestamp())
WHERE refresh_hash = $1::bytea;
