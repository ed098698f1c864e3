"""Whether the two services give the same replies: same status, same JSON apart from ids of new things, times and seeds.

A benchmark of services that do different work would say nothing; this runs before anything is measured.
"""
import http.client
import json
import os

import seed

TIMES = {"recorded_at", "submitted_at", "started_at", "last_answered_at"}
PROSE = {"why"}  # for people: may be put in other words
OPAQUE = {"seed", "request_id"}
OURS = {"depth", "parent_id", "answers_needed"}  # of weak areas: the peer does not say these
SETS = {"options", "items", "premises", "choices"}
CLOSE = 0.0015  # the weights of evidence fade between two calls
CHECKED = seed.PAPERS


class Client:
    def __init__(self, server, tokens):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        self.tokens = tokens

    def call(self, method, path, user=0, body=None, token=None, **headers):
        token = self.tokens[user] if token is None else token
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = body if isinstance(body, str) else json.dumps(body)
        elif method in ("POST", "PUT"):
            headers["Content-Length"] = "0"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        return response.status, json.loads(text) if text else None, response.getheader("ETag")


def normal(value, name="", is_new=False):
    """What must be equal of a reply."""
    if isinstance(value, dict):
        if "code" in value and "status" in value:
            return {"status": value["status"], "code": value["code"]}
        return {key: normal(item, key, is_new) for key, item in value.items()
                if key not in OPAQUE and not ("estimate" in value and key in OURS)}
    if isinstance(value, list):
        items = [normal(item, name, is_new) for item in value]
        in_any_order = name in SETS and items and isinstance(items[0], dict)
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True)) if in_any_order else items
    if name in TIMES and value is not None:
        return "(time)"
    if name in PROSE:
        return "(text)" if value else value
    return value


