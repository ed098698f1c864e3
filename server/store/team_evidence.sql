-- What the answers of a team's members say of the sections of a bank ($3), for its owner and managers: one row a member and section,
-- one without a section for who has no evidence. One row without a member for others of the team.
-- name: team_evidence_list
-- lane: session
SELECT m.user_id, CASE WHEN m.shares_name THEN u.display_name ELSE m.pseudonym END AS display_name,
       coalesce(m.shares_results, false) AS shares_results, m.user_id IS NOT DISTINCT FROM $1::uuid AS is_me, e.section_id,
       coalesce(e.weight, 0) AS weight, coalesce(e.credit, 0) AS credit, coalesce(e.answers, 0) AS answers,
       coalesce(e.correct, 0) AS correct, e.last_answered_at, e.last_wrong_at,
       CASE WHEN e.section_id IS NULL THEN '{}'
            ELSE ARRAY[e.likelihood_1, e.likelihood_2, e.likelihood_3, e.likelihood_4, e.likelihood_5, e.likelihood_6, e.likelihood_7,
                       e.likelihood_8, e.likelihood_9] END AS likelihoods,
       CASE WHEN mine.role = 'member' THEN 'forbidden' ELSE 'done' END AS outcome
FROM team_members AS mine
LEFT JOIN team_members AS m ON m.team_id = mine.team_id AND mine.role <> 'member'
LEFT JOIN users AS u ON u.id = m.user_id
LEFT JOIN section_evidence AS e ON e.user_id = m.user_id AND e.bank_id = $3::uuid
WHERE mine.user_id = $1::uuid AND mine.team_id = $2::uuid
ORDER BY m.user_id;
