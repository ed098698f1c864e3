-- What imports and exports of questions need to know of a bank.

-- name: transfers_get_bank
-- lane: session
SELECT id, ARRAY(SELECT d->>'slug' FROM jsonb_array_elements(domains->'domains') AS d) AS domains, notes_markdown AS notes
FROM banks
WHERE slug = $1::text;

-- name: transfers_list_sections
-- lane: session
SELECT path, anchor, first_line::bigint, last_line::bigint, body
FROM sections
WHERE bank_id = $1::uuid AND removed_at IS NULL
ORDER BY position;

-- None, too, where the caller is no member of the bank.
-- name: transfers_find_question
-- lane: session
SELECT id
FROM questions
WHERE bank_id = $2::uuid AND slug = $3::text AND bank_rank($1::uuid, $2::uuid) >= 1;

-- The types of the questions that have these slugs, as they are now or were edited last; with the place of each in the list.
-- name: transfers_find_types
-- lane: session
SELECT u.place, v.body ->> 'type' AS type
FROM unnest($2::text[]) WITH ORDINALITY AS u (slug, place)
JOIN questions AS q ON q.bank_id = $1::uuid AND q.slug = u.slug
JOIN question_versions AS v
  ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = coalesce(q.working_version, q.current_version);

-- The questions that stand behind the one given, in the order of the notes; with $4 those of one section and all below it.
-- name: transfers_list_questions
-- lane: session
SELECT s.position::bigint, q.slug, v.body
FROM questions AS q
JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
JOIN sections AS s ON s.bank_id = v.bank_id AND s.id = v.section_id
WHERE q.bank_id = $1::uuid AND q.state = 'published' AND (s.position, q.slug) > ($2::bigint, $3::text)
  AND ($4::text IS NULL OR s.path = $4::text OR starts_with(s.path, $4::text || '/'))
ORDER BY s.position, q.slug
LIMIT $5::bigint;

-- name: transfers_count_questions
-- lane: session
SELECT count(*)
FROM questions AS q
JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
JOIN sections AS s ON s.bank_id = v.bank_id AND s.id = v.section_id
WHERE q.bank_id = $1::uuid AND q.state = 'published'
  AND ($2::text IS NULL OR s.path = $2::text OR starts_with(s.path, $2::text || '/'));
