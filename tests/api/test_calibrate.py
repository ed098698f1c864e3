"""
`quizd calibrate`: finds the difficulties that simulated learners answered by, says the same twice, and reaches the estimates of those
whose attempts start from then on, without a word of what others had stored before becoming wrong.
"""
import json
import math
import os
import pty
import random
import subprocess

import pytest
from psycopg2.extras import execute_values

from support_py import bank as banks
from support_py import contract, program
from support_py import sample as samples
from support_py.client import Client
from support_py.database import Database
from support_py.examples import new_id
from support_py.learner import Learner
from support_py.program import Server

LEARNERS = 400


class Place:
    def __init__(self, directory):
        self.database = Database("calibrate")
        program.quizd_ok("migrate", DATABASE_URL=self.database.owner_url)
        self.server = Server(directory, self.database.url, name="calibrate")
        self.learner = Learner(Client(self.server.port, contract.printed_contract()))
        self.bank = samples.bring(self, self.learner, samples.write(directory / "bank"))
        self.questions = {row[0]: row[1] for row in self.database.rows("SELECT slug, id FROM questions ORDER BY slug")}
        self.truth = {}

    def calibrate(self, *options):
        return program.quizd("calibrate", "--bank", "sample", *options, DATABASE_URL=self.database.url)

    def verify(self):
        return program.quizd("verify", DATABASE_URL=self.database.url)

    def rows(self):
        return self.database.rows("SELECT question_id, version, in_force_at, difficulty, variance, fit_discrimination, fit_difficulty, "
                                  "discrimination_error, difficulty_error, answers FROM item_calibrations ORDER BY 1, 2, 3")

    def simulate(self):
        """Submitted practice of many who are never told the outcome, so that it is evidence for nothing."""
        dice = random.Random(9)
        known = {question["slug"]: question for question in self.bank.questions}
        # Normal quantiles, shuffled: the mean is 0, and who drew luckily does not shift all of them.
        self.truth = {slug: (math.exp(0.25 * dice.gauss(0, 1)), (place - 4) / 2) for place, slug in enumerate(sorted(self.questions))}
        people, attempts, papers, answers = [], [], [], []
        for _ in range(LEARNERS):
            person, attempt, ability = new_id(), new_id(), dice.gauss(0, 1)
            people.append((person, f"{person}@example.org"))
            attempts.append((person, attempt))
            papers.append((person, attempt, list(self.questions.values()), [1] * len(self.questions)))
            for position, (slug, question_id) in enumerate(self.questions.items(), 1):
                a, b = self.truth[slug]
                is_right = dice.random() < 1 / (1 + math.exp(-a * (ability - b)))
                response = (banks.right if is_right else banks.wrong)(known[slug])
                answers.append((person, attempt, position, question_id, json.dumps(response), 1000 * is_right))
        with self.database.cursor() as cursor:
            cursor.executemany("INSERT INTO users (id, email, email_key, display_name, role, password_hash) "
                               "VALUES (%s, %s, lower(%s), 'x', 'learner', '-')", [(one, mail, mail) for one, mail in people])
            cursor.executemany("INSERT INTO attempts (user_id, id, bank_id, state, submitted_at, max_milli, evidence_due_at) "
                               "SELECT %s, %s, id, 'submitted', clock_timestamp(), 9000, '9999-12-31' FROM banks", attempts)
            cursor.executemany("INSERT INTO attempt_papers (user_id, attempt_id, mode, feedback, seed, question_ids, versions) "
                               "VALUES (%s, %s, 'practice', 'deferred', 'x', %s::uuid[], %s)", papers)
            execute_values(cursor, "INSERT INTO answers (user_id, attempt_id, position, revision, question_id, response, credit_milli, "
                           "points_milli, is_final, recorded_at) VALUES %s", [(*answer, answer[-1]) for answer in answers],
                           template="(%s, %s, %s, 1, %s, %s, %s, %s, false, clock_timestamp())", page_size=1000)
            cursor.execute("UPDATE attempts AS a SET raw_milli = (SELECT sum(points_milli) FROM answers AS w "
                           "WHERE w.user_id = a.user_id AND w.attempt_id = a.id)")
            cursor.execute("INSERT INTO study_activity SELECT user_id, bank_id, date_bin('15 minutes', submitted_at, 'epoch'), 0, 0, 0, 1 "
                           "FROM attempts")
        program.wait_until(lambda: self.database.rows("SELECT count(*) FROM attempts WHERE counted_at IS NULL")[0][0] == 0, 60,
                           "every attempt to be counted")

    def bring_into_force(self):
        """The newest calibration is in force from now on, and the server knows."""
        tag = self.learner.client.get("/v1/banks/sample").headers["ETag"]
        self.database.run("UPDATE item_calibrations SET in_force_at = clock_timestamp()")
        self.database.run("UPDATE banks SET revision = revision + 1")
        self.database.run("SELECT pg_notify('quizd_banks', 'sample')")
        program.wait_until(lambda: self.learner.client.get("/v1/banks/sample").headers["ETag"] != tag, 30, "the new snapshot")

    def close(self):
        try:
            assert self.server.stop() == 0
        finally:
            self.database.drop()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Place(tmp_path_factory.mktemp("calibrate"))
    yield made
    made.close()


