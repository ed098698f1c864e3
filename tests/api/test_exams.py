"""Exams: the paper, the window, the clock, the score, and what is told when."""
import concurrent.futures
import datetime
import json
import time

import pytest

from support_py import bank as banks
from support_py import program
from support_py import sample as samples

SHOW_ALL = ["correctness", "credit", "key", "explanation", "option_feedback", "section"]


def exam(slug, **members):
    return {"slug": slug, "title": f"The exam {slug}", "size": 4, "time_limit_minutes": 10, "pass_scaled": 700,
            "blueprint": [{"section": "alpha", "weight": 50}, {"section": "gamma", "weight": 50}], **members}


def at(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


DAY_S = 86400


def exams():
    """Their times count from now: when the first test begins, which may be long after this file was read."""
    return [
        exam("plain"),
        exam("pilots", size=4, pilot_count=2),
        exam("each", feedback={"when": "after_each", "show": ["correctness"]}),
        exam("never", feedback={"when": "never"}),
        exam("closing", feedback={"when": "after_close"}, closes_at=at(DAY_S)),
        exam("once", attempts_allowed=1),
        exam("early", opens_at=at(DAY_S)),
        exam("late", closes_at="2020-01-01T00:00:00Z"),
        exam("sure", scoring={"certainty": True}),
        exam("large", size=20),
        exam("soon", closes_at=at(720)),
    ]


@pytest.fixture(scope="module")
def hall(world, ada, tmp_path_factory):
    """A bank with exams."""
    folder = samples.write(tmp_path_factory.mktemp("hall"), "hall")
    (folder / "exams").mkdir()
    listed = exams()
    for one in listed:
        (folder / f"exams/{one['slug']}.json").write_text(json.dumps(one))
    bank = samples.bring(world, ada, folder)
    bank.exams = {one["slug"]: one for one in listed}
    yield bank
    samples.put_off(world, "hall")


def start(learner, slug, expect=201, **members):
    return learner.client.post("/v1/attempts", {"bank": "hall", "mode": "exam", "exam": slug, **members}, expect=expect).json


def sit(learner, hall, slug, choose=banks.right, **body):
    """Starts and answers all; returns the attempt."""
    attempt = start(learner, slug)
    for item in attempt["items"]:
        learner.client.put(f"/v1/attempts/{attempt['id']}/answers/{item['position']}",
                           {"response": choose(hall.find(item["question"])), "revision": 1, **body}, expect=200)
    return attempt


def over(world, attempt, seconds_ago):
    """Lets the attempt's time end `seconds_ago`, as if it had been started long before."""
    world.database.run(f"UPDATE attempts SET started_at = clock_timestamp() - interval '1 hour', "
                       f"deadline_at = clock_timestamp() - interval '{seconds_ago} seconds' WHERE id = '{attempt['id']}'")


def test_list(learner, hall):
    data = learner.client.get("/v1/banks/hall/exams", expect=200).json["data"]
    assert [one["slug"] for one in data] == sorted(hall.exams)
    pilots = next(one for one in data if one["slug"] == "pilots")
    assert (pilots["question_count"], pilots["time_limit_minutes"], pilots["feedback_when"]) == (6, 10, "after_submit")
    learner.client.get("/v1/banks/nothing/exams", expect=404)


def test_the_paper_follows_the_blueprint(learner, hall):
    for _ in range(5):
        attempt = start(learner, "plain")
        questions = [hall.find(item["question"]) for item in attempt["items"]]
        assert sorted(question["section"].split("/")[0] for question in questions) == ["alpha", "alpha", "gamma", "gamma"]
        assert len({question["slug"] for question in questions}) == 4
        assert all("section" not in item["question"] for item in attempt["items"])
        span = datetime.datetime.fromisoformat(attempt["deadline_at"][:-1]) - datetime.datetime.fromisoformat(attempt["started_at"][:-1])
        assert span == datetime.timedelta(minutes=10)


def test_the_real_exam(learner, aws):
    attempt = learner.client.post("/v1/attempts", {"bank": aws.slug, "mode": "exam", "exam": "dva-c01"}, expect=201).json
    counts = {}
    for item in attempt["items"]:
        domain = aws.find(item["question"])["domain"]
        counts[domain] = counts.get(domain, 0) + 1
    # largest remainders of 14.3, 16.9, 19.5, 6.5, 7.8
    assert counts == {"deployment": 14, "security": 17, "development": 20, "refactoring": 6, "monitoring": 8}


def test_what_the_exam_decides_cannot_be_asked_for(learner, hall):
    problem = start(learner, "plain", expect=422, sections=["alpha"], size=3, feedback="immediate", seed="x", scoring={})
    assert {(fault["pointer"], fault["code"]) for fault in problem["errors"]} == {
        (pointer, "not_allowed") for pointer in ("/sections", "/size", "/feedback", "/seed", "/scoring")}
    fault, = learner.client.post("/v1/attempts", {"bank": "hall", "mode": "exam"}, expect=422).json["errors"]
    assert (fault["pointer"], fault["code"]) == ("/exam", "required")
    fault, = start(learner, "dva-c01", expect=422)["errors"]  # of another bank
    assert (fault["pointer"], fault["code"]) == ("/exam", "not_found")
    fault, = learner.client.post("/v1/attempts", {"bank": "hall", "mode": "practice", "exam": "plain"}, expect=422).json["errors"]
    assert (fault["pointer"], fault["code"]) == ("/exam", "not_allowed")
    assert learner.client.get("/v1/attempts", expect=200).json["data"] == []


def test_a_blueprint_that_cannot_be_filled(learner, hall):
    problem = start(learner, "large", expect=409)
    assert problem["code"] == "not_enough_questions"
    assert problem["shortfall"] == [
        {"section": "alpha", "difficulty_min": 1, "difficulty_max": 5, "needed": 10, "available": 4},
        {"section": "gamma", "difficulty_min": 1, "difficulty_max": 5, "needed": 10, "available": 4}]  # two of the five are alike
    assert learner.client.get("/v1/attempts", expect=200).json["data"] == []


def test_the_window(learner, hall):
    assert start(learner, "early", expect=409)["code"] == "exam_not_open"
    assert start(learner, "late", expect=409)["code"] == "exam_not_open"


def test_attempts_allowed_even_at_once(learner, hall):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: learner.client.post("/v1/attempts", {"bank": "hall", "mode": "exam", "exam": "once"}), range(8)))
    assert [reply.status for reply in replies].count(201) == 1
    assert {reply.json["code"] for reply in replies if reply.status != 201} <= {"no_attempts_left", "unavailable"}
    assert start(learner, "once", expect=409)["code"] == "no_attempts_left"


