"""
What a server writes at its most talkative level, through a session in which everything that must stay secret is known: good and bad
log-ins, tokens, answers, and requests that have secrets where none belong. Every line is a JSON object; no secret is in any of them.
"""
import base64
import json
import re
import secrets
import time

import pytest

from support_py import sample, tokens, wire
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.program import Server, quizd, wait_until

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def seed(label):
    """Something that is nowhere else."""
    return f"{label}{secrets.token_hex(8)}"


class Session:
    """Does everything that a learner, a careless client and an attacker do; `secrets` are what must not be seen."""

    def __init__(self, server, slug, questions, outbox):
        self.server, self.slug, self.questions, self.outbox = server, slug, questions, outbox
        self.anyone = Client(server.port, printed_contract())
        self.password, self.wrong_password = seed("Pass word "), seed("not-the-one-")
        self.email, self.name = f"{seed('mail')}@example.org", seed("Name ")
        self.answer, self.number = seed("answer "), 424242.4242
        self.stray = [seed("stray") for _ in range(8)]
        self.secrets = [self.password, self.wrong_password, self.email, self.name, self.answer, "424242", *self.stray]

    def log_in(self, password, expect):
        body = {"grant_type": "password", "email": self.email, "password": password}
        return self.anyone.post("/v1/auth/token", body, expect=expect).json

    def keep(self, reply):
        self.secrets += [reply["access_token"], reply["access_token"].rsplit(".", 1)[1], reply["refresh_token"]]
        return reply

    def account(self):
        self.anyone.post("/v1/auth/register", {"email": self.email, "password": self.password, "display_name": self.name}, expect=201)
        self.anyone.post("/v1/auth/register", {"email": self.email, "password": self.password, "display_name": self.name}, expect=409)
        self.anyone.post("/v1/auth/register", {"email": self.stray[0], "password": "short", "display_name": ""}, expect=422)
        self.log_in(self.wrong_password, 401)
        first = self.keep(self.log_in(self.password, 200))
        again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = self.keep(self.anyone.post("/v1/auth/token", again, expect=200).json)
        self.anyone.post("/v1/auth/token", again, expect=(200, 401))
        self.anyone.post("/v1/auth/revoke", {"refresh_token": second["refresh_token"]}, expect=204)
        return self.keep(self.log_in(self.password, 200))["access_token"]

    def answers(self, token):
        client = self.anyone.as_user(token)
        for feedback in ("immediate", "deferred"):
            attempt = client.post("/v1/attempts", {"bank": self.slug, "mode": "practice", "size": 20, "feedback": feedback}, expect=201).json
            for item in attempt["items"]:
                kind = self.questions.find(item["question"])["type"]
                response = {"short_text": {"text": self.answer}, "numeric": {"number": self.number}}.get(kind)
                if response:
                    path = f"/v1/attempts/{attempt['id']}/answers/{item['position']}"
                    client.put(path, {"response": response, "revision": 1}, expect=200)
                    client.put(path, {"response": {"text": self.stray[1]}, "revision": 2}, expect=(409, 422, 200))
            client.post(f"/v1/attempts/{attempt['id']}/submit", expect=200)
            client.get(f"/v1/attempts/{attempt['id']}/result", expect=200)
        client.get("/v1/me/weak-areas", query={"bank": self.slug}, expect=200)

    def careless(self, token):
        """Secrets where they do not belong."""
        stray = self.stray
        self.anyone.get("/livez", query={"token": stray[2]}, expect=422)
        self.anyone.post("/v1/auth/token", body=f'{{"password":"{stray[3]}"'.encode(), expect=400)
        self.anyone.post("/v1/auth/token", {"grant_type": "password", stray[4]: stray[4]}, expect=422)
        self.anyone.get("/v1/me", token=stray[5], expect=401)
        self.anyone.get("/v1/me", token=token + "x", expect=401)
        self.anyone.get("/v1/me", token=token.rsplit(".", 1)[0] + ".AAAA", expect=401)
        unsigned = base64.urlsafe_b64encode(json.dumps({"sub": stray[6]}).encode()).decode().rstrip("=")
        self.anyone.get("/v1/me", token=f"{token.split('.')[0]}.{unsigned}.{token.split('.')[2]}", expect=401)
        self.secrets.append(unsigned)
        for data in (f"GET /livez HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {stray[7]}\x01\r\n\r\n",
                     f"GET /livez?{stray[7]} HTTP/1.1\r\nHost: {stray[7]}/\r\nCookie: {stray[7]}\r\n\r\n",
                     f"{stray[7]} /{stray[7]}% HTTP/1.1\r\nHost: a\r\n\r\n", f"{stray[7]}\r\n\r\n",
                     f"POST /v1/auth/token HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{stray[7]}"):
            with wire.connect(self.server.port) as connection:
                wire.send(connection, data.encode())
                wire.read_reply(connection, 15)

    def passwords(self, token):
        """A new one by who knows the old one, and one by mail."""
        client, old, by_mail = self.anyone.as_user(token), self.password, seed("By mail ")
        self.password = seed("New pass word ")
        self.secrets += [self.password, by_mail]
        client.post("/v1/me/password", {"current_password": self.wrong_password, "new_password": self.password}, expect=403)
        self.keep(client.post("/v1/me/password", {"current_password": old, "new_password": self.password}, expect=200).json)
        self.anyone.post("/v1/auth/password-reset", {"email": self.email}, expect=204)
        mail = wait_until(lambda: self.outbox.exists() and self.outbox.read_text(), 30, "the mail")
        reset, = re.findall(r"(?m)^[A-Za-z0-9_-]{43}$", mail)
        self.secrets.append(reset)
        body = {"token": reset, "new_password": by_mail}
        self.anyone.post("/v1/auth/password-reset/confirm", body, expect=204)
        self.anyone.post("/v1/auth/password-reset/confirm", body, expect=422)
        self.password = by_mail

    def hold(self):
        self.careless(self.account())
        self.passwords(self.keep(self.log_in(self.password, 200))["access_token"])
        self.answers(self.keep(self.log_in(self.password, 200))["access_token"])


