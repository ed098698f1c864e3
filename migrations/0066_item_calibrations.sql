-- What quizd calibrate has found out about questions. An attempt keeps the difficulties that were in force when it started, so that
-- stored evidence can be replayed: rows are added and never changed. They come into force a little after they are written, when every
-- server has read them.
CREATE TABLE item_calibrations (
    bank_id              uuid NOT NULL,
    question_id          uuid NOT NULL,
    version              bigint NOT NULL,
    in_force_at          timestamptz NOT NULL,
    difficulty           double precision NOT NULL, -- logits, on the scale of model beta-2
    variance             double precision NOT NULL CHECK (variance > 0),
    fit_discrimination   double precision NOT NULL, -- of the two-parameter model, abilities N(0, 1)
    fit_difficulty       double precision NOT NULL,
    discrimination_error double precision NOT NULL,
    difficulty_error     double precision NOT NULL,
    answers              bigint NOT NULL,
    PRIMARY KEY (bank_id, question_id, version, in_force_at)
);
