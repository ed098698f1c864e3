"""What goes by mail: new passwords and proofs of addresses. The mail goes to a file here, or to an SMTP server of the test."""
import re
import socket
import threading

import pytest

from support_py import program, seeds
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.learner import PASSWORD, Learner, log_in
from support_py.program import Server, quizd, wait_until
from support_py.timing import take_as_long

NEW = "quite another phrase"
STRANGERS = "the stranger's phrase"
NUMBERS = iter(range(1_000_000))


class Post:
    """A server that sends mail, and its outbox."""

    def __init__(self, scratch, world, name, **settings):
        self.path = scratch / f"{name}-mail.txt"
        settings = {"QUIZD_MAIL": f"file:{self.path}", "QUIZD_MAIL_FROM": "quiz@example.org", **settings}
        self.server = Server(scratch, world.database.url, key=world.server.key, name=name, **settings)
        self.client = Client(self.server.port, printed_contract())
        self.database = world.database

    def mails(self, email):
        """The mails to somebody, the oldest first."""
        text = self.path.read_text() if self.path.exists() else ""
        return [mail for mail in re.split(r"(?m)^(?=From: )", text) if f"\nTo: {email}\n" in mail]

    def wait_for_mail(self, email, count=1):
        return wait_until(lambda: self.mails(email)[count - 1:], 30, f"mail {count} to {email}")[0]

    def ask(self, what, email, expect=204):
        return self.client.post(f"/v1/auth/{what}", {"email": email}, expect=expect)

    def make_older(self, email, seconds=61):
        """The last mail was sent so long ago."""
        self.database.run("UPDATE account_tokens SET created_at = created_at - %s * interval '1 second',"
                          " expires_at = expires_at - %s * interval '1 second'"
                          " WHERE user_id = (SELECT id FROM users WHERE email_key = %s)", (seconds, seconds, email))

    def reset_token(self, email, count=1):
        self.ask("password-reset", email)
        return token_of(self.wait_for_mail(email, count))

    def events(self, user_id):
        return [event for event, in self.database.rows("SELECT event FROM audit_events WHERE subject_id = %s ORDER BY id", (user_id,))]


def token_of(mail):
    token = re.search(r"(?m)^(?:https://quiz.example.org/account\?action=\w+&token=)?([A-Za-z0-9_-]{43})$", mail)[1]
    seeds.token(token)
    return token


def reset(post, token, password=NEW, expect=204):
    return post.client.post("/v1/auth/password-reset/confirm", {"token": token, "new_password": password}, expect=expect)


def verify(post, token, password=PASSWORD, expect=204):
    return post.client.post("/v1/auth/verification/confirm", {"token": token, "password": password}, expect=expect)


def register(post, email, password=PASSWORD, expect=201):
    return post.client.post("/v1/auth/register", {"email": email, "password": password, "display_name": "Ada"}, expect=expect)


def new_address():
    return f"mail-{next(NUMBERS)}@example.org"


@pytest.fixture(scope="module")
def post(scratch, world):
    made = Post(scratch, world, "post")
    yield made
    assert made.server.stop() == 0


@pytest.fixture(scope="module")
def strict(scratch, world):
    """Where addresses must be proved."""
    made = Post(scratch, world, "strict", QUIZD_VERIFY_EMAIL="true", QUIZD_MAIL_LINK="https://quiz.example.org/account")
    yield made
    assert made.server.stop() == 0


def test_off_by_default(scratch, world):
    server = Server(scratch, world.database.url, name="no-mail")
    client = Client(server.port, printed_contract())
    for what in ("password-reset", "verification"):
        assert client.post(f"/v1/auth/{what}", {"email": "nobody@example.com"}, expect=404).code == "not_found"
    assert server.stop() == 0


@pytest.mark.parametrize("settings,words", [({"QUIZD_MAIL": "pigeon"}, "file:PATH"),
                                            ({"QUIZD_VERIFY_EMAIL": "true"}, "--verify-email")])
