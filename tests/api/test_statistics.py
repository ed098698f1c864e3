"""
Item statistics: counted behind the back of those who answer, by any number of servers, equal to what a second implementation makes of
the answers themselves, and no word of anybody in them.
"""
import json
import random
import statistics

import pytest

from support_py import authoring, contract, item_statistics, program
from support_py import bank as banks
from support_py import sample as samples
from support_py.client import Client
from support_py.database import Database
from support_py.learner import Learner
from support_py.program import Server

EXAM = {"slug": "exam", "title": "An exam", "size": 4, "time_limit_minutes": 10, "pass_scaled": 700,
        "blueprint": [{"section": "alpha", "weight": 50}, {"section": "gamma", "weight": 50}]}
# What is stored against what every attempt adds, counted at once.
DIFFERENCE = """
WITH batch AS (
    SELECT a.bank_id, t.question_id, t.version, coalesce(a.exam, '') AS exam, t.kind, t.key, t.name, sum(t.answers) AS answers,
           sum(t.scored) AS scored, sum(t.paired) AS paired, sum(t.rest) AS rest, sum(t.total) AS total
    FROM attempts AS a CROSS JOIN LATERAL attempt_tallies(a.user_id, a.id) AS t
    WHERE a.raw_milli IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7)
(SELECT * FROM batch EXCEPT SELECT * FROM item_tallies) UNION ALL (SELECT * FROM item_tallies WHERE answers <> 0 EXCEPT SELECT * FROM batch)
"""


class Place:
    """A database with two servers, a bank with exams, and what was answered."""

    def __init__(self, directory):
        self.database = Database("statistics")
        program.quizd_ok("migrate", DATABASE_URL=self.database.owner_url)
        self.servers = [Server(directory, self.database.url, name=name) for name in ("one", "two")]
        self.anyone = Client(self.servers[0].port, contract.printed_contract())
        self.learner = Learner(self.anyone)
        self.instructor = Learner(self.anyone, "instructor", self.database)
        folder = samples.write(directory / "bank")
        (folder / "exams").mkdir()
        for slug, more in {"exam": {}, "pilots": {"size": 3, "pilot_count": 1}, "idle": {}}.items():
            (folder / f"exams/{slug}.json").write_text(json.dumps({**EXAM, "slug": slug, **more}))
        self.bank = samples.bring(self, self.learner, folder)
        authoring.join(self.database, self.instructor.id, "sample", "editor")
        self.papers = {}  # by exam; "": practice
        self.dice = random.Random(2026)

    def sit(self, exam="", learner=None, choose=None, leaves_out=0.1):
        """An attempt with answers by chance; remembers the paper."""
        learner = learner or self.learner
        body = {"bank": "sample", "mode": "exam", "exam": exam} if exam else {"bank": "sample", "mode": "practice", "size": 4}
        attempt = learner.client.post("/v1/attempts", body, expect=201).json
        ability = self.dice.random()
        given = {}
        for item in attempt["items"]:
            question = self.bank.find(item["question"])
            if self.dice.random() < leaves_out:
                continue
            kind = choose or (banks.right if self.dice.random() < ability else self.dice.choice([banks.wrong, banks.partly]))
            given[item["position"]] = kind(question)
            learner.answer(attempt, item["position"], given[item["position"]])
        learner.submit(attempt)
        row, = self.database.rows(f"SELECT coalesce(rules::jsonb -> 'pilots', '[]') FROM attempt_papers WHERE attempt_id = '{attempt['id']}'")
        pilots = row[0] if isinstance(row[0], list) else json.loads(row[0])
        paper = []
        for item in attempt["items"]:
            response = given.get(item["position"])
            if response is None and not exam:
                continue
            question = self.bank.find(item["question"])
            credit = 0 if response is None else banks.credit(question, response) / 1000
            paper.append(item_statistics.Answer(item["question"]["id"], credit, (response or {}).get("choices", ()),
                                                item["position"] not in pilots))
        if any(answer.is_scored for answer in paper):
            self.papers.setdefault(exam, []).append(paper)
        return attempt

    def wait_until_counted(self):
        def is_counted():
            return self.database.rows("SELECT count(*) FROM attempts WHERE raw_milli IS NOT NULL AND counted_at IS NULL")[0][0] == 0 \
                and self.database.rows("SELECT count(*) FROM item_judgements WHERE change <> judged_change")[0][0] == 0
        program.wait_until(is_counted, 30, "every attempt to be counted and every question to be judged")

    def close(self):
        try:
            assert [server.stop() for server in self.servers] == [0, 0]
        finally:
            self.database.drop()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Place(tmp_path_factory.mktemp("statistics"))
    for _ in range(36):
        made.sit("exam")
    for _ in range(12):
        made.sit("pilots")
    for _ in range(24):
        made.sit()
    made.wait_until_counted()
    yield made
    made.close()


