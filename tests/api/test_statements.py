"""How many statements an operation costs, all of them through lanes: counted in PostgreSQL's log. What comes over another
connection of the server's is counted, too."""
import json
import os
import pathlib
import shutil
import uuid

import pytest

from support_py import bank as banks
from support_py import contract, program, statements
from support_py.client import Client
from support_py.database import Database
from support_py.learner import Learner
from support_py.program import Server


class Place:
    """A database that logs every statement, and a server on it."""

    def __init__(self, directory):
        self.directory = directory
        self.database = Database("statements")
        program.quizd_ok("migrate", DATABASE_URL=self.database.owner_url)
        program.quizd_ok("import", "bank", banks.AWS, DATABASE_URL=self.database.url)
        self.database.run(statements.SWITCH_ON.format(self.database.name))
        self.server = Server(directory, self.database.url, name="statements")
        self.learner = Learner(Client(self.server.port, contract.printed_contract()))
        self.bank = banks.Bank(banks.AWS)
        path = pathlib.Path(os.environ["QUIZD_TEST_CLUSTER"]) / "postgres.log"
        self.log, self.sessions = (statements.Log(path, ()) for _ in range(2))
        self.follow()

    def pids(self):
        return {str(pid) for pid, in self.database.rows(statements.LANES_AND_SESSIONS)}

    def follow(self):
        """The lanes, which are connected, and a session, which a keyed call leaves for others to take."""
        program.wait_until(lambda: len(self.pids()) == 2, 60, "the lanes alone")
        self.keyed("/v1/attempts", str(uuid.uuid4()), 201, {"bank": self.bank.slug, "mode": "practice", "size": 1})
        pids = self.pids()
        sessions = pids - {str(pid) for pid, in self.database.rows(statements.LANES)}
        assert (len(pids), len(sessions)) == (3, 1)
        self.log.follow(pids)
        self.sessions.follow(sessions)

    def keyed(self, path, key, expect, *body):
        return self.learner.client.request("POST", path, *body, headers={"Idempotency-Key": key}, expect=expect)

    def count(self, call):
        """What one call costs that needs nothing but the lanes; also what it gives."""
        self.sessions.names()
        cost, given = self.count_everywhere(call)
        assert not self.sessions.names(), "not through the lanes"
        return cost, given

    def count_everywhere(self, call):
        """The same on whatever connection."""
        self.log.names()
        given = call()
        cost = dict(self.log.names())
        assert self.pids() == self.log.pids, "a connection that nobody looks at"
        return cost, given

    def right(self, attempt, position):
        return banks.right(self.bank.find(attempt["items"][position - 1]["question"]))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Place(tmp_path_factory.mktemp("statements"))
    yield made
    assert made.server.stop() == 0
    made.database.drop()


@pytest.mark.parametrize("members,expected", [
    ({}, {"attempts_start": 1}), ({"sections": ["aws-s3"], "difficulty": {"min": 1, "max": 3}}, {"attempts_start": 1}),
    ({"mode": "exam", "exam": "dva-c01"}, {"exams_start": 1}), ({"unseen_first": True}, {"history_list": 1, "attempts_start": 1}),
    ({"mode": "weak_areas"}, {"history_list": 1, "attempts_start": 1}), ({"mode": "review"}, {"history_list": 1, "attempts_start": 1})])
def test_start(place, members, expected):
    """One; where the learner's past decides, that is read first, whole, in one more."""
    if members.get("mode") == "review":
        done = place.learner.start(size=2)
        place.learner.answer(done, 1, place.right(done, 1))
        place.learner.submit(done)
    body = {"bank": place.bank.slug, "mode": "practice", **members}
    assert place.count(lambda: place.learner.client.post("/v1/attempts", body, expect=201))[0] == expected


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_answer_and_submit(place, feedback):
    """An attempt that was started or answered here lately is known; of another one the paper is read once."""
    attempt = place.learner.start(feedback=feedback, size=5)
    for position in (1, 2):
        answer = place.count(lambda: place.learner.answer(attempt, position, place.right(attempt, position)))[0]
        assert answer == {"attempts_record_answer": 1}
    bundle = {"answers": [{"position": position, "response": place.right(attempt, position), "revision": 1} for position in (3, 4)]}
    assert place.count(lambda: place.learner.client.post(f"/v1/attempts/{attempt['id']}/answers", bundle, expect=200))[0] == \
        {"attempts_record_answers": 1}
    assert place.count(lambda: place.learner.read(attempt))[0] == {"attempts_get_with_answers": 1}
    submitted = place.count(lambda: place.learner.submit(attempt))[0]
    assert submitted == {"attempts_get_with_answers": 1, "attempts_close": 1}
    assert place.count(lambda: place.learner.submit(attempt))[0] == {"attempts_get_with_answers": 1}
    assert place.count(lambda: place.learner.result(attempt))[0] == {"attempts_get_with_answers": 1}


def restart(place):
    """Another server, which knows of nothing; its lanes are connected."""
    assert place.server.stop() == 0
    place.server = Server(place.directory, place.database.url, key=place.server.key, name="statements")
    place.learner.client = Client(place.server.port, contract.printed_contract(), place.learner.client.token)
    place.learner.client.get("/v1/me", expect=200)
    place.learner.client.patch("/v1/me", {"display_name": "Ada"}, expect=200)
    place.follow()


def test_answer_to_an_attempt_that_is_not_known(place):
    attempt = place.learner.start(feedback="deferred", size=5)
    restart(place)
    for expected in ({"attempts_get": 1, "attempts_record_answer": 1}, {"attempts_record_answer": 1}):
        assert place.count(lambda: place.learner.answer(attempt, 1, place.right(attempt, 1)))[0] == expected