def test_settings_that_are_wrong(world, settings, words):
    done = quizd("serve", DATABASE_URL=world.database.url, QUIZD_JWT_KEY_FILE=str(world.server.key.path), QUIZD_LISTEN="127.0.0.1:0",
                 **settings)
    assert done.returncode != 0 and words in done.stderr


def test_reset(post):
    person = Learner(post.client)
    token = post.reset_token(person.email)
    mail, = post.mails(person.email)
    assert mail.startswith(f"From: quiz@example.org\nTo: {person.email}\nSubject: Set a new password\n")
    reset(post, token)
    log_in(post.client, person.email, PASSWORD, expect=401)
    log_in(post.client, person.email, NEW)
    wait_until(lambda: person.client.get("/v1/me", expect=(200, 401)).status == 401, 1, "the end of the logins before")
    body = {"grant_type": "refresh_token", "refresh_token": person.tokens["refresh_token"]}
    post.client.post("/v1/auth/token", body, expect=401)
    assert post.events(person.id) == ["account.registered", "login.succeeded", "mail.requested", "password.reset", "login.refused",
                                      "login.succeeded"]


def test_reset__token_is_good_once(post):
    person = Learner(post.client)
    token = post.reset_token(person.email)
    reset(post, token)
    assert reset(post, token, expect=422).faults() == [("/token", "not_found")]
    from test_concurrency import at_once
    post.make_older(person.email)
    token = post.reset_token(person.email, 2)
    replies = at_once(10, lambda number: reset(post, token, f"{NEW} {number}", expect=(204, 422, 503)))
    assert [reply.status for reply in replies].count(204) == 1


def test_reset__token_expires_and_is_replaced(post):
    person = Learner(post.client)
    old = post.reset_token(person.email)
    post.make_older(person.email, 1801)
    assert reset(post, old, expect=422).faults() == [("/token", "not_found")]
    fresh = post.reset_token(person.email, 2)
    assert reset(post, old, expect=422).faults() == [("/token", "not_found")]
    reset(post, fresh)


@pytest.mark.parametrize("seconds,is_good", [(30 * 60 - 10, True), (30 * 60, False)])
def test_reset__half_an_hour(post, seconds, is_good):
    person = Learner(post.client)
    token = post.reset_token(person.email)
    post.make_older(person.email, seconds)
    assert reset(post, token, expect=204 if is_good else 422).status == 204 or not is_good
    log_in(post.client, person.email, NEW, expect=200 if is_good else 401)


@pytest.mark.parametrize("seconds,is_good", [(24 * 3600 - 10, True), (24 * 3600, False)])
def test_verification__a_day(strict, seconds, is_good):
    email = new_address()
    register(strict, email)
    token = token_of(strict.wait_for_mail(email))
    strict.make_older(email, seconds)
    assert verify(strict, token, expect=204 if is_good else 422).status == 204 or not is_good
    log_in(strict.client, email, PASSWORD, expect=200 if is_good else 401)


def test_reset__a_refusal_leaves_the_token(post, world):
    person = Learner(post.client)
    token = post.reset_token(person.email)
    before = world.database.fingerprint()
    assert reset(post, token, "short", expect=422).faults() == [("/new_password", "too_short")]
    assert reset(post, token, f"I am {person.email}", expect=422).faults() == [("/new_password", "not_allowed")]
    assert world.database.fingerprint() == before
    reset(post, token)


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 128])
def test_tokens_that_are_none(post, world, token):
    before = world.database.fingerprint()
    assert reset(post, token, expect=422).faults() == [("/token", "not_found")]
    assert verify(post, token, expect=422).faults() == [("/token", "not_found")]
    assert world.database.fingerprint() == before


def test_reset__token_of_the_other_kind(post, strict):
    email = new_address()
    register(strict, email)
    token = token_of(strict.wait_for_mail(email))
    reset(post, token, expect=422)
    person = Learner(post.client)
    verify(post, post.reset_token(person.email), expect=422)


