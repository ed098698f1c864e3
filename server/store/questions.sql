-- Questions in the hands of instructors. Every statement asks bank_rank() by itself: of a bank that the caller is no member of there are
-- no questions. What is shown of a question is its newest version and that one's state; learners are given `published_version`.

-- What a question is checked against before it is saved.
-- name: questions_context
-- lane: read
SELECT bank_rank($1::uuid, b.id) AS rank,
       ARRAY(SELECT d ->> 'slug' FROM jsonb_array_elements(b.domains -> 'domains') AS d) AS domains,
       split_part(b.notes_markdown, E'\n', $3::bigint::integer) AS source_line
FROM banks AS b
WHERE b.id = $2::uuid;

-- name: questions_get
-- lane: read
SELECT q.id, q.bank_id, b.slug AS bank, q.slug, coalesce(q.working_state, q.state) AS state, v.version,
       CASE WHEN q.state = 'published' THEN q.current_version END AS published_version, v.body AS question, v.author_id,
       u.display_name AS author_name, v.created_at AS edited_at, q.needs_review_at, q.revision,
       (SELECT count(*) FROM question_reports AS r
        WHERE r.bank_id = q.bank_id AND r.question_id = q.id AND r.outcome IS NULL) AS open_reports
FROM questions AS q
JOIN banks AS b ON b.id = q.bank_id
JOIN question_versions AS v
  ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = coalesce(q.working_version, q.current_version)
LEFT JOIN users AS u ON u.id = v.author_id
WHERE q.id = $2::uuid AND bank_rank($1::uuid, q.bank_id) >= 1;

-- One row: saved, or what stands against it.
-- name: questions_create
-- lane: session
-- retry: never
WITH standing AS MATERIALIZED (
    SELECT bank_rank($1::uuid, $2::uuid) AS rank,
           (SELECT id FROM sections WHERE bank_id = $2::uuid AND path = $5::text AND removed_at IS NULL) AS section_id
), question AS (
    INSERT INTO questions (bank_id, id, slug, state, current_version)
    SELECT $2::uuid, $3::uuid, $4::text, 'draft', 1
    FROM standing
    WHERE rank >= 1 AND section_id IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING id
), version AS (
    INSERT INTO question_versions (bank_id, question_id, version, section_id, body, author_id)
    SELECT $2::uuid, q.id, 1, s.section_id, $6::jsonb, $1::uuid
    FROM question AS q, standing AS s
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, address, detail)
    SELECT $7::uuid, 'question.created', $1::uuid, $8::text,
           jsonb_strip_nulls(jsonb_build_object('bank', (SELECT slug FROM banks WHERE id = $2::uuid), 'question_id', id, 'slug', $4::text,
                                                'version', 1, 'to', 'draft', 'comment', $9::text))
    FROM question
)
SELECT CASE WHEN s.rank < 1 THEN 'forbidden'
            WHEN s.section_id IS NULL THEN 'no_section'
            WHEN NOT EXISTS (SELECT FROM question) THEN 'slug_taken'
            ELSE 'done' END AS outcome
FROM standing AS s;

