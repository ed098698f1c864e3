-- An answer and nothing else: what the statement of the server does beside this (the attempt's state, its sequence, evidence)
-- is left out. The parameters are those of attempts_record_answer; from $9 on, the section, they are not used.
INSERT INTO answers AS a (user_id, attempt_id, position, revision, question_id, response, credit_milli, is_final, recorded_at)
VALUES ($1, $2, $3::bigint, $4, $5, $6, $7::bigint, $8, clock_timestamp())
ON CONFLICT (user_id, attempt_id, position) DO UPDATE
SET revision = excluded.revision, response = excluded.response, credit_milli = excluded.credit_milli,
    is_final = excluded.is_final, recorded_at = excluded.recorded_at
WHERE NOT a.is_final AND a.revision < excluded.revision
