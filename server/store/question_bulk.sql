-- One change of many questions of a bank: each judged alone, in one statement. Where $3 is 1 nothing is changed (a dry run); where $4 is 1
-- nothing is changed unless all can be. The bank's row is locked first, as by imports and changes of the notes, then the questions in one
-- order: so that changes of the same ones wait for each other, not for ever.

-- Retag ($7 added, $8 removed) or move to the section $9, whose first line is the source then, where that is no page. What is published
-- stays so, with a new version: for approvers.
-- name: question_bulk_edit
-- lane: session
-- retry: never
WITH caller AS MATERIALIZED (
    SELECT bank_rank($1::uuid, $2::uuid) AS rank,
           s.id AS section_id, s.first_line, (SELECT slug FROM banks WHERE id = $2::uuid) AS bank
    FROM (VALUES ($9::text)) AS w (path)
    LEFT JOIN sections AS s ON s.bank_id = $2::uuid AND s.path = w.path AND s.removed_at IS NULL
), bank AS MATERIALIZED (
    SELECT id
    FROM banks
    WHERE id = $2::uuid AND $3::bigint = 0 AND (SELECT rank FROM caller) >= 1
    FOR NO KEY UPDATE
), wanted AS (
    SELECT id, event_id, place
    FROM unnest($5::uuid[], $6::uuid[]) WITH ORDINALITY AS w (id, event_id, place)
), before AS MATERIALIZED (
    SELECT q.id, q.slug, q.state, q.working_version, v.body, v.section_id,
           (SELECT max(version) FROM question_versions WHERE bank_id = q.bank_id AND question_id = q.id) + 1 AS next_version
    FROM questions AS q
    JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
    WHERE q.bank_id = $2::uuid AND q.id = ANY ($5::uuid[]) AND (SELECT rank FROM caller) >= 1 AND (SELECT count(*) FROM bank) >= 0
    ORDER BY q.id
    FOR UPDATE OF q
), changes AS MATERIALIZED (
    SELECT b.id, t.tags,
           CASE WHEN $9::text IS NULL THEN b.section_id ELSE c.section_id END AS section_id,
           CASE WHEN $9::text IS NULL AND t.tags <> coalesce(b.body -> 'tags', '[]') THEN b.body || jsonb_build_object('tags', t.tags)
                WHEN b.section_id <> c.section_id
                THEN b.body
                     || jsonb_build_object('section', $9::text,
                                           'source', CASE WHEN b.body -> 'source' ? 'url' THEN (b.body -> 'source') - 'line'
                                                          ELSE jsonb_build_object('line', c.first_line) END)
                     || CASE WHEN b.body ? 'sections' THEN jsonb_build_object('sections', (b.body -> 'sections') - $9::text) ELSE '{}' END
                ELSE b.body END AS body
    FROM before AS b
    CROSS JOIN caller AS c
    CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(tag ORDER BY place), '[]') AS tags
                        FROM (SELECT tag, min(place) AS place
                              FROM (SELECT tag, place FROM jsonb_array_elements_text(b.body -> 'tags') WITH ORDINALITY AS h (tag, place)
                                    UNION ALL
                                    SELECT tag, 1000 + place FROM unnest($7::text[]) WITH ORDINALITY AS a (tag, place)) AS every
                              WHERE tag <> ALL ($8::text[])
                              GROUP BY tag) AS kept) AS t
), judged AS MATERIALIZED (
    SELECT w.place, w.id, w.event_id, b.slug, b.state, b.next_version, n.body, n.section_id,
           CASE WHEN b.id IS NULL THEN CASE WHEN EXISTS (SELECT FROM questions AS q WHERE q.bank_id = $2::uuid AND q.id = w.id)
                                            THEN 'changed_meanwhile' ELSE 'not_found' END
                WHEN c.rank < 2 AND b.state = 'published' THEN 'forbidden'
                WHEN b.working_version IS NOT NULL THEN 'being_edited'
                WHEN n.section_id IS NULL THEN 'no_section'
                WHEN jsonb_array_length(n.tags) > 20 THEN 'too_many_tags'
                WHEN n.body = b.body THEN 'unchanged'
                ELSE 'done' END AS outcome
    FROM wanted AS w
    CROSS JOIN caller AS c
    LEFT JOIN before AS b ON b.id = w.id
    LEFT JOIN changes AS n ON n.id = w.id
), written AS MATERIALIZED (
    SELECT *
    FROM judged
    WHERE outcome = 'done' AND $3::bigint = 0
      AND ($4::bigint = 0 OR NOT EXISTS (SELECT FROM judged WHERE outcome NOT IN ('done', 'unchanged')))
), version AS (
    INSERT INTO question_versions (bank_id, question_id, version, section_id, body, author_id)
    SELECT $2::uuid, id, next_version, section_id, body, $1::uuid
    FROM written
), changed AS (
    UPDATE questions AS q
    SET current_version = w.next_version, revision = q.revision + 1,
        published_version = CASE WHEN q.state = 'published' THEN w.next_version ELSE q.published_version END
    FROM written AS w
    WHERE q.bank_id = $2::uuid AND q.id = w.id
), bumped AS (
    UPDATE banks
    SET revision = revision + 1
    WHERE id = $2::uuid AND EXISTS (SELECT FROM written WHERE state = 'published')
    RETURNING slug
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, address, detail)
    SELECT w.event_id, CASE WHEN $9::text IS NULL THEN 'question.retagged' ELSE 'question.moved' END, $1::uuid, $11::text,
           jsonb_strip_nulls(jsonb_build_object('bank', c.bank, 'question_id', w.id, 'slug', w.slug, 'version', w.next_version,
                                                'section', $9::text, 'comment', $10::text))
    FROM written AS w
    CROSS JOIN caller AS c
)
SELECT c.rank, j.id, j.outcome, (SELECT count(pg_notify('quizd_banks', slug)) FROM bumped) AS notified
FROM judged AS j
CROSS JOIN caller AS c
ORDER BY j.place;

