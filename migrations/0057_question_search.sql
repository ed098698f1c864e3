-- Finding questions: what is looked for stands beside each question, of its newest version. A trigger keeps it, whichever statement
-- writes a version; it could not be forgotten by one of them without somebody noticing months later.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

ALTER TABLE questions
    ADD COLUMN section_id uuid,
    ADD COLUMN type text,
    ADD COLUMN difficulty integer,
    ADD COLUMN tags text[],
    ADD COLUMN domain text,
    ADD COLUMN author_id uuid,
    ADD COLUMN stem text,
    ADD COLUMN compared text,  -- what tells it from others: the stem, with its parts where that is short (bank/duplicates.c)
    ADD COLUMN words tsvector,
    ADD COLUMN edited_at timestamptz;

-- Words are reduced to their stems in English; in other languages they are taken as they are.
CREATE FUNCTION question_words_config(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN language ~* '^en(-|$)' THEN 'pg_catalog.english'::regconfig ELSE 'pg_catalog.simple'::regconfig END;

-- The texts of options, items, premises, choices and accepted answers, with a blank between.
CREATE FUNCTION question_parts(body jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT coalesce(string_agg(part #>> '{}', ' '), '')
            FROM (SELECT jsonb_path_query(body, '$.*[*].text') UNION ALL SELECT jsonb_path_query(body, '$.gaps[*].accepted[*].text'))
                 AS parts (part));

CREATE FUNCTION question_words(body jsonb, config regconfig) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(to_tsvector(config, left(body ->> 'stem', 100000)), 'A')
        || setweight(to_tsvector(config, left(question_parts(body), 100000)), 'B')
        || setweight(to_tsvector(config, left(body ->> 'explanation', 100000)), 'C')
        || setweight(to_tsvector('pg_catalog.simple', replace(body ->> 'slug', '-', ' ')), 'D');

CREATE FUNCTION question_compared(body jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN left(CASE WHEN length(body ->> 'stem') >= 40 THEN body ->> 'stem' ELSE (body ->> 'stem') || ' ' || question_parts(body) END, 2000);

CREATE FUNCTION index_question_version() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE questions AS q
    SET section_id = NEW.section_id, type = NEW.body ->> 'type', difficulty = (NEW.body ->> 'difficulty')::integer,
        tags = ARRAY(SELECT jsonb_array_elements_text(NEW.body -> 'tags')), domain = NEW.body ->> 'domain', author_id = NEW.author_id,
        stem = NEW.body ->> 'stem', compared = question_compared(NEW.body),
        words = question_words(NEW.body, question_words_config(b.language)), edited_at = NEW.created_at
    FROM banks AS b
    WHERE q.bank_id = NEW.bank_id AND q.id = NEW.question_id AND b.id = NEW.bank_id;
    RETURN NULL;
END $$;
CREATE TRIGGER index_question_version AFTER INSERT ON question_versions
    FOR EACH ROW EXECUTE FUNCTION index_question_version();

CREATE FUNCTION index_bank_language() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE questions AS q
    SET words = question_words(v.body, question_words_config(NEW.language))
    FROM question_versions AS v
    WHERE q.bank_id = NEW.id AND v.bank_id = q.bank_id AND v.question_id = q.id
      AND v.version = coalesce(q.working_version, q.current_version);
    RETURN NULL;
END $$;
CREATE TRIGGER index_bank_language AFTER UPDATE OF language ON banks
    FOR EACH ROW WHEN (OLD.language IS DISTINCT FROM NEW.language) EXECUTE FUNCTION index_bank_language();

UPDATE questions AS q
SET section_id = v.section_id, type = v.body ->> 'type', difficulty = (v.body ->> 'difficulty')::integer,
    tags = ARRAY(SELECT jsonb_array_elements_text(v.body -> 'tags')), domain = v.body ->> 'domain', author_id = v.author_id,
    stem = v.body ->> 'stem', compared = question_compared(v.body), words = question_words(v.body, question_words_config(b.language)),
    edited_at = v.created_at
FROM question_versions AS v
JOIN banks AS b ON b.id = v.bank_id
WHERE v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = coalesce(q.working_version, q.current_version);

CREATE INDEX questions_words ON questions USING gin (words);
CREATE INDEX questions_compared ON questions USING gin (compared gin_trgm_ops);
CREATE INDEX questions_tags ON questions USING gin (tags);
CREATE INDEX questions_by_section ON questions (bank_id, section_id, id);
CREATE INDEX questions_by_author ON questions (bank_id, author_id, id);
CREATE INDEX questions_by_state ON questions (bank_id, coalesce(working_state, state), id);
CREATE INDEX questions_to_review ON questions (bank_id, id) WHERE needs_review_at IS NOT NULL;
CREATE INDEX question_reports_to_do ON question_reports (bank_id, question_id) WHERE outcome IS NULL;

-- All words of a text, any of which may be there.
CREATE FUNCTION any_word(config regconfig, given text) RETURNS tsquery
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT coalesce(string_agg(quote_literal(lexeme), ' | '), '')::tsquery FROM unnest(to_tsvector(config, given)));

-- Those that few questions have: together no more than one in fifty or four hundred, by the statistics of the table, but two at least.
-- Questions that ask alike share some of them, so that no others need be looked at.
CREATE FUNCTION rare_words(config regconfig, given text) RETURNS tsquery
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (WITH common AS MATERIALIZED (
                SELECT e.lexeme, e.share
                FROM pg_stats AS s
                CROSS JOIN LATERAL (SELECT s.most_common_elems::text::text[] AS lexemes) AS l
                CROSS JOIN LATERAL unnest(l.lexemes, s.most_common_elem_freqs[1:cardinality(l.lexemes)]) AS e (lexeme, share)
                WHERE s.schemaname = current_schema() AND s.tablename = 'questions' AND s.attname = 'words'
            ), ordered AS (
                SELECT g.lexeme, row_number() OVER w AS place, sum(coalesce(c.share, 0.0001)) OVER w AS total
                FROM unnest(to_tsvector(config, given)) AS g
                LEFT JOIN common AS c ON c.lexeme = g.lexeme
                WINDOW w AS (ORDER BY coalesce(c.share, 0.0001), g.lexeme)
            )
            SELECT coalesce(string_agg(quote_literal(lexeme), ' | '), '')::tsquery
            FROM ordered
            WHERE place <= 2 OR total < greatest(0.02, 400 / (SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'questions'::regclass)));
