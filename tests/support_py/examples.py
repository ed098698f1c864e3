"""
One good request for every operation: what the generated tests begin with. Whoever adds a route adds its example here; the
generated tests then try everything that may be wrong with it.
"""
import itertools
import os

from support_py import bank as banks
from support_py.learner import PASSWORD

NUMBERS = itertools.count(1)


class Request:
    def __init__(self, names=None, query=None, body=None):
        self.names, self.query, self.body = names or {}, query, body


class Examples:
    """Good requests of one person. What they need (an attempt …) is made when it is needed first."""

    def __init__(self, person, bank):
        self.person, self.bank = person, bank
        self.section_id = None
        self.open_attempt = None
        self.closed_attempt = None

    def __getitem__(self, name):
        return getattr(self, name)()

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

    # The operations, by operationId.

    def get_livez(self):
        return Request()

    get_readyz = get_openapi = get_me = list_attempts = list_banks = get_livez

    def register(self):
        email = f"example-{os.getpid()}-{next(NUMBERS)}@example.org"
        return Request(body={"email": email, "password": PASSWORD, "display_name": "Example"})

    def create_token(self):
        return Request(body={"grant_type": "password", "email": self.person.email, "password": self.person.password})

    def revoke_token(self):
        return Request(body={"refresh_token": "A" * 43})

    def update_me(self):
        return Request(body={"display_name": "Example"})

    def list_weak_areas(self):
        return Request(query={"bank": self.bank.slug})

    list_reviews = get_readiness = get_plan = get_progress = list_weak_areas

    def get_bank(self):
        return Request({"bank": self.bank.slug})

    list_sections = get_bank

    def get_section(self):
        if self.section_id is None:
            sections = self.person.client.get(f"/v1/banks/{self.bank.slug}/sections").json
            self.section_id = sections["data"][0]["id"]
        return Request({"bank": self.bank.slug, "section_id": self.section_id})

    def start_attempt(self):
        return Request(body={"bank": self.bank.slug, "mode": "practice", "size": 1})

    def get_attempt(self):
        return Request({"attempt_id": self.attempt()["id"]})

    def put_answer(self):
        question = self.bank.find(self.attempt()["items"][0]["question"])
        return Request({"attempt_id": self.attempt()["id"], "position": 1},
                       body={"response": banks.right(question), "revision": 1})

    def submit_attempt(self):
        return Request({"attempt_id": self.person.start(self.bank.slug, size=1)["id"]})

    def get_result(self):
        return Request({"attempt_id": self.submitted_attempt()["id"]})
