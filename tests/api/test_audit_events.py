"""
Everything that is to be audited is: the events that are asked for are in the program, and each event of the program is written when
what it tells of is done. On a database of its own, from an empty audit.
"""
import re
import signal
import time

import pytest

from support_py import authoring, program, sample, seeds, tokens
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.database import Database
from support_py.learner import PASSWORD
from support_py.program import TOP, Server, quizd_ok, wait_until

# What must be written down, and as which events.
WANTED = {
    "log in good, bad, locked": {"login.succeeded", "login.refused", "login.locked"}, "log out": {"login.ended"},
    "token reuse": {"token.reused"}, "password": {"password.changed", "password.reset", "user.password_reset"},
    "role": {"user.role_changed"}, "account": {"account.registered", "account.refused", "user.created", "user.disabled", "user.enabled"},
    "question key": {"question.key_changed"}, "export": {"user.exported"}, "erasure": {"user.erased"},
    "mail": {"mail.requested", "email.verified"}, "signing key": {"key.changed"}, "extra time": {"user.extra_time_changed"},
    "teams": {"team.created", "team.changed", "team.deleted", "team.joined", "team.left", "team.removed", "team.role_changed",
              "team.sharing_changed", "team.invited", "team.invite_revoked"},
    "questions": {"question.created", "question.moved"}, "bank": {"bank.imported"},
}
# Those that are seen where what they tell of is tested.
ELSEWHERE = {
    "test_regrades.py": {"question.regraded", "question.regrade_reverted", "attempt.regraded", "attempt.regrade_reverted"},
    "test_bank_members.py": {"bank.member_changed"}, "test_bank_notes.py": {"bank.notes_changed"},
    "test_questions.py": {"question.edited", "question.edit_taken_back", "question.state_changed"},
    "test_question_bulk.py": {"question.retagged"}, "test_question_reports.py": {"question.report_resolved"},
}
ALL = {event for path in (TOP / "server/store").glob("*.sql") for event in re.findall(r"'([a-z]+\.[a-z_]+)'", path.read_text())}
EVENTS = ALL - set().union(*ELSEWHERE.values())


@pytest.fixture(scope="module")
def audited():
    made = Database("audited")
    quizd_ok("migrate", DATABASE_URL=made.owner_url)
    yield made
    made.drop()


@pytest.fixture(scope="module")
def clerk(scratch, audited):
    mail = scratch / "audited-mail.txt"
    server = Server(scratch, audited.url, name="audited", QUIZD_MAIL=f"file:{mail}", QUIZD_VERIFY_EMAIL="true")
    yield Clerk(server, audited, mail)
    assert server.stop() == 0


class Clerk:
    """Does what is to be audited."""

    def __init__(self, server, database, mail):
        self.server, self.database, self.mail = server, database, mail
        self.client = Client(server.port, printed_contract())

    def user(self, *arguments, password="", expect=0):
        done = program.quizd("user", *arguments, stdin=f"{password}\n", DATABASE_URL=self.database.url)
        assert done.returncode == expect, done.stderr
        return done

    def log_in(self, email, password=PASSWORD, expect=200):
        body = {"grant_type": "password", "email": email, "password": password}
        return self.client.post("/v1/auth/token", body, expect=expect).json

    def refresh(self, token, expect=200):
        return self.client.post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": token}, expect=expect).json

    def mailed(self, count):
        def found():
            text = self.mail.read_text() if self.mail.exists() else ""
            return re.findall(r"(?m)^[A-Za-z0-9_-]{43}$", text)[count - 1:]
        token = wait_until(found, 30, f"mail {count}")[0]
        seeds.token(token)
        return token

    def events(self):
        """The events, the oldest first, as (event, actor, subject, detail)."""
        return self.database.rows("SELECT event, actor_id::text, subject_id::text, detail FROM audit_events ORDER BY at, id")

    def last(self, event):
        return [(actor, subject, detail) for name, actor, subject, detail in self.events() if name == event][-1]

    def id_of(self, email):
        return self.database.rows("SELECT id::text FROM users WHERE email_key = %s", (email,))[0][0]


def test_audit_events__are_all_there():
    wanted = set().union(*WANTED.values())
    assert wanted <= EVENTS, "asked for, and in no statement"
    assert EVENTS <= wanted, "a new event: say above what it is for, and do it below"
    for name, events in ELSEWHERE.items():
        text = (TOP / "tests/api" / name).read_text()
        assert events <= ALL and all(f'"{event}"' in text for event in events), f"{name} does not look for these"


