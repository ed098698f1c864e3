-- Regrading answers to a question version whose key was wrong.

-- The decision that is in force, locked.
-- name: regrades_lock
-- lane: session
-- retry: never
SELECT id, bank_id, question_id, version, key_version, policy, state, created_by, created_at, finished_at, reverted_by, reverted_at
FROM regrades
WHERE bank_id = $1::uuid AND question_id = $2::uuid AND version = $3::bigint AND state <> 'reverted'
FOR UPDATE;

-- Nothing where another decision came in between.
-- name: regrades_insert
-- lane: session
-- retry: never
INSERT INTO regrades (id, bank_id, question_id, version, key_version, policy, state, created_by)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bigint, $6::text, 'running', $7::uuid)
ON CONFLICT DO NOTHING
RETURNING created_at;

-- Scored answers to version $4 of question $3 that the decision was not applied to yet; to be dropped are those without an answer, too.
-- Written down where there are any.
-- name: regrades_add_pending
-- lane: session
-- retry: never
WITH added AS (
    INSERT INTO regraded_answers AS r (user_id, attempt_id, position, regrade_id, state)
    SELECT a.user_id, a.id, i, $1::uuid, 'pending'
    FROM attempt_papers AS p
    CROSS JOIN LATERAL generate_subscripts(p.question_ids, 1) AS i
    JOIN attempts AS a ON a.user_id = p.user_id AND a.id = p.attempt_id
    WHERE a.bank_id = $2::uuid AND a.raw_milli IS NOT NULL AND p.question_ids @> ARRAY[$3::uuid] AND p.question_ids[i] = $3::uuid
      AND p.versions[i] = $4::bigint
      AND ($5::text = 'drop_item' OR EXISTS (SELECT FROM answers AS w
                                             WHERE w.user_id = a.user_id AND w.attempt_id = a.id AND w.position = i
                                               AND w.response IS NOT NULL))
    ON CONFLICT (user_id, attempt_id, position) DO UPDATE
    SET state = 'pending'
    WHERE r.state = 'failed' AND r.regrade_id = excluded.regrade_id
    RETURNING 1
), counted AS (
    SELECT count(*) AS count FROM added
), resumed AS (
    UPDATE regrades
    SET state = 'running', finished_at = NULL
    WHERE id = $1::uuid AND EXISTS (SELECT FROM added)
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, address, detail)
    SELECT $6::uuid, 'question.regraded', $7::uuid, $8::text,
           jsonb_build_object('regrade_id', $1::uuid, 'question_id', $3::uuid, 'version', $4::bigint, 'policy', $5::text, 'answers', count)
    FROM counted
    WHERE count > 0 OR $9::bigint = 1
)
SELECT count FROM counted;

-- The same answers, for a dry run: at most $5.
-- name: regrades_list_candidates
-- lane: session
SELECT a.user_id, a.id AS attempt_id, i::bigint AS position
FROM attempt_papers AS p
CROSS JOIN LATERAL generate_subscripts(p.question_ids, 1) AS i
JOIN attempts AS a ON a.user_id = p.user_id AND a.id = p.attempt_id
WHERE a.bank_id = $1::uuid AND a.raw_milli IS NOT NULL AND p.question_ids @> ARRAY[$2::uuid] AND p.question_ids[i] = $2::uuid
  AND p.versions[i] = $3::bigint
  AND ($4::text = 'drop_item' OR EXISTS (SELECT FROM answers AS w
                                         WHERE w.user_id = a.user_id AND w.attempt_id = a.id AND w.position = i
                                           AND w.response IS NOT NULL))
  AND NOT EXISTS (SELECT FROM regraded_answers AS r WHERE r.user_id = a.user_id AND r.attempt_id = a.id AND r.position = i)
ORDER BY a.user_id, a.id
LIMIT $5::bigint;

