-- One person as a whole: everything that is stored on him, and how he is forgotten. A table with a user_id is in the export and gone
-- after the erasure; tests hold both against the catalogue.

-- All from one snapshot. Left out are secrets only: the hashes of the password and of tokens, what makes a refresh token of the one
-- before, and fingerprints of requests; and what the rules of an attempt do not tell yet (attempt_rules_may_tell and _tell_score): credit,
-- points and pilots are null until feedback with the credit has its moment, the score until it is told.
-- name: person_export
-- lane: session
-- retry: never
WITH recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address)
    SELECT $2::uuid, 'user.exported', id, id, $3::text
    FROM users
    WHERE id = $1::uuid
), ruled AS (
    SELECT a.id, a.state = 'submitted' AS is_submitted, p.rules::jsonb AS rules,
           coalesce(p.rules::jsonb ->> 'when', CASE p.feedback WHEN 'immediate' THEN 'after_each' ELSE 'after_submit' END) AS moment
    FROM attempts AS a
    JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
    WHERE a.user_id = $1::uuid
), timed AS (
    SELECT id, is_submitted, rules, moment,
           CASE moment WHEN 'after_each' THEN true
                       WHEN 'after_submit' THEN is_submitted
                       WHEN 'after_close' THEN is_submitted AND coalesce(clock_timestamp() >= (rules ->> 'told_at')::timestamptz, false)
                       ELSE false END AS is_due
    FROM ruled
), told AS MATERIALIZED (
    SELECT id, is_due AND (rules IS NULL OR rules -> 'show' @> '"credit"') AS tells_credit,
           is_submitted AND (moment <> 'after_close' OR is_due) AND NOT coalesce((rules ->> 'hides_score')::boolean, false) AS tells_score,
           CASE WHEN is_submitted AND is_due THEN rules ELSE rules || '{"pilots": null}' END AS rules
    FROM timed
)
SELECT clock_timestamp() AS exported_at,
       jsonb_build_object('id', u.id, 'email', u.email, 'display_name', u.display_name, 'role', u.role, 'disabled', u.is_disabled,
                          'needs_verification', u.needs_verification, 'extra_time_percent', u.extra_time_percent,
                          'password_changed_at', rfc3339(u.password_changed_at), 'created_at', rfc3339(u.created_at)) AS account,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'id', s.id, 'network', s.network, 'created_at', rfc3339(s.created_at), 'refreshed_at', rfc3339(s.refreshed_at),
                   'revoked_at', rfc3339(s.revoked_at), 'used_refresh_tokens', coalesce(r.used, '[]')) ORDER BY s.id), '[]')
        FROM sessions AS s
        LEFT JOIN (SELECT session_id, jsonb_agg(jsonb_build_object('used_at', rfc3339(used_at)) ORDER BY used_at) AS used
                   FROM used_refresh_tokens
                   WHERE user_id = $1::uuid
                   GROUP BY session_id) AS r ON r.session_id = s.id
        WHERE s.user_id = u.id) AS sessions,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('purpose', t.purpose, 'created_at', rfc3339(t.created_at),
                                                     'expires_at', rfc3339(t.expires_at)) ORDER BY t.purpose), '[]')
        FROM account_tokens AS t
        WHERE t.user_id = u.id) AS account_tokens,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('subject_id', t.subject_id, 'role', t.role, 'at', rfc3339(t.at))
                                  ORDER BY t.at, t.subject_id), '[]')
        FROM token_revocations AS t
        WHERE t.user_id = u.id) AS token_revocations,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'id', a.id, 'bank', b.slug, 'exam', a.exam, 'exam_number', a.exam_number, 'state', a.state, 'mode', p.mode,
                   'feedback', p.feedback, 'rules', t.rules, 'seed', p.seed, 'question_ids', p.question_ids,
                   'versions', p.versions, 'answer_sequence', a.answer_sequence, 'started_at', rfc3339(a.started_at),
                   'deadline_at', rfc3339(a.deadline_at), 'submitted_at', rfc3339(a.submitted_at),
                   'raw_milli', CASE WHEN t.tells_score THEN a.raw_milli END,
                   'max_milli', a.max_milli, 'evidence_due_at', rfc3339(a.evidence_due_at), 'settled_at', rfc3339(a.settled_at),
                   'answers', coalesce(w.answers, '[]')) ORDER BY a.id), '[]')
        FROM attempts AS a
        JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
        JOIN banks AS b ON b.id = a.bank_id
        JOIN told AS t ON t.id = a.id
        LEFT JOIN (SELECT w.attempt_id,
                          jsonb_agg(jsonb_build_object('position', w.position, 'revision', w.revision, 'question_id', w.question_id,
                                                       'response', w.response::jsonb, 'certainty', w.certainty,
                                                       'is_flagged', w.is_flagged,
                                                       'credit_milli', CASE WHEN t.tells_credit THEN w.credit_milli END,
                                                       'points_milli', CASE WHEN t.tells_credit THEN w.points_milli END,
                                                       'is_final', w.is_final, 'recorded_at', rfc3339(w.recorded_at))
                                    ORDER BY w.position) AS answers
                   FROM answers AS w
                   JOIN told AS t ON t.id = w.attempt_id
                   WHERE w.user_id = $1::uuid
                   GROUP BY w.attempt_id) AS w ON w.attempt_id = a.id
        WHERE a.user_id = u.id) AS attempts,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'bank', b.slug, 'section', c.path, 'section_id', e.section_id, 'weight', e.weight, 'credit', e.credit,
                   'answers', e.answers, 'correct', e.correct, 'last_answered_at', rfc3339(e.last_answered_at),
                   'last_wrong_at', rfc3339(e.last_wrong_at), 'likelihood_1', e.likelihood_1, 'likelihood_2', e.likelihood_2,
                   'likelihood_3', e.likelihood_3, 'likelihood_4', e.likelihood_4, 'likelihood_5', e.likelihood_5,
                   'likelihood_6', e.likelihood_6, 'likelihood_7', e.likelihood_7, 'likelihood_8', e.likelihood_8,
                   'likelihood_9', e.likelihood_9) ORDER BY b.slug, c.path), '[]')
        FROM section_evidence AS e
        JOIN banks AS b ON b.id = e.bank_id
        LEFT JOIN sections AS c ON c.bank_id = e.bank_id AND c.id = e.section_id
        WHERE e.user_id = u.id) AS section_evidence,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'bank', b.slug, 'question_id', r.question_id, 'stability', r.stability, 'difficulty', r.difficulty,
                   'reviewed_at', rfc3339(r.reviewed_at), 'review_count', r.review_count, 'lapse_count', r.lapse_count)
                   ORDER BY b.slug, r.question_id), '[]')
        FROM reviews AS r
        JOIN banks AS b ON b.id = r.bank_id
        WHERE r.user_id = u.id) AS reviews,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'bank', b.slug, 'bucket_at', rfc3339(s.bucket_at), 'answers', s.answers, 'correct', s.correct,
                   'credit_milli', s.credit_milli, 'attempts', s.attempts) ORDER BY b.slug, s.bucket_at), '[]')
        FROM study_activity AS s
        JOIN banks AS b ON b.id = s.bank_id
        WHERE s.user_id = u.id) AS study_activity,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'key', k.key, 'operation', k.operation, 'status', k.status, 'headers', k.headers, 'body', k.body,
                   'created_at', rfc3339(k.created_at)) ORDER BY k.created_at, k.key), '[]')
        FROM idempotency_keys AS k
        WHERE k.user_id = u.id) AS idempotency_keys,
       (SELECT coalesce(jsonb_agg((to_jsonb(j) - 'user_id' - 'bank_id') || jsonb_build_object(
                   'bank', b.slug, 'claimed_until', rfc3339(j.claimed_until), 'created_at', rfc3339(j.created_at),
                   'finished_at', rfc3339(j.finished_at)) ORDER BY j.id), '[]')
        FROM jobs AS j
        JOIN banks AS b ON b.id = j.bank_id
        WHERE j.user_id = u.id) AS jobs,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'id', v.id, 'at', rfc3339(v.at), 'event', v.event, 'actor_id', v.actor_id, 'subject_id', v.subject_id,
                   'address', v.address, 'detail', v.detail) ORDER BY v.id), '[]')
        FROM audit_events AS v
        WHERE v.subject_id = u.id) AS audit_events
FROM users AS u
WHERE u.id = $1::uuid;

-- First of the two statements of an erasure, in one transaction: nothing new can be stored on the person from here on, because
-- answers need his attempts and attempts need his account. Says whether the login $2 is younger than ten minutes, and whether
-- no admin would be left; the admins are locked first, as users_admin_update does.
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
)
SELECT p.is_last,
       EXISTS (SELECT FROM sessions
               WHERE user_id = $1::uuid AND id = $2::uuid AND revoked_at IS NULL
                 AND created_at > clock_timestamp() - interval '10 minutes') AS is_fresh,
       (SELECT count(*) FROM locked) AS attempts
FROM person AS p;

-- The second: sums up what the answers say about the questions, and deletes everything. Foreign keys take sessions, attempts, their
-- papers, tokens and idempotency keys along. What the triggers write meanwhile of the logins that end stays for an hour
-- (revocations_tidy): bare ids, without which their access tokens would be good until they expire.
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
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address)
    SELECT $2::uuid, 'user.erased', id, id, $3::text
    FROM erased
)
SELECT id FROM erased;