@pytest.fixture(scope="module")
def held(scratch, world):
    """The session, and the log of the server that it was held with."""
    slug = f"logged-{time.time_ns()}"
    folder = sample.write(scratch / slug, slug)
    assert quizd("import", "bank", folder, DATABASE_URL=world.database.url).returncode == 0
    server = Server(scratch, world.database.url, name="logged", QUIZD_LOG_LEVEL="debug", QUIZD_BODY_TIMEOUT_MS="1000",
                    QUIZD_HEAD_TIMEOUT_MS="1000", QUIZD_MAIL=f"file:{scratch}/logged-mail.txt")
    try:
        session = Session(server, slug, sample.banks.Bank(folder), scratch / "logged-mail.txt")
        session.hold()
        assert server.stop() == 0
    finally:
        server.kill()
    return session, server.log_path.read_bytes()


def test_logs__hold_no_secret(held):
    session, log = held
    assert len(session.secrets) > 20
    found = [(secret, line) for line in log.splitlines() for secret in session.secrets if secret.encode() in line]
    assert not found, found[:3]
    assert session.server.key.secret.hex().encode() not in log


def test_logs__every_line_is_an_event(held):
    _, log = held
    lines = [json.loads(line) for line in log.decode().splitlines()]
    assert len(lines) > 40
    for line in lines:
        assert TIME.fullmatch(line["at"]) and line["level"] in ("debug", "info", "warn", "error"), line
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", line["event"]), line


def test_logs__every_request_has_its_line(held):
    _, log = held
    requests = [line for line in map(json.loads, log.splitlines()) if line["event"] == "http.request"]
    assert len({line["request_id"] for line in requests}) == len(requests) > 30
    statuses = {line["status"] for line in requests}
    assert {200, 201, 204, 400, 401, 409, 422} <= statuses, statuses


def test_logs__nothing_of_a_request_breaks_out_of_its_line(scratch, world):
    """Quotes, controls and line breaks in whatever is logged."""
    server = Server(scratch, world.database.url, name="quoted", QUIZD_LOG_LEVEL="debug")
    try:
        for data in (b'GET /"},{"event":"forged HTTP/1.1\r\nHost: a\r\n\r\n', b"GET /a\x0b\x0cb HTTP/1.1\r\nHost: a\r\n\r\n",
                     b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n", b'GET /a HTTP/1.1\r\nHost: "\x1b[31m\r\n\r\n', b"GET /%0aforged HTTP/1.1\r\nHost: a\r\n\r\n"):
            with wire.connect(server.port) as connection:
                wire.send(connection, data)
                wire.read_reply(connection, 15)
        assert server.stop() == 0
    finally:
        server.kill()
    lines = [json.loads(line) for line in server.log_path.read_text().splitlines()]
    assert not [line for line in lines if "forged" in line["event"]]


def test_logs__a_bad_start_tells_no_secret(scratch):
    """The database's password is in the URL, and libpq likes to quote it."""
    secret = seed("dbpass")
    key = tokens.hashlib.sha256(b"any").hexdigest()
    path = scratch / "start.key"
    path.touch(mode=0o600)
    path.write_text(key)
    for url in (f"postgresql://quizd:{secret}@127.0.0.1:1/none?nonsense={secret}", f"host=127.0.0.1 port=x password={secret} nonsense={secret}"):
        done = quizd("migrate", DATABASE_URL=url, QUIZD_JWT_KEY_FILE=str(path))
        assert done.returncode != 0
        assert secret not in done.stdout + done.stderr, done.stderr