-- Takes the decision back: what is not applied yet will not be, the rest is undone answer by answer. What could not be undone then is
-- tried again.
-- name: regrades_revert
-- lane: session
-- retry: never
WITH reverted AS (
    UPDATE regrades
    SET state = 'reverting', reverted_by = $2::uuid, reverted_at = clock_timestamp(), finished_at = NULL
    WHERE id = $1::uuid
      AND (state IN ('running', 'done')
           OR (state = 'reverted' AND EXISTS (SELECT FROM regraded_answers AS r WHERE r.regrade_id = $1::uuid)
               AND NOT EXISTS (SELECT FROM regrades AS o
                               WHERE (o.bank_id, o.question_id, o.version) = (regrades.bank_id, regrades.question_id, regrades.version)
                                 AND o.state <> 'reverted')))
    RETURNING id, question_id, version
), undoing AS (
    UPDATE regraded_answers AS r
    SET state = 'undoing'
    FROM reverted
    WHERE r.regrade_id = reverted.id AND r.state = 'applied'
), forgotten AS (
    DELETE FROM regraded_answers AS r
    USING reverted
    WHERE r.regrade_id = reverted.id AND r.state IN ('pending', 'failed')
)
INSERT INTO audit_events (id, event, actor_id, address, detail)
SELECT $3::uuid, 'question.regrade_reverted', $2::uuid, $4::text,
       jsonb_build_object('regrade_id', id, 'question_id', question_id, 'version', version)
FROM reverted;

-- name: regrades_list
-- lane: session
SELECT id, bank_id, question_id, version, key_version, policy, state, created_by, created_at, finished_at, reverted_by, reverted_at
FROM regrades
WHERE question_id = $1::uuid AND ($2::uuid IS NULL OR id = $2::uuid)
ORDER BY id DESC
LIMIT 100;

-- What has come of it so far.
-- name: regrades_count
-- lane: session
SELECT count(*) AS attempts, count(*) FILTER (WHERE state IN ('pending', 'undoing')) AS left_to_do,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       count(*) FILTER (WHERE (old_points_milli, old_raw_milli, old_max_milli) <> (new_points_milli, new_raw_milli, new_max_milli)) AS changed,
       count(*) FILTER (WHERE new_raw_milli * old_max_milli > old_raw_milli * new_max_milli) AS raised,
       count(*) FILTER (WHERE new_raw_milli * old_max_milli < old_raw_milli * new_max_milli) AS lowered,
       count(*) FILTER (WHERE is_passed AND NOT was_passed) AS newly_passed,
       count(*) FILTER (WHERE was_passed AND NOT is_passed) AS newly_failed
FROM regraded_answers
WHERE regrade_id = $1::uuid;

-- name: regrades_list_changes
-- lane: session
SELECT user_id, attempt_id, position::bigint AS position, old_points_milli AS old_points, new_points_milli AS new_points,
       old_raw_milli AS old_raw, new_raw_milli AS new_raw, old_max_milli AS old_max, new_max_milli AS new_max, was_passed, is_passed
FROM regraded_answers
WHERE regrade_id = $1::uuid AND state IN ('applied', 'undoing')
  AND (old_points_milli, old_raw_milli, old_max_milli) <> (new_points_milli, new_raw_milli, new_max_milli)
ORDER BY user_id, attempt_id, position
LIMIT $2::bigint;

-- The first of what is to be done.
-- name: regrades_next
-- lane: session
SELECT r.user_id, r.attempt_id, r.position::bigint AS position, r.state AS step, g.id, g.bank_id, g.question_id, g.version, g.key_version,
       g.policy, g.created_by
FROM regraded_answers AS r
JOIN regrades AS g ON g.id = r.regrade_id
WHERE r.state IN ('pending', 'undoing')
ORDER BY r.user_id, r.attempt_id, r.position
LIMIT 1;

-- Locks the learner, the attempt and those that have left nothing behind yet, in the order in which an erasure does: new ones, answers
-- and ends wait. An attempt that began and ended meanwhile would not know what the step does to memories and points.
-- name: regrades_lock_learner
-- lane: session
-- retry: never
SELECT id FROM users WHERE id = $1::uuid FOR UPDATE;

