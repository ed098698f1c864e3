-- Everything that is stored on a person, in pieces: what may be long is read page by page, behind the key of the last row ($2), so that
-- the longest life fits into little memory and holds no connection while somebody reads slowly. Every page is a snapshot of its own: what is
-- written meanwhile may be in the export or not.
--
-- Left out are secrets only: the hashes of the password and of tokens, what makes a refresh token of the one before, and fingerprints of
-- requests; and what the rules of an attempt do not tell yet (attempt_rules_may_tell and _tell_score): credit, points and pilots are null
-- until feedback with the credit has its moment, the seed of an exam until feedback has, the score until it is told.

-- What is short, and the row of the audit.
-- name: person_export_begin
-- lane: session
-- retry: never
WITH recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address)
    SELECT $2::uuid, 'user.exported', id, id, $3::text
    FROM users
    WHERE id = $1::uuid
)
SELECT clock_timestamp() AS exported_at,
       jsonb_build_object('id', u.id, 'email', u.email, 'display_name', u.display_name, 'role', u.role, 'disabled', u.is_disabled,
                          'needs_verification', u.needs_verification, 'extra_time_percent', u.extra_time_percent,
                          'password_changed_at', rfc3339(u.password_changed_at), 'created_at', rfc3339(u.created_at)) AS account,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('purpose', t.purpose, 'created_at', rfc3339(t.created_at),
                                                     'expires_at', rfc3339(t.expires_at)) ORDER BY t.purpose), '[]')
        FROM account_tokens AS t
        WHERE t.user_id = u.id) AS account_tokens
FROM users AS u
WHERE u.id = $1::uuid;

-- A login lasts 30 days, and a client refreshes every quarter of an hour: its used tokens are few thousand.
-- name: person_export_sessions
-- lane: session
SELECT jsonb_build_object(
           'id', s.id, 'network', s.network, 'created_at', rfc3339(s.created_at), 'refreshed_at', rfc3339(s.refreshed_at),
           'revoked_at', rfc3339(s.revoked_at),
           'used_refresh_tokens', (SELECT coalesce(jsonb_agg(jsonb_build_object('used_at', rfc3339(r.used_at)) ORDER BY r.used_at), '[]')
                                   FROM used_refresh_tokens AS r
                                   WHERE r.user_id = $1::uuid AND r.session_id = s.id))::text AS item,
       s.id::text AS key
FROM sessions AS s
WHERE s.user_id = $1::uuid AND s.id > $2::text::uuid
ORDER BY s.id
LIMIT 20;

-- name: person_export_token_revocations
-- lane: session
SELECT jsonb_build_object('subject_id', t.subject_id, 'role', t.role, 'at', rfc3339(t.at))::text AS item, t.subject_id::text AS key
FROM token_revocations AS t
WHERE t.user_id = $1::uuid AND t.subject_id > $2::text::uuid
ORDER BY t.subject_id
LIMIT 500;

