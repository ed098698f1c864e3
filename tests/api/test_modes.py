"""The modes that a learner puts together: which questions come, and in what order of precedence."""
import pytest

from support_py import bank as banks
from support_py import sample as samples
from support_py.learner import answer_all


def slugs_of(bank, attempt):
    return [bank.find(item["question"])["slug"] for item in attempt["items"]]


def age(world, attempt, days):
    """As if the attempt, with its answers, had been `days` earlier."""
    world.database.run("UPDATE attempts SET started_at = started_at - make_interval(days => %s), "
                       "submitted_at = submitted_at - make_interval(days => %s) WHERE id = %s", (days, days, attempt["id"]))
    world.database.run("UPDATE answers SET recorded_at = recorded_at - make_interval(days => %s) WHERE attempt_id = %s",
                       (days, attempt["id"]))


@pytest.fixture(scope="module")
def tagged(world, ada, tmp_path_factory):
    """Twelve questions: six of alpha, six of gamma/delta; tags even and odd, difficulty 1 to 3 by turns."""
    listed = [{**samples.question(f"q{number}", "true_false", "alpha" if number < 6 else "gamma/delta", 7 if number < 6 else 19,
                                  options=[samples.option("true", "True", True), samples.option("false", "False", False)]),
               "stem": f"{name}: is this so?", "difficulty": 1 + number % 3, "tags": [("even", "odd")[number % 2]]}
              for number, name in enumerate("one two three four five six seven eight nine ten eleven twelve".split())]
    return samples.bring(world, ada, samples.write(tmp_path_factory.mktemp("tagged"), "tagged", listed=listed))


@pytest.mark.parametrize("members,expected", [
    ({"tags": ["odd"]}, {1, 3, 5, 7, 9, 11}), ({"tags": ["odd", "even"]}, set(range(12))),
    ({"difficulty": {"min": 2, "max": 2}}, {1, 4, 7, 10}), ({"difficulty": {"min": 2, "max": 3}}, {1, 2, 4, 5, 7, 8, 10, 11}),
    ({"tags": ["odd"], "difficulty": {"min": 1, "max": 1}}, {3, 9}),
    ({"tags": ["odd"], "difficulty": {"min": 1, "max": 1}, "sections": ["alpha"]}, {3})])
def test_tags_and_difficulty(ada, tagged, members, expected):
    attempt = ada.start("tagged", size=100, **members)
    assert set(slugs_of(tagged, attempt)) == {f"q{number}" for number in expected}


def test_nothing_fits(ada, tagged):
    problem = ada.start("tagged", expect=409, tags=["neither"])
    assert problem["code"] == "not_enough_questions"


def test_unseen_first(learner, tagged, world):
    """Three papers of four have all twelve; the fourth is of those asked longest ago."""
    papers = []
    for number in range(3):
        attempt = learner.start("tagged", size=4, unseen_first=True)
        papers.append(set(slugs_of(tagged, attempt)))
        age(world, attempt, 10 - number)
    assert set.union(*papers) == {f"q{number}" for number in range(12)}
    assert set(slugs_of(tagged, learner.start("tagged", size=4, unseen_first=True))) == papers[0]


def test_same_seed_and_history_same_paper(learner, eve, tagged):
    for mode, members in (("practice", {"unseen_first": True}), ("weak_areas", {})):
        one = learner.start("tagged", size=5, seed="look back", mode=mode, **members)
        other = eve.start("tagged", size=5, seed="look back", mode=mode, **members)
        assert slugs_of(tagged, one) == slugs_of(tagged, other)
        for person, attempt in ((learner, one), (eve, other)):
            person.client.request("DELETE", f"/v1/attempts/{attempt['id']}", expect=204)


def test_weak_areas_come_from_what_is_weak(learner, tagged):
    """Right in alpha, wrong in gamma/delta, then a day later by the others: most questions are of gamma/delta."""
    first = learner.start("tagged", size=100, tags=["even"], seed="weak")
    answer_all(learner, tagged, first,
               lambda question: (banks.right if question["section"] == "alpha" else banks.wrong)(question))
    attempt = learner.start("tagged", mode="weak_areas", size=3, seed="weak")
    assert attempt["mode"] == "weak_areas"
    sections = [tagged.find(item["question"])["section"] for item in attempt["items"]]
    assert sections.count("gamma/delta") >= 2