-- A new version $4 of question $2, made from what was seen as revision $3 (NULL: whatever is there); 'unchanged' where nothing changes.
-- What equals the published version takes an edit back. No row: there is no such question. Who has waited for the lock sees the row as it is
-- then, but no version that came meanwhile: that is stale, too.
-- name: questions_edit
-- lane: session
-- retry: never
WITH before AS MATERIALIZED (
    SELECT q.bank_id, q.id, q.slug, q.state, q.current_version, q.working_version, q.working_state, q.revision
    FROM questions AS q
    WHERE q.id = $2::uuid AND bank_rank($1::uuid, q.bank_id) >= 1
    FOR UPDATE OF q
), judged AS MATERIALIZED (
    SELECT b.bank_id, b.id, b.slug, b.state, b.working_version, coalesce(b.working_state, b.state) AS shown_state, s.id AS section_id,
           (SELECT max(version) FROM question_versions WHERE bank_id = b.bank_id AND question_id = b.id) + 1 AS next_version,
           (n.body, n.section_id) = ($4::jsonb, s.id) AS is_same,
           b.working_version IS NOT NULL AND (c.body, c.section_id) = ($4::jsonb, s.id) AS is_taken_back,
           CASE WHEN b.revision <> $3::bigint OR n.version IS NULL OR c.version IS NULL THEN 'stale'
                WHEN b.slug <> $5::text THEN 'slug_changed'
                WHEN s.id IS NULL THEN 'no_section'
                ELSE 'done' END AS outcome
    FROM before AS b
    LEFT JOIN question_versions AS n
      ON n.bank_id = b.bank_id AND n.question_id = b.id AND n.version = coalesce(b.working_version, b.current_version)
    LEFT JOIN question_versions AS c ON c.bank_id = b.bank_id AND c.question_id = b.id AND c.version = b.current_version
    LEFT JOIN sections AS s ON s.bank_id = b.bank_id AND s.path = $6::text AND s.removed_at IS NULL
), version AS (
    INSERT INTO question_versions (bank_id, question_id, version, section_id, body, author_id)
    SELECT bank_id, id, next_version, section_id, $4::jsonb, $1::uuid
    FROM judged
    WHERE outcome = 'done' AND NOT is_same AND NOT is_taken_back
    RETURNING version
), changed AS (
    UPDATE questions AS q
    SET state = CASE WHEN j.state = 'published' THEN 'published' ELSE 'draft' END,
        current_version = CASE WHEN j.state = 'published' THEN q.current_version ELSE (SELECT version FROM version) END,
        working_version = CASE WHEN j.state = 'published' THEN (SELECT version FROM version) END,
        working_state = CASE WHEN j.state = 'published' AND NOT j.is_taken_back THEN 'draft' END,
        revision = q.revision + 1
    FROM judged AS j
    WHERE q.bank_id = j.bank_id AND q.id = j.id AND j.outcome = 'done' AND NOT j.is_same
    RETURNING q.id
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, address, detail)
    SELECT $7::uuid, CASE WHEN j.is_taken_back THEN 'question.edit_taken_back' ELSE 'question.edited' END, $1::uuid, $8::text,
           jsonb_strip_nulls(jsonb_build_object('bank', b.slug, 'question_id', j.id, 'slug', j.slug,
                                                'version', (SELECT version FROM version), 'from', j.shown_state,
                                                'to', CASE WHEN j.is_taken_back THEN 'published' ELSE 'draft' END, 'comment', $9::text))
    FROM changed AS c
    JOIN judged AS j ON j.id = c.id
    JOIN banks AS b ON b.id = j.bank_id
)
SELECT CASE WHEN outcome = 'done' AND is_same THEN 'unchanged' ELSE outcome END AS outcome
FROM judged;

