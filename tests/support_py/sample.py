"""A small bank with a question of every type, whose every answer is known here."""
import json
import pathlib

from support_py import bank as banks
from support_py import program

NOTES = """\
# Sample notes

Words before the first section belong to none.

## Alpha

Alpha has a [link](https://example.org/alpha) and two questions of its own.

### Beta

Beta is below alpha.

## Gamma

Gamma has no question of its own.

### Delta

Delta has all the rest.

## Empty

Nothing is asked about this.
"""


def option(name, text, correct):
    return {"id": name, "text": text, "correct": correct, "feedback": f"What is said of {text!r} afterwards."}


def part(name, text):
    return {"id": name, "text": text, "feedback": f"What is said of {text!r} afterwards."}


def question(slug, kind, section, line, **key):
    return {"slug": slug, "type": kind, "stem": f"The stem of {slug}?", **key, "explanation": f"The explanation of {slug}.",
            "section": section, "difficulty": 2, "source": {"line": line}}


def questions():
    return [
        question("single", "single_choice", "alpha", 7,
                 options=[option("a", "red", False), option("b", "green", True), option("c", "blue", False),
                          option("d", "grey", False)]),
        question("multiple", "multiple_choice", "alpha", 7,
                 options=[option("a", "one", True), option("b", "two", True), option("c", "three", True),
                          option("d", "four", False), option("e", "five", False)]),
        question("true-false", "true_false", "alpha/beta", 11,
                 options=[option("true", "True", False), option("false", "False", True)]),
        question("numeric", "numeric", "alpha/beta", 11, number={"value": 0.3, "tolerance": 0.1, "unit": "s"}),
        question("numeric-relative", "numeric", "gamma/delta", 19,
                 number={"value": -2000, "tolerance": 0, "relative_tolerance": 0.01, "unit": "s"}),
        question("short", "short_text", "gamma/delta", 19,
                 accepted=[{"text": "Straße 7"}, {"text": "--out*json"}, {"text": "a\\*b"}]),
        question("short-exact", "short_text", "gamma/delta", 19, accepted=[{"text": "NoEcho"}], case_sensitive=True),
        question("ordering", "ordering", "gamma/delta", 19,
                 items=[part("k", "second"), part("m", "third"), part("z", "first")], order=["z", "k", "m"]),
        question("matching", "matching", "gamma/delta", 19,
                 premises=[part("p1", "one"), part("p2", "two"), part("p3", "three")],
                 choices=[{"id": "x", "text": "I"}, {"id": "y", "text": "II"}, {"id": "z", "text": "III"}, {"id": "w", "text": "IV"}],
                 pairs={"p1": "x", "p2": "y", "p3": "x"}),
    ]


def about(slug):
    domain = {"slug": "all", "title": "All", "weight": 100}
    return {"slug": slug, "title": "A sample", "language": "en", "target": 0.6, "domains": [domain]}


def write(folder, slug="sample", *, notes=NOTES, listed=None, bank=None):
    """Writes the folder of the bank; returns it."""
    folder = pathlib.Path(folder)
    (folder / "questions").mkdir(parents=True, exist_ok=True)
    (folder / "bank.json").write_text(json.dumps(bank or about(slug), indent=2))
    (folder / "notes.md").write_text(notes)
    (folder / "questions/all.json").write_text(json.dumps(questions() if listed is None else listed, indent=2,
    ensure_ascii=False))
    return folder


def bring(world, person, folder):
    """Imports a bank and waits until the server has it as it is now."""
    before = {entry["slug"]: person.client.get(f"/v1/banks/{entry['slug']}").headers["ETag"]
              for entry in person.client.get("/v1/banks").json["data"]}
    bank = banks.Bank(folder)
    program.quizd_ok("import", "bank", folder, DATABASE_URL=world.database.url)

    def is_there():
        reply = person.client.get(f"/v1/banks/{bank.slug}")
        return reply.status == 200 and reply.headers["ETag"] != before.get(bank.slug)

    program.wait_until(is_there, 30, f"bank {bank.slug} as it was imported")
    return bank


def put_off(world, slug):
    """Attempts at exams of a bank that nobody has handed in are not ended by the sweeper in the middle of some other test."""
    world.database.run("UPDATE attempts SET deadline_at = deadline_at + interval '1 day' "
                       "WHERE state = 'open' AND bank_id = (SELECT id FROM banks WHERE slug = %s)", (slug,))


def move_exam(world, clients, bank, exam, closes_at="2020-01-01T00:00:00Z"):
    """Lets an exam of a bank close at another time, and waits until the servers of the clients know."""
    world.database.run("""UPDATE exams AS e SET body = jsonb_set(e.body, '{closes_at}', to_jsonb(%s::text)) FROM banks AS b
                          WHERE b.id = e.bank_id AND b.slug = %s AND e.slug = %s""", (closes_at, bank, exam))
    world.database.run("UPDATE banks SET revision = revision + 1 WHERE slug = %s", (bank,))
    world.database.run("SELECT pg_notify('quizd_banks', %s)", (bank,))

    def is_known():
        lists = [client.get(f"/v1/banks/{bank}/exams", expect=200).json["data"] for client in clients]
        return all(entry["closes_at"][:10] == closes_at[:10] for data in lists for entry in data if entry["slug"] == exam)

    program.wait_until(is_known, 30, f"the end of exam {exam}")
