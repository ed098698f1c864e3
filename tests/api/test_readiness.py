"""How an exam would turn out."""
import json
import math

import pytest

from support_py import bank as banks
from support_py import sample as samples
from support_py.studying import History


@pytest.fixture
def history(learner, aws, world):
    return History(learner, aws, world)


def readiness(learner, **query):
    return learner.client.get("/v1/me/readiness", query={"bank": "aws-dva-c01", **query}, expect=200).json


def test_nothing_known(learner):
    reply = readiness(learner)
    assert reply["is_estimate"] is True and reply["model"] == "beta-2"
    assert (reply["size"], reply["pass"], reply["answers"], reply["share_answered"]) == (65, 0.72, 0, 0)
    assert reply["high"] - reply["low"] > 0.4 and 0 < reply["probability_of_passing"] < 0.5


@pytest.mark.parametrize("kind,passes", [(banks.right, True), (banks.wrong, False)], ids=["right", "wrong"])
def test_it_follows_the_answers(history, kind, passes):
    before = readiness(history.learner)
    for _ in range(2):
        history.take([kind] * 100, size=100)
    reply = readiness(history.learner)
    assert reply["answers"] == 200 and reply["share_answered"] > 0.75
    assert reply["high"] - reply["low"] < before["high"] - before["low"]
    assert reply["low"] < reply["mean"] < reply["high"]
    assert reply["probability_of_passing"] > 0.95 if passes else reply["probability_of_passing"] < 0.02


def test_pass_marks_and_sizes(history):
    history.take([banks.right, banks.wrong, banks.right] * 20, size=60)
    chances = [readiness(history.learner, **{"pass": mark})["probability_of_passing"] for mark in (0.4, 0.6, 0.8, 1)]
    assert chances == sorted(chances, reverse=True) and chances[0] > chances[-1]
    few, many = readiness(history.learner, size=10), readiness(history.learner, size=200)
    assert few["high"] - few["low"] > many["high"] - many["low"] and few["mean"] == many["mean"]


def test_an_exam_asks_by_its_blueprint(history):
    """What is known of a domain counts by the exam's weight, not by how many questions the bank has."""
    exam, = [one for one in history.learner.client.get("/v1/banks/aws-dva-c01/exams", expect=200).json["data"] if one["slug"] == "dva-c01"]
    reply = readiness(history.learner, exam="dva-c01")
    assert (reply["exam"], reply["size"], readiness(history.learner)["exam"]) == ("dva-c01", exam["question_count"], None)
    assert reply["pass"] == math.ceil((exam["pass_scaled"] - 100) / 900 * 1000) / 1000
    for parameter, value in (("size", 10), ("pass", 0.5)):
        fault, = history.learner.client.get("/v1/me/readiness", query={"bank": "aws-dva-c01", "exam": "dva-c01", parameter: value},
                                            expect=422).json["errors"]
        assert (fault["parameter"], fault["code"]) == (parameter, "not_allowed")
    fault, = history.learner.client.get("/v1/me/readiness", query={"bank": "aws-dva-c01", "exam": "no-such"}, expect=422).json["errors"]
    assert (fault["parameter"], fault["code"]) == ("exam", "not_found")


def test_two_exams_of_one_bank(learner, world, ada, tmp_path):
    """Whoever knows one half of the notes passes the exam of that half."""
    folder = samples.write(tmp_path, "halves")
    (folder / "exams").mkdir()
    for slug, section in (("first", "alpha"), ("second", "gamma")):
        (folder / f"exams/{slug}.json").write_text(json.dumps({"slug": slug, "title": slug, "size": 4, "time_limit_minutes": 10,
                                                              "pass_scaled": 640, "blueprint": [{"section": section, "weight": 100}]}))
    bank = samples.bring(world, ada, folder)
    for _ in range(6):
        attempt = learner.start("halves", size=100)
        for item in attempt["items"]:
            question = bank.find(item["question"])
            learner.answer(attempt, item["position"], (banks.right if question["section"].startswith("alpha") else banks.wrong)(question))
    first, second = (readiness(learner, bank="halves", exam=slug) for slug in ("first", "second"))
    assert first["size"] == 4 and first["pass"] == 0.6
    assert first["mean"] > 0.7 > 0.4 > second["mean"]
    assert first["probability_of_passing"] > 0.7 > 0.3 > second["probability_of_passing"]


def test_the_same_again_and_not_sent_again(history):
    history.take([banks.right] * 5, size=5)

    def fetch(tag=None):
        return history.learner.client.get("/v1/me/readiness", query={"bank": "aws-dva-c01"},
                                          headers={"If-None-Match": tag} if tag else {})
    for _ in range(2):  # a new five minutes may begin between
        first, second = fetch(), fetch()
        third = fetch(first.headers["ETag"])
        if third.status == 304:
            break
    assert first.body == second.body and (third.status, third.body) == (304, b"")
    history.take([banks.wrong] * 5, size=5)
    assert fetch(first.headers["ETag"]).status == 200


def test_people_do_not_mix(history, eve):
    history.take([banks.right] * 50, size=50)
    assert readiness(history.learner)["probability_of_passing"] > readiness(eve)["probability_of_passing"]


def test_unknown_bank(learner):
    for path in ("/v1/me/readiness", "/v1/me/plan", "/v1/me/progress"):
        assert learner.client.get(path, query={"bank": "no-such-bank"}, expect=404).code == "not_found"
