"""Registering, one's own account, and that nobody learns from it who else is there."""
import pytest

from support_py.learner import PASSWORD, Learner, log_in
from support_py.program import wait_until


def register(anyone, email, expect=201, **changes):
    return anyone.post("/v1/auth/register", {"email": email, "password": PASSWORD, "display_name": "Ada", **changes}, expect=expect)


def test_register(anyone, world):
    account = register(anyone, "Grace.Hopper@Example.org", display_name="Grace Hopper – 葛麗絲").json
    assert account["email"] == "Grace.Hopper@Example.org"
    assert account["display_name"] == "Grace Hopper – 葛麗絲"
    assert account["role"] == "learner"
    assert set(account) == {"id", "email", "display_name", "role", "created_at"}
    (stored,), = world.database.rows("SELECT password_hash FROM users WHERE id = %s", (account["id"],))
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_register_twice(anyone):
    register(anyone, "twice@example.org")
    for email in ("twice@example.org", "TWICE@example.org", "Twice@Example.ORG"):
        assert register(anyone, email, expect=409).code == "email_taken"


@pytest.mark.parametrize("email", ["a@b", "a.b+c@sub.example.org", "x" * 64 + "@example.org", "jürgen@example.org",
                                   "a@xn--bcher-kva.example"])
def test_addresses_that_are_good(anyone, email):
    register(anyone, email)


@pytest.mark.parametrize("email", ["@example.org", "ada@", "ada", "a b@example.org", "a@b@c", ".a@example.org",
                                   "a..b@example.org", "a@-x.org", "a@x..org",
                                   "x" * 65 + "@example.org", '"a b"@example.org', "a@example.org\n", "a@" + "x" * 64 + ".org"])
def test_addresses_that_are_not(anyone, email):
    reply = register(anyone, email, expect=422)
    assert reply.faults() == [("/email", "bad_format")]


@pytest.mark.parametrize("password,code", [("short", "too_short"), ("x" * 11, "too_short"), ("é" * 200, "too_long"),
                                           ("my Password! ada.lovelace", "not_allowed"),
                                           ("ADA.LOVELACE and more", "not_allowed"), ("1qaz2wsx3edc", "not_allowed"),
                                           ("JustinBieber", "not_allowed")])
def test_passwords_that_are_refused(anyone, password, code):
    reply = register(anyone, "ada.lovelace@example.org", password=password, expect=422)
    assert reply.faults() == [("/password", code)]


@pytest.mark.parametrize("password", ["x" * 12, "x" * 256, "  blanks count  ", "пароль-на-кириллице", "tab\tand\nnewline"])
def test_passwords_that_are_good(anyone, password):
    email = f"password-{len(password)}-{ord(password[0])}@example.org"
    register(anyone, email, password=password)
    log_in(anyone, email, password)
    log_in(anyone, email, password[:-1], expect=401)


def test_a_fault_makes_no_account(anyone, world):
    register(anyone, "nobody@example.org", display_name="", expect=422)
    assert world.database.rows("SELECT * FROM users WHERE email_key = 'nobody@example.org'") == []


def test_me(learner):
    assert learner.client.get("/v1/me", expect=200).json == learner.account


def test_rename(learner, eve):
    renamed = learner.client.patch("/v1/me", {"display_name": "Countess"}, expect=200).json
    assert renamed == {**learner.account, "display_name": "Countess"}
    assert learner.client.get("/v1/me").json == renamed
    assert eve.client.get("/v1/me").json["display_name"] == "Ada"


@pytest.mark.parametrize("member", ["id", "email", "role", "created_at", "is_disabled"])
def test_only_the_name_can_be_changed(learner, member):
    reply = learner.client.patch("/v1/me", {"display_name": "x", member: "admin"}, expect=422)
    assert reply.faults() == [(f"/{member}", "unknown")]
    assert learner.client.get("/v1/me").json == learner.account


@pytest.mark.parametrize("length,status", [(1, 200), (63, 200), (64, 200), (65, 422), (0, 422)])
def test_name_lengths_are_code_points(learner, length, status):
    learner.client.patch("/v1/me", {"display_name": "🦉" * length}, expect=status)


def test_token_of_an_account_that_is_gone(anyone, world):
    gone = Learner(anyone)
    world.database.run("DELETE FROM users WHERE id = %s", (gone.id,))
    assert gone.client.get("/v1/me", expect=401).code == "invalid_token"
    assert gone.client.patch("/v1/me", {"display_name": "x"}, expect=401).code == "invalid_token"
    reply = gone.client.post("/v1/attempts", {"bank": "aws-dva-c01", "mode": "practice"}, expect=401)
    assert reply.code == "invalid_token"
    wait_until(lambda: gone.client.get("/v1/attempts", expect=(200, 401)).status == 401, 1, "the end of the token")
