-- Of who was erased the audit keeps a bare id: where he came from is forgotten with him. The role that serves still cannot change a row;
-- it may ask for this, of nobody who has an account. What another did to him keeps that one's address.
CREATE INDEX audit_events_by_actor ON audit_events (actor_id) WHERE actor_id IS DISTINCT FROM subject_id;

CREATE FUNCTION forget_addresses(person uuid) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH forgotten AS (
        UPDATE audit_events
        SET address = NULL
        WHERE address IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE id = forget_addresses.person)
          AND (subject_id = forget_addresses.person AND coalesce(actor_id, subject_id) = subject_id
               OR (actor_id = forget_addresses.person AND actor_id IS DISTINCT FROM subject_id))
        RETURNING 1
    )
    SELECT count(*) FROM forgotten
$$;
