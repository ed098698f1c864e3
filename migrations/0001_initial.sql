-- Accounts, banks, attempts, answers and the evidence that weak areas are estimated from.
-- Every row that belongs to a user carries user_id, first in its primary key.

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    email         text NOT NULL,
    email_key     text NOT NULL UNIQUE, -- lower-cased: what makes two addresses the same account
    display_name  text NOT NULL,
    role          text NOT NULL CHECK (role IN ('learner', 'instructor', 'admin')),
    password_hash text NOT NULL,
    is_disabled   boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One row a login; the refresh token that is good now is kept as its SHA-256.
CREATE TABLE sessions (
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    id           uuid NOT NULL,
    refresh_hash bytea NOT NULL UNIQUE,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    refreshed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at   timestamptz,
    PRIMARY KEY (user_id, id)
);

CREATE TABLE banks (
    id             uuid PRIMARY KEY,
    slug           text NOT NULL UNIQUE,
    title          text NOT NULL,
    language       text NOT NULL,
    target_milli   integer NOT NULL CHECK (target_milli BETWEEN 0 AND 1000),
    domains        jsonb NOT NULL,
    notes_title    text,
    notes_markdown text NOT NULL,
    revision       bigint NOT NULL DEFAULT 1 -- grows with every change of anything in the bank
);

-- The headings of the notes. A section that left the notes stays (answers point to it), with removed_at set.
CREATE TABLE sections (
    bank_id      uuid NOT NULL REFERENCES banks,
    id           uuid NOT NULL,
    path         text NOT NULL,
    anchor       text NOT NULL,
    title        text NOT NULL,
    depth        integer NOT NULL,
    parent_path  text,
    position     integer NOT NULL,
    first_line   integer NOT NULL,
    last_line    integer NOT NULL,
    body         text NOT NULL,
    links        jsonb NOT NULL,
    content_hash text NOT NULL,
    removed_at   timestamptz,
    PRIMARY KEY (bank_id, id),
    UNIQUE (bank_id, path)
);

CREATE TABLE questions (
    bank_id         uuid NOT NULL REFERENCES banks,
    id              uuid NOT NULL,
    slug            text NOT NULL,
    state           text NOT NULL CHECK (state IN ('draft', 'in_review', 'published', 'retired')),
    current_version integer NOT NULL,
    PRIMARY KEY (bank_id, id),
    UNIQUE (bank_id, slug)
);

-- Immutable: an attempt keeps the versions it started with. body is the question as in a bank file.
CREATE TABLE question_versions (
    bank_id     uuid NOT NULL,
    question_id uuid NOT NULL,
    version     integer NOT NULL,
    section_id  uuid NOT NULL,
    body        jsonb NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (bank_id, question_id, version),
    FOREIGN KEY (bank_id, question_id) REFERENCES questions,
    FOREIGN KEY (bank_id, section_id) REFERENCES sections
);

-- What changes of an attempt: small rows that are updated in place (HOT) by every answer.
CREATE TABLE attempts (
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    id              uuid NOT NULL,
    bank_id         uuid NOT NULL REFERENCES banks,
    state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'submitted')),
    answer_sequence bigint NOT NULL DEFAULT 0, -- grows with every recorded answer; submit is guarded by it
    started_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    deadline_at     timestamptz,
    submitted_at    timestamptz,
    raw_milli       integer,
    max_milli       integer,
    PRIMARY KEY (user_id, id)
) WITH (fillfactor = 70);

-- What an attempt keeps from its start to its end.
CREATE TABLE attempt_papers (
    user_id      uuid NOT NULL,
    attempt_id   uuid NOT NULL,
    mode         text NOT NULL,
    feedback     text NOT NULL CHECK (feedback IN ('immediate', 'deferred')),
    seed         text NOT NULL,
    question_ids uuid[] NOT NULL,
    versions     bigint[] NOT NULL,
    PRIMARY KEY (user_id, attempt_id),
    FOREIGN KEY (user_id, attempt_id) REFERENCES attempts ON DELETE CASCADE,
    CHECK (cardinality(question_ids) = cardinality(versions))
);

-- No foreign key on the path of every answer: the statement that records one has the attempt's row in its hands.
CREATE TABLE answers (
    user_id      uuid NOT NULL,
    attempt_id   uuid NOT NULL,
    position     integer NOT NULL,
    revision     bigint NOT NULL,
    question_id  uuid NOT NULL,
    response     text NOT NULL, -- canonical JSON
    credit_milli integer NOT NULL CHECK (credit_milli BETWEEN 0 AND 1000),
    is_final     boolean NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (user_id, attempt_id, position)
) WITH (fillfactor = 80);

-- Decayed sums relative to a fixed epoch (domain/weak_areas.h): adding is all there is to do, in any order.
CREATE TABLE section_evidence (
    user_id          uuid NOT NULL,
    bank_id          uuid NOT NULL,
    section_id       uuid NOT NULL,
    weight           double precision NOT NULL,
    credit           double precision NOT NULL,
    answers          bigint NOT NULL,
    correct          bigint NOT NULL,
    last_answered_at timestamptz NOT NULL,
    last_wrong_at    timestamptz,
    PRIMARY KEY (user_id, bank_id, section_id)
) WITH (fillfactor = 70);

-- 2^((at - 2025-01-01) / 30 days), the same formula as evidence_weight() in domain/weak_areas.c (a test compares the two).
CREATE FUNCTION evidence_weight(at timestamptz) RETURNS double precision
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN power(2.0::double precision,
                 (extract(epoch FROM at)::double precision - 1735689600.0::double precision) / 2592000.0::double precision);
