"""
An account is erased while everything else is done with it: logins, refreshes, new passwords, mails, exams. Whoever comes too late is
refused like anybody; nobody sees an error, none is in the log, and nothing is left of the person.
"""
import concurrent.futures

import pytest

from support_py.at_once import at_once
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.learner import PASSWORD, Learner, log_in
from support_py.program import Server, wait_until
from test_concurrency import LIMIT_S, patiently
from test_person import KEPT, rows_of, tables_of_people

ROUNDS = 4
CALLS = ["login", "wrong login", "refresh", "revoke", "password", "reset", "exam", "practice", "name", "export", "again", "team", "join",
         "invite"]


@pytest.fixture(scope="module")
def servers(scratch, world):
    """Two, for what no lane keeps apart; the erasure is asked for at the second."""
    started = [Server(scratch, world.database.url, key=world.server.key, name=f"erasing-{number}", QUIZD_MAIL=f"file:{scratch}/erasing-mail.txt")
               for number in range(2)]
    yield [Client(server.port, printed_contract()) for server in started]
    for server in started:
        assert server.stop() == 0
        assert not server.errors()


def calls(person, host=None):
    """What may come at the same moment, and how it may be answered: as if it had come before, or after. `host` invites to a team."""
    host = host or Learner(person.client)
    team = host.client.post("/v1/teams", {"name": "Hosts"}, expect=201).json["id"]
    invite = host.client.post(f"/v1/teams/{team}/invites", {"uses": 50}, expect=201).json["code"]
    own = person.client.post("/v1/teams", {"name": "Own"}, expect=201).json["id"]
    token = person.tokens["access_token"]
    log_in_body = {"grant_type": "password", "email": person.email, "password": PASSWORD}
    return {
        "login": ("POST", "/v1/auth/token", log_in_body, None, (200, 401)),
        "wrong login": ("POST", "/v1/auth/token", {**log_in_body, "password": "not this one"}, None, (401,)),
        "refresh": ("POST", "/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": person.tokens["refresh_token"]}, None, (200, 401)),
        "revoke": ("POST", "/v1/auth/revoke", {"refresh_token": person.tokens["refresh_token"]}, None, (204,)),
        "password": ("POST", "/v1/me/password", {"current_password": PASSWORD, "new_password": PASSWORD + "!"}, token, (200, 401, 403)),
        "reset": ("POST", "/v1/auth/password-reset", {"email": person.email}, None, (204,)),
        "exam": ("POST", "/v1/attempts", {"bank": "aws-dva-c01", "mode": "exam", "exam": "dva-c01"}, token, (201, 401)),
        "practice": ("POST", "/v1/attempts", {"bank": "aws-dva-c01", "mode": "practice", "size": 1}, token, (201, 401)),
        "name": ("PATCH", "/v1/me", {"display_name": "Other"}, token, (200, 401)),
        "export": ("GET", "/v1/me/export", None, token, (200, 401)),
        "again": ("DELETE", "/v1/me", None, token, (204, 401, 403)),
        "team": ("POST", "/v1/teams", {"name": "Late"}, token, (201, 401)),
        "join": ("POST", "/v1/teams/join", {"code": invite}, token, (200, 401)),
        "invite": ("POST", f"/v1/teams/{own}/invites", {}, token, (201, 401)),
    }


@pytest.mark.parametrize("what", CALLS)
def test_erasure__under_way(servers, world, what):
    """The account's row is deleted, but not yet for everybody: who comes now must wait, and is then told what holds then."""
    person = Learner(servers[0])
    method, path, body, token, expected = calls(person)[what]
    arguments = () if body is None else (body,)
    with world.database.cursor() as cursor, concurrent.futures.ThreadPoolExecutor(1) as pool:
        cursor.execute("BEGIN")
        cursor.execute("DELETE FROM users WHERE id = %s", (person.id,))
        late = pool.submit(patiently, lambda: servers[0].request(method, path, *arguments, token=token, expect=(*expected, 503)))
        wait_until(lambda: late.done() or world.database.rows(
            "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'", (world.database.name,)), 30, "the second to wait")
        cursor.execute("COMMIT")
        reply = late.result(LIMIT_S)
    # The current password is none any more; who only reads need not wait.
    others = {"password": {403}, "export": {200}}.get(what, set())
    assert reply.status in {204, 401} | others, reply
    for table, columns in tables_of_people(world.database).items():
        assert table in KEPT or rows_of(world.database, table, columns, person.id) == [], table


@pytest.mark.parametrize("what", ["login", "refresh", "exam"])
def test_erasure__at_the_same_moment_as(servers, world, what):
    erased_first = 0
    for number in range(ROUNDS):
        person = Learner(servers[0])
        method, path, body, token, expected = calls(person)[what]
        erasing = servers[1].as_user(person.tokens["access_token"])

        def act(caller, method=method, path=path, body=body, token=token, expected=expected, erasing=erasing, number=number):
            if caller == number % 4:
                return erasing.request("DELETE", "/v1/me", expect=(204, 401, 403, 503))
            arguments = () if body is None else (body,)
            return servers[caller % 2].request(method, path, *arguments, token=token, expect=(*expected, 503))

        replies = at_once(4, act)
        erasure = replies[number % 4]
        erased_first += any(reply.status == 401 for reply in replies if reply is not erasure)
        if erasure.status != 204 and what != "again":  # its login or token had ended first
            fresh = next(new for new in (log_in(servers[0], person.email, password, expect=(200, 401)) for password in (PASSWORD, PASSWORD + "!"))
                         if "access_token" in new)
            servers[0].request("DELETE", "/v1/me", token=fresh["access_token"], expect=204)
        for table, columns in tables_of_people(world.database).items():
            assert table in KEPT or rows_of(world.database, table, columns, person.id) == [], (what, table)
    print(f"\n{what}: {erased_first} of {ROUNDS} came too late", end="")


def test_erasure__all_at_the_same_moment(servers, world):
    for number in range(ROUNDS):
        person = Learner(servers[0])
        todo = list(calls(person).items())
        erasing = servers[1].as_user(person.tokens["access_token"])

        def act(caller, todo=todo, erasing=erasing, number=number):
            if caller == number % (len(todo) + 1):
                return erasing.request("DELETE", "/v1/me", expect=(204, 401, 403, 503))
            _, (method, path, body, token, expected) = todo[caller % len(todo)]
            arguments = () if body is None else (body,)
            return servers[caller % 2].request(method, path, *arguments, token=token, expect=(*expected, 503))

        at_once(len(todo) + 1, act)
        world.database.run("DELETE FROM users WHERE id = %s", (person.id,))
