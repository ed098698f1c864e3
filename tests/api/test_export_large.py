"""
GET /v1/me/export of somebody with a hundred thousand answers: more than any other reply may have. It is made while it is sent: in
little memory, with no connection to the database held while somebody reads slowly, and one that is cut can be told from a whole one.
"""
import http.client
import json
import pathlib
import socket

import pytest

from support_py import wire
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.learner import Learner
from support_py.program import BINARY, Server, wait_until

ATTEMPTS, SIZE = 1000, 100
REPLY_LIMIT = 16 * 1024 * 1024
MEMORY = 12 * 1024 * 1024
IS_SANITIZED = pathlib.Path(BINARY).parent.name != "build"  # what is freed stays for a while


def fill(database, user_id):
    """A life of answers, as if they had been given."""
    database.run("""
        WITH made AS (
            INSERT INTO attempts (user_id, id, bank_id, state, submitted_at, raw_milli, max_milli)
            SELECT %s, gen_random_uuid(), id, 'submitted', clock_timestamp(), 1000, 100000
            FROM banks, generate_series(1, %s)
            WHERE slug = 'aws-dva-c01'
            RETURNING user_id, id, bank_id
        ), chosen AS (
            SELECT array_agg(id) AS ids FROM (SELECT id FROM questions WHERE bank_id = (SELECT bank_id FROM made LIMIT 1) ORDER BY id LIMIT %s) AS q
        ), papers AS (
            INSERT INTO attempt_papers (user_id, attempt_id, mode, feedback, seed, question_ids, versions)
            SELECT user_id, id, 'practice', 'deferred', 'x', ids, array_fill(1::bigint, ARRAY[cardinality(ids)]) FROM made, chosen
        )
        INSERT INTO answers (user_id, attempt_id, position, revision, question_id, response, credit_milli, points_milli, is_final, recorded_at)
        SELECT user_id, made.id, n, 1, q, '{"choices":["a"]}', 0, 0, true, clock_timestamp()
        FROM made, chosen, unnest(ids) WITH ORDINALITY AS u (q, n)""", (user_id, ATTEMPTS, SIZE))


@pytest.fixture(scope="module")
def exporting(scratch, world):
    started = Server(scratch, world.database.url, key=world.server.key, name="exports", QUIZD_SCAN_SESSIONS="1", QUIZD_BODY_TIMEOUT_MS="2000",
                     QUIZD_LOG_LEVEL="info")
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="module")
def client(exporting):
    return Client(exporting.port, printed_contract())


@pytest.fixture(scope="module")
def heavy(anyone, world):
    """Gone at the end: what he has is not of any question's life."""
    person = Learner(anyone)
    fill(world.database, person.id)
    yield person
    world.database.run("DELETE FROM answers WHERE user_id = %s", (person.id,))
    world.database.run("DELETE FROM users WHERE id = %s", (person.id,))


