"""Whether a bank's leaderboard stays flat while more and more people stand on it: a page, one's own place, and a change that is seen."""
import http.client
import json
import statistics
import time

import seed
import servers
import tables

SIZES = (1_000, 10_000, 100_000, 1_000_000)
REQUESTS = 300
CHANGES = 10
LIMIT_S = 240
CONNECTIONS, SECONDS = 128, 5
MEASURES = {"first page": "board_page", "around me": "board_around"}
PATHS = {"first page": "?window=all&limit=20", "around me": "?window=all&limit=20&around=me"}

# Learners `first` to `last` with a row of points each on this day and 20 days before, all of them on the board. Number 0 is who asks.
PEOPLE_SQL = """
SET session_replication_role = replica;
SET synchronous_commit = off;
INSERT INTO users (id, email, email_key, display_name, role, password_hash)
SELECT bench_user(n), n || '@example.org', n || '@example.org', 'Learner ' || n, 'learner', '-'
FROM generate_series(%(first)s::bigint, %(last)s) AS n
ON CONFLICT DO NOTHING;
INSERT INTO points_days (user_id, bank_id, day, questions, points, reached_at)
SELECT bench_user(n), %(bank)s, (clock_timestamp() AT TIME ZONE 'UTC')::date - ago, ARRAY[n], 10 * (1 + mod(n * 7919, 200)),
       clock_timestamp() - ago * interval '1 day' - interval '1 minute'
FROM generate_series(%(first)s::bigint, %(last)s) AS n, unnest('{0,20}'::int[]) AS ago;
INSERT INTO board_members (user_id, bank_id, member_id, pseudonym, shares_name, joined_at, changed_at)
SELECT bench_user(n), %(bank)s, gen_random_uuid(), 'Learner ' || n, false, clock_timestamp() - interval '1 day', clock_timestamp() - interval '1 day'
FROM generate_series(%(first)s::bigint, %(last)s) AS n;
ANALYZE users, points_days, board_members;
"""


class Boards:
    def __init__(self, bench):
        self.bench, self.cluster = bench, bench.cluster
        self.sizes = SIZES[:2] if bench.options.quick else SIZES

    def run(self):
        self.cluster.create("boards", "base")
        seeder = seed.Seeder(self.cluster, "boards", self.bench.bank)
        (bank,), = self.cluster.run("boards", "SELECT id::text FROM banks WHERE slug = %s", self.bench.bank)
        stages, stored = [], 0
        for size in self.sizes:
            self.bench.say(f"putting {size - stored:,} learners on the board")
            seeder.run(PEOPLE_SQL, first=stored, last=size - 1, bank=bank)
            self.cluster.run("boards", "CHECKPOINT")
            stages.append(self.stage(size, bank))
            stored = size
        self.cluster.drop("boards")
        return {"sizes": self.sizes, "stages": stages}

    def stage(self, size, bank):
        began = time.monotonic()
        with servers.start_quizd(self.cluster, "boards", self.bench.key_file, self.bench.directory) as server:
            self.connection = http.client.HTTPConnection("127.0.0.1", server.port)
            self.token = self.bench.signer.token(0)
            self.until(lambda: self.ask(PATHS["first page"]).get("total") == size)
            found = {"load_s": time.monotonic() - began}
            for name, path in PATHS.items():
                found[name] = self.time(path)
            load = self.bench.load(self.bench.bank)
            found["busy"] = {name: load.run(server, measure, CONNECTIONS, SECONDS) for name, measure in MEASURES.items()}
            self.bench.error_count += sum(busy["errors"] for busy in found["busy"].values())
            self.connection.close()  # idle for too long: the next request opens it again
            found["seen_ms"] = [self.change(bank) for _ in range(CHANGES)]
            found["rss_kib"] = servers.rss_kib(server.pid)
            return found

    def ask(self, path):
        self.connection.request("GET", f"/v1/banks/{self.bench.bank}/leaderboard{path}", headers={"Authorization": f"Bearer {self.token}"})
        return json.loads(self.connection.getresponse().read())

    def until(self, holds):
        deadline = time.monotonic() + LIMIT_S
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError("the board does not come")
            time.sleep(0.02)

    def time(self, path):
        times = []
        for _ in range(REQUESTS):
            began = time.perf_counter()
            reply = self.ask(path)
            times.append((time.perf_counter() - began) * 1e6)
            assert reply["data"], reply
        return times

    def change(self, bank):
        """Ten points more for who asks; how long until the board shows them."""
        before = self.ask(PATHS["first page"])["me"]["points"]
        self.cluster.run("boards", "UPDATE points_days SET points = points + 10, reached_at = clock_timestamp() WHERE user_id = bench_user(0) "
                         "AND bank_id = %s AND day >= (clock_timestamp() AT TIME ZONE 'UTC')::date - 1", bank)
        began = time.monotonic()
        self.until(lambda: self.ask(PATHS["first page"])["me"]["points"] == before + 10)
        return (time.monotonic() - began) * 1000


def table(found):
    rows = []
    for size, stage in zip(found["sizes"], found["stages"]):
        busy = [stage["busy"][name] for name in PATHS]
        cells = [f"{statistics.median(stage[name]):.0f}" for name in PATHS] + [f"{one['p99_us'] / 1000:.1f}" for one in busy]
        rows.append([f"{size:,}", *cells, *(f"{one['rate']:,.0f}" for one in busy), f"{max(stage['seen_ms']):.0f}", f"{stage['load_s']:.1f}",
                     f"{stage['rss_kib'] / 1024:.0f}"])
    return tables.table(["on the board", *(f"{name}: p50 µs" for name in PATHS), *(f"{name}: p99 ms" for name in PATHS),
                         *(f"{name}: /s" for name in PATHS), "a change is seen after ms, at most", "loaded after s", "RSS MiB"], rows) + (
        f"\n\np50 with one connection, p99 and rate with {CONNECTIONS}; wanted: p99 <= 10 ms, a change seen within 5 s.")
