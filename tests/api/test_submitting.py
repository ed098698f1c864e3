"""Handing in: score, result, what can still be done afterwards, and the list of one's attempts."""
import uuid

import pytest

from support_py import bank as banks
from support_py.learner import Learner, answer_all


def expected_sections(attempt, credits, notes_order):
    """Credits and maxima by section of the paper, in notes order."""
    sums = {}
    for item in attempt["items"]:
        pair = sums.setdefault(item["question"]["section"], [0, 0])
        pair[0] += credits.get(item["position"], 0)
        pair[1] += 1000
    return [(path, *sums[path]) for path in notes_order if path in sums]


@pytest.fixture(scope="module")
def notes_order(ada):
    return [section["path"] for section in ada.client.get("/v1/banks/aws-dva-c01/sections").json["data"]]


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
@pytest.mark.parametrize("kind", ["right", "partly", "wrong", "nothing", "mixed"])
def test_score(learner, aws, notes_order, feedback, kind):
    attempt = learner.start(size=30, feedback=feedback, seed=f"{kind} 3")
    kinds = {"mixed": [banks.right, banks.partly, None, banks.wrong]}.get(kind, [getattr(banks, kind, None)])
    credits = {}
    for item in attempt["items"]:
        choose = kinds[item["position"] % len(kinds)]
        if choose is not None:
            question = aws.find(item["question"])
            learner.answer(attempt, item["position"], choose(question))
            credits[item["position"]] = banks.credit(question, choose(question))
    result = learner.submit(attempt).json
    raw = sum(credits.values())
    assert result["score"] == {"raw": raw / 1000, "max": 30, "scaled": banks.scaled(raw, 30000) / 1000, "passed": None,
                               "estimate": None}
    told = [(one["path"], round(one["credit"] * 1000), round(one["max"] * 1000)) for one in result["sections"]]
    assert told == expected_sections(attempt, credits, notes_order)
    assert (result["id"], result["bank"], result["state"]) == (attempt["id"], "aws-dva-c01", "submitted")
    for item, before in zip(result["items"], attempt["items"]):
        assert (item["position"], item["question"]) == (before["position"], before["question"])
        question = aws.find(item["question"])
        feedback_given = item["feedback"] if item["answer"] is None else item["answer"]["feedback"]
        assert feedback_given["explanation"] == question["explanation"]
        assert round(feedback_given["credit"] * 1000) == credits.get(item["position"], 0)
        assert ("feedback" in item) == (item["answer"] is None) == (item["position"] not in credits)


def test_sections_have_the_titles_of_the_notes(learner):
    attempt = learner.start(sections=["aws-dynamodb"], size=100)
    sections = learner.client.get("/v1/banks/aws-dva-c01/sections").json["data"]
    titles = {section["path"]: (section["id"], section["title"]) for section in sections}
    for one in learner.submit(attempt).json["sections"]:
        assert (one["id"], one["title"]) == titles[one["path"]]


def test_one_third_each(learner, sample):
    """Thousandths add up as they are: three times a third is 0.999."""
    attempt = learner.start(sample.slug, size=100, feedback="deferred")
    place = {sample.find(item["question"])["slug"]: item["position"] for item in attempt["items"]}
    learner.answer(attempt, place["multiple"], {"choices": ["a"]})
    learner.answer(attempt, place["matching"], {"pairs": {"p1": "x"}})
    learner.answer(attempt, place["single"], {"choices": ["b"]})
    assert learner.submit(attempt).json["score"] == {"raw": 1.666, "max": 9, "scaled": 0.185, "passed": None, "estimate": None}


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_submit_again(learner, aws, feedback):
    attempt = learner.start(size=5, feedback=feedback)
    answer_all(learner, aws, attempt)
    first = learner.submit(attempt)
    assert learner.submit(attempt).body == first.body
    assert learner.result(attempt).body == first.body


