-- That a server signs with another key now.
-- name: signing_keys_note_change
-- lane: write
-- retry: safe
INSERT INTO audit_events (id, event, detail)
VALUES ($1::uuid, 'key.changed', jsonb_build_object('kid', $2::text))
ON CONFLICT (id) DO NOTHING;
