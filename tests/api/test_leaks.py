"""
Nothing that a learner sees depends on a key before its time. Two banks differ in nothing but what is right and what is said of it
afterwards; the same requests are made of both, and the replies must be the same, byte for byte, until feedback is due. Then they
must not be: else the comparison would prove nothing.
"""
import bisect
import copy
import json
import re
import statistics
import time

import pytest

from support_py import bank as banks
from support_py import contract, program
from support_py import sample as samples
from support_py.client import Client
from support_py.learner import ESTIMATES_S
from support_py.program import Server
from support_py.turns import clear_of

UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(rb'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z"')
REQUEST = re.compile(rb'"request_id":"[0-9a-f-]+"')
# The length is that of the body, which is compared; a tag depends on the bank's id and on what was told, not on keys.
UNSTEADY = {"Date", "X-Request-Id", "Content-Length", "ETag"}
SLUGS = ("leak-a", "leak-b")
SIZE = 11
MOMENTS = ("after_submit", "after_close", "never", "hidden", "certain", "each_section")
# Those that are not only a moment.
RULES = {"hidden": {"feedback": {"when": "never", "score": False}},
         "certain": {"feedback": {"when": "after_submit", "show": ["credit"]}, "scoring": {"certainty": True, "penalty": 0.25}},
         "each_section": {"feedback": {"when": "after_each", "show": ["section"], "score": False}},
         "each": {"feedback": {"when": "after_each"}}}


def accepted(*texts):
    return [{"text": text} for text in texts]


def questions(is_b):
    """One of every type and rule; `is_b` chooses the other key."""
    def pick(a, b):
        return b if is_b else a

    def options(about, right, **weights):
        return [{"id": name, "text": f"{about}: {name * 3}", "correct": name in right, "feedback": f"Said of {pick(name, name * 9)}.",
                 **({"weight": weights[name]} if weights else {})} for name in "abcd"]

    def parts(about, names):
        return [{"id": name, "text": f"{about}: {name * 3}", "feedback": f"Said of {pick(name, name * 9)}."} for name in names]

    listed = [
        ("single", "single_choice", {"options": options("Colours", pick("b", "c"))}),
        ("multiple", "multiple_choice", {"options": options("Planets in the sky", pick("abc", "d"))}),
        ("weighted", "multiple_choice", {"options": options("Fish of rivers", pick("ab", "bc"), **pick({"a": 0.5, "b": 0.5, "c": -1, "d": 0},
                                                                                 {"a": -0.5, "b": 0.25, "c": 0.75, "d": 0})),
                                         "scoring": {"rule": "option_weights"}}),
        ("statement", "true_false", {"options": [{"id": name, "text": name, "correct": (name == "true") != is_b, "feedback": f"Said of {name}."}
                                                 for name in ("true", "false")]}),
        ("number", "numeric", {"number": pick({"value": 21, "tolerance": 0, "unit": "s"}, {"value": -7.25, "relative_tolerance": 0.5, "unit": "s"})}),
        ("range", "numeric", {"number": pick({"min": 0, "max": 5, "unit": "m"}, {"max": -100, "unit": "m"})}),
        ("words", "short_text", {"accepted": pick(accepted("alpha"), accepted("beta", "gamma*", "delta"))}),
        ("order", "ordering", {"items": parts("Steps", "kmz"), "order": pick(["z", "k", "m"], ["m", "z", "k"])}),
        ("neighbours", "ordering", {"items": parts("Neighbourhoods", "qrs"), "order": pick(["s", "q", "r"], ["q", "s", "r"]), "scoring": {"rule": "adjacent_pairs"}}),
        ("pairs", "matching", {"premises": parts("Lands", ["p1", "p2"]), "choices": [{"id": name, "text": name * 4} for name in "xyz"],
                               "pairs": pick({"p1": "x", "p2": "y"}, {"p1": "z", "p2": "z"})}),
        ("gaps", "cloze", {"gaps": [{"id": "one", "accepted": pick(accepted("uno"), accepted("eins", "yek", "moja"))},
                                    {"id": "two", "accepted": pick(accepted("dos", "zwei"), accepted("do"))}]}),
    ]
    return [{"slug": slug, "type": kind, "stem": f"About {slug * 3}: what is it?" + (" [[one]] [[two]]" if kind == "cloze" else ""),
             **copy.deepcopy(key), "explanation": pick("Short.", f"A much longer explanation of {slug}, with the key in it."),
             "section": ("alpha", "gamma/delta")[number % 2], "difficulty": 2, "source": {"line": (7, 19)[number % 2]}}
            for number, (slug, kind, key) in enumerate(listed)]


