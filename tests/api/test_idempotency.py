"""
Idempotency-Key: whatever takes one (openapi.json says so) is done once, however often and however many at once it is sent; the reply
is the same to the byte; a request without one leaves no trace of any of it.
"""
import http.client
import urllib.parse
import uuid

import pytest

from support_py.at_once import at_once
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.examples import encoded
from support_py.learner import Learner
from support_py.program import Server, wait_until

KEYED = [operation for operation in printed_contract().operations if operation.takes_key]
MANY = 100


class Call:
    """One good request for an operation, made once and sent again and again."""

    def __init__(self, examples, operation):
        self.operation, self.example = operation, examples[operation.name]
        self.client = self.example.person.client
        self.user_id = self.example.person.id
        query = f"?{urllib.parse.urlencode(self.example.query)}" if self.example.query else ""
        self.path = operation.path.format(**self.example.names) + query
        self.body = b"" if self.example.body is None else encoded(self.example.body)

    def __call__(self, key, *, body=None, query=None, client=None):
        sent = self.body if body is None else body
        return (client or self.client).request(self.operation.method, self.path, body=sent or None, query=query,
                                               headers={**self.example.headers, "Idempotency-Key": key, "Content-Length": None if sent else "0"})


@pytest.fixture(params=KEYED, ids=str)
def call(request, examples):
    return Call(examples, request.param)


def settled(world):
    """The fingerprint of the database when no job is under way."""
    wait_until(lambda: world.database.rows("SELECT count(*) FROM jobs WHERE finished_at IS NULL") == [(0,)], 60, "the end of all jobs")
    return world.database.fingerprint()


def new_key():
    return str(uuid.uuid4())


def is_replay(reply):
    return reply.headers["Idempotency-Replayed"] == "true"


def refusal(reply):
    return reply.status, reply.code


def test_idempotency__every_creating_post_and_submit_takes_a_key():
    missing = [operation.name for operation in printed_contract().operations
               if operation.method == "POST" and operation.security and operation.success in (201, 202) and not operation.takes_key]
    assert not missing
    assert {"start_attempt", "submit_attempt"} <= {operation.name for operation in KEYED}


def test_idempotency__the_same_request_gets_the_same_reply(call, world):
    key = new_key()
    first = call(key)
    assert first.status == call.operation.success and first.headers["Idempotency-Replayed"] is None
    before = settled(world)
    for _ in range(3):
        again = call(key)
        assert (again.status, again.body, is_replay(again)) == (first.status, first.body, True)
        assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert world.database.fingerprint() == before


def test_idempotency__another_request_with_the_key_is_refused(call, world):
    key = new_key()
    call(key)
    before = settled(world)
    other = call.body + b" " if call.body else None
    if other:
        assert refusal(call(key, body=other)) == (422, "idempotency_key_reused")
    another = Call.__new__(Call)
    another.__dict__.update(call.__dict__, path="/v1/attempts", body=b'{"bank":"aws-dva-c01","mode":"practice","size":3}')
    another.operation = printed_contract().by_name["start_attempt"]
    assert refusal(another(key)) == (422, "idempotency_key_reused")
    assert world.database.fingerprint() == before


def test_idempotency__body_that_differs(examples):
    """Of every operation, also of those without a body: the path is another."""
    for operation in KEYED:
        key, first, second = new_key(), Call(examples, operation), Call(examples, operation)
        first(key)
        if first.path == second.path:
            second.body += b" "
        assert refusal(second(key, client=first.client)) == (422, "idempotency_key_reused"), operation


def test_idempotency__in_flight(call, world):
    """The lock that a request holds, held by somebody else: as if it were still under way."""
    key = new_key()
    with world.database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s || ' ' || %s, 7))", (call.user_id, key))
        before = settled(world)
        reply = call(key)
        assert refusal(reply) == (409, "idempotency_key_in_flight") and reply.headers["Retry-After"] == "1"
        assert world.database.fingerprint() == before
        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert call(key).status == call.operation.success


def test_idempotency__many_at_once_have_one_effect(call, world):
    key = new_key()
    replies = at_once(MANY, lambda _: call(key))
    good = [reply for reply in replies if reply.status == call.operation.success]
    assert sum(not is_replay(reply) for reply in good) == 1
    assert {reply.body for reply in good} == {good[0].body}
    assert {refusal(reply) for reply in replies if reply not in good} <= {(409, "idempotency_key_in_flight"), (503, "unavailable")}
    assert world.database.rows("SELECT count(*) FROM idempotency_keys WHERE key = %s", (key,)) == [(1,)]
    assert call(key).body == good[0].body