def test_the_score(learner, hall):
    result = learner.submit(sit(learner, hall, "plain")).json
    assert result["score"] == {"raw": 4, "max": 4, "scaled": 1, "passed": True,
                               "estimate": {"score": 1000, "standard_error": 138, "pass": 700}}
    result = learner.submit(sit(learner, hall, "plain", banks.wrong)).json
    assert (result["score"]["passed"], result["score"]["estimate"]["score"]) == (False, 100)


def test_pilots_do_not_count(learner, hall):
    attempt = sit(learner, hall, "pilots")
    assert len(attempt["items"]) == 6
    result = learner.submit(attempt).json
    assert result["score"]["max"] == 4
    assert sum(section["max"] for section in result["sections"]) == 4


def test_certainty_scores(learner, hall):
    result = learner.submit(sit(learner, hall, "sure", certainty=3)).json
    assert (result["score"]["raw"], result["score"]["max"]) == (12, 12)
    result = learner.submit(sit(learner, hall, "sure", banks.wrong, certainty=3)).json
    assert result["score"]["raw"] == 0


def test_feedback_only_of_what_is_shown(learner, hall):
    attempt = sit(learner, hall, "each")
    assert {tuple(item["answer"]["feedback"]) for item in learner.read(attempt)["items"]} == {("correct",)}


