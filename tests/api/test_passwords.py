"""New passwords of people who are logged in, and stored hashes of older kinds."""
import pytest

from support_py.client import Client
from support_py.contract import printed_contract
from support_py.learner import PASSWORD, Learner, log_in
from support_py.program import Server, quizd

NEW = "quite another phrase"
# argon2id of PASSWORD with m = 8 MiB, t = 1, made by libsodium.
OLD_PARAMETERS = "$argon2id$v=19$m=8192,t=1,p=1$"


def change(person, current=PASSWORD, new=NEW, expect=200):
    return person.client.post("/v1/me/password", {"current_password": current, "new_password": new}, expect=expect)


def hash_of(world, person):
    return world.database.rows("SELECT password_hash FROM users WHERE id = %s", (person.id,))[0][0]


def test_change_password(anyone, world, learner):
    before = hash_of(world, learner)
    fresh = change(learner).json
    assert set(fresh) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert hash_of(world, learner) != before
    assert anyone.get("/v1/me", token=fresh["access_token"], expect=200).json["id"] == learner.id
    anyone.post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": fresh["refresh_token"]}, expect=200)
    log_in(anyone, learner.email, PASSWORD, expect=401)
    log_in(anyone, learner.email, NEW)
    events = world.database.rows("SELECT event, actor_id, address FROM audit_events WHERE subject_id = %s ORDER BY id", (learner.id,))
    assert ("password.changed", learner.id, "127.0.0.1") in events


def test_change_password__wrong_current_one(world, learner):
    before = hash_of(world, learner)
    reply = change(learner, current="not this one", expect=403)
    assert reply.code == "wrong_password"
    assert hash_of(world, learner) == before
    learner.client.get("/v1/me", expect=200)


@pytest.mark.parametrize("password,code", [("short", "too_short"), ("x" * 11, "too_short"), ("é" * 200, "too_long"),
                                           ("1qaz2wsx3edc", "not_allowed"), ("QWERTY123456", "not_allowed")])
def test_change_password__the_rules_are_those_of_registration(world, learner, password, code):
    before = world.database.fingerprint()
    assert change(learner, new=password, expect=422).faults() == [("/new_password", code)]
    name = learner.email.partition("@")[0]
    assert change(learner, new=f"my name is {name}", expect=422).faults() == [("/new_password", "not_allowed")]
    assert world.database.fingerprint() == before


def test_change_password__twice_at_once(anyone, world, learner):
    """One wins; the other's current password is not the current one any more, or its login is over."""
    from test_concurrency import at_once
    replies = at_once(2, lambda number: change(learner, new=f"{NEW} {number}", expect=(200, 401, 403)))
    assert sorted(reply.status for reply in replies)[0] == 200
    assert [reply.status for reply in replies].count(200) == 1
    winner = [reply.status for reply in replies].index(200)
    log_in(anyone, learner.email, f"{NEW} {winner}")
    assert world.database.rows("SELECT count(*) FROM audit_events WHERE subject_id = %s AND event = 'password.changed'",
                               (learner.id,)) == [(1,)]


def test_login__makes_an_old_hash_anew(anyone, world, learner, argon2):
    world.database.run("UPDATE users SET password_hash = %s WHERE id = %s", (argon2(PASSWORD, 1, 8), learner.id))
    assert hash_of(world, learner).startswith(OLD_PARAMETERS)
    log_in(anyone, learner.email, "not this one", expect=401)
    assert hash_of(world, learner).startswith(OLD_PARAMETERS)
    log_in(anyone, learner.email, PASSWORD)
    made = hash_of(world, learner)
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    log_in(anyone, learner.email, PASSWORD)
    assert hash_of(world, learner) == made
    learner.client.get("/v1/me", expect=200)  # no new password: logins go on


@pytest.mark.parametrize("stored", ["", "-", "$argon2id$v=19$m=4194304,t=1000000,p=1$c2FsdHNhbHRzYWx0$AAAA", "$1$abc$def"])
def test_login__hashes_that_are_none(anyone, world, learner, stored):
    """Nobody gets in, and nobody waits."""
    world.database.run("UPDATE users SET password_hash = %s WHERE id = %s", (stored, learner.id))
    for password in (PASSWORD, "", stored):
        log_in(anyone, learner.email, password, expect=401)


@pytest.fixture(scope="module")
def argon2():
    """libsodium's own, with other parameters."""
    import ctypes
    sodium = ctypes.CDLL("libsodium.so.23")
    assert sodium.sodium_init() >= 0

    def make(password, passes, mebibytes):
        out = ctypes.create_string_buffer(128)
        data = password.encode()
        assert sodium.crypto_pwhash_str(out, data, ctypes.c_ulonglong(len(data)), ctypes.c_ulonglong(passes),
                                        ctypes.c_size_t(mebibytes << 20)) == 0
        return out.value.decode()
    return make


def test_least_length_is_a_setting(scratch, world):
    server = Server(scratch, world.database.url, key=world.server.key, name="shorter", QUIZD_PASSWORD_BYTES_MIN="8")
    client = Client(server.port, printed_contract())

    def register(email, password, expect):
        return client.post("/v1/auth/register", {"email": email, "password": password, "display_name": "x"}, expect=expect)

    assert register("shorter@example.org", "x7!k2#p", 422).faults() == [("/password", "too_short")]
    assert register("shorter@example.org", "password1", 422).faults() == [("/password", "not_allowed")]
    register("shorter@example.org", "x7!k2#pq", 201)
    assert server.stop() == 0


@pytest.mark.parametrize("value", ["7", "0", "-1", "65", "x"])
def test_least_length_is_never_below_8(world, value):
    done = quizd("serve", DATABASE_URL=world.database.url, QUIZD_PASSWORD_BYTES_MIN=value)
    assert done.returncode == 2 and "QUIZD_PASSWORD_BYTES_MIN" in done.stderr


def test_a_flood_of_logins_does_not_hold_up_the_rest(anyone, ada):
    """More than may wait are told to come back; everybody else is answered meanwhile."""
    import time
    from concurrent.futures import ThreadPoolExecutor
    body = {"grant_type": "password", "email": "nobody@example.com", "password": "not this one"}
    with ThreadPoolExecutor(120) as pool:
        logins = [pool.submit(anyone.post, "/v1/auth/token", body, expect=(401, 503)) for _ in range(240)]
        slowest = 0
        while not all(login.done() for login in logins):
            began = time.perf_counter()
            ada.client.get("/v1/banks", expect=200)
            slowest = max(slowest, time.perf_counter() - began)
        replies = [login.result() for login in logins]
    statuses = [reply.status for reply in replies]
    print(f"\n{statuses.count(401)} refused, {statuses.count(503)} told to come back; the slowest other request {slowest * 1000:.0f} ms", end="")
    assert statuses.count(401) >= 66 and statuses.count(503) >= 1
    assert slowest < 2
