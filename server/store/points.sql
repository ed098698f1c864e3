-- Points of learners (domain/points.h). attempts_close writes them (closings.sql); here they are held against a replay.

-- The attempts that have left something behind, in that order, and the days that they count for.
-- name: points_list_attempts
-- lane: session
SELECT id, to_char(counted_on, 'YYYY-MM-DD') AS day
FROM attempts
WHERE user_id = $1::uuid AND bank_id = $2::uuid AND settled_at IS NOT NULL
ORDER BY settled_at, id;

-- name: points_list_days
-- lane: session
SELECT to_char(day, 'YYYY-MM-DD') AS day, questions AS stored_keys, points AS stored_points
FROM points_days
WHERE user_id = $1::uuid AND bank_id = $2::uuid
ORDER BY 1;

-- Attempts of the time before there were points.
-- name: points_date_attempts
-- lane: session
-- retry: safe
UPDATE attempts AS a
SET counted_on = (a.settled_at AT TIME ZONE b.time_zone)::date
FROM banks AS b
WHERE b.id = a.bank_id AND a.settled_at IS NOT NULL AND a.counted_on IS NULL;

-- Makes a day what the replay says ($4 no questions: it was none), if it is still what it was read as ($6 questions and $7 points; NULL:
-- not there).
-- name: points_mend_day
-- lane: write
-- retry: safe
WITH gone AS (
    DELETE FROM points_days
    WHERE user_id = $1::uuid AND bank_id = $2::uuid AND day = $3::text::date AND cardinality($4::bigint[]) = 0
      AND cardinality(questions) = $6::bigint AND points = $7::bigint
    RETURNING 1
), mended AS (
    UPDATE points_days
    SET questions = $4::bigint[], points = $5::bigint, reached_at = clock_timestamp()
    WHERE user_id = $1::uuid AND bank_id = $2::uuid AND day = $3::text::date AND cardinality($4::bigint[]) > 0
      AND cardinality(questions) = $6::bigint AND points = $7::bigint
    RETURNING 1
), added AS (
    INSERT INTO points_days (user_id, bank_id, day, questions, points, reached_at)
    SELECT $1::uuid, $2::uuid, $3::text::date, $4::bigint[], $5::bigint, clock_timestamp()
    WHERE $6::bigint IS NULL
    ON CONFLICT (user_id, bank_id, day) DO NOTHING
    RETURNING 1
), boards_told AS (
    UPDATE board_members
    SET changed_at = clock_timestamp()
    WHERE user_id = $1::uuid AND bank_id = $2::uuid
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM mended) + (SELECT count(*) FROM added) AS days;
