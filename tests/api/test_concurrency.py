"""Many at once: one answer, one score, one piece of evidence, whoever comes first."""
import json
import random
import threading
import time

import pytest

from support_py import bank as banks
from support_py.at_once import at_once
from support_py.learner import PASSWORD
from support_py.program import wait_until

LIMIT_S = 60


def patiently(call):
    """Does what a client does on 503: waits as long as it is told, and sends the same again."""
    deadline = time.monotonic() + LIMIT_S
    while True:
        reply = call()
        if reply.status != 503 or time.monotonic() > deadline:
            return reply
        time.sleep(int(reply.headers["Retry-After"]) * random.uniform(0.5, 1))


def put(learner, attempt, position, response, revision=1):
    path = f"/v1/attempts/{attempt['id']}/answers/{position}"
    return patiently(lambda: learner.client.put(path, {"response": response, "revision": revision}))


def submit(learner, attempt):
    return patiently(lambda: learner.client.post(f"/v1/attempts/{attempt['id']}/submit"))


@pytest.fixture
def attempt_of(learner, sample):
    """An attempt on the sample bank and the positions of its questions."""
    def start(feedback):
        attempt = learner.start(sample.slug, size=100, feedback=feedback)
        return attempt, {sample.find(item["question"])["slug"]: item["position"] for item in attempt["items"]}
    return start


def evidence(learner, path):
    area, = [area for area in learner.weak_areas("sample")["data"] if area["section"]["path"] == path]
    return area["evidence"]["answers"], area["evidence"]["correct"]


def test_same_answer_by_fifty(learner, attempt_of):
    attempt, place = attempt_of("immediate")
    replies = at_once(50, lambda _: put(learner, attempt, place["single"], {"choices": ["b"]}))
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    assert evidence(learner, "alpha") == (1, 1)


def test_different_answers_by_fifty(learner, attempt_of):
    """One of them is recorded, with its feedback; whoever sent another is told so."""
    attempt, place = attempt_of("immediate")
    replies = at_once(50, lambda number: put(learner, attempt, place["single"], {"choices": ["abcd"[number % 4]]}, number + 1))
    won = {reply.body for reply in replies if reply.status == 200}
    assert len(won) == 1
    assert {reply.status: reply.code for reply in replies if reply.status != 200} == {409: "already_answered"}
    recorded = next(reply.json for reply in replies if reply.status == 200)
    assert learner.read(attempt)["items"][place["single"] - 1]["answer"] == recorded
    assert evidence(learner, "alpha") == (1, int(recorded["response"] == {"choices": ["b"]}))


def test_fifty_revisions(learner, attempt_of):
    attempt, place = attempt_of("deferred")
    revisions = random.Random(3).sample(range(1, 51), 50)
    replies = at_once(50, lambda number: put(learner, attempt, place["numeric"], {"number": revisions[number]}, revisions[number]))
    for revision, reply in zip(revisions, replies):
        assert reply.status in (200, 409)
        assert reply.status == 409 or reply.json["response"] == {"number": revision}
        assert reply.status == 200 or reply.code == "stale_revision"
    assert replies[revisions.index(50)].status == 200
    shown = learner.read(attempt)["items"][place["numeric"] - 1]["answer"]
    assert (shown["revision"], shown["response"]) == (50, {"number": 50})


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_hundred_submits(learner, attempt_of, feedback):
    attempt, place = attempt_of(feedback)
    put(learner, attempt, place["single"], {"choices": ["b"]})
    put(learner, attempt, place["multiple"], {"choices": ["d"]})
    replies = at_once(100, lambda _: submit(learner, attempt))
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    assert replies[0].json["score"]["raw"] == 1
    assert evidence(learner, "alpha") == (2, 1)


def test_submit_against_autosave(learner, sample, attempt_of):
    """Each of four clients saves its own question again and again, three hand in: one score, made from the answers that stay."""
    for _ in range(3):
        attempt, place = attempt_of("deferred")
        slugs = ["single", "numeric", "short", "true-false"]
        by_slug = {question["slug"]: question for question in sample.questions}

        def save(slug):
            told = []
            for revision in range(1, 31):
                choose = banks.right if revision % 3 else banks.wrong
                reply = put(learner, attempt, place[slug], choose(by_slug[slug]), revision)
                told.append((revision, reply.status, reply.status == 200 or reply.code))
            return told

        replies = at_once(7, lambda number: save(slugs[number]) if number < 4 else (time.sleep(0.02), submit(learner, attempt))[1])
        results = replies[4:]
        assert {reply.status for reply in results} == {200}
        assert len({reply.body for reply in results}) == 1
        result = results[0].json
        assert result["score"]["raw"] == sum(item["answer"]["feedback"]["credit"] for item in result["items"] if item["answer"])
        for slug, told in zip(slugs, replies[:4]):
            good = [revision for revision, status, _ in told if status == 200]
            assert [status for _, status, _ in told] == [200] * len(good) + [409] * (30 - len(good))
            assert {code for _, status, code in told if status != 200} <= {"attempt_closed"}
            kept = result["items"][place[slug] - 1]["answer"]
            assert (kept["revision"] if kept else 0) == max(good, default=0)


