-- The notes of a bank in the hands of its owners, and what they and the questions lack.

-- name: notes_get_domains
-- lane: read
SELECT bank_rank($1::uuid, id) AS rank, domains
FROM banks
WHERE id = $2::uuid;

-- name: notes_get
-- lane: read
SELECT bank_rank($1::uuid, id) AS rank, encode(sha256(convert_to(notes_markdown, 'UTF8')), 'hex') AS tag, notes_markdown AS markdown
FROM banks
WHERE id = $2::uuid;

-- The steps of a change of the notes, in one transaction. The bank's row is locked first: changes and imports of one bank wait for each
-- other.
-- name: notes_lock
-- lane: session
-- retry: never
SELECT bank_rank($1::uuid, id) AS rank, encode(sha256(convert_to(notes_markdown, 'UTF8')), 'hex') AS tag, NULL::text AS markdown
FROM banks
WHERE id = $2::uuid
FOR NO KEY UPDATE;

-- name: notes_list_sections
-- lane: session
SELECT id, path, anchor, title, CASE WHEN removed_at IS NULL THEN parent_path END AS parent_path, body, removed_at IS NOT NULL AS is_removed
FROM sections
WHERE bank_id = $1::uuid
ORDER BY removed_at IS NOT NULL, position, path;

-- Sections $2 get other paths; they, and removed ones that have such a path, make way first.
-- name: notes_park_sections
-- lane: session
-- retry: never
UPDATE sections
SET path = path || '~' || id
WHERE bank_id = $1::uuid AND (id = ANY ($2::uuid[]) OR (removed_at IS NOT NULL AND path = ANY ($3::text[])));

-- name: notes_name_sections
-- lane: session
-- retry: never
UPDATE sections AS s
SET path = n.path
FROM unnest($2::uuid[], $3::text[]) AS n (id, path)
WHERE s.bank_id = $1::uuid AND s.id = n.id;

-- name: notes_add_aliases
-- lane: session
-- retry: never
INSERT INTO section_aliases AS a (bank_id, anchor, section_id, path)
SELECT $1::uuid, n.anchor, n.section_id, n.path
FROM unnest($2::uuid[], $3::text[], $4::text[]) AS n (section_id, anchor, path)
ON CONFLICT (bank_id, anchor) DO UPDATE
SET section_id = excluded.section_id, path = excluded.path, created_at = excluded.created_at;

-- What is a section's anchor now is nobody's old one.
-- name: notes_drop_aliases
-- lane: session
-- retry: never
DELETE FROM section_aliases AS a
USING sections AS s
WHERE a.bank_id = $1::uuid AND s.bank_id = a.bank_id AND s.anchor = a.anchor AND s.removed_at IS NULL;

-- name: notes_write
-- lane: session
-- retry: never
UPDATE banks
SET notes_title = $2::text, notes_markdown = $3::text
WHERE id = $1::uuid;

