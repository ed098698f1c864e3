"""Signing keys are changed while the server works: SIGHUP, no request fails, the old key goes when its tokens have gone."""
import contextlib
import os
import re
import secrets
import signal
import threading

import pytest

from support_py import tokens
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.learner import Learner, log_in
from support_py.program import TOP, Server, SigningKey, wait_until


class Key:
    def __init__(self, secret):
        self.secret = secret


def replace(path, secret):
    """As an operator does: the new file takes the place of the old in one step."""
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(secret.hex() + "\n")
    os.replace(fresh, path)


def hang_up(server, accepted=None):
    """Returns the log line that says that keys were read."""
    before = count(server, "serve.keys_read")
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: count(server, "serve.keys_read") > before, 60, "the keys to be read again")
    line = [line for line in server.log() if line.get("event") == "serve.keys_read"][-1]
    assert accepted is None or line["accepted"] == accepted
    return line


def count(server, event):
    return sum(line.get("event") == event for line in server.log())


def kid_of(token):
    import json
    return json.loads(tokens.decode(token.split(".")[0]))["kid"]


class Load:
    """People who go on asking, with tokens old and new, and refresh them."""

    def __init__(self, clients, count=8):
        self.clients, self.bad, self.good, self.is_over = clients, [], 0, threading.Event()
        self.people = [Learner(clients[0]) for _ in range(count)]
        self.threads = [threading.Thread(target=self.run, args=(person,)) for person in self.people]

    def run(self, person):
        current = person.tokens
        while not self.is_over.is_set():
            for client in self.clients:
                for token in (person.tokens["access_token"], current["access_token"]):
                    self.note(client.get("/v1/banks", token=token))
            reply = self.note(self.clients[0].post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": current["refresh_token"]}))
            if reply.status == 200:
                current = reply.json

    def note(self, reply):
        if reply.status == 200:
            self.good += 1
        else:
            self.bad.append(reply)
        return reply

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join(30)


@contextlib.contextmanager
def serving(scratch, world, name, **options):
    server = Server(scratch, world.database.url, name=name, **options)
    try:
        yield server
        assert server.stop() == 0
    finally:
        server.kill()


def test_sighup__new_keys_under_load(scratch, world):
    with serving(scratch, world, "rotated") as server:
        client = Client(server.port, printed_contract())
        with Load([client]) as load:
            wait_until(lambda: load.good > 50, 60, "load")
            for replaced in range(1, 4):
                before = load.good
                secret = secrets.token_bytes(32)
                replace(server.key.path, secret)
                line = hang_up(server, accepted=1 + replaced)
                person = load.people[0]
                assert line["kid"] == kid_of(log_in(client, person.email, person.password)["access_token"])
                wait_until(lambda: load.good > before + 50 or load.bad, 60, "load after the change")  # pylint: disable=cell-var-from-loop
        assert not load.bad, load.bad[:3]
        kids = [line["kid"] for line in server.log() if line.get("event") == "serve.keys_read"]
        rows = world.database.rows("SELECT detail->>'kid' FROM audit_events WHERE event = 'key.changed' ORDER BY id")
        assert [kid for kid, in rows if kid in kids] == kids


def test_sighup__the_key_before_stays_as_long_as_its_file(scratch, world):
    old, new = SigningKey(scratch, "old.key"), SigningKey(scratch, "new.key")
    with serving(scratch, world, "previous", key=new, QUIZD_JWT_PREVIOUS_KEY_FILE=str(old.path)) as server:
        client = Client(server.port, printed_contract())
        person = Learner(client)
        assert kid_of(person.tokens["access_token"]) != kid_of(tokens.token_for(old, person.id))
        client.get("/v1/me", token=tokens.token_for(old, person.id), expect=200)
        hang_up(server, accepted=2)
        client.get("/v1/me", token=tokens.token_for(old, person.id), expect=200)
        newest = secrets.token_bytes(32)
        replace(old.path, new.secret)
        replace(new.path, newest)
        hang_up(server, accepted=2)
        client.get("/v1/me", token=person.tokens["access_token"], expect=200)
        client.get("/v1/me", token=tokens.token_for(old, person.id), expect=401)
        client.get("/v1/me", token=tokens.token_for(Key(newest), person.id), expect=200)


def test_sighup__two_servers_one_after_the_other(scratch, world):
    """The new key first goes where the previous one is, at each; then the two change places, at each: all the while each takes what
    the other signs."""
    key, next_key = SigningKey(scratch, "one.key"), SigningKey(scratch, "two.key")
    settings = {"key": key, "QUIZD_JWT_PREVIOUS_KEY_FILE": str(next_key.path)}
    with serving(scratch, world, "first-of-two", **settings) as first, serving(scratch, world, "second-of-two", **settings) as second:
        clients = [Client(server.port, printed_contract()) for server in (first, second)]
        with Load(clients) as load:
            wait_until(lambda: load.good > 50, 60, "load")
            one, two = key.secret, next_key.secret
            replace(next_key.path, one)
            replace(key.path, two)
            for server in (first, second):
                before = load.good
                hang_up(server, accepted=2)
                wait_until(lambda: load.good > before + 50 or load.bad, 60, "load after the change")  # pylint: disable=cell-var-from-loop
        assert not load.bad, load.bad[:3]


@pytest.mark.parametrize("spoil", ["missing", "short", "open to others"])
def test_sighup__bad_files_change_nothing(scratch, world, spoil):
    name = "spoiled-" + spoil.partition(" ")[0]
    with serving(scratch, world, name) as server:
        client = Client(server.port, printed_contract())
        person = Learner(client)
        if spoil == "missing":
            server.key.path.unlink()
        elif spoil == "short":
            server.key.path.write_text("short\n")
        else:
            server.key.path.chmod(0o644)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.find("serve.keys_not_read"), 30, "the refusal in the log")
        client.get("/v1/me", token=person.tokens["access_token"], expect=200)
        log_in(client, person.email, person.password)


def test_sighup__as_many_keys_as_are_kept(scratch, world):
    """Somebody who changes keys all the time: those that signed last are kept, the oldest go before their tokens do."""
    kept = int(re.search(r"LIMIT_TOKEN_KEYS = (\d+)", (TOP / "include/base/limits.h").read_text())[1])
    with serving(scratch, world, "many-keys") as server:
        client = Client(server.port, printed_contract())
        person = Learner(client)
        signed = [person.tokens["access_token"]]
        for number in range(2, kept + 3):
            replace(server.key.path, secrets.token_bytes(32))
            hang_up(server, accepted=min(number, kept))
            signed.append(log_in(client, person.email, person.password)["access_token"])
            good = [client.get("/v1/me", token=token, expect=(200, 401)).status == 200 for token in signed]
            assert good == [index >= number - kept for index in range(number)]