def test_audit_events__of_the_command_line(clerk):
    clerk.user("create", "--email", "boss@example.org", "--role", "admin", password=PASSWORD)
    boss = clerk.id_of("boss@example.org")
    assert clerk.last("user.created") == (None, boss, {"role": "admin"})
    before = len(clerk.events())
    clerk.user("create", "--email", "Boss@example.org", "--role", "learner", password=PASSWORD, expect=1)
    clerk.user("extra-time", "--email", "boss@example.org", "--percent", "0")  # as it was
    assert len(clerk.events()) == before
    clerk.user("extra-time", "--email", "boss@example.org", "--percent", "25")
    assert clerk.last("user.extra_time_changed") == (None, boss, {"from": 0, "to": 25})
    clerk.user("extra-time", "--email", "BOSS@example.org", "--percent", "50")
    assert clerk.last("user.extra_time_changed") == (None, boss, {"from": 25, "to": 50})
    for verb in ("disable", "enable"):
        clerk.user("create", "--email", f"{verb}@example.org", "--role", "learner", password=PASSWORD)
        clerk.user("disable", "--email", f"{verb}@example.org")
        if verb == "enable":
            clerk.user("enable", "--email", "enable@example.org")
        assert clerk.last(f"user.{verb}d") == (None, clerk.id_of(f"{verb}@example.org"), {})
    clerk.user("reset-password", "--email", "enable@example.org", password="quite another phrase")
    assert clerk.last("user.password_reset") == (None, clerk.id_of("enable@example.org"), {})


def versions_of(clerk, slug):
    return clerk.database.rows("SELECT current_version FROM questions WHERE slug = %s", (slug,))[0][0]


def test_audit_events__of_question_keys(clerk, tmp_path):
    """What decides the credit is the key; words, section and difficulty are not."""
    folder = sample.write(tmp_path / "bank")

    def run(change, *arguments):
        listed = sample.questions()
        change({question["slug"]: question for question in listed})
        sample.write(folder, listed=listed)
        before = len(clerk.events())
        quizd_ok("import", "bank", folder, *arguments, DATABASE_URL=clerk.database.url)
        return [(event, actor, subject, detail["slug"], detail["from_version"], detail["to_version"], detail["question_id"])
                for event, actor, subject, detail in clerk.events()[before:] if event != "bank.imported"]

    def expected(*slugs):
        ids = dict(clerk.database.rows("SELECT slug, id::text FROM questions"))
        return [("question.key_changed", None, None, slug, versions_of(clerk, slug) - 1, versions_of(clerk, slug), ids[slug]) for slug in slugs]

    def words(questions):
        for question in questions.values():
            question["stem"] += " And?"
            question["explanation"] += " So it is."
        questions["single"]["options"][0].update(text="crimson", feedback="Another word.")
        questions["single"]["options"].reverse()
        questions["short"]["difficulty"] = 5
        questions["numeric"]["number"]["unit"] = "min"
        questions["ordering"].update(section="alpha", source={"line": 7})

    def right_option(questions):
        words(questions)
        questions["single"]["options"][3]["correct"], questions["single"]["options"][2]["correct"] = True, False

    def every_kind(questions):
        right_option(questions)
        questions["multiple"]["options"][4]["correct"] = True
        questions["true-false"]["options"][0]["correct"], questions["true-false"]["options"][1]["correct"] = True, False
        questions["numeric"]["number"]["tolerance"] = 0.2
        questions["short"]["accepted"].append({"text": "Gasse 7"})
        questions["short-exact"]["case_sensitive"] = False
        questions["ordering"]["order"] = ["k", "z", "m"]
        questions["matching"]["pairs"]["p1"] = "w"
        questions["numeric-relative"]["scoring"] = {"rule": "all_or_nothing", "penalty": 0.5}

    assert run(lambda _: None) == []
    assert run(words) == []
    assert versions_of(clerk, "single") == 2
    assert run(right_option, "--dry-run") == []
    assert run(right_option) == expected("single")
    assert run(right_option) == []
    assert sorted(run(every_kind)) == sorted(expected("multiple", "true-false", "numeric", "short", "short-exact", "ordering", "matching",
                                                      "numeric-relative"))


