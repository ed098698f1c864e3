"""
Points: what counts, when, and how often; that what is stored is what the answers say, after any history, at two servers; and what
somebody who cheats gets out of it.
"""
import random

import pytest

from support_py import bank as banks
from support_py import contract, program
from support_py.at_once import at_once
from support_py.client import Client
from support_py.database import Database
from support_py.learner import Learner, answer_all
from support_py.program import Server


def days(database, person):
    return database.rows("SELECT day::text, points, cardinality(questions) FROM points_days WHERE user_id = %s ORDER BY day", (person.id,))


def points(database, person):
    return sum(day[1] for day in days(database, person))


def right(bank, item):
    return banks.right(bank.find(item["question"]))


def test_award__ten_for_a_right_answer_and_the_share_for_a_partly_right_one(learner, sample, world):
    for choose in (banks.partly,):
        attempt = learner.start("sample", size=100)
        credits = answer_all(learner, sample, attempt, choose)
        assert points(world.database, learner) == sum(credit // 100 for credit in credits.values()) > 0
        assert days(world.database, learner)[0][2] == len(credits)


def test_award__wrong_answers_earn_nothing_but_count(learner, aws, world):
    attempt = learner.start(size=3)
    answer_all(learner, aws, attempt, banks.wrong)
    (_, total, counted), = days(world.database, learner)
    assert (total, counted) == (0, 3)


def test_deferred__nothing_before_submit(learner, aws, world):
    attempt = learner.start(size=5, feedback="deferred")
    answer_all(learner, aws, attempt)
    assert days(world.database, learner) == []
    learner.submit(attempt)
    assert points(world.database, learner) == 50
    learner.submit(attempt)
    assert points(world.database, learner) == 50


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_bundle__counts_like_single_answers(learner, aws, world, feedback):
    attempt = learner.start(size=5, feedback=feedback)
    bundle = {"answers": [{"position": item["position"], "response": right(aws, item), "revision": 1} for item in attempt["items"]]}
    for _ in range(2):
        learner.client.post(f"/v1/attempts/{attempt['id']}/answers", bundle, expect=200)
    learner.submit(attempt)
    assert points(world.database, learner) == 50


# --- cheating ---

@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_cheat__the_same_questions_again_and_again(learner, aws, world, feedback):
    """Once a day; the first answer counts, also where the key has been seen since."""
    first = learner.start(size=4, seed="again", feedback=feedback)
    answer_all(learner, aws, first, banks.wrong)
    learner.submit(first)
    for _ in range(3):
        again = learner.start(size=4, seed="again", feedback=feedback)
        assert {item["question"]["id"] for item in again["items"]} == {item["question"]["id"] for item in first["items"]}
        answer_all(learner, aws, again)
        learner.submit(again)
    assert points(world.database, learner) == 0
    world.database.run("UPDATE points_days SET day = day - 1 WHERE user_id = %s", (learner.id,))
    answer_all(learner, aws, learner.start(size=4, seed="again"))
    assert points(world.database, learner) == 40


def test_cheat__the_same_answer_sent_often_and_at_once(learner, aws, world):
    attempt = learner.start(size=2)
    item = attempt["items"][0]
    at_once(10, lambda number: learner.answer(attempt, 1, right(aws, item), expect=(200, 409, 503)))
    learner.answer(attempt, 1, right(aws, item), revision=9, expect=(200, 409))
    assert points(world.database, learner) == 10


def test_cheat__one_question_in_many_attempts_at_once(learner, aws, world):
    attempts = [learner.start(size=1, seed="parallel") for _ in range(8)]
    at_once(8, lambda number: learner.answer(attempts[number], 1, right(aws, attempts[number]["items"][0]), expect=(200, 503)))
    assert points(world.database, learner) == 10


def test_cheat__deleting_attempts(learner, aws, world):
    """Takes their points along; what another attempt answered counts in its stead."""
    first, second = learner.start(size=3, seed="deleted"), learner.start(size=3, seed="deleted")
    answer_all(learner, aws, first)
    answer_all(learner, aws, second, banks.wrong)
    assert points(world.database, learner) == 30
    learner.client.request("DELETE", f"/v1/attempts/{first['id']}", expect=204)
    assert days(world.database, learner)[0][1:] == (0, 3)
    learner.client.request("DELETE", f"/v1/attempts/{second['id']}", expect=204)
    assert days(world.database, learner) == []


def test_cheat__after_the_end_and_by_others(learner, eve, aws, world):
    attempt = learner.start(size=2, feedback="deferred")
    learner.answer(attempt, 1, right(aws, attempt["items"][0]))
    learner.submit(attempt)
    learner.answer(attempt, 2, right(aws, attempt["items"][1]), expect=409)
    before = points(world.database, eve)
    eve.answer(attempt, 2, right(aws, attempt["items"][1]), expect=404)
    assert (points(world.database, learner), points(world.database, eve)) == (10, before)


def test_cheat__members_that_would_set_points(learner, aws, world):
    attempt = learner.start(size=1)
    path = f"/v1/attempts/{attempt['id']}/answers/1"
    for name in ("points", "award", "credit", "question_key"):
        body = {"response": right(aws, attempt["items"][0]), "revision": 1, name: 1000}
        assert learner.client.put(path, body, expect=422).faults() == [(f"/{name}", "unknown")]
    assert points(world.database, learner) == 0


def test_cheat__200_questions_a_day(learner, aws, world):
    attempt = learner.start(size=4, seed="limit")
    learner.answer(attempt, 1, right(aws, attempt["items"][0]))
    world.database.run("UPDATE points_days SET questions = questions || (SELECT array_agg(n) FROM generate_series(1::bigint, 198) AS n) "
                       "WHERE user_id = %s", (learner.id,))
    bundle = {"answers": [{"position": item["position"], "response": right(aws, item), "revision": 1} for item in attempt["items"][1:3]]}
    learner.client.post(f"/v1/attempts/{attempt['id']}/answers", bundle, expect=200)
    learner.answer(attempt, 4, right(aws, attempt["items"][3]))
    assert days(world.database, learner)[0][1:] == (20, 200)


# --- the time zone of a board ---

def test_day__is_that_of_the_bank(learner, aws, world):
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "UTC"):
        world.database.run("UPDATE banks SET time_zone = %s WHERE slug = %s", (zone, aws.slug))
        learner.answer(attempt := learner.start(size=1), 1, right(aws, attempt["items"][0]))
        (today,), = world.database.rows("SELECT (clock_timestamp() AT TIME ZONE %s)::date::text", (zone,))
        assert today in [day for day, _, _ in days(world.database, learner)], zone
    assert len(days(world.database, learner)) >= 2  # the first two are never on the same day