-- So many attempts that their questions are 200, or little more.
-- name: person_export_attempts
-- lane: session
WITH next AS (
    SELECT a.id, a.bank_id, a.exam, a.exam_number, a.state, a.answer_sequence, a.started_at, a.deadline_at, a.submitted_at, a.raw_milli,
           a.max_milli, a.evidence_due_at, a.settled_at, a.counted_on, a.counted_at, a.dropped_positions, p.mode, p.feedback, p.seed, p.question_ids, p.versions,
           p.rules::jsonb AS rules, (e.body ->> 'closes_at')::timestamptz AS closes_at,
           coalesce(p.rules::jsonb ->> 'when', CASE p.feedback WHEN 'immediate' THEN 'after_each' ELSE 'after_submit' END) AS moment
    FROM attempts AS a
    JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
    LEFT JOIN exams AS e ON e.bank_id = a.bank_id AND e.slug = a.exam AND e.removed_at IS NULL
    WHERE a.user_id = $1::uuid AND a.id > $2::text::uuid
    ORDER BY a.id
    LIMIT 100
), counted AS (
    SELECT n.*, state = 'submitted' AS is_submitted, sum(cardinality(question_ids)) OVER (ORDER BY id) - cardinality(question_ids) AS before
    FROM next AS n
), timed AS (
    SELECT c.*,
           CASE moment WHEN 'after_each' THEN true
                       WHEN 'after_submit' THEN is_submitted
                       WHEN 'after_close' THEN is_submitted AND coalesce(
                           clock_timestamp() >= (rules ->> 'told_at')::timestamptz
                                                + greatest(closes_at - (rules ->> 'closes_at')::timestamptz, interval '0'), false)
                       ELSE false END AS is_due
    FROM counted AS c
    WHERE before < 200
), told AS (
    SELECT t.*, is_due AND (rules IS NULL OR rules -> 'show' @> '"credit"') AS tells_credit,
           rules ->> 'exam' IS NULL OR (is_submitted AND is_due) AS tells_seed,
           is_submitted AND (moment <> 'after_close' OR is_due) AND NOT coalesce((rules ->> 'hides_score')::boolean, false) AS tells_score,
           CASE WHEN is_submitted AND is_due THEN rules ELSE rules || '{"pilots": null}' END AS told_rules
    FROM timed AS t
)
SELECT jsonb_build_object(
           'id', t.id, 'bank', b.slug, 'exam', t.exam, 'exam_number', t.exam_number, 'state', t.state, 'mode', t.mode,
           'feedback', t.feedback, 'rules', t.told_rules, 'seed', CASE WHEN t.tells_seed THEN t.seed END, 'question_ids', t.question_ids,
           'versions', t.versions, 'answer_sequence', t.answer_sequence, 'started_at', rfc3339(t.started_at),
           'deadline_at', rfc3339(t.deadline_at), 'submitted_at', rfc3339(t.submitted_at), 'counted_on', t.counted_on, 'counted_at', rfc3339(t.counted_at),
           'dropped_positions', CASE WHEN t.tells_credit THEN t.dropped_positions END,
           'raw_milli', CASE WHEN t.tells_score THEN t.raw_milli END,
           'max_milli', t.max_milli, 'evidence_due_at', rfc3339(t.evidence_due_at), 'settled_at', rfc3339(t.settled_at),
           'answers', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                  'position', w.position, 'revision', w.revision, 'question_id', w.question_id,
                                  'response', w.response::jsonb, 'certainty', w.certainty, 'is_flagged', w.is_flagged,
                                  'credit_milli', CASE WHEN t.tells_credit THEN w.credit_milli END,
                                  'points_milli', CASE WHEN t.tells_credit THEN w.points_milli END,
                                  'is_final', w.is_final, 'recorded_at', rfc3339(w.recorded_at)) ORDER BY w.position), '[]')
                       FROM answers AS w
                       WHERE w.user_id = $1::uuid AND w.attempt_id = t.id),
           'regraded_answers', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                           'attempt_id', r.attempt_id, 'position', r.position, 'regrade_id', r.regrade_id, 'state', r.state,
                                           'old_points_milli', CASE WHEN t.tells_credit THEN r.old_points_milli END,
                                           'new_points_milli', CASE WHEN t.tells_credit THEN r.new_points_milli END,
                                           'old_raw_milli', CASE WHEN t.tells_score THEN r.old_raw_milli END,
                                           'new_raw_milli', CASE WHEN t.tells_score THEN r.new_raw_milli END,
                                           'old_max_milli', CASE WHEN t.tells_score THEN r.old_max_milli END,
                                           'new_max_milli', CASE WHEN t.tells_score THEN r.new_max_milli END,
                                           'was_passed', CASE WHEN t.tells_score THEN r.was_passed END,
                                           'is_passed', CASE WHEN t.tells_score THEN r.is_passed END,
                                           'changed_at', rfc3339(r.changed_at)) ORDER BY r.position), '[]')
                                FROM regraded_answers AS r
                                WHERE r.user_id = $1::uuid AND r.attempt_id = t.id))::text AS item,
       t.id::text AS key
