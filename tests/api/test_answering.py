"""Answers to every type of question: what they are worth, what is told, and what is no answer."""
import concurrent.futures
import json

import pytest

from support_py import bank as banks

# question, response, credit in thousandths
WORTH = [
    ("single", {"choices": ["b"]}, 1000), ("single", {"choices": ["a"]}, 0), ("single", {"choices": []}, 0),
    ("multiple", {"choices": ["a", "b", "c"]}, 1000), ("multiple", {"choices": ["c", "a", "b"]}, 1000),
    ("multiple", {"choices": ["a"]}, 333),
    ("multiple", {"choices": ["a", "b"]}, 666), ("multiple", {"choices": ["a", "b", "c", "d"]}, 666),
    ("multiple", {"choices": ["a", "b", "c", "d", "e"]}, 333),
    ("multiple", {"choices": ["a", "b", "d"]}, 333), ("multiple", {"choices": ["a", "d"]}, 0),
    ("multiple", {"choices": ["d", "e"]}, 0),
    ("multiple", {"choices": ["a", "d", "e"]}, 0), ("multiple", {"choices": []}, 0),
    ("true-false", {"choices": ["false"]}, 1000), ("true-false", {"choices": ["true"]}, 0), ("true-false", {"choices": []}, 0),
    ("numeric", {"number": 0.3}, 1000), ("numeric", {"number": 0.2}, 1000), ("numeric", {"number": 0.4}, 1000),
    ("numeric", {"number": 0.199999}, 0),
    ("numeric", {"number": 0.400001}, 0), ("numeric", {"number": -0.3}, 0), ("numeric", {"number": 1e300}, 0),
    ("numeric", {"number": 3e-1}, 1000),
    ("numeric", {"number": 0.1 + 0.2}, 1000), ("numeric", {"number": 1.7976931348623157e308}, 0),
    ("numeric", {"number": -1.7976931348623157e308}, 0),
    ("numeric-relative", {"number": -1980}, 1000), ("numeric-relative", {"number": -2020}, 1000),
    ("numeric-relative", {"number": -1979.9}, 0),
    ("numeric-relative", {"number": 2000}, 0),
    ("short", {"text": "Straße 7"}, 1000), ("short", {"text": "  STRASSE   7 "}, 1000), ("short", {"text": "strasse\t７"}, 1000),
    ("short", {"text": "Strasse7"}, 0),
    ("short", {"text": "--output json"}, 1000), ("short", {"text": "--outjson"}, 1000),
    ("short", {"text": "--output json!"}, 0), ("short", {"text": "a*b"}, 1000),
    ("short", {"text": "axb"}, 0), ("short", {"text": ""}, 0),
    ("short-exact", {"text": "NoEcho"}, 1000), ("short-exact", {"text": " NoEcho "}, 1000),
    ("short-exact", {"text": "noecho"}, 0),
    ("ordering", {"order": ["z", "k", "m"]}, 1000), ("ordering", {"order": ["k", "z", "m"]}, 0),
    ("ordering", {"order": ["z", "k"]}, 0), ("ordering", {"order": []}, 0),
    ("matching", {"pairs": {"p1": "x", "p2": "y", "p3": "x"}}, 1000),
    ("matching", {"pairs": {"p1": "x", "p2": "y", "p3": "w"}}, 666),
    ("matching", {"pairs": {"p1": "x"}}, 333), ("matching", {"pairs": {"p1": "y", "p2": "x", "p3": "z"}}, 0),
]

