-- The notes of a bank in the hands of its owners, and what they and the questions lack.

-- name: notes_get_domains
-- lane: read
SELECT bank_rank($1::uuid, id) AS rank, domains
FROM banks
WHERE id = $2::uuid;
