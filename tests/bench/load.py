"""One run of wrk: what it measured, and what the processes behind it used meanwhile."""
import json
import os
import resource
import subprocess
import threading
import time

import servers

HERE = os.path.dirname(os.path.realpath(__file__))
MARGIN_S = 30


class Watch(threading.Thread):
    """The highest memory use of a server during a run."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.pids = pid, list(servers.tree(pid))
        self.highest_kib, self.is_over = 0, threading.Event()

    def look(self):
        self.highest_kib = max(self.highest_kib, servers.rss_kib(self.pid, self.pids))

    def run(self):
        while not self.is_over.wait(0.2):
            self.look()

    def finish(self):
        self.is_over.set()
        self.join()
        self.look()
        return self.highest_kib


def busy_seconds():
    """CPU time that the machine has spent on anything, over all cores."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / servers.TICKS


class Load:
    """Runs wrk against servers with the data of seed.py in `directory`."""

    def __init__(self, directory, bank, postmaster_pid):
        self.directory, self.bank, self.postmaster_pid = directory, bank, postmaster_pid
        self.out = os.path.join(directory, "wrk.json")

    def run(self, server, measure, connections, seconds, **options):
        """`options`: tag, revision, first, count; see load.lua."""
        watch = Watch(server.pid)
        watch.start()
        before = self.cpu(server)
        result = self.wrk(server, measure, connections, seconds, options)
        used = {name: seconds - before[name] for name, seconds in self.cpu(server).items()}
        for name in ("server", "postgres", "wrk"):
            result[f"cpu_{name}_us"] = used[name] * 1e6 / max(result["requests"], 1)
        known = sum(used[name] for name in ("server", "postgres", "wrk", "self"))
        result["others"] = max(0, used["machine"] - known) / (used["wall"] * os.cpu_count())
        result["rss_kib"] = watch.finish()
        result["errors"] = result["status_errors"] + result["socket_errors"]
        return result

    def wrk(self, server, measure, connections, seconds, options):
        threads = min(2, connections)
        environment = {
            **os.environ,
            "BENCH_DATA": self.directory, "BENCH_OUT": self.out, "BENCH_BANK": self.bank, "BENCH_MEASURE": measure,
            "BENCH_THREADS": str(threads), "BENCH_CONNECTIONS": str(connections),
            **{f"BENCH_{name.upper()}": str(value) for name, value in options.items()},
        }
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
                   "-s", os.path.join(HERE, "load.lua"), f"http://127.0.0.1:{server.port}/"]
        done = subprocess.run(command, env=environment, timeout=seconds + MARGIN_S, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0 or not os.path.exists(self.out):
            raise SystemExit(f"bench: wrk fails on {measure}:\n{done.stdout}")
        if "BENCH_DEBUG" in os.environ:
            print(done.stdout)
        with open(self.out) as file:
            result = json.load(file)
        os.remove(self.out)
        return result

    def cpu(self, server):
        """Seconds so far: CPU time of all that take part, of the whole machine, and time itself."""
        return {
            "server": servers.cpu_seconds(server.pid),
            "postgres": servers.cpu_seconds(self.postmaster_pid),
            "wrk": sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]),
            "self": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
            "machine": busy_seconds(),
            "wall": time.monotonic(),
        }
