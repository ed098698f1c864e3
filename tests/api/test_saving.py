"""Saving on a bad connection: revisions, flags, taking back, bundles, certainty."""
import itertools

import pytest

from support_py import bank as banks
from support_py import contract
from support_py.client import Client
from support_py.learner import log_in
from support_py.program import Server


@pytest.fixture
def deferred(learner, sample):
    """An attempt whose feedback comes after submit, and its positions by slug."""
    attempt = learner.start(sample.slug, size=100, feedback="deferred")
    return attempt, {sample.find(item["question"])["slug"]: item["position"] for item in attempt["items"]}


def put(learner, attempt, position, expect=200, **body):
    return learner.client.put(f"/v1/attempts/{attempt['id']}/answers/{position}", body, expect=expect)


def send(learner, attempt, answers, expect=200):
    return learner.client.post(f"/v1/attempts/{attempt['id']}/answers", {"answers": answers}, expect=expect)


def standing(learner, attempt, position):
    return learner.read(attempt)["items"][position - 1]["answer"]


def test_a_flag_and_an_answer_taken_back(learner, sample, deferred):
    attempt, positions = deferred
    position = positions["single"]
    right = banks.right(next(question for question in sample.questions if question["slug"] == "single"))
    flagged = put(learner, attempt, position, response=None, revision=1, flagged=True).json
    assert (flagged["response"], flagged["flagged"], flagged["revision"]) == (None, True, 1)
    assert standing(learner, attempt, position)["flagged"]
    put(learner, attempt, position, response=right, revision=2)
    assert standing(learner, attempt, position) == {**standing(learner, attempt, position), "response": right, "flagged": False, "revision": 2}
    put(learner, attempt, position, response=None, revision=3)
    assert standing(learner, attempt, position)["response"] is None
    result = learner.submit(attempt).json
    assert result["score"]["raw"] == 0
    assert result["items"][position - 1]["answer"]["feedback"] is None
    assert result["items"][position - 1]["feedback"]["credit"] == 0


@pytest.mark.parametrize("is_bundle", [False, True], ids=["one", "bundle"])
def test_a_flag_on_a_final_answer(learner, sample, is_bundle):
    """Feedback was given, so the response stays; the mark for review comes and goes, and the answer is evidence once."""
    attempt = learner.start(sample.slug, size=100)
    position, question = next((item["position"], sample.find(item["question"])) for item in attempt["items"]
                              if sample.find(item["question"])["slug"] == "single")

    def answer(expect=200, **body):
        if not is_bundle:
            return put(learner, attempt, position, expect=expect, **body)
        entry, = send(learner, attempt, [{"position": position, **body}]).json["data"]
        assert (entry["status"] == "recorded") == (expect == 200)
        return entry["status"]

    right = {"response": banks.right(question)}
    answer(**right, revision=1)
    first = standing(learner, attempt, position)
    for revision, flagged in ((2, True), (2, True), (3, False), (4, True)):
        answer(**right, revision=revision, flagged=flagged)
        stands = standing(learner, attempt, position)
        assert stands == {**first, "revision": revision, "flagged": flagged}
    answer(**right, revision=4, flagged=False, expect=409)
    answer(response=banks.wrong(question), revision=5, flagged=False, expect=409)
    answer(response=None, revision=5, expect=409)
    assert standing(learner, attempt, position) == {**first, "revision": 4, "flagged": True}
    assert sum(area["evidence"]["answers"] for area in learner.weak_areas(sample.slug)["data"]) == 1


def test_a_stale_revision_brings_the_current_answer(learner, sample, deferred):
    attempt, positions = deferred
    position = positions["single"]
    put(learner, attempt, position, response={"choices": []}, revision=5, flagged=True)
    problem = put(learner, attempt, position, response=None, revision=5, expect=409).json
    assert problem["code"] == "stale_revision"
    assert problem["current"] == standing(learner, attempt, position)
    assert put(learner, attempt, position, response={"choices": []}, revision=5, flagged=True).json == problem["current"]


def test_a_bundle_judges_each_alone(learner, sample, deferred):
    attempt, positions = deferred
    one, other = positions["single"], positions["multiple"]
    put(learner, attempt, other, response=None, revision=9)
    bundle = [
        {"position": one, "response": {"choices": []}, "revision": 2, "flagged": True},
        {"position": other, "response": {"choices": []}, "revision": 8},
        {"position": 100, "response": None, "revision": 1},
        {"position": positions["numeric"], "response": {"choices": ["a"]}, "revision": 1},
    ]
    data = send(learner, attempt, bundle).json["data"]
    assert [(entry["position"], entry["status"]) for entry in data] == [
        (one, "recorded"), (other, "stale_revision"), (100, "invalid_input"), (positions["numeric"], "invalid_input")]
    assert data[0]["answer"] == standing(learner, attempt, one)
    assert data[1]["answer"]["revision"] == 9
    assert [fault["pointer"] for entry in data[2:] for fault in entry["errors"]] == [
        "/answers/2/position", "/answers/3/response/choices", "/answers/3/response/number"]
    assert standing(learner, attempt, positions["numeric"]) is None
    assert send(learner, attempt, bundle).json["data"] == data


