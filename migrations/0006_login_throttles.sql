-- Failed logins, counted for all instances together, for each account and for each network they come from.

CREATE TABLE login_throttles (
    key          bytea PRIMARY KEY, -- SHA-256: what somebody typed for an address may be a password
    allowed      bigint NOT NULL,   -- failures that cost nothing
    failures     bigint NOT NULL,
    failed_at    timestamptz NOT NULL,
    locked_until timestamptz
);
CREATE INDEX login_throttles_by_time ON login_throttles (failed_at);

CREATE INDEX sessions_by_network ON sessions (user_id, network);

-- 60 s after the failures that are allowed, twice as long after each that follows, at most 15 minutes.
CREATE FUNCTION login_lock_end(failures bigint, allowed bigint, at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE
    RETURN CASE WHEN failures >= allowed THEN at + least(60 * power(2, least(failures - allowed, 4)), 900) * interval '1 second' END;

CREATE FUNCTION login_network_key(network text) RETURNS bytea LANGUAGE sql STABLE
    RETURN sha256(convert_to('network ' || network, 'UTF8'));

-- From a network where the owner has logged in of late, failures are counted apart: strangers cannot lock the owner out.
CREATE FUNCTION login_account_key(email text, network text) RETURNS bytea LANGUAGE sql STABLE
    RETURN sha256(convert_to(
        'account ' || lower(email) || CASE
            WHEN EXISTS (SELECT FROM users AS u JOIN sessions AS s ON s.user_id = u.id
                         WHERE u.email_key = lower(login_account_key.email) AND s.network = login_account_key.network)
            THEN ' ' || network ELSE '' END, 'UTF8'));
