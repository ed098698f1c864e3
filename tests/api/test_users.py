"""GET /v1/users, PATCH /v1/users/{user_id}, GET /v1/audit, and what they leave in the audit."""
import concurrent.futures
import uuid

import pytest

from support_py.at_once import at_once
from support_py.client import Client
from support_py.learner import Learner, log_in
from support_py.program import Server, wait_until
from test_concurrency import LIMIT_S, patiently


@pytest.fixture
def person(anyone):
    return Learner(anyone)


def patch(admin, person, expect=200, **body):
    return admin.client.patch(f"/v1/users/{person.id}", body, expect=expect)


def events(admin, **query):
    return admin.client.get("/v1/audit", query=query, expect=200).json["data"]


def of(person, admin):
    """What was done to somebody as an account, oldest first, as (event, actor, detail); without his logins."""
    return [(event["event"], event["actor_id"], event["detail"]) for event in reversed(events(admin, subject_id=person.id, limit=100))
            if event["event"].startswith("user.")]


def is_refused_soon(person):
    wait_until(lambda: person.client.get("/v1/me", expect=(200, 401)).status == 401, 1, "the end of an access token")


# --- list ---

def test_list_users__has_everybody_once(admin, anyone, world):
    for _ in range(3):
        Learner(anyone)
    seen, cursor = [], None
    while True:
        page = admin.client.get("/v1/users", query={"limit": 7, **({"cursor": cursor} if cursor else {})}, expect=200).json
        seen += page["data"]
        assert page["has_more"] == (page["next_cursor"] is not None) and len(page["data"]) <= 7
        cursor = page["next_cursor"]
        if not cursor:
            break
    stored = world.database.rows("SELECT id::text, email, display_name, role, is_disabled FROM users ORDER BY id DESC")
    assert [(user["id"], user["email"], user["display_name"], user["role"], user["disabled"]) for user in seen] == stored
    assert set(seen[0]) == {"id", "email", "display_name", "role", "disabled", "created_at"}


def test_list_users__filters(admin, person, world):
    def found(**query):
        return [user["id"] for user in admin.client.get("/v1/users", query={"limit": 100, **query}, expect=200).json["data"]]

    assert found(email=person.email.upper()) == [person.id]
    assert found(email="nobody@example.org") == []
    assert person.id not in found(role="admin") and admin.id in found(role="admin")
    assert person.id in found(role="learner", disabled="false")
    patch(admin, person, disabled=True)
    assert person.id in found(disabled="true") and person.id not in found(disabled="false")
    assert found(email=person.email, role="admin") == []


@pytest.mark.parametrize("cursor", ["x", "0190c8f0", "%", "0190C8F0-5C1E-7D63-9F3A-0123456789AB"])
@pytest.mark.parametrize("path", ["/v1/users", "/v1/audit"])
def test_lists__refuse_what_is_no_cursor(admin, path, cursor):
    assert admin.client.get(path, query={"cursor": cursor}, expect=422).faults() == [("cursor", "bad_format")]


# --- update ---

def test_update_user__role(admin, person):
    changed = patch(admin, person, role="instructor").json
    assert changed == {"id": person.id, "email": person.email, "display_name": "Ada", "role": "instructor", "disabled": False,
                       "created_at": person.account["created_at"]}
    is_refused_soon(person)
    tokens = log_in(admin.client, person.email, person.password)
    assert admin.client.get("/v1/me", token=tokens["access_token"], expect=200).json["role"] == "instructor"
    assert of(person, admin) == [("user.role_changed", admin.id, {"from": "learner", "to": "instructor"})]


def test_update_user__disable_and_enable(admin, person):
    refresh = {"grant_type": "refresh_token", "refresh_token": person.tokens["refresh_token"]}
    assert patch(admin, person, disabled=True).json["disabled"] is True
    is_refused_soon(person)
    assert log_in(admin.client, person.email, person.password, expect=401)["code"] == "invalid_credentials"
    admin.client.post("/v1/auth/token", refresh, expect=401)
    assert patch(admin, person, disabled=False).json["disabled"] is False
    admin.client.post("/v1/auth/token", refresh, expect=401)  # that login has ended for good
    log_in(admin.client, person.email, person.password)
    assert of(person, admin) == [("user.disabled", admin.id, {}), ("user.enabled", admin.id, {})]