def test_reset__lifts_a_lock(post, world):
    person = Learner(post.client)
    world.database.run("INSERT INTO login_throttles (key, allowed, failures, failed_at, locked_until) VALUES "
                       "(login_account_key(%s, ''), 10, 20, clock_timestamp(), clock_timestamp() + interval '14 minutes'),"
                       "(login_account_key(%s, '127.0.0.1'), 10, 20, clock_timestamp(), clock_timestamp() + interval '14 minutes')",
                       (person.email, person.email))
    log_in(post.client, person.email, PASSWORD, expect=401)
    reset(post, post.reset_token(person.email))
    log_in(post.client, person.email, NEW)


def test_reset__not_after_the_operators(post, world):
    """Who reads the mail that somebody else's reset was asked with must not undo what the operator has done."""
    person = Learner(post.client)
    token = post.reset_token(person.email)
    done = quizd("user", "reset-password", "--email", person.email, stdin="the operator's phrase\n", DATABASE_URL=world.database.url)
    assert done.returncode == 0, done.stderr
    assert reset(post, token, expect=422).faults() == [("/token", "not_found")]
    log_in(post.client, person.email, "the operator's phrase")


def test_reset__disabled_account(post, world):
    person = Learner(post.client)
    token = post.reset_token(person.email)
    world.database.run("UPDATE users SET is_disabled = true WHERE id = %s", (person.id,))
    reset(post, token, expect=422)
    post.make_older(person.email)
    post.ask("password-reset", person.email)
    canary = Learner(post.client)
    post.reset_token(canary.email)  # the queue has been worked off
    assert len(post.mails(person.email)) == 1


def test_mail__no_more_than_one_a_minute(post):
    person, canary = Learner(post.client), Learner(post.client)
    for _ in range(5):
        post.ask("password-reset", person.email)
    post.reset_token(canary.email)
    assert len(post.mails(person.email)) == 1
    post.make_older(person.email)
    post.reset_token(person.email, 2)


def test_mail__nobody_learns_who_has_an_account(post):
    """The same answer after the same time; nothing is sent to who has none."""
    person = Learner(post.client)

    def ask(email):
        reply = post.ask("password-reset", email)
        assert (reply.status, reply.body) == (204, b"")

    take_as_long({"known": lambda: ask(person.email), "unknown": lambda: ask("nobody@example.com")}, 40, 3)
    canary = Learner(post.client)
    post.reset_token(canary.email)
    assert post.mails("nobody@example.com") == []


def test_tokens_are_not_kept_in_the_clear(post, world):
    from support_py import tokens
    person = Learner(post.client)
    token = post.reset_token(person.email)
    (stored,), = world.database.rows("SELECT hash FROM account_tokens WHERE user_id = %s", (person.id,))
    assert len(bytes(stored)) == 32 and bytes(stored) != tokens.decode(token)
    reset(post, tokens.encode(bytes(stored)), expect=422)
    assert token not in post.server.log_path.read_text() and person.email not in post.server.log_path.read_text()


def test_verification(strict):
    email = new_address()
    account = register(strict, email).json
    mail = strict.wait_for_mail(email)
    assert "Subject: Confirm your e-mail address\n" in mail and "https://quiz.example.org/account?action=verify&token=" in mail
    assert log_in(strict.client, email, PASSWORD, expect=401)["code"] == "invalid_credentials"
    verify(strict, token_of(mail))
    token = log_in(strict.client, email, PASSWORD)["access_token"]
    assert strict.client.get("/v1/me", token=token, expect=200).json == account
    assert verify(strict, token_of(mail), expect=422).faults() == [("/token", "not_found")]
    assert strict.events(account["id"])[-2:] == ["email.verified", "login.succeeded"]


def test_verification__again(strict):
    email = new_address()
    register(strict, email)
    first = token_of(strict.wait_for_mail(email))
    strict.make_older(email)
    strict.ask("verification", email)
    second = token_of(strict.wait_for_mail(email, 2))
    verify(strict, first, expect=422)
    verify(strict, second)
    strict.make_older(email)
    strict.ask("verification", email)
    assert "Subject: You have an account already\n" in strict.wait_for_mail(email, 3)


