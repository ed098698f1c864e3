-- Recording answers: the statements that the product is about.

-- Records one answer: only while the attempt is open and its time (with the grace in seconds) is not over, only with a higher
-- revision, over a final one only with the same response: then nothing but the mark for review can change. A final answer (its
-- feedback is about to be shown) is evidence at once, and once only, for it keeps its time; a pilot's is none. Only then `evidence` is
-- there, an array as text: nine log-likelihoods and the sections that they are for, the question's own first. One text that the
-- evidence part alone looks into costs the answers that are not final next to nothing. What stands there afterwards comes back, with
-- the attempt's state. A refused answer writes nothing.
-- name: attempts_record_answer
-- lane: write
-- retry: safe
-- calls: user_id uuid, attempt_id uuid, position bigint, revision bigint, question_id uuid, response text, credit bigint, is_final boolean, evidence text, points bigint, certainty bigint, is_flagged boolean, grace float8
WITH attempt AS (
    UPDATE attempts AS a
    SET answer_sequence = a.answer_sequence + 1
    FROM calls AS c
    WHERE a.user_id = c.user_id AND a.id = c.attempt_id AND a.state = 'open'
      AND (a.deadline_at IS NULL OR clock_timestamp() <= a.deadline_at + c.grace * interval '1 second')
      AND NOT EXISTS (SELECT FROM answers AS w
                      WHERE w.user_id = c.user_id AND w.attempt_id = c.attempt_id AND w.position = c.position
                        AND (w.revision >= c.revision
                             OR (w.is_final AND ((w.response, w.certainty) IS DISTINCT FROM (c.response, c.certainty)
                                                 OR w.is_flagged = c.is_flagged))))
    RETURNING c.*, a.bank_id, clock_timestamp() AS now
), recorded AS (
    INSERT INTO answers AS a
        (user_id, attempt_id, position, revision, question_id, response, credit_milli, is_final, points_milli, certainty,
         is_flagged, recorded_at)
    SELECT user_id, attempt_id, position, revision, question_id, response, credit, is_final, points, certainty, is_flagged, now
    FROM attempt
    ON CONFLICT (user_id, attempt_id, position) DO UPDATE
    SET revision = excluded.revision, response = excluded.response, credit_milli = excluded.credit_milli,
        is_final = excluded.is_final, points_milli = excluded.points_milli, certainty = excluded.certainty,
        is_flagged = excluded.is_flagged, recorded_at = CASE WHEN a.is_final THEN a.recorded_at ELSE excluded.recorded_at END
    WHERE a.revision < excluded.revision
      AND (NOT a.is_final
           OR ((a.response, a.certainty) IS NOT DISTINCT FROM (excluded.response, excluded.certainty) AND a.is_flagged <> excluded.is_flagged))
    RETURNING user_id, attempt_id, revision, response, credit_milli, points_milli, certainty, is_flagged, is_final, recorded_at
), evidence AS (
    INSERT INTO section_evidence AS e
        (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at, likelihood_1,
        likelihood_2, likelihood_3, likelihood_4, likelihood_5, likelihood_6, likelihood_7, likelihood_8, likelihood_9)
    SELECT t.user_id, t.bank_id, s.section_id, s.own * w.weight, s.own * w.weight * t.credit / 1000, s.own,
           s.own * (t.credit = 1000)::int, CASE WHEN s.own = 1 THEN r.recorded_at END,
           CASE WHEN s.own = 1 AND t.credit < 1000 THEN r.recorded_at END,
           w.weight * w.l[1], w.weight * w.l[2], w.weight * w.l[3], w.weight * w.l[4], w.weight * w.l[5], w.weight * w.l[6],
           w.weight * w.l[7], w.weight * w.l[8], w.weight * w.l[9]
    FROM attempt AS t
    JOIN recorded AS r ON r.user_id = t.user_id AND r.attempt_id = t.attempt_id,
         LATERAL (SELECT evidence_weight(r.recorded_at) AS weight, (t.evidence::text[])[1:9]::float8[] AS l OFFSET 0) AS w,
         LATERAL (SELECT section_id, (place = 1)::int AS own
                  FROM unnest((t.evidence::text[])[10:]::uuid[]) WITH ORDINALITY AS u (section_id, place)) AS s
    WHERE t.evidence IS NOT NULL AND r.recorded_at = t.now
    ORDER BY t.user_id, s.section_id
    ON CONFLICT (user_id, bank_id, section_id) DO UPDATE
    SET weight = e.weight + excluded.weight, credit = e.credit + excluded.credit,
        answers = e.answers + excluded.answers, correct = e.correct + excluded.correct,
        last_answered_at = greatest(e.last_answered_at, excluded.last_answered_at),
        last_wrong_at = greatest(e.last_wrong_at, excluded.last_wrong_at),
        likelihood_1 = e.likelihood_1 + excluded.likelihood_1, likelihood_2 = e.likelihood_2 + excluded.likelihood_2,
        likelihood_3 = e.likelihood_3 + excluded.likelihood_3, likelihood_4 = e.likelihood_4 + excluded.likelihood_4,
        likelihood_5 = e.likelihood_5 + excluded.likelihood_5, likelihood_6 = e.likelihood_6 + excluded.likelihood_6,
        likelihood_7 = e.likelihood_7 + excluded.likelihood_7, likelihood_8 = e.likelihood_8 + excluded.likelihood_8,
        likelihood_9 = e.likelihood_9 + excluded.likelihood_9
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
-- in parallel; certainty 0: none; evidence '': none.
-- name: attempts_record_answers
-- lane: write
-- retry: safe
WITH sent AS (
    SELECT *
    FROM unnest($3::bigint[], $4::bigint[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::bigint[],
                $11::bigint[], $12::bigint[])
        AS t (position, revision, question_id, response, credit, is_final, evidence, points, certainty, is_flagged)
), attempt AS (
    UPDATE attempts
    SET answer_sequence = answer_sequence + 1
    WHERE user_id = $1::uuid AND id = $2::uuid AND state = 'open'
      AND (deadline_at IS NULL OR clock_timestamp() <= deadline_at + $13::float8 * interval '1 second')
      AND EXISTS (SELECT FROM sent
                  LEFT JOIN answers AS a ON a.user_id = $1::uuid AND a.attempt_id = $2::uuid AND a.position = sent.position
                  WHERE a.position IS NULL
                     OR (a.revision < sent.revision
                         AND (NOT a.is_final
                              OR ((a.response, a.certainty) IS NOT DISTINCT FROM (sent.response, nullif(sent.certainty, 0))
                                  AND a.is_flagged <> (sent.is_flagged = 1)))))
    RETURNING bank_id, clock_timestamp() AS now
), recorded AS (
    INSERT INTO answers AS a
        (user_id, attempt_id, position, revision, question_id, response, credit_milli, is_final, points_milli, certainty,
         is_flagged, recorded_at)
    SELECT $1::uuid, $2::uuid, sent.position, sent.revision, sent.question_id, sent.response, sent.credit, sent.is_final = 1,
           sent.points, nullif(sent.certainty, 0), sent.is_flagged = 1, attempt.now
    FROM attempt, sent
    ORDER BY sent.position
    ON CONFLICT (user_id, attempt_id, position) DO UPDATE
    SET revision = excluded.revision, response = excluded.response, credit_milli = excluded.credit_milli,
        is_final = excluded.is_final, points_milli = excluded.points_milli, certainty = excluded.certainty,
        is_flagged = excluded.is_flagged, recorded_at = CASE WHEN a.is_final THEN a.recorded_at ELSE excluded.recorded_at END
    WHERE a.revision < excluded.revision
      AND (NOT a.is_final
           OR ((a.response, a.certainty) IS NOT DISTINCT FROM (excluded.response, excluded.certainty) AND a.is_flagged <> excluded.is_flagged))
    RETURNING position, revision, response, credit_milli, points_milli, certainty, is_flagged, is_final, recorded_at
), learned AS (
    SELECT s.section_id, sum(s.own) AS answers, sum(s.own) FILTER (WHERE sent.credit = 1000) AS correct, sum(s.own * w.weight) AS weight,
           sum(s.own * w.weight * sent.credit / 1000) AS credit, max(r.recorded_at) FILTER (WHERE s.own = 1) AS last_answered_at,
           max(r.recorded_at) FILTER (WHERE s.own = 1 AND sent.credit < 1000) AS last_wrong_at,
           sum(w.weight * w.l[1]) AS likelihood_1, sum(w.weight * w.l[2]) AS likelihood_2, sum(w.weight * w.l[3]) AS likelihood_3,
           sum(w.weight * w.l[4]) AS likelihood_4, sum(w.weight * w.l[5]) AS likelihood_5, sum(w.weight * w.l[6]) AS likelihood_6,
           sum(w.weight * w.l[7]) AS likelihood_7, sum(w.weight * w.l[8]) AS likelihood_8, sum(w.weight * w.l[9]) AS likelihood_9
    FROM recorded AS r
    JOIN attempt ON attempt.now = r.recorded_at
    JOIN sent ON sent.position = r.position,
         LATERAL (SELECT evidence_weight(r.recorded_at) AS weight, (sent.evidence::text[])[1:9]::float8[] AS l OFFSET 0) AS w,
         LATERAL (SELECT section_id, (place = 1)::int AS own
                  FROM unnest((sent.evidence::text[])[10:]::uuid[]) WITH ORDINALITY AS u (section_id, place)) AS s
    WHERE sent.evidence <> ''
    GROUP BY s.section_id
), evidence AS (
    INSERT INTO section_evidence AS e
        (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at, likelihood_1,
        likelihood_2, likelihood_3, likelihood_4, likelihood_5, likelihood_6, likelihood_7, likelihood_8, likelihood_9)
    SELECT $1::uuid, attempt.bank_id, learned.section_id, learned.weight, learned.credit, learned.answers, coalesce(learned.correct, 0),
           learned.last_answered_at, learned.last_wrong_at,
           learned.likelihood_1, learned.likelihood_2, learned.likelihood_3, learned.likelihood_4, learned.likelihood_5,
           learned.likelihood_6, learned.likelihood_7, learned.likelihood_8, learned.likelihood_9
    FROM attempt, learned
    ORDER BY learned.section_id
    ON CONFLICT (user_id, bank_id, section_id) DO UPDATE
    SET weight = e.weight + excluded.weight, credit = e.credit + excluded.credit,
        answers = e.answers + excluded.answers, correct = e.correct + excluded.correct,
        last_answered_at = greatest(e.last_answered_at, excluded.last_answered_at),
        last_wrong_at = greatest(e.last_wrong_at, excluded.last_wrong_at),
        likelihood_1 = e.likelihood_1 + excluded.likelihood_1, likelihood_2 = e.likelihood_2 + excluded.likelihood_2,
        likelihood_3 = e.likelihood_3 + excluded.likelihood_3, likelihood_4 = e.likelihood_4 + excluded.likelihood_4,
        likelihood_5 = e.likelihood_5 + excluded.likelihood_5, likelihood_6 = e.likelihood_6 + excluded.likelihood_6,
        likelihood_7 = e.likelihood_7 + excluded.likelihood_7, likelihood_8 = e.likelihood_8 + excluded.likelihood_8,
        likelihood_9 = e.likelihood_9 + excluded.likelihood_9
)
SELECT position, true AS is_recorded, 'open' AS state, false AS is_over, revision, response, credit_milli::bigint AS credit,
       points_milli::bigint AS points, certainty::bigint AS certainty, is_flagged, is_final, recorded_at
FROM recorded
UNION ALL
SELECT sent.position, false, s.state,
       coalesce(clock_timestamp() > s.deadline_at + $13::float8 * interval '1 second', false),
       a.revision, a.response, a.credit_milli::bigint, a.points_milli::bigint, a.certainty::bigint, a.is_flagged, a.is_final,
       a.recorded_at
FROM attempts AS s
CROSS JOIN sent
LEFT JOIN answers AS a ON a.user_id = s.user_id AND a.attempt_id = s.id AND a.position = sent.position
WHERE s.user_id = $1::uuid AND s.id = $2::uuid AND NOT EXISTS (SELECT FROM recorded WHERE recorded.position = sent.position)
ORDER BY position;
