-- What an answer is worth under the attempt's rules (points), beside how right it is (credit); how sure the learner was; the mark
-- for review; and answers that were taken back. The rules an attempt started with are kept beside its paper.

ALTER TABLE answers
    ALTER COLUMN response DROP NOT NULL, -- NULL: taken back
    ADD COLUMN points_milli integer,
    ADD COLUMN certainty smallint CHECK (certainty BETWEEN 1 AND 3),
    ADD COLUMN is_flagged boolean NOT NULL DEFAULT false;
UPDATE answers SET points_milli = credit_milli;
ALTER TABLE answers ALTER COLUMN points_milli SET NOT NULL;

ALTER TABLE attempt_papers ADD COLUMN rules text; -- JSON; NULL: practice from before there were rules
