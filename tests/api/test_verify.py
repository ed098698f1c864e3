"""
`quizd verify` replays what is stored, and attempts keep what they began with: questions of that version, in that order, by those
rules, whatever becomes of the bank.
"""
import copy
import json

import pytest

from support_py import bank as banks
from support_py import contract, program
from support_py import sample as samples
from support_py.client import Client
from support_py.database import Database
from support_py.learner import Learner, answer_all
from support_py.program import Server

EXAM = {"slug": "exam", "title": "An exam", "size": 4, "time_limit_minutes": 10, "pass_scaled": 700, "pilot_count": 1,
        "blueprint": [{"section": "alpha", "weight": 50}, {"section": "gamma", "weight": 50}]}


class Place:
    """A database and a server of its own, with the sample bank."""

    def __init__(self, directory):
        self.directory = directory
        self.database = Database("verify")
        program.quizd_ok("migrate", DATABASE_URL=self.database.owner_url)
        self.server = Server(directory, self.database.url, name="verify")
        self.learner = Learner(Client(self.server.port, contract.printed_contract()))
        self.bank = self.bring(samples.questions())

    def bring(self, listed, **exams):
        folder = samples.write(self.directory / "bank", listed=listed)
        (folder / "exams").mkdir(exist_ok=True)
        for slug, rules in {"exam": {}, "certain": {"scoring": {"certainty": True}}, "never": {"feedback": {"when": "never"}},
                            "each": {"feedback": {"when": "after_each"}, "scoring": {"penalty": 0.25}},
                            "closing": {"feedback": {"when": "after_close"}, "closes_at": "2099-01-01T00:00:00Z"}, **exams}.items():
            (folder / f"exams/{slug}.json").write_text(json.dumps({**EXAM, "slug": slug, **rules}))
        return samples.bring(self, self.learner, folder)

    def start_exam(self, slug="exam"):
        return self.learner.client.post("/v1/attempts", {"bank": "sample", "mode": "exam", "exam": slug}, expect=201).json

    def verify(self):
        return program.quizd("verify", DATABASE_URL=self.database.url)

    def close(self):
        try:
            assert self.server.stop() == 0
        finally:
            self.database.drop()


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path)
    yield made
    made.close()


def fill(place):
    """Attempts of every kind, by three learners: open, submitted, deleted, expired, with every kind of answer."""
    attempts = []
    for _ in range(3):
        learner = place.learner = Learner(Client(place.server.port, contract.printed_contract()))
        for choose in (banks.right, banks.partly, banks.wrong):
            for members in ({}, {"feedback": "deferred"}, {"feedback": "deferred", "scoring": {"penalty": 0.5}}):
                attempt = learner.start("sample", size=100, **members)
                answer_all(learner, place.bank, attempt, choose)
                attempts.append(attempt)
        for attempt in attempts[-9::2]:
            learner.submit(attempt)
        for slug in ("exam", "certain", "never", "each", "closing"):
            attempt = place.start_exam(slug)
            certainty = {"certainty": 2} if slug == "certain" else {}
            for item in attempt["items"][:3]:
                body = {"response": banks.right(place.bank.find(item["question"])), "revision": 1, **certainty}
                learner.client.put(f"/v1/attempts/{attempt['id']}/answers/{item['position']}", body, expect=200)
            learner.client.put(f"/v1/attempts/{attempt['id']}/answers/4", {"response": None, "revision": 1, "flagged": True}, expect=200)
            learner.submit(attempt)
            attempts.append(attempt)
        dropped = learner.start("sample", size=100)
        answer_all(learner, place.bank, dropped)
        learner.client.request("DELETE", f"/v1/attempts/{dropped['id']}", expect=204)
    late = place.start_exam()
    learner.answer(late, 1, banks.right(place.bank.find(late["items"][0]["question"])))
    place.database.run("UPDATE attempts SET deadline_at = clock_timestamp() - interval '1 minute' WHERE id = %s", (late["id"],))
    program.wait_until(lambda: learner.read(late)["state"] == "submitted", 20, "the sweeper")
    return attempts


