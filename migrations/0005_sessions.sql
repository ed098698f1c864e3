-- Refresh tokens that are good once, and access tokens that end before their time.

ALTER TABLE sessions
    ADD COLUMN parent_hash     bytea, -- the token before the good one: whoever asks with it once more within seconds gets the same again
    ADD COLUMN successor_nonce bytea, -- what made the good one of it (include/auth/refresh_token.h); worth nothing without the parent
    ADD COLUMN network         text;  -- where the login came from: what is known to be the owner's is not locked with the rest

-- The tokens of a login that were good once. Presented again, such a token was stolen: the login ends.
CREATE TABLE used_refresh_tokens (
    user_id    uuid NOT NULL,
    session_id uuid NOT NULL,
    hash       bytea NOT NULL UNIQUE,
    used_at    timestamptz NOT NULL,
    PRIMARY KEY (user_id, session_id, hash),
    FOREIGN KEY (user_id, session_id) REFERENCES sessions ON DELETE CASCADE
);

ALTER TABLE users ADD COLUMN password_changed_at timestamptz NOT NULL DEFAULT clock_timestamp(); -- moves on: every login ends

-- What every instance must know of access tokens that are out: which login is over, what somebody's role is now. Rows older than a
-- token's life are of no use and are deleted.
CREATE TABLE token_revocations (
    user_id    uuid NOT NULL,
    subject_id uuid NOT NULL, -- the login that is over; with a role: the user
    role       text,          -- tokens of the user with any other are refused
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (user_id, subject_id)
);
CREATE INDEX token_revocations_by_time ON token_revocations (at);

CREATE FUNCTION revoke_tokens(user_id uuid, subject_id uuid, role text) RETURNS void LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO token_revocations AS r (user_id, subject_id, role)
    VALUES (revoke_tokens.user_id, revoke_tokens.subject_id, revoke_tokens.role)
    ON CONFLICT (user_id, subject_id) DO UPDATE SET role = excluded.role, at = excluded.at;
    SELECT pg_notify('quizd_tokens', '');
END;

-- Triggers, so that no way of ending a login, be it by hand, forgets the tokens that are out. A login that was not refreshed for an
-- hour has none.
CREATE FUNCTION on_session_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.refreshed_at > clock_timestamp() - interval '1 hour' THEN
        PERFORM revoke_tokens(OLD.user_id, OLD.id, NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER session_is_revoked AFTER UPDATE OF revoked_at ON sessions FOR EACH ROW
    WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION on_session_end();
CREATE TRIGGER session_is_deleted AFTER DELETE ON sessions FOR EACH ROW
    WHEN (OLD.revoked_at IS NULL) EXECUTE FUNCTION on_session_end();

-- Before the update, when the row is locked already: a login that slipped in between is seen and ended too (each query of the
-- function sees what was committed until then), and the login that a change of the password itself begins comes after.
CREATE FUNCTION on_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.is_disabled AND NOT OLD.is_disabled) OR NEW.password_changed_at <> OLD.password_changed_at THEN
        UPDATE sessions SET revoked_at = clock_timestamp() WHERE user_id = OLD.id AND revoked_at IS NULL;
    END IF;
    IF NEW.role <> OLD.role THEN
        PERFORM revoke_tokens(OLD.id, OLD.id, NEW.role);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER user_is_changed BEFORE UPDATE OF is_disabled, role, password_changed_at ON users FOR EACH ROW
    EXECUTE FUNCTION on_user_change();
