-- Calibrating the questions of a bank from the answers of everybody.

-- Versions with at least $2 answers, with what was found out last (NULL: nothing yet).
-- name: calibration_list_versions
-- lane: session
SELECT t.question_id, t.version, c.fit_discrimination, c.fit_difficulty, c.answers AS fit_answers
FROM (SELECT question_id, version
      FROM item_tallies
      WHERE bank_id = $1::uuid AND kind = 'credit'
      GROUP BY question_id, version
      HAVING sum(answers) >= $2::bigint) AS t
LEFT JOIN LATERAL (
    SELECT fit_discrimination, fit_difficulty, answers
    FROM item_calibrations AS i
    WHERE i.bank_id = $1::uuid AND i.question_id = t.question_id AND i.version = t.version
    ORDER BY in_force_at DESC
    LIMIT 1
) AS c ON true
ORDER BY t.question_id, t.version;

-- The first answer of each learner to each version, of the $3 learners behind learner $2; one learner's together.
-- name: calibration_list_answers
-- lane: session
WITH learners AS MATERIALIZED (
    SELECT DISTINCT user_id
    FROM attempts
    WHERE bank_id = $1::uuid AND raw_milli IS NOT NULL AND ($2::uuid IS NULL OR user_id > $2::uuid)
    ORDER BY user_id
    LIMIT $3::bigint
)
SELECT DISTINCT ON (l.user_id, w.question_id, p.versions[w.position])
       l.user_id, w.question_id, p.versions[w.position] AS version, w.credit_milli::bigint AS credit
FROM learners AS l
JOIN attempts AS a ON a.user_id = l.user_id AND a.bank_id = $1::uuid AND a.raw_milli IS NOT NULL
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
JOIN answers AS w ON w.user_id = a.user_id AND w.attempt_id = a.id
WHERE w.response IS NOT NULL
ORDER BY l.user_id, w.question_id, p.versions[w.position], a.submitted_at, a.id;

-- Comes into force $2 seconds from now, with the same time in every row.
-- name: calibration_insert
-- lane: session
-- retry: never
INSERT INTO item_calibrations (bank_id, question_id, version, in_force_at, difficulty, variance, fit_discrimination, fit_difficulty,
                               discrimination_error, difficulty_error, answers)
SELECT $1::uuid, u.question_id, u.version, now() + $2::bigint * interval '1 second', u.difficulty, u.variance, u.a, u.b, u.a_error,
       u.b_error, u.answers
FROM unnest($3::uuid[], $4::bigint[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::float8[], $10::float8[],
            $11::bigint[])
    AS u (question_id, version, difficulty, variance, a, b, a_error, b_error, answers);

-- name: calibration_get_time
-- lane: session
SELECT max(in_force_at) AS in_force_at
FROM item_calibrations
WHERE bank_id = $1::uuid;
