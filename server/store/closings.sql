-- Closing attempts: the score, and all that an attempt leaves behind.

-- Scores an attempt whose answers are those that the score was made from ($3), closes it unless that was done before, and writes what
-- is left behind: evidence as one row a section ($7 to $10), with nine log-likelihoods each in $11; memories of questions as they are
-- now ($12 to $17; in $24 whether the answer was sure and wrong, 1, and in $25 whether the question ever had credit; of two attempts
-- handed in at the same moment the first one's stay); quarters of an hour with their answers ($18 to $21, $28 how long they took), and
-- how many attempts were handed in ($22); points ($26 questions, $27 what they are worth), which count where their question has not
-- counted on the day. Or there is a date ($6) before which none of it may be known: then the arrays are empty. With a grace ($23, in
-- ms) somebody submits: nothing is returned where an answer came in between or the attempt is scored already, and is_over where its
-- time is over. Without one it is the sweeper, who has locked an attempt whose time is over, or whose date has come; the deadline is
-- its time of submission.
-- name: attempts_close
-- lane: write
-- retry: safe
WITH closed AS (
    UPDATE attempts
    SET state = 'submitted', raw_milli = $4::bigint, max_milli = $5::bigint, evidence_due_at = $6::timestamptz,
        submitted_at = coalesce(submitted_at, CASE WHEN $23::bigint IS NULL THEN deadline_at ELSE clock_timestamp() END),
        settled_at = CASE WHEN $6::timestamptz IS NULL THEN clock_timestamp() END,
        counted_on = CASE WHEN $6::timestamptz IS NULL
                          THEN (SELECT (clock_timestamp() AT TIME ZONE b.time_zone)::date FROM banks AS b WHERE b.id = attempts.bank_id) END
    WHERE user_id = $1::uuid AND id = $2::uuid AND answer_sequence = $3::bigint
      AND CASE WHEN $23::bigint IS NULL THEN state = 'open' OR evidence_due_at IS NOT NULL
               ELSE raw_milli IS NULL AND (state = 'submitted' OR deadline_at IS NULL
                                           OR clock_timestamp() <= deadline_at + $23::bigint * interval '1 millisecond') END
    RETURNING bank_id, submitted_at, settled_at, counted_on
), evidence AS (
    INSERT INTO section_evidence AS e
        (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at, likelihood_1,
        likelihood_2, likelihood_3, likelihood_4, likelihood_5, likelihood_6, likelihood_7, likelihood_8, likelihood_9)
    SELECT $1::uuid, closed.bank_id, s.section_id, w.weight * s.answers, w.weight * s.credit / 1000, s.answers, s.correct,
           CASE WHEN s.answers > 0 THEN closed.submitted_at END, CASE WHEN s.correct < s.answers THEN closed.submitted_at END,
           w.weight * l[s.first], w.weight * l[s.first + 1], w.weight * l[s.first + 2], w.weight * l[s.first + 3],
           w.weight * l[s.first + 4], w.weight * l[s.first + 5], w.weight * l[s.first + 6], w.weight * l[s.first + 7],
           w.weight * l[s.first + 8]
    FROM closed, LATERAL (SELECT evidence_weight(closed.submitted_at) AS weight, $11::float8[] AS l) AS w,
         LATERAL (SELECT section_id, answers, credit, correct, (9 * place - 8)::int AS first
                  FROM unnest($7::uuid[], $8::bigint[], $9::bigint[], $10::bigint[])
                      WITH ORDINALITY AS u (section_id, answers, credit, correct, place)) AS s
    ORDER BY s.section_id
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
), reviewed AS (
    INSERT INTO reviews AS r
        (user_id, bank_id, question_id, stability, difficulty, reviewed_at, review_count, lapse_count, is_sure_and_wrong, has_credit)
    SELECT $1::uuid, closed.bank_id, m.question_id, m.stability, m.difficulty, timestamptz 'epoch' + m.at_us * interval '1 microsecond',
           m.review_count, m.lapse_count, m.sure_and_wrong = 1, m.credit > 0
    FROM closed, unnest($12::uuid[], $13::float8[], $14::float8[], $15::bigint[], $16::bigint[], $17::bigint[], $24::bigint[],
                        $25::bigint[])
        AS m (question_id, stability, difficulty, at_us, review_count, lapse_count, sure_and_wrong, credit)
    ORDER BY m.question_id
    ON CONFLICT (user_id, bank_id, question_id) DO UPDATE
    SET stability = excluded.stability, difficulty = excluded.difficulty, reviewed_at = excluded.reviewed_at,
        review_count = excluded.review_count, lapse_count = excluded.lapse_count, is_sure_and_wrong = excluded.is_sure_and_wrong,
        has_credit = excluded.has_credit
    WHERE r.review_count < excluded.review_count
), active AS (
    INSERT INTO study_activity AS s (user_id, bank_id, bucket_at, answers, correct, credit_milli, attempts, duration_ms)
    SELECT $1::uuid, closed.bank_id, m.bucket_at, sum(m.answers), sum(m.correct), sum(m.credit), sum(m.attempts), sum(m.duration_ms)
    FROM closed, LATERAL (
        SELECT timestamptz 'epoch' + at_us * interval '1 microsecond' AS bucket_at, answers, correct, credit, 0 AS attempts,
               duration_ms
        FROM unnest($18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $28::bigint[])
            AS u (at_us, answers, correct, credit, duration_ms)
        UNION ALL
        SELECT date_bin('15 minutes', closed.submitted_at, timestamptz 'epoch'), 0, 0, 0, $22::bigint, 0
        WHERE $22::bigint > 0
    ) AS m
    GROUP BY closed.bank_id, m.bucket_at
    ORDER BY m.bucket_at
    ON CONFLICT (user_id, bank_id, bucket_at) DO UPDATE
    SET answers = s.answers + excluded.answers, correct = s.correct + excluded.correct,
        credit_milli = s.credit_milli + excluded.credit_milli, attempts = s.attempts + excluded.attempts,
        duration_ms = s.duration_ms + excluded.duration_ms
), counted AS (
    INSERT INTO points_days AS p (user_id, bank_id, day, questions, points, reached_at)
    SELECT $1::uuid, closed.bank_id, closed.counted_on, n.questions, n.points, closed.settled_at
    FROM closed, LATERAL (
        SELECT array_agg(key ORDER BY place) AS questions, sum(award)::bigint AS points
        FROM unnest($26::bigint[], $27::bigint[]) WITH ORDINALITY AS k (key, award, place)
        WHERE place <= 200
    ) AS n
    WHERE cardinality($26::bigint[]) > 0
    ON CONFLICT (user_id, bank_id, day) DO UPDATE
    SET (questions, points, reached_at) = (
        SELECT p.questions || coalesce(array_agg(key ORDER BY place), '{}'), p.points + coalesce(sum(award), 0)::bigint,
               CASE WHEN sum(award) > 0 THEN greatest(p.reached_at, excluded.reached_at) ELSE p.reached_at END
        FROM (SELECT key, award, place
              FROM unnest($26::bigint[], $27::bigint[]) WITH ORDINALITY AS k (key, award, place)
              WHERE key <> ALL (p.questions)
              ORDER BY place
              LIMIT greatest(200 - cardinality(p.questions), 0)) AS fresh)
)
SELECT submitted_at, false AS is_over FROM closed
UNION ALL
SELECT NULL, true FROM attempts
WHERE user_id = $1::uuid AND id = $2::uuid AND state = 'open'
  AND clock_timestamp() > deadline_at + $23::bigint * interval '1 millisecond';

-- Closes an attempt to answers before it is scored, for a submit that answers keep overtaking; the score is due at once, and if
-- nobody has written it in two seconds, the sweeper does. Returns is_over where the time (with the grace of $3 ms) is over.
-- name: attempts_stop
-- lane: write
-- retry: safe
WITH stopped AS (
    UPDATE attempts
    SET state = 'submitted', submitted_at = clock_timestamp(), evidence_due_at = clock_timestamp() + interval '2 seconds'
    WHERE user_id = $1::uuid AND id = $2::uuid AND state = 'open'
      AND (deadline_at IS NULL OR clock_timestamp() <= deadline_at + $3::bigint * interval '1 millisecond')
    RETURNING submitted_at
)
SELECT submitted_at, false AS is_over FROM stopped
UNION ALL
SELECT NULL, true FROM attempts
WHERE user_id = $1::uuid AND id = $2::uuid AND state = 'open'
  AND clock_timestamp() > deadline_at + $3::bigint * interval '1 millisecond';