def test_a_bundle_judges_shapes_alone(learner, deferred):
    """What has not even the shape of an answer takes nothing from the others."""
    attempt, positions = deferred
    one = positions["single"]
    wrong = [(17, None, "", "wrong_type"), ({"position": one}, one, "/response", "required"),
             ({"position": 0, "response": None, "revision": 1}, None, "/position", "too_small"),
             ({"position": "1", "response": None, "revision": 1}, None, "/position", "wrong_type"),
             ({"position": one, "response": None, "revision": 0}, one, "/revision", "too_small"),
             ({"position": one, "response": {"choices": 1}, "revision": 9}, one, "/response/choices", "wrong_type"),
             ({"position": one, "response": None, "revision": 9, "credit": 1}, one, "/credit", "unknown")]
    good = {"position": one, "response": {"choices": []}, "revision": 3}
    data = send(learner, attempt, [entry for entry, *_ in wrong] + [good]).json["data"]
    for number, (entry, position, pointer, code) in enumerate(wrong):
        assert (data[number]["position"], data[number]["status"], data[number]["answer"]) == (position, "invalid_input", None)
        assert (f"/answers/{number}{pointer}", code) in [(fault["pointer"], fault["code"]) for fault in data[number]["errors"]]
    assert data[-1]["status"] == "recorded"
    assert standing(learner, attempt, one)["revision"] == 3


def test_a_bundle_of_nothing_but_wrong_shapes(learner, eve, deferred):
    attempt, _ = deferred
    assert [entry["status"] for entry in send(learner, attempt, [1, 2]).json["data"]] == ["invalid_input"] * 2
    send(eve, attempt, [1, 2], expect=404)


@pytest.mark.parametrize("order", itertools.permutations(range(4)), ids=str)
def test_the_highest_revision_of_a_position_counts(learner, sample, deferred, order):
    """Wherever it stands in the bundle; the others are stale, and so they are when it is sent again."""
    attempt, positions = deferred
    one = positions["single"]
    right = banks.right(next(question for question in sample.questions if question["slug"] == "single"))
    entries = [{"position": one, "response": {"choices": []}, "revision": 1}, {"position": one, "response": None, "revision": 2},
               {"position": one, "response": right, "revision": 3, "flagged": True},
               {"position": positions["multiple"], "response": None, "revision": 1}]
    bundle = [entries[number] for number in order]
    for _ in range(2):
        data = send(learner, attempt, bundle).json["data"]
        assert {number: entry["status"] for number, entry in zip(order, data)} == {
            0: "stale_revision", 1: "stale_revision", 2: "recorded", 3: "recorded"}
        stands = standing(learner, attempt, one)
        assert (stands["revision"], stands["response"], stands["flagged"]) == (3, right, True)
        assert all(entry["answer"] == stands for entry in data if entry["position"] == one)


def test_two_of_one_revision(learner, deferred):
    """The first counts; the same again is as good as recorded."""
    attempt, positions = deferred
    one = {"position": positions["single"], "response": {"choices": []}, "revision": 1}
    data = send(learner, attempt, [one, one, {**one, "response": None}]).json["data"]
    assert [entry["status"] for entry in data] == ["recorded", "recorded", "stale_revision"]
    assert standing(learner, attempt, one["position"])["response"] == {"choices": []}


def test_bundles_in_any_order_end_the_same(learner, sample, deferred):
    attempt, positions = deferred
    position = positions["single"]
    ends = set()
    for number, order in enumerate(itertools.permutations((1, 2, 3))):
        for step in order:
            revision = 10 * number + step
            send(learner, attempt, [{"position": position, "response": {"choices": []}, "revision": revision, "flagged": step == 3},
                                    {"position": positions["multiple"], "response": None, "revision": revision}])
        ends.add((standing(learner, attempt, position)["revision"] - 10 * number, standing(learner, attempt, position)["flagged"]))
    assert ends == {(3, True)}