FROM told AS t
JOIN banks AS b ON b.id = t.bank_id
ORDER BY t.id;

-- name: person_export_section_evidence
-- lane: session
SELECT jsonb_build_object(
           'bank', b.slug, 'section', c.path, 'section_id', e.section_id, 'weight', e.weight, 'credit', e.credit,
           'answers', e.answers, 'correct', e.correct, 'last_answered_at', rfc3339(e.last_answered_at),
           'last_wrong_at', rfc3339(e.last_wrong_at), 'likelihood_1', e.likelihood_1, 'likelihood_2', e.likelihood_2,
           'likelihood_3', e.likelihood_3, 'likelihood_4', e.likelihood_4, 'likelihood_5', e.likelihood_5,
           'likelihood_6', e.likelihood_6, 'likelihood_7', e.likelihood_7, 'likelihood_8', e.likelihood_8,
           'likelihood_9', e.likelihood_9)::text AS item,
       e.bank_id || '|' || e.section_id AS key
FROM section_evidence AS e
JOIN banks AS b ON b.id = e.bank_id
LEFT JOIN sections AS c ON c.bank_id = e.bank_id AND c.id = e.section_id
WHERE e.user_id = $1::uuid AND (e.bank_id, e.section_id) > (split_part($2::text, '|', 1)::uuid, split_part($2::text, '|', 2)::uuid)
ORDER BY e.bank_id, e.section_id
LIMIT 500;

-- name: person_export_reviews
-- lane: session
SELECT jsonb_build_object(
           'bank', b.slug, 'question_id', r.question_id, 'stability', r.stability, 'difficulty', r.difficulty,
           'reviewed_at', rfc3339(r.reviewed_at), 'review_count', r.review_count, 'lapse_count', r.lapse_count,
           'is_sure_and_wrong', r.is_sure_and_wrong, 'has_credit', r.has_credit)::text AS item,
       r.bank_id || '|' || r.question_id AS key
FROM reviews AS r
JOIN banks AS b ON b.id = r.bank_id
WHERE r.user_id = $1::uuid AND (r.bank_id, r.question_id) > (split_part($2::text, '|', 1)::uuid, split_part($2::text, '|', 2)::uuid)
ORDER BY r.bank_id, r.question_id
LIMIT 500;

-- name: person_export_study_activity
-- lane: session
SELECT jsonb_build_object(
           'bank', b.slug, 'bucket_at', rfc3339(s.bucket_at), 'answers', s.answers, 'correct', s.correct,
           'credit_milli', s.credit_milli, 'attempts', s.attempts,
           'duration_ms', s.duration_ms)::text AS item,
       s.bank_id || '|' || s.bucket_at AS key
FROM study_activity AS s
JOIN banks AS b ON b.id = s.bank_id
WHERE s.user_id = $1::uuid
  AND (s.bank_id, s.bucket_at) > (split_part($2::text, '|', 1)::uuid, split_part($2::text, '|', 2)::timestamptz)
ORDER BY s.bank_id, s.bucket_at
LIMIT 500;

-- name: person_export_points_days
-- lane: session
SELECT jsonb_build_object(
           'bank', b.slug, 'day', p.day, 'questions', p.questions, 'points', p.points, 'reached_at', rfc3339(p.reached_at))::text AS item,
       p.bank_id || '|' || p.day AS key
FROM points_days AS p
JOIN banks AS b ON b.id = p.bank_id
WHERE p.user_id = $1::uuid AND (p.bank_id, p.day) > (split_part($2::text, '|', 1)::uuid, split_part($2::text, '|', 2)::date)
ORDER BY p.bank_id, p.day
LIMIT 500;