-- Takes questions to the state $7 (in_review, published or retired), which one gets to from the states $8 and with the rank $13. Where $9
-- is 1, whoever wrote any of what would be published cannot publish it. What has no section in the notes any more goes to no review and to
-- no learner; who has waited for the bank looks at the section as it is then, hence its lock.
-- name: question_bulk_change_state
-- lane: session
-- retry: never
WITH caller AS MATERIALIZED (
    SELECT bank_rank($1::uuid, $2::uuid) AS rank, (SELECT slug FROM banks WHERE id = $2::uuid) AS bank
), bank AS MATERIALIZED (
    SELECT id
    FROM banks
    WHERE id = $2::uuid AND $3::bigint = 0 AND (SELECT rank FROM caller) >= $13::bigint
    FOR NO KEY UPDATE
), wanted AS (
    SELECT id, event_id, key_event_id, place
    FROM unnest($5::uuid[], $6::uuid[], $12::uuid[]) WITH ORDINALITY AS w (id, event_id, key_event_id, place)
), before AS MATERIALIZED (
    SELECT q.id, q.slug, q.state, q.working_version, q.published_version, q.needs_review_at,
           coalesce(q.working_state, q.state) AS shown_state, coalesce(q.working_version, q.current_version) AS shown_version,
           EXISTS (SELECT FROM question_versions AS v
                   WHERE v.bank_id = q.bank_id AND v.question_id = q.id AND v.author_id = $1::uuid
                     AND v.version > coalesce(q.published_version, 0)) AS is_author,
           EXISTS (SELECT FROM question_versions AS v
                   WHERE v.bank_id = q.bank_id AND v.question_id = q.id
                     AND v.version = coalesce(q.working_version, q.current_version)) AS has_version
    FROM questions AS q
    WHERE q.bank_id = $2::uuid AND q.id = ANY ($5::uuid[]) AND (SELECT rank FROM caller) >= 1 AND (SELECT count(*) FROM bank) >= 0
    ORDER BY q.id
    FOR UPDATE OF q
), held AS MATERIALIZED (
    SELECT b.id
    FROM bank AS k
    CROSS JOIN before AS b
    JOIN question_versions AS v ON v.bank_id = k.id AND v.question_id = b.id AND v.version = b.shown_version
    JOIN sections AS s ON s.bank_id = v.bank_id AND s.id = v.section_id
    WHERE $7::text <> 'retired' AND s.removed_at IS NULL
    FOR SHARE OF s
), sited AS MATERIALIZED (
    SELECT id
    FROM held
    WHERE $3::bigint = 0
    UNION ALL
    SELECT b.id
    FROM before AS b
    JOIN question_versions AS v ON v.bank_id = $2::uuid AND v.question_id = b.id AND v.version = b.shown_version
    JOIN sections AS s ON s.bank_id = v.bank_id AND s.id = v.section_id
    WHERE $3::bigint = 1 AND s.removed_at IS NULL
), judged AS MATERIALIZED (
    SELECT w.place, w.id AS wanted_id, w.event_id, w.key_event_id, b.*,
           CASE WHEN b.id IS NULL THEN 'not_found'
                WHEN c.rank < $13::bigint THEN 'forbidden'
                WHEN NOT b.has_version THEN 'changed_meanwhile'
                WHEN b.shown_state = $7::text AND ($7::text <> 'published' OR b.needs_review_at IS NULL) THEN 'unchanged'
                WHEN b.shown_state <> ALL ($8::text[]) THEN 'wrong_state'
                WHEN $7::text <> 'retired' AND b.id NOT IN (SELECT id FROM sited) THEN 'no_section'
                WHEN $7::text = 'published' AND b.shown_state <> 'published' AND $9::bigint = 1 AND b.is_author THEN 'second_person_needed'
                ELSE 'done' END AS outcome
    FROM wanted AS w
    CROSS JOIN caller AS c
    LEFT JOIN before AS b ON b.id = w.id
), written AS MATERIALIZED (
    SELECT *
    FROM judged
    WHERE outcome = 'done' AND $3::bigint = 0
      AND ($4::bigint = 0 OR NOT EXISTS (SELECT FROM judged WHERE outcome NOT IN ('done', 'unchanged')))
), changed AS (
    UPDATE questions AS q
    SET state = CASE WHEN $7::text = 'in_review' AND w.working_version IS NOT NULL THEN q.state ELSE $7::text END,
        working_version = CASE WHEN $7::text = 'in_review' THEN q.working_version END,
        working_state = CASE WHEN $7::text = 'in_review' AND w.working_version IS NOT NULL THEN 'in_review' END,
        revision = q.revision + 1,
        current_version = CASE WHEN $7::text = 'published' THEN w.shown_version ELSE q.current_version END,
        published_version = CASE WHEN $7::text = 'published' THEN w.shown_version ELSE q.published_version END,
        needs_review_at = CASE WHEN $7::text = 'published' THEN NULL ELSE q.needs_review_at END
    FROM written AS w
    WHERE q.bank_id = $2::uuid AND q.id = w.id
), bumped AS (
    UPDATE banks
    SET revision = revision + 1
    WHERE id = $2::uuid AND EXISTS (SELECT FROM written WHERE $7::text = 'published' OR ($7::text = 'retired' AND state = 'published'))
    RETURNING slug
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, address, detail)
    SELECT w.event_id, 'question.state_changed', $1::uuid, $11::text,
           jsonb_strip_nulls(jsonb_build_object('bank', c.bank, 'question_id', w.id, 'slug', w.slug, 'version', w.shown_version,
                                                'from', w.shown_state, 'to', $7::text, 'comment', $10::text))
    FROM written AS w
    CROSS JOIN caller AS c
    UNION ALL
    SELECT w.key_event_id, 'question.key_changed', $1::uuid, $11::text,
           jsonb_build_object('bank', c.bank, 'question_id', w.id, 'slug', w.slug, 'from_version', w.published_version,
                              'to_version', w.shown_version)
    FROM written AS w
    CROSS JOIN caller AS c
    JOIN question_versions AS o ON o.bank_id = $2::uuid AND o.question_id = w.id AND o.version = w.published_version
    JOIN question_versions AS n ON n.bank_id = $2::uuid AND n.question_id = w.id AND n.version = w.shown_version
    WHERE $7::text = 'published' AND question_key(o.body) <> question_key(n.body)
)
SELECT c.rank, j.wanted_id AS id, j.outcome, (SELECT count(pg_notify('quizd_banks', slug)) FROM bumped) AS notified
FROM judged AS j
CROSS JOIN caller AS c
ORDER BY j.place;