def read(place, question_id, expect=200):
    return place.instructor.client.get(f"/v1/questions/{question_id}/statistics", expect=expect).json


def questions(place):
    return sorted({answer.question for papers in place.papers.values() for paper in papers for answer in paper})


def same(shown, expected):
    if expected is None:
        return shown is None
    return shown is not None and abs(shown - expected) < 1e-4 * (1 + abs(expected))


def check(entry, question, papers):
    met = [paper for paper in papers if any(answer.question == question for answer in paper)]
    assert entry["answers"] == len(met)
    assert entry["is_unstable"] == (len(met) < 30)
    if len(met) < 10:
        assert entry["moodle"] is None and entry["canvas"] is None and entry["flags"] == []
        return
    expected = item_statistics.item(question, met)
    for name in ("facility", "standard_deviation", "discrimination_index", "discriminative_efficiency"):
        assert same(entry["moodle"][name], expected[name]), (name, entry, expected)
    for name in ("difficulty", "point_biserial"):
        assert same(entry["canvas"][name], expected[name]), (name, entry, expected)
    for option in entry["canvas"]["options"]:
        answers, point_biserial = expected["options"].get(option["id"], (0, None))
        assert option["answers"] == answers and same(option["share"], answers / len(met)), option
        assert same(option["point_biserial"], point_biserial), option


def test_a_second_implementation_agrees(place):
    compared = 0
    for question in questions(place):
        reply = read(place, question)
        assert reply["question_id"] == question and reply["bank"] == "sample" and reply["current_version"] == 1
        scopes = {(entry["scope"], entry["exam"]): entry for entry in reply["data"]}
        check(scopes["all", None], question, [paper for papers in place.papers.values() for paper in papers])
        for exam, papers in place.papers.items():
            if any(answer.question == question for paper in papers for answer in paper):
                check(scopes["exam" if exam else "practice", exam or None], question, papers)
                compared += 1
    assert compared > 15


def test_the_exam(place):
    for exam in ("exam", "pilots"):
        reply = place.instructor.client.get(f"/v1/banks/sample/exams/{exam}/statistics", expect=200).json
        expected = item_statistics.exam(place.papers[exam])
        assert reply["attempts"] == len(place.papers[exam]) and reply["is_unstable"] == (exam == "pilots")
        assert set(reply["moodle"]) == set(expected)
        assert all(same(reply["moodle"][name], value) for name, value in expected.items()), (reply, expected)
        spread = statistics.pstdev(item_statistics.total(paper) for paper in place.papers[exam])
        assert same(reply["canvas"]["standard_deviation"], spread)
    idle = place.instructor.client.get("/v1/banks/sample/exams/idle/statistics", expect=200).json
    assert (idle["attempts"], idle["moodle"], idle["canvas"]) == (0, None, None)
    place.instructor.client.get("/v1/banks/sample/exams/nothing/statistics", expect=404)


def test_weights(place):
    """Intended: one of four questions. Effective: the root of the covariance with the total, of all on a paper; none where it is negative."""
    papers, covariances, often = place.papers["exam"], {}, {}
    for question in questions(place):
        met = [(paper, answer) for paper in papers for answer in paper if answer.question == question]
        often[question] = len(met) / len(papers)
        covariances[question] = item_statistics.covariance([answer.credit for _, answer in met],
                                                           [item_statistics.total(paper) for paper, _ in met]) if len(met) > 1 else 0
    spread = sum(often[question] * max(0, covariance) ** 0.5 for question, covariance in covariances.items())
    for question, covariance in covariances.items():
        for entry in read(place, question)["data"]:
            if entry["moodle"] and entry["exam"] == "exam":
                assert same(entry["moodle"]["intended_weight"], 1 / 4)
                assert same(entry["moodle"]["effective_weight"], covariance ** 0.5 / spread if covariance >= 0 else None)
            elif entry["moodle"] and entry["scope"] != "exam":
                assert entry["moodle"]["intended_weight"] is None and entry["moodle"]["effective_weight"] is None


