-- What was done to accounts and rights. Rows are written by the statements that do it; here they are only read.

-- Newest first; NULL in a filter lets all through.
-- name: audit_list
-- lane: read
SELECT id, at, event, actor_id, subject_id, address, detail
FROM audit_events
WHERE ($1::uuid IS NULL OR id < $1::uuid)
  AND ($2::text IS NULL OR event = $2::text)
  AND ($3::uuid IS NULL OR actor_id = $3::uuid)
  AND ($4::uuid IS NULL OR subject_id = $4::uuid)
  AND ($5::timestamptz IS NULL OR at >= $5::timestamptz)
  AND ($6::timestamptz IS NULL OR at < $6::timestamptz)
ORDER BY id DESC
LIMIT $7::bigint;
