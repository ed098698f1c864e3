-- What is counted under a lock: a volatile function sees what was committed while it waited, the rest of its statement does not. So
-- that limits of how many hold across servers. An advisory lock, not one of the user's row, which others hold shared already.

CREATE FUNCTION lock_teams_of(of_user uuid) RETURNS SETOF team_members LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT pg_advisory_xact_lock(hashtextextended('teams of ' || of_user, 0));
    SELECT * FROM team_members WHERE user_id = of_user;
END;

-- Of a team whose row is locked.
CREATE FUNCTION count_good_invites(of_team uuid) RETURNS bigint LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT count(*) FROM team_invites WHERE team_id = of_team AND uses_left > 0 AND expires_at > clock_timestamp();
END;