def test_counting_one_by_one_is_counting_at_once(place):
    assert place.database.rows(DIFFERENCE) == []
    place.sit("exam")
    place.sit(leaves_out=0.9)
    place.wait_until_counted()
    assert place.database.rows(DIFFERENCE) == []


def test_an_erased_person_leaves_the_sums(place):
    gone = Learner(place.anyone)
    for _ in range(3):
        place.sit("exam", learner=gone)
    gone.client.request("DELETE", "/v1/me", expect=204)  # at once: counted or not
    place.wait_until_counted()
    reply = place.instructor.client.get("/v1/banks/sample/exams/exam/statistics", expect=200).json
    assert reply["attempts"] == len(place.papers["exam"])
    for question in questions(place):
        entry = next(entry for entry in read(place, question)["data"] if entry["exam"] == "exam")
        check(entry, question, place.papers["exam"])


def test_the_review_queue(place, tmp_path):
    """In a bank of its own: whoever knows nothing else knows `true-false`, and nobody ever picks `d` of `single`."""
    bank = samples.bring(place, place.learner, samples.write(tmp_path / "queue", "queue"))
    authoring.join(place.database, place.instructor.id, "queue", "editor")
    for turn in range(32):
        attempt = place.learner.start("queue", size=9)
        answers = []
        for item in attempt["items"]:
            question = bank.find(item["question"])
            is_right = (question["slug"] == "true-false") == (turn % 2 == 0)
            answers.append({"position": item["position"], "revision": 1, "response": (banks.right if is_right else banks.wrong)(question)})
        place.learner.client.post(f"/v1/attempts/{attempt['id']}/answers", {"answers": answers}, expect=200)
        place.learner.submit(attempt)
    place.wait_until_counted()
    client = place.instructor.client
    queue = client.get("/v1/banks/queue/review-queue", expect=200).json
    found = {entry["slug"]: entry for entry in queue["data"]}
    assert "negative_discrimination" in found["true-false"]["flags"] and "distractor_beats_key" in found["true-false"]["flags"]
    assert "unused_distractor" in found["single"]["flags"] and not found["single"]["is_unstable"]
    assert read(place, found["single"]["question_id"])["data"][0]["flags"] == found["single"]["flags"]
    only = client.get("/v1/banks/queue/review-queue", query={"flag": "negative_discrimination"}, expect=200).json
    assert {entry["slug"] for entry in only["data"]} == {slug for slug, entry in found.items() if "negative_discrimination" in entry["flags"]}
    walked, cursor = [], {}
    while True:
        page = client.get("/v1/banks/queue/review-queue", query={"limit": 1, **cursor}, expect=200).json
        walked += page["data"]
        if not page["has_more"]:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert walked == queue["data"]


def test_who_may_see_them(place):
    question = questions(place)[0]
    for path in (f"/v1/questions/{question}/statistics", "/v1/banks/sample/exams/exam/statistics", "/v1/banks/sample/review-queue"):
        assert place.learner.client.get(path, expect=403).code == "forbidden"
        text = json.dumps(place.instructor.client.get(path, expect=200).json)
        assert place.learner.id not in text and place.learner.email not in text
    read(place, place.learner.id, expect=404)
    place.instructor.client.get("/v1/banks/nothing/review-queue", expect=404)
    stranger = Learner(place.anyone, "instructor", place.database)
    stranger.client.get(f"/v1/questions/{question}/statistics", expect=404)
    stranger.client.get("/v1/banks/sample/exams/exam/statistics", expect=403)
    stranger.client.get("/v1/banks/sample/review-queue", expect=403)


def test_nothing_is_written_on_the_way_of_an_answer(place):
    """What is counted of an attempt is written only after its end, and no answer waits for it."""
    attempt = place.learner.start("sample", size=2)
    before = place.database.rows("SELECT sum(answers) FROM item_tallies")
    for item in attempt["items"]:
        place.learner.answer(attempt, item["position"], banks.right(place.bank.find(item["question"])))
    place.wait_until_counted()
    assert place.database.rows("SELECT sum(answers) FROM item_tallies") == before
    place.learner.client.request("DELETE", f"/v1/attempts/{attempt['id']}", expect=204)
