-- Questions in the hands of instructors: edits of published questions, who wrote a version, what learners report.
--
-- state and current_version stay what learners are given. An edit of a published question is a version beside it (working_version)
-- until it is published itself; a question that is not published is edited in place: current_version is its newest.
ALTER TABLE questions
    ADD COLUMN revision bigint NOT NULL DEFAULT 1, -- grows with every change of the row: what an ETag is made of
    ADD COLUMN working_version integer,
    ADD COLUMN working_state text CHECK (working_state IN ('draft', 'in_review')),
    ADD COLUMN published_version integer,          -- the last one that learners were given; NULL: none yet
    ADD COLUMN needs_review_at timestamptz,        -- since when its section says something else; NULL: it does not
    ADD CHECK ((working_version IS NULL) = (working_state IS NULL)),
    ADD CHECK (working_version IS NULL OR state = 'published');
UPDATE questions SET published_version = current_version WHERE state IN ('published', 'retired');
CREATE UNIQUE INDEX questions_by_id ON questions (id);

-- A bare id: it outlives the person. NULL: it came from a file.
ALTER TABLE question_versions ADD COLUMN author_id uuid;

-- The history of a question is what was audited of it.
CREATE INDEX audit_events_by_question ON audit_events ((detail ->> 'question_id'), id) WHERE detail ? 'question_id';

CREATE TABLE question_reports (
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    id          uuid NOT NULL UNIQUE,
    bank_id     uuid NOT NULL,
    question_id uuid NOT NULL,
    version     integer NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('wrong_key', 'unclear', 'typo', 'outdated', 'other')),
    body        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    outcome     text CHECK (outcome IN ('fixed', 'rejected')), -- NULL: open
    comment     text,
    resolved_at timestamptz,
    resolved_by uuid,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (bank_id, question_id) REFERENCES questions,
    CHECK ((outcome IS NULL) = (resolved_at IS NULL))
);
CREATE UNIQUE INDEX question_reports_open ON question_reports (user_id, question_id) WHERE outcome IS NULL;
CREATE INDEX question_reports_by_question ON question_reports (bank_id, question_id, id);
