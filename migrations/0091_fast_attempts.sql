-- What is said of an attempt that went faster than anybody reads: five answers or more, four fifths right, less than so many
-- milliseconds each. No row of any other, nor of one whose outcome is not told.
CREATE FUNCTION fast_attempt(of_attempt attempts, below_ms bigint)
RETURNS TABLE (answers bigint, credit bigint, answer_ms bigint) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT count(*), avg(w.credit_milli)::bigint,
           (extract(epoch FROM max(w.recorded_at) - of_attempt.started_at) * 1000 / count(*))::bigint
    FROM attempt_papers AS p
    JOIN answers AS w ON w.user_id = p.user_id AND w.attempt_id = p.attempt_id
    WHERE p.user_id = of_attempt.user_id AND p.attempt_id = of_attempt.id
      AND of_attempt.settled_at IS NOT NULL
      AND (p.rules IS NULL OR p.rules::jsonb -> 'show' @> '"credit"') AND coalesce(p.rules::jsonb ->> 'when', '') <> 'never'
      AND w.response IS NOT NULL
    HAVING count(*) >= 5 AND avg(w.credit_milli) >= 800
       AND max(w.recorded_at) - of_attempt.started_at < count(*) * below_ms * interval '1 millisecond';
END;
