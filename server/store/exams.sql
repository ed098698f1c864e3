-- Exams in a bank, attempts at them, and what is done when time is over.

-- name: exams_list
-- lane: session
SELECT body
FROM exams
WHERE bank_id = $1::uuid AND removed_at IS NULL
ORDER BY slug;

-- name: exams_list_exposure
-- lane: session
SELECT question_id, count
FROM question_exposure
WHERE bank_id = $1::uuid;

-- Returns a row only where the exam is new or changed.
-- name: exams_upsert
-- lane: session
-- retry: never
INSERT INTO exams AS e (bank_id, slug, body)
VALUES ($1::uuid, $2::text, $3::jsonb)
ON CONFLICT (bank_id, slug) DO UPDATE
SET body = excluded.body, removed_at = NULL
WHERE (e.body, e.removed_at) IS DISTINCT FROM (excluded.body, NULL)
RETURNING slug;

-- name: exams_remove
-- lane: session
-- retry: never
UPDATE exams
SET removed_at = clock_timestamp()
WHERE bank_id = $1::uuid AND removed_at IS NULL AND slug <> ALL ($2::text[])
RETURNING slug;

-- Starts an attempt at exam $10 where its window ($12 to $13) is open and fewer than $14 attempts were started; NULL: no limit. The
-- time limit is $11 minutes and what extra time the learner or a team of his has (the most of these), cut at the end of the window.
-- Says how it stands where nothing was started; no row at all: another attempt of the same learner was started at the same moment.
-- name: exams_start
-- lane: write
-- retry: safe
WITH standing AS (
    SELECT greatest(u.extra_time_percent,
                    (SELECT max(t.extra_time_percent) FROM team_members AS m JOIN teams AS t ON t.id = m.team_id
                     WHERE m.user_id = u.id)) AS extra_time_percent, clock_timestamp() AS now,
           (SELECT coalesce(max(a.exam_number), 0) FROM attempts AS a
            WHERE a.user_id = $1::uuid AND a.bank_id = $3::uuid AND a.exam = $10::text) AS started
    FROM users AS u
    WHERE u.id = $1::uuid
    FOR KEY SHARE
), attempt AS (
    INSERT INTO attempts (user_id, id, bank_id, exam, exam_number, started_at, deadline_at)
    SELECT $1::uuid, $2::uuid, $3::uuid, $10::text, s.started + 1, s.now,
           least(s.now + $11::bigint * (100 + s.extra_time_percent) / 100.0 * interval '1 minute', $13::timestamptz)
    FROM standing AS s
    WHERE (s.now >= $12::timestamptz OR $12::timestamptz IS NULL) AND (s.now < $13::timestamptz OR $13::timestamptz IS NULL)
      AND (s.started < $14::bigint OR $14::bigint IS NULL)
      AND NOT EXISTS (SELECT FROM attempts WHERE user_id = $1::uuid AND id = $2::uuid)
    ON CONFLICT DO NOTHING
    RETURNING started_at, deadline_at
), paper AS (
    INSERT INTO attempt_papers (user_id, attempt_id, mode, feedback, seed, question_ids, versions, rules)
    SELECT $1::uuid, $2::uuid, $4::text, $5::text, $6::text, $7::uuid[], $8::bigint[], $9::text
    FROM attempt
)
SELECT 'started' AS outcome, started_at, deadline_at FROM attempt
UNION ALL
SELECT 'started', started_at, deadline_at FROM attempts WHERE user_id = $1::uuid AND id = $2::uuid
UNION ALL
SELECT CASE WHEN s.now < $12::timestamptz THEN 'early' WHEN s.now >= $13::timestamptz THEN 'late' ELSE 'used_up' END, NULL, NULL
FROM standing AS s
WHERE (s.now < $12::timestamptz OR s.now >= $13::timestamptz OR s.started >= $14::bigint)
  AND NOT EXISTS (SELECT FROM attempts WHERE user_id = $1::uuid AND id = $2::uuid)
UNION ALL
SELECT 'gone', NULL, NULL
WHERE NOT EXISTS (SELECT FROM standing);

-- Attempts whose time and grace ($1 seconds) are over, locked for this transaction; those that another server has are left to it.
-- Begins behind the attempt $3 with deadline $2, so that those which cannot be scored keep no others from their end.
-- name: exams_lock_expired
-- lane: session
-- retry: never
SELECT user_id, id, deadline_at AS at
FROM attempts
WHERE state = 'open' AND deadline_at IS NOT NULL AND deadline_at < clock_timestamp() - $1::float8 * interval '1 second'
  AND deadline_at >= coalesce($2::timestamptz, '-infinity')
  AND ($2::timestamptz IS NULL OR (deadline_at, id) > ($2::timestamptz, $3::uuid))
ORDER BY deadline_at, id
LIMIT $4::bigint
FOR UPDATE SKIP LOCKED;

-- The same of submitted attempts whose answers are evidence from now on.
-- name: exams_lock_due
-- lane: session
-- retry: never
SELECT user_id, id, evidence_due_at AS at
FROM attempts
WHERE evidence_due_at < clock_timestamp() AND evidence_due_at >= coalesce($1::timestamptz, '-infinity')
  AND ($1::timestamptz IS NULL OR (evidence_due_at, id) > ($1::timestamptz, $2::uuid))
ORDER BY evidence_due_at, id
LIMIT $3::bigint
FOR UPDATE SKIP LOCKED;

-- Counts the exam papers of attempts started since the last count and at least ten seconds ago (no transaction of a start lives that
-- long). One server at a time; nothing is written where there was nothing to count.
-- name: exams_count_exposure
-- lane: session
-- retry: never
WITH state AS (
    SELECT counted_until, clock_timestamp() - interval '10 seconds' AS until
    FROM exposure_state
    WHERE counted_until < clock_timestamp() - interval '10 seconds'
    FOR UPDATE SKIP LOCKED
), added AS (
    SELECT a.bank_id, q.question_id, count(*) AS count
    FROM state
    JOIN attempts AS a ON a.exam IS NOT NULL AND a.started_at >= state.counted_until AND a.started_at < state.until
    JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
    CROSS JOIN LATERAL unnest(p.question_ids) AS q (question_id)
    GROUP BY a.bank_id, q.question_id
), counted AS (
    INSERT INTO question_exposure AS e (bank_id, question_id, count)
    SELECT bank_id, question_id, count FROM added
    ON CONFLICT (bank_id, question_id) DO UPDATE SET count = e.count + excluded.count
    RETURNING 1
)
UPDATE exposure_state
SET counted_until = state.until, generation = generation + 1
FROM state
WHERE EXISTS (SELECT FROM counted);

-- name: teams_set_extra_time
-- lane: session
-- retry: never
UPDATE teams
SET extra_time_percent = $2::bigint
WHERE id = $1::uuid
RETURNING id;

-- By the operator; audited where it is a change.
-- name: exams_set_extra_time
-- lane: session
-- retry: never
WITH before AS (
    SELECT id, extra_time_percent
    FROM users
    WHERE email_key = lower($1::text)
    FOR NO KEY UPDATE
), changed AS (
    UPDATE users AS u
    SET extra_time_percent = $2::bigint
    FROM before AS b
    WHERE u.id = b.id
    RETURNING u.id, b.extra_time_percent AS old
), recorded AS (
    INSERT INTO audit_events (id, event, subject_id, detail)
    SELECT $3::uuid, 'user.extra_time_changed', id, jsonb_build_object('from', old, 'to', $2::bigint)
    FROM changed
    WHERE old <> $2::bigint
)
SELECT id FROM changed;
