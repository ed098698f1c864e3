"""Days of study and streaks, in any time zone."""
import datetime

import pytest

from support_py import bank as banks
from support_py.learner import answer_all

pytestmark = pytest.mark.usefixtures("one_day")

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
    assert reply["total"] == {"days": 0, "attempts": 0, "answers": 0, "correct": 0, "minutes": 0}
    assert reply["data"] == [] and reply["tz"] == "UTC" and reply["today"] in {str(today()), str(today() - datetime.timedelta(1))}


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_a_day(learner, aws, feedback):
    credits = study(learner, aws, banks.right, banks.wrong, banks.right, None, feedback=feedback)
    study(learner, aws, banks.right, submits=False)
    reply = progress(learner)
    minutes = reply["total"]["minutes"]
    assert 0 <= minutes < 1 and reply["total"] == {"days": 1, "attempts": 1, "answers": 3, "correct": 2, "minutes": minutes}
    assert reply["data"] == [{"day": reply["today"], "attempts": 1, "answers": 3, "correct": 2, "credit": sum(credits), "minutes": minutes,
                              "mastery": pytest.approx((2 + sum(credits)) / 7, abs=1e-4)}]
    assert reply["streak"] == {"current": 1, "longest": 1, "is_today": True}


def test_submitting_again_counts_once(learner, aws):
    attempt = learner.start(size=2)
    answer_all(learner, aws, attempt)
    for _ in range(3):
        learner.submit(attempt)
    total = progress(learner)["total"]
    assert (total["days"], total["attempts"], total["answers"], total["correct"]) == (1, 1, 2, 2)


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


def test_minutes(learner, aws, world):
    """From answer to answer of an attempt; a pause is ten minutes at most."""
    attempt = learner.start(size=3)
    answer_all(learner, aws, attempt)
    world.database.run("UPDATE attempts SET started_at = started_at - interval '90 seconds' WHERE id = %s", (attempt["id"],))
    world.database.run("UPDATE answers SET recorded_at = recorded_at + position * interval '1 hour' WHERE attempt_id = %s AND position > 1",
                       (attempt["id"],))
    learner.submit(attempt)
    reply = progress(learner, days=366)
    assert reply["total"]["minutes"] == pytest.approx(21.5, abs=0.3)
    assert sum(day["minutes"] for day in reply["data"]) == pytest.approx(21.5, abs=0.5)


def test_weeks(learner, aws, world):
    """Whole weeks, from Monday on; mastery is that of their last day."""
    for days in (21, 20, 2, 1, 0):
        study(learner, aws, banks.right if days < 20 else banks.wrong)
        world.database.run(MOVED, (days, learner.id))
    days, weeks = (progress(learner, granularity=granularity)["data"] for granularity in ("day", "week"))
    expected = {}
    for day in days:
        date = datetime.date.fromisoformat(day["day"])
        expected.setdefault(str(date - datetime.timedelta(date.weekday())), []).append(day)
    assert [week["day"] for week in weeks] == list(expected)
    for week, members in zip(weeks, expected.values()):
        assert week["answers"] == sum(day["answers"] for day in members) and week["mastery"] == members[0]["mastery"]
    assert weeks[0]["mastery"] > 0.5 > weeks[-1]["mastery"]


@pytest.mark.parametrize("granularity", ["month", "Day", "days"])
def test_unknown_granularity(learner, granularity):
    reply = learner.client.get("/v1/me/progress", query={"bank": "aws-dva-c01", "granularity": granularity}, expect=422)
    assert [(fault["parameter"], fault["code"]) for fault in reply.json["errors"]] == [("granularity", "not_allowed")]


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