def test_nothing_is_told_before_its_time(learner, hall, world):
    """Replies to a right and to a wrong answer differ in nothing but what the learner sent."""
    for slug in ("plain", "never", "closing"):
        seen = []
        for choose in (banks.right, banks.wrong):
            attempt = sit(learner, hall, slug, choose)
            for item in learner.read(attempt)["items"]:
                assert item["answer"]["feedback"] is None and "feedback" not in item
                assert set(item["answer"]) == {"position", "revision", "response", "certainty", "flagged", "recorded_at", "feedback"}
            text = json.dumps({**learner.read(attempt), "items": [item["question"] for item in learner.read(attempt)["items"]]})
            for item in attempt["items"]:
                assert hall.find(item["question"])["explanation"] not in text
            seen.append(learner.submit(attempt).json)
        if slug == "closing":
            assert all(result["score"] is None and result["sections"] == [] for result in seen)
            assert all(entry["raw"] is None for entry in learner.client.get("/v1/attempts", expect=200).json["data"] if entry["exam"] == "closing")
        if slug != "plain":
            assert all(item["answer"]["feedback"] is None for result in seen for item in result["items"])
    plain = learner.submit(sit(learner, hall, "plain")).json
    assert all(set(SHOW_ALL) - {"key", "option_feedback", "correctness"} <= set(item["answer"]["feedback"]) for item in plain["items"])


@pytest.mark.parametrize("slug,is_told", [("plain", True), ("each", True), ("never", False), ("closing", False)])
def test_the_seed_is_told_with_the_feedback(learner, hall, slug, is_told):
    """From the seed one could compute which questions are pilots, and how the options stand in the bank."""
    attempt = start(learner, slug)
    assert attempt["seed"] is None and learner.read(attempt)["seed"] is None
    exported, = learner.client.get("/v1/me/export", expect=200).json["attempts"]
    assert exported["seed"] is None
    learner.submit(attempt)
    exported, = learner.client.get("/v1/me/export", expect=200).json["attempts"]
    assert ((learner.read(attempt)["seed"] is not None), (exported["seed"] is not None)) == (is_told, is_told)


def test_extra_time(learner, hall, world):
    program.quizd_ok("user", "extra-time", "--email", learner.email.upper(), "--percent", "50", DATABASE_URL=world.database.url)
    attempt = start(learner, "plain")
    span = datetime.datetime.fromisoformat(attempt["deadline_at"][:-1]) - datetime.datetime.fromisoformat(attempt["started_at"][:-1])
    assert span == datetime.timedelta(minutes=15)
    soon = start(learner, "soon")  # closes in less than that
    assert soon["deadline_at"] == hall.exams["soon"]["closes_at"]
    assert program.quizd("user", "extra-time", "--email", "nobody@example.org", "--percent", "50", DATABASE_URL=world.database.url).returncode != 0


def points_of(world, learner):
    return world.database.rows("SELECT coalesce(sum(points), 0)::bigint, count(*) FROM points_days WHERE user_id = %s", (learner.id,))[0][0]


def asked(attempt):
    return {item["question"]["id"] for item in attempt["items"]}


def test_points__an_exam_adds_its_score_once_a_day(learner, hall, world):
    """Questions of difficulty 2: nine each."""
    first = sit(learner, hall, "plain")
    assert points_of(world, learner) == 0
    learner.submit(first)
    assert points_of(world, learner) == 4 * 9 + 100
    second = sit(learner, hall, "once")
    learner.submit(second)
    known = asked(first) | asked(second)
    assert points_of(world, learner) == len(known) * 9 + 100
    for slug in ("never", "closing"):  # what is not told does not count
        learner.submit(sit(learner, hall, slug))
    assert points_of(world, learner) == len(known) * 9 + 100


def test_points__of_an_exam_that_is_half_right(learner, hall, world):
    attempt = start(learner, "plain")
    for item, choose in zip(attempt["items"], (banks.right, banks.wrong, banks.right)):
        learner.answer(attempt, item["position"], choose(hall.find(item["question"])))
    score = learner.submit(attempt).json["score"]
    assert points_of(world, learner) == 2 * 9 + 50 and score["scaled"] == 0.5


def test_points__of_an_exam_that_the_sweeper_ends(learner, hall, world):
    attempt = sit(learner, hall, "plain")
    over(world, attempt, 20)
    program.wait_until(lambda: points_of(world, learner), 60, "points")
    assert points_of(world, learner) == 4 * 9 + 100
    learner.submit(attempt, expect=(200, 409))
    assert points_of(world, learner) == 4 * 9 + 100


def minutes_of(attempt):
    started, deadline = (datetime.datetime.fromisoformat(attempt[name][:-1]) for name in ("started_at", "deadline_at"))
    return (deadline - started) / datetime.timedelta(minutes=1)