@pytest.fixture(scope="module")
def leaky(world, ada, tmp_path_factory):
    """The two banks, with an exam for each moment."""
    found = {}
    for slug in SLUGS:
        folder = samples.write(tmp_path_factory.mktemp(slug), slug, listed=questions(slug == "leak-b"))
        (folder / "exams").mkdir()
        for when in (*MOMENTS, "each"):
            window = {"closes_at": "2099-01-01T00:00:00Z"} if when == "after_close" else {}
            (folder / f"exams/{when}.json").write_text(json.dumps({
                "slug": when.replace("_", "-"), "title": when, "size": SIZE, "time_limit_minutes": 60, "pass_scaled": 700,
                "blueprint": [{"section": "alpha", "weight": 55}, {"section": "gamma", "weight": 45}],
                **RULES.get(when, {"feedback": {"when": when}}), **window}))
        found[slug] = samples.bring(world, ada, folder)
    yield found
    for slug in SLUGS:
        samples.put_off(world, slug)


@pytest.fixture(scope="module")
def second(world, scratch, leaky):
    """Another server on the same database, which has seen none of the attempts start."""
    server = Server(scratch, world.database.url, key=world.server.key, name="leak")
    yield server
    assert server.stop() == 0


@pytest.fixture
def twin(learner, second):
    """The learner, at the other server."""
    return Client(second.port, contract.printed_contract(), learner.client.token)


def align(world, attempt):
    """Gives an exam's paper the seed and the order that the one of the other bank has, too."""
    world.database.run("""UPDATE attempt_papers AS p SET seed = 'leak', question_ids = (
        SELECT array_agg(q.id ORDER BY q.slug) FROM questions AS q WHERE q.id = ANY (p.question_ids)) WHERE attempt_id = %s""",
                       (attempt["id"],))


def masked(reply):
    """What a reply shows, but for ids, times and the name of the bank."""
    names = {}
    body = UUID.sub(lambda found: names.setdefault(found.group(), b"<id %d>" % len(names)), reply.body)
    body = REQUEST.sub(b'"request_id":""', TIME.sub(b'"<time>"', body)).replace(b"leak-b", b"leak-a")
    headers = sorted((name, value.replace("leak-b", "leak-a")) for name, value in reply.headers.items() if name not in UNSTEADY)
    return reply.status, headers, body


class Both:
    """The same request for an attempt at each of the banks."""

    def __init__(self, client, attempts):
        self.client, self.attempts = client, attempts

    def ask(self, method, path, *body):
        return [self.client.request(method, path.format(id=attempt["id"], bank=slug), *body)
                for slug, attempt in zip(SLUGS, self.attempts)]

    def same(self, method, path, *body):
        if method == "GET":
            clear_of(ESTIMATES_S, 2)
        one, other = self.ask(method, path, *body)
        assert masked(one) == masked(other), (method, path, body)
        return one


def responses(leaky, slug):
    """A right response to each question, by position of an aligned paper or of `paper`."""
    return {question["slug"]: banks.right(question) for question in leaky[slug].questions}


def answer_every_way(both, places, right_here, right_there, **sure):
    """Everything that can be sent for an answer, right in one bank and wrong in the other, and the other way round."""
    answers = "/v1/attempts/{id}/answers"
    for slug, position in places.items():
        one = f"{answers}/{position}"
        for revision, response in ((1, right_here[slug]), (1, right_here[slug]), (1, right_there[slug]), (2, right_there[slug])):
            both.same("PUT", one, {"response": response, "revision": revision, **sure})
        both.same("PUT", one, {"response": right_here[slug], "revision": 3, "flagged": True, **sure})
        both.same("PUT", one, {"response": None, "revision": 4})
        for wrong in ({"choices": ["nothing"]}, {"number": "1"}, {"text": 1}, {"order": ["?"]}, {"pairs": {"?": "?"}}, {"gaps": {"?": "?"}}, {}):
            assert both.same("PUT", one, {"response": wrong, "revision": 5, **sure}).status == 422
        both.same("PUT", one, {"response": right_here[slug], "revision": 5, "certainty": 3})
        both.same("GET", "/v1/attempts/{id}")
    for revision, right in ((6, right_there), (7, right_here)):
        bundle = {"answers": [{"position": position, "response": right[slug], "revision": revision, **sure} for slug, position in places.items()]}
        both.same("POST", answers, bundle)
        both.same("POST", answers, bundle)


