-- Who takes part in a bank's leaderboard: nobody who did not say so. On the board he has an id that is nothing else's, so that what is
-- left of somebody who went says nothing of him.

CREATE TABLE board_members (
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    bank_id    uuid NOT NULL REFERENCES banks,
    member_id  uuid NOT NULL UNIQUE,
    pseudonym  text NOT NULL,
    shares_name boolean NOT NULL,
    joined_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- joined, or points changed other than by an answer
    PRIMARY KEY (user_id, bank_id)
);
CREATE INDEX board_members_by_change ON board_members (changed_at);

-- Servers take these off the boards that they hold in memory; an hour later the rows are deleted.
CREATE TABLE board_departures (
    member_id   uuid PRIMARY KEY,
    departed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX board_departures_by_time ON board_departures (departed_at);
