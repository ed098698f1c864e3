-- name: users_create
-- lane: write
-- retry: never
INSERT INTO users (id, email, email_key, display_name, role, password_hash)
VALUES ($1::uuid, $2::text, lower($2::text), $3::text, $4::text, $5::text)
ON CONFLICT (email_key) DO NOTHING
RETURNING created_at;

-- name: users_get_credentials
-- lane: read
SELECT id, password_hash, role, is_disabled
FROM users
WHERE email_key = lower($1::text);

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
