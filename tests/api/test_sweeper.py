"""What servers do by themselves: expired attempts, scores that were left unwritten, and the count of exposures."""
import concurrent.futures
import json

import pytest

from support_py import bank as banks
from support_py import contract, program
from support_py import sample as samples
from support_py.client import Client
from support_py.database import Database
from support_py.learner import Learner, answer_all
from support_py.program import Server

COUNT = 120


class Place:
    """A database of its own with an exam, and servers that a test starts."""

    def __init__(self, directory):
        self.directory, self.servers = directory, []
        self.database = Database("sweep")
        program.quizd_ok("migrate", DATABASE_URL=self.database.owner_url)
        folder = samples.write(directory / "bank")
        (folder / "exams").mkdir()
        exam = {"slug": "exam", "title": "An exam", "size": 2, "time_limit_minutes": 10, "pass_scaled": 700,
                "blueprint": [{"section": "alpha", "weight": 50}, {"section": "gamma", "weight": 50}]}
        (folder / "exams/exam.json").write_text(json.dumps(exam))
        program.quizd_ok("import", "bank", folder, DATABASE_URL=self.database.url)
        self.bank = banks.Bank(folder)
        self.server = self.start()
        self.learner = Learner(Client(self.server.port, contract.printed_contract()))
        self.learner.client.get("/v1/banks/sample", expect=200)

    def start(self, **settings):
        key = self.servers[0].key if self.servers else None
        self.servers.append(Server(self.directory, self.database.url, key=key, name=f"sweep{len(self.servers)}", **settings))
        return self.servers[-1]

    def over(self, attempt, seconds_ago):
        self.database.run("UPDATE attempts SET started_at = clock_timestamp() - interval '1 hour', "
                          "deadline_at = clock_timestamp() - %s * interval '1 second' WHERE id = %s", (seconds_ago, attempt["id"]))

    def stop(self, server):
        self.servers.remove(server)
        assert server.stop() == 0

    def exam(self):
        return self.learner.client.post("/v1/attempts", {"bank": "sample", "mode": "exam", "exam": "exam"}, expect=201).json

    def verify(self):
        done = program.quizd("verify", DATABASE_URL=self.database.url)
        assert done.returncode == 0, done.stdout

    def close(self):
        try:
            assert [server.stop() for server in self.servers] == [0] * len(self.servers)
        finally:
            self.database.drop()


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path)
    yield made
    made.close()


def test_many_expired_attempts_and_three_servers(place):
    """Each is submitted once, with its deadline as the time and what was saved as its score."""
    attempts = []
    for number in range(COUNT):
        attempt = place.exam()
        for item in attempt["items"][:number % 3]:
            place.learner.answer(attempt, item["position"], banks.right(place.bank.find(item["question"])))
        attempts.append((attempt["id"], 1000 * (number % 3)))
    place.start()
    place.start()
    place.database.run("UPDATE attempts SET deadline_at = clock_timestamp() - interval '1 minute' - random() * interval '1 hour'")
    program.wait_until(lambda: place.database.rows("SELECT count(*) FROM attempts WHERE state = 'open'") == [(0,)], 60, "the sweepers")
    rows = place.database.rows("SELECT id::text, raw_milli, max_milli, submitted_at = deadline_at, evidence_due_at FROM attempts")
    assert sorted(rows) == sorted((attempt, raw, 2000, True, None) for attempt, raw in attempts)
    assert place.database.rows("SELECT sum(answers)::int, sum(correct)::int FROM section_evidence") == [(2 * COUNT, COUNT)]  # skipped: wrong
    submitted = [sum(line["attempts"] for line in server.log() if line.get("event") == "sweeper.submitted") for server in place.servers]
    assert sum(submitted) == COUNT
    place.verify()


def test_what_another_one_has_locked_stops_no_others(place):
    """The sweeper goes past it, and comes back for it."""
    locked, free = place.exam(), place.exam()
    with place.database.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM attempts WHERE id = %s FOR KEY SHARE", (locked["id"],))  # lets deadlines change, but no sweeper in
        place.over(locked, 120)
        place.over(free, 60)
        program.wait_until(lambda: place.learner.read(free)["state"] == "submitted", 60, "the sweeper, past the lock")
        assert place.learner.read(locked)["state"] == "open"
        cursor.execute("COMMIT")
    program.wait_until(lambda: place.learner.read(locked)["state"] == "submitted", 60, "the sweeper, when the lock is gone")


