-- Recording answers: the statements that the product is about.

-- Records one answer: only while the attempt is open and its time (with the grace in seconds) is not over, only with a higher
-- revision, never over a final one. A final answer (its feedback is about to be shown) is evidence at once, unless it has no section
-- to be evidence for; then it counts in the day's points (domain/points.h), too. What stands there afterwards comes back, with the
-- attempt's state. A refused answer writes nothing.
-- name: attempts_record_answer
-- lane: write
-- retry: safe
-- calls: user_id uuid, attempt_id uuid, position bigint, revision bigint, question_id uuid, response text, credit bigint, is_final boolean, section_id uuid, points bigint, certainty bigint, is_flagged boolean, question_key bigint, award bigint, grace float8
WITH attempt AS (
    UPDATE attempts AS a
    SET answer_sequence = a.answer_sequence + 1
    FROM calls AS c
    WHERE a.user_id = c.user_id AND a.id = c.attempt_id AND a.state = 'open'
      AND (a.deadline_at IS NULL OR clock_timestamp() <= a.deadline_at + c.grace * interval '1 second')
      AND NOT EXISTS (SELECT FROM answers AS w
                      WHERE w.user_id = c.user_id AND w.attempt_id = c.attempt_id AND w.position = c.position
                        AND (w.is_final OR w.revision >= c.revision))
    RETURNING c.*, a.bank_id
), recorded AS (
    INSERT INTO answers AS a
        (user_id, attempt_id, position, revision, question_id, response, credit_milli, is_final, points_milli, certainty,
         is_flagged, recorded_at)
    SELECT user_id, attempt_id, position, revision, question_id, response, credit, is_final, points, certainty, is_flagged,
           clock_timestamp()
    FROM attempt
    ON CONFLICT (user_id, attempt_id, position) DO UPDATE
    SET revision = excluded.revision, response = excluded.response, credit_milli = excluded.credit_milli,
        is_final = excluded.is_final, points_milli = excluded.points_milli, certainty = excluded.certainty,
        is_flagged = excluded.is_flagged, recorded_at = excluded.recorded_at
    WHERE NOT a.is_final AND a.revision < excluded.revision
    RETURNING user_id, attempt_id, revision, response, credit_milli, points_milli, certainty, is_flagged, is_final, recorded_at
), evidence AS (
    INSERT INTO section_evidence AS e
        (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at)
    SELECT t.user_id, t.bank_id, t.section_id, evidence_weight(r.recorded_at),
           evidence_weight(r.recorded_at) * t.credit / 1000, 1, (t.credit = 1000)::int, r.recorded_at,
           CASE WHEN t.credit < 1000 THEN r.recorded_at END
    FROM attempt AS t JOIN recorded AS r ON r.user_id = t.user_id AND r.attempt_id = t.attempt_id
    WHERE t.is_final AND t.section_id IS NOT NULL
    ON CONFLICT (user_id, bank_id, section_id) DO UPDATE
    SET weight = e.weight + excluded.weight, credit = e.credit + excluded.credit,
        answers = e.answers + 1, correct = e.correct + excluded.correct,
        last_answered_at = greatest(e.last_answered_at, excluded.last_answered_at),
        last_wrong_at = greatest(e.last_wrong_at, excluded.last_wrong_at)
), counted AS (
    INSERT INTO points_days AS p (user_id, bank_id, day, questions, points, reached_at)
    SELECT t.user_id, t.bank_id, (r.recorded_at AT TIME ZONE b.time_zone)::date, ARRAY[t.question_key], t.award, r.recorded_at
    FROM attempt AS t
    JOIN recorded AS r ON r.user_id = t.user_id AND r.attempt_id = t.attempt_id
    JOIN banks AS b ON b.id = t.bank_id
    WHERE t.is_final AND t.section_id IS NOT NULL
    ON CONFLICT (user_id, bank_id, day) DO UPDATE
    SET questions = p.questions || excluded.questions, points = p.points + excluded.points,
        reached_at = CASE WHEN excluded.points > 0 THEN greatest(p.reached_at, excluded.reached_at) ELSE p.reached_at END
    WHERE cardinality(p.questions) < 200 AND excluded.questions[1] <> ALL (p.questions)
)
SELECT c.call, c.position, r.user_id IS NOT NULL AS is_recorded, coalesce(o.state, 'open') AS state, coalesce(o.is_over, false) AS is_over,
       coalesce(r.revision, o.revision) AS revision, coalesce(r.response, o.response) AS response,
       coalesce(r.credit_milli, o.credit_milli)::bigint AS credit, coalesce(r.points_milli, o.points_milli)::bigint AS points,
       coalesce(r.certainty, o.certainty)::bigint AS certainty, coalesce(r.is_flagged, o.is_flagged) AS is_flagged,
       coalesce(r.is_final, o.is_final) AS is_final, coalesce(r.recorded_at, o.recorded_at) AS recorded_at
