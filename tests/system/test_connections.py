"""A thousand clients that keep their connections, with as many workers as the program has by default."""
import json
import pathlib
import resource
import time

import pytest

from support_py import bank as banks
from support_py import contract, wire
from support_py.client import Client
from support_py.learner import Learner
from support_py.program import BINARY, Server

CLIENTS = 1000
RSS_LIMIT_KIB = 64 * 1024
IS_SANITIZED = pathlib.Path(BINARY).parent.name != "build"  # shadow memory is no memory of the program's


@pytest.fixture(scope="module", autouse=True)
def enough_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard), hard))


@pytest.fixture(scope="module")
def crowded(scratch, world):
    server = Server(scratch, world.database.url, name="crowded", QUIZD_THREADS="", QUIZD_IDLE_TIMEOUT_MS="60000")
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def clients(crowded):
    made = [wire.connect(crowded.port, limit_s=60) for _ in range(CLIENTS)]
    yield made
    for connection in made:
        connection.close()


def ask_all(clients, *parts, **options):
    """All at once; the replies in the order of the clients."""
    for connection in clients:
        connection.sendall(wire.request(*parts, **options))
    return [wire.read_reply(connection, limit_s=60) for connection in clients]


def rss_kib(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def test_connections__a_thousand_are_kept_and_answered(crowded, clients, aws):
    learner = Learner(Client(crowded.port, contract.printed_contract()))
    attempt = learner.start(aws.slug, size=1, feedback="deferred")
    response = banks.right(aws.find(attempt["items"][0]["question"]))
    token = learner.tokens["access_token"]
    for revision in (1, 2, 3):
        body = json.dumps({"response": response, "revision": revision}).encode()
        replies = ask_all(clients, "PUT", f"/v1/attempts/{attempt['id']}/answers/1", body=body, token=token)
        assert {reply.status for reply in replies} == {200}
        assert {reply.headers["connection"] for reply in replies} == {"keep-alive"}
    replies = ask_all(clients, "GET", f"/v1/banks/{aws.slug}/sections", token=token)
    assert {(reply.status, reply.headers["connection"]) for reply in replies} == {(200, "keep-alive")}
    rss = rss_kib(crowded)
    print(f"\n{CLIENTS} clients that were busy: {rss / 1024:.1f} MiB", end="")
    assert IS_SANITIZED or rss <= RSS_LIMIT_KIB


def test_connections__a_thousand_idle_ones_starve_nobody(crowded, clients):
    """New clients are served at once, and the idle ones are still there afterwards."""
    ask_all(clients, "GET", "/livez")
    longest = 0
    for _ in range(300):
        began = time.monotonic()
        with wire.connect(crowded.port) as connection:
            connection.sendall(wire.request("GET", "/livez"))
            assert wire.read_reply(connection).status == 200
        longest = max(longest, time.monotonic() - began)
    print(f"\nbeside {CLIENTS} idle clients the longest of 300 new ones waited {longest * 1000:.0f} ms", end="")
    assert longest < 3
    assert {reply.status for reply in ask_all(clients, "GET", "/livez")} == {200}
