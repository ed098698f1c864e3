-- Points of learners (domain/points.h). Answers and submits write them (answers.sql, attempts.sql, exams.sql); here they are replayed.

-- The days of a learner on which the stored points are not what his answers say.
-- name: points_differences
-- lane: session
WITH stored AS (
    SELECT bank_id, day, questions, points
    FROM points_days
    WHERE user_id = $1::uuid
), replayed AS (
    SELECT l.bank_id, r.day, r.questions, r.points
    FROM (SELECT DISTINCT bank_id FROM attempts WHERE user_id = $1::uuid) AS l
    CROSS JOIN LATERAL points_replay($1::uuid, l.bank_id, NULL) AS r
)
SELECT to_char(coalesce(s.day, r.day), 'YYYY-MM-DD') AS day, coalesce(s.points, 0)::bigint AS stored, coalesce(r.points, 0)::bigint AS replayed
FROM stored AS s
FULL JOIN replayed AS r ON r.bank_id = s.bank_id AND r.day = s.day
WHERE s.points IS DISTINCT FROM r.points OR NOT (s.questions @> r.questions AND s.questions <@ r.questions)
ORDER BY 1;

-- Makes the points of a learner at a bank what his answers say: after a regrade.
-- name: points_recompute
-- lane: session
-- retry: safe
WITH replayed AS MATERIALIZED (
    SELECT day, questions, points, reached_at FROM points_replay($1::uuid, $2::uuid, NULL)
), gone AS (
    DELETE FROM points_days AS p
    WHERE p.user_id = $1::uuid AND p.bank_id = $2::uuid AND NOT EXISTS (SELECT FROM replayed AS r WHERE r.day = p.day)
), boards_told AS (
    UPDATE board_members
    SET changed_at = clock_timestamp()
    WHERE user_id = $1::uuid AND bank_id = $2::uuid
)
INSERT INTO points_days AS p (user_id, bank_id, day, questions, points, reached_at)
SELECT $1::uuid, $2::uuid, day, questions, points, reached_at
FROM replayed
ON CONFLICT (user_id, bank_id, day) DO UPDATE
SET questions = excluded.questions, points = excluded.points, reached_at = excluded.reached_at
WHERE (p.questions, p.points) IS DISTINCT FROM (excluded.questions, excluded.points);

-- The same for everybody.
-- name: points_recompute_all
-- lane: session
-- retry: safe
WITH replayed AS MATERIALIZED (
    SELECT l.user_id, l.bank_id, r.day, r.questions, r.points, r.reached_at
    FROM (SELECT DISTINCT user_id, bank_id FROM attempts) AS l
    CROSS JOIN LATERAL points_replay(l.user_id, l.bank_id, NULL) AS r
), gone AS (
    DELETE FROM points_days AS p
    WHERE NOT EXISTS (SELECT FROM replayed AS r WHERE r.user_id = p.user_id AND r.bank_id = p.bank_id AND r.day = p.day)
    RETURNING 1
), written AS (
    INSERT INTO points_days AS p (user_id, bank_id, day, questions, points, reached_at)
    SELECT user_id, bank_id, day, questions, points, reached_at
    FROM replayed
    ON CONFLICT (user_id, bank_id, day) DO UPDATE
    SET questions = excluded.questions, points = excluded.points, reached_at = excluded.reached_at
    WHERE (p.questions, p.points) IS DISTINCT FROM (excluded.questions, excluded.points)
    RETURNING 1
), boards_told AS (
    UPDATE board_members
    SET changed_at = clock_timestamp()
    WHERE EXISTS (SELECT FROM gone) OR EXISTS (SELECT FROM written)
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written) AS days;
