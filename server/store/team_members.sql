-- Who is in a team, and the invites to it.

-- By id, behind $3. One row without an id where the caller is a member and there are no more.
-- name: team_members_list
-- lane: read
SELECT m.user_id, m.display_name, coalesce(m.role, 'member') AS role, coalesce(m.shares_name, false) AS shares_name,
       coalesce(m.shares_results, false) AS shares_results, m.joined_at,
       m.user_id IS NOT DISTINCT FROM $1::uuid AS is_me, 'done' AS outcome
FROM team_members AS mine
LEFT JOIN LATERAL (
    SELECT o.user_id, CASE WHEN o.shares_name THEN u.display_name ELSE o.pseudonym END AS display_name, o.role, o.shares_name,
           o.shares_results, o.joined_at
    FROM team_members AS o
    JOIN users AS u ON u.id = o.user_id
    WHERE o.team_id = mine.team_id AND ($3::uuid IS NULL OR o.user_id > $3::uuid)
    ORDER BY o.user_id
    LIMIT $4::bigint
) AS m ON true
WHERE mine.user_id = $1::uuid AND mine.team_id = $2::uuid;

-- Role $4, sharing of the name $5 and of results $8 where they are given. The owner gives roles; who is made owner takes the team over from him.
-- name: team_members_update
-- lane: write
-- retry: safe
WITH members AS MATERIALIZED (
    SELECT user_id, role, pseudonym, shares_name, shares_results, joined_at
    FROM team_members
    WHERE team_id = $2::uuid AND user_id IN ($1::uuid, $3::uuid)
    ORDER BY user_id
    FOR UPDATE
), judged AS (
    SELECT CASE WHEN target.user_id IS NULL THEN 'absent'
                WHEN ($5::bigint IS NOT NULL OR $8::bigint IS NOT NULL) AND $3::uuid <> $1::uuid THEN 'forbidden'
                WHEN $4::text IS NULL OR $4::text = target.role THEN 'done'
                WHEN actor.role <> 'owner' THEN 'forbidden'
                WHEN target.user_id = actor.user_id THEN 'is_owner'
                ELSE 'done' END AS outcome,
           coalesce($4::text, target.role) AS role, target.role AS old_role,
           coalesce($5::bigint = 1, target.shares_name) AS shares_name, coalesce($8::bigint = 1, target.shares_results) AS shares_results,
           target.shares_name AS shared_name, target.shares_results AS shared_results, target.pseudonym, target.joined_at
    FROM members AS actor
    LEFT JOIN members AS target ON target.user_id = $3::uuid
    WHERE actor.user_id = $1::uuid
), changed AS (
    UPDATE team_members AS m
    SET role = j.role, shares_name = j.shares_name, shares_results = j.shares_results
    FROM judged AS j
    WHERE m.user_id = $3::uuid AND m.team_id = $2::uuid AND j.outcome = 'done'
    RETURNING m.user_id
), handed_over AS (
    UPDATE team_members AS m
    SET role = 'manager'
    FROM judged AS j
    WHERE m.user_id = $1::uuid AND m.team_id = $2::uuid AND j.outcome = 'done' AND j.role = 'owner' AND j.old_role <> 'owner'
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address, detail)
    SELECT $6::uuid, CASE WHEN role <> old_role THEN 'team.role_changed' ELSE 'team.sharing_changed' END, $1::uuid, $3::uuid, $7::text,
           jsonb_build_object('team', $2::uuid, 'from', old_role, 'to', role, 'shares_name', shares_name, 'shares_results', shares_results)
    FROM judged
    WHERE outcome = 'done' AND (role, shares_name, shares_results) IS DISTINCT FROM (old_role, shared_name, shared_results)
)
SELECT $3::uuid AS user_id, CASE WHEN j.shares_name THEN u.display_name ELSE j.pseudonym END AS display_name, coalesce(j.role, 'member') AS role,
       coalesce(j.shares_name, false) AS shares_name, coalesce(j.shares_results, false) AS shares_results, j.joined_at, $3::uuid = $1::uuid AS is_me, j.outcome
FROM judged AS j
LEFT JOIN users AS u ON u.id = $3::uuid;

