-- Finding questions of a bank: by what they are, by words, by likeness. For sessions that plan each execution for its own parameters, so
-- that a filter that is not given (NULL) costs nothing and one that is given can use its index. One row with the caller's rank and no
-- question where none is found, or he may not see them.

-- By what they are, newest first, behind the question $13.
-- name: question_find_list
-- lane: read
SELECT c.rank, f.*
FROM (SELECT bank_rank($1::uuid, $2::uuid) AS rank) AS c
LEFT JOIN (
    SELECT q.id, q.slug, coalesce(q.working_state, q.state) AS state, coalesce(q.working_version, q.current_version) AS version,
           CASE WHEN q.state = 'published' THEN q.current_version END AS published_version, q.type, s.path AS section, q.difficulty, q.tags,
           q.domain, q.stem, q.author_id, u.display_name AS author_name, q.edited_at, q.needs_review_at,
           (SELECT count(*) FROM question_reports AS r
            WHERE r.bank_id = q.bank_id AND r.question_id = q.id AND r.outcome IS NULL) AS open_reports, NULL::float8 AS score
    FROM (SELECT *
          FROM questions AS q
          WHERE q.bank_id = $2::uuid AND ($13::uuid IS NULL OR q.id < $13::uuid)
            AND ($4::text IS NULL OR coalesce(q.working_state, q.state) = $4::text)
            AND ($5::text IS NULL OR q.type = $5::text)
            AND ($6::bigint IS NULL OR q.difficulty = $6::bigint)
            AND ($7::text IS NULL OR q.tags @> ARRAY[$7::text])
            AND ($8::text IS NULL OR q.domain = $8::text)
            AND ($9::uuid[] = '{}' OR q.section_id = ANY ($9::uuid[]))
            AND ($10::uuid IS NULL OR q.author_id = $10::uuid)
            AND ($11::bigint IS NULL OR (q.needs_review_at IS NOT NULL) = ($11::bigint = 1))
            AND ($12::bigint IS NULL
                 OR EXISTS (SELECT FROM question_reports AS r WHERE r.bank_id = q.bank_id AND r.question_id = q.id AND r.outcome IS NULL)
                   = ($12::bigint = 1))
          ORDER BY q.id DESC
          LIMIT $3::bigint) AS q
    JOIN sections AS s ON s.bank_id = q.bank_id AND s.id = q.section_id
    LEFT JOIN users AS u ON u.id = q.author_id) AS f ON c.rank >= 1
ORDER BY f.id DESC;

