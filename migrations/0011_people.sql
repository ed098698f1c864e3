-- What stays of a person who was erased: how often each version of a question was answered, and what the answers were worth. No row
-- says by whom, when, or how.

CREATE TABLE question_erased_answers (
    bank_id      uuid NOT NULL,
    question_id  uuid NOT NULL,
    version      bigint NOT NULL,
    answers      bigint NOT NULL,
    correct      bigint NOT NULL, -- with full credit
    credit_milli bigint NOT NULL, -- the sum
    PRIMARY KEY (bank_id, question_id, version)
);

-- As the API writes times; for documents that are made in SQL.
CREATE FUNCTION rfc3339(at timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
