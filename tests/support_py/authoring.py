"""Writing questions: a bank for it, people with the roles in it, and what they do."""
import pathlib
import tempfile

from support_py import program
from support_py import sample as samples
from support_py.learner import Learner

EDITING = "editing"
ANY = {"If-Match": "*"}
MADE = set()


def editing_bank(admin):
    """The slug of a bank in which questions are written; made when it is needed first."""
    if admin.database.name not in MADE:
        with tempfile.TemporaryDirectory(prefix="quizd-editing-") as directory:
            program.quizd_ok("import", "bank", samples.write(pathlib.Path(directory), EDITING), DATABASE_URL=admin.database.url)
        program.wait_until(lambda: admin.client.get(f"/v1/banks/{EDITING}").status == 200, 30, "the bank for editing")
        MADE.add(admin.database.name)
    return EDITING


def join(database, user_id, bank, role="owner"):
    """Gives somebody a role in a bank, without anybody who may."""
    database.run("INSERT INTO bank_members (user_id, bank_id, role) SELECT %s, id, %s FROM banks WHERE slug = %s "
                 "ON CONFLICT (user_id, bank_id) DO UPDATE SET role = excluded.role", (user_id, role, bank))


def question(slug, **members):
    """A good question as it is sent."""
    return {"slug": slug, "type": "single_choice", "stem": f"Which of these words is on the page of {slug}?",
            "options": [{"id": "a", "text": "Nothing at all", "correct": False, "feedback": "There is."},
                        {"id": "b", "text": "Just one thing", "correct": True, "feedback": "Yes."},
                        {"id": "c", "text": "Everything else", "correct": False, "feedback": "Not all."}],
            "explanation": "It is what the page says.", "section": "alpha", "tags": ["page"], "domain": "all", "difficulty": 2,
            "source": {"line": 7}, **members}


class Staff:
    """An editor, an approver and an owner of the bank, and an instructor who is nobody there."""

    def __init__(self, admin, database):
        self.bank = editing_bank(admin)
        self.anyone = admin.client.as_user(None)
        self.admin, self.database = admin, database
        for name in ("editor", "approver", "owner", "stranger"):
            person = Learner(self.anyone, "instructor", database)
            if name != "stranger":
                admin.client.put(f"/v1/banks/{self.bank}/members/{person.id}", {"role": name}, expect=200)
            setattr(self, name, person)

    def write(self, slug, person=None, **members):
        """A draft."""
        body = {"bank": self.bank, "question": question(slug, **members)}
        return (person or self.editor).client.post("/v1/questions", body, expect=201).json

    def read(self, written):
        return self.editor.client.get(f"/v1/questions/{written['id']}", expect=200).json

    def edit(self, written, person=None, headers=ANY, expect=200, comment=None, **members):
        body = {"question": {**written["question"], **members}, **({"comment": comment} if comment else {})}
        return (person or self.editor).client.put(f"/v1/questions/{written['id']}", body, headers=headers, expect=expect)

    def step(self, written, to, person=None, headers=ANY, expect=200, **members):
        path = f"/v1/questions/{written['id']}/transitions"
        return (person or self.approver).client.post(path, {"to": to, **members}, headers=headers, expect=expect)

    def publish(self, written):
        self.step(written, "in_review")
        return self.step(written, "published").json