# question, response, pointer, code
INVALID = [
    ("single", {"choices": ["a", "b"]}, "/response/choices", "too_many"),
    ("single", {"choices": ["x"]}, "/response/choices/0", "not_found"),
    ("single", {"choices": [""]}, "/response/choices/0", "not_found"),
    ("single", {"choices": ["B"]}, "/response/choices/0", "not_found"),
    ("single", {}, "/response/choices", "required"), ("single", {"number": 1}, "/response/number", "not_allowed"),
    ("single", {"choices": ["b"], "text": "b"}, "/response/text", "not_allowed"),
    ("single", {"choices": "b"}, "/response/choices", "wrong_type"),
    ("multiple", {"choices": ["a", "a"]}, "/response/choices/1", "duplicate"),
    ("multiple", {"choices": ["a", "f"]}, "/response/choices/1", "not_found"),
    ("true-false", {"choices": ["true", "false"]}, "/response/choices", "too_many"),
    ("true-false", {"choices": [True]}, "/response/choices/0", "wrong_type"),
    ("numeric", {"number": "0.3"}, "/response/number", "wrong_type"), ("numeric", {}, "/response/number", "required"),
    ("numeric", {"choices": ["a"]}, "/response/choices", "not_allowed"),
    ("numeric", {"number": None}, "/response/number", "wrong_type"),
    ("short", {"text": 7}, "/response/text", "wrong_type"), ("short", {}, "/response/text", "required"),
    ("short", {"text": "a\x00b"}, None, None),
    ("short", {"text": "a\x1bb"}, "/response/text", "bad_format"),
    ("ordering", {"order": ["z", "z", "k"]}, "/response/order/1", "duplicate"),
    ("ordering", {"order": ["z", "q"]}, "/response/order/1", "not_found"),
    ("ordering", {"choices": ["z"]}, "/response/order", "required"),
    ("matching", {"pairs": {"p9": "x"}}, "/response/pairs/p9", "not_found"),
    ("matching", {"pairs": {"p1": "q"}}, "/response/pairs/p1", "not_found"),
    ("matching", {"pairs": {"p1": 1}}, "/response/pairs/p1", "wrong_type"),
    ("matching", {"pairs": [["p1", "x"]]}, "/response/pairs", "wrong_type"),
    ("matching", {"pairs": {}}, "/response/pairs", "too_few"),
    ("matching", {"pairs": {"a/b~c": "x"}}, "/response/pairs/a~1b~0c", "not_found"),
]


@pytest.fixture(scope="module")
def by_slug(sample):
    return {question["slug"]: question for question in sample.questions}


@pytest.fixture
def ask(ada, sample, by_slug):
    """An attempt and the position of a question in it."""
    def find(slug, **members):
        attempt = ada.start(sample.slug, size=100, **members)
        return attempt, next(item["position"] for item in attempt["items"] if item["question"]["stem"] == by_slug[slug]["stem"])
    return find


def name_of(case):
    return f"{case[0]}-{json.dumps(case[1])[:40]}"


@pytest.mark.parametrize("slug,response,credit", WORTH, ids=map(name_of, WORTH))
def test_worth(ada, ask, by_slug, slug, response, credit):
    assert banks.credit(by_slug[slug], response) == credit, "the second implementation of the rules"
    attempt, position = ask(slug)
    reply = ada.answer(attempt, position, response).json
    assert (reply["position"], reply["revision"], reply["response"]) == (position, 1, response)
    assert (reply["feedback"]["credit"], reply["feedback"]["correct"]) == (credit / 1000, credit == 1000)


@pytest.mark.parametrize("slug,response,pointer,code", INVALID, ids=map(name_of, INVALID))
def test_no_answer(ada, ask, slug, response, pointer, code):
    attempt, position = ask(slug)
    if pointer is None:
        assert ada.answer(attempt, position, response, expect=400).code == "malformed_json"
    else:
        assert (pointer, code) in ada.answer(attempt, position, response, expect=422).faults()
    assert ada.read(attempt) == attempt


def only(parts, *names):
    return [{name: part[name] for name in names} for part in parts]


def test_feedback_of_choices(ada, ask, by_slug):
    for slug in ("single", "multiple", "true-false"):
        attempt, position = ask(slug)
        feedback = ada.answer(attempt, position, banks.wrong(by_slug[slug])).json["feedback"]
        assert feedback == {"correct": False, "credit": 0, "explanation": by_slug[slug]["explanation"],
                            "options": only(by_slug[slug]["options"], "id", "correct", "feedback")}


def test_feedback_of_the_other_types(ada, ask, by_slug):
    def told(slug):
        attempt, position = ask(slug)
        feedback = ada.answer(attempt, position, banks.right(by_slug[slug])).json["feedback"]
        assert (feedback.pop("correct"), feedback.pop("credit")) == (True, 1)
        assert feedback.pop("explanation") == by_slug[slug]["explanation"]
        return feedback

    assert told("numeric") == {"number": 0.3}
    assert told("numeric-relative") == {"number": -2000}
    assert told("short") == {"accepted": ["Straße 7", "--out*json", "a\\*b"]}
    assert told("ordering") == {"order": ["z", "k", "m"], "options": only(by_slug["ordering"]["items"], "id", "feedback")}
    assert told("matching") == {"pairs": by_slug["matching"]["pairs"],
                                "options": only(by_slug["matching"]["premises"], "id", "feedback")}