# --- replay ---

class Place:
    """Two servers on one database."""

    def __init__(self, directory):
        self.database = Database("points")
        program.quizd_ok("migrate", DATABASE_URL=self.database.owner_url)
        program.quizd_ok("import", "bank", banks.AWS, DATABASE_URL=self.database.url)
        first = Server(directory, self.database.url, name="points-1")
        self.servers = [first, Server(directory, self.database.url, key=first.key, name="points-2")]
        self.clients = [Client(server.port, contract.printed_contract()) for server in self.servers]

    def verify(self, *options):
        return program.quizd("verify", *options, DATABASE_URL=self.database.owner_url)

    def close(self):
        for server in self.servers:
            assert server.stop() == 0
        self.database.drop()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Place(tmp_path_factory.mktemp("points"))
    yield made
    made.close()


def reference(answers):
    """Points by the rule's words: {question: first answer}, from (day, question, credit) in the order in which they counted."""
    firsts = {}
    for day, question, credit in answers:
        firsts.setdefault((day, question), credit)
    return sum(credit // 100 for credit in firsts.values())


@pytest.mark.parametrize("seed", range(4))
def test_history__random(place, aws, seed):
    """Attempts open and submitted, deleted, answered at either server, days that go by: the points are those of the rule."""
    chance = random.Random(f"history {seed}")
    person = Learner(place.clients[0])
    servers = [client.as_user(person.client.token) for client in place.clients]
    counted, day, own = [], 0, []  # own: attempts with what they have counted
    for _ in range(14):
        person.client = chance.choice(servers)
        feedback = chance.choice(["immediate", "deferred"])
        attempt = person.start(size=chance.randint(1, 6), seed=f"s{chance.randint(0, 2)}", feedback=feedback)
        mine = []
        for item in attempt["items"]:
            question = aws.find(item["question"])
            response = chance.choice([banks.right, banks.wrong])(question)
            if chance.random() < 0.8:
                person.client = chance.choice(servers)
                person.answer(attempt, item["position"], response)
                mine.append((day, item["question"]["id"], banks.credit(question, response)))
        does_submit = chance.random() < 0.7
        if feedback == "deferred" and not does_submit:
            mine = []
        if does_submit:
            person.submit(attempt)
        own.append((attempt, mine, does_submit))
        counted += mine
        if chance.random() < 0.3:
            victims = [entry for entry in own if not entry[2]]
            if victims:
                victim = chance.choice(victims)
                own.remove(victim)
                person.client.request("DELETE", f"/v1/attempts/{victim[0]['id']}", expect=204)
                counted = [answer for _, answers, _ in own for answer in answers]
        if chance.random() < 0.2:
            day += 1
            for statement in ("UPDATE points_days SET day = day - 1000", "UPDATE points_days SET day = day + 999",
                              "UPDATE answers SET recorded_at = recorded_at - interval '1 day'",
                              "UPDATE section_evidence SET weight = weight * power(2, -1.0 / 30), credit = credit * power(2, -1.0 / 30)",
                              "UPDATE attempts SET submitted_at = submitted_at - interval '1 day'"):
                place.database.run(f"{statement} WHERE user_id = %s", (person.id,))
    assert points(place.database, person) == reference(counted)
    done = place.verify()
    assert done.returncode == 0, done.stdout


def test_verify__finds_and_mends(place, aws):
    person = Learner(place.clients[0])
    answer_all(person, aws, person.start(size=3))
    for tamper in ("UPDATE points_days SET points = points + 1", "DELETE FROM points_days",
                   "UPDATE points_days SET questions = questions[1:2]", "UPDATE points_days SET day = day - 1"):
        place.database.run(f"{tamper} WHERE user_id = %s", (person.id,))
        done = place.verify()
        assert done.returncode == 1 and person.id in done.stdout and "points" in done.stdout, tamper
        done = place.verify("--recompute-points")
        assert done.returncode == 0, done.stdout
        assert points(place.database, person) == 30


def test_verify__a_regrade_is_followed(place, aws):
    """Other credits, as a regrade leaves them: recomputing is all there is to do."""
    person = Learner(place.clients[0])
    attempt = person.start(size=2, feedback="deferred")
    answer_all(person, aws, attempt)
    person.submit(attempt)
    place.database.run("UPDATE answers SET credit_milli = 500 WHERE user_id = %s AND position = 1", (person.id,))
    place.verify("--recompute-points")
    assert points(place.database, person) == 15
    place.database.run("UPDATE answers SET credit_milli = 1000 WHERE user_id = %s", (person.id,))
    assert place.verify("--recompute-points").returncode == 0


def test_functions__sql_says_what_the_program_says(world):
    """The unit test of domain/points.c has the same examples."""
    assert world.database.rows("SELECT array_agg(points_award(c) ORDER BY c) FROM unnest('{0,99,333,500,999,1000}'::bigint[]) AS c") == [
        ([0, 0, 3, 5, 9, 10],)]
    assert world.database.rows("SELECT points_question_key('0190c8f0-5c1e-7d63-8000-000000000102') = -9223372036854775808 + 258, "
                               "points_question_key('0190c8f0-5c1e-7d63-0f3a-0123456789ab')") == [(True, 0x0f3a0123456789ab)]
