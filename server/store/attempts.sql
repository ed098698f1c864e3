-- Returns nothing where the account is gone (a token may outlive it), or goes at this moment: hence the lock, which the foreign key
-- would take too, but with an error.
-- name: attempts_start
-- lane: write
-- retry: safe
WITH attempt AS (
    INSERT INTO attempts (user_id, id, bank_id)
    SELECT $1::uuid, $2::uuid, $3::uuid
    FROM users
    WHERE id = $1::uuid
    FOR KEY SHARE
    ON CONFLICT (user_id, id) DO NOTHING
    RETURNING started_at
), paper AS (
    INSERT INTO attempt_papers (user_id, attempt_id, mode, feedback, seed, question_ids, versions, rules)
    SELECT $1::uuid, $2::uuid, $4::text, $5::text, $6::text, $7::uuid[], $8::bigint[], $9::text
    FROM attempt
)
SELECT started_at FROM attempt
UNION ALL
SELECT started_at FROM attempts WHERE user_id = $1::uuid AND id = $2::uuid;

-- What an attempt is, without its answers.
-- name: attempts_get
-- lane: read
SELECT a.user_id, a.id, a.bank_id, p.mode, p.feedback, p.seed, p.question_ids, p.versions, a.started_at, a.deadline_at,
       a.state, a.answer_sequence, a.submitted_at, p.rules
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
WHERE a.user_id = $1::uuid AND a.id = $2::uuid;

-- The attempt with its answers, as arrays in one order, from one snapshot.
-- name: attempts_get_with_answers
-- lane: read
SELECT a.user_id, a.id, a.bank_id, p.mode, p.feedback, p.seed, p.question_ids, p.versions, a.started_at, a.deadline_at,
       a.state, a.answer_sequence, a.submitted_at, p.rules, a.raw_milli IS NOT NULL AS is_scored, a.evidence_due_at,
       clock_timestamp() AS read_at, w.positions, w.revisions, w.responses, w.credits, w.points, w.certainties, w.flags, w.times
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(position::bigint), '{}') AS positions,
           coalesce(array_agg(revision), '{}') AS revisions,
           coalesce(array_agg(coalesce(response, '')), '{}') AS responses,
           coalesce(array_agg(credit_milli::bigint), '{}') AS credits,
           coalesce(array_agg(points_milli::bigint), '{}') AS points,
           coalesce(array_agg(coalesce(certainty, 0)::bigint), '{}') AS certainties,
           coalesce(array_agg(is_flagged::int::bigint), '{}') AS flags,
           coalesce(array_agg((extract(epoch FROM recorded_at) * 1000000)::bigint), '{}') AS times
    FROM (SELECT * FROM answers
          WHERE user_id = $1::uuid AND attempt_id = $2::uuid
          ORDER BY position) AS ordered
) AS w
WHERE a.user_id = $1::uuid AND a.id = $2::uuid;

-- Newest first; $2 is the id to go on behind (ids sort by time); $4 bank, $5 state, $6 mode, $7 exam: NULL: any.
-- name: attempts_list
-- lane: read
SELECT a.id, a.bank_id, p.mode, p.feedback, a.state, cardinality(p.question_ids)::bigint AS size, a.started_at, a.deadline_at,
       a.submitted_at, a.raw_milli, a.max_milli, p.rules, clock_timestamp() AS read_at
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
WHERE a.user_id = $1::uuid AND ($2::uuid IS NULL OR a.id < $2::uuid)
  AND ($4::uuid IS NULL OR a.bank_id = $4::uuid) AND ($5::text IS NULL OR a.state = $5::text)
  AND ($6::text IS NULL OR p.mode = $6::text) AND ($7::text IS NULL OR a.exam = $7::text)
ORDER BY a.id DESC
LIMIT $3::bigint;

-- Scores an attempt whose answers are those that the score was made from ($3), and closes it unless attempts_stop has done that;
-- evidence of answers that were not evidence yet comes as one row a section, or has its date ($10). Returns nothing where an answer
-- came in between or the attempt is scored already, and is_over where its time (with the grace of $13 seconds) is over: then the
-- sweeper closes it.
-- name: attempts_submit
-- lane: write
-- retry: safe
WITH closed AS (
    UPDATE attempts
    SET state = 'submitted', submitted_at = coalesce(submitted_at, clock_timestamp()), raw_milli = $4::bigint,
        max_milli = $5::bigint, evidence_due_at = $10::timestamptz
    WHERE user_id = $1::uuid AND id = $2::uuid AND raw_milli IS NULL AND answer_sequence = $3::bigint
      AND (state = 'submitted' OR deadline_at IS NULL
           OR clock_timestamp() <= deadline_at + $13::float8 * interval '1 second')
    RETURNING bank_id, submitted_at
), evidence AS (
    INSERT INTO section_evidence AS e
        (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at)
    SELECT $1::uuid, closed.bank_id, s.section_id, evidence_weight(closed.submitted_at) * s.answers,
           evidence_weight(closed.submitted_at) * s.credit / 1000, s.answers, s.correct, closed.submitted_at,
           CASE WHEN s.correct < s.answers THEN closed.submitted_at END
    FROM closed, unnest($6::uuid[], $7::bigint[], $8::bigint[], $9::bigint[]) AS s (section_id, answers, credit, correct)
    ON CONFLICT (user_id, bank_id, section_id) DO UPDATE
    SET weight = e.weight + excluded.weight, credit = e.credit + excluded.credit,
        answers = e.answers + excluded.answers, correct = e.correct + excluded.correct,
        last_answered_at = greatest(e.last_answered_at, excluded.last_answered_at),
        last_wrong_at = greatest(e.last_wrong_at, excluded.last_wrong_at)
), counted AS (
    INSERT INTO points_days AS p (user_id, bank_id, day, questions, points, reached_at)
    SELECT $1::uuid, closed.bank_id, (closed.submitted_at AT TIME ZONE banks.time_zone)::date, $11::bigint[],
           (SELECT sum(award) FROM unnest($12::bigint[]) AS w (award)), closed.submitted_at
    FROM closed
    JOIN banks ON banks.id = closed.bank_id
    WHERE cardinality($11::bigint[]) > 0
    ON CONFLICT (user_id, bank_id, day) DO UPDATE
    SET questions = p.questions || points_new(p.questions, excluded.questions),
        points = p.points + (SELECT coalesce(sum(c.award), 0) FROM unnest($11::bigint[], $12::bigint[]) AS c (key, award)
                             WHERE c.key = ANY (points_new(p.questions, excluded.questions))),
        reached_at = CASE WHEN EXISTS (SELECT FROM unnest($11::bigint[], $12::bigint[]) AS c (key, award)
                                       WHERE c.award > 0 AND c.key = ANY (points_new(p.questions, excluded.questions)))
                          THEN greatest(p.reached_at, excluded.reached_at) ELSE p.reached_at END
)
SELECT submitted_at, false AS is_over FROM closed
UNION ALL
SELECT NULL, true FROM attempts
WHERE user_id = $1::uuid AND id = $2::uuid AND state = 'open'
  AND clock_timestamp() > deadline_at + $13::float8 * interval '1 second';

