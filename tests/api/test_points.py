"""
Points: what counts, when, and how often; that what is stored is what the answers say, after any history, at two servers; and what
somebody who cheats gets out of it.
"""
import random

import pytest

from support_py import bank as banks
from support_py import contract, program, studying
from support_py.at_once import at_once
from support_py.client import Client
from support_py.database import Database
from support_py.learner import Learner, answer_all
from support_py.points import first, take, worth
from support_py.program import Server

pytestmark = pytest.mark.usefixtures("one_day")


def days(database, person):
    return database.rows("SELECT day::text, points, cardinality(questions) FROM points_days WHERE user_id = %s ORDER BY day", (person.id,))


def points(database, person):
    return sum(day[1] for day in days(database, person))


def right(bank, item):
    return banks.right(bank.find(item["question"]))


def go_on(database, person, count=1):
    """So many days go by."""
    for statement in ("UPDATE points_days SET day = day - 1000", "UPDATE points_days SET day = day + 999",
                      "UPDATE answers SET recorded_at = recorded_at - interval '1 day'",
                      "UPDATE reviews SET reviewed_at = reviewed_at - interval '1 day'",
                      "UPDATE study_activity SET bucket_at = bucket_at - interval '1000 days'",
                      "UPDATE study_activity SET bucket_at = bucket_at + interval '999 days'",
                      "UPDATE attempts SET submitted_at = submitted_at - interval '1 day', settled_at = settled_at - interval '1 day', "
                      "started_at = started_at - interval '1 day', counted_on = counted_on - 1"):
        for _ in range(count):
            database.run(f"{statement} WHERE user_id = %s", (person.id,))
    database.run(studying.AGED.format(count), (person.id,))


@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_award__credit_by_difficulty_when_handed_in(learner, sample, world, feedback):
    attempt = learner.start("sample", size=100, feedback=feedback)
    credits = answer_all(learner, sample, attempt, banks.partly)
    assert days(world.database, learner) == []  # nothing for what is never handed in
    for _ in range(2):
        learner.submit(attempt)
        (_, total, counted), = days(world.database, learner)
        assert total == sum(first(item["question"], credits[item["position"]]) for item in attempt["items"]) > 0
        assert counted == len(credits)


def test_award__wrong_answers_earn_nothing(learner, aws, world):
    take(learner, aws, banks.wrong, size=3)
    assert [day[1:] for day in days(world.database, learner)] == [(0, 3)]
    go_on(world.database, learner)
    attempt = take(learner, aws, size=100, sections=["aws-s3"])
    assert points(world.database, learner) == worth(attempt)


def test_award__first_credit_on_another_day(learner, aws, world):
    take(learner, aws, banks.wrong, size=4, seed="again")
    go_on(world.database, learner)
    attempt = take(learner, aws, size=4, seed="again")
    assert points(world.database, learner) == worth(attempt)


def test_award__what_is_due_and_nothing_else_again(learner, aws, world):
    attempt = take(learner, aws, size=4, seed="again")
    for due in (0, 4):
        go_on(world.database, learner, 1 if due == 0 else 30)
        reviews = learner.client.get("/v1/me/reviews", query={"bank": "aws-dva-c01", "limit": 100}, expect=200).json
        assert reviews["due_count"] == due
        take(learner, aws, size=4, seed="again")
        assert points(world.database, learner) == worth(attempt) + 3 * due
    go_on(world.database, learner, 300)
    take(learner, aws, banks.wrong, size=4, seed="again")
    assert points(world.database, learner) == worth(attempt) + 12


# --- cheating ---

@pytest.mark.parametrize("feedback", ["immediate", "deferred"])
def test_cheat__the_same_questions_again_and_again(learner, aws, world, feedback):
    """Once a day; the first answer counts, also where the key has been seen since."""
    take(learner, aws, banks.wrong, size=4, seed="again", feedback=feedback)
    for _ in range(3):
        take(learner, aws, size=4, seed="again", feedback=feedback)
    assert [day[1:] for day in days(world.database, learner)] == [(0, 4)]


