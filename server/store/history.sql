-- What a learner had to do with the questions of a bank.

-- By question: when it was last on a paper or answered, whether that is less than a day ago, and the last answer whose worth is known
-- to the learner (others must not have a say in what is asked next: that would tell). Of the last $3 attempts, so that the statement
-- stays as short as it is.
-- name: history_list
-- lane: read
WITH recent AS MATERIALIZED (
    SELECT a.id, a.started_at, a.state = 'submitted' AND a.evidence_due_at IS NULL AS is_told, p.question_ids
    FROM attempts AS a
    JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
    WHERE a.user_id = $1::uuid AND a.bank_id = $2::uuid
    ORDER BY a.id DESC
    LIMIT $3::bigint
), asked AS (
    SELECT q.question_id, max(recent.started_at) AS at
    FROM recent
    CROSS JOIN LATERAL unnest(recent.question_ids) AS q (question_id)
    GROUP BY q.question_id
), given AS (
    SELECT w.question_id, max(w.recorded_at) AS at,
           max(w.recorded_at) FILTER (WHERE w.is_final OR recent.is_told) AS told_at,
           (array_agg(w.credit_milli ORDER BY w.recorded_at DESC) FILTER (WHERE w.is_final OR recent.is_told))[1] AS credit_milli
    FROM recent
    JOIN answers AS w ON w.user_id = $1::uuid AND w.attempt_id = recent.id
    WHERE w.response IS NOT NULL
    GROUP BY w.question_id
)
SELECT asked.question_id, greatest(asked.at, given.at) AS asked_at,
       greatest(asked.at, given.at) > clock_timestamp() - interval '1 day' AS is_recent,
       given.told_at AS answered_at, coalesce(given.credit_milli, 0)::bigint AS credit
FROM asked
LEFT JOIN given ON given.question_id = asked.question_id
ORDER BY asked.question_id;
