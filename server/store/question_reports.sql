-- What learners say is wrong with a question.

-- A report $3 of the learner $1 about a question of the bank $2 that learners are or were given. One row: filed, or what stands against
-- it: an open report of his own about it, or too many of the last day.
-- name: question_reports_file
-- lane: write
-- retry: safe
WITH question AS MATERIALIZED (
    SELECT bank_id, id, published_version
    FROM questions
    WHERE bank_id = $2::uuid AND id = $4::uuid AND published_version IS NOT NULL
), recent AS (
    SELECT count(*) AS filed
    FROM question_reports
    WHERE user_id = $1::uuid AND id <> $3::uuid AND created_at > clock_timestamp() - interval '24 hours'
), filed AS (
    INSERT INTO question_reports (user_id, id, bank_id, question_id, version, kind, body)
    SELECT $1::uuid, $3::uuid, q.bank_id, q.id, q.published_version, $5::text, $6::text
    FROM question AS q, recent AS r
    WHERE r.filed < $7::bigint AND EXISTS (SELECT FROM users WHERE id = $1::uuid)
    ON CONFLICT DO NOTHING
    RETURNING id, version, created_at
)
SELECT 'done' AS outcome, version, created_at FROM filed
UNION ALL
SELECT 'done', r.version, r.created_at FROM question_reports AS r WHERE r.user_id = $1::uuid AND r.id = $3::uuid
UNION ALL
SELECT CASE WHEN EXISTS (SELECT FROM question_reports AS r WHERE r.user_id = $1::uuid AND r.question_id = $4::uuid AND r.outcome IS NULL)
            THEN 'open' ELSE 'too_many' END, NULL, NULL
FROM question
WHERE NOT EXISTS (SELECT FROM filed) AND NOT EXISTS (SELECT FROM question_reports WHERE user_id = $1::uuid AND id = $3::uuid);

-- Newest first, behind the report $3; $4: 1 only open ones, 0 only others, NULL all. One row without a report where there is none; no
-- row where there is no such question.
-- name: question_reports_list
-- lane: read
SELECT r.id, r.version, r.kind, r.body AS text, r.created_at, r.outcome, r.comment, r.resolved_at
FROM questions AS q
LEFT JOIN LATERAL (SELECT *
                   FROM question_reports AS r
                   WHERE r.bank_id = q.bank_id AND r.question_id = q.id AND ($3::uuid IS NULL OR r.id < $3::uuid)
                     AND ($4::bigint IS NULL OR (r.outcome IS NULL) = ($4::bigint = 1))
                   ORDER BY r.id DESC
                   LIMIT $5::bigint) AS r ON true
WHERE q.id = $2::uuid AND bank_rank($1::uuid, q.bank_id) >= 1
ORDER BY r.id DESC;

-- Once and for all: a report that is resolved stays as it is.
-- name: question_reports_resolve
-- lane: session
-- retry: never
WITH found AS MATERIALIZED (
    SELECT r.user_id, r.id, r.question_id, r.version, r.kind, r.body, r.created_at, r.outcome, b.slug
    FROM question_reports AS r
    JOIN banks AS b ON b.id = r.bank_id
    WHERE r.id = $3::uuid AND r.question_id = $2::uuid AND bank_rank($1::uuid, r.bank_id) >= 1
    FOR UPDATE OF r
), resolved AS (
    UPDATE question_reports AS r
    SET outcome = $4::text, comment = $5::text, resolved_at = clock_timestamp(), resolved_by = $1::uuid
    FROM found AS f
    WHERE r.user_id = f.user_id AND r.id = f.id AND f.outcome IS NULL
    RETURNING r.id, r.outcome, r.comment, r.resolved_at
), recorded AS (
    INSERT INTO audit_events (id, event, actor_id, subject_id, address, detail)
    SELECT $6::uuid, 'question.report_resolved', $1::uuid, f.user_id, $7::text,
           jsonb_strip_nulls(jsonb_build_object('bank', f.slug, 'question_id', f.question_id, 'report_id', f.id, 'outcome', r.outcome,
                                                'comment', r.comment))
    FROM resolved AS r
    JOIN found AS f ON f.id = r.id
)
SELECT f.id, f.version, f.kind, f.body AS text, f.created_at, r.outcome, r.comment, r.resolved_at
FROM found AS f
LEFT JOIN resolved AS r ON r.id = f.id;
