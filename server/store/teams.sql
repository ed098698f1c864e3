-- Teams. Every statement begins with the caller's own membership: of other teams nothing is seen. Rows that several people change are
-- locked before anything is decided, and what is decided is read from the locked rows. Who makes a team, joins one or invites is locked
-- first (an erasure waits, or is waited for), and what teams he has is read when nobody else adds to them (lock_teams_of).

-- name: teams_create
-- lane: write
-- retry: safe
WITH account AS MATERIALIZED (
    SELECT id FROM users WHERE id = $1::uuid FOR KEY SHARE
), mine AS MATERIALIZED (
    SELECT m.team_id
    FROM account AS a
    CROSS JOIN LATERAL lock_teams_of(a.id) AS m
), made AS (
    INSERT INTO teams (id, name, member_count)
    SELECT $2::uuid, $3::text, 1
    FROM account
    WHERE (SELECT count(*) FROM mine) < $8::bigint
    ON CONFLICT (id) DO NOTHING
    RETURNING id, name, is_public, member_count, created_at
), owned AS (
    INSERT INTO team_members (user_id, team_id, role, pseudonym, shares_name)
    SELECT $1::uuid, id, 'owner', $4::text, $5::boolean
    FROM made
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address, detail)
    SELECT $6::uuid, 'team.created', $1::uuid, $1::uuid, $7::text, jsonb_build_object('team', id)
    FROM made
)
SELECT id, name, is_public, member_count, created_at, 'owner' AS role, $4::text AS pseudonym, $5::boolean AS shares_name,
       'done' AS outcome
FROM made
UNION ALL
SELECT t.id, t.name, t.is_public, t.member_count, t.created_at, m.role, m.pseudonym, m.shares_name, 'done'
FROM teams AS t
JOIN team_members AS m ON m.user_id = $1::uuid AND m.team_id = t.id
WHERE t.id = $2::uuid
UNION ALL
SELECT $2::uuid, $3::text, false, 1, NULL, 'owner', $4::text, $5::boolean, 'too_many'
FROM account
WHERE NOT EXISTS (SELECT FROM made) AND NOT EXISTS (SELECT FROM teams WHERE id = $2::uuid);

-- name: teams_get
-- lane: read
SELECT t.id, t.name, t.is_public, t.member_count, t.created_at, m.role, m.pseudonym, m.shares_name, 'done' AS outcome
FROM team_members AS m
JOIN teams AS t ON t.id = m.team_id
WHERE m.user_id = $1::uuid AND m.team_id = $2::uuid;

-- The caller's, newest first, behind $2.
-- name: teams_list
-- lane: read
SELECT t.id, t.name, t.is_public, t.member_count, t.created_at, m.role, m.pseudonym, m.shares_name, 'done' AS outcome
FROM team_members AS m
JOIN teams AS t ON t.id = m.team_id
WHERE m.user_id = $1::uuid AND ($2::uuid IS NULL OR m.team_id < $2::uuid)
ORDER BY m.team_id DESC
LIMIT $3::bigint;

-- name: teams_update
-- lane: write
-- retry: safe
WITH mine AS (
    SELECT role, pseudonym, shares_name
    FROM team_members
    WHERE user_id = $1::uuid AND team_id = $2::uuid
), changed AS (
    UPDATE teams AS t
    SET name = coalesce($3::text, t.name), is_public = coalesce($4::bigint = 1, t.is_public)
    FROM mine
    WHERE t.id = $2::uuid AND mine.role IN ('owner', 'manager')
    RETURNING t.id, t.name, t.is_public
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, address, detail)
    SELECT $5::uuid, 'team.changed', $1::uuid, $6::text, jsonb_build_object('team', id, 'public', is_public)
    FROM changed
    ON CONFLICT (id) DO NOTHING
)
SELECT t.id, coalesce(c.name, t.name) AS name, coalesce(c.is_public, t.is_public) AS is_public, t.member_count, t.created_at,
       mine.role, mine.pseudonym, mine.shares_name, CASE WHEN c.id IS NULL THEN 'forbidden' ELSE 'done' END AS outcome
FROM mine
JOIN teams AS t ON t.id = $2::uuid
LEFT JOIN changed AS c ON true;

