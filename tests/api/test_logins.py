"""Logging in and out: what a token holds, refresh tokens that are good once, and refusals that all look the same."""
import json
import time

import pytest

from support_py import tokens
from support_py.contract import UUID
from support_py.learner import Learner, log_in
from support_py.program import Server, wait_until
from support_py.timing import take_as_long


def refresh(anyone, token, expect=200):
    return anyone.post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": token}, expect=expect)


def test_access_token(anyone, learner, server):
    before = int(time.time())
    reply = log_in(anyone, learner.email, learner.password)
    assert reply["token_type"] == "Bearer" and reply["expires_in"] == 900
    head, payload, _ = reply["access_token"].split(".")
    assert tokens.decode(head).decode() == tokens.header_of(server.key)
    claims = json.loads(tokens.decode(payload))
    assert set(claims) == {"iss", "aud", "typ", "sub", "sid", "jti", "role", "iat", "exp"}
    assert (claims["iss"], claims["aud"], claims["typ"]) == ("quizd", "quizd-api", "access")
    assert (claims["role"], claims["sub"]) == ("learner", learner.id)
    assert before <= claims["iat"] <= time.time() and claims["exp"] == claims["iat"] + 900
    assert UUID.fullmatch(claims["jti"]) and UUID.fullmatch(claims["sid"])
    assert len(tokens.decode(reply["refresh_token"])) == 32


def test_address_in_another_case(anyone, learner):
    log_in(anyone, learner.email.upper(), learner.password)


def test_wrong_password_and_nobody_look_the_same(anyone, learner):
    wrong, nobody = (log_in(anyone, email, "not this one", expect=401) for email in (learner.email, "nobody@example.com"))
    assert wrong["code"] == "invalid_credentials"
    assert {**wrong, "request_id": ""} == {**nobody, "request_id": ""}


def test_wrong_password_and_nobody_take_as_long(anyone, learner):
    """Both do one Argon2id. Without it one would be thirty times quicker; a busy machine makes a difference of two."""
    take_as_long({email: lambda email=email: log_in(anyone, email, "not this one", expect=401)
                  for email in (learner.email, "nobody@example.com")}, 6, 3)


@pytest.mark.parametrize("body,missing", [({"grant_type": "password"}, ["/email", "/password"]),
                                          ({"grant_type": "password", "email": "a@b"}, ["/password"]),
                                          ({"grant_type": "refresh_token"}, ["/refresh_token"])])
def test_members_that_a_grant_needs(anyone, body, missing):
    reply = anyone.post("/v1/auth/token", body, expect=422)
    assert sorted(reply.faults()) == [(pointer, "required") for pointer in missing]


def test_disabled_account(anyone, world):
    person = Learner(anyone)
    world.database.run("UPDATE users SET is_disabled = true WHERE id = %s", (person.id,))
    assert log_in(anyone, person.email, person.password, expect=401)["code"] == "invalid_credentials"
    assert refresh(anyone, person.tokens["refresh_token"], expect=401).code == "invalid_credentials"


def test_refresh_token_has_one_successor(anyone, learner):
    first = learner.tokens["refresh_token"]
    second = refresh(anyone, first).json
    assert anyone.get("/v1/me", token=second["access_token"], expect=200).json["id"] == learner.id
    again = refresh(anyone, first).json  # the answer was lost
    assert again["refresh_token"] == second["refresh_token"] and again["access_token"] != second["access_token"]
    third = refresh(anyone, second["refresh_token"]).json
    assert len({first, second["refresh_token"], third["refresh_token"]}) == 3


def test_refresh_keeps_the_login(anyone, learner):
    again = refresh(anyone, learner.tokens["refresh_token"]).json
    before, after = (json.loads(tokens.decode(reply["access_token"].split(".")[1])) for reply in (learner.tokens, again))
    assert before["sid"] == after["sid"] and before["jti"] != after["jti"]


@pytest.mark.parametrize("token", ["", "x", "A" * 42, "A" * 43, "A" * 44, "A" * 128, "é" * 43, "=" * 43])
def test_refresh_tokens_that_are_none(anyone, token):
    assert refresh(anyone, token, expect=401).code == "invalid_credentials"


@pytest.mark.parametrize("column,age,is_good", [("refreshed_at", "6 days 23 hours 59 minutes 50 seconds", True), ("refreshed_at", "7 days", False),
                                                ("created_at", "29 days 23 hours 59 minutes 50 seconds", True), ("created_at", "30 days", False)])
def test_refresh_token__idle_7_days_in_all_30(anyone, world, column, age, is_good):
    person = Learner(anyone)
    world.database.run(f"UPDATE sessions SET {column} = clock_timestamp() - %s::interval WHERE user_id = %s", (age, person.id))
    reply = refresh(anyone, person.tokens["refresh_token"], expect=200 if is_good else 401)
    assert is_good or reply.code == "invalid_credentials"


