"""The end of a server, and life with two of them: what is in flight is finished, and every server sees what was published."""
import contextlib
import signal
import threading
import time

import pytest

from support_py import history, program, sample, wire
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.learner import Learner
from support_py.load import Load
from support_py.program import Server, wait_until

# A poll is a second; loading the banks comes on top, and takes its time under sanitizers.
PUBLISH_LIMIT_S = 4.0


@contextlib.contextmanager
def serve(scratch, world, name, key=None, **settings):
    server = Server(scratch, world.database.url, key=key, name=name, **settings)
    try:
        yield server
    finally:
        server.kill()


def anyone_on(server):
    return Client(server.port, printed_contract())


def begin(connection, data):
    """Sends a part of a request; returns when the server is busy with it."""
    connection.sendall(data)
    assert wire.read_reply(connection).status == 100


def terminate(server):
    server.process.terminate()
    server.wait_for("serve.stopping")


def end_of(server, limit_s):
    """The exit status and how long it took."""
    began = time.monotonic()
    return server.process.wait(limit_s), time.monotonic() - began


def is_drained(server):
    return next(line for line in server.log() if line.get("event") == "serve.stopped")["is_drained"]


def is_refused(port):
    try:
        wire.connect(port, 2).close()
    except ConnectionRefusedError:
        return True
    return False


def test_drain__what_is_in_flight_is_finished(scratch, world, aws):
    """A request whose body is still coming when SIGTERM does."""
    with serve(scratch, world, "drained") as server:
        learner = Learner(anyone_on(server))
        body = {"bank": aws.slug, "mode": "practice", "size": 1}
        data = wire.request("POST", "/v1/attempts", body, learner.tokens["access_token"], Expect="100-continue")
        with wire.connect(server.port) as slow:
            begin(slow, data[:-5])
            terminate(server)
            with wire.connect(server.port) as other:
                other.sendall(wire.request("GET", "/readyz"))
                reply = wire.read_reply(other)
                assert reply.status == 503 and reply.headers["retry-after"].isdigit() and reply.headers["connection"] == "close", reply
            assert server.process.poll() is None
            slow.sendall(data[-5:])
            reply = wire.read_reply(slow)
        assert reply is not None and reply.status == 201 and reply.headers["connection"] == "close", reply
        status, _ = end_of(server, 60)
        assert status == 0 and is_refused(server.port)
        assert is_drained(server) is True


def test_drain__idle_connections_do_not_hold_it_up(scratch, world):
    with serve(scratch, world, "idle", QUIZD_IDLE_TIMEOUT_MS="60000") as server:
        idle = [wire.connect(server.port) for _ in range(20)]
        for connection in idle:
            connection.sendall(wire.request("GET", "/livez"))
            assert wire.read_reply(connection).headers["connection"] == "keep-alive"
        terminate(server)
        status, took_s = end_of(server, 60)
        print(f"\n20 idle connections: ended after {took_s:.2f} s", end="")
        assert status == 0 and took_s < 10
        for connection in idle:
            assert wire.read_reply(connection, 2) is None
            connection.close()


def test_drain__a_request_that_never_ends_is_cut_at_the_limit(scratch, world):
    with serve(scratch, world, "cut", QUIZD_DRAIN_TIMEOUT_MS="1000", QUIZD_BODY_TIMEOUT_MS="60000", QUIZD_HEAD_TIMEOUT_MS="60000") as server:
        with wire.connect(server.port) as slow:
            begin(slow, b"POST /v1/auth/token HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n{")
            terminate(server)
            status, took_s = end_of(server, 50)
        print(f"\nstuck request: ended after {took_s:.2f} s", end="")
        assert status == 0 and took_s < 10
        assert is_drained(server) is False


def test_drain__under_load(scratch, world, aws):
    """Nobody's acknowledged work is lost, and nearly nobody notices: who was being served gets his reply."""
    with serve(scratch, world, "busy", QUIZD_DRAIN_TIMEOUT_MS="6000") as server:
        with Load(lambda: server.port, aws, people=8, hands=4, seed="drain") as load:
            time.sleep(1)
            server.process.terminate()
            status, took_s = end_of(server, 60)
            time.sleep(0.1)
        print(f"\nunder load: ended after {took_s:.2f} s, {len(load.losses)} requests without a reply of {sum(load.statuses.values())}", end="")
        assert status == 0 and is_refused(server.port)
        assert is_drained(server) is True
    assert not load.surprises, load.surprises[:5]
    assert history.faults(world.database, load) == []
    # What reaches the socket when the server no longer reads from it has no reply, one for each caller at most; but what was begun was
    # answered.
    assert history.done_without_a_word(world.database, load) == []
    assert len(load.losses) <= len(load.hands), f"{len(load.losses)} requests were cut: {load.losses[:3]}"