def test_update_user__both_at_once(admin, person):
    patch(admin, person, role="admin", disabled=True)
    assert sorted(of(person, admin), key=str) == [("user.disabled", admin.id, {}),
                                                  ("user.role_changed", admin.id, {"from": "learner", "to": "admin"})]
    event, = events(admin, subject_id=person.id, event="user.disabled")
    assert event["address"] == "127.0.0.1"


@pytest.mark.parametrize("body", [{}, {"role": "learner"}, {"disabled": False}, {"role": "learner", "disabled": False}])
def test_update_user__that_changes_nothing(admin, person, world, body):
    before = world.database.fingerprint()
    assert patch(admin, person, **body).json["role"] == "learner"
    assert world.database.fingerprint() == before
    refresh = {"grant_type": "refresh_token", "refresh_token": person.tokens["refresh_token"]}
    admin.client.post("/v1/auth/token", refresh, expect=200)


def test_update_user__unknown(admin, world):
    before = world.database.fingerprint()
    reply = admin.client.patch(f"/v1/users/{uuid.uuid4()}", {"disabled": True}, expect=404)
    assert reply.code == "not_found" and world.database.fingerprint() == before


# --- the last admin ---

@pytest.fixture
def alone(anyone, world, admin):
    """The one admin who can log in, beside one who cannot; the others are learners meanwhile (to disable them would end their logins)."""
    made, disabled = Learner(anyone, "admin", world.database), Learner(anyone, "admin", world.database)
    world.database.run("UPDATE users SET is_disabled = true WHERE id = %s", (disabled.id,))
    others = [row[0] for row in world.database.rows("SELECT id FROM users WHERE role = 'admin' AND NOT is_disabled AND id <> %s", (made.id,))]
    world.database.run("UPDATE users SET role = 'learner' WHERE id = ANY(%s::uuid[])", (others,))
    yield made
    world.database.run("UPDATE users SET role = 'admin' WHERE id = ANY(%s::uuid[])", (others,))
    is_admin_again(admin)


def is_admin_again(person):
    """His tokens are good again once the server has heard of it."""
    wait_until(lambda: person.client.get("/v1/users").status == 200, 30, "the role that is an admin's again")


@pytest.mark.parametrize("body", [{"role": "learner"}, {"role": "instructor"}, {"disabled": True}, {"role": "learner", "disabled": True},
                                  {"role": "admin", "disabled": True}, {"role": "learner", "disabled": False}])
def test_last_admin__cannot_lock_himself_out(alone, world, body):
    before = world.database.fingerprint()
    reply = alone.client.patch(f"/v1/users/{alone.id}", body)
    assert (reply.status, reply.code) == (409, "last_admin")
    assert world.database.fingerprint() == before


def test_last_admin__cannot_erase_himself(alone, world):
    before = world.database.fingerprint()
    reply = alone.client.request("DELETE", "/v1/me")
    assert (reply.status, reply.code) == (409, "last_admin")
    assert world.database.fingerprint() == before


def test_last_admin__can_once_there_is_another(alone, anyone, world):
    other = Learner(anyone)
    patch(alone, other, role="admin")
    patch(alone, alone, role="learner")
    assert world.database.rows("SELECT id::text FROM users WHERE role = 'admin' AND NOT is_disabled") == [(other.id,)]


def test_last_admin__two_who_demote_each_other(alone, anyone, world):
    """Whoever comes first; the other is refused then: as the last admin, or, where he comes so late that it is known everywhere, by
    his token."""
    codes = []
    for _ in range(300):
        pair = [Learner(anyone, "admin", world.database), alone]
        replies = at_once(2, lambda number, pair=pair: patch(pair[number], pair[1 - number], expect=(200, 401, 409), role="learner"))
        assert sorted(reply.status == 200 for reply in replies) == [False, True]
        codes += [reply.code for reply in replies if reply.status != 200]
        left = world.database.rows("SELECT count(*) FROM users WHERE role = 'admin' AND NOT is_disabled")
        assert left == [(1,)]
        world.database.run("UPDATE users SET role = CASE WHEN id = %s THEN 'admin' ELSE 'learner' END WHERE id = ANY(%s::uuid[])",
                           (alone.id, [pair[0].id, alone.id]))
        is_admin_again(alone)
        if codes.count("last_admin") == 8:
            break
    assert codes.count("last_admin") == 8 and set(codes) <= {"last_admin", "invalid_token"}