-- Takes question $2, seen as revision $4 (NULL: whatever is there), to state $3, which one gets to from the states $5 and with the rank
-- $6. Where $7 is 1, whoever wrote any of what would be published cannot publish it. What has no section in the notes any more goes to
-- no review and to no learner. No row: there is no such question. What learners are given is changed with the bank's row locked first, as
-- by imports and changes of the notes: so that they wait for each other, not for ever. Who has waited for it looks at the section as it is
-- then, hence its lock.
-- name: questions_change_state
-- lane: session
-- retry: never
WITH bank AS MATERIALIZED (
    SELECT b.id
    FROM banks AS b
    WHERE b.id = (SELECT bank_id FROM questions WHERE id = $2::uuid) AND bank_rank($1::uuid, b.id) >= $6::bigint
      AND $3::text IN ('published', 'retired')
    FOR NO KEY UPDATE
), before AS MATERIALIZED (
    SELECT q.bank_id, q.id, q.slug, q.state, q.current_version, q.working_version, q.published_version, q.revision, q.needs_review_at,
           coalesce(q.working_state, q.state) AS shown_state, coalesce(q.working_version, q.current_version) AS shown_version,
           bank_rank($1::uuid, q.bank_id) AS rank
    FROM questions AS q
    WHERE q.id = $2::uuid AND bank_rank($1::uuid, q.bank_id) >= 1 AND (SELECT count(*) FROM bank) >= 0
    FOR UPDATE OF q
), held AS MATERIALIZED (
    SELECT s.id
    FROM bank AS k
    JOIN before AS b ON b.bank_id = k.id
    JOIN question_versions AS v ON v.bank_id = b.bank_id AND v.question_id = b.id AND v.version = b.shown_version
    JOIN sections AS s ON s.bank_id = v.bank_id AND s.id = v.section_id
    WHERE $3::text = 'published' AND s.removed_at IS NULL
    FOR SHARE OF s
), judged AS MATERIALIZED (
    SELECT b.*, EXISTS (SELECT FROM question_versions AS v
                        WHERE v.bank_id = b.bank_id AND v.question_id = b.id AND v.author_id = $1::uuid
                          AND v.version > coalesce(b.published_version, 0)) AS is_author,
           EXISTS (SELECT FROM question_versions AS v
                   WHERE v.bank_id = b.bank_id AND v.question_id = b.id AND v.version = b.shown_version) AS has_version,
           CASE WHEN $3::text = 'published' THEN EXISTS (SELECT FROM held)
                ELSE EXISTS (SELECT FROM question_versions AS v
                             JOIN sections AS s ON s.bank_id = v.bank_id AND s.id = v.section_id
                             WHERE v.bank_id = b.bank_id AND v.question_id = b.id AND v.version = b.shown_version
                               AND s.removed_at IS NULL) END AS has_section
    FROM before AS b
), decided AS MATERIALIZED (
    SELECT j.*, CASE WHEN rank < $6::bigint THEN 'forbidden'
                     WHEN revision <> $4::bigint OR NOT has_version THEN 'stale'
                     WHEN shown_state <> ALL ($5::text[]) OR (shown_state = $3::text AND needs_review_at IS NULL) THEN 'wrong_state'
                     WHEN $3::text IN ('in_review', 'published') AND NOT has_section THEN 'section_removed'
                     WHEN $3::text = 'published' AND shown_state <> 'published' AND $7::bigint = 1 AND is_author THEN 'own_work'
                     ELSE 'done' END AS outcome
    FROM judged AS j
), changed AS (
    UPDATE questions AS q
    SET state = CASE WHEN $3::text IN ('published', 'retired') OR d.working_version IS NULL THEN $3::text ELSE q.state END,
        current_version = CASE WHEN $3::text = 'published' THEN d.shown_version ELSE q.current_version END,
        working_version = CASE WHEN $3::text IN ('draft', 'in_review') THEN q.working_version END,
        working_state = CASE WHEN $3::text IN ('draft', 'in_review') AND q.working_version IS NOT NULL THEN $3::text END,
        published_version = CASE WHEN $3::text = 'published' THEN d.shown_version ELSE q.published_version END,
        needs_review_at = CASE WHEN $3::text = 'published' THEN NULL ELSE q.needs_review_at END,
        revision = q.revision + 1
    FROM decided AS d
    WHERE q.bank_id = d.bank_id AND q.id = d.id AND d.outcome = 'done'
    RETURNING q.id
), bumped AS (
    UPDATE banks AS b
    SET revision = b.revision + 1
    FROM decided AS d
    WHERE b.id = d.bank_id AND d.outcome = 'done'
      AND ($3::text = 'published' OR ($3::text = 'retired' AND d.state = 'published'))
    RETURNING b.slug
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, address, detail)
    SELECT ($8::uuid[])[1], 'question.state_changed', $1::uuid, $9::text,
           jsonb_strip_nulls(jsonb_build_object('bank', b.slug, 'question_id', d.id, 'slug', d.slug, 'version', d.shown_version,
                                                'from', d.shown_state, 'to', $3::text, 'comment', $10::text))
    FROM changed AS c
    JOIN decided AS d ON d.id = c.id
    JOIN banks AS b ON b.id = d.bank_id
    UNION ALL
    SELECT ($8::uuid[])[2], 'question.key_changed', $1::uuid, $9::text,
           jsonb_build_object('bank', b.slug, 'question_id', d.id, 'slug', d.slug, 'from_version', d.published_version,
                              'to_version', d.shown_version)
    FROM changed AS c
    JOIN decided AS d ON d.id = c.id
    JOIN banks AS b ON b.id = d.bank_id
    JOIN question_versions AS o ON o.bank_id = d.bank_id AND o.question_id = d.id AND o.version = d.published_version
    JOIN question_versions AS n ON n.bank_id = d.bank_id AND n.question_id = d.id AND n.version = d.shown_version
    WHERE $3::text = 'published' AND question_key(o.body) <> question_key(n.body)
)
SELECT outcome, (SELECT count(pg_notify('quizd_banks', slug)) FROM bumped) AS notified
FROM decided;