def look_at_oneself(both):
    """What a learner is told of himself."""
    for query in ("model=beta-1", "model=beta-2", "shape=tree", "by=tag", "hardest=5", "sure_and_wrong=5"):
        both.same("GET", f"/v1/me/weak-areas?bank={{bank}}&limit=100&{query}")
    for what in ("progress", "reviews", "readiness", "plan"):
        both.same("GET", f"/v1/me/{what}?bank={{bank}}")
    both.same("GET", "/v1/me/readiness?bank={bank}&exam=never")


def exported(both):
    """What the export of all that is stored says of each of the attempts, and of what was learnt at its bank."""
    document = both.client.get("/v1/me/export", expect=200).json
    found = []
    for slug, attempt in zip(SLUGS, both.attempts):
        evidence = sorted((row for row in document["section_evidence"] if row["bank"] == slug), key=lambda row: row["section"])
        found.append({"attempt": next(row for row in document["attempts"] if row["id"] == attempt["id"]), "evidence": evidence})
    return found


def export_the_same(both, tells_no_pilots=True):
    one, other = exported(both)
    assert masked_times(masked_json(one)) == masked_times(masked_json(other))
    assert {answer["credit_milli"] for found in (one, other) for answer in found["attempt"]["answers"]} <= {None}
    assert {found["attempt"]["rules"]["pilots"] for found in (one, other) if tells_no_pilots} <= {None}


def look_everywhere(both):
    """Every other place where something might be seen."""
    export_the_same(both)
    both.same("GET", "/v1/attempts/{id}")
    both.same("GET", "/v1/attempts/{id}/result")
    both.same("GET", "/v1/attempts?bank={bank}")
    look_at_oneself(both)
    for what in ("", "/exams", "/sections"):
        both.same("GET", "/v1/banks/{bank}" + what)
    for mode in ("review", "weak_areas"):
        replies = [both.client.post("/v1/attempts", {"bank": slug, "mode": mode, "size": SIZE, "seed": "look"}) for slug in SLUGS]
        assert masked(replies[0]) == masked(replies[1])
        for reply in replies:
            if reply.status == 201:
                both.client.request("DELETE", f"/v1/attempts/{reply.json['id']}", expect=204)


def places_in(leaky, attempt):
    return {leaky["leak-a"].find(item["question"])["slug"]: item["position"] for item in attempt["items"]}


def feedback_of(items):
    return {item["question"]["stem"]: (item["answer"] or item).get("feedback") for item in items}


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_practice(learner, leaky, feedback):
    """Until each answer, or until the end."""
    starts = [learner.client.post("/v1/attempts", {"bank": slug, "mode": "practice", "size": SIZE, "seed": "leak", "feedback": feedback},
                                  expect=201) for slug in SLUGS]
    assert masked(starts[0]) == masked(starts[1])
    both = Both(learner.client, [reply.json for reply in starts])
    places = places_in(leaky, both.attempts[0])
    here, there = responses(leaky, "leak-a"), responses(leaky, "leak-b")
    assert len(places) == SIZE
    if feedback == "deferred":
        answer_every_way(both, places, here, there)
        look_everywhere(both)
    else:
        look_everywhere(both)
        for count, (slug, position) in enumerate(sorted(places.items()), 1):
            told = both.ask("PUT", f"/v1/attempts/{{id}}/answers/{position}", {"response": here[slug], "revision": 1})
            assert [reply.json["feedback"]["correct"] for reply in told] == [True, False], slug
            untold = [[item for item in learner.read(attempt)["items"] if item["answer"] is None] for attempt in both.attempts]
            assert len(untold[0]) == SIZE - count
            assert masked_json(untold[0]) == masked_json(untold[1])
    results = both.ask("POST", "/v1/attempts/{id}/submit")
    assert_told(results, places)
    assert_exported(both)


