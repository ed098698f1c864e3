-- What a learner had to do with the questions of a bank, and what he knows of it: all that choosing by it needs.

-- A row a question: when it was last on a paper or answered, whether that is less than a day ago, and the last answer whose worth is
-- known to the learner (others must not have a say in what is asked next: that would tell); with $6 also its memory. Of the last $3
-- attempts, so that the statement stays as short as it is, and of those of the last day (ids from $4 on; at most 2000). With $5 a row
-- a section, too: its evidence. Rows of questions come first, each kind by id.
-- name: history_list
-- lane: read
WITH counted AS (
    (SELECT id FROM attempts WHERE user_id = $1::uuid AND bank_id = $2::uuid ORDER BY id DESC LIMIT $3::bigint)
    UNION
    (SELECT id FROM attempts WHERE user_id = $1::uuid AND bank_id = $2::uuid AND id >= $4::uuid ORDER BY id DESC LIMIT 2000)
), recent AS MATERIALIZED (
    SELECT a.id, a.started_at, a.state = 'submitted' AND a.evidence_due_at IS NULL AS is_told, p.question_ids
    FROM counted AS c
    JOIN attempts AS a ON a.user_id = $1::uuid AND a.id = c.id
    JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
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
), remembered AS (
    SELECT question_id, stability, difficulty, reviewed_at, review_count, lapse_count
    FROM reviews
    WHERE $6::boolean AND user_id = $1::uuid AND bank_id = $2::uuid
)
SELECT coalesce(asked.question_id, m.question_id) AS id, false AS is_section, greatest(asked.at, given.at) AS asked_at,
       coalesce(greatest(asked.at, given.at) > clock_timestamp() - interval '1 day', false) AS is_recent,
       given.told_at AS answered_at, coalesce(given.credit_milli, 0)::bigint AS credit,
       CASE WHEN m.question_id IS NOT NULL THEN ARRAY[m.stability, m.difficulty] END AS reals,
       CASE WHEN m.question_id IS NOT NULL THEN ARRAY[m.review_count, m.lapse_count]::bigint[] END AS counts,
       m.reviewed_at AS last_at, NULL::timestamptz AS last_wrong_at
FROM asked
LEFT JOIN given ON given.question_id = asked.question_id
FULL JOIN remembered AS m ON m.question_id = asked.question_id
UNION ALL
SELECT section_id, true, NULL, false, NULL, 0,
       ARRAY[weight, credit, likelihood_1, likelihood_2, likelihood_3, likelihood_4, likelihood_5, likelihood_6, likelihood_7, likelihood_8,
             likelihood_9],
       ARRAY[answers, correct]::bigint[], last_answered_at, last_wrong_at
FROM section_evidence
WHERE $5::boolean AND user_id = $1::uuid AND bank_id = $2::uuid
ORDER BY is_section, id;
