"""
Clients that are slow on purpose: with the head, with the body, with reading the reply, or with saying anything at all. Good clients
are served meanwhile, and the slow ones are cut soon after their deadline.
"""
import contextlib
import resource
import select
import socket
import threading
import time

import pytest

from support_py import wire
from support_py.program import Server

SLOW = 150
DEADLINE_S = 1.0
# From the deadline to the close: one pause of the slow client, and a machine with other things to do.
SLACK_S = 2.5
GOOD_LIMIT_S = 3.0
TIMEOUTS = {f"QUIZD_{name}_TIMEOUT_MS": str(int(DEADLINE_S * 1000)) for name in ("HEAD", "BODY", "IDLE")}


@pytest.fixture(scope="module", autouse=True)
def enough_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard), hard))


@contextlib.contextmanager
def serve(scratch, world, name, **settings):
    server = Server(scratch, world.database.url, name=name, **{**TIMEOUTS, **settings})
    try:
        yield server
        assert server.stop() == 0
    finally:
        server.kill()


@pytest.fixture(scope="module")
def roomy(scratch, world):
    """Far more workers than slow clients."""
    with serve(scratch, world, "roomy", QUIZD_THREADS="400") as server:
        yield server


class GoodClient:
    """Asks again and again, each time on a new connection, and keeps the longest time it had to wait."""

    def __init__(self, port):
        self.port, self.waits, self.failures = port, [], []
        self.is_done = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.is_done.wait(0.02):
            began = time.monotonic()
            try:
                with wire.connect(self.port) as connection:
                    connection.sendall(wire.request("GET", "/readyz", close=True))
                    reply = wire.read_reply(connection)
                if reply is None or reply.status != 200:
                    self.failures.append(reply)
            except OSError as error:
                self.failures.append(error)
            self.waits.append(time.monotonic() - began)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_done.set()
        self.thread.join()

    def judge(self, what):
        print(f"\n{what}: {len(self.waits)} good requests, the longest {max(self.waits) * 1000:.0f} ms", end="")
        assert not self.failures, self.failures[:3]
        assert len(self.waits) >= 10 and max(self.waits) < GOOD_LIMIT_S, f"the longest wait was {max(self.waits):.2f} s"


class Dripper:
    """Many connections that each get the same bytes, one at a time, until the server closes them."""

    def __init__(self, port, count, start, drip, pause_s):
        self.drip, self.pause_s = drip, pause_s
        self.began = {}
        self.lives = []
        self.heard = b""
        for _ in range(count):
            connection = wire.connect(port)
            connection.sendall(start)
            connection.setblocking(False)
            self.began[connection] = time.monotonic()

    def run(self, limit_s):
        deadline = time.monotonic() + limit_s
        sent = 0
        next_drip = time.monotonic()
        while self.began and time.monotonic() < deadline:
            if self.drip and time.monotonic() >= next_drip:
                self.send(self.drip[sent % len(self.drip):][:1])
                sent += 1
                next_drip += self.pause_s
            for connection in select.select(list(self.began), [], [], 0.02)[0]:
                self.hear(connection)
        left = len(self.began)
        for connection in list(self.began):
            self.end(connection)
        return left

    def send(self, byte):
        for connection in list(self.began):
            try:
                connection.send(byte)
            except BlockingIOError:
                pass
            except OSError:
                self.end(connection)

    def hear(self, connection):
        try:
            data = connection.recv(65536)
        except OSError:
            data = b""
        self.heard += data
        if not data:
            self.end(connection)

    def end(self, connection):
        began = self.began.pop(connection, None)
        if began is not None:
            self.lives.append(time.monotonic() - began)
            connection.close()

    def judge(self, left, what):
        print(f"\n{what}: {len(self.lives)} slow connections lived {min(self.lives):.2f} to {max(self.lives):.2f} s", end="")
        assert left == 0, f"{left} slow connections were never cut"
        assert max(self.lives) < DEADLINE_S + SLACK_S, f"a slow connection lived {max(self.lives):.2f} s"
        assert b" 200 " not in self.heard and b" 201 " not in self.heard


def drip(server, what, start, data, pause_s):
    with GoodClient(server.port) as good:
        slow = Dripper(server.port, SLOW, start, data, pause_s)
        left = slow.run(DEADLINE_S + 20)
    slow.judge(left, what)
    good.judge(what)


def test_slow_clients__connections_that_say_nothing(roomy):
    drip(roomy, "silent", b"", b"", 1)


def test_slow_clients__heads(roomy):
    drip(roomy, "slow heads", b"GET /livez HTTP/1.1\r\nHost: a\r\n", b"X-Any: 1\r\n", 0.2)


def test_slow_clients__heads_one_byte_a_second(roomy):
    drip(roomy, "slower heads", b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Any: ", b"1", 0.9)


BODY_HEAD = b"POST /v1/auth/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"


def test_slow_clients__bodies(roomy):
    drip(roomy, "slow bodies", BODY_HEAD, b" ", 0.2)


def test_slow_clients__bodies_one_byte_a_second(roomy):
    drip(roomy, "slower bodies", BODY_HEAD, b" ", 0.9)


def test_slow_clients__bodies_that_begin_fast(roomy):
    """The server reads a fast body in pieces of 16 bytes, and waits for the whole of the last."""
    drip(roomy, "bodies that begin fast", BODY_HEAD + b" " * 4000, b" ", 0.1)


def test_slow_clients__bodies_that_never_begin(roomy):
    drip(roomy, "missing bodies", BODY_HEAD, b"", 1)


def test_slow_clients__readers(roomy):
    """Ask for far more than the buffers of both sockets hold, and read nothing."""
    asked = wire.request("GET", "/openapi.json") * 200
    connections = []
    with GoodClient(roomy.port) as good:
        for _ in range(SLOW // 3):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", roomy.port))
            connection.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                connection.send(asked)
            connections.append(connection)
        began = time.monotonic()
        left = wait_until_closed(connections, DEADLINE_S + 25)
        took = time.monotonic() - began
    print(f"\nslow readers: all cut after {took:.2f} s", end="")
    assert left == 0, f"{left} connections of slow readers are still open"
    assert took < DEADLINE_S + 20
    good.judge("slow readers")


def wait_until_closed(connections, limit_s):
    """Waits until the server has no connection with these any more; returns how many are left."""
    ports = {connection.getsockname()[1] for connection in connections}
    deadline = time.monotonic() + limit_s
    while True:
        left = ports & open_remote_ports()
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    for connection in connections:
        connection.close()
    return len(left)


def open_remote_ports():
    """The ports of the other ends of all established connections of this machine: the server's side of ours among them."""
    with open("/proc/net/tcp") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    return {int(row[2].rpartition(":")[2], 16) for row in rows if row[3] == "01"}


def test_slow_clients__idle_ones_do_not_starve_new_ones(scratch, world):
    """Two hundred that keep their connection after a reply, and sixteen workers."""
    with serve(scratch, world, "narrow", QUIZD_THREADS="16", QUIZD_IDLE_TIMEOUT_MS="20000") as server:
        holders, kept = [], 0
        with GoodClient(server.port) as good:
            for _ in range(200):
                connection = wire.connect(server.port)
                connection.sendall(wire.request("GET", "/livez"))
                reply = wire.read_reply(connection)
                assert reply is not None and reply.status == 200
                kept += reply.headers["connection"] == "keep-alive"
                holders.append(connection)
            time.sleep(1)
        for connection in holders:
            connection.close()
        print(f"\nidle holders: {kept} of {len(holders)} were kept by 16 workers", end="")
        good.judge("idle holders")
        assert 1 <= kept <= 15
