-- How a person is forgotten. A table with a user_id is in the export (person_export.sql) and gone after the erasure; tests hold both
-- against the catalogue.

-- First of the three statements of an erasure, in one transaction: nothing new can be stored on the person from here on, because
-- answers need his attempts and attempts need his account. Says whether the login $2 is younger than ten minutes, and whether
-- no admin would be left; the admins are locked first, as users_admin_update does. His teams are locked with all their members, as
-- team_members_remove does, so that of several members who go at once each sees who is left.
-- name: person_lock
-- lane: session
-- retry: never
WITH admins AS MATERIALIZED (
    SELECT id
    FROM users
    WHERE role = 'admin' AND NOT is_disabled AND EXISTS (SELECT FROM users WHERE id = $1::uuid AND role = 'admin')
    ORDER BY id
    FOR UPDATE
), person AS MATERIALIZED (
    SELECT u.id, u.role = 'admin' AND NOT u.is_disabled AND a.others = 0 AS is_last
    FROM users AS u, (SELECT count(*) AS others FROM admins WHERE id <> $1::uuid) AS a
    WHERE u.id = $1::uuid
    FOR UPDATE OF u
), locked AS MATERIALIZED (
    SELECT id
    FROM attempts
    WHERE user_id = (SELECT id FROM person)
    ORDER BY id
    FOR UPDATE
), fellows AS MATERIALIZED (
    SELECT team_id
    FROM team_members
    WHERE team_id IN (SELECT team_id FROM team_members WHERE user_id = (SELECT id FROM person))
    ORDER BY team_id, user_id
    FOR UPDATE
), teams_locked AS MATERIALIZED (
    SELECT id
    FROM teams
    WHERE id IN (SELECT team_id FROM fellows)
    ORDER BY id
    FOR UPDATE
)
SELECT p.is_last,
       EXISTS (SELECT FROM sessions
               WHERE user_id = $1::uuid AND id = $2::uuid AND revoked_at IS NULL
                 AND created_at > clock_timestamp() - interval '10 minutes') AS is_fresh,
       (SELECT count(*) FROM locked) AS attempts, (SELECT count(*) FROM teams_locked) AS teams
FROM person AS p;

-- The second: sums up what the answers say about the questions, and deletes everything. Foreign keys take sessions, attempts, their
-- papers, tokens, memberships and idempotency keys along; a team of his goes to its oldest manager, else member, or ends. What the
-- triggers write meanwhile of the logins that end stays for an hour
-- (revocations_expire): bare ids, without which their access tokens would be good until they expire.
-- name: person_erase
-- lane: session
-- retry: never
WITH erased AS (
    DELETE FROM users
    WHERE id = $1::uuid
    RETURNING id
), kept AS (
    INSERT INTO question_erased_answers AS q (bank_id, question_id, version, answers, correct, credit_milli)
    SELECT a.bank_id, w.question_id, p.versions[w.position], count(*), count(*) FILTER (WHERE w.credit_milli = 1000),
           sum(w.credit_milli)
    FROM answers AS w
    JOIN attempts AS a ON a.user_id = w.user_id AND a.id = w.attempt_id
    JOIN attempt_papers AS p ON p.user_id = w.user_id AND p.attempt_id = w.attempt_id
    WHERE w.user_id = $1::uuid
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
    ON CONFLICT (bank_id, question_id, version) DO UPDATE
    SET answers = q.answers + excluded.answers, correct = q.correct + excluded.correct,
        credit_milli = q.credit_milli + excluded.credit_milli
), gone_answers AS (
    DELETE FROM answers
    WHERE user_id = $1::uuid
), gone_evidence AS (
    DELETE FROM section_evidence
    WHERE user_id = $1::uuid
), gone_reviews AS (
    DELETE FROM reviews
    WHERE user_id = $1::uuid
), gone_activity AS (
    DELETE FROM study_activity
    WHERE user_id = $1::uuid
), gone_from_boards AS (
    INSERT INTO board_departures (member_id)
    SELECT member_id
    FROM board_members
    WHERE user_id = $1::uuid
    RETURNING pg_notify('quizd_boards', '') IS NOT NULL
), gone_points AS (
    DELETE FROM points_days
    WHERE user_id = $1::uuid
), teams_left AS (
    UPDATE teams AS t
    SET member_count = t.member_count - 1
    FROM team_members AS m
    WHERE m.user_id = $1::uuid AND t.id = m.team_id AND t.member_count > 1
), teams_inherited AS (
    UPDATE team_members AS h
    SET role = 'owner'
    FROM team_members AS m
    WHERE m.user_id = $1::uuid AND m.role = 'owner' AND h.team_id = m.team_id
      AND h.user_id = (SELECT o.user_id FROM team_members AS o
                       WHERE o.team_id = m.team_id AND o.user_id <> $1::uuid
                       ORDER BY o.role = 'manager' DESC, o.joined_at, o.user_id
                       LIMIT 1)
), teams_ended AS (
    DELETE FROM teams AS t
    USING team_members AS m
    WHERE m.user_id = $1::uuid AND t.id = m.team_id AND t.member_count = 1
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id)
    SELECT $2::uuid, 'user.erased', id, id
    FROM erased
)
SELECT id FROM erased;

-- The third, which sees what the second has done: the audit keeps his id, and not where he came from.
-- name: person_forget_addresses
-- lane: session
-- retry: never
SELECT forget_addresses($1::uuid) AS rows;