@pytest.fixture(scope="module")
def second(scratch, world):
    """Another server on the same database."""
    server = Server(scratch, world.database.url, key=world.server.key, name="second-keys")
    yield server
    assert server.stop() == 0


def test_idempotency__many_at_once_at_two_servers_have_one_effect(call, second, world):
    key = new_key()
    clients = [call.client, Client(second.port, printed_contract(), call.client.token)]
    replies = at_once(MANY, lambda number: call(key, client=clients[number % 2]))
    good = [reply for reply in replies if reply.status == call.operation.success]
    assert sum(not is_replay(reply) for reply in good) == 1
    assert {reply.body for reply in good} == {good[0].body}
    assert {refusal(reply) for reply in replies if reply not in good} <= {(409, "idempotency_key_in_flight"), (503, "unavailable")}
    assert world.database.rows("SELECT count(*) FROM idempotency_keys WHERE key = %s", (key,)) == [(1,)]
    for client in clients:
        assert call(key, client=client).body == good[0].body


def test_idempotency__many_at_once_start_one_attempt(learner, second):
    key = new_key()
    body = {"bank": "aws-dva-c01", "mode": "practice", "size": 2}
    clients = [learner.client, Client(second.port, printed_contract(), learner.client.token)]
    at_once(MANY, lambda number: clients[number % 2].post("/v1/attempts", body, headers={"Idempotency-Key": key}))
    assert len(learner.client.get("/v1/attempts", expect=200).json["data"]) == 1


def test_idempotency__keys_are_of_their_user(anyone):
    key, people = new_key(), [Learner(anyone), Learner(anyone)]
    body = {"bank": "aws-dva-c01", "mode": "practice", "size": 1}
    ids = [person.client.post("/v1/attempts", body, headers={"Idempotency-Key": key}, expect=201).json["id"] for person in people]
    assert ids[0] != ids[1]


def test_idempotency__a_refusal_keeps_nothing(learner, world):
    """And the key is still good for the request when it is put right."""
    key = {"Idempotency-Key": new_key()}
    before = settled(world)
    for body, status in (({"bank": "nowhere", "mode": "practice"}, 422), ({"bank": "aws-dva-c01"}, 422)):
        learner.client.post("/v1/attempts", body, headers=key, expect=status)
    learner.client.post(f"/v1/attempts/{uuid.uuid4()}/submit", headers={**key, "Content-Length": "0"}, expect=404)
    assert world.database.fingerprint() == before
    learner.client.post("/v1/attempts", {"bank": "aws-dva-c01", "mode": "practice"}, headers=key, expect=201)


@pytest.mark.parametrize("key,status", [("x", 201), ("x" * 254, 201), ("x" * 255, 201), ("!~\"'{}", 201), ("x" * 256, 400), ("", 400), ("a b", 400),
                                        ("a\tb", 400)])
def test_idempotency__form_of_a_key(learner, key, status):
    reply = learner.client.post("/v1/attempts", {"bank": "aws-dva-c01", "mode": "practice", "size": 1}, headers={"Idempotency-Key": key},
                                expect=status)
    assert status == 201 or reply.code == "malformed_request"


def test_idempotency__the_key_twice(ada):
    token = ada.tokens["access_token"]
    head = f"POST /v1/attempts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Length: 2\r\n"
    reply = ada.client.raw(f"{head}Idempotency-Key: a\r\nIdempotency-Key: a\r\n\r\n{{}}".encode(), "POST", "/v1/attempts")
    assert refusal(reply) == (400, "malformed_request")


def test_idempotency__a_key_where_none_is_taken_does_nothing(ada, world):
    key = new_key()
    ada.client.get("/v1/me", headers={"Idempotency-Key": key}, expect=200)
    ada.client.patch("/v1/me", {"display_name": "Ada"}, headers={"Idempotency-Key": key}, expect=200)
    assert world.database.rows("SELECT count(*) FROM idempotency_keys WHERE key = %s", (key,)) == [(0,)]


def test_idempotency__a_replay_needs_the_token(anyone, learner):
    key = {"Idempotency-Key": new_key()}
    body = {"bank": "aws-dva-c01", "mode": "practice"}
    learner.client.post("/v1/attempts", body, headers=key, expect=201)
    anyone.post("/v1/attempts", body, headers=key, expect=401)


def test_idempotency__account_that_is_gone(anyone, world):
    gone = Learner(anyone)
    world.database.run("DELETE FROM users WHERE id = %s", (gone.id,))
    key = {"Idempotency-Key": new_key()}
    reply = gone.client.post("/v1/attempts", {"bank": "aws-dva-c01", "mode": "practice"}, headers=key, expect=401)
    assert reply.code == "invalid_token"


