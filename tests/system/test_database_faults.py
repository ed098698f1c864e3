"""
A database that is restarted, crashed, frozen or away, under load: nobody gets anything but a good reply, a 503 with Retry-After or a
dropped connection; the server finds back by itself soon after the database; nothing that was acknowledged is lost.
"""
import concurrent.futures
import http.client
import os
import signal
import threading
import time

import pytest

from support_py import bank as banks
from support_py import history, program, wire
from support_py.client import Client
from support_py.cluster import Cluster
from support_py.contract import printed_contract
from support_py.database import runtime
from support_py.learner import Learner
from support_py.load import Load
from support_py.program import Server, wait_until

# What is asked for is one second; a machine with other things to do, and sanitizers, get more.
RECOVERY_LIMIT_S = 3.0
WARM_UP_S, COOL_DOWN_S, PATIENCE_S = 0.7, 0.5, 60
FROZEN_S = 5.0
TERMINATE_S, TERMINATE_PAUSE_S = 5.0, 0.1


class Target:
    """A database of the cluster, with the two questions that support_py/history.py has."""

    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name
        cluster.query(f"CREATE DATABASE {name} TEMPLATE template0")
        self.owner_url = f"{cluster.url}/{name}"
        self.url = runtime(self.owner_url)
        program.quizd_ok("migrate", DATABASE_URL=self.owner_url)
        program.quizd_ok("import", "bank", banks.AWS, DATABASE_URL=self.url)

    def rows(self, statement, parameters=None):
        return self.cluster.query(statement, parameters, self.name)


@pytest.fixture(scope="module")
def cluster():
    made = Cluster()
    yield made
    made.close()


@pytest.fixture(scope="module")
def target(cluster):
    return Target(cluster, "quiz")


@pytest.fixture(scope="module")
def server(scratch, target):
    """One server for all faults: it is never started again."""
    started = Server(scratch, target.url, name="faults")
    try:
        yield started
        assert started.stop() == 0
        alarming = [line for line in started.log() if is_alarming(line)]
        assert not alarming, "\n".join(map(str, alarming[:5]))
    finally:
        started.kill()


# libpq itself prints what the database says to a connection that is only being made.
SAID_WHILE_CONNECTING = ("WARNING:  terminating connection because of crash", "DETAIL:  The postmaster has commanded",
                         "HINT:  In a moment you should be able to reconnect")


def is_alarming(line):
    """An error that no fault of the database explains, as those of classes 57 (intervention, time limits) and 08 (connection) and the
    ones without a class (the connection was lost) are."""
    if line.get("event") == "" and line.get("text", "").startswith(SAID_WHILE_CONNECTING):
        return False
    is_explained = line.get("event") == "db.statement_failed" and line["sqlstate"][:2] in ("57", "08", "")
    return line.get("event") == "" or (line.get("level") == "error" and not is_explained)


def under_load(server, target, aws, what, fault):
    """`fault` breaks the database, mends it, and returns when it was back."""
    with Load(lambda: server.port, aws, seed=what) as load:
        wait_until(lambda: load.acknowledged() > 25, PATIENCE_S, "answers before")
        time.sleep(WARM_UP_S)
        back_at = fault()
        recovery_s = load.first_good_after(back_at, PATIENCE_S)
        wait_until(lambda: load.acknowledged() > 100, PATIENCE_S, "answers afterwards")
        time.sleep(COOL_DOWN_S)
    print(f"\n{what}: the first good reply {recovery_s * 1000:.0f} ms after the database was back; the longest request "
          f"{load.longest_s:.2f} s; {load.acknowledged()} answers acknowledged, replies {load.statuses}", end="")
    assert server.process.poll() is None, "the server is gone"
    assert not load.surprises, load.surprises[:5]
    wait_until(lambda: target.rows("SELECT count(*) FROM attempts WHERE state = 'submitted' AND raw_milli IS NULL")[0][0] == 0, PATIENCE_S,
               "the scores that were left to the sweeper")
    assert history.faults(target, load) == []
    assert recovery_s < RECOVERY_LIMIT_S
    return load


def ask(server, path):
    with wire.connect(server.port) as connection:
        connection.sendall(wire.request("GET", path, close=True))
        return wire.read_reply(connection)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_database_faults__restart(server, cluster, target, aws, mode):
    def fault():
        cluster.restart(mode)
        return cluster.wait_until_back()

    under_load(server, target, aws, f"restart, {mode}", fault)


@pytest.mark.parametrize("lane", ["read", "write"])
def test_database_faults__a_backend_is_killed(server, cluster, target, aws, lane):
    """SIGKILL of one backend makes PostgreSQL end them all and recover."""
    def fault():
        pid, = cluster.backends(f"quizd {lane}")
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not os.path.exists(f"/proc/{pid}"), 30, "the end of the backend")
        return cluster.wait_until_back()

    under_load(server, target, aws, f"kill of a backend ({lane})", fault)


def test_database_faults__backends_are_terminated(server, cluster, target, aws):
    def fault():
        ended = 0
        with cluster.connect() as connection, connection.cursor() as cursor:
            until = time.monotonic() + TERMINATE_S
            while time.monotonic() < until:
                cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", (target.name,))
                ended += cursor.fetchone()[0]
                time.sleep(TERMINATE_PAUSE_S)
        assert ended > 20
        return time.monotonic()

    load = under_load(server, target, aws, "terminated 10/s", fault)
    assert load.statuses.get(200, 0) > 100