-- name: regrades_lock_attempts
-- lane: session
-- retry: never
SELECT id
FROM attempts
WHERE user_id = $1::uuid AND (id = $2::uuid OR (bank_id = $3::uuid AND (state = 'open' OR evidence_due_at IS NOT NULL)))
ORDER BY id
FOR UPDATE;

-- An end that has read the learner's memories before reads them again.
-- name: regrades_hold_open
-- lane: session
-- retry: never
UPDATE attempts
SET answer_sequence = answer_sequence + 1
WHERE user_id = $1::uuid AND bank_id = $2::uuid AND (state = 'open' OR evidence_due_at IS NOT NULL);

-- Whether it is still to be done.
-- name: regrades_recheck
-- lane: session
SELECT state AS step
FROM regraded_answers
WHERE user_id = $1::uuid AND attempt_id = $2::uuid AND position = $3::bigint AND state = $4::text;

-- The mark of the answer ($4, $5), the score ($6, $7), whether the position is dropped ($8: 1), the activity of its day ($9: of the
-- quarter; NULL: none, $10 and $11: how much more). $12 is what was done; 'undoing': the row goes.
-- name: regrades_write
-- lane: session
-- retry: never
WITH answer AS (
    UPDATE answers
    SET credit_milli = $4::bigint, points_milli = $5::bigint
    WHERE user_id = $1::uuid AND attempt_id = $2::uuid AND position = $3::bigint AND response IS NOT NULL
), attempt AS (
    UPDATE attempts
    SET raw_milli = $6::bigint, max_milli = $7::bigint,
        dropped_positions = nullif(CASE WHEN $8::bigint = 1 THEN array_append(array_remove(dropped_positions, $3::bigint), $3::bigint)
                                        ELSE array_remove(dropped_positions, $3::bigint) END, '{}')
    WHERE user_id = $1::uuid AND id = $2::uuid
    RETURNING bank_id
), active AS (
    UPDATE study_activity AS s
    SET correct = s.correct + $10::bigint, credit_milli = s.credit_milli + $11::bigint
    FROM attempt AS t
    WHERE s.user_id = $1::uuid AND s.bank_id = t.bank_id AND s.bucket_at = $9::timestamptz
), applied AS (
    UPDATE regraded_answers
    SET state = 'applied', changed_at = clock_timestamp(), old_points_milli = $13::bigint, new_points_milli = $5::bigint,
        old_raw_milli = $14::bigint, new_raw_milli = $6::bigint, old_max_milli = $15::bigint, new_max_milli = $7::bigint,
        was_passed = $16::bigint = 1, is_passed = $17::bigint = 1
    WHERE user_id = $1::uuid AND attempt_id = $2::uuid AND position = $3::bigint AND $12::text = 'pending'
), undone AS (
    DELETE FROM regraded_answers
    WHERE user_id = $1::uuid AND attempt_id = $2::uuid AND position = $3::bigint AND $12::text = 'undoing'
)
INSERT INTO audit_events (id, event, actor_id, subject_id, detail)
SELECT $18::uuid, CASE WHEN $12::text = 'undoing' THEN 'attempt.regrade_reverted' ELSE 'attempt.regraded' END, $19::uuid, $1::uuid,
       jsonb_build_object('regrade_id', $20::uuid, 'attempt_id', $2::uuid, 'position', $3::bigint)
WHERE $21::bigint = 1;

-- One that cannot be read is left as it is: asked again, it is tried again.
-- name: regrades_fail
-- lane: session
-- retry: never
UPDATE regraded_answers
SET state = CASE state WHEN 'undoing' THEN 'applied' ELSE 'failed' END, changed_at = clock_timestamp()
WHERE user_id = $1::uuid AND attempt_id = $2::uuid AND position = $3::bigint;

-- Sections that had nothing may have something now.
-- name: regrades_seed_evidence
-- lane: session
-- retry: never
INSERT INTO section_evidence (user_id, bank_id, section_id, weight, credit, answers, correct)
SELECT $1::uuid, $2::uuid, u.section_id, 0, 0, 0, 0
FROM unnest($3::uuid[]) AS u (section_id)
ORDER BY u.section_id
ON CONFLICT (user_id, bank_id, section_id) DO NOTHING;