def test_last_admin__the_second_of_two_waits_for_the_first(alone, anyone, world):
    """One change is under way elsewhere (another server), not committed yet: whoever comes then must not judge by what was before."""
    other = Learner(anyone, "admin", world.database)
    with world.database.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE users SET role = 'learner' WHERE id = %s", (other.id,))
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            late = pool.submit(patiently, lambda: alone.client.patch(f"/v1/users/{alone.id}", {"role": "learner"}))
            wait_until(lambda: late.done() or world.database.rows(
                "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'", (world.database.name,)), 30, "the second to wait")
            assert not late.done(), "it did not wait for the first"
            cursor.execute("COMMIT")
            reply = late.result(LIMIT_S)
    assert (reply.status, reply.code) == (409, "last_admin")
    assert world.database.rows("SELECT id::text FROM users WHERE role = 'admin' AND NOT is_disabled") == [(alone.id,)]


# --- audit ---

def test_audit__filters_and_pages(admin, anyone):
    people = [Learner(anyone), Learner(anyone)]
    for role in ("instructor", "learner", "instructor"):
        for person in people:
            patch(admin, person, role=role)
    patch(admin, people[0], disabled=True)
    mine = events(admin, actor_id=admin.id, subject_id=people[0].id, limit=100)
    assert [event["event"] for event in mine] == ["user.disabled"] + ["user.role_changed"] * 3
    assert len(events(admin, subject_id=people[0].id, event="user.role_changed")) == 3
    assert events(admin, subject_id=people[1].id, event="user.disabled") == []
    assert [event["event"] for event in events(admin, actor_id=people[0].id)] == ["login.succeeded", "account.registered"]
    first, last = mine[-1], mine[0]
    assert [event["id"] for event in events(admin, subject_id=people[0].id, since=last["at"])] == [last["id"]]
    assert [event["id"] for event in events(admin, subject_id=people[0].id, actor_id=admin.id, until=first["at"])] == []
    paged, cursor = [], None
    while True:
        query = {"subject_id": people[0].id, "actor_id": admin.id, "limit": 3, **({"cursor": cursor} if cursor else {})}
        page = admin.client.get("/v1/audit", query=query, expect=200).json
        paged += page["data"]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert paged == mine and cursor is None


def test_audit__a_row_outlives_the_person(admin, anyone):
    person = Learner(anyone)
    patch(admin, person, role="instructor")
    tokens = log_in(anyone, person.email, person.password)
    anyone.request("DELETE", "/v1/me", token=tokens["access_token"], expect=204)
    assert [event[0] for event in of(person, admin)] == ["user.role_changed", "user.erased"]


def test_audit__is_written_with_what_it_tells(admin, person, world, scratch):
    """In the same statement: where the audit cannot be written, nothing is done. On a server of its own, whose errors are wanted."""
    world.database.run(f"ALTER TABLE audit_events ADD CONSTRAINT full_up CHECK (subject_id IS DISTINCT FROM '{person.id}') NOT VALID")
    server = Server(scratch, world.database.url, key=world.server.key, name="unaudited")
    try:
        before = world.database.fingerprint()
        client = Client(server.port, None)
        for who, method, path, body in ((admin, "PATCH", f"/v1/users/{person.id}", b'{"disabled":true}'),
                                        (person, "GET", "/v1/me/export", None), (person, "DELETE", "/v1/me", None)):
            headers = {"Authorization": f"Bearer {who.tokens['access_token']}", **({"Content-Type": "application/json"} if body else {})}
            reply = client.exchange(method, path, body, headers)
            assert (reply.status, reply.code) == (500, "internal"), reply
        assert world.database.fingerprint() == before
        assert server.stop() == 0
    finally:
        server.kill()
        world.database.run("ALTER TABLE audit_events DROP CONSTRAINT full_up")