-- Somebody leaves, or is removed: an owner may remove all others, a manager those who are only members. Who is last takes the team
-- along; an owner with others in it hands it over first.
-- name: team_members_remove
-- lane: write
-- retry: never
WITH members AS MATERIALIZED (
    SELECT user_id, role
    FROM team_members
    WHERE team_id = $2::uuid AND user_id IN ($1::uuid, $3::uuid)
    ORDER BY user_id
    FOR UPDATE
), team AS MATERIALIZED (
    SELECT member_count
    FROM teams
    WHERE id = $2::uuid AND EXISTS (SELECT FROM members WHERE user_id = $1::uuid)
    FOR UPDATE
), judged AS (
    SELECT CASE WHEN target.user_id IS NULL THEN 'absent'
                WHEN target.user_id = actor.user_id AND actor.role = 'owner' AND team.member_count > 1 THEN 'is_owner'
                WHEN target.user_id = actor.user_id OR (actor.role = 'owner' AND target.role <> 'owner')
                  OR (actor.role = 'manager' AND target.role = 'member') THEN 'done'
                ELSE 'forbidden' END AS outcome
    FROM members AS actor
    JOIN team ON true
    LEFT JOIN members AS target ON target.user_id = $3::uuid
    WHERE actor.user_id = $1::uuid
), gone AS (
    DELETE FROM team_members AS m
    USING judged AS j
    WHERE m.user_id = $3::uuid AND m.team_id = $2::uuid AND j.outcome = 'done'
    RETURNING m.user_id
), counted AS (
    UPDATE teams AS t
    SET member_count = t.member_count - 1
    FROM gone
    WHERE t.id = $2::uuid AND t.member_count > 1
), ended AS (
    DELETE FROM teams AS t
    USING gone, team
    WHERE t.id = $2::uuid AND team.member_count = 1
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address, detail)
    SELECT $4::uuid, CASE WHEN $3::uuid = $1::uuid THEN 'team.left' ELSE 'team.removed' END, $1::uuid, user_id, $5::text,
           jsonb_build_object('team', $2::uuid)
    FROM gone
)
SELECT outcome FROM judged;

-- The account is locked, then the team; good invites are counted after that.
-- name: team_invites_create
-- lane: write
-- retry: never
WITH account AS MATERIALIZED (
    SELECT id FROM users WHERE id = $1::uuid FOR KEY SHARE
), mine AS MATERIALIZED (
    SELECT m.role, t.id AS team_id
    FROM account AS a
    CROSS JOIN LATERAL (
        SELECT role FROM team_members WHERE user_id = a.id AND team_id = $2::uuid
    ) AS m
    JOIN teams AS t ON t.id = $2::uuid
    FOR NO KEY UPDATE OF t
), made AS (
    INSERT INTO team_invites (team_id, id, code_hash, uses_left, expires_at)
    SELECT $2::uuid, $3::uuid, sha256(convert_to($4::text, 'UTF8')), $5::bigint,
           clock_timestamp() + $6::bigint * interval '1 hour'
    FROM mine
    WHERE role IN ('owner', 'manager') AND count_good_invites(team_id) < $9::bigint
    RETURNING id, uses_left, created_at, expires_at
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, address, detail)
    SELECT $7::uuid, 'team.invited', $1::uuid, $8::text, jsonb_build_object('team', $2::uuid, 'invite', id, 'uses', uses_left)
    FROM made
)
SELECT $3::uuid AS id, coalesce(made.uses_left, 0) AS uses_left, made.created_at, made.expires_at,
       CASE WHEN made.id IS NOT NULL THEN 'done' WHEN mine.role = 'member' THEN 'forbidden' ELSE 'too_many' END AS outcome
FROM mine
LEFT JOIN made ON true
UNION ALL
SELECT $3::uuid, 0, NULL, NULL, 'gone'
WHERE NOT EXISTS (SELECT FROM account);

-- Those that are still good, newest first, behind $3. One row without an id where there are no more.
-- name: team_invites_list
-- lane: read
SELECT i.id, coalesce(i.uses_left, 0) AS uses_left, i.created_at, i.expires_at,
       CASE WHEN mine.role = 'member' THEN 'forbidden' ELSE 'done' END AS outcome
FROM team_members AS mine
LEFT JOIN LATERAL (
    SELECT id, uses_left, created_at, expires_at
    FROM team_invites
    WHERE team_id = mine.team_id AND uses_left > 0 AND expires_at > clock_timestamp() AND ($3::uuid IS NULL OR id < $3::uuid)
    ORDER BY id DESC
    LIMIT $4::bigint
) AS i ON mine.role <> 'member'
WHERE mine.user_id = $1::uuid AND mine.team_id = $2::uuid;

-- name: team_invites_revoke
-- lane: write
-- retry: never
WITH mine AS (
    SELECT role
    FROM team_members
    WHERE user_id = $1::uuid AND team_id = $2::uuid
), gone AS (
    DELETE FROM team_invites AS i
    USING mine
    WHERE i.team_id = $2::uuid AND i.id = $3::uuid AND mine.role <> 'member'
    RETURNING i.id
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, address, detail)
    SELECT $4::uuid, 'team.invite_revoked', $1::uuid, $5::text, jsonb_build_object('team', $2::uuid, 'invite', id)
    FROM gone
)
SELECT CASE WHEN EXISTS (SELECT FROM gone) THEN 'done' WHEN role = 'member' THEN 'forbidden' ELSE 'absent' END AS outcome
FROM mine;

-- name: team_invites_expire
-- lane: session
-- retry: never
DELETE FROM team_invites
WHERE (team_id, id) IN (SELECT team_id, id FROM team_invites WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT $1::bigint);