def masked_json(value):
    return UUID.sub(b"<id>", json.dumps(value).encode()).replace(b"leak-b", b"leak-a")


def assert_told(results, places):
    told = [feedback_of(result.json["items"]) for result in results]
    assert all(told[0][stem] != told[1][stem] for stem in told[0]) and len(told[0]) == len(places)
    assert results[0].json["score"] != results[1].json["score"]


def assert_exported(both):
    """In its time the export says what answers are worth, too."""
    one, other = (found["attempt"] for found in exported(both))
    assert [answer["credit_milli"] for answer in one["answers"]] != [answer["credit_milli"] for answer in other["answers"]]
    assert {one["raw_milli"], other["raw_milli"]}.isdisjoint({None}) and one["raw_milli"] != other["raw_milli"]
    assert one["rules"]["pilots"] == other["rules"]["pilots"] == []


def without_score(reply):
    """A result or list but for the score, which an exam without feedback tells all the same."""
    value = reply.json
    for entry in value.get("data", [value]):
        for name in ("score", "raw"):
            entry.pop(name, None)
    return masked_json(value)


def masked_times(data):
    return TIME.sub(b'"<time>"', data)


@pytest.mark.parametrize("when", MOMENTS)
def test_exam(learner, twin, world, leaky, when):
    slug = when.replace("_", "-")
    attempts = [learner.client.post("/v1/attempts", {"bank": bank, "mode": "exam", "exam": slug}, expect=201).json for bank in SLUGS]
    for attempt in attempts:
        align(world, attempt)
    both = Both(twin, attempts)
    places = places_in(leaky, both.same("GET", "/v1/attempts/{id}").json)
    here, there = responses(leaky, "leak-a"), responses(leaky, "leak-b")
    answer_every_way(both, places, here, there, **({"certainty": 2} if when == "certain" else {}))
    look_everywhere(both)
    if when in ("hidden", "after_close"):
        assert_same_kept(both)
    results = both.ask("POST", "/v1/attempts/{id}/submit")
    assert {reply.status for reply in results} == {200}
    if when == "certain":
        assert [set(feedback) for result in results for feedback in feedback_of(result.json["items"]).values()] == [{"credit", "points"}] * 2 * SIZE
        assert results[0].json["score"] != results[1].json["score"] and \
            masked_times(masked_json(untold(results[0]))) == masked_times(masked_json(untold(results[1])))
        return
    if when == "after_submit":
        assert_told(results, places)
        assert_exported(both)
        return
    if when == "after_close":
        assert masked(results[0]) == masked(results[1])
        look_everywhere(both)
        close_window(world, learner, both)
        assert_told(both.ask("GET", "/v1/attempts/{id}/result"), places)
        assert_exported(both)
        return
    if when in ("hidden", "each_section"):
        assert masked(results[0]) == masked(results[1])
        assert results[0].json["score"] is None and results[0].json["sections"] == []
        both.same("GET", "/v1/attempts/{id}/result")
        both.same("GET", "/v1/attempts?bank={bank}")
        export_the_same(both, tells_no_pilots=when == "hidden")
        return
    assert masked_times(without_score(results[0])) == masked_times(without_score(results[1]))
    assert results[0].json["score"] != results[1].json["score"]
    lists = both.ask("GET", "/v1/attempts?bank={bank}")
    assert masked_times(without_score(lists[0])) == masked_times(without_score(lists[1]))
    both.same("GET", "/v1/attempts/{id}")
    look_at_oneself(both)
    for mode, status in (("review", 409), ("weak_areas", 201)):
        replies = [twin.post("/v1/attempts", {"bank": bank, "mode": mode, "size": SIZE, "seed": "look"}, expect=status) for bank in SLUGS]
        assert masked(replies[0]) == masked(replies[1])
    answers = {"answers": [{"position": 1, "response": here[min(here)], "revision": 99}]}
    both.same("POST", "/v1/attempts/{id}/answers", answers)


