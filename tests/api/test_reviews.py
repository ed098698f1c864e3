"""What is due for review: from answers through submits to the list."""
import datetime

import pytest

from support_py import bank as banks
from support_py.learner import answer_all

pytestmark = pytest.mark.usefixtures("one_day")

AGED = "UPDATE reviews SET reviewed_at = reviewed_at - %s * interval '1 day' WHERE user_id = %s"
# First stabilities of FSRS-6 (days): again, hard, good.
AGAIN, HARD, GOOD = 0.212, 1.2931, 2.3065


def reviews(learner, bank="aws-dva-c01", **query):
    return learner.client.get("/v1/me/reviews", query={"bank": bank, "limit": 100, **query}, expect=200).json


def age(world, learner, days):
    world.database.run(AGED, (days, learner.id))


def take(learner, aws, kind, *, submits=True, **members):
    attempt = learner.start(**{"sections": ["vpc/endpoints"], "size": 1, "seed": "due", **members})
    answer_all(learner, aws, attempt, kind)
    if submits:
        learner.submit(attempt)
    return attempt["items"][0]["question"]


def ahead(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_nothing_yet(learner):
    reply = reviews(learner)
    assert reply == {"model": "fsrs-6", "desired_retention": 0.9, "due_count": 0, "known_count": 0, "next_due_at": None, "day_limit": None,
                     "done_today": 0, "data": []}


def test_unknown_bank(learner):
    learner.client.get("/v1/me/reviews", query={"bank": "no-such-bank"}, expect=404)


@pytest.mark.parametrize("kind,stability", [(banks.wrong, AGAIN), (banks.right, GOOD)], ids=["wrong", "right"])
@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_a_first_answer(learner, aws, world, kind, stability, feedback):
    question = take(learner, aws, kind, feedback=feedback)
    assert reviews(learner)["data"] == [] and reviews(learner)["known_count"] == 1
    age(world, learner, 1 if stability < 1 else 2)
    (due,) = reviews(learner)["data"]
    assert due["question"] == {name: question[name] for name in ("id", "version", "type", "section")}
    assert due["stability_days"] == pytest.approx(stability, abs=1e-4)
    assert (due["review_count"], due["lapse_count"]) == (1, 0)


def test_not_before_it_is_handed_in(learner, aws, world):
    take(learner, aws, banks.wrong, submits=False)
    age(world, learner, 30)
    assert reviews(learner)["known_count"] == 0


def test_questions_without_an_answer_are_not_reviewed(learner):
    learner.submit(learner.start(size=5))
    assert reviews(learner)["known_count"] == 0


def test_the_second_time(learner, aws, world):
    """Two days later it is still known: next time in eleven days (py-fsrs: 2.3065, then 10.97)."""
    take(learner, aws, banks.right)
    age(world, learner, 2)
    assert reviews(learner)["due_count"] == 1
    take(learner, aws, banks.right)
    reply = reviews(learner)
    assert (reply["due_count"], reply["known_count"]) == (0, 1)
    for days, due in ((10, 0), (1, 1)):
        age(world, learner, days)
        assert reviews(learner)["due_count"] == due
    (again,) = reviews(learner)["data"]
    assert again["stability_days"] == pytest.approx(10.97, abs=0.02) and again["review_count"] == 2
    take(learner, aws, banks.wrong)
    age(world, learner, 40)
    (lapsed,) = reviews(learner)["data"]
    assert lapsed["lapse_count"] == 1 and lapsed["stability_days"] < 10


def test_submitting_again_counts_once(learner, aws, world):
    attempt = learner.start(sections=["vpc/endpoints"], size=1, seed="due")
    answer_all(learner, aws, attempt)
    for _ in range(3):
        learner.submit(attempt)
    age(world, learner, 5)
    (due,) = reviews(learner)["data"]
    assert due["review_count"] == 1


def test_the_most_forgotten_first_and_no_more_than_asked(learner, aws, world):
    attempt = learner.start(sections=["aws-s3"], size=30)
    for item in attempt["items"]:
        question = aws.find(item["question"])
        learner.answer(attempt, item["position"], (banks.wrong if item["position"] % 2 else banks.right)(question))
    learner.submit(attempt)
    age(world, learner, 3)
    everything = reviews(learner)
    recalls = [entry["recall"] for entry in everything["data"]]
    assert recalls == sorted(recalls) and everything["due_count"] == len(recalls) == 30
    few = reviews(learner, limit=7)
    assert few["data"] == everything["data"][:7] and few["due_count"] == 30
    assert all(entry["stability_days"] == pytest.approx(AGAIN, abs=1e-4) for entry in few["data"])


def test_an_exam_raises_retention_and_puts_nothing_off_beyond_it(learner, aws, world):
    take(learner, aws, banks.right)
    age(world, learner, 2)
    take(learner, aws, banks.right)
    far, near = reviews(learner, exam_at=ahead(90)), reviews(learner, exam_at=ahead(6))
    assert far["desired_retention"] == 0.9 and 0.935 < near["desired_retention"] < 0.945
    assert near["next_due_at"] < far["next_due_at"] and near["next_due_at"] < ahead(5.01)
    assert reviews(learner, exam_at=ahead(-1))["next_due_at"] == reviews(learner)["next_due_at"]


def test_an_exam_caps_the_load_of_a_day(learner, aws, world):
    """All that is known once more in the days that are left, twenty a day at least; what was done today counts."""
    attempt = learner.start(size=60, seed="many")
    answer_all(learner, aws, attempt, banks.wrong)
    learner.submit(attempt)
    age(world, learner, 5)
    assert (len(reviews(learner)["data"]), reviews(learner)["day_limit"]) == (60, None)
    for days, most in ((30.5, 20), (3.5, 20), (2.5, 30), (1.5, 60), (0.5, 60)):
        reply = reviews(learner, exam_at=ahead(days))
        assert (reply["day_limit"], len(reply["data"]), reply["due_count"], reply["done_today"]) == (most, most, 60, 0)
    world.database.run("UPDATE reviews SET reviewed_at = clock_timestamp() WHERE (user_id, question_id) IN (SELECT user_id, question_id "
                       "FROM reviews WHERE user_id = %s ORDER BY question_id LIMIT 13)", (learner.id,))
    reply = reviews(learner, exam_at=ahead(30.5))
    assert (reply["day_limit"], reply["done_today"], len(reply["data"]), reply["due_count"]) == (20, 13, 7, 47)
    assert len(reviews(learner)["data"]) == 47


def test_people_and_banks_do_not_mix(learner, eve, aws, sample, world):
    before = reviews(eve)["known_count"]
    take(learner, aws, banks.right)
    assert reviews(eve)["known_count"] == before and reviews(learner, sample.slug)["known_count"] == 0