def test_without_answers(place):
    done = place.calibrate()
    assert done.returncode == 0 and done.stdout.startswith("sample: 0 questions from 0 answers of 0 learners"), done
    assert place.rows() == []
    done = program.quizd("calibrate", "--bank", "nothing", DATABASE_URL=place.database.url)
    assert (done.returncode, done.stderr) == (1, "quizd: there is no bank nothing\n")
    assert program.quizd("calibrate", DATABASE_URL=place.database.url).returncode == 2


def test_simulated_learners(place):
    place.simulate()
    assert place.calibrate("--dry-run").stdout.count("9 changed (dry run: nothing was changed)") == 1
    assert place.rows() == []
    done = place.calibrate()
    assert done.returncode == 0 and f"9 questions from {9 * LEARNERS} answers of {LEARNERS} learners" in done.stdout, done
    assert "in force for attempts that start from 20" in done.stdout
    squares = 0
    found = {row[0]: row for row in place.rows()}
    for slug, question_id in place.questions.items():
        _, version, _, difficulty, variance, a, b, a_error, b_error, answers = found[question_id]
        assert (version, answers) == (1, LEARNERS) and variance > 0 and abs(difficulty) <= 4
        squares += ((a - place.truth[slug][0]) / a_error) ** 2 + ((b - place.truth[slug][1]) / b_error) ** 2
    assert squares / 18 < 2  # 1 is expected
    assert len({row[2] for row in found.values()}) == 1  # one time for all


def test_the_same_again_changes_nothing(place):
    before = place.rows()
    done = place.calibrate()
    assert done.returncode == 0 and "; 0 changed" in done.stdout
    assert place.rows() == before
    place.database.run("DELETE FROM item_calibrations")
    assert "; 9 changed" in place.calibrate().stdout
    assert [row[3:] for row in place.rows()] == [row[3:] for row in before]  # to the last bit


def test_memory_has_a_limit(place):
    done = place.calibrate("--dry-run", "--answers-max", 900)
    assert "from 900 answers of 100 learners" in done.stdout and f"\n{LEARNERS - 100} learners were left out" in done.stdout
    assert [place.calibrate("--answers-max", wrong).returncode for wrong in ("0", "-1", "x", "9x")] == [2] * 4


def test_attempts_keep_what_they_began_with(place):
    """An attempt from before, answered after; one from after: weak areas differ, and what is stored is what is replayed."""
    old = place.learner.start("sample", size=9, seed="x")
    place.learner.answer(old, 1, banks.right(place.bank.find(old["items"][0]["question"])))
    place.bring_into_force()
    for item in old["items"][1:]:
        place.learner.answer(old, item["position"], banks.right(place.bank.find(item["question"])))
    place.learner.submit(old)
    assert place.verify().returncode == 0, place.verify().stdout
    other = Learner(place.learner.client.as_user(None))
    new = other.start("sample", size=9, seed="x")
    for item in new["items"]:
        other.answer(new, item["position"], banks.right(place.bank.find(item["question"])))
    assert place.verify().returncode == 0, place.verify().stdout
    other.submit(new)
    assert place.verify().returncode == 0, place.verify().stdout
    evidence = "SELECT section_id, likelihood_5 / weight FROM section_evidence WHERE user_id = %s ORDER BY 1"
    before, after = ([ratio for _, ratio in place.database.rows(evidence, (who.id,))] for who in (place.learner, other))
    assert len(before) == len(after) > 0 and all(abs(one / two - 1) > 1e-4 for one, two in zip(before, after))
    means = [{area["section"]["path"]: area["estimate"]["mean"] for area in who.weak_areas("sample")["data"]} for who in (place.learner, other)]
    assert means[0].keys() == means[1].keys() and means[0] != means[1]


def test_versions_that_have_passed_keep_theirs(place):
    """A question that is edited under an attempt: its old version has still the difficulty that was in force."""
    attempt = place.learner.start("sample", size=9)
    tag = place.learner.client.get("/v1/banks/sample").headers["ETag"]
    place.database.run("UPDATE questions SET state = 'retired' WHERE slug = 'single'")
    place.database.run("UPDATE banks SET revision = revision + 1")
    place.database.run("SELECT pg_notify('quizd_banks', 'sample')")
    program.wait_until(lambda: place.learner.client.get("/v1/banks/sample").headers["ETag"] != tag, 30, "the new snapshot")
    for item in attempt["items"]:
        place.learner.answer(attempt, item["position"], banks.wrong(place.bank.find(item["question"])))
    place.learner.submit(attempt)
    assert place.verify().returncode == 0, place.verify().stdout


def test_progress_on_a_terminal_only(place):
    master, slave = pty.openpty()
    run = subprocess.run([program.BINARY, "calibrate", "--bank", "sample", "--dry-run"], stdout=subprocess.PIPE, stderr=slave, check=True,
                         env=program.environment(DATABASE_URL=place.database.url), timeout=program.COMMAND_LIMIT_S)
    os.close(slave)
    shown = os.read(master, 1 << 16).decode()
    os.close(master)
    assert "\rreading: " in shown or "\rfitting: [" in shown
    assert b"\r" not in run.stdout and place.calibrate("--dry-run").stderr == ""