-- Foreign keys take members and invites along. Members are locked before their team, as everywhere.
-- name: teams_delete
-- lane: write
-- retry: never
WITH mine AS (
    SELECT role
    FROM team_members
    WHERE user_id = $1::uuid AND team_id = $2::uuid
), members AS MATERIALIZED (
    SELECT user_id, role
    FROM team_members
    WHERE team_id = $2::uuid AND EXISTS (SELECT FROM mine WHERE role = 'owner')
    ORDER BY user_id
    FOR UPDATE
), gone AS (
    DELETE FROM teams AS t
    USING members AS m
    WHERE t.id = $2::uuid AND m.user_id = $1::uuid AND m.role = 'owner'
    RETURNING t.id
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, address, detail)
    SELECT $3::uuid, 'team.deleted', $1::uuid, $4::text, jsonb_build_object('team', id)
    FROM gone
)
SELECT CASE WHEN EXISTS (SELECT FROM gone) THEN 'done' ELSE 'forbidden' END AS outcome
FROM mine;

-- Joins the team of an invite; who is a member already is one still, and uses nothing up. The team is locked before the invite, as by
-- whoever ends the team: its invites go with it.
-- name: teams_join
-- lane: write
-- retry: safe
WITH account AS MATERIALIZED (
    SELECT id FROM users WHERE id = $1::uuid FOR KEY SHARE
), mine AS MATERIALIZED (
    SELECT m.team_id, m.role, m.pseudonym, m.shares_name
    FROM account AS a
    CROSS JOIN LATERAL lock_teams_of(a.id) AS m
), wanted AS MATERIALIZED (
    SELECT team_id, id
    FROM team_invites
    WHERE code_hash = sha256(convert_to($2::text, 'UTF8')) AND uses_left > 0 AND expires_at > clock_timestamp()
), team AS MATERIALIZED (
    SELECT t.id, t.name, t.is_public, t.member_count, t.created_at, w.id AS invite_id
    FROM wanted AS w
    JOIN teams AS t ON t.id = w.team_id
    WHERE EXISTS (SELECT FROM account) AND (SELECT count(*) FROM mine) >= 0 -- locked before the team
    FOR UPDATE OF t
), found AS MATERIALIZED (
    SELECT t.id, t.name, t.is_public, t.member_count, t.created_at, t.invite_id
    FROM team AS t
    JOIN team_invites AS i ON i.team_id = t.id AND i.id = t.invite_id
    WHERE i.uses_left > 0 AND i.expires_at > clock_timestamp()
    FOR UPDATE OF i
), old AS (
    SELECT m.team_id, m.role, m.pseudonym, m.shares_name
    FROM team_invites AS i
    JOIN mine AS m ON m.team_id = i.team_id
    WHERE i.code_hash = sha256(convert_to($2::text, 'UTF8')) AND i.expires_at > clock_timestamp()
), joined AS (
    INSERT INTO team_members (user_id, team_id, role, pseudonym, shares_name)
    SELECT $1::uuid, id, 'member', $3::text, $4::boolean
    FROM found
    WHERE member_count < $7::bigint AND (SELECT count(*) FROM mine) < $8::bigint
      AND NOT EXISTS (SELECT FROM old)
    ON CONFLICT (user_id, team_id) DO NOTHING
    RETURNING team_id
), used AS (
    UPDATE team_invites AS i
    SET uses_left = i.uses_left - 1
    FROM found, joined
    WHERE i.team_id = found.id AND i.id = found.invite_id
), counted AS (
    UPDATE teams AS t
    SET member_count = t.member_count + 1
    FROM joined
    WHERE t.id = joined.team_id
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address, detail)
    SELECT $5::uuid, 'team.joined', $1::uuid, $1::uuid, $6::text, jsonb_build_object('team', team_id)
    FROM joined
)
SELECT f.id, f.name, f.is_public, f.member_count + 1 AS member_count, f.created_at, 'member' AS role, $3::text AS pseudonym,
       $4::boolean AS shares_name, 'done' AS outcome
FROM found AS f
JOIN joined ON true
UNION ALL
SELECT t.id, t.name, t.is_public, t.member_count, t.created_at, o.role, o.pseudonym, o.shares_name, 'done'
FROM old AS o
JOIN teams AS t ON t.id = o.team_id
UNION ALL
SELECT f.id, f.name, f.is_public, f.member_count, f.created_at, 'member', $3::text, $4::boolean,
       CASE WHEN f.member_count >= $7::bigint THEN 'full' ELSE 'too_many' END
FROM found AS f
WHERE NOT EXISTS (SELECT FROM joined) AND NOT EXISTS (SELECT FROM old)
UNION ALL
SELECT $1::uuid, '', false, 0, NULL, 'member', $3::text, $4::boolean, 'gone'
WHERE NOT EXISTS (SELECT FROM account);
