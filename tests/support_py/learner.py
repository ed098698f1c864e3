"""People who use the API."""
import itertools
import os
import time

from support_py import bank as banks
from support_py import program, seeds, tokens

NUMBERS = itertools.count(1)
PASSWORD = "correct horse battery 7"
ESTIMATES_S = 300
TOKEN_AGE_S = 600  # a token is good for 900; the suite may last longer


class Tokens(dict):
    """What a log-in gave. An access token that gets old is signed anew: the same login, of which nothing in the database tells, in
    the middle of whatever test it may be."""

    def __init__(self, reply, port):
        super().__init__(reply)
        self.key, self.begun = program.KEYS.get(port), time.monotonic()

    def __getitem__(self, name):
        if name == "access_token" and time.monotonic() - self.begun > TOKEN_AGE_S and hasattr(self.key, "secret"):
            self[name] = tokens.signed_anew(self.key, super().__getitem__(name))
            self.begun = time.monotonic()
            seeds.token(super().__getitem__(name))
        return super().__getitem__(name)


class Learner:
    """An account with a token. `client` is its own. Another role than a learner's needs the database."""

    def __init__(self, anyone, role="learner", database=None):
        self.email = f"learner-{os.getpid()}-{next(NUMBERS)}@example.org"
        self.password = PASSWORD
        body = {"email": self.email, "password": self.password, "display_name": "Ada"}
        self.account = anyone.post("/v1/auth/register", body, expect=201).json
        self.id = self.account["id"]
        self.role, self.database, self.watcher = role, database, None
        if role != "learner":
            database.run("UPDATE users SET role = %s WHERE id = %s", (role, self.id))
        self.tokens = given = Tokens(log_in(anyone, self.email, self.password), anyone.port)
        self.client = anyone.as_user(given["access_token"])
        self.client.current = lambda: given["access_token"]

    def start(self, bank="aws-dva-c01", expect=201, **members):
        return self.client.post("/v1/attempts", {"bank": bank, "mode": "practice", **members}, expect=expect).json

    def answer(self, attempt, position, response, revision=1, expect=200):
        seeds.answer(response)
        path = f"/v1/attempts/{attempt['id']}/answers/{position}"
        return self.client.put(path, {"response": response, "revision": revision}, expect=expect)

    def read(self, attempt):
        return self.client.get(f"/v1/attempts/{attempt['id']}", expect=200).json

    def submit(self, attempt, expect=200):
        return self.client.post(f"/v1/attempts/{attempt['id']}/submit", expect=expect)

    def result(self, attempt, expect=200):
        return self.client.get(f"/v1/attempts/{attempt['id']}/result", expect=expect)

    def weak_areas(self, bank="aws-dva-c01", expect=200, **query):
        """Estimates are made for the end of the five minutes that now is in: asked again where that came meanwhile, so that whoever
        watches knows for when."""
        for _ in range(3):
            window = int(time.time()) // ESTIMATES_S
            reply = self.client.get("/v1/me/weak-areas", query={"bank": bank, "limit": 100, **query}, expect=expect).json
            if int(time.time()) // ESTIMATES_S == window:
                break
        if self.watcher is not None:
            self.watcher.look((window + 1) * ESTIMATES_S)
        return reply


def log_in(anyone, email, password, expect=200):
    body = {"grant_type": "password", "email": email, "password": password}
    seeds.phrase(password)
    seeds.mail(email)
    reply = anyone.post("/v1/auth/token", body, expect=expect).json
    for name in ("access_token", "refresh_token"):
        if name in reply:
            seeds.token(reply[name])
    return reply


def answer_all(learner, bank, attempt, choose=banks.right):
    """Answers every question; returns the credits by position, in thousandths."""
    credits = {}
    for item in attempt["items"]:
        question = bank.find(item["question"])
        response = choose(question)
        learner.answer(attempt, item["position"], response)
        credits[item["position"]] = banks.credit(question, response)
    return credits