def test_extra_time__of_a_team(learner, eve, hall, world):
    """The most of what the person and the teams have, for exams that start from then on; who is not in the team has none of it."""
    def give(*arguments):
        return program.quizd("team", "extra-time", *arguments, DATABASE_URL=world.database.url)

    team = learner.client.post("/v1/teams", {"name": "Slow readers"}, expect=201).json["id"]
    assert give("--team", team, "--percent", "30").returncode == 0
    assert minutes_of(start(learner, "plain")) == 13
    assert minutes_of(start(eve, "plain")) == 10
    program.quizd_ok("user", "extra-time", "--email", learner.email, "--percent", "50", DATABASE_URL=world.database.url)
    assert minutes_of(start(learner, "plain")) == 15
    for arguments in (("--team", team, "--percent", "301"), ("--team", "x", "--percent", "1"), ("--team", hall_id(), "--percent", "1"),
                      ("--team", team), ("--percent", "1")):
        assert give(*arguments).returncode != 0, arguments


def hall_id():
    return "0190c8f0-5c1e-7d63-9f3a-0123456789ab"


def test_grace(learner, hall, world):
    """Until ten seconds after the deadline answers and submit are taken."""
    attempt = start(learner, "plain")
    question = hall.find(attempt["items"][0]["question"])
    over(world, attempt, 2)
    learner.answer(attempt, 1, banks.right(question))
    assert learner.submit(attempt).json["score"]["raw"] == 1


def test_a_bundle_around_the_deadline(learner, hall, world):
    """Within the grace it is recorded; later each answer is told that the attempt is closed, and nothing changes."""
    attempt = start(learner, "plain")
    question = hall.find(attempt["items"][0]["question"])
    path = f"/v1/attempts/{attempt['id']}/answers"
    over(world, attempt, 2)
    bundle = {"answers": [{"position": 1, "response": banks.right(question), "revision": 1}, {"position": 2, "response": None, "revision": 1}]}
    assert [entry["status"] for entry in learner.client.post(path, bundle, expect=200).json["data"]] == ["recorded"] * 2
    over(world, attempt, 11)
    bundle["answers"][0] = {"position": 1, "response": banks.wrong(question), "revision": 2}
    assert [entry["status"] for entry in learner.client.post(path, bundle, expect=200).json["data"]] == ["attempt_closed"] * 2
    program.wait_until(lambda: learner.read(attempt)["state"] == "submitted", 60, "the sweeper")
    assert learner.result(attempt).json["score"]["raw"] == 1


def test_an_expired_attempt_is_submitted_with_what_was_saved(learner, hall, world):
    attempt = start(learner, "plain")
    question = hall.find(attempt["items"][0]["question"])
    learner.answer(attempt, 1, banks.right(question))
    over(world, attempt, 11)
    late = learner.answer(attempt, 1, banks.wrong(question), revision=2, expect=409).json
    assert late["code"] == "attempt_closed"
    program.wait_until(lambda: learner.read(attempt)["state"] == "submitted", 60, "the sweeper")
    shown = learner.read(attempt)
    assert shown["submitted_at"] == shown["deadline_at"]
    result = learner.result(attempt).json
    assert result["score"]["raw"] == 1
    assert learner.submit(attempt).json == result


def test_submit_against_the_sweeper(learner, hall, world):
    """Submits around the end of the grace: one score, and every reply of a result is the same."""
    attempt = start(learner, "plain")
    learner.answer(attempt, 1, banks.right(hall.find(attempt["items"][0]["question"])))
    over(world, attempt, 9.5)
    results = []
    deadline = time.monotonic() + 20
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        while not results and time.monotonic() < deadline:
            replies = list(pool.map(lambda _: learner.client.post(f"/v1/attempts/{attempt['id']}/submit"), range(8)))
            assert {reply.status for reply in replies} <= {200, 409, 503}
            results += [reply.json for reply in replies if reply.status == 200]
    program.wait_until(lambda: learner.read(attempt)["state"] == "submitted", 60, "a submit")
    assert all(result == learner.result(attempt).json for result in results)
    assert learner.result(attempt).json["score"]["raw"] == 1
