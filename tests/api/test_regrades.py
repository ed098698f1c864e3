"""
Regrades: what a decision would do, what it does, that it is done once, that it can be taken back, and that `quizd verify` finds every
score, sum of evidence, memory and tally as they must be, at every step and while learners go on.
"""
import copy
import json
import threading

import pytest

from support_py import authoring, contract, program
from support_py import bank as banks
from support_py import sample as samples
from support_py.client import Client
from support_py.database import Database
from support_py.learner import Learner
from support_py.program import Server
from test_statistics import DIFFERENCE

# Half of the paper is of `alpha`, so that `single` is often on it.
EXAM = {"slug": "exam", "title": "An exam", "size": 4, "time_limit_minutes": 10, "pass_scaled": 700,
        "blueprint": [{"section": "alpha", "weight": 50}, {"section": "gamma", "weight": 50}]}
EXAMS = {"exam": {}, "certain": {"scoring": {"certainty": True}}, "penal": {"scoring": {"penalty": 0.5}},
         "closing": {"feedback": {"when": "after_close"}, "closes_at": "2099-01-01T00:00:00Z"},
         "each": {"feedback": {"when": "after_each"}}}


def keyed(right):
    """The sample's questions with another key of `single`."""
    listed = copy.deepcopy(samples.questions())
    for option in listed[0]["options"]:
        option["correct"] = option["id"] == right
    return listed