-- What the attempt said (rows of before) is taken back and what it says now added: weights, credits, answers, correct, nine
-- log-likelihoods a section. What is left of sums that were equal is nothing.
-- name: regrades_move_evidence
-- lane: session
-- retry: never
WITH moved AS (
    SELECT u.section_id, u.weight, u.credit, u.answers, u.correct, u.new_weight, u.new_credit, u.new_answers, u.new_correct,
           u.last_answered_at, u.last_wrong_at,
           ($14::float8[])[(9 * u.place - 8)::int : (9 * u.place)::int] AS l, ($15::float8[])[(9 * u.place - 8)::int : (9 * u.place)::int] AS n
    FROM unnest($3::uuid[], $4::float8[], $5::float8[], $6::bigint[], $7::bigint[], $8::float8[], $9::float8[], $10::bigint[],
                $11::bigint[], $12::bigint[], $13::bigint[])
        WITH ORDINALITY AS u (section_id, weight, credit, answers, correct, new_weight, new_credit, new_answers, new_correct,
                              last_answered_at, last_wrong_at, place)
), kept AS (
    SELECT m.*, e.likelihood_1 - m.l[1] < 1e-9 * e.likelihood_1 AS has_others
    FROM moved AS m
    JOIN section_evidence AS e ON e.user_id = $1::uuid AND e.bank_id = $2::uuid AND e.section_id = m.section_id
    ORDER BY e.section_id
    FOR UPDATE OF e
)
UPDATE section_evidence AS e
SET weight = CASE WHEN e.answers > k.answers THEN e.weight - k.weight ELSE 0 END + k.new_weight,
    credit = CASE WHEN e.credit - k.credit > 1e-9 * e.credit THEN e.credit - k.credit ELSE 0 END + k.new_credit,
    answers = e.answers - k.answers + k.new_answers, correct = e.correct - k.correct + k.new_correct,
    last_answered_at = CASE WHEN e.answers - k.answers + k.new_answers > 0
                            THEN greatest(e.last_answered_at, CASE WHEN k.last_answered_at > 0 THEN timestamptz 'epoch' + k.last_answered_at * interval '1 microsecond' END) END,
    last_wrong_at = CASE WHEN e.correct - k.correct + k.new_correct < e.answers - k.answers + k.new_answers
                         THEN greatest(e.last_wrong_at, CASE WHEN k.last_wrong_at > 0 THEN timestamptz 'epoch' + k.last_wrong_at * interval '1 microsecond' END) END,
    likelihood_1 = CASE WHEN k.has_others THEN e.likelihood_1 - k.l[1] ELSE 0 END + k.n[1],
    likelihood_2 = CASE WHEN k.has_others THEN e.likelihood_2 - k.l[2] ELSE 0 END + k.n[2],
    likelihood_3 = CASE WHEN k.has_others THEN e.likelihood_3 - k.l[3] ELSE 0 END + k.n[3],
    likelihood_4 = CASE WHEN k.has_others THEN e.likelihood_4 - k.l[4] ELSE 0 END + k.n[4],
    likelihood_5 = CASE WHEN k.has_others THEN e.likelihood_5 - k.l[5] ELSE 0 END + k.n[5],
    likelihood_6 = CASE WHEN k.has_others THEN e.likelihood_6 - k.l[6] ELSE 0 END + k.n[6],
    likelihood_7 = CASE WHEN k.has_others THEN e.likelihood_7 - k.l[7] ELSE 0 END + k.n[7],
    likelihood_8 = CASE WHEN k.has_others THEN e.likelihood_8 - k.l[8] ELSE 0 END + k.n[8],
    likelihood_9 = CASE WHEN k.has_others THEN e.likelihood_9 - k.l[9] ELSE 0 END + k.n[9]