def test_cheat__the_same_answer_sent_often_and_at_once(learner, aws, world):
    attempt = learner.start(size=1)
    at_once(10, lambda number: learner.answer(attempt, 1, right(aws, attempt["items"][0]), expect=(200, 409, 503)))
    at_once(10, lambda number: learner.submit(attempt, expect=(200, 409, 503)))
    learner.submit(attempt)
    assert points(world.database, learner) == worth(attempt)


def test_cheat__100_starts_at_once(learner, aws, world):
    """One paper in a hundred attempts, all handed in together: it counts once, and verification has nothing to say."""
    attempts = at_once(100, lambda number: learner.start(size=1, seed="parallel", expect=(201, 503)))
    attempts = [attempt for attempt in attempts if "items" in attempt]
    for attempt in attempts:
        learner.answer(attempt, 1, right(aws, attempt["items"][0]), expect=(200, 503))
    at_once(len(attempts), lambda number: learner.submit(attempts[number], expect=(200, 503)))
    assert len(attempts) > 10 and days(world.database, learner)[0][1:] == (worth(attempts[0]), 1)


def test_cheat__two_accounts_of_one_invite(learner, eve, aws, world):
    """Each has what he answered himself."""
    code = learner.client.post(f"/v1/teams/{learner.client.post('/v1/teams', {'name': 'Two'}, expect=201).json['id']}/invites",
                               {"uses": 1}, expect=201).json["code"]
    before = points(world.database, eve)
    eve.client.post("/v1/teams/join", {"code": code}, expect=200)
    attempt = take(learner, aws, size=2)
    eve.submit(attempt, expect=404)
    assert (points(world.database, learner), points(world.database, eve)) == (worth(attempt), before)


def test_cheat__after_the_end_and_by_others(learner, eve, aws, world):
    attempt = learner.start(size=2, feedback="deferred")
    learner.answer(attempt, 1, right(aws, attempt["items"][0]))
    learner.submit(attempt)
    learner.answer(attempt, 2, right(aws, attempt["items"][1]), expect=409)
    before = points(world.database, eve)
    eve.answer(attempt, 2, right(aws, attempt["items"][1]), expect=404)
    learner.submit(attempt)
    assert (points(world.database, learner), points(world.database, eve)) == (first(attempt["items"][0]["question"]), before)


def test_cheat__members_that_would_set_points_or_time(learner, aws, world):
    attempt = learner.start(size=1)
    path = f"/v1/attempts/{attempt['id']}/answers/1"
    for name in ("points", "award", "credit", "question_key", "recorded_at", "day"):
        body = {"response": right(aws, attempt["items"][0]), "revision": 1, name: 1000}
        assert learner.client.put(path, body, expect=422).faults() == [(f"/{name}", "unknown")]
    learner.client.post(f"/v1/attempts/{attempt['id']}/submit", {"submitted_at": "2026-01-01T00:00:00Z"}, expect=(400, 415, 422))
    learner.submit(attempt)
    assert points(world.database, learner) == 0


def test_cheat__200_questions_a_day(learner, aws, world):
    first_of_day = take(learner, aws, size=1, sections=["aws-s3"])
    world.database.run("UPDATE points_days SET questions = questions || (SELECT array_agg(n) FROM generate_series(1::bigint, 198) AS n) "
                       "WHERE user_id = %s", (learner.id,))
    attempt = take(learner, aws, size=4, sections=["aws-dynamodb"])
    assert days(world.database, learner)[0][1:] == (worth(first_of_day) + first(attempt["items"][0]["question"]), 200)


# --- the time zone of a board ---

def test_day__is_that_of_the_bank(learner, aws, world):
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "UTC"):
        world.database.run("UPDATE banks SET time_zone = %s WHERE slug = %s", (zone, aws.slug))
        take(learner, aws, size=1)
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


def due(person):
    reviews = person.client.get("/v1/me/reviews", query={"bank": "aws-dva-c01", "limit": 100}, expect=200).json
    return {entry["question"]["id"] for entry in reviews["data"]}


class Reference:
    """Points by the rule's words, kept along."""

    def __init__(self):
        self.days, self.known, self.today = {}, set(), 0

    def add(self, answers, due_now):
        """(question as shown, credit) of an attempt that is handed in; what was due when it was answered."""
        counted = self.days.setdefault(self.today, {})
        for question, credit in answers:
            value = 3 * (credit == 1000 and question["id"] in due_now) if question["id"] in self.known else first(question, credit)
            counted.setdefault(question["id"], value)
        self.known |= {question["id"] for question, credit in answers if credit > 0}

    def total(self):
        return sum(sum(day.values()) for day in self.days.values())


