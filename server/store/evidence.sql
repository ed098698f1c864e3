-- What the learner's answers say about the sections of a bank.

-- name: evidence_list
-- lane: read
SELECT section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at, likelihood_1, likelihood_2,
       likelihood_3, likelihood_4, likelihood_5, likelihood_6, likelihood_7, likelihood_8, likelihood_9
FROM section_evidence
WHERE user_id = $1::uuid AND bank_id = $2::uuid;

-- Every question of the learner's attempts in a bank, with its answer where there is one.
-- name: evidence_list_history
-- lane: session
SELECT p.mode, p.feedback, a.state, a.submitted_at, q.question_id, q.version, w.response, w.credit_milli::bigint AS credit,
       w.recorded_at
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
CROSS JOIN LATERAL unnest(p.question_ids, p.versions) WITH ORDINALITY AS q (question_id, version, position)
LEFT JOIN answers AS w ON w.user_id = a.user_id AND w.attempt_id = a.id AND w.position = q.position
WHERE a.user_id = $1::uuid AND a.bank_id = $2::uuid
ORDER BY a.id, q.position;
