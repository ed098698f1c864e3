"""The contestants as processes: start, readiness, CPU time, memory, stop."""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
PEER = os.path.join(TOP, "tests/bench/peer")
TICKS = os.sysconf("SC_CLK_TCK")
START_LIMIT_S = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_stat(pid):
    """Parent and CPU seconds, those of children that have ended included; None when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / TICKS


def tree(root):
    """The process and all below it: {pid: CPU seconds}."""
    stats = {int(name): read_stat(name) for name in os.listdir("/proc") if name.isdigit()}
    found, changed = {root}, True
    while changed:
        below = {pid for pid, stat in stats.items() if stat and stat[0] in found} - found
        found |= below
        changed = bool(below)
    return {pid: stats[pid][1] for pid in found if stats.get(pid)}


def cpu_seconds(root):
    return sum(tree(root).values())


def rss_kib(root, pids=None):
    """Of the process and all below it; `pids` spares looking for them again."""
    total = 0
    for pid in pids or tree(root):
        try:
            with open(f"/proc/{pid}/status") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total


def is_ready(port, path):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status == 200
    except OSError:
        return False


class Server:
    """One contestant. `ready_ms` is the time from the start of the process to its first good answer on `ready_path`."""

    def __init__(self, name, command, environment, port, ready_path, log):
        self.name, self.port, self.log = name, port, log
        began = time.monotonic()
        with open(log, "ab") as output:
            self.process = subprocess.Popen(command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=output, start_new_session=True)
        while not is_ready(port, ready_path):
            if self.process.poll() is not None or time.monotonic() - began > START_LIMIT_S:
                self.stop()
                with open(log, errors="replace") as file:
                    raise SystemExit(f"bench: {name} does not start:\n{file.read()[-2000:]}")
            time.sleep(0.002)
        self.ready_ms = (time.monotonic() - began) * 1000

    @property
    def pid(self):
        return self.process.pid

    def is_alive(self):
        return self.process.poll() is None

    def stop(self):
        for number, limit_s in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
            if self.process.poll() is None:
                try:
                    os.killpg(self.process.pid, number)
                    self.process.wait(limit_s)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def statement_text(name):
    """What the program sends for one call of a statement of server/store."""
    with open(os.path.join(TOP, os.environ.get("BUILD", "build"), "gen/store/sql.c")) as file:
        block = file.read().partition(f"const struct statement SQL_{name} = ")[2]
    return json.loads(re.search(r'\.text = ("(?:[^"\\]|\\.)*")', block)[1])


def start_quizd(cluster, database, key_file, logs, **options):
    """Per-request logging is off in both services: the peer has none."""
    port = free_port()
    environment = {
        "DATABASE_URL": cluster.url(database),
        "QUIZD_LISTEN": f"127.0.0.1:{port}",
        "QUIZD_JWT_KEY_FILE": key_file,
        "QUIZD_LOG_LEVEL": "warn",
        "QUIZD_WEAK_AREAS_MODEL": "beta-1",  # what the peer knows
        **{f"QUIZD_{name.upper()}": str(value) for name, value in options.items()},
    }
    program = os.path.join(TOP, os.environ.get("BUILD", "build"), "quizd")
    return Server("quizd", [program, "serve", "--dev"], environment, port, "/readyz", os.path.join(logs, "quizd.log"))


def start_peer(cluster, database, key_file, logs, workers, pool):
    port = free_port()
    environment = {
        **cluster.environment(database),
        "NODE_ENV": "production",
        "PEER_PORT": str(port),
        "PEER_KEY_FILE": key_file,
        "PEER_WORKERS": str(workers),
        "PEER_POOL": str(pool),
    }
    server = Server("peer", ["node", os.path.join(PEER, "index.js")], environment, port, "/livez", os.path.join(logs, "peer.log"))
    wait_for_workers(server, workers)
    return server


def wait_for_workers(server, workers):
    """The first worker answers before the others are there."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        with open(server.log, errors="replace") as file:
            if file.read().rstrip().endswith("ready"):
                return
        time.sleep(0.01)
    server.stop()
    raise SystemExit(f"bench: not all {workers} workers of the peer start; see {server.log}")


def install_peer():
    stamp = os.path.join(PEER, "node_modules/.package-lock.json")
    lock = os.path.join(PEER, "package-lock.json")
    if not os.path.exists(stamp) or os.path.getmtime(stamp) < os.path.getmtime(lock):
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PEER, check=True,
                       stdout=subprocess.DEVNULL)
