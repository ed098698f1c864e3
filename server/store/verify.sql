-- name: verify_list_attempts
-- lane: session
SELECT user_id, id
FROM attempts
WHERE (user_id, id) > (coalesce($1::uuid, '00000000-0000-0000-0000-000000000000'),
                       coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'))
ORDER BY user_id, id
LIMIT $3::bigint;

-- What a submitted attempt is said to be worth.
-- name: verify_get_score
-- lane: session
SELECT coalesce(raw_milli, -1)::bigint AS raw, coalesce(max_milli, -1)::bigint AS max
FROM attempts
WHERE user_id = $1::uuid AND id = $2::uuid;

-- name: verify_list_activity
-- lane: session
SELECT bucket_at, answers, correct, credit_milli AS credit, attempts, duration_ms
FROM study_activity
WHERE user_id = $1::uuid AND bank_id = $2::uuid
ORDER BY bucket_at;
-- Learners with evidence or points and no attempt that they could come from.
-- name: verify_list_orphans
-- lane: session
SELECT e.user_id, e.user_id AS id
FROM (SELECT user_id FROM section_evidence UNION SELECT user_id FROM points_days) AS e
WHERE NOT EXISTS (SELECT FROM attempts AS a WHERE a.user_id = e.user_id)
ORDER BY e.user_id;
