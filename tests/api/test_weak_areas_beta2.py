"""Weak areas by model beta-2, held against a second implementation of it (support_py/knowledge.py) that uses no sums."""
import random

import pytest

from support_py import bank as banks
from support_py import knowledge
from support_py.studying import History

TARGET = 0.72
# What a finer grid and exact likelihoods may differ in from sums at nine abilities.
NEAR, NEAR_PROBABILITY = 0.006, 0.015


@pytest.fixture
def history(learner, aws, world):
    return History(learner, aws, world)


def assert_same(history, target=TARGET):
    reply = history.learner.weak_areas(model="beta-2", target=target)
    assert (reply["target"], reply["model"]) == (target, "beta-2")
    assert {area["section"]["path"] for area in reply["data"]} == {question["section"] for question in history.bank.questions}
    for area in reply["data"]:
        path, said = area["section"]["path"], area["estimate"]
        masses, shares = knowledge.judge(path, history.answers, history.bank.questions)
        below = knowledge.probability_below(masses, shares, target)
        assert said["mean"] == pytest.approx(knowledge.mean(masses, shares), abs=NEAR), path
        assert said["low"] == pytest.approx(knowledge.quantile(masses, shares, 0.05), abs=2 * NEAR), path
        assert said["high"] == pytest.approx(knowledge.quantile(masses, shares, 0.95), abs=2 * NEAR), path
        assert said["probability_below_target"] == pytest.approx(below, abs=NEAR_PROBABILITY), path
        if not knowledge.weigh(history.answers, path):
            assert area["label"] == "no_evidence"
        elif min(abs(below - 0.8), abs(below - 0.2)) > NEAR_PROBABILITY:
            assert area["label"] == ("weak" if below > 0.8 else "strong" if below < 0.2 else "unsure"), path
    gains = [area["expected_gain"] for area in reply["data"]]
    assert gains == sorted(gains, reverse=True)
    return {area["section"]["path"]: area for area in reply["data"]}


def test_the_default(learner):
    assert learner.weak_areas()["model"] == "beta-2"


@pytest.mark.parametrize("model", ["beta-0", "BETA-1", "x" * 17])
def test_unknown_models(learner, model):
    reply = learner.client.get("/v1/me/weak-areas", query={"bank": "aws-dva-c01", "model": model}, expect=422)
    assert [fault["parameter"] for fault in reply.json["errors"]] == ["model"]


def test_nothing_answered(history):
    areas = assert_same(history)
    means = {area["estimate"]["mean"] for area in areas.values()}
    assert len(means) > 10, "each section has its own questions: what is expected of them differs"


@pytest.mark.parametrize("kind", [banks.right, banks.wrong, banks.partly], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_one_section(history, feedback, kind):
    history.take([kind] * 8, sections=["aws-dynamodb/streams", "aws-dynamodb/global-tables"], size=8, feedback=feedback)
    assert_same(history)


@pytest.mark.parametrize("seed", range(3))
def test_random_histories(history, seed):
    """Attempts of both kinds all over the bank, with days between them; some left open, some questions not answered."""
    choices = random.Random(seed)
    tops = sorted({question["section"].split("/")[0] for question in history.bank.questions})
    for _ in range(choices.randint(3, 5)):
        kinds = choices.choices([banks.right, banks.wrong, banks.partly, None], [5, 3, 1, 1], k=12)
        history.take(kinds, size=12, feedback=choices.choice(["immediate", "deferred"]), submits=choices.random() < 0.8,
                     seed=str(choices.random()), sections=choices.sample(tops, choices.randint(1, 6)))
        history.age(choices.choice([0, 1, 3, 12, 30, 90]))
    assert_same(history)


@pytest.mark.parametrize("target", [0.3, 0.9])
def test_targets(history, target):
    history.take([banks.right, banks.wrong] * 10, size=20)
    assert_same(history, target)


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_further_sections(history, feedback):
    """A question that names a second section is evidence for both, half and half; it counts as an answer of the first alone."""
    question = next(one for one in history.bank.questions if len(one.get("sections", ())) == 1)
    further = question["sections"][0]
    attempt = history.learner.start(sections=[question["section"]], size=100, feedback=feedback)
    position = next(item["position"] for item in attempt["items"] if history.bank.find(item["question"]) is question)
    history.learner.answer(attempt, position, banks.wrong(question))
    history.learner.submit(attempt)
    history.answers.append(knowledge.Answer(question, 0, 0.0))
    areas = assert_same(history)
    first, second = areas[question["section"]], areas[further]
    assert first["evidence"]["answers"] == 1 and first["why"].startswith("0 of 1 right")
    assert second["evidence"] == {"answers": 0, "correct": 0, "last_answered_at": None}
    assert second["label"] != "no_evidence"
    assert second["why"] == "only answers to questions of other sections that touch it"
    again = history.learner.start(sections=[question["section"]], size=100, feedback=feedback)
    history.learner.answer(again, next(item["position"] for item in again["items"] if history.bank.find(item["question"]) is question),
                           banks.right(question))
    history.learner.submit(again)
    history.answers.append(knowledge.Answer(question, 0, 1.0))
    areas = assert_same(history)
    assert areas[question["section"]]["why"].startswith("1 of 2 right") and areas[further]["evidence"]["answers"] == 0
