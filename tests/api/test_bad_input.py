"""
Each kind of bad input to attempts: refused with a pointer to what is wrong, and nothing in the database is another afterwards.
"""
import json

import pytest

from support_py import bank as banks
from support_py import sample as samples

CLOZE = samples.question("cloze", "cloze", "alpha", 7, gaps=[{"id": "a", "accepted": [{"text": "one"}]}, {"id": "b", "accepted": [{"text": "two"}]}])
CLOZE["stem"] = "Fill [[a]] and [[b]]."

# Slug of the question, the JSON of its response, pointer, fault.
RESPONSES = [
    # of another type
    ("single", '{"number":1}', "/response/number", "not_allowed"), ("numeric", '{"choices":["a"]}', "/response/choices", "not_allowed"),
    ("short", '{"order":["a"]}', "/response/order", "not_allowed"), ("ordering", '{"text":"z"}', "/response/text", "not_allowed"),
    ("matching", '{"choices":["x"]}', "/response/choices", "not_allowed"), ("cloze", '{"text":"one"}', "/response/text", "not_allowed"),
    ("cloze", '{"pairs":{"a":"one"}}', "/response/pairs", "not_allowed"), ("true-false", '{"choices":[true]}', "/response/choices/0", "wrong_type"),
    ("single", '{"choices":["b"],"number":1}', "/response/number", "not_allowed"), ("single", '{}', "/response/choices", "required"),
    ("single", '[]', "/response", "wrong_type"), ("single", '"b"', "/response", "wrong_type"),
    # unknown options, options of another question
    ("single", '{"choices":["zz"]}', "/response/choices/0", "not_found"), ("multiple", '{"choices":["a","true"]}', "/response/choices/1", "not_found"),
    ("true-false", '{"choices":["b"]}', "/response/choices/0", "not_found"), ("ordering", '{"order":["z","p1"]}', "/response/order/1", "not_found"),
    ("matching", '{"pairs":{"z":"x"}}', "/response/pairs/z", "not_found"), ("matching", '{"pairs":{"p1":"a"}}', "/response/pairs/p1", "not_found"),
    ("cloze", '{"gaps":{"p1":"one"}}', "/response/gaps/p1", "not_found"),
    # twice
    ("multiple", '{"choices":["a","a"]}', "/response/choices/1", "duplicate"), ("ordering", '{"order":["z","k","z"]}', "/response/order/2", "duplicate"),
    ("matching", '{"pairs":{"p1":"x","p1":"y"}}', "/response/pairs/p1", "duplicate"),
    ("cloze", '{"gaps":{"a":"one","a":"two"}}', "/response/gaps/a", "duplicate"),
    # too much
    ("multiple", json.dumps({"choices": ["a"] * 10_000}), "/response/choices", "too_many"),
    ("ordering", json.dumps({"order": ["z"] * 10_000}), "/response/order", "too_many"),
    ("matching", json.dumps({"pairs": {f"p{number}": "x" for number in range(3000)}}), "/response/pairs", "too_many"),
    ("cloze", json.dumps({"gaps": {f"g{number}": "x" for number in range(3000)}}), "/response/gaps", "too_many"),
    ("short", json.dumps({"text": "x" * 60_000}), "/response/text", "too_long"),
    ("cloze", json.dumps({"gaps": {"a": "x" * 60_000}}), "/response/gaps/a", "too_long"),
    # no number
    ("numeric", '{"number":NaN}', "/response/number", "bad_format"), ("numeric", '{"number":-Infinity}', "/response/number", "bad_format"),
    ("numeric", '{"number":1e400}', "/response/number", "too_large"), ("numeric", '{"number":-1e400}', "/response/number", "too_large"),
    ("numeric", '{"number":"0.3"}', "/response/number", "wrong_type"), ("numeric", '{"number":null}', "/response/number", "wrong_type"),
]

