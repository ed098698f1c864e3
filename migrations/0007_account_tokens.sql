-- What is sent by mail: tokens to set a new password with, or to prove that an address is one's own.

ALTER TABLE users ADD COLUMN needs_verification boolean NOT NULL DEFAULT false; -- no login before the address is proved

CREATE TABLE account_tokens (
    user_id    uuid NOT NULL REFERENCES users ON UPDATE CASCADE ON DELETE CASCADE,
    purpose    text NOT NULL CHECK (purpose IN ('reset', 'verify', 'notice')), -- notice: a mail without a token
    hash       bytea NOT NULL UNIQUE, -- SHA-256
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, purpose)
);
