"""
Weak areas by model beta-1, held against a second implementation of it (support_py/beta.py) after all sorts of histories; and what is
the same in all models.
"""
import random
import re

import pytest

from support_py import bank as banks
from support_py import beta
from support_py.learner import answer_all
from support_py.studying import History

# Means and probabilities come with four decimals, gains with six; when an answer was recorded is known to a second or two.
ROUNDED, GAIN_ROUNDED = 0.00005 + 0.000002, 0.0000005 + 0.0000002


@pytest.fixture(scope="module")
def sections(ada):
    return ada.client.get("/v1/banks/aws-dva-c01/sections").json["data"]


@pytest.fixture
def history(learner, aws, world):
    return History(learner, aws, world)


def assert_same(reply, areas, target=0.72):
    """The reply says of every section what the model says."""
    assert (reply["target"], reply["model"]) == (target, "beta-1")
    told = {area["section"]["path"]: area for area in reply["data"]}
    assert len(told) == len(reply["data"]) and set(told) == set(areas)
    for path, area in areas.items():
        said, estimate = told[path], told[path]["estimate"]
        for name, value in (("mean", area.mean), ("low", area.low), ("high", area.high), ("probability_below_target", area.below)):
            assert estimate[name] == pytest.approx(value, abs=ROUNDED), (path, name)
        assert said["expected_gain"] == pytest.approx(area.gain, abs=GAIN_ROUNDED), path
        assert (said["evidence"]["answers"], said["evidence"]["correct"]) == (area.answers, area.correct), path
        assert (said["evidence"]["last_answered_at"] is None) == (area.answers == 0)
        assert said["why"] == area.why(), path
        if min(abs(area.below - beta.WEAK_FROM), abs(area.below - beta.STRONG_TO)) > 1e-6:
            assert said["label"] == area.label, path
    gains = [area["expected_gain"] for area in reply["data"]]
    assert gains == sorted(gains, reverse=True), "not by expected gain"


def test_nothing_answered(history, sections, aws):
    reply = history.learner.weak_areas(model="beta-1")
    assert_same(reply, history.areas(sections))
    assert {area["label"] for area in reply["data"]} == {"no_evidence"}
    assert {area["estimate"]["mean"] for area in reply["data"]} == {0.5}
    order = [section["path"] for section in sections if section["path"] in {area["section"]["path"] for area in reply["data"]}]
    by_gain = sorted(order, key=lambda path: -aws.count_under(path))  # ties keep notes order
    assert [area["section"]["path"] for area in reply["data"]] == by_gain


def test_only_sections_with_questions_of_their_own(learner, sample):
    assert {area["section"]["path"] for area in learner.weak_areas("sample")["data"]} == {"alpha", "alpha/beta", "gamma/delta"}


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
@pytest.mark.parametrize("kind", [banks.right, banks.wrong, banks.partly], ids=lambda kind: kind.__name__)
def test_one_section(history, sections, feedback, kind):
    history.take([kind] * 8, sections=["aws-dynamodb/streams", "aws-dynamodb/global-tables"], size=8, feedback=feedback)
    assert_same(history.learner.weak_areas(model="beta-1"), history.areas(sections))


@pytest.mark.parametrize("seed", range(6))
def test_random_histories(history, sections, seed):
    """Attempts of both kinds all over the bank, with days between them; some left open, some questions not answered."""
    choices = random.Random(seed)
    tops = sorted({section["path"].split("/")[0] for section in sections})
    for _ in range(choices.randint(3, 7)):
        kinds = choices.choices([banks.right, banks.wrong, banks.partly, None], [5, 3, 1, 1], k=12)
        history.take(kinds, size=12, feedback=choices.choice(["immediate", "deferred"]), submits=choices.random() < 0.8,
                     seed=str(choices.random()), sections=choices.sample(tops, choices.randint(1, 6)))
        history.age(choices.choice([0, 1, 3, 12, 30, 90]))
    assert_same(history.learner.weak_areas(model="beta-1"), history.areas(sections))


