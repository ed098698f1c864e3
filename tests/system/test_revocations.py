"""
Access tokens that end before their time: whatever ends them, no server takes them a second later, whether it hears of it by
NOTIFY or has to look for itself.
"""
import contextlib
import os
import pathlib
import time

import pytest

from support_py import program
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.database import Database
from support_py.learner import PASSWORD, Learner, log_in
from support_py.program import Server, wait_until

LIMIT_S = 1.0
SOCKET = ".s.PGSQL.5432"
NEW_PASSWORD = "quite another phrase"


@pytest.fixture(scope="module")
def servers(scratch, world):
    """Two on one database."""
    started = []
    try:
        for name in ("revoked-left", "revoked-right"):
            key = started[0].key if started else None
            started.append(Server(scratch, world.database.url, key=key, name=name))
        yield [Client(server.port, printed_contract()) for server in started]
        assert [server.stop() for server in started] == [0, 0]
    finally:
        for server in started:
            server.kill()


def log_out(_, left, person):
    left.post("/v1/auth/revoke", {"refresh_token": person.tokens["refresh_token"]}, expect=204)


def change_password(_, left, person):
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    left.post("/v1/me/password", body, token=person.tokens["access_token"], expect=200)


def disable(database, _, person):
    database.run("UPDATE users SET is_disabled = true WHERE id = %s", (person.id,))


def change_role(database, _, person):
    database.run("UPDATE users SET role = 'instructor' WHERE id = %s", (person.id,))


def delete(database, _, person):
    database.run("DELETE FROM users WHERE id = %s", (person.id,))


def reuse(_, left, person):
    """Two tokens ago."""
    body = {"grant_type": "refresh_token", "refresh_token": person.tokens["refresh_token"]}
    second = left.post("/v1/auth/token", body, expect=200).json
    left.post("/v1/auth/token", {**body, "refresh_token": second["refresh_token"]}, expect=200)
    left.post("/v1/auth/token", body, expect=401)


WAYS = [log_out, change_password, disable, change_role, delete, reuse]


def ends_everywhere(clients, token, what):
    """Returns how long it took."""
    began = time.monotonic()
    for client in clients:
        wait_until(lambda: client.get("/v1/attempts", token=token, expect=(200, 401)).status == 401, 10, f"the end of a token: {what}")
    took_s = time.monotonic() - began
    print(f"\n{what}: refused everywhere after {took_s * 1000:.0f} ms", end="")
    for client in clients:
        reply = client.get("/v1/attempts", token=token, expect=401)
        assert reply.code == "invalid_token" and reply.headers["WWW-Authenticate"].endswith('error="invalid_token"')
    return took_s


@pytest.mark.parametrize("end", WAYS, ids=lambda way: way.__name__)
def test_revocations__reach_every_server_within_a_second(servers, world, end):
    left, right = servers
    person, bystander = Learner(left), Learner(left)
    for client in servers:  # it is remembered as a good one
        client.get("/v1/attempts", token=person.tokens["access_token"], expect=200)
    end(world.database, left, person)
    assert ends_everywhere([right, left], person.tokens["access_token"], end.__name__) < LIMIT_S
    for client in servers:
        client.get("/v1/attempts", token=bystander.tokens["access_token"], expect=200)


@pytest.mark.parametrize("end", WAYS, ids=lambda way: way.__name__)
def test_revocations__reach_a_server_that_never_saw_the_token(servers, world, end):
    left, right = servers
    person, canary = Learner(left), Learner(left)
    right.get("/v1/attempts", token=canary.tokens["access_token"], expect=200)
    end(world.database, left, person)
    disable(world.database, left, canary)
    ends_everywhere([right], canary.tokens["access_token"], "the canary")  # so it has heard of the other too
    assert right.get("/v1/attempts", token=person.tokens["access_token"]).status == 401


def test_revocations__a_new_role_is_good_at_once(servers, world):
    """By refreshing; the login goes on. And back again."""
    person = Learner(servers[0])
    token = person.tokens
    for role in ("admin", "learner", "instructor"):
        world.database.run("UPDATE users SET role = %s WHERE id = %s", (role, person.id))
        ends_everywhere(servers, token["access_token"], f"no {role} before")
        token = servers[0].post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}, expect=200).json
        for client in servers:
            assert client.get("/v1/me", token=token["access_token"], expect=200).json["role"] == role


def test_revocations__other_logins_go_on_after_a_logout(servers):
    person = Learner(servers[0])
    other = log_in(servers[0], person.email, PASSWORD)
    log_out(None, servers[0], person)
    ends_everywhere(servers, person.tokens["access_token"], "one of two logins")
    for client in servers:
        client.get("/v1/me", token=other["access_token"], expect=200)