FROM kept AS k
WHERE e.user_id = $1::uuid AND e.bank_id = $2::uuid AND e.section_id = k.section_id;

-- name: regrades_tidy_evidence
-- lane: session
-- retry: never
DELETE FROM section_evidence
WHERE user_id = $1::uuid AND bank_id = $2::uuid AND section_id = ANY ($3::uuid[]) AND likelihood_1 = 0 AND answers = 0;

-- The attempts that have left a memory of a question, in the order in which they did.
-- name: regrades_list_remembered
-- lane: session
SELECT a.id
FROM attempts AS a
JOIN answers AS w ON w.user_id = a.user_id AND w.attempt_id = a.id
WHERE a.user_id = $1::uuid AND a.bank_id = $2::uuid AND a.settled_at IS NOT NULL AND w.question_id = $3::uuid AND w.response IS NOT NULL
ORDER BY a.settled_at, a.id;

-- name: regrades_write_memory
-- lane: session
-- retry: never
UPDATE reviews
SET stability = $4::float8, difficulty = $5::float8, reviewed_at = $6::timestamptz, review_count = $7::bigint, lapse_count = $8::bigint,
    is_sure_and_wrong = $9::boolean, has_credit = $10::boolean
WHERE user_id = $1::uuid AND bank_id = $2::uuid AND question_id = $3::uuid;

-- Decisions with nothing left to do.
-- name: regrades_finish
-- lane: session
-- retry: never
UPDATE regrades AS g
SET state = CASE g.state WHEN 'running' THEN 'done' ELSE 'reverted' END, finished_at = clock_timestamp()
WHERE g.state IN ('running', 'reverting')
  AND NOT EXISTS (SELECT FROM regraded_answers AS r WHERE r.regrade_id = g.id AND r.state IN ('pending', 'undoing'));

-- What was decided about answers of an attempt; for replaying it.
-- name: regrades_list_applied
-- lane: session
SELECT r.position::bigint AS position, g.policy, g.question_id, g.version, g.key_version
FROM regraded_answers AS r
JOIN regrades AS g ON g.id = r.regrade_id
WHERE r.user_id = $1::uuid AND r.attempt_id = $2::uuid AND r.state IN ('applied', 'undoing')
ORDER BY r.position;

-- Takes what an attempt has added to the tallies away again; it is counted anew as it is then.
-- name: statistics_uncount
-- lane: session
-- retry: never
WITH taken AS (
    UPDATE attempts
    SET counted_at = NULL
    WHERE user_id = $1::uuid AND id = $2::uuid AND counted_at IS NOT NULL
    RETURNING user_id, id, bank_id, coalesce(exam, '') AS exam
), removed AS MATERIALIZED (
    SELECT c.bank_id, t.question_id, t.version, c.exam, t.kind, t.key, t.name, sum(t.answers) AS answers, sum(t.scored) AS scored,
           sum(t.paired) AS paired, sum(t.rest) AS rest, sum(t.total) AS total
    FROM taken AS c
    CROSS JOIN LATERAL attempt_tallies(c.user_id, c.id) AS t
    GROUP BY 1, 2, 3, 4, 5, 6, 7
), tallied AS (
    INSERT INTO item_tallies AS i (bank_id, question_id, version, exam, kind, key, name, answers, scored, paired, rest, total)
    SELECT bank_id, question_id, version, exam, kind, key, name, -answers, -scored, -paired, -rest, -total
    FROM removed
    ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (bank_id, question_id, version, exam, kind, key, name) DO UPDATE
    SET answers = i.answers + excluded.answers, scored = i.scored + excluded.scored, paired = i.paired + excluded.paired,
        rest = i.rest + excluded.rest, total = i.total + excluded.total
)
INSERT INTO item_judgements AS j (bank_id, question_id, version, answers, change)
SELECT bank_id, question_id, version, -sum(answers), 1
FROM removed
WHERE kind = 'credit'
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
ON CONFLICT (bank_id, question_id, version) DO UPDATE
SET answers = j.answers + excluded.answers, change = j.change + 1;