def edit_bank(place, directory):
    """Gives every question another version, and waits until the server knows."""
    folder = shutil.copytree(banks.AWS, directory / "edited")
    for path in folder.glob("questions/*.json"):
        listed = json.loads(path.read_text())
        for question in listed:
            question["explanation"] += " Said again."
        path.write_text(json.dumps(listed))
    program.quizd_ok("import", "bank", folder, DATABASE_URL=place.database.url)
    program.wait_until(lambda: {item["question"]["version"] for item in place.learner.start(size=3)["items"]} == {2}, 60, "the new versions")


def test_what_the_bank_has_moved_on_from(place, tmp_path):
    """Attempts keep their versions: these come with the read that there is anyway, or are the only one."""
    known, unknown = (place.learner.start(feedback="deferred", size=5) for _ in range(2))
    edit_bank(place, tmp_path)
    assert place.count(lambda: place.learner.answer(known, 1, place.right(known, 1)))[0] == {"banks_get_versions": 1, "attempts_record_answer": 1}
    assert place.count(lambda: place.learner.submit(known))[0] == {"attempts_get_with_answers": 1, "attempts_close": 1}
    restart(place)
    assert place.count(lambda: place.learner.answer(unknown, 1, place.right(unknown, 1)))[0] == {"attempts_get": 1, "attempts_record_answer": 1}
    bundle = {"answers": [{"position": position, "response": place.right(unknown, position), "revision": 9} for position in (2, 3)]}
    restart(place)
    assert place.count(lambda: place.learner.client.post(f"/v1/attempts/{unknown['id']}/answers", bundle, expect=200))[0] == \
        {"attempts_get": 1, "attempts_record_answers": 1}


# So many on the board that the first page, whose names are kept, is not the one around the learner, who is among the last.
CROWD = """
WITH people AS (
    INSERT INTO users (id, email, email_key, display_name, role, password_hash)
    SELECT gen_random_uuid(), n || '@example.org', n || '@example.org', 'Person ' || n, 'learner', '-'
    FROM generate_series(1, 60) AS n
    RETURNING id
), members AS (
    INSERT INTO board_members (user_id, bank_id, member_id, pseudonym, shares_name)
    SELECT p.id, b.id, gen_random_uuid(), 'A pseudonym', false FROM people AS p CROSS JOIN banks AS b
)
INSERT INTO points_days (user_id, bank_id, day, questions, points, reached_at)
SELECT p.id, b.id, (clock_timestamp() AT TIME ZONE 'UTC')::date, ARRAY[1], CASE p.id WHEN %s THEN 5 ELSE 10 END, clock_timestamp()
FROM (SELECT id FROM people UNION ALL SELECT %s) AS p CROSS JOIN banks AS b
"""


def test_leaderboard(place):
    """One, for whatever part of it; two the first time that it turns out who asks."""
    path = f"/v1/banks/{place.bank.slug}/leaderboard"
    me = Learner(Client(place.server.port, contract.printed_contract()))

    def look(**query):
        return me.client.get(path, query={"window": "all", **query}, expect=200).json

    me.client.put(f"{path}/me", expect=204)
    place.database.run(CROWD, (me.id, me.id))
    program.wait_until(lambda: place.learner.client.get(path, query={"window": "all"}, expect=200).json["total"] == 61, 20, "all of them")
    cost, around = place.count(lambda: look(around="me"))
    assert (cost, [entry["is_me"] for entry in around["data"]].index(True)) == ({"boards_find_people": 2}, 10)
    page = look(limit=30)
    for query, size in (({"around": "me"}, 11), ({"around": "me", "limit": 5}, 3), ({"limit": 30}, 30), ({"limit": 30, "cursor": page["next_cursor"]}, 30)):
        for _ in range(3):
            cost, seen = place.count(lambda query=query: look(**query))
            assert (cost, seen["me"], len(seen["data"])) == ({"boards_find_people": 1}, around["me"], size), query
    for query in ({"around": "me"}, {"limit": 30}):  # what is known of names is read again with the rest, where somebody has gone
        look(**query)
        place.learner.client.put(f"{path}/me", expect=204)
        place.learner.client.request("DELETE", f"{path}/me", expect=204)
        assert place.count(lambda query=query: look(**query))[0] == {"boards_find_people": 1}
    me.client.request("DELETE", f"{path}/me", expect=204)
    assert look(around="me")["me"] is None
    cost, seen = place.count(lambda: look(around="me"))
    assert (sum(cost.values()), seen["me"]) == (1, None)


def test_with_a_key(place):
    """A keyed request is a transaction on a session of its own: with what guards and keeps the reply, and the same statements inside."""
    guards = {"idempotency_lock": 1, "idempotency_find": 1, "idempotency_keep": 1}
    body = {"bank": place.bank.slug, "mode": "practice"}
    attempt = place.keyed("/v1/attempts", "first-one", 201, body).json
    assert place.count_everywhere(lambda: place.keyed("/v1/attempts", "second-one", 201, body))[0] == {**guards, "attempts_start": 1}
    submit = f"/v1/attempts/{attempt['id']}/submit"
    assert place.count_everywhere(lambda: place.keyed(submit, "third-one", 200))[0] == {**guards, "attempts_get_with_answers": 1, "attempts_close": 1}
    assert place.count_everywhere(lambda: place.keyed(submit, "third-one", 200))[0] == {"idempotency_lock": 1, "idempotency_find": 1}
    with pytest.raises(AssertionError, match="not through the lanes"):
        place.count(lambda: place.keyed(submit, "third-one", 200))
