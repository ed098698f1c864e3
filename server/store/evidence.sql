-- What the learner's answers say about the sections of a bank.

-- name: evidence_list
-- lane: read
SELECT section_id, weight, credit, answers, correct, last_answered_at, last_wrong_at
FROM section_evidence
WHERE user_id = $1::uuid AND bank_id = $2::uuid;
