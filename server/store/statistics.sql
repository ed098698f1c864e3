-- Item statistics: counting attempts, and reading what was counted.

-- Up to $1 attempts that are not counted yet (of user $2; NULL: anybody's), the first that were submitted first; those that another
-- server or a regrade has are left for later. They are counted by a statement of its own: one that had looked for them before a
-- regrade of them was committed would count what it saw then.
-- name: statistics_lock_uncounted
-- lane: session
-- retry: never
SELECT user_id, id
FROM attempts
WHERE raw_milli IS NOT NULL AND counted_at IS NULL AND ($2::uuid IS NULL OR user_id = $2::uuid)
ORDER BY submitted_at, id
LIMIT $1::bigint
FOR UPDATE SKIP LOCKED;

-- Counts these. Rows are written in one order, so that servers which count at once do not wait for one another in a circle.
-- name: statistics_count
-- lane: session
-- retry: never
WITH counted AS (
    UPDATE attempts AS a
    SET counted_at = clock_timestamp()
    FROM unnest($1::uuid[], $2::uuid[]) AS n (user_id, id)
    WHERE a.user_id = n.user_id AND a.id = n.id AND a.counted_at IS NULL
    RETURNING a.user_id, a.id, a.bank_id, coalesce(a.exam, '') AS exam
), added AS MATERIALIZED (
    SELECT c.bank_id, t.question_id, t.version, c.exam, t.kind, t.key, t.name, sum(t.answers) AS answers, sum(t.scored) AS scored,
           sum(t.paired) AS paired, sum(t.rest) AS rest, sum(t.total) AS total
    FROM counted AS c
    CROSS JOIN LATERAL attempt_tallies(c.user_id, c.id) AS t
    GROUP BY 1, 2, 3, 4, 5, 6, 7
), tallied AS (
    INSERT INTO item_tallies AS i (bank_id, question_id, version, exam, kind, key, name, answers, scored, paired, rest, total)
    SELECT * FROM added ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (bank_id, question_id, version, exam, kind, key, name) DO UPDATE
    SET answers = i.answers + excluded.answers, scored = i.scored + excluded.scored, paired = i.paired + excluded.paired,
        rest = i.rest + excluded.rest, total = i.total + excluded.total
), judged AS (
    INSERT INTO item_judgements AS j (bank_id, question_id, version, answers, change)
    SELECT bank_id, question_id, version, sum(answers), 1
    FROM added
    WHERE kind = 'credit'
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
    ON CONFLICT (bank_id, question_id, version) DO UPDATE
    SET answers = j.answers + excluded.answers, change = j.change + 1
)
SELECT count(*) AS count FROM counted;

-- Versions whose tallies have changed since they were judged, those that wait longest first.
-- name: statistics_lock_stale
-- lane: session
-- retry: never
SELECT bank_id, question_id, version, change
FROM item_judgements
WHERE change <> judged_change
ORDER BY judged_at NULLS FIRST
LIMIT $1::bigint
FOR UPDATE SKIP LOCKED;

-- name: statistics_judge
-- lane: session
-- retry: never
UPDATE item_judgements
SET judged_change = $4::bigint, flags = $5::text[], judged_at = clock_timestamp()
WHERE bank_id = $1::uuid AND question_id = $2::uuid AND version = $3::bigint;

-- What was counted of a question (version $3; NULL: of all).
-- name: statistics_list_tallies
-- lane: session
SELECT version, exam, kind, key, name, answers, paired, rest, total
FROM item_tallies
WHERE bank_id = $1::uuid AND question_id = $2::uuid AND ($3::bigint IS NULL OR version = $3::bigint) AND answers > 0
ORDER BY version DESC, exam, kind, key, name;

-- name: statistics_list_scores
-- lane: session
SELECT key, answers, total
FROM item_tallies
WHERE bank_id = $1::uuid AND question_id = '00000000-0000-0000-0000-000000000000' AND version = 0 AND exam = $2::text
  AND kind = 'score' AND answers > 0
ORDER BY key;

-- The credits of every version on the papers of an exam, a row a version.
-- name: statistics_list_exam_credits
-- lane: session
SELECT array_agg(key ORDER BY key) AS keys, array_agg(answers ORDER BY key) AS answers, array_agg(total ORDER BY key) AS totals,
       sum(scored)::bigint AS scored
FROM item_tallies
WHERE bank_id = $1::uuid AND exam = $2::text AND kind = 'credit' AND answers > 0
GROUP BY question_id, version
HAVING sum(scored) > 0
ORDER BY question_id, version;

-- The bank of question $2, and what the caller $1 may there. Of a bank that he is no member of there are no questions.
-- name: statistics_find_question
-- lane: session
SELECT q.bank_id, q.current_version::bigint AS version, bank_rank($1::uuid, q.bank_id) AS rank
FROM questions AS q
WHERE q.id = $2::uuid AND bank_rank($1::uuid, q.bank_id) >= 1;

-- Questions whose current version is flagged (with flag $2; NULL: any), behind question $3.
-- name: statistics_list_flagged
-- lane: session
SELECT j.question_id, q.slug, j.version, j.answers, j.flags, j.judged_at
FROM item_judgements AS j
JOIN questions AS q ON q.bank_id = j.bank_id AND q.id = j.question_id AND q.current_version = j.version
WHERE j.bank_id = $1::uuid AND j.flags <> '{}' AND q.state <> 'retired' AND ($2::text IS NULL OR $2::text = ANY (j.flags))
  AND ($3::uuid IS NULL OR j.question_id > $3::uuid)
ORDER BY j.question_id
LIMIT $4::bigint;