def assert_same_kept(both):
    """A keyed submit, and what is kept of it: told again, and in the export."""
    replies = [[both.client.request("POST", f"/v1/attempts/{attempt['id']}/submit", headers={"Idempotency-Key": f"leak-{attempt['id']}"}, expect=200)
                for attempt in both.attempts] for _ in range(2)]
    for one, other in replies:
        assert masked(one) == masked(other)
    kept = [entry for entry in both.client.get("/v1/me/export", expect=200).json["idempotency_keys"] if entry["key"].startswith("leak-")]
    assert len(kept) == 2
    bodies = [masked_times(masked_json(json.loads(entry["body"]))) for entry in kept]
    assert bodies[0] == bodies[1] and kept[0]["status"] == kept[1]["status"] == 200


def untold(result):
    """A result but for what its feedback and score say."""
    value = copy.deepcopy(result.json)
    value["score"] = None
    for item in value["items"]:
        (item["answer"] or item)["feedback"] = None
    return value


def test_exam_that_tells_each(learner, twin, world, leaky):
    """Of what is not answered yet nothing is told, whatever is told of the rest."""
    attempts = [learner.client.post("/v1/attempts", {"bank": bank, "mode": "exam", "exam": "each"}, expect=201).json for bank in SLUGS]
    for attempt in attempts:
        align(world, attempt)
    both = Both(twin, attempts)
    places = places_in(leaky, both.same("GET", "/v1/attempts/{id}").json)
    here = responses(leaky, "leak-a")
    for count, (slug, position) in enumerate(sorted(places.items()), 1):
        told = both.ask("PUT", f"/v1/attempts/{{id}}/answers/{position}", {"response": here[slug], "revision": 1})
        assert [reply.json["feedback"]["correct"] for reply in told] == [True, False], slug
        items = [[item for item in reply.json["items"] if item["answer"] is None] for reply in both.ask("GET", "/v1/attempts/{id}")]
        assert len(items[0]) == SIZE - count and masked_json(items[0]) == masked_json(items[1])
    assert_told(both.ask("POST", "/v1/attempts/{id}/submit"), places)


def close_window(world, learner, both):
    """Lets the exam close, and waits for the evidence that was kept back until then. What the attempts began with is not enough: while
    others still answer in a window that was made longer, nothing is told."""
    for attempt in both.attempts:
        world.database.run("UPDATE attempt_papers SET rules = replace(rules, '2099-01-01', '2020-01-01') WHERE attempt_id = %s", (attempt["id"],))
    due = "UPDATE attempts SET evidence_due_at = clock_timestamp() WHERE id = %s AND evidence_due_at IS NOT NULL"
    for attempt in both.attempts:
        world.database.run(due, (attempt["id"],))

    def is_put_off():
        waits = "SELECT count(*) FROM attempts WHERE id = ANY (%s::uuid[]) AND evidence_due_at > clock_timestamp() + interval '1 year'"
        return world.database.rows(waits, ([attempt["id"] for attempt in both.attempts],)) == [(2,)]

    program.wait_until(is_put_off, 60, "the sweeper to see the later end")
    look_everywhere(both)
    for slug in SLUGS:
        samples.move_exam(world, [learner.client, both.client], slug, "after-close")
    for attempt in both.attempts:
        world.database.run(due, (attempt["id"],))

    def is_evidence():
        return all(sum(area["evidence"]["answers"] for area in learner.weak_areas(slug)["data"]) == SIZE for slug in SLUGS)

    program.wait_until(is_evidence, 60, "the evidence of the exam")


# A path for every route of learners that has ETags, and the choices that show something of single questions.
TAGGED = ("/v1/me/weak-areas?bank=leak-a", "/v1/me/weak-areas?bank=leak-a&hardest=5", "/v1/me/weak-areas?bank=leak-a&sure_and_wrong=5",
          "/v1/me/weak-areas?bank=leak-a&shape=tree&model=beta-1", "/v1/me/weak-areas?bank=leak-a&by=tag",
          "/v1/me/readiness?bank=leak-a", "/v1/me/readiness?bank=leak-a&exam=never",
          "/v1/banks/leak-a", "/v1/banks/leak-a/sections", "/v1/banks/leak-a/sections/{section_id}")