def peak_bytes(server):
    """The most memory that the server has had."""
    with open(f"/proc/{server.process.pid}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


def begin(server, person, version="HTTP/1.1", limit_s=30):
    """A connection on which the export was asked for, with little room for what comes."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(limit_s)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(f"GET /v1/me/export {version}\r\nHost: a\r\nAuthorization: Bearer {person.tokens['access_token']}\r\n\r\n".encode())
    return connection


def test_large_export__is_whole(exporting, client, heavy):
    client.get("/v1/me", token=heavy.tokens["access_token"], expect=200)
    before = peak_bytes(exporting)
    reply = client.get("/v1/me/export", token=heavy.tokens["access_token"], expect=200)
    assert len(reply.body) > REPLY_LIMIT
    attempts = reply.json["attempts"]
    assert len({attempt["id"] for attempt in attempts}) == len(attempts) == ATTEMPTS
    assert all([answer["position"] for answer in attempt["answers"]] == list(range(1, SIZE + 1)) for attempt in attempts)
    assert IS_SANITIZED or peak_bytes(exporting) - before < MEMORY
    client.get("/v1/me", token=heavy.tokens["access_token"], expect=200)


def test_large_export__of_every_list_with_more_than_a_page(client, learner, world):
    """Every row once, in the order of its key."""
    bank, = world.database.rows("SELECT id FROM banks WHERE slug = 'aws-dva-c01'")
    many = 1201
    for statement in (
            "INSERT INTO audit_events (id, event, subject_id) SELECT gen_random_uuid(), 'user.disabled', %(id)s FROM generate_series(1, %(many)s)",
            "INSERT INTO sessions (user_id, id, refresh_hash) SELECT %(id)s, gen_random_uuid(), sha256(gen_random_uuid()::text::bytea) "
            "FROM generate_series(1, 50)",
            "INSERT INTO token_revocations (user_id, subject_id) SELECT %(id)s, gen_random_uuid() FROM generate_series(1, %(many)s)",
            "INSERT INTO reviews SELECT %(id)s, %(bank)s, gen_random_uuid(), 1, 5, now(), 1, 0 FROM generate_series(1, %(many)s)",
            "INSERT INTO study_activity SELECT %(id)s, %(bank)s, timestamptz '2020-01-01' + n * interval '15 minutes', 1, 1, 1000, 0 "
            "FROM generate_series(1, %(many)s) AS n",
            "INSERT INTO section_evidence (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at) "
            "SELECT %(id)s, %(bank)s, gen_random_uuid(), 1, 1, 1, 1, now() FROM generate_series(1, %(many)s)",
            "INSERT INTO idempotency_keys (user_id, key, operation, fingerprint, status, headers, body) "
            "SELECT %(id)s, 'Key ' || n, 'x', 'x', 200, '{}', '{}' FROM generate_series(1, 25) AS n"):
        world.database.run(statement, {"id": learner.id, "bank": bank[0], "many": many})
    document = client.get("/v1/me/export", token=learner.tokens["access_token"], expect=200).json
    keys = {"audit_events": "id", "sessions": "id", "token_revocations": "subject_id", "reviews": "question_id", "study_activity": "bucket_at",
            "section_evidence": "section_id", "idempotency_keys": "key"}
    for name, key in keys.items():
        owner = "subject_id" if name == "audit_events" else "user_id"
        (stored,), = world.database.rows(f"SELECT count(*) FROM {name} WHERE {owner} = %s", (learner.id,))
        shown = [item[key] for item in document[name]]
        assert len(set(shown)) == len(shown) == stored > 20, name
        assert name == "idempotency_keys" or shown == sorted(shown), name
    world.database.run("DELETE FROM reviews WHERE user_id = %s", (learner.id,))
    world.database.run("DELETE FROM section_evidence WHERE user_id = %s", (learner.id,))
    world.database.run("DELETE FROM study_activity WHERE user_id = %s", (learner.id,))


def test_large_export__http_1_0(exporting, learner):
    """No chunks: the body ends with the connection."""
    with begin(exporting, learner, "HTTP/1.0") as connection:
        head, _, body = wire.read_to_end(connection, 30).partition(b"\r\n\r\n")
    assert b"Transfer-Encoding" not in head and b"Connection: close" in head
    assert json.loads(body)["account"]["id"] == learner.id


def test_large_export__connection_goes_on(client, learner):
    """Two on one connection, with something else between."""
    for _ in range(2):
        assert client.get("/v1/me/export", token=learner.tokens["access_token"], expect=200).headers["Connection"] == "keep-alive"
        client.get("/livez", expect=200)


def test_large_export__slow_readers_hold_nothing_and_are_gone(exporting, client, heavy, learner):
    """With one connection to the database for exports: whoever does not read keeps it from nobody, and is cut."""
    stuck = [begin(exporting, heavy) for _ in range(4)]
    try:
        for connection in stuck:
            assert connection.recv(12) == b"HTTP/1.1 200"
        assert client.get("/v1/me/export", token=learner.tokens["access_token"], expect=200).json["account"]["id"] == learner.id

        def cut():
            return [line for line in exporting.log() if line.get("path") == "/v1/me/export" and line.get("code") == "request_timeout"]

        wait_until(lambda: len(cut()) == len(stuck), 30, "the end of those who do not read")
        assert all(line["bytes"] < REPLY_LIMIT for line in cut())
    finally:
        for connection in stuck:
            connection.close()


def test_large_export__cut_is_told_from_whole(exporting, anyone, world):
    """Who is erased in the middle of it gets no document that looks like one."""
    person = Learner(anyone)
    fill(world.database, person.id)
    with begin(exporting, person) as connection:
        response = http.client.HTTPResponse(connection, method="GET")
        response.begin()
        beginning = response.read(1000)
        world.database.run("DELETE FROM answers WHERE user_id = %s", (person.id,))
        world.database.run("DELETE FROM users WHERE id = %s", (person.id,))
        with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            while response.read(1 << 20):
                pass
    assert beginning.startswith(b'{"exported_at":')


def test_large_export__of_who_is_gone(client, anyone, world):
    person = Learner(anyone)
    world.database.run("DELETE FROM users WHERE id = %s", (person.id,))
    assert client.get("/v1/me/export", token=person.tokens["access_token"], expect=401).code == "invalid_token"