# Another member of the answer's body: its JSON, pointer, fault.
MEMBERS = [
    ('"revision":0', "/revision", "too_small"), ('"revision":-1', "/revision", "too_small"), ('"revision":1.5', "/revision", "wrong_type"),
    ('"revision":4294967296', "/revision", "too_large"), ('"revision":99999999999999999999', "/revision", "too_large"),
    ('"revision":"1"', "/revision", "wrong_type"), ('"revision":1,"flagged":1', "/flagged", "wrong_type"),
    ('"revision":1,"certainty":2', "/certainty", "not_allowed"), ('"revision":1,"certainty":4', "/certainty", "too_large"),
    # forged times and whatever else is not the client's to say
    ('"revision":1,"recorded_at":"2020-01-01T00:00:00Z"', "/recorded_at", "unknown"), ('"revision":1,"credit":1', "/credit", "unknown"),
    ('"revision":1,"is_final":false', "/is_final", "unknown"), ('"revision":1,"user_id":"x"', "/user_id", "unknown"),
]

# Members of a start: pointer, fault.
STARTS = [
    ({"seed": 7}, "/seed", "wrong_type"), ({"seed": None}, "/seed", "wrong_type"), ({"seed": ""}, "/seed", "too_short"),
    ({"seed": "x" * 65}, "/seed", "too_long"), ({"seed": "a\x01b"}, "/seed", "bad_format"), ({"seed": ["x"]}, "/seed", "wrong_type"),
    ({"started_at": "2020-01-01T00:00:00Z"}, "/started_at", "unknown"), ({"deadline_at": "2099-01-01T00:00:00Z"}, "/deadline_at", "unknown"),
    ({"mode": "exam", "exam": "dva-c01"}, "/exam", "not_found"), ({"mode": "exam", "exam": "Not A Slug"}, "/exam", "bad_format"),
    ({"size": 0}, "/size", "too_small"), ({"size": 101}, "/size", "too_large"), ({"size": 1e9}, "/size", "wrong_type"),
    ({"scoring": {"rules": ["guess"]}}, "/scoring/rules/0", "not_allowed"), ({"scoring": {"penalty": 2}}, "/scoring/penalty", "too_large"),
    ({"scoring": {"penalty": -0.5}}, "/scoring/penalty", "too_small"), ({"scoring": {"certainty": 3}}, "/scoring/certainty", "wrong_type"),
    ({"sections": ["alpha", "aws-s3"]}, "/sections/1", "not_found"),
]


@pytest.fixture(scope="module")
def bank(world, ada, tmp_path_factory):
    """The sample bank and a cloze question."""
    return samples.bring(world, ada, samples.write(tmp_path_factory.mktemp("bad"), "bad-input", listed=[*samples.questions(), CLOZE]))


@pytest.fixture(scope="module")
def attempt(ada, bank):
    return ada.start("bad-input", size=100, feedback="deferred")


@pytest.fixture(scope="module")
def places(bank, attempt):
    return {bank.find(item["question"])["slug"]: item["position"] for item in attempt["items"]}


@pytest.fixture(autouse=True)
def unchanged(world, attempt):
    before = world.database.fingerprint()
    yield
    assert world.database.fingerprint() == before


def send(person, method, path, text):
    return person.client.request(method, path, body=text.encode(), expect=(400, 422))


def name_of(case):
    return f"{case[0]} {case[1][:30]}" if isinstance(case[0], str) else json.dumps(case[0])[:40]


@pytest.mark.parametrize("slug,response,pointer,code", RESPONSES, ids=map(name_of, RESPONSES))
def test_response(ada, attempt, places, slug, response, pointer, code):
    reply = send(ada, "PUT", f"/v1/attempts/{attempt['id']}/answers/{places[slug]}", f'{{"response":{response},"revision":1}}')
    assert (pointer, code) in reply.faults()