def tags_of(client):
    section = client.get("/v1/banks/leak-a/sections", expect=200).json["data"][0]["id"]
    return {path: client.get(path.format(section_id=section), expect=200).headers["ETag"] for path in TAGGED}


def test_all_routes_with_tags_are_looked_at():
    told = {operation.path for operation in contract.printed_contract().operations
            if any("ETag" in reply.get("headers", ()) for reply in operation.responses.values()) and operation.method == "GET"
            and "learner" in operation.roles}
    assert told == {path.partition("?")[0].replace("leak-a", "{bank}") for path in TAGGED}


@pytest.mark.parametrize("members", [{"mode": "practice", "size": SIZE, "feedback": "deferred", "scoring": {"certainty": True}},
                                     {"mode": "exam", "exam": "after-submit"}, {"mode": "exam", "exam": "certain"}],
                         ids=lambda members: members.get("exam", "practice"))
def test_tags_do_not_tell(learner, leaky, members):
    """All right, all wrong, nothing yet: what a client may keep is as good as before, until the attempt is handed in."""
    takes_certainty = members.get("exam") != "after-submit"
    for _ in range(2):  # a new five minutes may begin between
        attempt = learner.client.post("/v1/attempts", {"bank": "leak-a", **members}, expect=201).json
        seen = [tags_of(learner.client)]
        for revision, choose in enumerate((banks.right, banks.wrong), 1):
            for item in attempt["items"]:
                body = {"response": choose(leaky["leak-a"].find(item["question"])), "revision": revision}
                learner.client.put(f"/v1/attempts/{attempt['id']}/answers/{item['position']}",
                                   {**body, "certainty": 3} if takes_certainty else body, expect=200)
            seen.append(tags_of(learner.client))
        if seen[0] == seen[1] == seen[2]:
            break
    assert seen[0] == seen[1] == seen[2]
    learner.submit(attempt)
    changed = {path for path, tag in tags_of(learner.client).items() if tag != seen[0][path]}
    assert changed == {path for path in TAGGED if path.startswith("/v1/me/")}


ROUNDS, LOOKS = 700, 4


def share_of_longer(call, least, most):
    """In how many of all pairs the call took longer with a right answer than with a wrong one. Where that is not between the two, it may
    be by chance: as many calls are added, up to four times as many, which bring a share that is so by chance back to the half."""
    times, share = ([], []), 0
    for look in range(LOOKS):
        for number in range(look * ROUNDS + 1, (look + 1) * ROUNDS + 1):
            is_right = (number * 7919 >> 3) % 2
            began = time.perf_counter()
            call(bool(is_right), number)
            times[is_right].append(time.perf_counter() - began)
        wrong, right = (sorted(found) for found in times)
        share = statistics.fmean(bisect.bisect_left(wrong, one) / len(wrong) for one in right)
        if least < share < most:
            break
    return share


def test_timing_does_not_tell(learner, leaky):
    """How long a right and a wrong answer take while nothing may be told, of every type and in a bundle: neither is told from the other
    by its time. Of two random times the one of a right answer is the longer one in half of the cases."""
    attempt = learner.start("leak-a", size=SIZE, feedback="deferred", seed="leak")
    places = places_in(leaky, attempt)
    questions_by_slug = {question["slug"]: question for question in leaky["leak-a"].questions}
    answers = f"/v1/attempts/{attempt['id']}/answers"

    def response(slug, is_right):
        return (banks.right if is_right else banks.wrong)(questions_by_slug[slug])

    def share_of(slug):
        path = f"{answers}/{places[slug]}"
        return share_of_longer(lambda is_right, number: learner.client.put(
            path, {"response": response(slug, is_right), "revision": number}, expect=200), 0.43, 0.57)

    assert {slug: share for slug, share in ((slug, share_of(slug)) for slug in places) if not 0.43 < share < 0.57} == {}
    bundle = share_of_longer(lambda is_right, number: learner.client.post(answers, {"answers": [
        {"position": position, "response": response(slug, is_right), "revision": LOOKS * ROUNDS + number} for slug, position in places.items()]},
        expect=200), 0.4, 0.6)
    assert 0.4 < bundle < 0.6