def test_weak_areas_never_ask_the_same_within_a_day(learner, tagged, world):
    asked = [learner.start("tagged", mode="weak_areas", size=4) for _ in range(3)]
    assert len({slug for attempt in asked for slug in slugs_of(tagged, attempt)}) == 12
    again = learner.start("tagged", mode="weak_areas", size=4)  # nothing else is left
    assert len(again["items"]) == 4
    learner.client.request("DELETE", f"/v1/attempts/{again['id']}", expect=204)
    age(world, asked[0], 2)
    fresh = learner.start("tagged", mode="weak_areas", size=4)
    assert set(slugs_of(tagged, fresh)) == set(slugs_of(tagged, asked[0]))


def test_review_takes_what_was_wrong_then_what_is_old(learner, tagged, world):
    first = learner.start("tagged", size=100, tags=["odd"])
    wrong = {"q1", "q7"}
    answer_all(learner, tagged, first, lambda question: (banks.wrong if question["slug"] in wrong else banks.right)(question))
    age(world, first, 3)
    second = learner.start("tagged", size=100, tags=["even"])
    answer_all(learner, tagged, second)
    assert set(slugs_of(tagged, learner.start("tagged", mode="review", size=2))) == wrong
    review = learner.start("tagged", mode="review", size=6)
    assert set(slugs_of(tagged, review)) == {"q1", "q3", "q5", "q7", "q9", "q11"}
    answer_all(learner, tagged, learner.start("tagged", mode="review", size=2))  # right this time
    assert not set(slugs_of(tagged, learner.start("tagged", mode="review", size=4))) & wrong


def test_review_takes_what_is_due_first(learner, tagged, world):
    """Due are those of long ago that were right, too; what was wrong today has been seen today."""
    first = learner.start("tagged", size=100, tags=["odd"])
    answer_all(learner, tagged, first)
    learner.submit(first)
    second = learner.start("tagged", size=100, tags=["even"])
    answer_all(learner, tagged, second, banks.wrong)
    learner.submit(second)
    old = ("UPDATE reviews SET reviewed_at = reviewed_at - interval '60 days' WHERE user_id = %s AND question_id = "
           "ANY (SELECT unnest(question_ids) FROM attempt_papers WHERE attempt_id = %s)")
    world.database.run(old, (learner.id, first["id"]))
    review = learner.start("tagged", mode="review", size=6)
    assert set(slugs_of(tagged, review)) == {"q1", "q3", "q5", "q7", "q9", "q11"}
    listed = learner.client.get("/v1/me/reviews", query={"bank": "tagged"}, expect=200).json
    assert {item["question"]["id"] for item in review["items"]} == {entry["question"]["id"] for entry in listed["data"]}


def test_review_does_not_tell(learner, tagged):
    """What the learner may not know yet does not choose his questions."""
    attempt = learner.start("tagged", size=100, feedback="deferred")
    answer_all(learner, tagged, attempt, banks.wrong)
    assert learner.start("tagged", mode="review", expect=409)["code"] == "not_enough_questions"
    learner.submit(attempt)
    assert len(learner.start("tagged", mode="review", size=100)["items"]) == 12


def test_review_by_section(learner, tagged):
    answer_all(learner, tagged, learner.start("tagged", size=100))
    review = learner.start("tagged", mode="review", size=100, sections=["alpha"], tags=["even"])
    assert set(slugs_of(tagged, review)) == {"q0", "q2", "q4"}


@pytest.mark.parametrize("members,pointer,code", [
    ({"mode": "review", "unseen_first": True}, "/unseen_first", "not_allowed"),
    ({"mode": "weak_areas", "unseen_first": True}, "/unseen_first", "not_allowed"),
    ({"mode": "weak_areas", "exam": "plain"}, "/exam", "not_allowed"),
    ({"difficulty": {"min": 3, "max": 2}}, "/difficulty/max", "too_small"),
    ({"difficulty": {"min": 0, "max": 2}}, "/difficulty/min", "too_small"),
    ({"difficulty": {"min": 1}}, "/difficulty/max", "required"),
    ({"difficulty": 3}, "/difficulty", "wrong_type"), ({"tags": []}, "/tags", "too_few"),
    ({"tags": "odd"}, "/tags", "wrong_type"), ({"mode": "cram"}, "/mode", "not_allowed")])
def test_refused(ada, tagged, members, pointer, code):
    body = {"bank": "tagged", "mode": "practice", **members}
    assert (pointer, code) in ada.client.post("/v1/attempts", body, expect=422).faults()
