-- What was done to accounts, rights and keys, and by whom. Append only: nothing in the program changes or deletes a row, and the role
-- that serves may only insert and read. No reference to users: a row outlives the person, of whom it then knows a bare id.

CREATE TABLE audit_events (
    id         uuid PRIMARY KEY, -- UUIDv7: sorts by time
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    event      text NOT NULL,    -- dotted name, such as login.refused
    actor_id   uuid,             -- who did it; NULL: nobody who was logged in, or the program itself
    subject_id uuid,             -- the user it was done to
    address    text,             -- of the client
    detail     jsonb NOT NULL DEFAULT '{}'
);

CREATE INDEX audit_events_by_subject ON audit_events (subject_id, id);
CREATE INDEX audit_events_by_event ON audit_events (event, id);
