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
       body, links, content_hash, removed_at IS NOT NULL AS is_removed,
       ARRAY(SELECT a.anchor FROM section_aliases AS a WHERE a.bank_id = s.bank_id AND a.section_id = s.id ORDER BY a.anchor) AS aliases
FROM sections AS s
WHERE bank_id = $1::uuid
ORDER BY removed_at IS NOT NULL, position, path;

-- name: banks_count_questions
-- lane: session
SELECT count(*) AS count FROM questions WHERE bank_id = $1::uuid AND state = 'published';

-- A page of $3 questions behind the id $2; NULL: from the first.
-- name: banks_list_questions
-- lane: session
SELECT q.id, v.version, v.section_id, v.body,
       (SELECT CASE WHEN count(*) > 0 THEN jsonb_build_object('calibrations', jsonb_agg(jsonb_build_object(
                'in_force_at', (extract(epoch FROM i.in_force_at) * 1000000)::bigint, 'difficulty', i.difficulty,
                'variance', i.variance) ORDER BY i.in_force_at))::text END
        FROM item_calibrations AS i
        WHERE i.bank_id = v.bank_id AND i.question_id = v.question_id AND i.version = v.version) AS calibrations
FROM questions AS q
JOIN question_versions AS v
  ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
WHERE q.bank_id = $1::uuid AND q.state = 'published' AND q.id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
ORDER BY q.id
LIMIT $3::bigint;

-- Versions that an attempt keeps although the bank has moved on.
-- name: banks_get_versions
-- lane: read
SELECT v.question_id, v.version, v.section_id, v.body,
       (SELECT CASE WHEN count(*) > 0 THEN jsonb_build_object('calibrations', jsonb_agg(jsonb_build_object(
                'in_force_at', (extract(epoch FROM i.in_force_at) * 1000000)::bigint, 'difficulty', i.difficulty,
                'variance', i.variance) ORDER BY i.in_force_at))::text END
        FROM item_calibrations AS i
        WHERE i.bank_id = v.bank_id AND i.question_id = v.question_id AND i.version = v.version) AS calibrations
FROM (SELECT DISTINCT question_id, version FROM unnest($2::uuid[], $3::bigint[]) AS u (question_id, version)) AS wanted
JOIN question_versions AS v
  ON v.bank_id = $1::uuid AND v.question_id = wanted.question_id AND v.version = wanted.version;

-- Returns a row only where the bank is new or changed; with $10 one that is there stays as it is.
-- name: banks_upsert
-- lane: session
-- retry: never
INSERT INTO banks AS b (id, slug, title, language, target_milli, domains, notes_title, notes_markdown, time_zone)
VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::bigint, $6::jsonb, $7::text, $8::text, coalesce($9::text, 'UTC'))
ON CONFLICT (slug) DO UPDATE
SET title = excluded.title, language = excluded.language, target_milli = excluded.target_milli,
    domains = excluded.domains, notes_title = excluded.notes_title, notes_markdown = excluded.notes_markdown,
    time_zone = excluded.time_zone
WHERE NOT $10::boolean
  AND (b.title, b.language, b.target_milli, b.domains, b.notes_title, b.notes_markdown, b.time_zone)
      IS DISTINCT FROM
      (excluded.title, excluded.language, excluded.target_milli, excluded.domains, excluded.notes_title,
       excluded.notes_markdown, excluded.time_zone)
RETURNING id;

-- name: banks_find_time_zone
-- lane: session
SELECT name
FROM time_zones
WHERE name = $1::text;

-- name: banks_lock
-- lane: session
-- retry: never
SELECT id
FROM banks
WHERE slug = $1::text
FOR NO KEY UPDATE;

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

-- name: banks_record_import
-- lane: session
-- retry: never
INSERT INTO audit_events (id, event, detail)
SELECT $2::uuid, 'bank.imported', jsonb_build_object('bank', slug) || $3::jsonb
FROM banks
WHERE id = $1::uuid;

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
    body = excluded.body, links = excluded.links, content_hash = excluded.content_hash, removed_at = NULL,
    changed_at = CASE WHEN s.body = excluded.body THEN s.changed_at ELSE clock_timestamp() END
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

-- One question by its slug: a new version where its body or its section changed, nothing otherwise. It is published; an edit that was
-- under way stays in the history alone. Audited where the new version judges responses otherwise than the one before.
-- name: banks_upsert_question
-- lane: session
-- retry: never
WITH section AS (
    SELECT id FROM sections WHERE bank_id = $1::uuid AND path = $4::text AND removed_at IS NULL
), existing AS (
    SELECT q.id, q.current_version, v.body, v.section_id, q.state,
           (SELECT max(version) FROM question_versions WHERE bank_id = q.bank_id AND question_id = q.id) + 1 AS next_version
    FROM questions AS q
    JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
    WHERE q.bank_id = $1::uuid AND q.slug = $3::text
), question AS (
    INSERT INTO questions AS q (bank_id, id, slug, state, current_version, published_version)
    SELECT $1::uuid, $2::uuid, $3::text, 'published', 1, 1
    FROM section
    ON CONFLICT (bank_id, slug) DO UPDATE
    SET current_version = (SELECT next_version FROM existing), state = 'published', published_version = (SELECT next_version FROM existing),
        working_version = NULL, working_state = NULL, needs_review_at = NULL, revision = q.revision + 1
    WHERE EXISTS (SELECT FROM existing, section
                  WHERE (existing.body, existing.section_id, existing.state)
                        IS DISTINCT FROM ($5::jsonb, section.id, 'published'))
    RETURNING q.id, q.current_version
), version AS (
    INSERT INTO question_versions (bank_id, question_id, version, section_id, body)
    SELECT $1::uuid, question.id, question.current_version, section.id, $5::jsonb
    FROM question, section
    RETURNING question_id, version
), recorded AS (
    INSERT INTO audit_events (id, event, detail)
    SELECT $6::uuid, 'question.key_changed',
           jsonb_build_object('question_id', v.question_id, 'slug', $3::text, 'from_version', e.current_version, 'to_version', v.version)
    FROM version AS v, existing AS e
    WHERE question_key(e.body) <> question_key($5::jsonb)
)
SELECT version.version::bigint AS version
FROM version;

-- What is published and not among the slugs $2, to be retired or told.
-- name: banks_list_missing
-- lane: session
SELECT id
FROM questions
WHERE bank_id = $1::uuid AND state = 'published' AND slug <> ALL ($2::text[])
ORDER BY id
FOR UPDATE;

-- Retires the questions $2 with the audit events $3; an edit that was under way stays in the history alone.
-- name: banks_retire_questions
-- lane: session
-- retry: never
WITH retired AS (
    UPDATE questions AS q
    SET state = 'retired', working_version = NULL, working_state = NULL, revision = q.revision + 1
    FROM unnest($2::uuid[], $3::uuid[]) AS w (id, event_id)
    WHERE q.bank_id = $1::uuid AND q.id = w.id
    RETURNING w.event_id, q.id, q.slug, q.current_version
)
INSERT INTO audit_events (id, event, detail)
SELECT r.event_id, 'question.state_changed',
       jsonb_build_object('bank', b.slug, 'question_id', r.id, 'slug', r.slug, 'version', r.current_version, 'from', 'published',
                          'to', 'retired')
FROM retired AS r
JOIN banks AS b ON b.id = $1::uuid;