def test_attempts_that_cannot_be_scored_stop_no_others(place):
    """More than a batch of them, all of them earlier: their rules cannot be read, their questions are gone, or their score
    cannot be stored."""
    broken = [place.exam()["id"] for _ in range(54)]
    good = place.exam()
    for item in good["items"]:
        place.learner.answer(good, item["position"], banks.right(place.bank.find(item["question"])))
    due = place.learner.start("sample", size=100, feedback="deferred")
    answer_all(place.learner, place.bank, due)
    with place.database.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE attempt_papers SET rules = '{' WHERE attempt_id = ANY (%s::uuid[])", (broken[::3],))
        cursor.execute("UPDATE attempt_papers SET question_ids = ARRAY[gen_random_uuid(), gen_random_uuid()] WHERE attempt_id = ANY (%s::uuid[])",
                       (broken[1::3],))
        cursor.execute("ALTER TABLE attempts ADD CONSTRAINT broken CHECK (raw_milli IS NULL OR id <> ALL (%s::uuid[])) NOT VALID", (broken[2::3],))
        cursor.execute("UPDATE attempts SET deadline_at = clock_timestamp() - interval '1 hour' WHERE id = ANY (%s::uuid[])", (broken,))
        cursor.execute("UPDATE attempts SET deadline_at = clock_timestamp() - interval '1 minute' WHERE id = %s", (good["id"],))
        cursor.execute("UPDATE attempts SET state = 'submitted', submitted_at = clock_timestamp(), evidence_due_at = clock_timestamp() "
                       "WHERE id = %s", (due["id"],))
        cursor.execute("COMMIT")
    program.wait_until(lambda: place.database.rows("SELECT raw_milli FROM attempts WHERE id = ANY (%s::uuid[]) ORDER BY 1", ([good["id"], due["id"]],)) ==
                       [(2000,), (9000,)], 60, "the sweeper")
    assert place.database.rows("SELECT count(*) FROM attempts WHERE state = 'open' AND id = ANY (%s::uuid[])", (broken,)) == [(54,)]
    skipped = {line["attempt_id"] for line in place.server.log() if line.get("event") == "sweeper.skipped"}
    assert skipped == set(broken)


def test_a_score_that_was_left_unwritten(place):
    """A server that ends between closing an attempt and scoring it leaves that to the others; until then the result is right too."""
    attempt = place.learner.start("sample", size=100, feedback="deferred")
    answer_all(place.learner, place.bank, attempt)
    place.database.run("UPDATE attempts SET state = 'submitted', submitted_at = clock_timestamp(), "
                       "evidence_due_at = clock_timestamp() + interval '1 hour' WHERE id = %s", (attempt["id"],))
    result = place.learner.result(attempt).json
    assert result["score"]["raw"] == 9
    assert place.learner.answer(attempt, 1, {"choices": []}, expect=(409, 422)).status
    place.database.run("UPDATE attempts SET evidence_due_at = clock_timestamp() WHERE id = %s", (attempt["id"],))
    program.wait_until(lambda: place.database.rows("SELECT raw_milli FROM attempts WHERE id = %s", (attempt["id"],)) == [(9000,)], 60, "the score")
    assert place.learner.result(attempt).json == result
    assert place.learner.submit(attempt).json == result
    place.verify()


def test_whoever_submits_next_writes_the_score(place):
    attempt = place.learner.start("sample", size=100, feedback="deferred")
    answer_all(place.learner, place.bank, attempt)
    place.database.run("UPDATE attempts SET state = 'submitted', submitted_at = clock_timestamp(), "
                       "evidence_due_at = clock_timestamp() + interval '1 hour' WHERE id = %s", (attempt["id"],))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: place.learner.submit(attempt), range(8)))
    assert len({reply.body for reply in replies}) == 1
    assert place.database.rows("SELECT raw_milli, evidence_due_at FROM attempts WHERE id = %s", (attempt["id"],)) == [(9000, None)]
    assert place.database.rows("SELECT sum(answers)::int FROM section_evidence") == [(9,)]
    place.verify()


