"""
Load for the tests that break something under it: learners who take attempts, and remember what they sent and what was said to it.
Whatever is not acknowledged is unknown to them; whatever is acknowledged must be in the database at the end (support_py/history.py).
"""
import http.client
import json
import random
import socket
import threading
import time

from support_py import bank as banks

LIMIT_S = 30
ACKED, REFUSED, UNKNOWN = "acked", "refused", "unknown"
SIZE = 5


class Unsent(Exception):
    """The server could not be reached: nothing was sent."""


class Lost(Exception):
    """The connection was lost after something was sent."""


class Line:
    """One caller's connection to a server that comes and goes. `port` is called for every new connection."""

    def __init__(self, port, token=None):
        self.port, self.token = port, token
        self.connection = None

    def connect(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port(), timeout=LIMIT_S)
        try:
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            self.close()
            raise Unsent(error) from error

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def call(self, method, path, value=None):
        """Status, headers and JSON of the reply."""
        if self.connection is None or self.connection.sock is None:
            self.connect()
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = None
        if value is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(value).encode()
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Lost(error) from error
        if response.headers["Connection"] == "close":
            self.close()
        return response.status, response.headers, json.loads(data) if data else None


class Put:
    """An answer that was sent."""

    def __init__(self, position, revision, response):
        self.position, self.revision, self.response = position, revision, response
        self.outcome, self.reply = UNKNOWN, None
        self.was_lost = False   # sent at least once without a reply


class Taken:
    """An attempt as its learner knows it."""

    def __init__(self, started):
        self.id, self.feedback = started["id"], started["feedback"]
        self.questions = {item["position"]: item["question"] for item in started["items"]}
        self.puts = []
        self.revisions = dict.fromkeys(self.questions, 0)
        self.submitted = None   # the reply that acknowledged it
        self.submits_sent = 0


class Person:
    """An account and its whole history; its hands are threads that work on the same attempts."""

    def __init__(self, line, number):
        self.number = number
        email, password = f"load-{number}-{time.time_ns()}@example.org", "a long enough password"
        status, _, account = line.call("POST", "/v1/auth/register", {"email": email, "password": password, "display_name": "Load"})
        assert status == 201, account
        status, _, tokens = line.call("POST", "/v1/auth/token", {"grant_type": "password", "email": email, "password": password})
        assert status == 200, tokens
        self.id, self.token = account["id"], tokens["access_token"]
        self.lock = threading.Lock()
        self.attempts = []
        self.starts_unknown = 0
        self.open = None


