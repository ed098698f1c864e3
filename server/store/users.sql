-- By the operator, whatever the role; audited without an actor.
-- name: users_create
-- lane: write
-- retry: never
WITH made AS (
    INSERT INTO users (id, email, email_key, display_name, role, password_hash)
    VALUES ($1::uuid, $2::text, lower($2::text), $3::text, $4::text, $5::text)
    ON CONFLICT (email_key) DO NOTHING
    RETURNING id, role, created_at
), audited AS (
    INSERT INTO audit_events (id, event, subject_id, detail)
    SELECT $6::uuid, 'user.created', id, jsonb_build_object('role', role) FROM made
)
SELECT created_at FROM made;

-- The same by the person, audited either way. An address that waits for its proof ($6) belongs to nobody yet: whoever registers it
-- last is who the mail is for.
-- name: users_register
-- lane: write
-- retry: never
WITH made AS (
    INSERT INTO users AS u (id, email, email_key, display_name, role, password_hash, needs_verification)
    VALUES ($1::uuid, $2::text, lower($2::text), $3::text, $4::text, $5::text, $6::boolean)
    ON CONFLICT (email_key) DO UPDATE
    SET id = excluded.id, email = excluded.email, display_name = excluded.display_name, password_hash = excluded.password_hash,
        created_at = excluded.created_at
    WHERE u.needs_verification AND excluded.needs_verification
    RETURNING id, created_at
), audited AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address)
    SELECT $7::uuid, CASE WHEN EXISTS (SELECT FROM made) THEN 'account.registered' ELSE 'account.refused' END,
           (SELECT id FROM made), (SELECT id FROM made), $8::text
)
SELECT created_at FROM made;

-- name: users_get
-- lane: read
SELECT id, email, display_name, role, is_disabled, created_at
FROM users
WHERE id = $1::uuid;

-- name: users_rename
-- lane: write
-- retry: safe
UPDATE users
SET display_name = $2::text
WHERE id = $1::uuid
RETURNING id, email, display_name, role, is_disabled, created_at;