def test_every_question_of_the_bank(ada, aws):
    """Right, partly right and wrong answers to all of them are worth what the second implementation says."""
    def answer(job):
        kind, section = job
        attempt = ada.start(sections=[section], size=100, seed=kind.__name__)
        for item in attempt["items"]:
            question = aws.find(item["question"])
            feedback = ada.answer(attempt, item["position"], kind(question)).json["feedback"]
            assert feedback["credit"] * 1000 == pytest.approx(banks.credit(question, kind(question)), abs=1e-6), question["slug"]
            assert feedback["explanation"] == question["explanation"]
            assert kind is not banks.right or feedback["correct"]
        return len(attempt["items"])

    sections = sorted({question["section"].split("/")[0] for question in aws.questions})
    jobs = [(kind, section) for kind in (banks.right, banks.partly, banks.wrong) for section in sections]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(answer, jobs)) == 3 * len(aws.questions)


# --- immediate feedback: the first answer stays ---

def test_same_answer_again(ada, ask):
    attempt, position = ask("single")
    first = ada.answer(attempt, position, {"choices": ["a"]})
    for revision in (1, 1, 2, 7):
        assert ada.answer(attempt, position, {"choices": ["a"]}, revision).body == first.body


def test_another_answer(ada, ask):
    attempt, position = ask("single")
    first = ada.answer(attempt, position, {"choices": ["a"]}, revision=2)
    for response, revision in (({"choices": ["b"]}, 3), ({"choices": ["b"]}, 2), ({"choices": ["b"]}, 1), ({"choices": []}, 9)):
        assert ada.answer(attempt, position, response, revision, expect=409).code == "already_answered"
    shown = ada.read(attempt)["items"][position - 1]["answer"]
    assert shown == first.json


def test_same_number_written_otherwise(ada, ask):
    attempt, position = ask("numeric")
    path = f"/v1/attempts/{attempt['id']}/answers/{position}"
    first = ada.client.put(path, {"response": {"number": 0.3}, "revision": 1}, expect=200)
    again = ada.client.put(path, body=b'{"revision":1,"response":{"number":30e-2}}', expect=200)
    assert again.body == first.body


def test_read_shows_the_feedback_of_what_is_answered(ada, ask):
    attempt, position = ask("multiple")
    reply = ada.answer(attempt, position, {"choices": ["a", "d"]}).json
    items = ada.read(attempt)["items"]
    assert [item["answer"] for item in items if item["position"] != position] == [None] * (len(items) - 1)
    assert items[position - 1]["answer"] == reply


# --- deferred feedback: the highest revision stays ---

def test_highest_revision_wins(ada, ask):
    attempt, position = ask("single", feedback="deferred")
    assert ada.answer(attempt, position, {"choices": ["a"]}, 1).json["feedback"] is None
    assert ada.answer(attempt, position, {"choices": ["b"]}, 5).json["revision"] == 5
    for revision in (1, 4, 5):
        reply = ada.answer(attempt, position, {"choices": ["c"]}, revision, expect=409)
        assert reply.code == "stale_revision" and "5" in reply.json["detail"]
    assert ada.answer(attempt, position, {"choices": []}, 6).json["response"] == {"choices": []}
    shown = ada.read(attempt)["items"][position - 1]["answer"]
    assert (shown["revision"], shown["response"], shown["feedback"]) == (6, {"choices": []}, None)


def test_same_revision_again(ada, ask):
    attempt, position = ask("single", feedback="deferred")
    first = ada.answer(attempt, position, {"choices": ["a"]}, 3)
    for _ in range(3):
        assert ada.answer(attempt, position, {"choices": ["a"]}, 3).body == first.body


def test_largest_revision(ada, ask):
    attempt, position = ask("single", feedback="deferred")
    assert ada.answer(attempt, position, {"choices": ["a"]}, 2**31 - 1).json["revision"] == 2**31 - 1
    ada.answer(attempt, position, {"choices": ["a"]}, 2**31, expect=422)


def test_positions_of_the_paper(ada, sample):
    attempt = ada.start(sample.slug, size=2)
    for position in (0, 3, 100, 101):
        fault, = ada.answer(attempt, position, {"choices": []}, expect=422).json["errors"]
        assert fault["parameter"] == "position"


def test_somebody_else_changes_nothing(ada, eve, ask):
    attempt, position = ask("single")
    assert eve.answer(attempt, position, {"choices": ["a"]}, expect=404).code == "not_found"
    assert eve.submit(attempt, expect=404).code == "not_found"
    assert ada.read(attempt) == attempt
