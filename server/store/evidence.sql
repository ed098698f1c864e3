-- What the learner's answers say about the sections of a bank.

-- name: evidence_list
-- lane: read
-- calls: user_id uuid, bank_id uuid
SELECT c.call, e.section_id, e.weight, e.credit, e.answers, e.correct, e.last_answered_at, e.last_wrong_at, e.likelihood_1,
       e.likelihood_2, e.likelihood_3, e.likelihood_4, e.likelihood_5, e.likelihood_6, e.likelihood_7, e.likelihood_8, e.likelihood_9
FROM calls AS c
JOIN section_evidence AS e ON e.user_id = c.user_id AND e.bank_id = c.bank_id
ORDER BY c.call;

-- Every question of the learner's attempts in a bank, with its answer where there is one; with $3 only of attempts in which something
-- may have counted since.
-- name: evidence_list_history
-- lane: read
SELECT a.id AS attempt_id, p.mode, p.feedback, p.rules, a.state, a.started_at, a.submitted_at, a.evidence_due_at, q.position, q.question_id, q.version,
       w.response, w.credit_milli::bigint AS credit, w.recorded_at,
       coalesce(q.position = ANY (a.dropped_positions), false) AS is_dropped
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
CROSS JOIN LATERAL unnest(p.question_ids, p.versions) WITH ORDINALITY AS q (question_id, version, position)
LEFT JOIN answers AS w ON w.user_id = a.user_id AND w.attempt_id = a.id AND w.position = q.position
WHERE a.user_id = $1::uuid AND a.bank_id = $2::uuid
  AND ($3::timestamptz IS NULL OR a.submitted_at >= $3::timestamptz
       OR EXISTS (SELECT FROM answers AS n
                  WHERE n.user_id = a.user_id AND n.attempt_id = a.id AND n.recorded_at >= $3::timestamptz))
ORDER BY a.id, q.position;
