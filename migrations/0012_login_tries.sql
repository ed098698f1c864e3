-- Nobody is locked out for good. Strangers who keep on guessing keep an account locked; so, once its lock is as long as locks get, a
-- network may try once an hour all the same: the owner gets in from anywhere, and a crowd has one guess an hour for each network.

CREATE FUNCTION login_try_key(email text, network text) RETURNS bytea LANGUAGE sql STABLE
    RETURN sha256(convert_to('try ' || lower(email) || ' ' || network, 'UTF8'));

CREATE FUNCTION login_is_locked(email text, network text) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM login_throttles AS t
                   WHERE t.key = login_account_key(login_is_locked.email, login_is_locked.network)
                     AND t.locked_until > clock_timestamp()
                     AND (t.locked_until - t.failed_at < interval '15 minutes'
                          OR EXISTS (SELECT FROM login_throttles AS tried
                                     WHERE tried.key = login_try_key(login_is_locked.email, login_is_locked.network)
                                       AND tried.failed_at > clock_timestamp() - interval '1 hour')));