@pytest.mark.parametrize("target", [0.001, 0.3, 0.72, 0.9, 1])
def test_targets(history, sections, target):
    history.take([banks.right, banks.wrong] * 10, size=20)
    assert_same(history.learner.weak_areas(model="beta-1", target=target), history.areas(sections, target), target)


def test_targets_belong_to_banks(learner, sample):
    assert learner.weak_areas("sample")["target"] == 0.6


def test_old_answers_count_for_little(history, sections):
    history.take([banks.wrong] * 20, sections=["aws-s3"], size=20)
    fresh = next(area for area in history.learner.weak_areas(model="beta-1")["data"] if area["section"]["path"] == "aws-s3/mfa")
    history.age(3000)
    reply = history.learner.weak_areas(model="beta-1")
    assert_same(reply, history.areas(sections))
    old = next(area for area in reply["data"] if area["section"]["path"] == "aws-s3/mfa")
    assert fresh["estimate"]["mean"] < 0.35 and old["estimate"]["mean"] == 0.5
    assert old["evidence"]["answers"] == fresh["evidence"]["answers"]


def test_deferred_answers_count_with_the_submit(learner, aws):
    attempt = learner.start(sections=["vpc"], size=100, feedback="deferred")
    answer_all(learner, aws, attempt)
    assert {area["evidence"]["answers"] for area in learner.weak_areas()["data"]} == {0}
    learner.submit(attempt)
    assert max(area["evidence"]["answers"] for area in learner.weak_areas()["data"]) == len(attempt["items"])


def test_repeated_requests_count_once(learner, aws):
    """The same PUT again, a refused one, and a second submit leave the evidence as it is."""
    for feedback in ("immediate", "deferred"):
        attempt = learner.start(sections=["vpc/endpoints"], size=1, feedback=feedback, seed="once")
        question = aws.find(attempt["items"][0]["question"])
        for _ in range(3):
            learner.answer(attempt, 1, banks.wrong(question))
            learner.answer(attempt, 1, banks.right(question), expect=409)
        for _ in range(3):
            learner.submit(attempt)
    area = next(area for area in learner.weak_areas()["data"] if area["section"]["path"] == "vpc/endpoints")
    assert (area["evidence"]["answers"], area["evidence"]["correct"]) == (2, 0)


def test_same_question_in_two_attempts_counts_twice(history, sections):
    for kind in (banks.wrong, banks.right):
        history.take([kind], sections=["vpc/endpoints"], size=1, seed="twice")
    assert_same(history.learner.weak_areas(model="beta-1"), history.areas(sections))
    area = next(area for area in history.learner.weak_areas(model="beta-1")["data"] if area["section"]["path"] == "vpc/endpoints")
    assert area["why"] == "1 of 2 right; last wrong today"


@pytest.mark.parametrize("days,words", [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (45, "45 days ago")])
def test_why(history, days, words):
    history.take([banks.wrong, banks.right], sections=["x-ray"], size=2)
    history.age(days)
    area = next(area for area in history.learner.weak_areas(model="beta-1")["data"] if area["section"]["path"] == "x-ray")
    assert area["why"] == f"1 of 2 right; last wrong {words}"


def test_why_with_nothing_wrong(history):
    history.take([banks.right] * 3, sections=["x-ray"], size=3)
    area = next(area for area in history.learner.weak_areas(model="beta-1")["data"] if area["section"]["path"] == "x-ray")
    assert area["why"] == "3 of 3 right"


def test_labels(history):
    """Enough wrong answers make a section weak, enough right ones strong."""
    history.take([banks.right] * 100, sections=["aws-rds"], size=100)
    history.take([banks.wrong] * 100, sections=["kinesis"], size=100)
    labels = {area["section"]["path"]: area["label"] for area in history.learner.weak_areas(model="beta-1")["data"]}
    assert labels["kinesis/stream/terminology"] == "weak" and labels["aws-rds/monitoring"] == "strong"
    assert labels["aws-batch"] == "no_evidence"
    assert history.learner.weak_areas(model="beta-1")["data"][0]["section"]["path"].startswith("kinesis")


