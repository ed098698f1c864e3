"""What to study on each day until the exam, and why."""
import datetime
import json

import pytest

from support_py import bank as banks
from support_py import sample as samples
from support_py.studying import History

pytestmark = pytest.mark.usefixtures("one_day")


@pytest.fixture
def history(learner, aws, world):
    return History(learner, aws, world)


def plan(learner, **query):
    return learner.client.get("/v1/me/plan", query={"bank": "aws-dva-c01", **query}, expect=200).json


def ahead(days):
    """Of the server's today, which the plan tells."""
    return str(datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=days))


def test_a_first_plan(learner):
    """Nothing is known: seven days of finding out, the most gain a minute first, each with its reason."""
    reply = plan(learner)
    assert (reply["minutes_per_day"], reply["exam_date"], reply["tz"], len(reply["data"])) == (30, None, "UTC", 7)
    first = datetime.date.fromisoformat(reply["data"][0]["date"])
    assert [day["date"] for day in reply["data"]] == [str(first + datetime.timedelta(days=n)) for n in range(7)]
    for day in reply["data"]:
        rates = [entry["gain_per_minute"] for entry in day["entries"]]
        assert rates == sorted(rates, reverse=True) and day["entries"]
        assert day["minutes"] == sum(entry["minutes"] for entry in day["entries"]) <= 30
        assert all(entry["reason"] and entry["size"] and entry["expected_gain"] > 0 for entry in day["entries"])
    assert all(entry["kind"] == "practice" and entry["reason"] == "nothing is known of it yet" for entry in reply["data"][0]["entries"])


def test_weak_sections_are_read_and_practised(history):
    history.take([banks.wrong] * 30, sections=["kinesis"], size=30)
    weak = {area["section"]["path"]: area["section"]["id"] for area in history.learner.weak_areas()["data"] if area["label"] == "weak"}
    days = plan(history.learner, minutes_per_day=60)["data"]
    reading = [entry for day in days for entry in day["entries"] if entry["kind"] == "read"]
    assert reading and all(entry["size"] is None and weak[entry["section"]] == entry["section_id"] for entry in reading)
    assert len({entry["section"] for entry in reading}) == len(reading)
    assert any(entry["kind"] == "practice" and entry["section"] in weak for entry in days[0]["entries"])
    assert any(entry["reason"].startswith("weak: ") and "right; last wrong today" in entry["reason"] for entry in days[0]["entries"])


def test_reviews_are_spread_over_days(history, world):
    history.take([banks.wrong, banks.right] * 20, size=40, seed="spread")  # of some papers a minute is left that no section fits, for one more
    world.database.run("UPDATE reviews SET reviewed_at = reviewed_at - interval '9 days' WHERE user_id = %s", (history.learner.id,))
    days = plan(history.learner, minutes_per_day=20)["data"]
    sizes = [sum(entry["size"] for entry in day["entries"] if entry["kind"] == "review") for day in days]
    # What is left of a day goes to one review more or not, by what else the day has.
    assert sizes[0] == 10 and sum(sizes[:4]) == 40 and all(9 <= size <= 11 for size in sizes[:4]) and days[0]["due_count"] == 40
    (review,) = [entry for entry in days[0]["entries"] if entry["kind"] == "review"]
    assert review["section"] is None and review["reason"] == "40 questions are about to be forgotten; these are the most urgent"


def test_reviews_of_a_day_are_capped_before_an_exam(history, world):
    for _ in range(3):
        history.take([banks.wrong] * 40, size=40)
    world.database.run("UPDATE reviews SET reviewed_at = reviewed_at - interval '90 days' WHERE user_id = %s", (history.learner.id,))
    def first(**query):
        (review,) = [entry for entry in plan(history.learner, minutes_per_day=400, **query)["data"][0]["entries"] if entry["kind"] == "review"]
        return review["size"]
    listed = history.learner.client.get("/v1/me/reviews", query={"bank": "aws-dva-c01", "exam_at": f"{ahead(30)}T12:00:00Z"}, expect=200).json
    assert first(exam_date=ahead(30)) == listed["day_limit"] == 20 < first()


def test_days_until_the_exam(history):
    reply = plan(history.learner, minutes_per_day=150, exam_date=ahead(10))
    assert reply["exam_date"] == ahead(10) and reply["data"][-1]["date"] == ahead(9)
    exams = {day["date"]: entry for day in reply["data"] for entry in day["entries"] if entry["kind"] == "exam"}
    assert [len(reply["data"]) - [day["date"] for day in reply["data"]].index(date) for date in exams] == [6, 2]
    assert exams[ahead(8)]["reason"] == "the exam is in 2 days: try one whole, on time" and exams[ahead(8)]["size"] == 65


def test_an_exam_that_would_be_passed_is_tried(history):
    for _ in range(2):
        history.take([banks.right] * 100, size=100)
    (likely,) = [entry for entry in plan(history.learner, minutes_per_day=300)["data"][0]["entries"] if entry["kind"] == "exam"]
    assert "would be passed with a probability of" in likely["reason"]


def exams_of(reply):
    return [entry for day in reply["data"] for entry in day["entries"] if entry["kind"] == "exam"]