def test_nothing_differs_until_something_does(place):
    attempts = fill(place)
    done = place.verify()
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith(": 0 differences\n")
    assert done.stdout.startswith(f"{3 * 14 + 1} attempts, ")
    tampers = [
        ("UPDATE answers SET credit_milli = 999 - credit_milli WHERE attempt_id = %s AND position = 1 AND credit_milli < 999", "position 1 has credit"),
        ("UPDATE answers SET points_milli = 7 WHERE attempt_id = %s AND position = 2", "position 2 has credit"),
        ("UPDATE attempts SET raw_milli = raw_milli + 1 WHERE id = %s", "the score is"),
        ("UPDATE attempts SET max_milli = 0 WHERE id = %s", "the score is"),
        ("UPDATE section_evidence AS e SET weight = weight * 1.0001 FROM attempts AS a WHERE a.id = %s AND e.user_id = a.user_id",
         "section "),
        ("DELETE FROM section_evidence AS e USING attempts AS a WHERE a.id = %s AND e.user_id = a.user_id", "section ")]
    tables = ("answers", "attempts", "section_evidence")
    for table in tables:
        place.database.run(f"CREATE TABLE kept_{table} AS TABLE {table}")
    victim = attempts[6]["id"]  # submitted, wholly wrong
    for statement, what in tampers:
        place.database.run(statement, (victim,))
        done = place.verify()
        assert done.returncode == 1 and what in done.stdout, (statement, done.stdout)
        assert not done.stdout.endswith(": 0 differences\n")
        for table in tables:
            place.database.run(f"ALTER TABLE {table} DISABLE TRIGGER ALL; DELETE FROM {table}; INSERT INTO {table} TABLE kept_{table}; "
                               f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    assert place.verify().returncode == 0


def other(listed):
    """The same questions with other keys, words and orders."""
    changed = copy.deepcopy(listed)
    for question in changed:
        question["stem"] += " (second edition)"
        question["explanation"] = "Something else."
        question["difficulty"] = 5
        for option in question.get("options", ()):
            option["correct"] = not option["correct"] if question["type"] != "single_choice" else option["id"] == "c"
        question.get("options", []).reverse()
        if "number" in question:
            question["number"] = {"value": 12345, "tolerance": 0}
        if "order" in question:
            question["order"] = question["order"][1:] + question["order"][:1]
            question["items"].reverse()
        if "pairs" in question:
            question["pairs"] = {"p1": "w", "p2": "w", "p3": "w"}
    return changed


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_a_later_edit_changes_nothing(place, feedback):
    """Half of the answers before the edit, half of them after it: all are scored by the first edition."""
    first = place.bank
    attempt = place.learner.start("sample", size=100, feedback=feedback)
    half = len(attempt["items"]) // 2
    for item in attempt["items"][:half]:
        place.learner.answer(attempt, item["position"], banks.right(first.find(item["question"])))
    before = place.learner.read(attempt)
    second = place.bring(other(samples.questions()))
    assert place.learner.read(attempt) == before
    for item in attempt["items"][half:]:
        place.learner.answer(attempt, item["position"], banks.right(first.find(item["question"])))
    result = place.learner.submit(attempt).json
    assert (result["score"]["raw"], result["score"]["max"]) == (9, 9)
    for item in result["items"]:
        assert item["question"] == before["items"][item["position"] - 1]["question"]
        assert item["answer"]["feedback"]["explanation"] == first.find(item["question"])["explanation"]
    fresh = place.learner.start("sample", size=100)
    assert {item["question"]["version"] for item in fresh["items"]} == {2}
    assert all(second.find(item["question"]) for item in fresh["items"])
    assert place.verify().returncode == 0


def test_a_later_edit_of_the_exam_changes_nothing(place):
    attempt = place.start_exam()
    place.bring(samples.questions(), exam={"feedback": {"when": "never"}, "pass_scaled": 1000, "time_limit_minutes": 1,
                                           "scoring": {"certainty": True}})
    again = place.learner.read(attempt)
    assert again == attempt
    for item in attempt["items"]:
        place.learner.answer(attempt, item["position"], banks.right(place.bank.find(item["question"])))
    result = place.learner.submit(attempt).json
    assert result["score"]["passed"] and result["score"]["estimate"]["pass"] == 700
    assert all(item["answer"]["feedback"]["correct"] for item in result["items"])
    later = place.start_exam()
    assert later["rules"]["certainty"] and later["rules"]["pass_scaled"] == 1000
    assert place.verify().returncode == 0
