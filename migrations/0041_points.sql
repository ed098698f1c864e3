-- Points: what leaderboards are made of (domain/points.h). One row for a learner, a bank and a day of the bank's time zone, written with
-- what else an attempt leaves behind.

ALTER TABLE banks ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC'
    CHECK (timestamptz '2000-01-01' AT TIME ZONE time_zone IS NOT NULL); -- raises an error where there is no such zone

-- The day that an attempt counts for. NULL: not yet, or it ended before there were points (`quizd verify --recompute-points`).
ALTER TABLE attempts ADD COLUMN counted_on date;

-- Whether the learner ever had credit for the question.
ALTER TABLE reviews ADD COLUMN has_credit boolean NOT NULL DEFAULT false;
UPDATE reviews AS r
SET has_credit = true
FROM (SELECT DISTINCT a.user_id, a.bank_id, w.question_id
      FROM attempts AS a
      JOIN answers AS w ON w.user_id = a.user_id AND w.attempt_id = a.id
      WHERE a.settled_at IS NOT NULL AND w.response IS NOT NULL AND w.credit_milli > 0) AS known
WHERE r.user_id = known.user_id AND r.bank_id = known.bank_id AND r.question_id = known.question_id;

CREATE TABLE points_days (
    user_id    uuid NOT NULL,
    bank_id    uuid NOT NULL,
    day        date NOT NULL,
    questions  bigint[] NOT NULL,    -- those that have counted on this day, in this order (the end of their ids); 0: an exam
    points     bigint NOT NULL,
    reached_at timestamptz NOT NULL, -- the last time that points came in
    PRIMARY KEY (user_id, bank_id, day)
);
-- For those who look for what is new, also where everybody has points today. A row is written with an attempt, not with an answer.
CREATE INDEX points_days_by_time ON points_days (reached_at);

-- Of `keys` those that count on a day on which `old` have counted: each once, 200 at most.
CREATE FUNCTION points_new(old bigint[], keys bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT coalesce(array_agg(key ORDER BY place), '{}')
            FROM (SELECT key, place FROM unnest(keys) WITH ORDINALITY AS k (key, place)
                  WHERE key <> ALL (old)
                  ORDER BY place LIMIT greatest(200 - cardinality(old), 0)) AS fresh);

-- What these are worth.
CREATE FUNCTION points_sum(old bigint[], keys bigint[], awards bigint[]) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT coalesce(sum(award), 0)::bigint
            FROM (SELECT award FROM unnest(keys, awards) WITH ORDINALITY AS k (key, award, place)
                  WHERE key <> ALL (old)
                  ORDER BY place LIMIT greatest(200 - cardinality(old), 0)) AS fresh);
