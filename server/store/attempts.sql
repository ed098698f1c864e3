-- Returns nothing where the account is gone: a token may outlive it.
-- name: attempts_start
-- lane: write
-- retry: safe
WITH attempt AS (
    INSERT INTO attempts (user_id, id, bank_id)
    SELECT $1::uuid, $2::uuid, $3::uuid
    FROM users
    WHERE id = $1::uuid
    ON CONFLICT (user_id, id) DO NOTHING
    RETURNING started_at
), paper AS (
    INSERT INTO attempt_papers (user_id, attempt_id, mode, feedback, seed, question_ids, versions)
    SELECT $1::uuid, $2::uuid, $4::text, $5::text, $6::text, $7::uuid[], $8::bigint[]
    FROM attempt
)
SELECT started_at FROM attempt
UNION ALL
SELECT started_at FROM attempts WHERE user_id = $1::uuid AND id = $2::uuid;

-- What an attempt is, without its answers.
-- name: attempts_get
-- lane: read
SELECT a.user_id, a.id, a.bank_id, p.mode, p.feedback, p.seed, p.question_ids, p.versions, a.started_at, a.deadline_at,
       a.state, a.answer_sequence, a.submitted_at
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
WHERE a.user_id = $1::uuid AND a.id = $2::uuid;

-- The attempt with its answers, as arrays in one order, from one snapshot.
-- name: attempts_get_with_answers
-- lane: read
SELECT a.user_id, a.id, a.bank_id, p.mode, p.feedback, p.seed, p.question_ids, p.versions, a.started_at, a.deadline_at,
       a.state, a.answer_sequence, a.submitted_at,
       w.positions, w.revisions, w.responses, w.credits, w.times
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(position::bigint), '{}') AS positions,
           coalesce(array_agg(revision), '{}') AS revisions,
           coalesce(array_agg(response), '{}') AS responses,
           coalesce(array_agg(credit_milli::bigint), '{}') AS credits,
           coalesce(array_agg((extract(epoch FROM recorded_at) * 1000000)::bigint), '{}') AS times
    FROM (SELECT * FROM answers
          WHERE user_id = $1::uuid AND attempt_id = $2::uuid
          ORDER BY position) AS ordered
) AS w
WHERE a.user_id = $1::uuid AND a.id = $2::uuid;

-- Newest first; $2 is the id to go on behind (ids sort by time).
-- name: attempts_list
-- lane: read
SELECT a.id, a.bank_id, p.mode, p.feedback, a.state, cardinality(p.question_ids)::bigint AS size, a.started_at, a.deadline_at,
       a.submitted_at, a.raw_milli, a.max_milli
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
WHERE a.user_id = $1::uuid AND ($2::uuid IS NULL OR a.id < $2::uuid)
ORDER BY a.id DESC
LIMIT $3::bigint;