def test_refresh_token__refreshing_begins_the_7_days_anew_but_not_the_30(anyone, world):
    person = Learner(anyone)
    token = person.tokens["refresh_token"]
    for _ in range(4):  # almost seven days each, then two days and the rest of thirty
        world.database.run("UPDATE sessions SET refreshed_at = refreshed_at - interval '6 days 23 hours', "
                           "created_at = created_at - interval '6 days 23 hours' WHERE user_id = %s", (person.id,))
        token = refresh(anyone, token).json["refresh_token"]
    world.database.run("UPDATE sessions SET created_at = created_at - interval '2 days 3 hours 59 minutes' WHERE user_id = %s", (person.id,))
    token = refresh(anyone, token).json["refresh_token"]
    world.database.run("UPDATE sessions SET created_at = created_at - interval '1 minute' WHERE user_id = %s", (person.id,))
    assert refresh(anyone, token, expect=401).code == "invalid_credentials"


def test_revoke(anyone, learner):
    token = learner.tokens["refresh_token"]
    for _ in range(2):  # RFC 7009: what is revoked already is revoked
        anyone.post("/v1/auth/revoke", {"refresh_token": token}, expect=204)
    assert refresh(anyone, token, expect=401).code == "invalid_credentials"


def test_revoke_ends_one_login_only(anyone, learner):
    other = log_in(anyone, learner.email, learner.password)
    anyone.post("/v1/auth/revoke", {"refresh_token": learner.tokens["refresh_token"]}, expect=204)
    refresh(anyone, other["refresh_token"], expect=200)


def test_revoke_of_nothing(anyone):
    anyone.post("/v1/auth/revoke", {"refresh_token": "what is this"}, expect=204)


def test_tokens_are_not_kept_in_the_clear(world, learner):
    rows = world.database.rows("SELECT refresh_hash FROM sessions WHERE user_id = %s", (learner.id,))
    stored = [bytes(value) for (value,) in rows]
    assert [len(value) for value in stored] == [32]
    assert tokens.decode(learner.tokens["refresh_token"]) not in stored


def test_nothing_secret_is_logged(server, learner):
    log = server.log_path.read_text()
    for secret in (learner.password, learner.email, learner.tokens["access_token"], learner.tokens["refresh_token"]):
        assert secret not in log


@pytest.mark.parametrize("role", ["learner", "instructor", "admin"])
def test_role_in_the_token(anyone, world, role):
    person = Learner(anyone)
    world.database.run("UPDATE users SET role = %s WHERE id = %s", (role, person.id))
    reply = log_in(anyone, person.email, person.password)
    assert json.loads(tokens.decode(reply["access_token"].split(".")[1]))["role"] == role
    assert anyone.get("/v1/me", token=reply["access_token"], expect=200).json["role"] == role


def test_what_has_expired_is_deleted(scratch, world, anyone):
    """Logins with their used tokens, tokens of mails, revocations, counts of failures: by 30 days, when they expire, by an hour each.
    What is younger stays."""
    old, young = Learner(anyone), Learner(anyone)
    for person, days, minutes in ((young, 30, -1), (old, 30, 1)):
        refresh(anyone, person.tokens["refresh_token"])
        world.database.run("UPDATE sessions SET refreshed_at = clock_timestamp() - %s * interval '1 day' - %s * interval '1 minute' "
                           "WHERE user_id = %s", (days, minutes, person.id))
        world.database.run("INSERT INTO account_tokens (user_id, purpose, hash, expires_at) "
                           "VALUES (%s, 'reset', sha256(%s::bytea), clock_timestamp() - %s * interval '1 minute')",
                           (person.id, person.id, minutes))
        world.database.run("INSERT INTO token_revocations (user_id, subject_id, at) "
                           "VALUES (%s, %s, clock_timestamp() - %s * interval '1 minute')", (person.id, person.id, 60 + minutes))
        world.database.run("INSERT INTO login_throttles (key, allowed, failures, failed_at, locked_until) "
                           "SELECT sha256(%s::bytea), 10, 20, at, at + interval '15 minutes' "
                           "FROM (SELECT clock_timestamp() - %s * interval '1 minute') AS a (at)", (person.id, 60 + minutes))
    counts = ("SELECT (SELECT count(*) FROM sessions WHERE user_id = u.id), (SELECT count(*) FROM used_refresh_tokens WHERE user_id = u.id), "
              "(SELECT count(*) FROM account_tokens WHERE user_id = u.id), (SELECT count(*) FROM token_revocations WHERE user_id = u.id), "
              "(SELECT count(*) FROM login_throttles WHERE key = sha256(u.id::text::bytea)) FROM users AS u WHERE id = %s")
    assert world.database.rows(counts, (young.id,)) == [(1, 1, 1, 1, 1)]
    server = Server(scratch, world.database.url, name="tidy-logins", QUIZD_HOUSEKEEPING_MS="50")
    try:
        wait_until(lambda: world.database.rows(counts, (old.id,)) == [(0, 0, 0, 0, 0)], 60, "the end of what has expired")
        assert world.database.rows(counts, (young.id,)) == [(1, 1, 1, 1, 1)]
        assert server.stop() == 0
    finally:
        server.kill()