def test_verification__registration_tells_nothing(strict, world):
    """A taken address gets the reply of a free one; only its mail says more."""
    email, free = new_address(), new_address()
    account = register(strict, email).json
    verify(strict, token_of(strict.wait_for_mail(email)))
    replies = [register(strict, address) for address in (email, free)]
    assert len({(reply.status, frozenset(reply.json), frozenset(reply.headers)) for reply in replies}) == 1
    assert replies[0].json["id"] != account["id"]
    assert {**replies[0].json, "id": "", "created_at": "", "email": ""} == {**replies[1].json, "id": "", "created_at": "", "email": ""}
    assert "Subject: You have an account already\n" in strict.wait_for_mail(email, 2)
    log_in(strict.client, email, PASSWORD)  # nothing has changed
    assert world.database.rows("SELECT count(*) FROM users WHERE email_key = %s", (email,)) == [(1,)]


def test_verification__registration_takes_the_same_time(strict):
    email = new_address()
    register(strict, email)
    verify(strict, token_of(strict.wait_for_mail(email)))
    take_as_long({"taken": lambda: register(strict, email), "free": lambda: register(strict, new_address())}, 20, 1.5)


def test_verification__who_registers_last_gets_the_account(strict):
    """A stranger who was first gains nothing: what he chose is gone before the address is proved."""
    email = new_address()
    register(strict, email, STRANGERS)
    first = token_of(strict.wait_for_mail(email))
    strict.make_older(email)
    owners = register(strict, email).json
    second = token_of(strict.wait_for_mail(email, 2))
    verify(strict, first, expect=422)
    verify(strict, second)
    log_in(strict.client, email, STRANGERS, expect=401)
    token = log_in(strict.client, email, PASSWORD)["access_token"]
    assert strict.client.get("/v1/me", token=token, expect=200).json["id"] == owners["id"]


@pytest.mark.parametrize("is_mailed", [False, True])
def test_verification__never_of_what_a_stranger_chose(strict, world, is_mailed):
    """He registers the address behind the owner's back, within the minute without a mail and after it with one: neither mail confirms
    his password, and the owner's own confirms only the owner's."""
    email = new_address()
    register(strict, email)
    token = token_of(strict.wait_for_mail(email))
    if is_mailed:
        strict.make_older(email)
    register(strict, email, STRANGERS)
    if is_mailed:
        token = token_of(strict.wait_for_mail(email, 2))
    before = world.database.fingerprint()
    assert verify(strict, token, expect=403).code == "wrong_password"
    assert world.database.fingerprint() == before
    for password in (PASSWORD, STRANGERS):
        log_in(strict.client, email, password, expect=401)
    owners = register(strict, email).json
    verify(strict, token)
    log_in(strict.client, email, STRANGERS, expect=401)
    assert strict.client.get("/v1/me", token=log_in(strict.client, email, PASSWORD)["access_token"], expect=200).json["id"] == owners["id"]


def test_verification__a_stranger_who_was_first(strict):
    """Within the minute, so that the mail is the one that he caused."""
    email = new_address()
    register(strict, email, STRANGERS)
    token = token_of(strict.wait_for_mail(email))
    verify(strict, token, expect=403)
    register(strict, email)
    verify(strict, token)
    log_in(strict.client, email, STRANGERS, expect=401)
    log_in(strict.client, email, PASSWORD)


def test_verification__a_reset_proves_the_address_too(strict):
    email = new_address()
    register(strict, email)
    strict.wait_for_mail(email)
    token = strict.reset_token(email, 2)
    reset(strict, token)
    log_in(strict.client, email, NEW)


def test_verification__accounts_of_before_are_not_asked(anyone, strict):
    person = Learner(anyone)
    log_in(strict.client, person.email, PASSWORD)


