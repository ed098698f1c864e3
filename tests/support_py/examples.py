"""
One good request for every operation: what the generated tests begin with. Whoever adds a route adds its example here; the
generated tests then try everything that may be wrong with it.
"""
import hashlib
import itertools
import json
import os
import secrets
import time
import uuid

from support_py import authoring, tokens
from support_py import bank as banks
from support_py import sample as samples
from support_py.contract import printed_contract
from support_py.learner import PASSWORD, Learner

NUMBERS = itertools.count(1)


def new_id():
    """A UUIDv7, as the program makes them: lists are in their order."""
    bits = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return str(uuid.UUID(int=bits & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))


def encoded(body):
    """A body as bytes: JSON, but for what is bytes already."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


class Request:
    """`person` is who sends it where that is not the one of the examples."""

    def __init__(self, names=None, query=None, body=None, person=None, headers=None):
        self.names, self.query, self.body, self.person = names or {}, query, body, person
        self.headers = headers or {}


class Examples:
    """Good requests of one person, and of an admin where he may not. What they need (an attempt …) is made when it is needed first."""

    def __init__(self, person, bank, admin):
        self.person, self.bank, self.admin = person, bank, admin
        self.anyone = person.client.as_user(None)
        self.section_id = None
        self.open_attempt = None
        self.closed_attempt = None
        self.other_code = None
        self.question = None
        self.regrade_id = None

    def __getitem__(self, name):
        request = getattr(self, name)()
        roles = printed_contract().by_name[name].roles
        request.person = request.person or (self.person if {self.person.role, "anyone"} & set(roles) else self.admin)
        return request

    def path(self, operation, **other_names):
        return operation.path.format(**{**self[operation.name].names, **other_names})

    def attempt(self):
        if self.open_attempt is None:
            self.open_attempt = self.person.start(self.bank.slug, size=2, seed="examples")
        return self.open_attempt

    def submitted_attempt(self):
        if self.closed_attempt is None:
            self.closed_attempt = self.person.start(self.bank.slug, size=1)
            self.person.submit(self.closed_attempt)
        return self.closed_attempt

    def somebody(self):
        """A new person of the same role."""
        return Learner(self.anyone, self.person.role, self.admin.database)

    # The operations, by operationId.

    def get_livez(self):
        return Request()

    get_readyz = get_openapi = get_me = export_me = list_attempts = list_banks = list_users = list_audit = get_livez

    def delete_me(self):
        return Request(person=self.somebody())

    def update_user(self):
        return Request({"user_id": Learner(self.anyone).id}, body={"role": "instructor", "disabled": False})

    def register(self):
        email = f"example-{os.getpid()}-{next(NUMBERS)}@example.org"
        return Request(body={"email": email, "password": PASSWORD, "display_name": "Example"})

    def create_token(self):
        return Request(body={"grant_type": "password", "email": self.person.email, "password": self.person.password})

    def revoke_token(self):
        return Request(body={"refresh_token": "A" * 43})

    def request_password_reset(self):
        return Request(body={"email": "example@example.org"})

    request_verification = request_password_reset

    def reset_password(self):
        return Request(body={"token": self.mailed("reset"), "new_password": PASSWORD})

    def verify_email(self):
        return Request(body={"token": self.mailed("verify", self.somebody().id), "password": PASSWORD})

    def stored_user(self):
        """The id of an account that is only in the database."""
        user = new_id()
        self.admin.database.run("INSERT INTO users (id, email, email_key, display_name, role, password_hash) "
                                "VALUES (%s, %s, %s, 'x', 'learner', '-')", (user, f"{user}@example.org", f"{user}@example.org"))
        return user

    def mailed(self, purpose, user=None):
        """A token as it would have been sent to a user, or to somebody new."""
        secret = secrets.token_bytes(32)
        if user is None:
            user = self.stored_user()
        self.admin.database.run("INSERT INTO account_tokens (user_id, purpose, hash, expires_at) VALUES (%s, %s, %s, clock_timestamp() + '1 hour')",
                          (user, purpose, hashlib.sha256(secret).digest()))
        return tokens.encode(secret)

    def change_password(self):
        """Of somebody new: it ends every login."""
        return Request(body={"current_password": PASSWORD, "new_password": PASSWORD}, person=self.somebody())

    def update_me(self):
        return Request(body={"display_name": "Example"})

    def list_weak_areas(self):
        return Request(query={"bank": self.bank.slug})

    list_reviews = get_readiness = get_plan = get_progress = list_weak_areas

    def get_bank(self):
        return Request({"bank": self.bank.slug})

    list_sections = list_exams = get_bank

    def list_review_queue(self):
        return Request(self.member_of(self.bank.slug))

    def get_exam_statistics(self):
        slug = self.person.client.get(f"/v1/banks/{self.bank.slug}/exams").json["data"][0]["slug"]
        return Request({**self.member_of(self.bank.slug), "exam": slug})

    def asked(self, index):
        """A question of an attempt, for members of its bank."""
        self.member_of(self.bank.slug)
        return {"question_id": self.attempt()["items"][index]["question"]["id"]}

    def get_question_statistics(self):
        return Request(self.asked(0))

    list_regrades = get_question_statistics

    def regrade_question(self):
        """Of a version that nobody has answered by then: examples do not change what others see."""
        return Request(self.asked(1), body={"policy": "drop_item", "dry_run": True})

    def get_regrade(self):
        question_id = self.asked(1)["question_id"]
        if self.regrade_id is None:
            self.regrade_id = new_id()
            self.admin.database.run("INSERT INTO regrades (id, bank_id, question_id, version, key_version, policy, state, created_by) "
                                    "SELECT %s, bank_id, id, 1, 1, 'drop_item', 'reverted', %s FROM questions WHERE id = %s",
                                    (self.regrade_id, new_id(), question_id))
        return Request({"question_id": question_id, "regrade_id": self.regrade_id})

    revert_regrade = get_regrade

    def get_section(self):
        if self.section_id is None:
            sections = self.person.client.get(f"/v1/banks/{self.bank.slug}/sections").json
            self.section_id = sections["data"][0]["id"]
        return Request({"bank": self.bank.slug, "section_id": self.section_id})

    def find_anchor(self):
        sections = self.person.client.get(f"/v1/banks/{self.bank.slug}/sections").json["data"]
        return Request({"bank": self.bank.slug}, query={"anchor": sections[0]["anchor"]})

    def member_of(self, slug):
        """The name of a bank that the person owns, where only members may."""
        if self.person.role == "instructor":
            authoring.join(self.admin.database, self.person.id, slug)
        return {"bank": slug}

    def list_bank_members(self):
        return Request(self.member_of(self.bank.slug))

    get_coverage = get_notes = list_notes_effects = list_bank_members

    def put_notes(self):
        return Request(self.editing(), query={"dry_run": "true"}, body=samples.NOTES.encode(),
                       headers={"If-Match": "*", "Content-Type": "text/markdown"})

    def put_bank_member(self):
        return Request({**self.member_of(self.bank.slug), "user_id": self.person.id}, body={"role": "owner"})

    def delete_bank_member(self):
        other = self.stored_user()
        authoring.join(self.admin.database, other, self.bank.slug)
        return Request({**self.member_of(self.bank.slug), "user_id": other})

    # Questions in the hands of instructors: all in one bank that nothing else looks at.

    def editing(self):
        """The name of that bank, as `member_of`."""
        authoring.editing_bank(self.admin)
        return self.member_of(authoring.EDITING)

    def draft(self):
        """A new question of an admin's."""
        self.editing()
        body = {"bank": authoring.EDITING, "question": authoring.question(f"example-{os.getpid()}-{next(NUMBERS)}")}
        return self.admin.client.post("/v1/questions", body, expect=201).json

    def authored(self):
        """A question with two versions."""
        if self.question is None:
            self.question = self.draft()
            spec = {**self.question["question"], "stem": "Another stem, is it not?"}
            self.admin.client.put(f"/v1/questions/{self.question['id']}", {"question": spec}, headers={"If-Match": "*"}, expect=200)
        self.editing()
        return {"question_id": self.question["id"]}

    def create_question(self):
        return Request(body={"bank": self.editing()["bank"], "question": authoring.question(f"example-{os.getpid()}-{next(NUMBERS)}")})

    def check_question(self):
        return Request(self.editing(), body={"question": authoring.question(f"example-{os.getpid()}-{next(NUMBERS)}")})

    def list_questions(self):
        return Request(query=self.editing())

    def change_questions(self):
        question = self.authored()["question_id"]
        return Request(self.editing(), body={"operation": "retag", "ids": [question], "add_tags": ["added"]})

    def get_question(self):
        return Request(self.authored())

    list_question_versions = list_question_history = list_question_reports = get_question

    def get_question_version(self):
        return Request({**self.authored(), "version": 1})

    def diff_question(self):
        return Request(self.authored(), query={"from": 1, "to": 2})

    def update_question(self):
        names = self.authored()
        return Request(names, body={"question": self.question["question"], "comment": "why"}, headers={"If-Match": "*"})

    def retire_question(self):
        return Request({"question_id": self.draft()["id"]}, headers={"If-Match": "*"})

    def change_question_state(self):
        return Request({"question_id": self.draft()["id"]}, body={"to": "in_review", "comment": "please"}, headers={"If-Match": "*"})

    def report_question(self):
        self.admin.database.run("DELETE FROM question_reports WHERE user_id IN (%s, %s)", (self.person.id, self.admin.id))
        question = self.attempt()["items"][0]["question"]["id"]
        return Request({"bank": self.bank.slug, "question_id": question}, body={"kind": "typo", "text": "teh"})

    def resolve_question_report(self):
        names, report = self.authored(), new_id()
        self.admin.database.run("INSERT INTO question_reports (user_id, id, bank_id, question_id, version, kind, body) "
                                "SELECT %s, %s, bank_id, id, 1, 'typo', 'teh' FROM questions WHERE id = %s",
                                (self.stored_user(), report, names["question_id"]))
        return Request({**names, "report_id": report}, body={"outcome": "fixed", "comment": "thank you"})

    def start_attempt(self):
        return Request(body={"bank": self.bank.slug, "mode": "practice", "size": 1})

    def get_attempt(self):
        return Request({"attempt_id": self.attempt()["id"]})

    def delete_attempt(self):
        return Request({"attempt_id": self.person.start(self.bank.slug, size=1)["id"]})

    def put_answer(self):
        question = self.bank.find(self.attempt()["items"][0]["question"])
        return Request({"attempt_id": self.attempt()["id"], "position": 1},
                       body={"response": banks.right(question), "revision": 1})

    def put_answers(self):
        one = self.put_answer()
        return Request({"attempt_id": one.names["attempt_id"]}, body={"answers": [{"position": 1, **one.body}]})

    def submit_attempt(self):
        return Request({"attempt_id": self.person.start(self.bank.slug, size=1)["id"]})

    def get_result(self):
        return Request({"attempt_id": self.submitted_attempt()["id"]})

    def create_import(self):
        return Request(self.member_of(self.bank.slug), query={"format": "json", "dry_run": "true"}, body=[])

    def create_export(self):
        """No two in a row are the same."""
        return Request(self.member_of(self.bank.slug), query={"format": ("aiken", "gift", "csv")[next(NUMBERS) % 3]})

    def get_job(self):
        return Request({"job_id": self.finished_job()})

    cancel_job = get_job_result = get_job

    def finished_job(self):
        """An export that is done, of whoever may have one."""
        person = self.person if self.person.role != "learner" else self.admin
        self.member_of(self.bank.slug)
        return finished_export(person.client, self.bank.slug)

    # Teams.

    def made_team(self, name):
        """One of the person's, the same in all examples of his: he may have twenty. Made again when it is ended."""
        teams = self.person.__dict__.setdefault("example_teams", {})
        if name not in teams or self.person.client.get(f"/v1/teams/{teams[name]}").status == 404:
            teams[name] = self.person.client.post("/v1/teams", {"name": name}, expect=201).json["id"]
        return teams[name]

    def team(self):
        return self.made_team("Examples")

    def doomed_team(self):
        return self.made_team("Doomed")

    def invite(self, **members):
        return self.person.client.post(f"/v1/teams/{self.team()}/invites", members, expect=201).json

    def create_team(self):
        return Request(body={"name": "A team", "share_name": True}, person=self.somebody())

    list_teams = get_livez

    def join_team(self):
        """Of somebody else."""
        if self.other_code is None:
            host = Examples(self.somebody(), self.bank, self.admin)
            self.other_code = host.invite(uses=200)["code"]
        return Request(body={"code": self.other_code, "share_name": True})

    def get_team(self):
        return Request({"team_id": self.team()})

    list_team_members = list_team_invites = get_team

    get_team_leaderboard = watch_team_leaderboard = review_team_leaderboard = get_team

    def list_team_weak_areas(self):
        return Request({"team_id": self.team()}, query={"bank": self.bank.slug})

    def get_bank_leaderboard(self):
        return Request({"bank": self.bank.slug})

    join_leaderboard = leave_leaderboard = get_team_comparison = review_leaderboard = get_bank_leaderboard

    def update_team(self):
        return Request({"team_id": self.team()}, body={"name": "Examples", "public": False})

    def delete_team(self):
        return Request({"team_id": self.doomed_team()})

    def update_team_member(self):
        return Request({"team_id": self.team(), "user_id": self.person.id}, body={"role": "owner", "share_name": True})

    def remove_team_member(self):
        member = self.somebody()
        member.client.post("/v1/teams/join", {"code": self.invite()["code"]}, expect=200)
        return Request({"team_id": self.team(), "user_id": member.id})

    def create_team_invite(self):
        return Request({"team_id": self.team()}, body={"uses": 1, "expires_in_hours": 1})

    def revoke_team_invite(self):
        return Request({"team_id": self.team(), "invite_id": self.invite()["id"]})


def finished_export(client, bank, form="gift"):
    job = client.post(f"/v1/banks/{bank}/exports", query={"format": form}, expect=202).json
    deadline = time.monotonic() + 60
    while job["finished_at"] is None:
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
        job = client.get(f"/v1/jobs/{job['id']}", expect=200).json
    assert job["status"] == "succeeded", job
    return job["id"]
