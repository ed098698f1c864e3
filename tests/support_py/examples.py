"""
One good request for every operation: what the generated tests begin with. Whoever adds a route adds its example here; the
generated tests then try everything that may be wrong with it.
"""
import hashlib
import itertools
import os
import secrets
import time
import uuid

from support_py import bank as banks
from support_py import tokens
from support_py.contract import printed_contract
from support_py.learner import PASSWORD, Learner

NUMBERS = itertools.count(1)


def new_id():
    """A UUIDv7, as the program makes them: lists are in their order."""
    bits = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return str(uuid.UUID(int=bits & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))


class Request:
    """`person` is who sends it where that is not the one of the examples."""

    def __init__(self, names=None, query=None, body=None, person=None):
        self.names, self.query, self.body, self.person = names or {}, query, body, person


class Examples:
    """Good requests of one person, and of an admin where he may not. What they need (an attempt …) is made when it is needed first."""

    def __init__(self, person, bank, admin):
        self.person, self.bank, self.admin = person, bank, admin
        self.anyone = person.client.as_user(None)
        self.section_id = None
        self.open_attempt = None
        self.closed_attempt = None

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

    def mailed(self, purpose, user=None):
        """A token as it would have been sent to a user, or to somebody new."""
        secret = secrets.token_bytes(32)
        if user is None:
            user = new_id()
            self.admin.database.run("INSERT INTO users (id, email, email_key, display_name, role, password_hash) "
                                    "VALUES (%s, %s, %s, 'x', 'learner', '-')", (user, f"{user}@example.org", f"{user}@example.org"))
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

    def get_section(self):
        if self.section_id is None:
            sections = self.person.client.get(f"/v1/banks/{self.bank.slug}/sections").json
            self.section_id = sections["data"][0]["id"]
        return Request({"bank": self.bank.slug, "section_id": self.section_id})

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
        return Request({"bank": self.bank.slug}, query={"format": "json", "dry_run": "true"}, body=[])

    def create_export(self):
        """No two in a row are the same."""
        return Request({"bank": self.bank.slug}, query={"format": ("aiken", "gift", "csv")[next(NUMBERS) % 3]})

    def get_job(self):
        return Request({"job_id": self.finished_job()})

    cancel_job = get_job_result = get_job

    def finished_job(self):
        """An export that is done, of whoever may have one."""
        person = self.person if self.person.role != "learner" else self.admin
        return finished_export(person.client, self.bank.slug)


def finished_export(client, bank, form="gift"):
    job = client.post(f"/v1/banks/{bank}/exports", query={"format": form}, expect=202).json
    deadline = time.monotonic() + 60
    while job["finished_at"] is None:
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
        job = client.get(f"/v1/jobs/{job['id']}", expect=200).json
    assert job["status"] == "succeeded", job
    return job["id"]
