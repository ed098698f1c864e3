"""
`kill -9` of the server under load, again and again: what was acknowledged stays. QUIZD_KILL_ROUNDS says how often, QUIZD_KILL_SEED
when; both are printed.
"""
import os
import random
import time

import pytest

from support_py import bank as banks
from support_py import history, program
from support_py.database import Database
from support_py.load import Load
from support_py.program import Server, SigningKey, wait_until

ROUNDS = int(os.environ.get("QUIZD_KILL_ROUNDS", "20"))
SEED = os.environ.get("QUIZD_KILL_SEED", "20261122")
SHORTEST_S, LONGEST_S = 0.15, 1.0


@pytest.fixture
def database():
    made = Database("kill")
    program.quizd_ok("migrate", DATABASE_URL=made.owner_url)
    program.quizd_ok("import", "bank", banks.AWS, DATABASE_URL=made.url)
    yield made
    made.drop()


class Killed:
    """A server that is killed and started again; its port changes each time."""

    def __init__(self, directory, url):
        self.directory, self.url = directory, url
        self.key = SigningKey(directory, "kill.key")
        self.server = None
        self.start()

    def start(self):
        self.server = Server(self.directory, self.url, key=self.key, name="killed")

    def port(self):
        return self.server.port


def submissions(load):
    return sum(taken.submitted is not None for person in load.people for taken in list(person.attempts))


def test_kill__what_was_acknowledged_stays(scratch, database, aws):
    moments = random.Random(SEED)
    killed = Killed(scratch, database.url)
    try:
        with Load(killed.port, aws, seed=SEED) as load:
            for _ in range(ROUNDS):
                time.sleep(moments.uniform(SHORTEST_S, LONGEST_S))
                killed.server.kill()
                killed.start()
            wait_until(lambda: load.acknowledged() > 20 * ROUNDS and submissions(load) > ROUNDS, 120, "work enough")
        assert killed.server.stop() == 0
    finally:
        killed.server.kill()
    attempts = [taken for person in load.people for taken in person.attempts]
    submitted = submissions(load)
    print(f"\n{ROUNDS} kills (seed {SEED}): {len(attempts)} attempts, {load.acknowledged()} answers and {submitted} submissions "
          f"acknowledged, replies {load.statuses}", end="")
    assert not load.surprises, load.surprises[:5]
    assert load.acknowledged() > 20 * ROUNDS and submitted > ROUNDS and load.statuses.get(None, 0) >= ROUNDS
    assert history.faults(database, load) == []


def test_kill__the_judge_sees_what_is_wrong(scratch, database, aws):
    """The judge is judged: every kind of loss that it is there to find."""
    server = Server(scratch, database.url, name="judged")
    try:
        with Load(lambda: server.port, aws, people=2, seed="judge") as load:
            wait_until(lambda: load.acknowledged() > 100 and submissions(load) > 10, 120, "work enough")
        assert server.stop() == 0
    finally:
        server.kill()
    assert not load.surprises and history.faults(database, load) == []
    # One in which each of these changes something.
    attempt = database.rows("SELECT attempt_id::text FROM answers WHERE response LIKE '%%\"]%%' AND credit_milli <> 500 ORDER BY 1 LIMIT 1")[0][0]
    for statement in ("UPDATE answers SET revision = revision - 1 WHERE attempt_id = %s", "UPDATE answers SET credit_milli = 1000 - credit_milli WHERE attempt_id = %s",
                      "UPDATE answers SET response = replace(response, '\"]', 'x\"]') WHERE attempt_id = %s", "DELETE FROM answers WHERE attempt_id = %s",
                      "UPDATE attempts SET raw_milli = raw_milli + 1 WHERE state = 'submitted' AND %s <> ''",
                      "UPDATE section_evidence SET answers = answers + 1 WHERE %s <> ''", "UPDATE section_evidence SET weight = weight * 1.000001 WHERE %s <> ''",
                      "UPDATE attempts SET state = 'open' WHERE state = 'submitted' AND %s <> ''", "DELETE FROM attempts WHERE id = %s"):
        copy = Copy(database, statement, attempt)
        assert history.faults(copy, load) != [], statement


class Copy:
    """The database as it would be after a statement, which is rolled back."""

    def __init__(self, database, statement, attempt):
        self.database, self.statement, self.attempt = database, statement, attempt

    def rows(self, statement, parameters):
        with self.database.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(self.statement, (self.attempt,))
            assert cursor.rowcount > 0, self.statement
            cursor.execute(statement, parameters)
            return cursor.fetchall()
