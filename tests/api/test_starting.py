"""Starting practice attempts: what is on the paper, what the seed fixes, and what is refused."""
import json
import random

import pytest

from support_py import bank as banks
from support_py import sample as samples
from support_py.contract import printed_contract


def paper(attempt):
    """What the seed must fix: everything but the attempt itself."""
    return [item["question"] for item in attempt["items"]]


def test_defaults(learner):
    attempt = learner.start()
    assert (attempt["bank"], attempt["mode"]) == ("aws-dva-c01", "practice")
    assert (attempt["state"], attempt["feedback"]) == ("open", "immediate")
    assert (attempt["deadline_at"], attempt["submitted_at"]) == (None, None)
    assert [item["position"] for item in attempt["items"]] == list(range(1, 11))
    assert all(item["answer"] is None and "feedback" not in item for item in attempt["items"])
    assert len({question["id"] for question in paper(attempt)}) == 10
    assert len(attempt["seed"]) == 16
    assert learner.start()["seed"] != attempt["seed"]


def test_it_stays_as_it_was_started(learner):
    attempt = learner.start(size=7)
    for _ in range(2):
        assert learner.read(attempt) == attempt


@pytest.mark.parametrize("size", [1, 2, 99, 100])
def test_size(learner, size):
    assert len(learner.start(size=size)["items"]) == size


def test_fewer_where_there_are_no_more(learner, sample):
    attempt = learner.start("sample", size=100)
    assert sorted(question["stem"] for question in paper(attempt)) == sorted(question["stem"] for question in sample.questions)


def test_questions_are_those_of_the_bank(learner, aws):
    """Every question of the bank, over attempts that share it out by section, as its file has it."""
    for section in sorted({question["section"].split("/")[0] for question in aws.questions}):
        attempt = learner.start(sections=[section], size=100)
        assert len(attempt["items"]) == aws.count_under(section)
        for shown in paper(attempt):
            question = aws.find(shown)
            assert (shown["type"], shown["difficulty"], shown["version"]) == (question["type"], question["difficulty"], 1)
            for name in ("options", "items", "premises", "choices"):
                assert sorted((part["id"], part["text"]) for part in shown.get(name, ())) == \
                    sorted((part["id"], part["text"]) for part in question.get(name, ()))
            assert shown.get("unit") == question.get("number", {}).get("unit")


@pytest.mark.parametrize("sections", [["aws-dynamodb"], ["aws-dynamodb/streams"], ["aws-dynamodb", "aws-dynamodb/streams"],
                                      ["kinesis/stream", "vpc", "x-ray"]])
def test_sections_stand_for_their_subtrees(learner, aws, sections):
    attempt = learner.start(sections=sections, size=100)
    fitting = [question for question in aws.questions if any(banks.is_under(question["section"], path) for path in sections)]
    assert sorted(question["stem"] for question in paper(attempt)) == sorted(question["stem"] for question in fitting)


def test_same_seed_same_paper(learner, eve):
    for members in [{"size": 12}, {"sections": ["aws-s3", "aws-sns"], "size": 9}, {"size": 5, "feedback": "deferred"}]:
        first = learner.start(seed="a seed – ünïcode", **members)
        assert paper(learner.start(seed="a seed – ünïcode", **members)) == paper(first)
        assert paper(eve.start(seed="a seed – ünïcode", **members)) == paper(first)
        assert paper(learner.start(seed="another seed", **members)) != paper(first)


def test_seed_that_was_made_can_be_given(learner):
    made = learner.start(size=20)
    assert paper(learner.start(size=20, seed=made["seed"])) == paper(made)


def test_options_are_shuffled(learner, sample):
    """Over sixty seeds, every option of a question comes first at times, and both sides of a matching move."""
    first = {}
    for number in range(60):
        for shown in paper(learner.start("sample", size=100, seed=f"shuffle {number}")):
            for side in ("options", "items", "premises", "choices"):
                if side in shown:
                    first.setdefault((shown["stem"], side), set()).add(shown[side][0]["id"])
    for question in sample.questions:
        for side in ("options", "items", "premises", "choices"):
            if side in question:
                assert first[question["stem"], side] == {part["id"] for part in question[side]}


def test_order_of_the_file_is_not_the_order_of_the_paper(learner):
    stems = [[question["stem"] for question in paper(learner.start("sample", size=100, seed=str(number)))] for number in range(5)]
    assert len({tuple(one) for one in stems}) == 5


@pytest.mark.parametrize("members,fault", [
    ({"bank": "no-such-bank"}, ("/bank", "not_found")), ({"mode": "exam"}, ("/exam", "required")),
    ({"feedback": "later"}, ("/feedback", "not_allowed")),
    ({"feedback": ""}, ("/feedback", "not_allowed")), ({"sections": ["vpc", "no-such-section"]}, ("/sections/1", "not_found")),
    ({"sections": ["aws-dynamodb/"]}, ("/sections/0", "not_found")), ({"sections": [""]}, ("/sections/0", "not_found")),
    ({"sections": ["AWS-S3"]}, ("/sections/0", "not_found")), ({"seed": ""}, ("/seed", "too_short")),
    ({"seed": "x" * 65}, ("/seed", "too_long"))])
