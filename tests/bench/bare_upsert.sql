-- An answer and nothing else: what the statement of the server does beside this (the attempt's state, its sequence, evidence)
-- is left out. The parameters are those of attempts_record_answer; $9, the evidence, and $13, the grace, are not used.
INSERT INTO answers AS a (user_id, attempt_id, position, revision, question_id, response, credit_milli, is_final, points_milli,
    certainty, is_flagged, recorded_at)
VALUES ($1, $2, $3::bigint, $4, $5, $6, $7::bigint, $8, $10::bigint, $11::bigint, $12, clock_timestamp())
ON CONFLICT (user_id, attempt_id, position) DO UPDATE
SET revision = excluded.revision, response = excluded.response, credit_milli = excluded.credit_milli,
    is_final = excluded.is_final, points_milli = excluded.points_milli, certainty = excluded.certainty,
    is_flagged = excluded.is_flagged, recorded_at = excluded.recorded_at
WHERE NOT a.is_final AND a.revision < excluded.revision