def test_result_of_an_open_attempt(learner):
    attempt = learner.start(size=2)
    assert learner.result(attempt, expect=409).code == "attempt_open"


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_answer_after_submit(learner, aws, feedback):
    attempt = learner.start(size=2, feedback=feedback)
    question = aws.find(attempt["items"][0]["question"])
    learner.answer(attempt, 1, banks.wrong(question))
    result = learner.submit(attempt)
    for position, choose, revision in ((1, banks.right, 2), (1, banks.wrong, 1), (2, banks.right, 1)):
        question = aws.find(attempt["items"][position - 1]["question"])
        assert learner.answer(attempt, position, choose(question), revision, expect=409).code == "attempt_closed"
    assert learner.result(attempt).body == result.body


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_read_after_submit_shows_the_feedback_of_the_answers(learner, aws, feedback):
    attempt = learner.start(size=3, feedback=feedback)
    question = aws.find(attempt["items"][1]["question"])
    learner.answer(attempt, 2, banks.right(question))
    result = learner.submit(attempt).json
    shown = learner.read(attempt)
    assert (shown["state"], shown["submitted_at"]) == ("submitted", result["submitted_at"])
    assert [item["answer"] for item in shown["items"]] == [None, result["items"][1]["answer"], None]
    assert shown["items"][1]["answer"]["feedback"]["correct"] is True


def test_other_peoples_attempts(learner, eve):
    attempt = learner.start(size=1)
    learner.submit(attempt)
    nothing = {"id": str(uuid.uuid4())}
    for call in (eve.submit, eve.result):
        assert call(attempt, expect=404).json["detail"] == call(nothing, expect=404).json["detail"]


# --- the list ---

def test_empty_list(learner):
    assert learner.client.get("/v1/attempts", expect=200).json == {"data": [], "has_more": False, "next_cursor": None}


def test_list(learner, aws, sample):
    first = learner.start(size=4, feedback="deferred")
    second = learner.start(sample.slug, size=2)
    answer_all(learner, aws, first)
    result = learner.submit(first).json
    newest, oldest = learner.client.get("/v1/attempts", expect=200).json["data"]
    assert newest == {"id": second["id"], "bank": "sample", "mode": "practice", "feedback": "immediate", "state": "open", "size": 2,
                      "started_at": second["started_at"], "deadline_at": None, "submitted_at": None, "exam": None,
                      "raw": None, "max": None}
    assert oldest == {"id": first["id"], "bank": "aws-dva-c01", "mode": "practice", "feedback": "deferred", "state": "submitted",
                      "size": 4, "started_at": first["started_at"], "deadline_at": None, "submitted_at": result["submitted_at"],
                      "exam": None,
                      "raw": result["score"]["raw"], "max": 4}


@pytest.fixture(scope="module")
def many(anyone):
    person = Learner(anyone)
    person.started = [person.start(size=1)["id"] for _ in range(25)]
    return person


@pytest.mark.parametrize("limit", [1, 7, 24, 25, 26, 100])
def test_pages(many, limit):
    seen, query = [], {"limit": limit}
    for _ in range(30):
        page = many.client.get("/v1/attempts", query=query, expect=200).json
        seen += [entry["id"] for entry in page["data"]]
        assert len(page["data"]) <= limit and page["has_more"] == (page["next_cursor"] is not None)
        if not page["has_more"]:
            break
        assert len(page["data"]) == limit
        query = {"limit": limit, "cursor": page["next_cursor"]}
    assert len(seen) == 25
    assert sorted(seen, reverse=True) == seen and set(seen) == set(many.started)


def test_twenty_where_nothing_is_said(many):
    page = many.client.get("/v1/attempts", expect=200).json
    assert len(page["data"]) == 20 and page["has_more"]


def test_what_is_new_does_not_move_the_pages(many):
    first = many.client.get("/v1/attempts", query={"limit": 10}).json
    many.started.append(many.start(size=1)["id"])
    second = many.client.get("/v1/attempts", query={"limit": 10, "cursor": first["next_cursor"]}).json
    assert not {entry["id"] for entry in first["data"]} & {entry["id"] for entry in second["data"]}
    assert many.started[-1] not in {entry["id"] for entry in second["data"]}
    many.started.pop()


@pytest.mark.parametrize("cursor", ["x", "0190", "not-a-cursor-of-this-list", "0190C8F0-5C1E-7D63-9F3A-0123456789AB", "%"])
def test_no_cursor(many, cursor):
    reply = many.client.get("/v1/attempts", query={"cursor": cursor}, expect=422)
    assert reply.faults() == [("cursor", "bad_format")]


def test_cursor_of_somebody_else_shows_nothing_of_his(many, learner):
    mine = learner.start(size=1)
    page = many.client.get("/v1/attempts", query={"cursor": mine["id"], "limit": 100}).json
    assert mine["id"] not in {entry["id"] for entry in page["data"]}
