-- Jobs: made and looked at by their owners, done by the servers.

-- The file of an import comes with it. No row: the caller is no member of the bank.
-- name: jobs_create
-- lane: write
-- retry: never
WITH job AS (
    INSERT INTO jobs (user_id, id, bank_id, kind, format, section, is_atomic, is_dry_run)
    SELECT $1::uuid, $2::uuid, $3::uuid, $4::text, $5::text, $6::text, $7::boolean, $8::boolean
    WHERE bank_rank($1::uuid, $3::uuid) >= 1
    RETURNING id, bank_id, kind, format, is_atomic, is_dry_run, status, total, done, created_count, updated_count, unchanged_count,
              rejected_count, error_count, warning_count, report, detail, created_at, finished_at
), file AS (
    INSERT INTO job_files (job_id, content)
    SELECT id, $9::bytea
    FROM job
    WHERE $9::bytea IS NOT NULL
)
SELECT j.id, j.kind, b.slug AS bank, j.format, j.is_atomic, j.is_dry_run, j.status, j.total, j.done, j.created_count, j.updated_count,
       j.unchanged_count, j.rejected_count, j.error_count, j.warning_count, j.report, j.detail, j.created_at, j.finished_at
FROM job AS j
JOIN banks AS b ON b.id = j.bank_id;

-- name: jobs_get
-- lane: read
SELECT j.id, j.kind, b.slug AS bank, j.format, j.is_atomic, j.is_dry_run, j.status, j.total, j.done, j.created_count, j.updated_count,
       j.unchanged_count, j.rejected_count, j.error_count, j.warning_count, j.report, j.detail, j.created_at, j.finished_at
FROM jobs AS j
JOIN banks AS b ON b.id = j.bank_id
WHERE j.user_id = $1::uuid AND j.id = $2::uuid AND bank_rank($1::uuid, j.bank_id) >= 1;

-- One that waits has ended with this; one that runs ends at its next batch; one that has ended stays as it is.
-- name: jobs_cancel
-- lane: write
-- retry: safe
UPDATE jobs
SET wants_cancel = true,
    status = CASE status WHEN 'queued' THEN 'canceled' ELSE status END,
    finished_at = CASE status WHEN 'queued' THEN clock_timestamp() ELSE finished_at END
WHERE user_id = $1::uuid AND id = $2::uuid AND status IN ('queued', 'running') AND bank_rank($1::uuid, bank_id) >= 1
RETURNING id;

-- name: jobs_get_file
-- lane: session
SELECT f.content
FROM jobs AS j
JOIN job_files AS f ON f.job_id = j.id
WHERE j.user_id = $1::uuid AND j.id = $2::uuid AND j.kind = 'export' AND j.status = 'succeeded'
  AND bank_rank($1::uuid, j.bank_id) >= 1;

-- The oldest that nobody is doing.
-- name: jobs_claim
-- lane: session
-- retry: never
WITH next AS (
    SELECT user_id, id
    FROM jobs
    WHERE status = 'queued' OR (status = 'running' AND claimed_until < clock_timestamp())
    ORDER BY created_at, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE jobs AS j
    SET status = 'running', claim = j.claim + 1, claimed_until = clock_timestamp() + $1::bigint * interval '1 millisecond'
    FROM next
    WHERE j.user_id = next.user_id AND j.id = next.id
    RETURNING j.user_id, j.id, j.bank_id, j.kind, j.format, j.section, j.is_atomic, j.is_dry_run, j.claim, j.done, j.created_count,
              j.updated_count, j.unchanged_count
)
SELECT c.user_id, c.id, b.slug AS bank, c.kind, c.format, c.section, c.is_atomic, c.is_dry_run, c.claim, c.done, c.created_count,
       c.updated_count, c.unchanged_count, coalesce(octet_length(f.content), 0)::bigint AS file_bytes
FROM claimed AS c
JOIN banks AS b ON b.id = c.bank_id
LEFT JOIN job_files AS f ON f.job_id = c.id;

-- Progress, with what it is the progress of in the same transaction. No row: another server has taken over.
-- name: jobs_note
-- lane: session
-- retry: never
UPDATE jobs
SET total = $4::bigint, done = $5::bigint, created_count = $6::bigint, updated_count = $7::bigint, unchanged_count = $8::bigint,
    rejected_count = $9::bigint, claimed_until = clock_timestamp() + $10::bigint * interval '1 millisecond'
WHERE user_id = $1::uuid AND id = $2::uuid AND claim = $3::bigint AND status = 'running'
RETURNING wants_cancel;

-- Still at it, while there is nothing to commit.
-- name: jobs_beat
-- lane: write
-- retry: safe
UPDATE jobs
SET claimed_until = clock_timestamp() + $4::bigint * interval '1 millisecond'
WHERE user_id = $1::uuid AND id = $2::uuid AND claim = $3::bigint AND status = 'running'
RETURNING wants_cancel;

-- name: jobs_read_file
-- lane: session
SELECT substring(content FROM $2::bigint::integer FOR $3::bigint::integer) AS piece
FROM job_files
WHERE job_id = $1::uuid;

-- The end; the file of an import goes, that of an export comes.
-- name: jobs_finish
-- lane: session
-- retry: never
WITH finished AS (
    UPDATE jobs
    SET status = $4::text, detail = $5::text, report = $6::jsonb, error_count = $7::bigint, warning_count = $8::bigint, total = $9::bigint,
        done = $10::bigint, rejected_count = $11::bigint, finished_at = clock_timestamp(), claimed_until = NULL,
        created_count = $12::bigint, updated_count = $13::bigint, unchanged_count = $14::bigint
    WHERE user_id = $1::uuid AND id = $2::uuid AND claim = $3::bigint AND status = 'running'
    RETURNING id
), gone AS (
    DELETE FROM job_files
    WHERE job_id IN (SELECT id FROM finished) AND $15::bytea IS NULL
)
INSERT INTO job_files (job_id, content)
SELECT id, $15::bytea
FROM finished
WHERE $15::bytea IS NOT NULL
ON CONFLICT (job_id) DO UPDATE SET content = excluded.content;

-- Given up for now: another server, or this one later, goes on at once.
-- name: jobs_release
-- lane: session
-- retry: never
UPDATE jobs
SET claimed_until = clock_timestamp() - interval '1 millisecond'
WHERE user_id = $1::uuid AND id = $2::uuid AND claim = $3::bigint AND status = 'running';

-- name: jobs_expire
-- lane: session
DELETE FROM jobs
WHERE (user_id, id) IN (SELECT user_id, id FROM jobs WHERE finished_at < clock_timestamp() - interval '7 days' LIMIT $1::bigint);
