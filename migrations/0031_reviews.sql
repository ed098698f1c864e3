-- What is remembered of each question (domain/fsrs.h), brought up to date when an attempt is handed in. When it is due follows from
-- the desired retention, which depends on the day of the exam: it is computed when it is asked for.
CREATE TABLE reviews (
    user_id      uuid NOT NULL,
    bank_id      uuid NOT NULL,
    question_id  uuid NOT NULL,
    stability    double precision NOT NULL CHECK (stability > 0), -- days
    difficulty   double precision NOT NULL CHECK (difficulty BETWEEN 1 AND 10),
    reviewed_at  timestamptz NOT NULL,
    review_count bigint NOT NULL,
    lapse_count  bigint NOT NULL,
    PRIMARY KEY (user_id, bank_id, question_id)
) WITH (fillfactor = 80);