def test_keyed_submits_against_autosave(learner, sample, attempt_of):
    """Keys make a submit a transaction: it still gives one result, made from the answers that were acknowledged."""
    by_slug = {question["slug"]: question for question in sample.questions}
    for _ in range(3):
        attempt, place = attempt_of("deferred")

        def submit_keyed(number):
            time.sleep(0.02)
            headers = {"Idempotency-Key": f"{attempt['id']}-{number}"}
            return patiently(lambda: learner.client.request("POST", f"/v1/attempts/{attempt['id']}/submit", headers=headers))

        def save(slug):
            replies = [put(learner, attempt, place[slug], banks.right(by_slug[slug]), revision) for revision in range(1, 31)]
            assert {reply.status for reply in replies} <= {200, 409}
            return max((revision for revision, reply in enumerate(replies, 1) if reply.status == 200), default=0)

        slugs = ["single", "numeric", "short"]
        replies = at_once(7, lambda number: save(slugs[number]) if number < 3 else submit_keyed(number % 2))
        assert {(reply.status, reply.code) for reply in replies[3:] if reply.status != 200} <= {(409, "idempotency_key_in_flight")}
        bodies = {reply.body for reply in [*replies[3:], submit_keyed(0), submit_keyed(1), submit(learner, attempt)] if reply.status == 200}
        result, = map(json.loads, bodies)
        for slug, saved in zip(slugs, replies[:3]):
            kept = result["items"][place[slug] - 1]["answer"]
            assert (kept["revision"] if kept else 0) == saved
        assert result["score"]["raw"] == sum(saved > 0 for saved in replies[:3])


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_submit_is_not_starved(world, learner, sample, attempt_of, feedback):
    """Eight clients save without a pause, some of them what is refused: the first submit succeeds, and its score is that of the
    answers that stand."""
    for _ in range(3):
        attempt, place = attempt_of(feedback)
        by_slug = {question["slug"]: question for question in sample.questions}
        slugs = ["single", "numeric", "short", "true-false"]
        is_over, saved = threading.Event(), set()

        def save(number, attempt=attempt, place=place, is_over=is_over, saved=saved):
            slug, revision, codes = slugs[number % 4], 0, set()
            while not is_over.is_set():
                revision += 1
                choose = banks.right if revision % 3 else banks.wrong
                path = f"/v1/attempts/{attempt['id']}/answers/{place[slug]}"
                reply = learner.client.put(path, {"response": choose(by_slug[slug]), "revision": revision})
                codes.add(reply.status if reply.status == 200 else reply.code)
                if reply.status == 200:
                    saved.add(slug)
                if reply.status == 409 and reply.code == "attempt_closed":
                    break
            return codes

        def hand_in(attempt=attempt, is_over=is_over, saved=saved):
            try:
                wait_until(lambda: saved == set(slugs), LIMIT_S, "all at work")
                time.sleep(0.2)
                return learner.client.post(f"/v1/attempts/{attempt['id']}/submit")
            finally:
                is_over.set()

        replies = at_once(9, lambda number: save(number) if number < 8 else hand_in())
        assert replies[8].status == 200, replies[8]
        assert saved == set(slugs)
        result = replies[8].json
        assert learner.result(attempt).json == result
        assert result["score"]["raw"] == sum(item["answer"]["feedback"]["credit"] for item in result["items"] if item["answer"])
        rows = world.database.rows("SELECT raw_milli, evidence_due_at FROM attempts WHERE id = %s", (attempt["id"],))
        assert rows == [(round(result["score"]["raw"] * 1000), None)]


def test_what_is_refused_leaves_no_trace(world, learner, attempt_of):
    """A repetition, a stale revision and a second answer write nothing at all, neither alone nor in a bundle."""
    for feedback, second in (("immediate", 2), ("deferred", 1)):
        attempt, place = attempt_of(feedback)
        put(learner, attempt, place["single"], {"choices": ["b"]})
        row = "SELECT ctid::text, xmin::text, answer_sequence FROM attempts WHERE id = %s"
        before = world.database.rows(row, (attempt["id"],))
        assert before[0][2] == 1
        assert put(learner, attempt, place["single"], {"choices": ["b"]}).status == 200
        assert put(learner, attempt, place["single"], {"choices": ["a"]}, second).status == 409
        bundle = {"answers": [{"position": place["single"], "response": {"choices": ["a"]}, "revision": second}]}
        learner.client.post(f"/v1/attempts/{attempt['id']}/answers", bundle, expect=200)
        assert world.database.rows(row, (attempt["id"],)) == before
        bundle["answers"].append({"position": place["numeric"], "response": {"number": 1}, "revision": 1})
        data = learner.client.post(f"/v1/attempts/{attempt['id']}/answers", bundle, expect=200).json["data"]
        assert data[1]["status"] == "recorded"
        assert world.database.rows(row, (attempt["id"],))[0][2] == 2


def test_one_address_by_ten(anyone):
    body = {"email": "race@example.org", "password": PASSWORD, "display_name": "Race"}
    replies = at_once(10, lambda _: anyone.post("/v1/auth/register", body))
    assert sorted(reply.status for reply in replies) == [201] + [409] * 9


def test_attempts_by_twenty(learner):
    started = at_once(20, lambda _: learner.start(size=3))
    assert len({attempt["id"] for attempt in started}) == 20
    listed = learner.client.get("/v1/attempts", query={"limit": 100}).json["data"]
    assert {entry["id"] for entry in listed} == {attempt["id"] for attempt in started}


def test_evidence_of_many_attempts_at_once(learner, sample):
    """Nothing is lost where answers of several attempts add to one row."""
    attempts = [learner.start(sample.slug, size=100) for _ in range(20)]

    def answer(number):
        place = {sample.find(item["question"])["slug"]: item["position"] for item in attempts[number]["items"]}
        assert put(learner, attempts[number], place["single"], {"choices": ["b" if number % 2 else "a"]}).status == 200
        assert put(learner, attempts[number], place["multiple"], {"choices": ["a", "b", "c"]}).status == 200

    at_once(20, answer)
    assert evidence(learner, "alpha") == (40, 30)
