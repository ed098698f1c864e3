-- Which day it is in a time zone; no row where the zone is unknown.
-- name: progress_today
-- lane: read
SELECT (clock_timestamp() AT TIME ZONE name)::date - date '1970-01-01' + 0::bigint AS today
FROM time_zones
WHERE name = $1::text;

-- Days of study in a time zone ($3), the latest first; one row with nulls where there are none, none where the zone is unknown.
-- name: progress_list
-- lane: read
SELECT (clock_timestamp() AT TIME ZONE z.name)::date - date '1970-01-01' + 0::bigint AS today, d.day, d.answers, d.correct, d.credit,
       d.attempts, d.duration_ms
FROM time_zones AS z
LEFT JOIN LATERAL (
    SELECT (bucket_at AT TIME ZONE z.name)::date - date '1970-01-01' + 0::bigint AS day, sum(answers)::bigint AS answers,
           sum(correct)::bigint AS correct, sum(credit_milli)::bigint AS credit, sum(attempts)::bigint AS attempts,
           sum(duration_ms)::bigint AS duration_ms
    FROM study_activity
    WHERE user_id = $1::uuid AND bank_id = $2::uuid
    GROUP BY 1
    ORDER BY 1 DESC
    LIMIT 3653
) AS d ON true
WHERE z.name = $3::text
ORDER BY d.day DESC;