class Place:
    """A database with two servers; the key of `single` was a and became b."""

    def __init__(self, directory):
        self.directory = directory
        self.database = Database("regrades")
        program.quizd_ok("migrate", DATABASE_URL=self.database.owner_url)
        self.servers = [Server(directory, self.database.url, name=name) for name in ("one", "two")]
        self.anyone = Client(self.servers[0].port, contract.printed_contract())
        self.learners = [Learner(self.anyone) for _ in range(3)]
        self.instructor = Learner(self.anyone, "instructor", self.database)
        self.bank = self.bring("a")
        authoring.join(self.database, self.instructor.id, "sample", "approver")
        (self.question_id,), = self.database.rows("SELECT id FROM questions WHERE slug = 'single'")
        self.single = self.bank.by_stem["alpha", "The stem of single?"]

    def bring(self, right):
        folder = samples.write(self.directory / "bank", listed=keyed(right))
        (folder / "exams").mkdir(exist_ok=True)
        for slug, more in EXAMS.items():
            (folder / f"exams/{slug}.json").write_text(json.dumps({**EXAM, "slug": slug, **more}))
        return samples.bring(self, self.learners[0], folder)

    def take(self, learner, choice, exam=None, kind=banks.right, submits=True, **members):
        """An attempt with `choice` (None: left out) as the answer to `single`, where it is on the paper, and `kind` elsewhere."""
        body = {"bank": "sample", "mode": "exam", "exam": exam} if exam else {"bank": "sample", "mode": "practice", "size": 9, **members}
        attempt = learner.client.post("/v1/attempts", body, expect=201).json
        for item in attempt["items"]:
            question = self.bank.find(item["question"])
            response = kind(question) if question["slug"] != "single" else choice and {"choices": [choice]}
            if response:
                more = {"certainty": 2} if exam == "certain" else {}
                learner.client.put(f"/v1/attempts/{attempt['id']}/answers/{item['position']}",
                                   {"response": response, "revision": 1, **more}, expect=200)
        if submits:
            learner.submit(attempt)
        return attempt

    def has_single(self, attempt):
        return any(item["question"]["id"] == self.question_id for item in attempt["items"])

    def sit(self, learner, choice, exam, **options):
        """Until `single` is on the paper."""
        for _ in range(40):
            attempt = self.take(learner, choice, exam, **options)
            if self.has_single(attempt):
                return attempt
        raise AssertionError("`single` was on none of 40 papers")

    def regrade(self, policy, expect=200, **members):
        return self.instructor.client.post(f"/v1/questions/{self.question_id}/regrade", {"policy": policy, **members}, expect=expect).json

    def look(self, regrade):
        return self.instructor.client.get(f"/v1/questions/{self.question_id}/regrades/{regrade['id']}", expect=200).json

    def carry_out(self, policy, **members):
        regrade = self.regrade(policy, dry_run=False, **members)
        return self.wait(regrade, "done")

    def revert(self, regrade):
        self.instructor.client.post(f"/v1/questions/{self.question_id}/regrades/{regrade['id']}/revert", expect=200)
        return self.wait(regrade, "reverted")

    def wait(self, regrade, state):
        return program.wait_until(lambda: self.look(regrade) if self.look(regrade)["state"] == state else None, 30, f"{regrade} {state}")

    def scores(self):
        return dict(self.database.rows("SELECT id, (raw_milli, max_milli, dropped_positions)::text FROM attempts"))

    def state(self):
        """What a regrade must bring back when it is taken back; sums to within rounding."""
        return {"scores": self.scores(),
                "answers": self.database.rows("SELECT user_id, attempt_id, position, credit_milli, points_milli FROM answers ORDER BY 1, 2, 3"),
                "activity": self.database.rows("SELECT * FROM study_activity ORDER BY user_id, bucket_at"),
                "memories": self.database.rows("SELECT user_id, question_id, round(stability::numeric, 9), round(difficulty::numeric, 9), "
                                               "review_count, lapse_count, is_sure_and_wrong, has_credit FROM reviews ORDER BY 1, 2"),
                "points": self.database.rows("SELECT user_id, day, ARRAY(SELECT unnest(questions) ORDER BY 1), points FROM points_days ORDER BY 1, 2"),
                "evidence": self.database.rows("SELECT user_id, section_id, answers, correct, round(weight::numeric, 3), round(credit::numeric, 3), "
                                               "round(likelihood_5::numeric, 3) FROM section_evidence ORDER BY 1, 2")}

    def check(self):
        done = program.quizd("verify", DATABASE_URL=self.database.url)
        assert done.returncode == 0, done.stdout
        program.wait_until(lambda: self.database.rows("SELECT count(*) FROM attempts WHERE raw_milli IS NOT NULL AND counted_at IS NULL")[0][0]
                           == 0, 30, "every attempt to be counted")
        assert self.database.rows(DIFFERENCE) == []

    def close(self):
        try:
            assert [server.stop() for server in self.servers] == [0, 0]
        finally:
            self.database.drop()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Three learners, practice and exams of every kind, all answered by the wrong key."""
    made = Place(tmp_path_factory.mktemp("regrades"))
    good, bad, odd = made.learners
    made.take(good, "b", feedback="immediate")
    made.take(good, "b", feedback="deferred")
    made.take(bad, "a", feedback="immediate")
    made.take(bad, "a", kind=banks.wrong)
    made.take(odd, None)
    for exam in EXAMS:
        made.sit(good, "b", exam)
        made.sit(bad, "a", exam)
    made.sit(odd, None, "exam")
    made.sit(odd, "c", "penal", kind=banks.wrong)
    made.bring("b")
    made.take(good, "b")  # of the right version
    made.check()
    yield made
    made.close()


POLICIES = ("current_key", "best_of_both", "full_credit", "drop_item")
FULL = {"current_key": "b", "best_of_both": "ab", "full_credit": "abcd"}


@pytest.mark.parametrize("policy", POLICIES)
def test_there_and_back(place, policy):
    version = {} if policy in ("current_key", "best_of_both") else {"version": 1}
    before = place.state()
    print_before = place.database.fingerprint()
    trial = place.regrade(policy, **version)
    assert place.database.fingerprint() == print_before  # a dry run
    assert (trial["is_dry_run"], trial["id"], trial["version"], trial["key_version"], trial["is_complete"]) == (True, None, 1, 2, True)

    done = place.carry_out(policy, **version)
    place.check()
    assert done["counts"] == {**trial["counts"], "left_to_do": 0} and done["counts"]["failed"] == 0
    untold = [{**change, "weak_areas": [], "board_points": None} for change in trial["changes"]]
    assert done["changes"] == untold and len(untold) == done["counts"]["changed"] > 0
    after = place.state()
    assert after["scores"] != before["scores"] and after["evidence"] != before["evidence"]
    assert after["points"] != before["points"]
    moved = {attempt for attempt, score in after["scores"].items() if score != before["scores"][attempt]}
    assert moved <= {change["attempt_id"] for change in done["changes"]}
    for response, credit, version_of in place.database.rows(
            "SELECT w.response::jsonb -> 'choices' ->> 0, w.credit_milli, p.versions[w.position] FROM answers AS w "
            "JOIN attempt_papers AS p USING (user_id, attempt_id) WHERE w.question_id = %s", (place.question_id,)):
        right = FULL.get(policy, "a") if version_of == 1 else "b"
        assert credit == 1000 * (response in right), (policy, response, version_of)

    again = place.carry_out(policy, **version)  # twice
    assert again == done and place.state() == after

    other = place.regrade(POLICIES[POLICIES.index(policy) - 1], dry_run=False, version=1, expect=409)
    assert other["code"] == "regrade_in_force"

    place.revert(done)
    place.check()
    assert place.state() == before
    assert place.database.rows("SELECT count(*) FROM regraded_answers") == [(0,)]
    place.revert(done)  # twice
    assert place.state() == before


def test_who_passes_and_which_weak_areas_move(place):
    trial = place.regrade("current_key")
    assert trial["counts"]["raised"] > 0 and trial["counts"]["lowered"] > 0
    flags = [(change["was_passed"], change["is_passed"]) for change in trial["changes"]]
    assert trial["counts"]["newly_passed"] == flags.count((False, True)) and trial["counts"]["newly_failed"] == flags.count((True, False)) > 0
    good = place.learners[0]
    mine = [change for change in trial["changes"] if change["user_id"] == good.id]
    assert mine and all(change["new_points"] > change["old_points"] for change in mine)
    labels = {area["section"]["path"]: area["label"] for area in good.weak_areas("sample")["data"]}
    for move in (move for change in mine for move in change["weak_areas"]):
        assert labels[move["section"]] == move["from"] != move["to"]


def test_what_moves_on_boards(place):
    learner = Learner(place.anyone)
    place.take(learner, "c")
    def points():
        (total,), = place.database.rows("SELECT coalesce(sum(points), 0)::int FROM points_days WHERE user_id = %s", (learner.id,))
        return total

    trial = place.regrade("full_credit", version=2)
    told, = (change["board_points"] for change in trial["changes"] if change["user_id"] == learner.id)
    before = points()
    done = place.carry_out("full_credit", version=2)
    assert points() - before == told > 0
    place.revert(done)
    assert points() == before


def test_what_a_learner_sees(place):
    """Score, feedback and weak areas follow; a question that is dropped counts no more."""
    learner = Learner(place.anyone)
    (old,), = place.database.rows("SELECT id FROM questions WHERE slug = 'multiple'")
    attempt = place.take(learner, "b", kind=banks.wrong)
    path = f"/v1/questions/{old}/regrade"
    before = learner.result(attempt).json["score"]
    regrade = place.instructor.client.post(path, {"policy": "drop_item", "dry_run": False}, expect=200).json
    def look():
        return place.instructor.client.get(f"/v1/questions/{old}/regrades/{regrade['id']}", expect=200).json
    program.wait_until(lambda: look()["state"] == "done", 30, "the regrade")
    result = learner.result(attempt).json
    assert (before["raw"], before["max"], result["score"]["raw"], result["score"]["max"]) == (1, 9, 1, 8)
    place.check()
    listed = place.instructor.client.get(f"/v1/questions/{old}/regrades", expect=200).json["data"]
    assert [(one["id"], one["state"], one["counts"]) for one in listed] == [(regrade["id"], "done", None)]
    # Those who hand in later are added by the same decision.
    later = place.take(learner, "b", kind=banks.wrong)
    assert learner.result(later).json["score"]["max"] == 9
    again = place.instructor.client.post(path, {"policy": "drop_item", "dry_run": False}, expect=200).json
    assert again["id"] == regrade["id"]
    program.wait_until(lambda: look()["state"] == "done", 30, "the rest")
    assert learner.result(later).json["score"]["max"] == 8
    place.instructor.client.post(f"/v1/questions/{old}/regrades/{regrade['id']}/revert", expect=200)
    program.wait_until(lambda: look()["state"] == "reverted", 30, "the way back")
    assert learner.result(attempt).json["score"] == before
    place.check()


def test_while_learners_go_on(place):
    """Answers and ends while their learners are regraded: nothing is lost, nothing counts twice."""
    stop, failures = threading.Event(), []

    def study(learner):
        try:
            while not stop.is_set():
                place.take(learner, "b", size=9)
        except AssertionError as failure:
            failures.append(failure)

    threads = [threading.Thread(target=study, args=(learner,)) for learner in place.learners]
    for thread in threads:
        thread.start()
    try:
        for _ in range(4):
            place.revert(place.carry_out("current_key"))
        done = place.carry_out("current_key")
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert failures == []
    place.check()
    place.revert(done)
    place.check()


def test_it_is_written_down(place):
    regrade = place.revert(place.carry_out("current_key"))
    events = place.database.rows("SELECT event, actor_id, subject_id, detail FROM audit_events WHERE detail ->> 'regrade_id' = %s ORDER BY at",
                                 (regrade["id"],))
    assert [event for event, *_ in events if event.startswith("question.")] == ["question.regraded", "question.regrade_reverted"]
    assert {actor for _, actor, _, _ in events} == {place.instructor.id}
    learners = [subject for event, _, subject, _ in events if event == "attempt.regraded"]
    assert set(learners) <= {learner.id for learner in place.learners} and len(learners) > 3
    assert sorted(learners) == sorted(subject for event, _, subject, _ in events if event == "attempt.regrade_reverted")


def test_what_cannot_be_asked_for(place):
    fault, = place.regrade("current_key", version=2, expect=422)["errors"]
    assert (fault["pointer"], fault["code"]) == ("/version", "not_found")
    fault, = place.regrade("drop_item", version=3, expect=422)["errors"]
    assert (fault["pointer"], fault["code"]) == ("/version", "not_found")
    (single_version,), = place.database.rows("SELECT id FROM questions WHERE slug = 'ordering'")
    fault, = place.instructor.client.post(f"/v1/questions/{single_version}/regrade", {"policy": "current_key"}, expect=422).json["errors"]
    assert (fault["pointer"], fault["code"]) == ("/policy", "not_allowed")
    path = f"/v1/questions/{place.question_id}/regrade"
    place.learners[0].client.post(path, {"policy": "drop_item"}, expect=403)
    place.instructor.client.post(f"/v1/questions/{place.instructor.id}/regrade", {"policy": "drop_item"}, expect=404)
    place.instructor.client.get(f"{path}s/{place.question_id}", expect=404)


def test_who_may(place):
    """An approver; an editor of the bank may look; for others there is no such question."""
    path = f"/v1/questions/{place.question_id}/regrade"
    stranger, editor = (Learner(place.anyone, "instructor", place.database) for _ in range(2))
    authoring.join(place.database, editor.id, "sample", "editor")
    regrade = place.revert(place.carry_out("current_key"))
    for person, looks, changes in ((stranger, 404, 404), (editor, 200, 403)):
        person.client.get(f"{path}s", expect=looks)
        person.client.get(f"{path}s/{regrade['id']}", expect=looks)
        for dry_run in (True, False):
            person.client.post(path, {"policy": "drop_item", "dry_run": dry_run}, expect=changes)
        person.client.post(f"{path}s/{regrade['id']}/revert", expect=changes)


def test_an_attempt_that_cannot_be_read(place):
    """It is left as it is and told; the others are done; asked again, it is tried again, on the way back, too."""
    attempt = place.take(place.learners[2], "b")
    place.check()
    broken = "UPDATE answers SET response = %s WHERE attempt_id = %s AND question_id = %s"
    place.database.run(broken, ("[]", attempt["id"], place.question_id))
    done = place.carry_out("full_credit", version=2)
    assert (done["counts"]["failed"], done["counts"]["left_to_do"]) == (1, 0) and done["counts"]["attempts"] > 1
    place.database.run(broken, ('{"choices":["b"]}', attempt["id"], place.question_id))
    assert place.carry_out("full_credit", version=2)["counts"]["failed"] == 0
    place.check()
    place.database.run(broken, ("[]", attempt["id"], place.question_id))
    assert place.revert(done)["counts"]["attempts"] == 1
    place.database.run(broken, ('{"choices":["b"]}', attempt["id"], place.question_id))
    place.check()  # the decision still holds for it
    assert place.revert(done)["counts"]["attempts"] == 0
    place.check()


def test_an_erased_learner_is_no_obstacle(place):
    """Behind the others: what he leaves in the tallies, no attempt says any more."""
    gone = Learner(place.anyone)
    place.take(gone, "b")
    other = place.regrade("full_credit", dry_run=False)
    gone.client.request("DELETE", "/v1/me", expect=204)
    place.wait(other, "done")
    place.revert(other)
    assert place.database.rows("SELECT count(*) FROM regraded_answers") == [(0,)]


def test_what_verify_says_of_a_false_regrade(place):
    done = place.carry_out("current_key")
    place.database.run("DELETE FROM regraded_answers WHERE ctid = (SELECT ctid FROM regraded_answers WHERE old_points_milli <> new_points_milli LIMIT 1)")
    said = program.quizd("verify", DATABASE_URL=place.database.url)
    assert said.returncode == 1 and "replayed" in said.stdout
    place.revert(done)
