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
    program.wait_until(lambda: learner.read(late)["state"] == "submitted", 60, "the sweeper")
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
        ("DELETE FROM section_evidence AS e USING attempts AS a WHERE a.id = %s AND e.user_id = a.user_id", "section "),
        ("UPDATE section_evidence AS e SET likelihood_9 = likelihood_9 * 1.0001 FROM attempts AS a WHERE a.id = %s AND e.user_id = a.user_id",
         "section "),
        ("UPDATE reviews AS r SET stability = stability * 1.0001 FROM attempts AS a WHERE a.id = %s AND r.user_id = a.user_id", "the memory of"),
        ("UPDATE reviews AS r SET review_count = review_count + 1 FROM attempts AS a WHERE a.id = %s AND r.user_id = a.user_id", "the memory of"),
        ("UPDATE reviews AS r SET is_sure_and_wrong = NOT is_sure_and_wrong FROM attempts AS a WHERE a.id = %s AND r.user_id = a.user_id",
         "the memory of"),
        ("DELETE FROM reviews AS r USING attempts AS a WHERE a.id = %s AND r.user_id = a.user_id", "memories of 0 questions"),
        ("UPDATE study_activity AS s SET correct = correct + 1 FROM attempts AS a WHERE a.id = %s AND s.user_id = a.user_id", "the activity in"),
        ("DELETE FROM study_activity AS s USING attempts AS a WHERE a.id = %s AND s.user_id = a.user_id", "the activity in")]
    tables = ("answers", "attempts", "section_evidence", "reviews", "study_activity")
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


def test_a_memory_that_lacks_an_answer_differs(place):
    """Also where it lacks only one of several; but not where two attempts came at the same moment, of which one leaves none."""
    learner = place.learner
    for days in (3, 2, 0):
        attempt = learner.start("sample", size=100)
        answer_all(learner, place.bank, attempt)
        learner.submit(attempt)
        place.database.run("UPDATE attempts SET settled_at = settled_at - %s * interval '1 day' WHERE id = %s", (days, attempt["id"]))
    assert place.verify().returncode == 0
    place.database.run("UPDATE reviews SET review_count = review_count - 1 WHERE user_id = %s", (learner.id,))
    assert place.verify().stdout.count("the memory of question") == len(attempt["items"])
    place.database.run("UPDATE attempts SET settled_at = %s WHERE user_id = %s", ("2026-01-01", learner.id))
    assert place.verify().returncode == 0


def test_times_of_evidence_that_are_too_early_differ(place):
    attempt = place.learner.start("sample", size=100)
    answer_all(place.learner, place.bank, attempt, banks.wrong)
    for column in ("last_answered_at", "last_wrong_at"):
        place.database.run(f"UPDATE section_evidence SET {column} = {column} - interval '1 second' WHERE user_id = %s", (place.learner.id,))
        assert "was answered later than it says" in place.verify().stdout
        place.database.run(f"UPDATE section_evidence SET {column} = {column} + interval '1 second' WHERE user_id = %s", (place.learner.id,))
    assert place.verify().returncode == 0


def test_what_cannot_be_read_is_told_and_ends_nothing(place):
    """Each of these is reported beside all others; the last one is behind them all."""
    attempts = fill(place)
    place.database.run("ALTER TABLE answers DISABLE TRIGGER ALL; ALTER TABLE section_evidence DISABLE TRIGGER ALL")
    tampers = [
        ("UPDATE attempt_papers SET rules = '{' WHERE attempt_id = %s", "cannot be read"),
        ("UPDATE attempt_papers SET question_ids[1] = gen_random_uuid() WHERE attempt_id = %s", "cannot be read: a question of the paper is gone"),
        ("DELETE FROM attempt_papers WHERE attempt_id = %s", "cannot be read"),
        ("UPDATE answers SET response = '{' WHERE attempt_id = %s AND position = 1", "the response to position 1 cannot be read"),
        ("UPDATE answers SET position = 101 WHERE attempt_id = %s AND position = 2", "position 101 is not on the paper"),
        ("UPDATE attempts SET state = 'submitted', submitted_at = coalesce(submitted_at, started_at), raw_milli = NULL, max_milli = NULL "
         "WHERE id = %s", "is submitted and has no score")]
    for attempt, (statement, _) in zip(attempts, tampers):
        place.database.run(statement, (attempt["id"],))
    nobody = Learner(Client(place.server.port, contract.printed_contract()))
    place.database.run("INSERT INTO section_evidence (user_id, bank_id, section_id, weight, credit, answers, correct, last_answered_at) "
                       "SELECT %s, bank_id, id, 1, 1, 1, 1, clock_timestamp() FROM sections LIMIT 1", (nobody.id,))
    done = place.verify()
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    for attempt, (statement, what) in zip(attempts, tampers):
        assert any(attempt["id"] in line and what in line for line in lines), (statement, done.stdout)
    assert any(nobody.id in line and "has 1 answers, 1 right" in line for line in lines), done.stdout
    assert f"{3 * 14 + 1} attempts, " in lines[-1]


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


def test_an_upgrade_finds_what_was_sure_and_wrong_before(place):
    learner = place.learner = Learner(Client(place.server.port, contract.printed_contract()))
    attempt = place.start_exam("certain")
    for item, choose in zip(attempt["items"], (banks.wrong, banks.wrong, banks.right)):
        body = {"response": choose(place.bank.find(item["question"])), "revision": 1, "certainty": 3}
        learner.client.put(f"/v1/attempts/{attempt['id']}/answers/{item['position']}", body, expect=200)
    learner.submit(attempt)
    place.database.run("UPDATE reviews SET is_sure_and_wrong = false")
    assert place.verify().returncode == 1
    place.database.run((program.TOP / "migrations/0081_sure_and_wrong_before.sql").read_text())
    done = place.verify()
    assert done.returncode == 0, done.stdout
    assert place.database.rows("SELECT count(*) FROM reviews WHERE is_sure_and_wrong") == [(2,)]
