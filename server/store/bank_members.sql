-- Who may do what with a bank. Every statement on a bank's questions asks bank_rank() (migrations/0055_bank_members.sql) by itself;
-- here are those on the members.

-- name: bank_members_rank
-- lane: read
SELECT bank_rank($1::uuid, $2::uuid) AS rank;

-- A page behind the user $3; one row with the caller's rank and no member where there is none, or he may not see them.
-- name: bank_members_list
-- lane: read
SELECT c.rank, m.user_id, m.display_name, m.role, m.created_at
FROM (SELECT bank_rank($1::uuid, $2::uuid) AS rank) AS c
LEFT JOIN (SELECT m.user_id, u.display_name, m.role, m.created_at
           FROM bank_members AS m
           JOIN users AS u ON u.id = m.user_id
           WHERE m.bank_id = $2::uuid AND ($3::uuid IS NULL OR m.user_id > $3::uuid)
           ORDER BY m.user_id
           LIMIT $4::bigint) AS m ON c.rank >= 1
ORDER BY m.user_id;

-- The caller $1 gives the user $3 the role $4. One row; without a role where there is no such user.
-- name: bank_members_put
-- lane: write
-- retry: safe
WITH standing AS MATERIALIZED (
    SELECT bank_rank($1::uuid, $2::uuid) AS rank,
           (SELECT display_name FROM users WHERE id = $3::uuid) AS display_name,
           (SELECT role FROM bank_members WHERE user_id = $3::uuid AND bank_id = $2::uuid) AS old_role
), changed AS (
    INSERT INTO bank_members AS m (user_id, bank_id, role)
    SELECT $3::uuid, $2::uuid, $4::text
    FROM standing AS s
    WHERE s.rank >= 3 AND s.display_name IS NOT NULL
    ON CONFLICT (user_id, bank_id) DO UPDATE
    SET role = excluded.role
    RETURNING m.role, m.created_at
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address, detail)
    SELECT $5::uuid, 'bank.member_changed', $1::uuid, $3::uuid, $6::text,
           jsonb_build_object('bank', (SELECT slug FROM banks WHERE id = $2::uuid), 'from', s.old_role, 'to', c.role)
    FROM changed AS c, standing AS s
    WHERE c.role IS DISTINCT FROM s.old_role
    ON CONFLICT (id) DO NOTHING
)
SELECT s.rank, CASE WHEN c.role IS NOT NULL THEN $3::uuid END AS user_id, s.display_name, c.role, c.created_at
FROM standing AS s
LEFT JOIN changed AS c ON true;

-- name: bank_members_delete
-- lane: write
-- retry: safe
WITH standing AS MATERIALIZED (
    SELECT bank_rank($1::uuid, $2::uuid) AS rank
), deleted AS (
    DELETE FROM bank_members
    WHERE user_id = $3::uuid AND bank_id = $2::uuid AND (SELECT rank FROM standing) >= 3
    RETURNING role
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address, detail)
    SELECT $4::uuid, 'bank.member_changed', $1::uuid, $3::uuid, $5::text,
           jsonb_build_object('bank', (SELECT slug FROM banks WHERE id = $2::uuid), 'from', role, 'to', NULL)
    FROM deleted
    ON CONFLICT (id) DO NOTHING
)
SELECT s.rank, EXISTS (SELECT FROM deleted) AS is_deleted
FROM standing AS s;

-- The operator gives the account $2 the role $3 in the bank with the slug $1, or takes it away (NULL).
-- name: bank_members_set_by_operator
-- lane: session
-- retry: never
WITH person AS (
    SELECT b.id AS bank_id, b.slug, u.id AS user_id,
           (SELECT m.role FROM bank_members AS m WHERE m.user_id = u.id AND m.bank_id = b.id) AS old_role
    FROM banks AS b, users AS u
    WHERE b.slug = $1::text AND u.email_key = lower($2::text)
), removed AS (
    DELETE FROM bank_members AS m
    USING person AS p
    WHERE $3::text IS NULL AND m.user_id = p.user_id AND m.bank_id = p.bank_id
), given AS (
    INSERT INTO bank_members AS m (user_id, bank_id, role)
    SELECT user_id, bank_id, $3::text
    FROM person
    WHERE $3::text IS NOT NULL
    ON CONFLICT (user_id, bank_id) DO UPDATE
    SET role = excluded.role
), recorded AS (
    INSERT INTO audit_events (id, event, subject_id, detail)
    SELECT $4::uuid, 'bank.member_changed', user_id, jsonb_build_object('bank', slug, 'from', old_role, 'to', $3::text)
    FROM person
    WHERE old_role IS DISTINCT FROM $3::text
)
SELECT user_id AS id FROM person;