-- name: person_export_board_members
-- lane: session
SELECT jsonb_build_object(
           'bank', b.slug, 'member_id', m.member_id, 'pseudonym', m.pseudonym, 'shares_name', m.shares_name,
           'joined_at', rfc3339(m.joined_at), 'changed_at', rfc3339(m.changed_at))::text AS item,
       m.bank_id::text AS key
FROM board_members AS m
JOIN banks AS b ON b.id = m.bank_id
WHERE m.user_id = $1::uuid AND m.bank_id > $2::text::uuid
ORDER BY m.bank_id
LIMIT 500;

-- name: person_export_team_members
-- lane: session
SELECT jsonb_build_object(
           'team_id', m.team_id, 'team', t.name, 'role', m.role, 'pseudonym', m.pseudonym, 'shares_name', m.shares_name,
           'shares_results', m.shares_results, 'joined_at', rfc3339(m.joined_at))::text AS item,
       m.team_id::text AS key
FROM team_members AS m
JOIN teams AS t ON t.id = m.team_id
WHERE m.user_id = $1::uuid AND m.team_id > $2::text::uuid
ORDER BY m.team_id
LIMIT 500;

-- name: person_export_bank_members
-- lane: session
SELECT jsonb_build_object('bank', b.slug, 'role', m.role, 'created_at', rfc3339(m.created_at))::text AS item, m.bank_id::text AS key
FROM bank_members AS m
JOIN banks AS b ON b.id = m.bank_id
WHERE m.user_id = $1::uuid AND m.bank_id > $2::text::uuid
ORDER BY m.bank_id
LIMIT 500;

-- name: person_export_question_reports
-- lane: session
SELECT jsonb_build_object(
           'id', r.id, 'bank', b.slug, 'question_id', r.question_id, 'version', r.version, 'kind', r.kind, 'body', r.body,
           'created_at', rfc3339(r.created_at), 'outcome', r.outcome, 'comment', r.comment, 'resolved_at', rfc3339(r.resolved_at),
           'resolved_by', r.resolved_by)::text AS item,
       r.id::text AS key
FROM question_reports AS r
JOIN banks AS b ON b.id = r.bank_id
WHERE r.user_id = $1::uuid AND r.id > $2::text::uuid
ORDER BY r.id
LIMIT 200;

-- name: person_export_jobs
-- lane: session
SELECT ((to_jsonb(j) - 'user_id' - 'bank_id') || jsonb_build_object(
           'bank', b.slug, 'claimed_until', rfc3339(j.claimed_until), 'created_at', rfc3339(j.created_at),
           'finished_at', rfc3339(j.finished_at)))::text AS item,
       j.id::text AS key
FROM jobs AS j
JOIN banks AS b ON b.id = j.bank_id
WHERE j.user_id = $1::uuid AND j.id > $2::text::uuid
ORDER BY j.id
LIMIT 100;

-- Few: each has a whole reply.
-- name: person_export_idempotency_keys
-- lane: session
SELECT jsonb_build_object(
           'key', k.key, 'operation', k.operation, 'status', k.status, 'headers', k.headers, 'body', k.body,
           'created_at', rfc3339(k.created_at))::text AS item,
       k.key
FROM idempotency_keys AS k
WHERE k.user_id = $1::uuid AND k.key > $2::text
ORDER BY k.key
LIMIT 10;

-- name: person_export_audit_events
-- lane: session
SELECT jsonb_build_object(
           'id', v.id, 'at', rfc3339(v.at), 'event', v.event, 'actor_id', v.actor_id, 'subject_id', v.subject_id,
           'address', v.address, 'detail', v.detail)::text AS item,
       v.id::text AS key
FROM audit_events AS v
WHERE v.subject_id = $1::uuid AND v.id > $2::text::uuid
ORDER BY v.id
LIMIT 500;
