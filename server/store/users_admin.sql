-- What an admin, or the operator at the command line, does to accounts.

-- Newest first; $1 is the id to go on behind; NULL in a filter lets all through.
-- name: users_admin_list
-- lane: read
SELECT id, email, display_name, role, is_disabled, created_at
FROM users
WHERE ($1::uuid IS NULL OR id < $1::uuid)
  AND ($2::text IS NULL OR role = $2::text)
  AND ($3::bigint IS NULL OR is_disabled = ($3::bigint = 1))
  AND ($4::text IS NULL OR email_key = lower($4::text))
ORDER BY id DESC
LIMIT $5::bigint;

-- Changes role and state of $2 where they are given and writes down what was done, unless no admin would be left. The admins are
-- locked first, in one order: of two that take each other's role, the second sees what the first has done. What that means for logins
-- and tokens is on_user_change's (migrations/0005_sessions.sql).
-- name: users_admin_update
-- lane: write
-- retry: safe
WITH admins AS MATERIALIZED (
    SELECT id
    FROM users
    WHERE role = 'admin' AND NOT is_disabled AND ($3::text <> 'admin' OR $4::bigint = 1)
    ORDER BY id
    FOR UPDATE
), before AS MATERIALIZED (
    SELECT u.id, u.email, u.display_name, u.role, u.is_disabled, u.created_at,
           u.role = 'admin' AND NOT u.is_disabled AND ($3::text <> 'admin' OR $4::bigint = 1) IS TRUE AND a.others = 0 AS is_last
    FROM users AS u, (SELECT count(*) AS others FROM admins WHERE id <> $2::uuid) AS a
    WHERE u.id = $2::uuid
    FOR UPDATE OF u
), wanted AS MATERIALIZED (
    SELECT id, role AS old_role, is_disabled AS was_disabled, coalesce($3::text, role) AS role,
           coalesce($4::bigint = 1, is_disabled) AS is_disabled
    FROM before
    WHERE NOT is_last AND (coalesce($3::text, role), coalesce($4::bigint = 1, is_disabled)) <> (role, is_disabled)
), changed AS (
    UPDATE users AS u
    SET role = w.role, is_disabled = w.is_disabled
    FROM wanted AS w
    WHERE u.id = w.id
    RETURNING u.id, u.role, u.is_disabled, w.old_role, w.was_disabled
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address, detail)
    SELECT ($6::uuid[])[1], 'user.role_changed', $1::uuid, id, $5::text, jsonb_build_object('from', old_role, 'to', role)
    FROM changed
    WHERE role <> old_role
    UNION ALL
    SELECT ($6::uuid[])[2], CASE WHEN is_disabled THEN 'user.disabled' ELSE 'user.enabled' END, $1::uuid, id, $5::text, '{}'
    FROM changed
    WHERE is_disabled <> was_disabled
)
SELECT b.id, b.email, b.display_name, coalesce(c.role, b.role) AS role, coalesce(c.is_disabled, b.is_disabled) AS is_disabled,
       b.created_at, b.is_last
FROM before AS b
LEFT JOIN changed AS c ON c.id = b.id;

-- By the operator: a new password, and every login ends (on_user_change).
-- name: users_admin_reset_password
-- lane: write
-- retry: safe
WITH changed AS (
    UPDATE users
    SET password_hash = $2::text, password_changed_at = clock_timestamp()
    WHERE email_key = lower($1::text)
    RETURNING id
), recorded AS (
    INSERT INTO audit_events (id, event, subject_id)
    SELECT $3::uuid, 'user.password_reset', id
    FROM changed
    ON CONFLICT (id) DO NOTHING
)
SELECT id FROM changed;