def test_one_answer_proves_little(history):
    history.take([banks.right], sections=["aws-sns"], size=1)
    labels = {area["section"]["path"]: area["label"] for area in history.learner.weak_areas(model="beta-1")["data"]}
    assert labels["aws-sns"] == "unsure"


def test_limit(learner):
    everything = learner.weak_areas()["data"]
    for limit in (1, 5, 20):
        assert learner.weak_areas(limit=limit)["data"] == everything[:limit]
    assert learner.client.get("/v1/me/weak-areas", query={"bank": "aws-dva-c01"}).json["data"] == everything[:20]


def test_unknown_bank(learner):
    reply = learner.client.get("/v1/me/weak-areas", query={"bank": "no-such-bank"}, expect=404)
    assert reply.code == "not_found"


def test_banks_and_people_do_not_mix(learner, eve, sample):
    attempt = learner.start(sample.slug, size=100)
    answer_all(learner, sample, attempt, banks.wrong)
    assert {area["evidence"]["answers"] for area in learner.weak_areas()["data"]} == {0}
    assert {area["evidence"]["answers"] for area in eve.weak_areas("sample")["data"]} == {0}
    assert sum(area["evidence"]["answers"] for area in learner.weak_areas("sample")["data"]) > 0


def test_reading(learner, sections):
    """What to read is the section itself: its anchor, its lines, and how it begins."""
    by_path = {section["path"]: section for section in sections}
    for area in learner.weak_areas()["data"]:
        entry = by_path[area["section"]["path"]]
        assert (area["section"]["id"], area["section"]["title"]) == (entry["id"], entry["title"])
        section = learner.client.get(f"/v1/banks/aws-dva-c01/sections/{entry['id']}").json
        reading = area["read"]
        assert (reading["section_id"], reading["anchor"], reading["lines"]) == (entry["id"], entry["anchor"], section["lines"])
        body, excerpt = section["markdown"].strip(), reading["excerpt"]
        assert body.startswith(excerpt) and len(excerpt.encode()) <= 240
        assert excerpt == body or len(excerpt.encode()) > 150 and re.match(r"\s", body[len(excerpt):])


def test_next_can_be_posted_as_it_is(history):
    history.take([banks.wrong, banks.right, banks.wrong] * 4, size=12)
    for area in history.learner.weak_areas(model="beta-1")["data"]:
        attempt = history.learner.client.post("/v1/attempts", area["next"], expect=201).json
        assert 1 <= len(attempt["items"]) == area["next"]["size"] <= 5
        assert all(banks.is_under(item["question"]["section"], area["section"]["path"]) for item in attempt["items"])


def test_path_from_wrong_to_weak_to_read_to_next(history, sections):
    """The product in one test: what was answered wrong comes first, and answering it well takes it off the top."""
    history.take([banks.wrong] * 5, sections=["kinesis/stream/terminology"], size=5)
    first = history.learner.weak_areas(model="beta-1")["data"][0]
    assert first["section"]["path"].startswith("kinesis") and first["label"] == "weak"
    before = next(area for area in history.learner.weak_areas(model="beta-1")["data"] if area["section"]["path"] == "kinesis/stream/terminology")
    for _ in range(4):
        history.take([banks.right] * 5, **before["next"])
    reply = history.learner.weak_areas(model="beta-1")
    assert_same(reply, history.areas(sections))
    after = next(area for area in reply["data"] if area["section"]["path"] == "kinesis/stream/terminology")
    assert after["estimate"]["mean"] > before["estimate"]["mean"] + 0.2 and after["expected_gain"] < before["expected_gain"]