@pytest.mark.parametrize("seed", range(3))
def test_history__random(place, aws, seed):
    """Attempts open and submitted, deleted, answered at either server, days that go by: the points are those of the rule."""
    chance = random.Random(f"history {seed}")
    person, rule = Learner(place.clients[0]), Reference()
    servers = [client.as_user(person.client.token) for client in place.clients]
    for _ in range(14):
        person.client = chance.choice(servers)
        due_now = due(person)
        attempt = person.start(size=chance.randint(1, 6), seed=f"s{chance.randint(0, 2)}", feedback=chance.choice(["immediate", "deferred"]))
        mine = []
        for item in attempt["items"]:
            question = aws.find(item["question"])
            response = chance.choice([banks.right, banks.right, banks.wrong])(question)
            if chance.random() < 0.8:
                person.client = chance.choice(servers)
                person.answer(attempt, item["position"], response)
                mine.append((item["question"], banks.credit(question, response)))
        ending = chance.random()
        if ending < 0.7:
            person.submit(attempt)
            rule.add(mine, due_now)
        elif ending < 0.85:
            person.client.request("DELETE", f"/v1/attempts/{attempt['id']}", expect=204)
        if chance.random() < 0.3:
            passed = chance.choice([1, 3, 20])
            rule.today += passed
            go_on(place.database, person, passed)
    assert points(place.database, person) == rule.total() > 0
    assert len(days(place.database, person)) == len([day for day in rule.days.values() if day])
    done = place.verify()
    assert done.returncode == 0, done.stdout


def test_verify__finds_and_mends(place, aws):
    person = Learner(place.clients[0])
    attempt = take(person, aws, size=3)
    for tamper in ("UPDATE points_days SET points = points + 1", "DELETE FROM points_days",
                   "UPDATE points_days SET questions = questions[1:2]", "UPDATE points_days SET day = day - 1"):
        place.database.run(f"{tamper} WHERE user_id = %s", (person.id,))
        done = place.verify()
        assert done.returncode == 1 and person.id in done.stdout and "points" in done.stdout, tamper
        done = place.verify("--recompute-points")
        assert done.returncode == 0 and "recomputed" in done.stdout, done.stdout
        assert points(place.database, person) == worth(attempt) and place.verify().returncode == 0


def test_verify__of_somebody_without_attempts(place):
    person = Learner(place.clients[0])
    place.database.run("INSERT INTO points_days (user_id, bank_id, day, questions, points, reached_at) "
                       "SELECT %s, id, '2026-01-01', '{1}', 100, now() FROM banks", (person.id,))
    assert person.id in place.verify().stdout
    assert place.verify("--recompute-points").returncode == 0
    assert days(place.database, person) == []


def test_verify__a_regrade_is_followed(place, aws):
    """Other credits, as a regrade leaves them: recomputing is all there is to do for points."""
    person = Learner(place.clients[0])
    attempt = take(person, aws, size=2, feedback="deferred")
    half, full = attempt["items"]
    place.database.run("UPDATE answers SET credit_milli = 500 WHERE user_id = %s AND position = 1", (person.id,))
    place.verify("--recompute-points")
    assert points(place.database, person) == first(half["question"], 500) + first(full["question"])
    place.database.run("UPDATE answers SET credit_milli = 1000 WHERE user_id = %s", (person.id,))
    assert place.verify("--recompute-points").returncode == 0
    assert points(place.database, person) == worth(attempt)


def test_verify__attempts_from_before_there_were_points(place, aws):
    """They have no day: nothing differs. Recomputing gives them theirs."""
    person = Learner(place.clients[0])
    attempt = take(person, aws, size=2)
    place.database.run("UPDATE attempts SET counted_on = NULL WHERE user_id = %s", (person.id,))
    place.database.run("DELETE FROM points_days WHERE user_id = %s", (person.id,))
    assert place.verify().returncode == 0
    assert place.verify("--recompute-points").returncode == 0
    assert points(place.database, person) == worth(attempt)