-- By words $15 (as one types them into a web search) and likeness to a text $16, in the language $14; the best first, behind the
-- question $13 with the score $17. Of more than a thousand with these words, the newest thousand are ranked; of those that are like a text, the
-- forty that share most words with it, or, where none shares any (slips of the pen), forty with alike letters.
-- name: question_find_search
-- lane: read
WITH caller AS MATERIALIZED (
    SELECT bank_rank($1::uuid, $2::uuid) AS rank, rare_words($14::text::regconfig, $16::text) AS rare,
           any_word($14::text::regconfig, $16::text) AS every
), fitting AS NOT MATERIALIZED (
    SELECT q.id, q.words, q.compared
    FROM questions AS q
    WHERE q.bank_id = $2::uuid
      AND ($4::text IS NULL OR coalesce(q.working_state, q.state) = $4::text)
      AND ($5::text IS NULL OR q.type = $5::text)
      AND ($6::bigint IS NULL OR q.difficulty = $6::bigint)
      AND ($7::text IS NULL OR q.tags @> ARRAY[$7::text])
      AND ($8::text IS NULL OR q.domain = $8::text)
      AND ($9::uuid[] = '{}' OR q.section_id = ANY ($9::uuid[]))
      AND ($10::uuid IS NULL OR q.author_id = $10::uuid)
      AND ($11::bigint IS NULL OR (q.needs_review_at IS NOT NULL) = ($11::bigint = 1))
      AND ($12::bigint IS NULL
           OR EXISTS (SELECT FROM question_reports AS r WHERE r.bank_id = q.bank_id AND r.question_id = q.id AND r.outcome IS NULL)
              = ($12::bigint = 1))
      AND ($15::text IS NULL OR q.words @@ websearch_to_tsquery($14::text::regconfig, $15::text))
), found AS MATERIALIZED (
    SELECT q.id, q.words, q.compared
    FROM fitting AS q
    WHERE $16::text IS NULL OR q.words @@ (SELECT rare FROM caller)
    ORDER BY CASE WHEN $16::text IS NOT NULL THEN ts_rank(q.words, (SELECT every FROM caller)) END DESC NULLS LAST, q.id DESC
    LIMIT CASE WHEN $16::text IS NULL THEN 1000 ELSE 40 END
), alike AS MATERIALIZED (
    SELECT id, words, compared FROM found
    UNION ALL
    (SELECT q.id, q.words, q.compared
     FROM fitting AS q
     WHERE $16::text IS NOT NULL AND NOT EXISTS (SELECT FROM found) AND $16::text <% q.compared
     LIMIT 40)
), scored AS (
    SELECT id, coalesce(ts_rank(words, websearch_to_tsquery($14::text::regconfig, $15::text)), 0)::float8
               + coalesce(greatest(similarity(compared, $16::text), word_similarity($16::text, compared)), 0)::float8 AS score
    FROM alike
), page AS MATERIALIZED (
    SELECT id, score
    FROM scored
    WHERE $13::uuid IS NULL OR (score, id) < ($17::float8, $13::uuid)
    ORDER BY score DESC, id DESC
    LIMIT $3::bigint
)
SELECT c.rank, f.*
FROM caller AS c
LEFT JOIN (
    SELECT q.id, q.slug, coalesce(q.working_state, q.state) AS state, coalesce(q.working_version, q.current_version) AS version,
           CASE WHEN q.state = 'published' THEN q.current_version END AS published_version, q.type, s.path AS section, q.difficulty, q.tags,
           q.domain, q.stem, q.author_id, u.display_name AS author_name, q.edited_at, q.needs_review_at,
           (SELECT count(*) FROM question_reports AS r
            WHERE r.bank_id = q.bank_id AND r.question_id = q.id AND r.outcome IS NULL) AS open_reports, p.score
    FROM page AS p
    JOIN questions AS q ON q.bank_id = $2::uuid AND q.id = p.id
    JOIN sections AS s ON s.bank_id = q.bank_id AND s.id = q.section_id
    LEFT JOIN users AS u ON u.id = q.author_id) AS f ON c.rank >= 1
ORDER BY f.score DESC, f.id DESC;

-- The five questions that ask most nearly the same as a text $4, from the likeness $5 on, but for the question $6 itself; those that are
-- retired left out.
-- name: question_find_twins
-- lane: read
WITH caller AS MATERIALIZED (
    SELECT rare_words($3::text::regconfig, $4::text) AS rare, any_word($3::text::regconfig, $4::text) AS every
    WHERE bank_rank($1::uuid, $2::uuid) >= 1
), found AS MATERIALIZED (
    SELECT q.id, q.slug, coalesce(q.working_state, q.state) AS state, q.stem, q.compared
    FROM questions AS q
    WHERE q.bank_id = $2::uuid AND q.words @@ (SELECT rare FROM caller) AND q.state <> 'retired' AND q.id IS DISTINCT FROM $6::uuid
    ORDER BY ts_rank(q.words, (SELECT every FROM caller)) DESC, q.id DESC
    LIMIT 40
), scored AS (
    SELECT id, slug, state, stem, similarity(compared, $4::text)::float8 AS score
    FROM found
)
SELECT id, slug, state, stem, score
FROM scored
WHERE score >= $5::float8
ORDER BY score DESC, id DESC
LIMIT 5;