def test_a_bundle_with_immediate_feedback(learner, sample):
    attempt = learner.start(sample.slug, size=100)
    positions = {sample.find(item["question"])["slug"]: item["position"] for item in attempt["items"]}
    questions = {question["slug"]: question for question in sample.questions}
    bundle = [{"position": positions[slug], "response": banks.right(questions[slug]), "revision": 1} for slug in ("single", "multiple")]
    first = send(learner, attempt, bundle).json["data"]
    assert all(entry["answer"]["feedback"]["correct"] for entry in first)
    assert send(learner, attempt, bundle[::-1]).json["data"][::-1] == first
    bundle[0]["response"] = banks.wrong(questions["single"])
    again = send(learner, attempt, bundle).json["data"]
    assert [entry["status"] for entry in again] == ["already_answered", "recorded"]
    learner.submit(attempt)
    assert {entry["status"] for entry in send(learner, attempt, bundle).json["data"]} == {"attempt_closed"}


def test_a_bundle_for_somebody_elses_attempt(learner, eve, deferred):
    attempt, _ = deferred
    send(eve, attempt, [{"position": 1, "response": None, "revision": 1}], expect=404)


def test_another_device_goes_on_exactly_there(anyone, learner, world, scratch, deferred):
    """Another login, at another server: what it reads is what the first one has, answer by answer, and it can go on."""
    attempt, positions = deferred
    put(learner, attempt, positions["single"], response={"choices": ["b"]}, revision=3, flagged=True)
    put(learner, attempt, positions["multiple"], response=None, revision=2)
    put(learner, attempt, positions["matching"], response={"pairs": {"p1": "x"}}, revision=1)
    other = Server(scratch, world.database.url, key=world.server.key, name="device")
    try:
        tokens = log_in(anyone, learner.email, learner.password)
        device = Client(other.port, contract.printed_contract(), tokens["access_token"])
        here = learner.client.get(f"/v1/attempts/{attempt['id']}", expect=200)
        there = device.get(f"/v1/attempts/{attempt['id']}", expect=200)
        assert there.body == here.body
        item = there.json["items"][positions["single"] - 1]
        assert (item["answer"]["response"], item["answer"]["revision"], item["answer"]["flagged"]) == ({"choices": ["b"]}, 3, True)
        device.put(f"/v1/attempts/{attempt['id']}/answers/{positions['single']}", {"response": {"choices": ["a"]}, "revision": 4}, expect=200)
        stale = put(learner, attempt, positions["single"], response={"choices": ["c"]}, revision=4, expect=409).json
        assert stale["current"]["response"] == {"choices": ["a"]}
        assert device.post(f"/v1/attempts/{attempt['id']}/submit", expect=200).json == learner.submit(attempt).json
    finally:
        assert other.stop() == 0


def test_certainty(learner, sample):
    attempt = learner.start(sample.slug, size=100, scoring={"certainty": True}, feedback="deferred")
    assert attempt["rules"]["certainty"]
    item = next(item for item in attempt["items"] if sample.find(item["question"])["slug"] == "single")
    question, position = sample.find(item["question"]), item["position"]
    assert item["question"]["scoring"]["certainty"]
    for body, code in (({"response": banks.right(question)}, "required"), ({"response": None, "certainty": 1}, "not_allowed")):
        fault, = put(learner, attempt, position, revision=1, expect=422, **body).json["errors"]
        assert (fault["pointer"], fault["code"]) == ("/certainty", code)
    put(learner, attempt, position, response=banks.right(question), certainty=3, revision=1)
    result = learner.submit(attempt).json
    assert result["score"] == {**result["score"], "raw": 3, "max": 3 * len(attempt["items"])}
    assert result["items"][position - 1]["answer"]["feedback"]["points"] == 3


def test_certainty_where_nobody_asks_for_it(learner, sample, deferred):
    attempt, positions = deferred
    fault, = put(learner, attempt, positions["single"], response={"choices": []}, revision=1, certainty=2, expect=422).json["errors"]
    assert (fault["pointer"], fault["code"]) == ("/certainty", "not_allowed")


def test_a_penalty_and_a_rule_by_choice(learner, sample):
    attempt = learner.start(sample.slug, size=100, scoring={"rules": ["all_or_nothing"], "penalty": 0.5})
    item = next(item for item in attempt["items"] if sample.find(item["question"])["slug"] == "multiple")
    assert item["question"]["scoring"] == {"rule": "all_or_nothing", "penalty": 0.5, "certainty": False}
    feedback = put(learner, attempt, item["position"], response=banks.partly(sample.find(item["question"])), revision=1).json["feedback"]
    assert (feedback["credit"], feedback["points"]) == (0, -0.5)
    assert learner.submit(attempt).json["score"]["raw"] == 0