-- Records one answer: only while the attempt is open, only with a higher revision, never over a final one. A final answer (its
-- feedback is about to be shown) is evidence at once: counts and shares for its primary section, the log-likelihoods for
-- each (further_sections is an array as text, since the columns of calls are no arrays). What stands there afterwards comes back, with the attempt's state.
-- name: attempts_record_answer
-- lane: write
-- retry: safe
-- calls: user_id uuid, attempt_id uuid, position bigint, revision bigint, question_id uuid, response text, credit bigint, is_final boolean, section_id uuid, further_sections text, likelihood_1 float8, likelihood_2 float8, likelihood_3 float8, likelihood_4 float8, likelihood_5 float8, likelihood_6 float8, likelihood_7 float8, likelihood_8 float8, likelihood_9 float8
WITH attempt AS (
    UPDATE attempts AS a
    SET answer_sequence = a.answer_sequence + 1
    FROM calls AS c
    WHERE a.user_id = c.user_id AND a.id = c.attempt_id AND a.state = 'open'
      AND (a.deadline_at IS NULL OR clock_timestamp() <= a.deadline_at)
    RETURNING c.*, a.bank_id
), recorded AS (
    INSERT INTO answers AS a
        (user_id, attempt_id, position, revision, question_id, response, credit_milli, is_final, recorded_at)
    SELECT user_id, attempt_id, position, revision, question_id, response, credit, is_final, clock_timestamp()
    FROM attempt
    ON CONFLICT (user_id, attempt_id, position) DO UPDATE
    SET revision = excluded.revision, response = excluded.response, credit_milli = excluded.credit_milli,
        is_final = excluded.is_final, recorded_at = excluded.recorded_at
    WHERE NOT a.is_final AND a.revision < excluded.revision
    RETURNING user_id, attempt_id, revision, response, credit_milli, recorded_at
), evidence AS (
    INSERT INTO section_evidence AS e
        (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at, likelihood_1, likelihood_2,
         likelihood_3, likelihood_4, likelihood_5, likelihood_6, likelihood_7, likelihood_8, likelihood_9)
    SELECT t.user_id, t.bank_id, s.section_id, s.own * w.weight, s.own * w.weight * t.credit / 1000, s.own,
           s.own * (t.credit = 1000)::int, CASE WHEN s.own = 1 THEN r.recorded_at END,
           CASE WHEN s.own = 1 AND t.credit < 1000 THEN r.recorded_at END,
           w.weight * t.likelihood_1, w.weight * t.likelihood_2, w.weight * t.likelihood_3, w.weight * t.likelihood_4,
           w.weight * t.likelihood_5, w.weight * t.likelihood_6, w.weight * t.likelihood_7, w.weight * t.likelihood_8,
           w.weight * t.likelihood_9
    FROM attempt AS t JOIN recorded AS r ON r.user_id = t.user_id AND r.attempt_id = t.attempt_id,
         LATERAL (SELECT evidence_weight(r.recorded_at) AS weight OFFSET 0) AS w,
         LATERAL (SELECT section_id, (place = 1)::int AS own
                  FROM unnest(ARRAY[t.section_id] || t.further_sections::uuid[]) WITH ORDINALITY AS u (section_id, place)) AS s
    WHERE t.is_final
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
SELECT c.call, r.user_id IS NOT NULL AS is_recorded, coalesce(o.state, 'open') AS state, coalesce(r.revision, o.revision) AS revision,
       coalesce(r.response, o.response) AS response, coalesce(r.credit_milli, o.credit_milli)::bigint AS credit,
       coalesce(r.recorded_at, o.recorded_at) AS recorded_at
FROM calls AS c
LEFT JOIN recorded AS r ON r.user_id = c.user_id AND r.attempt_id = c.attempt_id
LEFT JOIN LATERAL (
    SELECT s.state, a.revision, a.response, a.credit_milli, a.recorded_at
    FROM attempts AS s
    LEFT JOIN answers AS a ON a.user_id = s.user_id AND a.attempt_id = s.id AND a.position = c.position
    WHERE s.user_id = c.user_id AND s.id = c.attempt_id AND r.user_id IS NULL
    OFFSET 0
) AS o ON true
WHERE r.user_id IS NOT NULL OR o.state IS NOT NULL
ORDER BY c.call;

-- Closes an attempt whose answers are those that the score was made from ($3); evidence of answers that were not evidence yet
-- comes as one row a section, with nine log-likelihoods each in $10; $11 to $16 are memories of questions as they are
-- now (of two attempts handed in at the same moment the first one's stay), $17 and on quarters of an hour with their answers. Returns nothing where an answer came in between or the
-- attempt is closed already.
-- name: attempts_submit
-- lane: write
-- retry: safe
WITH closed AS (
    UPDATE attempts
    SET state = 'submitted', submitted_at = clock_timestamp(), raw_milli = $4::bigint, max_milli = $5::bigint
    WHERE user_id = $1::uuid AND id = $2::uuid AND state = 'open' AND answer_sequence = $3::bigint
    RETURNING bank_id, submitted_at
), evidence AS (
    INSERT INTO section_evidence AS e
        (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at, likelihood_1, likelihood_2,
         likelihood_3, likelihood_4, likelihood_5, likelihood_6, likelihood_7, likelihood_8, likelihood_9)
    SELECT $1::uuid, closed.bank_id, s.section_id, w.weight * s.answers, w.weight * s.credit / 1000, s.answers, s.correct,
           CASE WHEN s.answers > 0 THEN closed.submitted_at END, CASE WHEN s.correct < s.answers THEN closed.submitted_at END,
           w.weight * l[s.first], w.weight * l[s.first + 1], w.weight * l[s.first + 2], w.weight * l[s.first + 3],
           w.weight * l[s.first + 4], w.weight * l[s.first + 5], w.weight * l[s.first + 6], w.weight * l[s.first + 7],
           w.weight * l[s.first + 8]
    FROM closed, LATERAL (SELECT evidence_weight(closed.submitted_at) AS weight, $10::float8[] AS l) AS w,
         LATERAL (SELECT section_id, answers, credit, correct, (9 * place - 8)::int AS first
                  FROM unnest($6::uuid[], $7::bigint[], $8::bigint[], $9::bigint[])
                      WITH ORDINALITY AS u (section_id, answers, credit, correct, place)) AS s
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
        (user_id, bank_id, question_id, stability, difficulty, reviewed_at, review_count, lapse_count)
    SELECT $1::uuid, closed.bank_id, m.question_id, m.stability, m.difficulty, timestamptz 'epoch' + m.at_us * interval '1 microsecond',
           m.review_count, m.lapse_count
    FROM closed, unnest($11::uuid[], $12::float8[], $13::float8[], $14::bigint[], $15::bigint[], $16::bigint[])
        AS m (question_id, stability, difficulty, at_us, review_count, lapse_count)
    ON CONFLICT (user_id, bank_id, question_id) DO UPDATE
    SET stability = excluded.stability, difficulty = excluded.difficulty, reviewed_at = excluded.reviewed_at,
        review_count = excluded.review_count, lapse_count = excluded.lapse_count
    WHERE r.review_count < excluded.review_count
), active AS (
    INSERT INTO study_activity AS s (user_id, bank_id, bucket_at, answers, correct, credit_milli, attempts)
    SELECT $1::uuid, closed.bank_id, m.bucket_at, sum(m.answers), sum(m.correct), sum(m.credit), sum(m.attempts)
    FROM closed, LATERAL (
        SELECT timestamptz 'epoch' + at_us * interval '1 microsecond' AS bucket_at, answers, correct, credit, 0 AS attempts
        FROM unnest($17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[]) AS u (at_us, answers, correct, credit)
        UNION ALL
        SELECT date_bin('15 minutes', closed.submitted_at, timestamptz 'epoch'), 0, 0, 0, 1
    ) AS m
    GROUP BY closed.bank_id, m.bucket_at
    ON CONFLICT (user_id, bank_id, bucket_at) DO UPDATE
    SET answers = s.answers + excluded.answers, correct = s.correct + excluded.correct,
        credit_milli = s.credit_milli + excluded.credit_milli, attempts = s.attempts + excluded.attempts
)
SELECT submitted_at FROM closed;