def difference(left, right, place=""):
    """Where two replies differ first, and how; None where they do not."""
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        return next(filter(None, (difference(left[key], right[key], f"{place}/{key}") for key in left)), None)
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return next(filter(None, (difference(*pair, f"{place}/{i}") for i, pair in enumerate(zip(left, right)))), None)
    if is_number(left) and is_number(right):
        return None if abs(left - right) <= (CLOSE if left != int(left) else 0) else f"{place}: {left} and {right}"
    return None if type(left) is type(right) and left == right else f"{place}: {left} and {right}"


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Comparison:
    def __init__(self, quizd, peer, tokens, directory, bank):
        self.clients = {"quizd": Client(quizd, tokens), "peer": Client(peer, tokens)}
        self.bank, self.calls, self.differences = bank, 0, []
        self.papers = read_papers(directory)

    def both(self, method, path, *arguments, expected, prepare=normal, **options):
        replies = {name: client.call(method, path, *arguments, **options) for name, client in self.clients.items()}
        self.calls += 1
        statuses = [status for status, _, _ in replies.values()]
        if statuses != [expected, expected]:
            found = f"status {statuses[0]} and {statuses[1]}, {expected} was expected"
        else:
            found = difference(*(prepare(body) for _, body, _ in replies.values()))
        if found:
            self.differences.append(f"{method} {path} {arguments} {options or ''}: {found}"[:600])
        return replies

    def run(self):
        self.banks()
        self.deferred()
        self.immediate()
        self.submits()
        self.starts()
        for user in range(0, 40):
            self.both("GET", f"/v1/me/weak-areas?bank={self.bank}", user, expected=200)
        self.both("GET", f"/v1/me/weak-areas?bank={self.bank}&limit=100&target=0.5", 7, expected=200)
        self.refusals()
        return self.differences

    def banks(self):
        self.both("GET", "/v1/me", 3, expected=200)
        self.both("GET", f"/v1/banks/{self.bank}", expected=200)
        for name, (_, _, tag) in self.both("GET", f"/v1/banks/{self.bank}/sections", expected=200).items():
            status, body, _ = self.clients[name].call("GET", f"/v1/banks/{self.bank}/sections", If_None_Match=tag)
            if status != 304 or body is not None:
                self.differences.append(f"{name} does not answer 304 to its own ETag")

    def put(self, number, position, response, revision=1, **options):
        body = f'{{"response":{response},"revision":{revision}}}'
        path = f"/v1/attempts/{seed.attempt_id(number)}/answers/{position}"
        return self.both("PUT", path, number % seed.USERS, body, **options)

    def deferred(self):
        for number in range(CHECKED):
            for position, responses in self.papers[number].items():
                self.put(seed.CHECKED + number, position, responses[number % len(responses)], expected=200)
        first = self.papers[0][1]
        self.put(seed.CHECKED, 1, first[0], 5, expected=200)
        self.put(seed.CHECKED, 1, first[0], 5, expected=200)
        self.put(seed.CHECKED, 1, first[1], 5, expected=409)
        self.put(seed.CHECKED, 1, first[1], 4, expected=409)

    def immediate(self):
        for number in range(CHECKED):
            for position, responses in self.papers[number].items():
                response = responses[(number + position) % len(responses)]
                self.put(seed.IMMEDIATE + number, position, response, expected=200)
        first = self.papers[0][1]
        self.put(seed.IMMEDIATE, 1, first[1 % len(first)], 2, expected=200)
        self.put(seed.IMMEDIATE, 1, first[0], 2, expected=409)

    def submits(self):
        for base in (seed.CHECKED, seed.IMMEDIATE, seed.SUBMIT):
            for number in range(base + 1, base + CHECKED):
                path = f"/v1/attempts/{seed.attempt_id(number)}/submit"
                self.both("POST", path, number % seed.USERS, expected=200)
        self.both("POST", f"/v1/attempts/{seed.attempt_id(seed.SUBMIT + 1)}/submit", 1, expected=200)
        self.put(seed.CHECKED + 1, 1, self.papers[1][1][0], 9, expected=409)

    def starts(self):
        def shape(body):
            """Which questions were drawn is chance; what is told of them is not."""
            return {**{key: normal(value, key) for key, value in body.items() if key not in ("id", "items", *OPAQUE)},
                    "count": len(body["items"]), "members": [sorted(item) for item in body["items"]]}

        def questions(body):
            return sorted(json.dumps(normal(item["question"]), sort_keys=True) for item in body["items"])

        start = {"bank": self.bank, "mode": "practice", "size": 10}
        self.both("POST", "/v1/attempts", 5, start, prepare=shape, expected=201)
        self.both("POST", "/v1/attempts", 5, {**start, "feedback": "deferred", "seed": "x"}, prepare=shape, expected=201)
        for section in self.clients["quizd"].call("GET", f"/v1/banks/{self.bank}/sections")[1]["data"]:
            if 0 < section["question_count"] <= 100:
                self.both("POST", "/v1/attempts", 5, {**start, "sections": [section["path"]], "size": 100}, prepare=questions,
                          expected=201)

    def refusals(self):
        first = self.papers[2][1][0]
        path = f"/v1/attempts/{seed.attempt_id(2)}"
        start = {"bank": self.bank, "mode": "practice"}
        self.both("GET", "/v1/me", token="", expected=401)
        self.both("GET", "/v1/me", token="a.b.c", expected=401)
        self.both("GET", "/v1/me", token=self.clients["quizd"].tokens[0][:-2] + "xx", expected=401)
        self.both("GET", "/v1/banks/none/sections", expected=404)
        self.both("GET", "/v1/nothing", expected=404)
        self.both("PUT", f"{path}/answers/1", 3, {"response": json.loads(first), "revision": 2}, expected=404)
        self.both("PUT", f"{path}/answers/77", 2, {"response": json.loads(first), "revision": 2}, expected=422)
        for body in ({"response": json.loads(first)}, {"response": json.loads(first), "revision": "2"},
                     {"response": json.loads(first), "revision": 2, "more": 1}, {"response": {}, "revision": 2},
                     {"response": {"choices": ["no-such"]}, "revision": 2}, {"response": {"number": "1"}, "revision": 2}):
            self.both("PUT", f"{path}/answers/1", 2, body, expected=422)
        self.both("PUT", f"{path}/answers/1", 2, "{", expected=400)
        for wrong in ({"bank": "none"}, {"mode": "none"}, {"size": 0}, {"sections": ["no-such"]}):
            self.both("POST", "/v1/attempts", 2, {**start, **wrong}, expected=422)


def read_papers(directory):
    papers = {}
    with open(os.path.join(directory, "papers")) as file:
        for line in file:
            paper, position, response = line.rstrip("\n").split("\t", 2)
            papers.setdefault(int(paper), {}).setdefault(int(position), []).append(response)
    return papers
