-- What a snapshot is made of, and what an import changes.

-- name: banks_read_revisions
-- lane: session
SELECT (coalesce(sum(revision), 0) + (SELECT generation FROM exposure_state))::bigint AS revision, count(*) AS banks
FROM banks;

-- name: banks_list
-- lane: session
SELECT id, slug, title, language, target_milli, revision
FROM banks
ORDER BY slug;

-- name: banks_list_sections
-- lane: session
SELECT id, path, anchor, title, depth, CASE WHEN removed_at IS NULL THEN parent_path END AS parent_path, first_line, last_line,
       body, links, content_hash, removed_at IS NOT NULL AS is_removed
FROM sections
WHERE bank_id = $1::uuid
ORDER BY removed_at IS NOT NULL, position, path;

-- name: banks_list_questions
-- lane: session
SELECT q.id, v.version, v.section_id, v.body, c.calibrated_at, c.difficulties, c.variances
FROM questions AS q
JOIN question_versions AS v
  ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg((extract(epoch FROM in_force_at) * 1000000)::bigint ORDER BY in_force_at), '{}') AS calibrated_at,
           coalesce(array_agg(difficulty ORDER BY in_force_at), '{}') AS difficulties,
           coalesce(array_agg(variance ORDER BY in_force_at), '{}') AS variances
    FROM item_calibrations AS i
    WHERE i.bank_id = v.bank_id AND i.question_id = v.question_id AND i.version = v.version
) AS c
WHERE q.bank_id = $1::uuid AND q.state = 'published'
ORDER BY q.id;

-- Versions that an attempt keeps although the bank has moved on.
-- name: banks_get_versions
-- lane: read
SELECT v.question_id, v.version, v.section_id, v.body, c.calibrated_at, c.difficulties, c.variances
FROM (SELECT DISTINCT question_id, version FROM unnest($2::uuid[], $3::bigint[]) AS u (question_id, version)) AS wanted
JOIN question_versions AS v
  ON v.bank_id = $1::uuid AND v.question_id = wanted.question_id AND v.version = wanted.version
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg((extract(epoch FROM in_force_at) * 1000000)::bigint ORDER BY in_force_at), '{}') AS calibrated_at,
           coalesce(array_agg(difficulty ORDER BY in_force_at), '{}') AS difficulties,
           coalesce(array_agg(variance ORDER BY in_force_at), '{}') AS variances
    FROM item_calibrations AS i
    WHERE i.bank_id = v.bank_id AND i.question_id = v.question_id AND i.version = v.version
) AS c;

-- Returns a row only where the bank is new or changed.
-- name: banks_upsert
-- lane: session
-- retry: never
INSERT INTO banks AS b (id, slug, title, language, target_milli, domains, notes_title, notes_markdown)
VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::bigint, $6::jsonb, $7::text, $8::text)
ON CONFLICT (slug) DO UPDATE
SET title = excluded.title, language = excluded.language, target_milli = excluded.target_milli,
    domains = excluded.domains, notes_title = excluded.notes_title, notes_markdown = excluded.notes_markdown
WHERE (b.title, b.language, b.target_milli, b.domains, b.notes_title, b.notes_markdown)
      IS DISTINCT FROM
      (excluded.title, excluded.language, excluded.target_milli, excluded.domains, excluded.notes_title,
       excluded.notes_markdown)
RETURNING id;

-- name: banks_lock
-- lane: session
-- retry: never
SELECT id
FROM banks
WHERE slug = $1::text
FOR UPDATE;

-- name: banks_bump_revision
-- lane: session
-- retry: never
UPDATE banks
SET revision = revision + 1
WHERE id = $1::uuid;

-- name: banks_notify
-- lane: session
-- retry: never
SELECT pg_notify('quizd_banks', $1::text);

-- One section of the notes; says whether anything of it changed.
-- name: banks_upsert_section
-- lane: session
-- retry: never
INSERT INTO sections AS s
    (bank_id, id, path, anchor, title, depth, parent_path, position, first_line, last_line, body, links, content_hash)
VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::bigint, $7::text, $8::bigint, $9::bigint, $10::bigint,
        $11::text, $12::jsonb, $13::text)
ON CONFLICT (bank_id, path) DO UPDATE
SET anchor = excluded.anchor, title = excluded.title, depth = excluded.depth, parent_path = excluded.parent_path,
    position = excluded.position, first_line = excluded.first_line, last_line = excluded.last_line,
    body = excluded.body, links = excluded.links, content_hash = excluded.content_hash, removed_at = NULL
WHERE (s.anchor, s.title, s.depth, s.parent_path, s.position, s.first_line, s.last_line, s.body, s.links, s.content_hash,
       s.removed_at)
      IS DISTINCT FROM
      (excluded.anchor, excluded.title, excluded.depth, excluded.parent_path, excluded.position, excluded.first_line,
       excluded.last_line, excluded.body, excluded.links, excluded.content_hash, NULL)
RETURNING (xmax = 0) AS is_new;

-- name: banks_remove_sections
-- lane: session
-- retry: never
UPDATE sections
SET removed_at = clock_timestamp()
WHERE bank_id = $1::uuid AND removed_at IS NULL AND path <> ALL ($2::text[])
RETURNING path;

-- One question by its slug: a new version where its body or its section changed, nothing otherwise.
-- name: banks_upsert_question
-- lane: session
-- retry: never
WITH section AS (
    SELECT id FROM sections WHERE bank_id = $1::uuid AND path = $4::text AND removed_at IS NULL
), existing AS (
    SELECT q.id, q.current_version, v.body, v.section_id, q.state
    FROM questions AS q
    JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
    WHERE q.bank_id = $1::uuid AND q.slug = $3::text
), question AS (
    INSERT INTO questions AS q (bank_id, id, slug, state, current_version)
    SELECT $1::uuid, $2::uuid, $3::text, 'published', 1
    FROM section
    ON CONFLICT (bank_id, slug) DO UPDATE
    SET current_version = q.current_version + 1, state = 'published'
    WHERE EXISTS (SELECT FROM existing, section
                  WHERE (existing.body, existing.section_id, existing.state)
                        IS DISTINCT FROM ($5::jsonb, section.id, 'published'))
    RETURNING q.id, q.current_version
), version AS (
    INSERT INTO question_versions (bank_id, question_id, version, section_id, body)
    SELECT $1::uuid, question.id, question.current_version, section.id, $5::jsonb
    FROM question, section
    RETURNING version
)
SELECT version.version::bigint AS version
FROM version;
