"""
A thousand slow clients of slowhttptest (Debian's), with heads, with bodies and with reading: good clients are served meanwhile, and
the slow ones are gone soon after their deadline. A few seconds each with short deadlines; `make slow-clients` is the long one: a minute each
(QUIZD_SLOW_SECONDS) with the deadlines of production, and the good clients' 99th percentile is judged.
"""
import os
import resource
import shutil
import subprocess
import threading
import time

import pytest

from support_py import wire
from support_py.program import Server

SLOW, THREADS, GOOD = 1000, 2048, 8
SECONDS = int(os.environ.get("QUIZD_SLOW_SECONDS", "0"))
IS_LONG = SECONDS > 0
ATTACK_S = SECONDS or 5
DEADLINES_MS = {"HEAD": 5000, "BODY": 10000, "IDLE": 5000} if IS_LONG else {"HEAD": 1000, "BODY": 1000, "IDLE": 1000}
P99_LIMIT_S = 0.050
LONGEST_S = 3.0
# From a deadline to the close: one pause of the slow client, and a machine with other things to do.
SLACK_S = 5.0
PAUSE_S = 0.02
MODES = {
    "heads": (["-H", "-x", "24"], "/livez", "HEAD"),
    "bodies": (["-B", "-x", "24", "-s", "8192"], "/v1/auth/token", "BODY"),
    "reading": (["-X", "-k", "4", "-w", "64", "-y", "512", "-n", "1", "-z", "32"], "/openapi.json", "IDLE"),
}


@pytest.fixture(scope="module", autouse=True)
def enough_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 8192), hard), hard))


@pytest.fixture(scope="module")
def server(scratch, world):
    timeouts = {f"QUIZD_{name}_TIMEOUT_MS": str(limit) for name, limit in DEADLINES_MS.items()}
    started = Server(scratch, world.database.url, name="attacked", QUIZD_THREADS=str(THREADS), **timeouts)
    try:
        yield started
        assert started.stop() == 0
    finally:
        started.kill()


class GoodClients:
    """Each asks again and again on a connection that it keeps, and notes how long it waited."""

    def __init__(self, port):
        self.port, self.waits, self.failures, self.ports = port, [], [], set()
        self.is_done = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(GOOD)]

    def run(self):
        connection = None
        while not self.is_done.wait(PAUSE_S):
            began = time.monotonic()
            try:
                if connection is None:
                    connection = wire.connect(self.port, 10)
                    self.ports.add(connection.getsockname()[1])
                connection.sendall(wire.request("GET", "/readyz"))
                reply = wire.read_reply(connection, 10)
            except OSError as error:
                reply = error
            self.waits.append(time.monotonic() - began)
            if getattr(reply, "status", None) != 200:
                self.failures.append(reply)
            if getattr(reply, "status", None) != 200 or reply.headers["connection"] == "close":
                if connection is not None:
                    connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_done.set()
        for thread in self.threads:
            thread.join()

    def p99(self):
        return sorted(self.waits)[int(len(self.waits) * 0.99)]


class Watch:
    """How long each connection with the server stayed open, from the kernel's table."""

    def __init__(self, port):
        self.port, self.first, self.lives = port, {}, {}
        self.is_done = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.is_done.wait(0.1):
            self.look()

    def look(self):
        now, there = time.monotonic(), remote_ports(self.port)
        for port in there:
            self.first.setdefault(port, now)
            self.lives[port] = now - self.first[port]
        for port in set(self.first) - there:
            del self.first[port]  # the number may come again
        return there

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_done.set()
        self.thread.join()


def remote_ports(port):
    """The other ends of the server's established connections."""
    with open("/proc/net/tcp") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    return {int(row[2].rpartition(":")[2], 16) for row in rows if row[3] == "01" and int(row[1].rpartition(":")[2], 16) == port}


def attack(port, mode):
    """Again and again, each time until all are cut or the time is over: cut clients do not come back by themselves."""
    options, path, _ = MODES[mode]
    end = time.monotonic() + ATTACK_S
    rounds = 0
    while time.monotonic() < end:
        left_s = max(2, int(end - time.monotonic()) + 1)
        subprocess.run(["slowhttptest", *options, "-c", str(SLOW), "-r", str(SLOW), "-i", "1", "-l", str(left_s), "-p", "3", "-v", "0",
                        "-u", f"http://127.0.0.1:{port}{path}"], check=False, timeout=left_s + 60, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rounds += 1
    return rounds


def test_slowhttptest__is_installed():
    assert shutil.which("slowhttptest"), "make deps installs it"


@pytest.mark.parametrize("mode", MODES)
def test_slowhttptest(server, mode, capsys):
    deadline_s = DEADLINES_MS[MODES[mode][2]] / 1000
    with Watch(server.port) as watch, GoodClients(server.port) as good:
        rounds = attack(server.port, mode)
        gone_by = time.monotonic() + deadline_s + SLACK_S
        while remote_ports(server.port) - good.ports and time.monotonic() < gone_by:
            time.sleep(0.1)
        left = remote_ports(server.port) - good.ports
    lives = [life for port, life in watch.lives.items() if port not in good.ports]
    report = (f"{mode}: {len(lives)} slow connections in {rounds} rounds, the longest lived {max(lives):.1f} s; {len(good.waits)} good "
              f"requests, p99 {good.p99() * 1000:.1f} ms, the longest {max(good.waits) * 1000:.0f} ms")
    if IS_LONG:
        with capsys.disabled():
            print(f"\n{report}")
    assert not left, f"{len(left)} slow connections are still there"
    assert not good.failures, good.failures[:3]
    assert len(lives) >= SLOW * 0.9 and len(good.waits) > 100
    if mode != "reading":  # a reader's reply lies in the kernel's buffers, whoever reads it
        assert max(lives) < deadline_s + SLACK_S, f"a slow connection lived {max(lives):.1f} s"
    assert max(good.waits) < LONGEST_S
    if IS_LONG:
        assert good.p99() < P99_LIMIT_S, f"p99 was {good.p99() * 1000:.1f} ms"