class Hand(threading.Thread):
    """Works for its person until the load ends: starts, answers with rising revisions, reads, submits."""

    def __init__(self, load, person, seed):
        super().__init__(daemon=True)
        self.load, self.person = load, person
        self.random = random.Random(seed)
        self.line = Line(load.port, person.token)

    def run(self):
        try:
            while not self.load.is_over.is_set():
                self.step()
        except Exception as error:  # pylint: disable=broad-except
            self.load.surprise(f"{type(error).__name__}: {error}")
        finally:
            self.line.close()

    def step(self):
        with self.person.lock:
            if self.person.open is None:
                self.person.open = self.start_attempt()
            taken = self.person.open
        if taken is None:
            return
        chance = self.random.random()
        if chance < 0.88:
            self.put(taken)
        elif chance < 0.94:
            self.read(taken)
        else:
            self.submit(taken)

    def call(self, method, path, value, good, refusals=()):
        """(outcome, reply). A reply that is none of the expected is a surprise."""
        began = time.monotonic()
        try:
            status, headers, reply = self.line.call(method, path, value)
        except Unsent:
            self.load.note(None, began)
            time.sleep(0.01)
            return None, None
        except Lost as error:
            self.load.note(None, began)
            self.load.losses.append(f"{method} {path}: {error!r}")
            return UNKNOWN, None
        self.load.note(status, began)
        if status == good:
            return ACKED, reply
        if status == 503:
            if not (headers["Retry-After"] or "").isdigit():
                self.load.surprise(f"503 without Retry-After: {reply}")
            time.sleep(0.01)
            return UNKNOWN, None
        if status == 409 and reply["code"] in refusals:
            return REFUSED, reply
        self.load.surprise(f"{method} {path} {value}: {status} {reply}")
        return REFUSED, reply

    def start_attempt(self):
        feedback = self.random.choice(["immediate", "deferred"])
        body = {"bank": self.load.bank.slug, "mode": "practice", "size": SIZE, "feedback": feedback}
        outcome, reply = self.call("POST", "/v1/attempts", body, 201)
        if outcome == ACKED:
            self.person.attempts.append(Taken(reply))
            return self.person.attempts[-1]
        self.person.starts_unknown += outcome == UNKNOWN
        return None

    def put(self, taken):
        position = self.random.choice(list(taken.questions))
        question = self.load.bank.find(taken.questions[position])
        response = self.random.choice([banks.right, banks.wrong, banks.partly])(question)
        with self.person.lock:
            taken.revisions[position] += 1
            put = Put(position, taken.revisions[position], response)
            taken.puts.append(put)
        path = f"/v1/attempts/{taken.id}/answers/{position}"
        refusals = ("stale_revision", "already_answered", "attempt_closed")
        for _ in range(1 + self.random.randrange(3)):
            outcome, reply = self.call("PUT", path, {"response": response, "revision": put.revision}, 200, refusals)
            if outcome is None:
                continue
            if outcome == ACKED:
                put.outcome, put.reply = ACKED, reply
                return
            if outcome == REFUSED:
                put.outcome = UNKNOWN if put.was_lost else REFUSED
                return
            put.was_lost = True

    def read(self, taken):
        """What was acknowledged before the question was asked is in the reply."""
        before = {put.position: put.revision for put in taken.puts if put.outcome == ACKED and taken.feedback == "deferred"}
        outcome, reply = self.call("GET", f"/v1/attempts/{taken.id}", None, 200)
        if outcome != ACKED:
            return
        shown = {item["position"]: item["answer"] for item in reply["items"]}
        for position, revision in before.items():
            if shown[position] is None or shown[position]["revision"] < revision:
                self.load.surprise(f"attempt {taken.id}: position {position} shows {shown[position]}, {revision} was acknowledged")

    def submit(self, taken):
        taken.submits_sent += 1
        for _ in range(1 + self.random.randrange(3)):
            outcome, reply = self.call("POST", f"/v1/attempts/{taken.id}/submit", None, 200)
            if outcome == ACKED:
                taken.submitted = reply
                with self.person.lock:
                    if self.person.open is taken:
                        self.person.open = None
                return


class Load:
    """People at work. `port` says where the server is now."""

    def __init__(self, port, bank, people=8, hands=2, seed=1):
        self.port, self.bank = port, bank
        self.lock = threading.Lock()
        self.surprises, self.statuses = [], {}
        self.good_at = []       # when replies other than 503 came
        self.longest_s = 0.0
        self.losses = []        # what was sent and never answered
        self.is_over = threading.Event()
        line = Line(port)
        self.people = [Person(line, number) for number in range(people)]
        line.close()
        self.hands = [Hand(self, person, f"{seed}-{person.number}-{hand}") for person in self.people for hand in range(hands)]

    def note(self, status, began):
        with self.lock:
            self.longest_s = max(self.longest_s, time.monotonic() - began)
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status is not None and status < 500:
                self.good_at.append(time.monotonic())

    def surprise(self, text):
        with self.lock:
            self.surprises.append(text)

    def __enter__(self):
        for hand in self.hands:
            hand.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for hand in self.hands:
            hand.join(LIMIT_S + 10)
        assert not any(hand.is_alive() for hand in self.hands), "a request was never answered"

    def first_good_after(self, moment, limit_s=10):
        """Seconds from `moment` to the first good reply after it."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            with self.lock:
                found = [at for at in self.good_at[-2000:] if at > moment]
            if found:
                return found[0] - moment
            time.sleep(0.005)
        raise AssertionError(f"no good reply within {limit_s} s")

    def acknowledged(self):
        return sum(put.outcome == ACKED for person in self.people for taken in person.attempts for put in taken.puts)
