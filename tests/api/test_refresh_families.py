"""A login and its refresh tokens: one is good at a time, whoever asks and how often; a stolen one ends the login."""
import hashlib

import pytest

from support_py import tokens
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.learner import Learner, log_in
from support_py.program import Server, wait_until
from test_concurrency import at_once

COUNT = 50


def refresh(client, token, expect=200):
    return client.post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": token}, expect=expect)


def hash_of(token):
    return hashlib.sha256(tokens.decode(token)).digest()


def sessions(world, person):
    rows = world.database.rows("SELECT refresh_hash, revoked_at FROM sessions WHERE user_id = %s ORDER BY created_at", (person.id,))
    return [(bytes(value), revoked is not None) for value, revoked in rows]


def events(world, person):
    return [event for event, in world.database.rows("SELECT event FROM audit_events WHERE subject_id = %s ORDER BY id", (person.id,))]


def make_older(world, person, seconds):
    world.database.run("UPDATE sessions SET refreshed_at = refreshed_at - %s * interval '1 second' WHERE user_id = %s",
                       (seconds, person.id))


@pytest.fixture(scope="module")
def other(scratch, world):
    """Another server on the same database."""
    server = Server(scratch, world.database.url, key=world.server.key, name="families")
    yield Client(server.port, printed_contract())
    assert server.stop() == 0


def test_refresh__50_at_once_leave_one_successor(anyone, other, world, learner):
    """By two servers, which share nothing but the database."""
    replies = at_once(COUNT, lambda number: refresh((anyone, other)[number % 2], learner.tokens["refresh_token"]))
    successor, = {reply.json["refresh_token"] for reply in replies}
    assert sessions(world, learner) == [(hash_of(successor), False)]
    assert len({reply.json["access_token"] for reply in replies}) == COUNT
    refresh(other, successor)


def test_refresh__50_at_once_again_and_again(anyone, other, world, learner):
    token = learner.tokens["refresh_token"]
    for _ in range(5):
        replies = at_once(COUNT // 5, lambda number, current=token: refresh((anyone, other)[number % 2], current))
        token, = {reply.json["refresh_token"] for reply in replies}
    assert sessions(world, learner) == [(hash_of(token), False)]


@pytest.mark.parametrize("age_s,status", [(0, 200), (8, 200), (11, 401)])
def test_refresh__the_parent_is_good_for_10_seconds(anyone, world, learner, age_s, status):
    first = learner.tokens["refresh_token"]
    second = refresh(anyone, first).json["refresh_token"]
    make_older(world, learner, age_s)
    again = refresh(anyone, first, expect=status)
    if status == 200:
        assert again.json["refresh_token"] == second
        assert sessions(world, learner) == [(hash_of(second), False)]
    else:
        assert again.code == "invalid_credentials"
        assert refresh(anyone, second, expect=401).code == "invalid_credentials"
        assert sessions(world, learner) == [(hash_of(second), True)]


def test_refresh__an_older_one_ends_the_login_at_once(anyone, world, learner):
    first = learner.tokens["refresh_token"]
    second = refresh(anyone, first).json["refresh_token"]
    third = refresh(anyone, second).json
    elsewhere = log_in(anyone, learner.email, learner.password)
    assert events(world, learner).count("token.reused") == 0
    for _ in range(2):  # told once
        assert refresh(anyone, first, expect=401).code == "invalid_credentials"
    assert events(world, learner).count("token.reused") == 1
    assert refresh(anyone, third["refresh_token"], expect=401).code == "invalid_credentials"
    wait_until(lambda: anyone.get("/v1/me", token=third["access_token"], expect=(200, 401)).status == 401, 1, "the end of the token")
    assert anyone.get("/v1/me", token=elsewhere["access_token"], expect=200).json["id"] == learner.id
    refresh(anyone, elsewhere["refresh_token"])


def test_refresh__stolen_and_used_by_both(anyone, world, learner):
    """The thief asks after the owner, when it is too late for a lost answer: both are out."""
    first = learner.tokens["refresh_token"]
    owners = refresh(anyone, first).json["refresh_token"]
    make_older(world, learner, 60)
    at_once(10, lambda _: refresh(anyone, first, expect=401))
    refresh(anyone, owners, expect=401)
    assert events(world, learner).count("token.reused") == 1


def test_refresh__nothing_in_the_database_is_a_token(anyone, world, learner):
    """Neither as it is nor as what makes it: the nonce is worth nothing without the parent."""
    first = learner.tokens["refresh_token"]
    second = refresh(anyone, first).json["refresh_token"]
    known = [bytes(value) for row in world.database.rows(
        "SELECT refresh_hash, parent_hash, successor_nonce FROM sessions WHERE user_id = %s", (learner.id,)) for value in row]
    assert len(known) == 3 and not {tokens.decode(first), tokens.decode(second)} & set(known)
    for value in known:
        refresh(anyone, tokens.encode(value), expect=401)
    assert sessions(world, learner) == [(hash_of(second), False)]


@pytest.mark.parametrize("which", [0, 1])
def test_revoke__by_any_token_of_the_login(anyone, world, which):
    person = Learner(anyone)
    family = [person.tokens["refresh_token"]]
    family.append(refresh(anyone, family[0]).json["refresh_token"])
    anyone.post("/v1/auth/revoke", {"refresh_token": family[which]}, expect=204)
    refresh(anyone, family[1], expect=401)
    assert events(world, person) == ["account.registered", "login.succeeded", "login.ended"]