-- Questions that name a path of $2 name that of $3: a new version of what is published, and of an edit of it, each still of its author.
-- name: notes_rewrite_questions
-- lane: session
-- retry: never
WITH renames AS MATERIALIZED (
    SELECT old_path, new_path FROM unnest($2::text[], $3::text[]) AS r (old_path, new_path)
), named AS MATERIALIZED (
    SELECT DISTINCT q.id
    FROM questions AS q
    JOIN question_versions AS v
      ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version IN (q.current_version, q.working_version)
    WHERE q.bank_id = $1::uuid AND (v.body ->> 'section' = ANY ($2::text[]) OR v.body -> 'sections' ?| $2::text[])
), rewritten AS MATERIALIZED (
    SELECT q.id, v.version = q.current_version AS is_current, v.section_id, v.author_id,
           (SELECT max(version) FROM question_versions WHERE bank_id = q.bank_id AND question_id = q.id)
               + row_number() OVER (PARTITION BY q.id ORDER BY v.version) AS version,
           v.body
               || jsonb_build_object('section', coalesce((SELECT new_path FROM renames WHERE old_path = v.body ->> 'section'),
                                                         v.body ->> 'section'))
               || CASE WHEN v.body ? 'sections' THEN
                      jsonb_build_object('sections', (SELECT coalesce(jsonb_agg(coalesce(r.new_path, s.path) ORDER BY s.place), '[]')
                                                      FROM jsonb_array_elements_text(v.body -> 'sections') WITH ORDINALITY AS s (path, place)
                                                      LEFT JOIN renames AS r ON r.old_path = s.path))
                  ELSE '{}' END AS body
    FROM questions AS q
    JOIN question_versions AS v
      ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version IN (q.current_version, q.working_version)
    WHERE q.bank_id = $1::uuid AND q.id IN (SELECT id FROM named)
), written AS (
    INSERT INTO question_versions (bank_id, question_id, version, section_id, body, author_id)
    SELECT $1::uuid, id, version, section_id, body, author_id
    FROM rewritten
    ORDER BY id, version
)
UPDATE questions AS q
SET current_version = n.current, working_version = n.working, revision = q.revision + 1,
    published_version = CASE WHEN q.published_version = q.current_version THEN n.current ELSE q.published_version END
FROM (SELECT id, max(version) FILTER (WHERE is_current) AS current, max(version) FILTER (WHERE NOT is_current) AS working
      FROM rewritten
      GROUP BY id) AS n
WHERE q.bank_id = $1::uuid AND q.id = n.id;

-- Questions of sections that say something else now, or are gone.
-- name: notes_mark_questions
-- lane: session
-- retry: never
UPDATE questions
SET needs_review_at = coalesce(needs_review_at, clock_timestamp()), revision = revision + 1
WHERE bank_id = $1::uuid AND section_id = ANY ($2::uuid[]) AND state <> 'retired'
RETURNING id;

-- name: notes_record
-- lane: session
-- retry: never
INSERT INTO audit_events (id, event, actor_id, address, detail)
SELECT $3::uuid, 'bank.notes_changed', $1::uuid, $4::text, jsonb_build_object('bank', slug) || $5::jsonb
FROM banks
WHERE id = $2::uuid;

-- What answers to the questions of a section were worth before and since its text changed last. One row with the caller's rank and no
-- section where none has changed, or he may not see them.
-- name: notes_list_effects
-- lane: read
WITH caller AS MATERIALIZED (
    SELECT bank_rank($1::uuid, $2::uuid) AS rank
), changed AS MATERIALIZED (
    SELECT id, path, title, changed_at
    FROM sections
    WHERE bank_id = $2::uuid AND changed_at IS NOT NULL AND removed_at IS NULL AND (SELECT rank FROM caller) >= 1
), answered AS (
    SELECT c.id, w.recorded_at >= c.changed_at AS is_after, w.credit_milli
    FROM changed AS c
    JOIN questions AS q ON q.bank_id = $2::uuid AND q.section_id = c.id
    JOIN answers AS w ON w.question_id = q.id
    JOIN attempts AS a ON a.user_id = w.user_id AND a.id = w.attempt_id AND a.bank_id = $2::uuid
    WHERE w.is_final OR a.state = 'submitted'
), summed AS (
    SELECT id, count(*) FILTER (WHERE NOT is_after) AS answers_before, round(avg(credit_milli) FILTER (WHERE NOT is_after)) AS credit_before,
           count(*) FILTER (WHERE is_after) AS answers_after, round(avg(credit_milli) FILTER (WHERE is_after)) AS credit_after
    FROM answered
    GROUP BY id
)
SELECT k.rank, c.id, c.path, c.title, c.changed_at, coalesce(s.answers_before, 0) AS answers_before,
       s.credit_before::bigint AS credit_before, coalesce(s.answers_after, 0) AS answers_after, s.credit_after::bigint AS credit_after
FROM caller AS k
LEFT JOIN changed AS c ON true
LEFT JOIN summed AS s ON s.id = c.id
ORDER BY c.path;