-- Closes an attempt to answers before it is scored, for a submit that answers keep overtaking; the score is due at once, and if
-- nobody has written it in two seconds, the sweeper does. Returns is_over where the time (with the grace of $3 seconds) is over.
-- name: attempts_stop
-- lane: write
-- retry: safe
WITH stopped AS (
    UPDATE attempts
    SET state = 'submitted', submitted_at = clock_timestamp(), evidence_due_at = clock_timestamp() + interval '2 seconds'
    WHERE user_id = $1::uuid AND id = $2::uuid AND state = 'open'
      AND (deadline_at IS NULL OR clock_timestamp() <= deadline_at + $3::float8 * interval '1 second')
    RETURNING submitted_at
)
SELECT submitted_at, false AS is_over FROM stopped
UNION ALL
SELECT NULL, true FROM attempts
WHERE user_id = $1::uuid AND id = $2::uuid AND state = 'open'
  AND clock_timestamp() > deadline_at + $3::float8 * interval '1 second';

-- Removes an unfinished practice attempt that is still as it was read ($3), and takes back the evidence and the points that
-- its final answers were.
-- name: attempts_delete
-- lane: write
-- retry: safe
WITH doomed AS (
    SELECT a.user_id, a.id, a.bank_id, p.question_ids, p.versions
    FROM attempts AS a
    JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
    WHERE a.user_id = $1::uuid AND a.id = $2::uuid AND a.answer_sequence = $3::bigint AND a.state = 'open' AND a.exam IS NULL
    FOR UPDATE OF a
), taken AS (
    SELECT d.bank_id, v.section_id, count(*) AS answers, count(*) FILTER (WHERE w.credit_milli = 1000) AS correct,
           sum(evidence_weight(w.recorded_at)) AS weight,
           sum(evidence_weight(w.recorded_at) * w.credit_milli / 1000) AS credit
    FROM doomed AS d
    JOIN answers AS w ON w.user_id = d.user_id AND w.attempt_id = d.id AND w.is_final
    JOIN question_versions AS v
      ON v.bank_id = d.bank_id AND v.question_id = w.question_id AND v.version = d.versions[w.position]
    GROUP BY d.bank_id, v.section_id
), evidence AS (
    UPDATE section_evidence AS e
    SET weight = greatest(e.weight - t.weight, 0), credit = greatest(e.credit - t.credit, 0), answers = e.answers - t.answers,
        correct = e.correct - t.correct
    FROM taken AS t
    WHERE e.user_id = $1::uuid AND e.bank_id = t.bank_id AND e.section_id = t.section_id AND e.answers > t.answers
), evidence_gone AS (
    DELETE FROM section_evidence AS e
    USING taken AS t
    WHERE e.user_id = $1::uuid AND e.bank_id = t.bank_id AND e.section_id = t.section_id AND e.answers <= t.answers
), points AS (
    SELECT p.bank_id, p.day, r.questions, r.points, r.reached_at
    FROM points_days AS p
    JOIN doomed AS d ON d.bank_id = p.bank_id
    LEFT JOIN points_replay(d.user_id, d.bank_id, d.id) AS r ON r.day = p.day
    WHERE p.user_id = $1::uuid AND EXISTS (SELECT FROM taken)
), points_taken AS (
    UPDATE points_days AS p
    SET questions = n.questions, points = n.points, reached_at = n.reached_at
    FROM points AS n
    WHERE p.user_id = $1::uuid AND p.bank_id = n.bank_id AND p.day = n.day AND n.questions IS NOT NULL
), boards_told AS (
    UPDATE board_members AS m
    SET changed_at = clock_timestamp()
    FROM doomed AS d
    WHERE m.user_id = d.user_id AND m.bank_id = d.bank_id
), points_gone AS (
    DELETE FROM points_days AS p
    USING points AS n
    WHERE p.user_id = $1::uuid AND p.bank_id = n.bank_id AND p.day = n.day AND n.questions IS NULL
), answers_gone AS (
    DELETE FROM answers AS w
    USING doomed AS d
    WHERE w.user_id = d.user_id AND w.attempt_id = d.id
), attempt_gone AS (
    DELETE FROM attempts AS a
    USING doomed AS d
    WHERE a.user_id = d.user_id AND a.id = d.id
)
SELECT true AS is_deleted FROM doomed;