@pytest.mark.parametrize("slug,response,pointer,code", RESPONSES, ids=map(name_of, RESPONSES))
def test_response_in_a_bundle(ada, attempt, places, slug, response, pointer, code):
    """What is no JSON refuses the bundle; the rest is told beside its answer."""
    reply = ada.client.request("POST", f"/v1/attempts/{attempt['id']}/answers", expect=(200, 400),
                               body=f'{{"answers":[{{"position":{places[slug]},"response":{response},"revision":1}}]}}'.encode())
    faults = reply.faults() if reply.status != 200 else \
        [(fault["pointer"], fault["code"]) for entry in reply.json["data"] for fault in entry["errors"]]
    assert (f"/answers/0{pointer}", code) in faults


@pytest.mark.parametrize("members,pointer,code", MEMBERS, ids=map(name_of, MEMBERS))
def test_answer(ada, attempt, places, members, pointer, code):
    reply = send(ada, "PUT", f"/v1/attempts/{attempt['id']}/answers/{places['single']}", f'{{"response":{{"choices":["b"]}},{members}}}')
    assert (pointer, code) in reply.faults()


@pytest.mark.parametrize("position,code", [(0, "too_small"), (-1, "too_small"), (12, "not_found"), (100, "not_found"), (101, "too_large"),
                                           (2 ** 63 - 1, "too_large"), (2 ** 63, "wrong_type"), ("1.0", "wrong_type"), ("x", "wrong_type"),
                                           ("01", "wrong_type"), ("1e1", "wrong_type"), ("NaN", "wrong_type")])
def test_position(ada, attempt, position, code):
    reply = ada.client.put(f"/v1/attempts/{attempt['id']}/answers/{position}", {"response": {"choices": []}, "revision": 1}, expect=422)
    assert [(fault["parameter"], fault["code"]) for fault in reply.json["errors"]] == [("position", code)]


@pytest.mark.parametrize("position,code", [(0, "too_small"), (-5, "too_small"), (101, "too_large"), ("1", "wrong_type"), (1.5, "wrong_type")])
def test_position_in_a_bundle(ada, attempt, position, code):
    body = {"answers": [{"position": position, "response": None, "revision": 1}]}
    entry, = ada.client.post(f"/v1/attempts/{attempt['id']}/answers", body, expect=200).json["data"]
    assert entry["status"] == "invalid_input"
    assert ("/answers/0/position", code) in [(fault["pointer"], fault["code"]) for fault in entry["errors"]]


@pytest.mark.parametrize("answers,code", [([], "too_few"), ([{"position": 1, "response": None, "revision": 1}] * 101, "too_many"), ({}, "wrong_type")])
def test_bundle(ada, attempt, answers, code):
    reply = ada.client.post(f"/v1/attempts/{attempt['id']}/answers", {"answers": answers}, expect=422)
    assert ("/answers", code) in reply.faults()


@pytest.mark.parametrize("members,pointer,code", STARTS, ids=map(name_of, STARTS))
def test_start(ada, bank, members, pointer, code):
    reply = ada.client.post("/v1/attempts", {"bank": "bad-input", "mode": "practice", **members}, expect=422)
    assert (pointer, code) in reply.faults()


@pytest.mark.parametrize("seed", ["0", "-1", "NaN", "9" * 64, "é" * 32, "\u2028 \U0001f600", "'; DROP TABLE attempts; --", "../../etc/passwd", "%00"])
def test_seeds_that_are_fine(world, ada, bank, seed):
    """Any text is a seed, and comes back as it was."""
    started = ada.start("bad-input", seed=seed, size=3)
    assert started["seed"] == seed
    again = ada.start("bad-input", seed=seed, size=3)
    assert [item["question"] for item in again["items"]] == [item["question"] for item in started["items"]]
    for one in (started, again):
        ada.client.request("DELETE", f"/v1/attempts/{one['id']}", expect=204)


def test_right_answers_are_taken(ada, bank, attempt, places):
    """The same places with nothing wrong in them: what was refused above was not refused for something else."""
    other = ada.start("bad-input", size=100)
    for item in other["items"]:
        question = bank.find(item["question"])
        assert ada.answer(other, item["position"], banks.right(question)).json["feedback"]["correct"]
    ada.client.request("DELETE", f"/v1/attempts/{other['id']}", expect=204)