def test_drain__new_requests_without_end(scratch, world):
    """Callers who never stop do not keep a server from ending."""
    with serve(scratch, world, "flooded", QUIZD_DRAIN_TIMEOUT_MS="4000", QUIZD_LOG_LEVEL="info") as server:
        is_over = threading.Event()
        callers = [threading.Thread(target=flood, args=(server.port, is_over)) for _ in range(12)]
        for caller in callers:
            caller.start()
        time.sleep(0.5)
        server.process.terminate()
        try:
            status, took_s = end_of(server, 60)
        finally:
            is_over.set()
            for caller in callers:
                caller.join()
        print(f"\nflooded: ended after {took_s:.2f} s", end="")
        assert status == 0 and is_drained(server) is True


def flood(port, is_over):
    """Several requests on the way at any moment."""
    asked = wire.request("GET", "/openapi.json", close=True)
    waiting = []
    while not is_over.is_set():
        try:
            connection = wire.connect(port, 5)
            connection.sendall(asked)
            waiting.append(connection)
        except OSError:
            time.sleep(0.005)
        if len(waiting) > 4:
            with contextlib.suppress(OSError):
                wire.read_to_end(waiting[0], 5)
            waiting.pop(0).close()
    for connection in waiting:
        connection.close()


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_drain__signals(scratch, world, number):
    with serve(scratch, world, "signalled") as server:
        server.process.send_signal(getattr(signal, number))
        status, took_s = end_of(server, 60)
        assert status == 0 and took_s < 10


def test_two_servers__both_see_a_publish(scratch, world, aws):
    """By NOTIFY, and without it by the poll."""
    slug = f"published-{time.time_ns()}"
    with serve(scratch, world, "first", QUIZD_BANK_POLL_MS="1000") as first, \
            serve(scratch, world, "second", key=first.key, QUIZD_BANK_POLL_MS="1000") as second:
        learner = Learner(anyone_on(first))
        clients = [Client(server.port, printed_contract(), learner.tokens["access_token"]) for server in (first, second)]
        folder = sample.write(scratch / slug, slug)
        for title in ("One", "Two", "Three"):
            sample.write(folder, slug, bank={**sample.about(slug), "title": title})
            program.quizd_ok("import", "bank", folder, DATABASE_URL=world.database.url)
            wait_for_title(clients, slug, title, "notified")
        world.database.run("UPDATE banks SET title = 'Polled', revision = revision + 1 WHERE slug = %s", (slug,))
        wait_for_title(clients, slug, "Polled", "polled")


def wait_for_title(clients, slug, title, how):
    began = time.monotonic()
    for client in clients:
        wait_until(lambda: title_of(client, slug) == title, 30, f"{title} at {client.port}")
    took_s = time.monotonic() - began
    print(f"\nboth servers show it after {took_s * 1000:.0f} ms ({how})", end="")
    assert took_s < PUBLISH_LIMIT_S


def title_of(client, slug):
    reply = client.get(f"/v1/banks/{slug}", expect=(200, 404))
    return reply.json["title"] if reply.status == 200 else None


def test_two_servers__a_token_of_one_is_good_at_the_other(scratch, world, aws):
    with serve(scratch, world, "left") as left, serve(scratch, world, "right", key=left.key) as right:
        learner = Learner(anyone_on(left))
        attempt = learner.start(size=2, feedback="deferred")
        there = Client(right.port, printed_contract(), learner.tokens["access_token"])
        response = sample.banks.right(aws.find(attempt["items"][0]["question"]))
        path = f"/v1/attempts/{attempt['id']}"
        there.put(f"{path}/answers/1", {"response": response, "revision": 1}, expect=200)
        assert learner.read(attempt)["items"][0]["answer"]["revision"] == 1
        there.post(f"{path}/submit", expect=200)
        learner.answer(attempt, 2, sample.banks.right(aws.find(attempt["items"][1]["question"])), expect=409)