def test_database_faults__frozen(server, cluster, target, aws):
    """SIGSTOP of the postmaster and everything below it."""
    def fault():
        cluster.freeze()
        try:
            until = time.monotonic() + FROZEN_S
            while time.monotonic() < until:
                began = time.monotonic()
                assert ask(server, "/livez").status == 200
                assert time.monotonic() - began < 1.0, "the server is frozen too"
                time.sleep(0.1)
        finally:
            cluster.thaw()
        return cluster.wait_until_back()

    under_load(server, target, aws, f"frozen for {FROZEN_S:.0f} s", fault)


KEYED_PEOPLE, KEYED_EACH = 6, 30


def keyed_person(person, number, replies, is_over):
    """Starts attempts with a key each; each is sent again until it is answered 201, and once more when all is over."""
    for index in range(KEYED_EACH):
        body, key = {"bank": "aws-dva-c01", "mode": "practice", "size": 1}, {"Idempotency-Key": f"{number}-{index}"}
        for _ in range(500):
            try:
                reply = person.client.post("/v1/attempts", body, headers=key)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            assert reply.status in (201, 409, 503), reply
            if reply.status == 201:
                replies.append((person, key, reply))
                break
            time.sleep(0.05)
        is_over.wait(0.02)


@pytest.mark.parametrize("mode", ["restart", "terminate", "freeze"])
def test_database_faults__keyed_requests_have_one_effect(server, cluster, target, mode):
    """Whatever became of the first try; and who was answered gets the same answer again."""
    wait_until(lambda: ask(server, "/readyz").status == 200, PATIENCE_S, "the lanes, which the test before has cut")
    people = [Learner(Client(server.port, printed_contract())) for _ in range(KEYED_PEOPLE)]
    replies, is_over = [], threading.Event()
    with concurrent.futures.ThreadPoolExecutor(KEYED_PEOPLE) as pool:
        running = [pool.submit(keyed_person, person, number, replies, is_over) for number, person in enumerate(people)]
        wait_until(lambda: len({person.id for person, _, _ in replies}) == KEYED_PEOPLE, PATIENCE_S, "everybody's first reply")
        if mode == "restart":
            cluster.restart("immediate")
        elif mode == "freeze":
            cluster.freeze()
            time.sleep(FROZEN_S)
            cluster.thaw()
        else:
            for _ in range(20):
                cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'quizd transactions'")
                time.sleep(0.02)
        cluster.wait_until_back()
        is_over.set()
        for one in running:
            one.result(240)
    assert len(replies) == KEYED_PEOPLE * KEYED_EACH
    for person, key, reply in replies:
        again = person.client.post("/v1/attempts", {"bank": "aws-dva-c01", "mode": "practice", "size": 1}, headers=key, expect=201)
        assert again.body == reply.body and again.headers["Idempotency-Replayed"] == "true"
    for person in people:
        assert target.rows("SELECT count(*) FROM attempts WHERE user_id = %s", (person.id,)) == [(KEYED_EACH,)]


@pytest.mark.parametrize("has_traffic", [True, False])
def test_database_faults__readiness_follows_the_database(server, cluster, has_traffic):
    wait_until(lambda: ask(server, "/readyz").status == 200, PATIENCE_S, "200 of /readyz")
    cluster.stop()
    try:
        if has_traffic:
            use_both_lanes(server)
        reply = wait_until(lambda: (lambda reply: reply if reply.status == 503 else None)(ask(server, "/readyz")), PATIENCE_S, "503 of /readyz")
        assert reply.headers["retry-after"].isdigit() and reply.json["code"] == "unavailable"
        assert ask(server, "/livez").status == 200
    finally:
        cluster.start()
    wait_until(lambda: ask(server, "/readyz").status == 200, PATIENCE_S, "200 of /readyz")


def use_both_lanes(server):
    for path, body in (("/v1/auth/token", {"grant_type": "password", "email": "a@example.org", "password": "none at all here"}),
                       ("/v1/auth/revoke", {"refresh_token": "A" * 43})):
        with wire.connect(server.port) as connection:
            connection.sendall(wire.request("POST", path, body, close=True))
            reply = wire.read_reply(connection)
        assert reply.status == 503 and reply.headers["retry-after"].isdigit(), reply


def test_database_faults__away_at_start(scratch, cluster, target, aws):
    cluster.stop()
    late = None
    try:
        late = Server(scratch, target.url, name="late")
        assert ask(late, "/livez").status == 200
        assert ask(late, "/readyz").status == 503
        use_both_lanes(late)
        cluster.start()
        back_at = cluster.wait_until_back()
        wait_until(lambda: ask(late, "/readyz").status == 200, PATIENCE_S, "200 of /readyz")
        print(f"\naway at start: ready {(time.monotonic() - back_at) * 1000:.0f} ms after the database was back", end="")
        with Load(lambda: late.port, aws, people=2, seed="late") as load:
            wait_until(lambda: load.acknowledged() > 5, PATIENCE_S, "answers")
        assert not load.surprises and history.faults(target, load) == []
        assert late.stop() == 0
    finally:
        if late:
            late.kill()
        if not cluster.is_running():
            cluster.start()
