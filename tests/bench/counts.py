"""How many statements each operation costs, by PostgreSQL's own log: of a server on a database where every statement is logged."""
import os
import sys
import time

import compare
import seed
import servers

sys.path.insert(0, os.path.join(servers.TOP, "tests"))

from support_py import statements  # noqa: E402

DATABASE = "counted"
PAPER = 5  # of the seeded attempts that are used here
EDIT = (
    """INSERT INTO question_versions (bank_id, question_id, version, section_id, body)
       SELECT v.bank_id, v.question_id, v.version + 1, v.section_id, v.body
       FROM banks AS b
       JOIN questions AS q ON q.bank_id = b.id
       JOIN question_versions AS v ON v.bank_id = q.bank_id AND v.question_id = q.id AND v.version = q.current_version
       WHERE b.slug = %s""",
    "UPDATE questions SET current_version = current_version + 1 WHERE bank_id = (SELECT id FROM banks WHERE slug = %s)",
    "UPDATE banks SET revision = revision + 1 WHERE slug = %s")


def wait_for(holds):
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    raise SystemExit("bench: the edited bank is not served")


class Counts:
    """{what: {statement: how often}}; `cluster` has the database `base` with the seeded attempts."""

    def __init__(self, cluster, key_file, directory, tokens, bank):
        self.cluster, self.key_file, self.directory, self.bank = cluster, key_file, directory, bank
        self.tokens, self.papers = tokens, compare.read_papers(directory)
        self.found, self.user = {}, PAPER

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

    def count(self, what, method, path, body=None, expected=200, **headers):
        self.log.names()
        status, reply, _ = self.client.call(method, path, self.user, body, **headers)
        if status != expected:
            raise SystemExit(f"bench: {what}: status {status}: {reply}")
        self.found[what] = dict(self.log.names())
        return reply

    def answer(self, what, attempt, position, revision):
        body = f'{{"response":{self.papers[self.user][position][0]},"revision":{revision}}}'
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
        self.count("start, review", "POST", "/v1/attempts", {**start, "mode": "review"}, 201)
        self.count("weak areas", "GET", f"/v1/me/weak-areas?bank={self.bank}")
        self.count("sections", "GET", f"/v1/banks/{self.bank}/sections")
        self.count_after_an_edit()
        self.count_keyed(start)

    def count_after_an_edit(self):
        """Attempts whose questions have other versions in the bank by now."""
        for statement in EDIT:
            self.cluster.run(DATABASE, statement, self.bank)
        wait_for(lambda: self.client.call("POST", "/v1/attempts", PAPER, {"bank": self.bank, "mode": "practice"})[1]
                 ["items"][0]["question"]["version"] > 1)
        self.user = PAPER + 1
        attempt = f"/v1/attempts/{seed.attempt_id(seed.CHECKED + self.user)}"
        self.client.call("GET", "/v1/me", self.user)
        self.answer("answer, older version, paper not in the cache", attempt, 1, 1)
        self.answer("answer, older version", attempt, 2, 1)
        self.count("submit, older versions", "POST", f"{attempt}/submit")

    def count_keyed(self, start):
        """With an Idempotency-Key: in a transaction on a session, whose statements are counted, too."""
        self.client.call("POST", "/v1/attempts", self.user, start, Idempotency_Key="warm-up")
        self.log.follow(pid for pid, in self.cluster.run(DATABASE, statements.LANES_AND_SESSIONS))
        reply = self.count("start, with a key", "POST", "/v1/attempts", start, 201, Idempotency_Key="start")
        self.count("submit, with a key", "POST", f"/v1/attempts/{reply['id']}/submit", Idempotency_Key="submit")
