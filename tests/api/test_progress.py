"""Days of study and streaks, in any time zone."""
import datetime

import pytest

from support_py import bank as banks
from support_py.learner import answer_all

MOVED = """UPDATE study_activity SET bucket_at = bucket_at - %s * interval '1 day' WHERE user_id = %s AND bucket_at > now() - interval '1 hour'"""


def progress(learner, bank="aws-dva-c01", **query):
    return learner.client.get("/v1/me/progress", query={"bank": bank, **query}, expect=200).json


def study(learner, aws, *kinds, feedback="immediate", submits=True):
    attempt = learner.start(size=len(kinds), feedback=feedback)
    credits = []
    for item, kind in zip(attempt["items"], kinds):
        if kind is not None:
            question = aws.find(item["question"])
            learner.answer(attempt, item["position"], kind(question))
            credits.append(banks.credit(question, kind(question)) / 1000)
    if submits:
        learner.submit(attempt)
    return credits


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def test_nothing_yet(learner):
    reply = progress(learner)
    assert reply["streak"] == {"current": 0, "longest": 0, "is_today": False}
    assert reply["total"] == {"days": 0, "attempts": 0, "answers": 0, "correct": 0}
    assert reply["data"] == [] and reply["tz"] == "UTC" and reply["today"] in {str(today()), str(today() - datetime.timedelta(1))}


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_a_day(learner, aws, feedback):
    credits = study(learner, aws, banks.right, banks.wrong, banks.right, None, feedback=feedback)
    study(learner, aws, banks.right, submits=False)
    reply = progress(learner)
    assert reply["total"] == {"days": 1, "attempts": 1, "answers": 3, "correct": 2}
    assert reply["data"] == [{"day": reply["today"], "attempts": 1, "answers": 3, "correct": 2, "credit": sum(credits)}]
    assert reply["streak"] == {"current": 1, "longest": 1, "is_today": True}


def test_submitting_again_counts_once(learner, aws):
    attempt = learner.start(size=2)
    answer_all(learner, aws, attempt)
    for _ in range(3):
        learner.submit(attempt)
    assert progress(learner)["total"] == {"days": 1, "attempts": 1, "answers": 2, "correct": 2}


@pytest.mark.parametrize("ago,current,longest,is_today", [
    ([0, 1, 2], 3, 3, True), ([1, 2], 2, 2, False), ([2, 3, 4], 0, 3, False), ([0, 2, 3, 4, 9], 1, 3, True), ([5], 0, 1, False)])
def test_streaks(learner, aws, world, ago, current, longest, is_today):
    for days in reversed(ago):  # what is moved is what is recent
        study(learner, aws, banks.right)
        world.database.run(MOVED, (days, learner.id))
    reply = progress(learner)
    assert reply["streak"] == {"current": current, "longest": longest, "is_today": is_today}
    assert reply["total"]["days"] == len(ago)
    assert [entry["day"] for entry in reply["data"]] == sorted((entry["day"] for entry in reply["data"]), reverse=True)


def test_days_listed(learner, aws, world):
    for days in (40, 3, 0):
        study(learner, aws, banks.right)
        world.database.run(MOVED, (days, learner.id))
    counts = {days: len(progress(learner, days=days)["data"]) for days in (1, 3, 4, 30, 41)}
    assert counts == {1: 1, 3: 1, 4: 2, 30: 2, 41: 3}
    assert progress(learner, days=1)["total"]["answers"] == 3


def test_days_belong_to_time_zones(learner, aws, world):
    """A quarter to midnight in London in winter is the next day in Berlin, and still the day before in New York's evening."""
    study(learner, aws, banks.right)
    world.database.run("UPDATE study_activity SET bucket_at = '2026-01-10T23:45:00Z' WHERE user_id = %s", (learner.id,))
    query = {"days": 366}
    days = {zone: [entry["day"] for entry in progress(learner, tz=zone, **query)["data"]]
            for zone in ("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")}
    assert days == {"UTC": ["2026-01-10"], "Europe/London": ["2026-01-10"], "Europe/Berlin": ["2026-01-11"],
                    "America/New_York": ["2026-01-10"], "Asia/Kathmandu": ["2026-01-11"]}


@pytest.mark.parametrize("zone", ["Mars/Olympus", "x", "Europe", "UTC; DROP TABLE users", "posix/UTC"])
def test_unknown_time_zones(learner, zone):
    reply = learner.client.get("/v1/me/progress", query={"bank": "aws-dva-c01", "tz": zone}, expect=422)
    assert [(fault["parameter"], fault["code"]) for fault in reply.json["errors"]] == [("tz", "not_allowed")]


def test_people_and_banks_do_not_mix(learner, eve, aws, sample):
    before = progress(eve)["total"]
    study(learner, aws, banks.right)
    assert progress(eve)["total"] == before and progress(learner, sample.slug)["total"]["answers"] == 0