def test_the_only_exam_of_a_bank_is_meant(history):
    """It is named where an exam is planned, and its chances are those that readiness says."""
    history.take([banks.right, banks.right, banks.wrong] * 10, size=30)
    for _ in range(2):  # a new five minutes may begin between
        reply = plan(history.learner, minutes_per_day=150, exam_date=ahead(10))
        ready = history.learner.client.get("/v1/me/readiness", query={"bank": "aws-dva-c01", "exam": "dva-c01"}, expect=200).json
        if reply["probability_of_passing"] == ready["probability_of_passing"]:
            break
    assert (reply["exam"], reply["probability_of_passing"]) == ("dva-c01", ready["probability_of_passing"])
    assert [entry["exam"] for entry in exams_of(reply)] == ["dva-c01"] * 2
    assert {entry["exam"] for day in reply["data"] for entry in day["entries"] if entry["kind"] != "exam"} == {None}
    assert plan(history.learner, minutes_per_day=150, exam_date=ahead(10), exam="dva-c01")["exam"] == "dva-c01"
    history.learner.client.post("/v1/attempts", {"bank": "aws-dva-c01", "mode": "exam", "exam": exams_of(reply)[0]["exam"]}, expect=201)


@pytest.mark.parametrize("slugs,named", [([], None), (["over"], None), (["open"], "open"), (["long", "open"], None)])
def test_which_exam_is_meant(learner, world, ada, tmp_path, slugs, named):
    bank = "which-" + ("-".join(slugs) or "none")
    folder = samples.write(tmp_path, bank)
    (folder / "exams").mkdir()
    for slug in slugs:
        members = {"closes_at": "2020-01-01T00:00:00Z"} if slug == "over" else {"pilot_count": 1}
        (folder / f"exams/{slug}.json").write_text(json.dumps({
            "slug": slug, "title": slug, "size": 4, "time_limit_minutes": 60 if slug == "long" else 10, "pass_scaled": 640,
            "blueprint": [{"section": "alpha", "weight": 100}], **members}))
    samples.bring(world, ada, folder)
    reply = plan(learner, bank=bank, exam_date=ahead(2), minutes_per_day=30)
    size, minutes = (5, 10) if named else (15, 30)
    assert (reply["exam"], [(entry["exam"], entry["size"], entry["minutes"]) for entry in exams_of(reply)]) == (named, [(named, size, minutes)])
    for slug in slugs:
        asked = plan(learner, bank=bank, exam_date=ahead(2), minutes_per_day=30, exam=slug)
        assert (asked["exam"], [entry["exam"] for entry in exams_of(asked)]) == (slug, [] if slug == "long" else [slug])
    fault, = learner.client.get("/v1/me/plan", query={"bank": bank, "exam": "no-such"}, expect=422).json["errors"]
    assert (fault["parameter"], fault["code"]) == ("exam", "not_found")


def test_the_same_situation_gives_the_same_plan(history):
    history.take([banks.wrong, banks.right, banks.right] * 10, size=30)
    for _ in range(2):  # a new five minutes may begin between
        first, second = (plan(history.learner, minutes_per_day=90, exam_date=ahead(20)) for _ in range(2))
        if first == second:
            break
    assert first == second


@pytest.mark.parametrize("minutes", [5, 10, 45, 600])
def test_it_fits_the_time(history, minutes):
    history.take([banks.wrong] * 20, size=20)
    days = plan(history.learner, minutes_per_day=minutes, exam_date=ahead(60))["data"]
    assert len(days) == 60 and all(day["minutes"] <= minutes for day in days) and days[0]["entries"]


def test_days_that_may_be_planned(learner):
    assert [len(plan(learner, exam_date=ahead(days))["data"]) for days in (1, 59, 60)] == [1, 59, 60]
    for days in (61, 62):
        fault, = learner.client.get("/v1/me/plan", query={"bank": "aws-dva-c01", "exam_date": ahead(days)}, expect=422).json["errors"]
        assert (fault["parameter"], fault["code"]) == ("exam_date", "too_large")


def test_today_belongs_to_a_time_zone(learner):
    days = {zone: plan(learner, tz=zone)["data"][0]["date"] for zone in ("Pacific/Kiritimati", "Pacific/Niue")}
    assert days["Pacific/Kiritimati"] > days["Pacific/Niue"]  # 25 hours apart


@pytest.mark.parametrize("query,code", [
    ({"exam_date": "2026-02-30"}, "bad_format"), ({"exam_date": "tomorrow!!"}, "bad_format"), ({"exam_date": "2026-1-1"}, "too_short"),
    ({"exam_date": "2026-01-01T00:00:00Z"}, "too_long"), ({"exam_date": ahead(-1)}, "too_small"), ({"exam_date": "1969-12-31"}, "too_small"),
    ({"exam_date": ahead(62)}, "too_large"), ({"minutes_per_day": 4}, "too_small"), ({"minutes_per_day": 601}, "too_large"),
    ({"minutes_per_day": "many"}, "wrong_type"), ({"tz": "Mars/Olympus"}, "not_allowed"), ({"minutes": 30}, "unknown")],
    ids=lambda value: "" if isinstance(value, str) else "-".join(f"{name}={what}" for name, what in value.items()))
def test_bad_values(learner, query, code):
    reply = learner.client.get("/v1/me/plan", query={"bank": "aws-dva-c01", **query}, expect=422)
    assert [(fault["parameter"], fault["code"]) for fault in reply.json["errors"]] == [(next(iter(query)), code)]
