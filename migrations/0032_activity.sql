-- How much was studied, by quarter of an hour: every time zone's days are made of these. Written when an attempt is handed in.
CREATE TABLE study_activity (
    user_id      uuid NOT NULL,
    bank_id      uuid NOT NULL,
    bucket_at    timestamptz NOT NULL, -- beginning of the quarter
    answers      bigint NOT NULL,
    correct      bigint NOT NULL,
    credit_milli bigint NOT NULL,
    attempts     bigint NOT NULL, -- handed in
    PRIMARY KEY (user_id, bank_id, bucket_at)
) WITH (fillfactor = 80);

-- The names that a request may use: an unknown one is no row here, not an error that costs a whole batch.
CREATE TABLE time_zones (name text PRIMARY KEY);
INSERT INTO time_zones SELECT name FROM pg_timezone_names WHERE name ~ '^[A-Za-z]' AND name !~ '^posix';

-- What was handed in before.
INSERT INTO study_activity AS s (user_id, bank_id, bucket_at, answers, correct, credit_milli, attempts)
SELECT user_id, bank_id, bucket_at, sum(answers), sum(correct), sum(credit), sum(attempts)
FROM (SELECT a.user_id, a.bank_id, date_bin('15 minutes', w.recorded_at, timestamptz 'epoch') AS bucket_at, 1 AS answers,
             (w.credit_milli = 1000)::integer AS correct, w.credit_milli AS credit, 0 AS attempts
      FROM attempts AS a
      JOIN answers AS w ON w.user_id = a.user_id AND w.attempt_id = a.id
      WHERE a.state = 'submitted' AND w.response IS NOT NULL
      UNION ALL
      SELECT user_id, bank_id, date_bin('15 minutes', submitted_at, timestamptz 'epoch'), 0, 0, 0, 1
      FROM attempts
      WHERE state = 'submitted') AS done
GROUP BY user_id, bank_id, bucket_at;