def test_submit_when_the_time_is_over(place):
    """Nobody sweeps the attempt, because somebody else holds its row: to submit it is refused all the same. Where the sweeper was
    faster, with another one."""
    for _ in range(10):
        attempt = place.exam()
        place.learner.answer(attempt, 1, banks.right(place.bank.find(attempt["items"][0]["question"])))
        with place.database.cursor() as cursor:
            cursor.execute("UPDATE attempts SET deadline_at = clock_timestamp() - interval '11 seconds' WHERE id = %s", (attempt["id"],))
            cursor.execute("BEGIN; SELECT FROM attempts WHERE id = %s FOR UPDATE", (attempt["id"],))
            is_swept = place.learner.read(attempt)["state"] == "submitted"
            reply = place.learner.client.post(f"/v1/attempts/{attempt['id']}/submit")
            cursor.execute("COMMIT")
        if not is_swept:
            break
    assert (reply.status, reply.code) == (409, "attempt_closed")
    program.wait_until(lambda: place.learner.read(attempt)["state"] == "submitted", 60, "the sweeper")
    assert place.learner.submit(attempt).json["score"]["raw"] == 1


def test_exposure_is_counted_and_balanced(place):
    """Papers of the past make their questions wait: after the count the next ones have the others."""
    def slugs():
        return {place.bank.find(item["question"])["slug"] for item in place.exam()["items"]}

    used = slugs()
    place.database.run("UPDATE attempts SET started_at = started_at - interval '1 hour'")
    counted = place.start()  # counts when it begins
    program.wait_until(lambda: place.database.rows("SELECT sum(count)::int FROM question_exposure") == [(2,)], 60, "the count")
    most = {slug for slug, in place.database.rows("SELECT q.slug FROM questions AS q JOIN question_exposure AS e ON e.question_id = q.id")}
    assert most == used
    place.stop(counted)

    def is_known():
        return not any(slugs() & most for _ in range(5))

    program.wait_until(is_known, 60, "papers without what was used most")


@pytest.mark.parametrize("grace_ms,late_s,is_taken", [(60000, 30, True), (60000, 61, False), (0, 1, False)])
def test_another_grace(place, grace_ms, late_s, is_taken):
    """The setting decides for answers, bundles, submit and the sweeper alike."""
    server = place.start(QUIZD_ANSWER_GRACE_MS=str(grace_ms))
    place.stop(place.servers[0])
    learner = place.learner
    learner.client = Client(server.port, contract.printed_contract(), learner.client.token)
    attempt = place.exam()
    first, second = (banks.right(place.bank.find(item["question"])) for item in attempt["items"])
    place.over(attempt, late_s)
    learner.answer(attempt, 1, first, expect=200 if is_taken else 409)
    bundle = {"answers": [{"position": 2, "response": second, "revision": 1}]}
    status = learner.client.post(f"/v1/attempts/{attempt['id']}/answers", bundle, expect=200).json["data"][0]["status"]
    assert status == ("recorded" if is_taken else "attempt_closed")
    if is_taken:
        assert learner.read(attempt)["state"] == "open"  # the sweeper waits as long
        assert learner.submit(attempt).json["score"]["raw"] == 2
    else:
        program.wait_until(lambda: learner.read(attempt)["state"] == "submitted", 60, "the sweeper")
        assert learner.result(attempt).json["score"]["raw"] == 0
    place.verify()


def test_keyed_submits_against_the_sweeper(place):
    """Around the end of the grace, with keys: whatever is told is the one result, and a kept reply stays that."""
    learner = place.learner
    for _ in range(3):
        attempt = place.exam()
        learner.answer(attempt, 1, banks.right(place.bank.find(attempt["items"][0]["question"])))
        path = f"/v1/attempts/{attempt['id']}/submit"
        place.over(attempt, 9.7)

        def submit(number):
            return number % 4, learner.client.request("POST", path, headers={"Idempotency-Key": f"{attempt['id']}-{number % 4}"})

        told = []
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for _ in range(100):
                told += pool.map(submit, range(8))
                if learner.read(attempt)["state"] == "submitted":
                    break
        told += [submit(number) for number in range(4)]
        result = learner.result(attempt)
        assert {(reply.status, reply.code) for _, reply in told if reply.status != 200} <= {
            (409, "attempt_closed"), (409, "idempotency_key_in_flight"), (503, "unavailable")}
        assert {reply.body for _, reply in told if reply.status == 200} == {result.body}
        assert result.json["score"]["raw"] == 1
    place.verify()
