"""How many statements each operation costs, by PostgreSQL's own log: of a server on a database where every statement is logged."""
import os
import sys

import compare
import seed
import servers

sys.path.insert(0, os.path.join(servers.TOP, "tests"))

from support_py import statements  # noqa: E402

DATABASE = "counted"
PAPER = 5  # of the seeded attempts that are used here


class Counts:
    """{what: {statement: how often}}; `cluster` has the database `base` with the seeded attempts."""

    def __init__(self, cluster, key_file, directory, tokens, bank):
        self.cluster, self.key_file, self.directory, self.bank = cluster, key_file, directory, bank
        self.tokens, self.papers = tokens, compare.read_papers(directory)
        self.found = {}

    def run(self):
        self.cluster.create(DATABASE, "base")
        self.cluster.run("postgres", statements.SWITCH_ON.format(DATABASE))
        with servers.start_quizd(self.cluster, DATABASE, self.key_file, self.directory) as server:
            self.client = compare.Client(server, self.tokens)
            self.warm_up()
            pids = [pid for pid, in self.cluster.run(DATABASE, statements.LANES)]
            self.log = statements.Log(os.path.join(self.cluster.dir, "postgres.log"), pids)
            self.count_all()
        self.cluster.drop(DATABASE)
        return self.found

    def warm_up(self):
        """Both lanes are connected by this, and the token is known."""
        self.client.call("GET", "/v1/me", PAPER)
        self.client.call("PATCH", "/v1/me", PAPER, {"display_name": "Ada"})

    def count(self, what, method, path, body=None, expected=200):
        self.log.names()
        status, reply, _ = self.client.call(method, path, PAPER, body)
        if status != expected:
            raise SystemExit(f"bench: {what}: status {status}: {reply}")
        self.found[what] = dict(self.log.names())
        return reply

    def answer(self, what, attempt, position, revision):
        body = f'{{"response":{self.papers[PAPER][position][0]},"revision":{revision}}}'
        self.count(what, "PUT", f"{attempt}/answers/{position}", body)

    def count_all(self):
        start = {"bank": self.bank, "mode": "practice"}
        self.count("start, practice", "POST", "/v1/attempts", start, 201)
        self.count("start, practice, unseen first", "POST", "/v1/attempts", {**start, "unseen_first": True}, 201)
        self.count("start, weak areas", "POST", "/v1/attempts", {**start, "mode": "weak_areas"}, 201)
        self.count("start, exam", "POST", "/v1/attempts", {**start, "mode": "exam", "exam": "dva-c01"}, 201)
        attempt = f"/v1/attempts/{seed.attempt_id(seed.CHECKED + PAPER)}"
        self.answer("answer, paper not in the cache", attempt, 1, 1)
        self.answer("answer", attempt, 2, 1)
        bundle = f'{{"answers":[{{"position":3,"response":{self.papers[PAPER][3][0]},"revision":1}},' \
            f'{{"position":4,"response":{self.papers[PAPER][4][0]},"revision":1}}]}}'
        self.count("answers, a bundle", "POST", f"{attempt}/answers", bundle)
        self.count("read", "GET", attempt)
        self.count("submit", "POST", f"{attempt}/submit")
        self.count("result", "GET", f"{attempt}/result")
        self.count("weak areas", "GET", f"/v1/me/weak-areas?bank={self.bank}")
        self.count("sections", "GET", f"/v1/banks/{self.bank}/sections")
