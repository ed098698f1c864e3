-- What a question was: its versions, and who did what to it, when and why. Members of its bank only.

-- Newest first, behind the version $3 (NULL: from the newest).
-- name: question_history_list_versions
-- lane: read
SELECT v.version, v.created_at, v.author_id, u.display_name AS author_name, s.path AS section,
       v.version = q.current_version AND q.state = 'published' AS is_published
FROM questions AS q
JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id
JOIN sections AS s ON s.bank_id = v.bank_id AND s.id = v.section_id
LEFT JOIN users AS u ON u.id = v.author_id
WHERE q.id = $2::uuid AND bank_rank($1::uuid, q.bank_id) >= 1 AND ($3::bigint IS NULL OR v.version < $3::bigint)
ORDER BY v.version DESC
LIMIT $4::bigint;

-- The versions $3 of a question, whichever there are.
-- name: question_history_get_versions
-- lane: read
SELECT v.version, v.created_at, v.author_id, u.display_name AS author_name, v.body AS question,
       v.version = q.current_version AND q.state = 'published' AS is_published
FROM questions AS q
JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id
LEFT JOIN users AS u ON u.id = v.author_id
WHERE q.id = $2::uuid AND bank_rank($1::uuid, q.bank_id) >= 1 AND v.version = ANY ($3::bigint[])
ORDER BY v.version;

-- Newest first, behind the event $3. One row without an event where nothing was audited of it; none where there is no such question.
-- name: question_history_list_events
-- lane: read
SELECT e.id, e.at, e.event, e.actor_id, e.display_name AS actor_name, e.detail
FROM questions AS q
LEFT JOIN LATERAL (SELECT a.id, a.at, a.event, a.actor_id, u.display_name,
                          a.detail - 'question_id' - 'bank' - 'slug' AS detail
                   FROM audit_events AS a
                   LEFT JOIN users AS u ON u.id = a.actor_id
                   WHERE a.detail ? 'question_id' AND a.detail ->> 'question_id' = q.id::text
                     AND ($3::uuid IS NULL OR a.id < $3::uuid)
                   ORDER BY a.id DESC
                   LIMIT $4::bigint) AS e ON true
WHERE q.id = $2::uuid AND bank_rank($1::uuid, q.bank_id) >= 1
ORDER BY e.id DESC;