def test_idempotency__a_key_is_forgotten_after_24_hours(learner, world):
    key = {"Idempotency-Key": new_key()}

    def start():
        return learner.client.post("/v1/attempts", {"bank": "aws-dva-c01", "mode": "practice"}, headers=key, expect=201)

    def age(interval):
        world.database.run("UPDATE idempotency_keys SET created_at = clock_timestamp() - %s::interval WHERE key = %s",
                           (interval, key["Idempotency-Key"]))

    first = start()
    age("23 hours 59 minutes")
    assert start().body == first.body
    age("24 hours 1 second")
    second = start()
    assert second.json["id"] != first.json["id"] and not is_replay(second)
    assert start().body == second.body


def test_idempotency__what_has_expired_is_deleted(scratch, world, learner):
    """2,500 rows by rounds of 1,000; what is young stays."""
    world.database.run("INSERT INTO idempotency_keys (user_id, key, operation, fingerprint, status, headers, created_at) "
                       "SELECT %s, 'old-' || n, 'start_attempt', '', 201, '{}', clock_timestamp() - interval '25 hours' "
                       "FROM generate_series(1, 2500) AS n", (learner.id,))
    world.database.run("INSERT INTO idempotency_keys (user_id, key, operation, fingerprint, status, headers, created_at) "
                       "VALUES (%s, 'young', 'start_attempt', '', 201, '{}', clock_timestamp() - interval '23 hours')", (learner.id,))
    server = Server(scratch, world.database.url, name="tidy", QUIZD_HOUSEKEEPING_MS="50")
    try:
        wait_until(lambda: world.database.rows("SELECT key FROM idempotency_keys WHERE user_id = %s", (learner.id,)) == [("young",)], 60,
                   "the end of what has expired")
        assert server.wait_for("housekeeping.deleted")["job"] == "idempotency_expire"
        assert server.stop() == 0
    finally:
        server.kill()


def test_idempotency__effect_and_reply_are_one_transaction(call, scratch, world):
    """Where the reply cannot be kept, nothing is done. On a server of its own, whose errors are wanted."""
    world.database.run(f"ALTER TABLE idempotency_keys ADD CONSTRAINT full_up CHECK (user_id <> '{call.user_id}') NOT VALID")
    server = Server(scratch, world.database.url, key=world.server.key, name=f"unkept-{call.operation}")
    try:
        before = settled(world)
        headers = {"Authorization": f"Bearer {call.client.token}", "Idempotency-Key": new_key(), "Content-Length": str(len(call.body)),
                   **({"Content-Type": "application/json"} if call.body else {})}
        reply = Client(server.port, None).exchange(call.operation.method, call.path, call.body or None, headers)
        assert refusal(reply) == (500, "internal")
        assert world.database.fingerprint() == before
        assert server.stop() == 0
    finally:
        server.kill()
        world.database.run("ALTER TABLE idempotency_keys DROP CONSTRAINT full_up")


def when_nothing_is_under_way(call):
    """The database hears of a server's end a moment later; until then its requests are in flight."""
    return wait_until(lambda: (lambda reply: None if reply.status == 409 and reply.code == "idempotency_key_in_flight" else reply)(call()), 30,
                      "the end of what was under way")


def test_idempotency__a_server_that_dies_leaves_both_or_nothing(scratch, world, aws):
    """Killed again and again among keyed requests: sent again with the same key, each has one effect."""
    person = None
    for number in range(4):
        server = Server(scratch, world.database.url, key=world.server.key, name=f"dying-{number}")
        try:
            client = Client(server.port, printed_contract())
            person = person or Learner(client)
            mine = client.as_user(person.tokens["access_token"])
            keys = [new_key() for _ in range(16)]

            def send(index, client=mine, keys=keys, server=server):
                if index == 15:
                    server.process.kill()
                    return None
                try:
                    return client.post("/v1/attempts", {"bank": aws.slug, "mode": "practice", "size": 1},
                                       headers={"Idempotency-Key": keys[index]})
                except (OSError, http.client.HTTPException):
                    return None

            told = at_once(16, send)
        finally:
            server.kill()
        alive = Client(world.server.port, printed_contract(), person.tokens["access_token"])
        for key, reply in zip(keys, told):
            again = when_nothing_is_under_way(lambda key=key: alive.post(
                "/v1/attempts", {"bank": aws.slug, "mode": "practice", "size": 1}, headers={"Idempotency-Key": key}, expect=(201, 409)))
            assert again.status == 201, again
            if reply is not None and reply.status == 201:
                assert again.body == reply.body and is_replay(again)
    started = world.database.rows("SELECT count(*) FROM attempts WHERE user_id = %s", (person.id,))
    assert started == [(4 * 16,)]

