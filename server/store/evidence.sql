-- What the learner's answers say about the sections of a bank.

-- name: evidence_list
-- lane: read
-- calls: user_id uuid, bank_id uuid
SELECT c.call, e.section_id, e.weight, e.credit, e.answers, e.correct, e.last_answered_at, e.last_wrong_at
FROM calls AS c
JOIN section_evidence AS e ON e.user_id = c.user_id AND e.bank_id = c.bank_id
ORDER BY c.call;