def test_revocations__all_logins_end_with_the_password(servers, world):
    person = Learner(servers[0])
    others = [log_in(servers[1], person.email, PASSWORD) for _ in range(3)]
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    fresh = servers[0].post("/v1/me/password", body, token=person.tokens["access_token"], expect=200).json
    for tokens in [person.tokens, *others]:
        ends_everywhere(servers, tokens["access_token"], "a login before the new password")
        reply = servers[1].post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}, expect=401)
        assert reply.code == "invalid_credentials"
    for client in servers:
        client.get("/v1/me", token=fresh["access_token"], expect=200)
    log_in(servers[1], person.email, PASSWORD, expect=401)
    log_in(servers[1], person.email, NEW_PASSWORD)


def test_revocations__a_server_that_starts_later_knows(scratch, servers, world):
    person = Learner(servers[0])
    log_out(None, servers[0], person)
    late = Server(scratch, world.database.url, key=key_of(scratch), name="revoked-late")
    with contextlib.closing(Stopping(late)):
        reply = Client(late.port, printed_contract()).get("/v1/attempts", token=person.tokens["access_token"])
        assert reply.status == 401


def key_of(scratch):
    key = program.SigningKey.__new__(program.SigningKey)
    key.path = pathlib.Path(scratch) / "revoked-left.key"
    key.secret = bytes.fromhex(key.path.read_text())
    return key


class Stopping:
    def __init__(self, server):
        self.server = server

    def close(self):
        assert self.server.stop() == 0


def test_revocations__without_listen_the_poll_finds_them(scratch, world, tmp_path):
    """The connection that listens is cut and cannot be made again; requests have theirs."""
    (tmp_path / SOCKET).symlink_to(pathlib.Path(os.environ["QUIZD_TEST_CLUSTER"]) / SOCKET)
    direct = f"postgresql://postgres@{str(tmp_path).replace('/', '%2F')}/{world.database.name}"
    server = Server(scratch, world.database.url, name="deaf", DATABASE_DIRECT_URL=direct)
    with contextlib.closing(Stopping(server)):
        client = Client(server.port, printed_contract())
        people = [Learner(client) for _ in WAYS]
        (tmp_path / SOCKET).unlink()
        world.database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'quizd tokens'")
        wait_until(lambda: server.find("revocations.listen_lost"), 10, "the loss of the connection that listens")
        for end, person in zip(WAYS, people):
            client.get("/v1/attempts", token=person.tokens["access_token"], expect=200)
            end(world.database, client, person)
            assert ends_everywhere([client], person.tokens["access_token"], f"{end.__name__}, by the poll") < LIMIT_S


def test_revocations__what_nobody_notified_of_is_found(servers, world):
    """A row that came without its NOTIFY."""
    person = Learner(servers[0])
    for client in servers:
        client.get("/v1/attempts", token=person.tokens["access_token"], expect=200)
    session_id, = world.database.rows("SELECT id FROM sessions WHERE user_id = %s", (person.id,))[0]
    world.database.run("INSERT INTO token_revocations (user_id, subject_id) VALUES (%s, %s)", (person.id, session_id))
    assert ends_everywhere(servers, person.tokens["access_token"], "a row alone") < LIMIT_S


def test_revocations__logins_at_the_moment_of_a_new_password(servers, world):
    """Whoever logs in with the old password while it is changed has a login that ends with it, or none."""
    from concurrent.futures import ThreadPoolExecutor
    for _ in range(5):
        person = Learner(servers[0])
        body = {"grant_type": "password", "email": person.email, "password": PASSWORD}
        change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
        with ThreadPoolExecutor(9) as pool:
            logins = [pool.submit(servers[number % 2].post, "/v1/auth/token", body, expect=(200, 401)) for number in range(8)]
            pool.submit(servers[1].post, "/v1/me/password", change, token=person.tokens["access_token"], expect=200).result()
            got = [login.result() for login in logins]
        alive = world.database.rows("SELECT count(*) FROM sessions WHERE user_id = %s AND revoked_at IS NULL", (person.id,))
        assert alive == [(1,)]
        for reply in got:
            if reply.status == 200:
                ends_everywhere(servers, reply.json["access_token"], "a login in between")


def test_revocations__more_than_memory_has_room_for(scratch):
    """Then the database is asked, and what is good stays good."""
    database = Database("crowded")
    try:
        program.quizd_ok("migrate", DATABASE_URL=database.owner_url)
        server = Server(scratch, database.url, name="crowded")
        with contextlib.closing(Stopping(server)):
            client = Client(server.port, printed_contract())
            known, person, bystander = (Learner(client) for _ in range(3))
            client.get("/v1/me", token=known.tokens["access_token"], expect=200)
            database.run("INSERT INTO token_revocations (user_id, subject_id)"
                         " SELECT gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 20000)")
            for one in (person, known):
                log_out(None, client, one)
                assert ends_everywhere([client], one.tokens["access_token"], "one of very many") < LIMIT_S
            for _ in range(3):
                client.get("/v1/me", token=bystander.tokens["access_token"], expect=200)
            change_role(database, client, bystander)
            assert ends_everywhere([client], bystander.tokens["access_token"], "a role, one of very many") < LIMIT_S
    finally:
        database.drop()
