-- What was decided about answers to a question version whose key was wrong, and to whose answers it was applied. The decision is one
-- row; it is carried out attempt by attempt, each in a transaction of its own, so that nobody waits for thousands of others.
CREATE TABLE regrades (
    id          uuid PRIMARY KEY,
    bank_id     uuid NOT NULL,
    question_id uuid NOT NULL,
    version     bigint NOT NULL,  -- whose answers
    key_version bigint NOT NULL,  -- by whose key
    policy      text NOT NULL CHECK (policy IN ('current_key', 'best_of_both', 'full_credit', 'drop_item')),
    state       text NOT NULL CHECK (state IN ('running', 'done', 'reverting', 'reverted')),
    created_by  uuid NOT NULL,    -- bare ids, as in the audit
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    reverted_by uuid,
    reverted_at timestamptz
);
-- One decision at a time.
CREATE UNIQUE INDEX regrades_in_force ON regrades (bank_id, question_id, version) WHERE state <> 'reverted';
CREATE INDEX regrades_by_question ON regrades (question_id, id);
CREATE INDEX regrades_under_way ON regrades (id) WHERE state IN ('running', 'reverting');

-- What is undone is gone from here: then the answer is worth again what its version, its response and its attempt's rules say.
CREATE TABLE regraded_answers (
    user_id          uuid NOT NULL,
    attempt_id       uuid NOT NULL,
    position         integer NOT NULL,
    regrade_id       uuid NOT NULL REFERENCES regrades,
    state            text NOT NULL CHECK (state IN ('pending', 'applied', 'undoing', 'failed')),
    old_points_milli bigint,
    new_points_milli bigint,
    old_raw_milli    bigint,
    new_raw_milli    bigint,
    old_max_milli    bigint,
    new_max_milli    bigint,
    was_passed       boolean, -- NULL: there is no pass mark
    is_passed        boolean,
    changed_at       timestamptz,
    PRIMARY KEY (user_id, attempt_id, position),
    FOREIGN KEY (user_id, attempt_id) REFERENCES attempts ON DELETE CASCADE
);
CREATE INDEX regraded_answers_to_do ON regraded_answers (user_id, attempt_id) WHERE state IN ('pending', 'undoing');
CREATE INDEX regraded_answers_by_regrade ON regraded_answers (regrade_id, user_id, attempt_id);
