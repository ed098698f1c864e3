-- Teams: people who study together. A member is seen under a pseudonym until he shares his name with the team.

CREATE TABLE teams (
    id           uuid PRIMARY KEY,
    name         text NOT NULL,
    is_public    boolean NOT NULL DEFAULT false, -- takes part where teams are compared
    extra_time_percent integer NOT NULL DEFAULT 0 CHECK (extra_time_percent BETWEEN 0 AND 300), -- of its members in exams
    member_count bigint NOT NULL CHECK (member_count > 0), -- who locks the row may trust it; counting rows may be late
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE team_members (
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    team_id     uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
    role        text NOT NULL CHECK (role IN ('owner', 'manager', 'member')), -- of a team, one is the owner
    pseudonym   text NOT NULL,
    shares_name boolean NOT NULL,
    shares_results boolean NOT NULL DEFAULT false, -- who leads the team may see how he does
    joined_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (user_id, team_id)
);
CREATE INDEX team_members_by_team ON team_members (team_id, user_id);

-- One that is revoked is deleted.
CREATE TABLE team_invites (
    team_id    uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
    id         uuid NOT NULL,
    code_hash  bytea NOT NULL UNIQUE, -- SHA-256
    uses_left  bigint NOT NULL CHECK (uses_left >= 0),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (team_id, id)
);
CREATE INDEX team_invites_by_end ON team_invites (expires_at);
