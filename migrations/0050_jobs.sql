-- Imports and exports that outlive their request. Any server claims one (FOR UPDATE SKIP LOCKED), and goes on with it where another has
-- ended: `claim` grows with every taking over, and what is written under an older one is refused.

CREATE TABLE jobs (
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    id              uuid NOT NULL UNIQUE,
    bank_id         uuid NOT NULL REFERENCES banks,
    kind            text NOT NULL CHECK (kind IN ('import', 'export')),
    format          text NOT NULL,
    section         text, -- import: for questions that name none; export: this one and all below it
    is_atomic       boolean NOT NULL,
    is_dry_run      boolean NOT NULL,
    status          text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'canceled')),
    wants_cancel    boolean NOT NULL DEFAULT false,
    claim           bigint NOT NULL DEFAULT 0,
    claimed_until   timestamptz, -- of a running one: after that it is anybody's
    total           bigint NOT NULL DEFAULT 0,
    done            bigint NOT NULL DEFAULT 0,
    created_count   bigint NOT NULL DEFAULT 0,
    updated_count   bigint NOT NULL DEFAULT 0,
    unchanged_count bigint NOT NULL DEFAULT 0,
    rejected_count  bigint NOT NULL DEFAULT 0,
    error_count     bigint NOT NULL DEFAULT 0,
    warning_count   bigint NOT NULL DEFAULT 0,
    report          jsonb NOT NULL DEFAULT '{"errors":[]}', -- the first errors and warnings
    detail          text, -- why it failed
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at     timestamptz,
    PRIMARY KEY (user_id, id)
);

-- What is to be done, oldest first; and what is old enough to go.
CREATE INDEX jobs_waiting ON jobs (created_at, id) WHERE status IN ('queued', 'running');
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- The file of an import until it is done; the file of an export. Not compressed, so that a piece can be read without the rest.
CREATE TABLE job_files (
    job_id  uuid PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    content bytea NOT NULL
);
ALTER TABLE job_files ALTER COLUMN content SET STORAGE EXTERNAL;