FROM calls AS c
LEFT JOIN recorded AS r ON r.user_id = c.user_id AND r.attempt_id = c.attempt_id
LEFT JOIN LATERAL (
    SELECT s.state, clock_timestamp() > s.deadline_at + c.grace * interval '1 second' AS is_over, a.revision, a.response,
           a.credit_milli, a.points_milli, a.certainty, a.is_flagged, a.is_final, a.recorded_at
    FROM attempts AS s
    LEFT JOIN answers AS a ON a.user_id = s.user_id AND a.attempt_id = s.id AND a.position = c.position
    WHERE s.user_id = c.user_id AND s.id = c.attempt_id AND r.user_id IS NULL
    OFFSET 0
) AS o ON true
WHERE r.user_id IS NOT NULL OR o.state IS NOT NULL
ORDER BY c.call;

-- The same for many answers to different positions: each is judged alone, all in one statement, in the order of positions. Arrays run
-- in parallel; certainty 0: none.
-- name: attempts_record_answers
-- lane: write
-- retry: safe
WITH sent AS (
    SELECT *
    FROM unnest($3::bigint[], $4::bigint[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[], $9::uuid[], $10::bigint[],
                $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[])
        AS t (position, revision, question_id, response, credit, is_final, section_id, points, certainty, is_flagged, question_key,
              award)
), attempt AS (
    UPDATE attempts
    SET answer_sequence = answer_sequence + 1
    WHERE user_id = $1::uuid AND id = $2::uuid AND state = 'open'
      AND (deadline_at IS NULL OR clock_timestamp() <= deadline_at + $15::float8 * interval '1 second')
      AND EXISTS (SELECT FROM sent
                  LEFT JOIN answers AS a ON a.user_id = $1::uuid AND a.attempt_id = $2::uuid AND a.position = sent.position
                  WHERE a.position IS NULL OR (NOT a.is_final AND a.revision < sent.revision))
    RETURNING bank_id
), recorded AS (
    INSERT INTO answers AS a
        (user_id, attempt_id, position, revision, question_id, response, credit_milli, is_final, points_milli, certainty,
         is_flagged, recorded_at)
    SELECT $1::uuid, $2::uuid, sent.position, sent.revision, sent.question_id, sent.response, sent.credit, sent.is_final = 1,
           sent.points, nullif(sent.certainty, 0), sent.is_flagged = 1, clock_timestamp()
    FROM attempt, sent
    ORDER BY sent.position
    ON CONFLICT (user_id, attempt_id, position) DO UPDATE
    SET revision = excluded.revision, response = excluded.response, credit_milli = excluded.credit_milli,
        is_final = excluded.is_final, points_milli = excluded.points_milli, certainty = excluded.certainty,
        is_flagged = excluded.is_flagged, recorded_at = excluded.recorded_at
    WHERE NOT a.is_final AND a.revision < excluded.revision
    RETURNING position, revision, response, credit_milli, points_milli, certainty, is_flagged, is_final, recorded_at
), learned AS (
    SELECT sent.section_id, count(*) AS answers, count(*) FILTER (WHERE sent.credit = 1000) AS correct,
           sum(evidence_weight(recorded.recorded_at)) AS weight,
           sum(evidence_weight(recorded.recorded_at) * sent.credit / 1000) AS credit,
           max(recorded.recorded_at) AS last_answered_at,
           max(recorded.recorded_at) FILTER (WHERE sent.credit < 1000) AS last_wrong_at
    FROM recorded
    JOIN sent ON sent.position = recorded.position
    WHERE sent.is_final = 1 AND sent.section_id IS NOT NULL
    GROUP BY sent.section_id
), evidence AS (
    INSERT INTO section_evidence AS e
        (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at)
    SELECT $1::uuid, attempt.bank_id, learned.section_id, learned.weight, learned.credit, learned.answers, learned.correct,
           learned.last_answered_at, learned.last_wrong_at
    FROM attempt, learned
    ORDER BY learned.section_id
    ON CONFLICT (user_id, bank_id, section_id) DO UPDATE
    SET weight = e.weight + excluded.weight, credit = e.credit + excluded.credit,
        answers = e.answers + excluded.answers, correct = e.correct + excluded.correct,
        last_answered_at = greatest(e.last_answered_at, excluded.last_answered_at),
        last_wrong_at = greatest(e.last_wrong_at, excluded.last_wrong_at)
), counting AS (
    SELECT attempt.bank_id, (recorded.recorded_at AT TIME ZONE banks.time_zone)::date AS day, sent.position, sent.question_key,
           sent.award, recorded.recorded_at
    FROM recorded
    JOIN sent ON sent.position = recorded.position
    JOIN attempt ON true
    JOIN banks ON banks.id = attempt.bank_id
    WHERE sent.is_final = 1 AND sent.section_id IS NOT NULL
), counted AS (
    INSERT INTO points_days AS p (user_id, bank_id, day, questions, points, reached_at)
    SELECT $1::uuid, bank_id, day, array_agg(question_key ORDER BY position), sum(award),
           coalesce(max(recorded_at) FILTER (WHERE award > 0), min(recorded_at))
    FROM counting
    GROUP BY bank_id, day
    ORDER BY day
    ON CONFLICT (user_id, bank_id, day) DO UPDATE
    SET questions = p.questions || points_new(p.questions, excluded.questions),
        points = p.points + (SELECT coalesce(sum(c.award), 0) FROM counting AS c
                             WHERE c.day = p.day AND c.question_key = ANY (points_new(p.questions, excluded.questions))),
        reached_at = coalesce((SELECT greatest(p.reached_at, max(c.recorded_at)) FROM counting AS c
                               WHERE c.day = p.day AND c.award > 0
                                 AND c.question_key = ANY (points_new(p.questions, excluded.questions))), p.reached_at)
)
SELECT position, true AS is_recorded, 'open' AS state, false AS is_over, revision, response, credit_milli::bigint AS credit,
       points_milli::bigint AS points, certainty::bigint AS certainty, is_flagged, is_final, recorded_at
FROM recorded
UNION ALL
SELECT sent.position, false, s.state,
       coalesce(clock_timestamp() > s.deadline_at + $15::float8 * interval '1 second', false),
       a.revision, a.response, a.credit_milli::bigint, a.points_milli::bigint, a.certainty::bigint, a.is_flagged, a.is_final,
       a.recorded_at
FROM attempts AS s
CROSS JOIN sent
LEFT JOIN answers AS a ON a.user_id = s.user_id AND a.attempt_id = s.id AND a.position = sent.position
WHERE s.user_id = $1::uuid AND s.id = $2::uuid AND NOT EXISTS (SELECT FROM recorded WHERE recorded.position = sent.position)
ORDER BY position;
