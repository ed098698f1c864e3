-- Exams by blueprint, attempts at them, extra time, and how often questions were on exam papers.

CREATE TABLE exams (
    bank_id    uuid NOT NULL REFERENCES banks,
    slug       text NOT NULL,
    body       jsonb NOT NULL, -- as in an exam's file
    removed_at timestamptz,
    PRIMARY KEY (bank_id, slug)
);

-- The attempts of one learner at one exam are numbered: two that start at once cannot both be the last one allowed.
ALTER TABLE attempts
    ADD COLUMN exam text,
    ADD COLUMN exam_number integer,
    ADD CHECK ((exam IS NULL) = (exam_number IS NULL));
CREATE UNIQUE INDEX attempts_exam_number ON attempts (user_id, bank_id, exam, exam_number) WHERE exam IS NOT NULL;
-- What the sweeper looks for. Recording an answer changes none of its columns, so that those updates stay HOT.
CREATE INDEX attempts_open_deadline ON attempts (deadline_at) WHERE state = 'open' AND deadline_at IS NOT NULL;
-- What the count of exposures goes on from.
CREATE INDEX attempts_exam_started ON attempts (started_at) WHERE exam IS NOT NULL;

ALTER TABLE users ADD COLUMN extra_time_percent integer NOT NULL DEFAULT 0 CHECK (extra_time_percent BETWEEN 0 AND 300);

-- Counted now and then by one of the servers, never on the way of a request.
CREATE TABLE question_exposure (
    bank_id     uuid NOT NULL,
    question_id uuid NOT NULL,
    count       bigint NOT NULL,
    PRIMARY KEY (bank_id, question_id)
);
CREATE TABLE exposure_state (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    counted_until timestamptz NOT NULL, -- attempts started before this are counted
    generation   bigint NOT NULL        -- grows whenever counts changed: snapshots look at it
);
INSERT INTO exposure_state (counted_until, generation) VALUES ('2000-01-01', 0);