def test_audit_events__a_key_is_not_changed_without(clerk, tmp_path):
    """In one transaction: where the audit cannot be written, nothing is imported."""
    folder = sample.write(tmp_path / "bank", "unaudited")
    quizd_ok("import", "bank", folder, DATABASE_URL=clerk.database.url)
    listed = sample.questions()
    listed[0]["options"][0]["correct"], listed[0]["options"][1]["correct"] = True, False
    sample.write(folder, "unaudited", listed=listed)
    clerk.database.run("ALTER TABLE audit_events ADD CONSTRAINT full_up CHECK (event <> 'question.key_changed') NOT VALID")
    before = clerk.database.fingerprint()
    try:
        assert program.quizd("import", "bank", folder, DATABASE_URL=clerk.database.url).returncode != 0
        assert clerk.database.fingerprint() == before
    finally:
        clerk.database.run("ALTER TABLE audit_events DROP CONSTRAINT full_up")


def live_a_team(client, owner, member, member_id):
    """Everything that can happen to one."""
    path = f"/v1/teams/{client.post('/v1/teams', {'name': 'Team'}, token=owner, expect=201).json['id']}"

    def invite():
        return client.post(f"{path}/invites", {}, token=owner, expect=201).json

    client.post("/v1/teams/join", {"code": invite()["code"]}, token=member, expect=200)
    client.patch(f"{path}/members/{member_id}", {"share_results": True}, token=member, expect=200)
    client.patch(f"{path}/members/{member_id}", {"role": "manager"}, token=owner, expect=200)
    client.request("DELETE", f"{path}/members/{member_id}", token=member, expect=204)
    client.post("/v1/teams/join", {"code": invite()["code"]}, token=member, expect=200)
    client.request("DELETE", f"{path}/members/{member_id}", token=owner, expect=204)
    client.request("DELETE", f"{path}/invites/{invite()['id']}", token=owner, expect=204)
    client.patch(path, {"name": "Another name"}, token=owner, expect=200)
    client.request("DELETE", path, token=owner, expect=204)


def test_audit_events__each_is_seen(clerk):
    """The rest of them; the tests above have done what they tell of."""
    email = "ada@example.org"
    clerk.client.post("/v1/auth/register", {"email": email, "password": PASSWORD, "display_name": "Ada"}, expect=201)
    clerk.client.post("/v1/auth/verification/confirm", {"token": clerk.mailed(1), "password": PASSWORD}, expect=204)
    clerk.client.post("/v1/auth/register", {"email": "boss@example.org", "password": PASSWORD, "display_name": "No"}, expect=201)  # tells nothing
    clerk.log_in(email, "not this one", expect=401)
    first = clerk.log_in(email)
    second = clerk.refresh(first["refresh_token"])
    clerk.refresh(clerk.refresh(second["refresh_token"])["refresh_token"])
    clerk.refresh(first["refresh_token"], expect=401)
    ended = clerk.log_in(email)
    clerk.client.post("/v1/auth/revoke", {"refresh_token": ended["refresh_token"]}, expect=204)
    token = clerk.log_in(email)["access_token"]
    changed = {"current_password": PASSWORD, "new_password": "quite another phrase"}
    token = clerk.client.post("/v1/me/password", changed, token=token, expect=200).json["access_token"]
    boss = clerk.log_in("boss@example.org")["access_token"]
    clerk.client.patch(f"/v1/users/{clerk.id_of(email)}", {"role": "instructor"}, token=boss, expect=200)
    clerk.client.post("/v1/auth/password-reset", {"email": email}, expect=204)
    clerk.client.post("/v1/auth/password-reset/confirm", {"token": clerk.mailed(2), "new_password": PASSWORD}, expect=204)
    token = clerk.log_in(email)["access_token"]
    live_a_team(clerk.client, boss, token, clerk.id_of(email))
    body = {"bank": "sample", "question": authoring.question("audited")}
    question = clerk.client.post("/v1/questions", body, token=boss, expect=201).json
    move = {"operation": "move", "ids": [question["id"]], "section": "gamma"}
    clerk.client.post("/v1/banks/sample/questions/bulk", move, token=boss, expect=207)
    clerk.client.get("/v1/me/export", token=token, expect=200)
    clerk.client.request("DELETE", "/v1/me", token=token, expect=204)
    for _ in range(11):
        clerk.log_in("enable@example.org", "not this one", expect=401)
    clerk.server.key.path.write_text(tokens.hashlib.sha256(str(time.time()).encode()).hexdigest() + "\n")
    clerk.server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: EVENTS <= {event for event, *_ in clerk.events()}, 30,
               f"these events: {EVENTS - {event for event, *_ in clerk.events()}}")
    assert {event for event, *_ in clerk.events()} == EVENTS