def test_command(scratch, world):
    """A program that gets the message on its standard input, and one that fails. Neither what it says nor its errors are in the log."""
    path = scratch / "by-command.txt"
    post = Post(scratch, world, "by-command", QUIZD_MAIL=f"command:/usr/bin/tee -a {path} /dev/stderr")
    post.path = path
    person = Learner(post.client)
    token = post.reset_token(person.email)
    reset(post, token)
    assert post.server.stop() == 0
    log = post.server.log_path.read_text()
    assert person.email not in log and token not in log and all(line["event"] for line in post.server.log())
    broken = Post(scratch, world, "by-nothing", QUIZD_MAIL="command:/bin/false")
    person = Learner(broken.client)
    broken.ask("password-reset", person.email)
    wait_until(lambda: broken.server.find("mail.failed"), 30, "the failure in the log")
    broken.client.get("/readyz", expect=200)
    assert broken.server.stop() == 0


class Smtp(threading.Thread):
    """As little of an SMTP server as is needed to get one mail. It offers no STARTTLS."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.envelope, self.words, self.message = [], [], None

    def run(self):
        connection, _ = self.listener.accept()
        with connection, connection.makefile("rwb") as stream:
            connection.settimeout(20)
            self.say(stream, b"220 test")
            while True:
                line = stream.readline()
                if not line:
                    return
                word = line[:4].upper()
                self.words.append(word)
                if word in (b"MAIL", b"RCPT"):
                    self.envelope.append(line.decode().strip())
                if word == b"DATA":
                    self.say(stream, b"354 go on")
                    self.message = b"".join(iter(stream.readline, b".\r\n")).decode()
                self.say(stream, b"221 bye" if word == b"QUIT" else b"250 yes")

    @staticmethod
    def say(stream, line):
        stream.write(line + b"\r\n")
        stream.flush()


def test_smtp(scratch, world):
    smtp = Smtp()
    smtp.start()
    post = Post(scratch, world, "by-smtp", QUIZD_MAIL=f"smtp://127.0.0.1:{smtp.port}")
    person = Learner(post.client)
    post.ask("password-reset", person.email)
    wait_until(lambda: post.server.find("mail.sent"), 30, "the mail")
    assert smtp.envelope[0].startswith("MAIL FROM:<quiz@example.org>")
    assert smtp.envelope[1].startswith(f"RCPT TO:<{person.email}>")
    assert f"To: {person.email}\r\n" in smtp.message and "\n\n" not in smtp.message
    reset(post, token_of(smtp.message.replace("\r\n", "\n")))
    assert post.server.stop() == 0


def test_smtp__not_in_the_clear_to_another_machine(scratch, world):
    """Whoever takes STARTTLS out of what the server offers must not read tokens. 0.0.0.0 leads to this machine, but does not say so."""
    smtp = Smtp()
    smtp.start()
    post = Post(scratch, world, "by-far-smtp", QUIZD_MAIL=f"smtp://0.0.0.0:{smtp.port}")
    post.ask("password-reset", Learner(post.client).email)
    wait_until(lambda: post.server.find("mail.failed"), 30, "the refusal to send")
    assert smtp.words[0] == b"EHLO" and smtp.message is None and smtp.envelope == []
    assert post.server.stop() == 0


def test_queue_that_is_full(scratch, world):
    """A mail server that does not answer holds up the mail, and nothing else."""
    silent = socket.create_server(("127.0.0.1", 0))
    post = Post(scratch, world, "by-nobody", QUIZD_MAIL=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
    person = Learner(post.client)
    post.ask("password-reset", person.email)
    waiting = silent.accept()[0]
    replies = [post.ask("password-reset", "nobody@example.com", expect=(204, 429)) for _ in range(260)]
    assert [reply.status for reply in replies] == [204] * 256 + [429] * 4
    assert int(replies[-1].headers["Retry-After"]) >= 1
    post.client.get("/readyz", expect=200)
    waiting.close()
    silent.close()
    assert post.server.stop() == 0