def test_refused(learner, members, fault):
    body = {"bank": "aws-dva-c01", "mode": "practice", **members}
    reply = learner.client.post("/v1/attempts", body, expect=422)
    assert reply.faults() == [fault]
    assert learner.client.get("/v1/attempts").json["data"] == []


def test_section_without_questions(learner, sample):
    reply = learner.client.post("/v1/attempts", {"bank": sample.slug, "mode": "practice", "sections": ["empty"]}, expect=409)
    assert reply.code == "not_enough_questions"


def test_longest_list_of_sections(learner):
    assert len(learner.start(sections=["vpc"] * 50)["items"]) == 10


def test_two_at_once(learner):
    first, second = learner.start(size=1), learner.start(size=1)
    assert first["id"] != second["id"]
    assert learner.read(first) == first and learner.read(second) == second


# --- what must not show ---

TELLING = {"correct", "explanation", "credit", "accepted", "order", "pairs", "number", "check", "tolerance"}


def members_of(value):
    if isinstance(value, dict):
        for name, member in value.items():
            yield name, member
            yield from members_of(member)
    elif isinstance(value, list):
        for member in value:
            yield from members_of(member)


def assert_tells_nothing(value, questions):
    text = json.dumps(value, ensure_ascii=False)
    told = {name for name, _ in members_of(value)}
    assert not told & TELLING, told & TELLING
    assert all(member in (None, "immediate", "deferred") for name, member in members_of(value) if name == "feedback")
    for question in questions:
        for secret in banks.secrets_of(question):
            assert json.dumps(secret, ensure_ascii=False)[1:-1] not in text, secret


def test_no_reply_tells_the_key_before_the_answer(learner, aws):
    """All replies about an open attempt with deferred feedback, with all answers given."""
    choices = random.Random(7)
    for section in ("aws-dynamodb", "kinesis", "aws-s3", "aws-lambda"):
        attempt = learner.start(sections=[section], size=100, feedback="deferred", seed=section)
        questions = [aws.find(shown) for shown in paper(attempt)]
        replies = [attempt, learner.read(attempt), learner.client.get("/v1/attempts").json]
        for item, question in zip(attempt["items"], questions):
            response = choices.choice([banks.right, banks.wrong])(question)
            reply = learner.answer(attempt, item["position"], response).json
            assert reply.pop("response") == response
            replies.append(reply)
        shown = learner.read(attempt)
        for item in shown["items"]:
            item["answer"].pop("response")
        assert_tells_nothing([*replies, shown], questions)


def test_feedback_of_one_answer_tells_nothing_of_the_others(learner, sample):
    attempt = learner.start("sample", size=100)
    open_questions = [sample.find(item["question"]) for item in attempt["items"]]
    for item in attempt["items"]:
        question = open_questions.pop(0)
        reply = learner.answer(attempt, item["position"], banks.wrong(question)).json
        assert question["explanation"] in json.dumps(reply)
        shown = learner.read(attempt)
        assert_tells_nothing(shown["items"][item["position"]:], open_questions)
        for other in open_questions:
            assert other["explanation"] not in json.dumps([reply, shown])


def test_the_contract_of_a_question_has_no_key():
    """A reply that told the key would not be of its schema: no more members are allowed than these."""
    shown = printed_contract().document["components"]["schemas"]["Question"]
    assert shown["additionalProperties"] is False
    assert set(shown["properties"]) == {"id", "version", "type", "section", "stem", "difficulty",
                                        "options", "unit", "items", "premises", "choices", "gaps", "scoring"}
    assert set(printed_contract().document["components"]["schemas"]["QuestionPart"]["properties"]) == {"id", "text"}


# --- versions ---

def test_paper_keeps_the_versions_it_was_started_with(world, learner, ada, scratch):
    folder = samples.write(scratch / "pinned", "pinned")
    before = samples.bring(world, ada, folder)
    attempt = learner.start("pinned", sections=["alpha"], size=100, seed="pinned")
    listed = samples.questions()
    for question in listed:
        question["stem"] += " And why?"
        for option in question.get("options", ()):
            option["correct"] = not option["correct"] if question["type"] == "true_false" else option["correct"]
    listed[0]["options"][0]["correct"], listed[0]["options"][1]["correct"] = True, False
    after = samples.bring(world, ada, samples.write(folder, "pinned", listed=listed))
    assert learner.read(attempt) == attempt
    again = learner.start("pinned", sections=["alpha"], size=100, seed="pinned")
    assert [question["version"] for question in paper(again)] == [2] * len(paper(again))
    assert [question["id"] for question in paper(again)] == [question["id"] for question in paper(attempt)]
    for old, new in zip(attempt["items"], again["items"]):
        for run, item, bank in ((attempt, old, before), (again, new, after)):
            reply = learner.answer(run, item["position"], banks.right(bank.find(item["question"]))).json
            assert reply["feedback"]["credit"] == 1
