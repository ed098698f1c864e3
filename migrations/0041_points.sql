-- Points: what leaderboards are made of. One row for a learner, a bank and a day of the bank's time zone.

ALTER TABLE banks ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC'
    CHECK (timestamptz '2000-01-01' AT TIME ZONE time_zone IS NOT NULL); -- raises an error where there is no such zone

-- When the answers of an attempt were counted that did not count when it was submitted (NULL: they did, or do not yet).
ALTER TABLE attempts ADD COLUMN counted_at timestamptz;

CREATE TABLE points_days (
    user_id    uuid NOT NULL,
    bank_id    uuid NOT NULL,
    day        date NOT NULL,
    questions  bigint[] NOT NULL,    -- those that have counted on this day, in this order (the end of their ids)
    points     bigint NOT NULL,
    reached_at timestamptz NOT NULL, -- the last time that points came in
    PRIMARY KEY (user_id, bank_id, day)
) WITH (fillfactor = 70);
-- For those who look for what is new: an update changes none of its columns, so that it stays HOT.
CREATE INDEX points_days_by_day ON points_days (bank_id, day);

-- The same as points_award() and points_question_key() in domain/points.c (a test compares them).
CREATE FUNCTION points_award(credit bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN credit / 100;
CREATE FUNCTION points_question_key(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint;

-- Of `keys` those that count on a day on which `old` have counted: each question once, 200 at most.
CREATE FUNCTION points_new(old bigint[], keys bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT coalesce(array_agg(key ORDER BY place), '{}')
            FROM (SELECT key, place FROM unnest(keys) WITH ORDINALITY AS k (key, place)
                  WHERE key <> ALL (old)
                  ORDER BY place LIMIT greatest(200 - cardinality(old), 0)) AS fresh);

-- What the stored answers of a learner (but those of one attempt) say that points_days must have: for verification, and for whatever
-- changes the past.
CREATE FUNCTION points_replay(learner uuid, bank uuid, left_out uuid)
    RETURNS TABLE (day date, questions bigint[], points bigint, reached_at timestamptz) LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH counting AS (
        SELECT CASE WHEN w.is_final THEN w.recorded_at ELSE coalesce(a.counted_at, a.submitted_at) END AS at,
               a.id AS attempt_id, w.position, points_question_key(w.question_id) AS key, points_award(w.credit_milli) AS award
        FROM attempts AS a
        JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
        JOIN answers AS w ON w.user_id = a.user_id AND w.attempt_id = a.id
        WHERE a.user_id = learner AND a.bank_id = bank AND a.id IS DISTINCT FROM left_out AND w.response IS NOT NULL
          AND (w.is_final OR (a.state = 'submitted' AND a.raw_milli IS NOT NULL AND a.evidence_due_at IS NULL))
          AND NOT coalesce(p.rules::jsonb -> 'pilots' @> to_jsonb(w.position), false)
    ), dated AS (
        SELECT (c.at AT TIME ZONE b.time_zone)::date AS day, c.at, c.attempt_id, c.position, c.key, c.award
        FROM counting AS c
        JOIN banks AS b ON b.id = bank
    ), firsts AS (
        SELECT DISTINCT ON (day, key) day, at, attempt_id, position, key, award
        FROM dated
        ORDER BY day, key, at, attempt_id, position
    ), placed AS (
        SELECT day, at, key, award, row_number() OVER (PARTITION BY day ORDER BY at, attempt_id, position) AS place
        FROM firsts
    )
    SELECT day, array_agg(key ORDER BY place), sum(award)::bigint, coalesce(max(at) FILTER (WHERE award > 0), min(at))
    FROM placed
    WHERE place <= 200
    GROUP BY day;
END;

-- What was answered before there were points counts, too.
INSERT INTO points_days (user_id, bank_id, day, questions, points, reached_at)
SELECT l.user_id, l.bank_id, r.day, r.questions, r.points, r.reached_at
FROM (SELECT DISTINCT user_id, bank_id FROM attempts) AS l
CROSS JOIN LATERAL points_replay(l.user_id, l.bank_id, NULL) AS r;
