-- A submitted attempt whose answers are not evidence yet: since feedback comes only when the exam closes (then that is the time), never
-- (a time that nobody lives to see), or because the attempt was closed before it was scored (then raw_milli is NULL). NULL: they are.
ALTER TABLE attempts ADD COLUMN evidence_due_at timestamptz;
CREATE INDEX attempts_evidence_due ON attempts (evidence_due_at) WHERE evidence_due_at IS NOT NULL;
