"""
A server whose database is away: at the start, and later. Every request that needs it gets a 503 that says when to come back,
nothing else suffers, and all is well without a restart once the database is there. The server reaches PostgreSQL through a
symbolic link to the cluster's socket, which the tests take away and put back.
"""
import concurrent.futures
import os
import pathlib
import uuid

import pytest

from support_py import bank as banks
from support_py import authoring, contract, program, tokens
from support_py.client import Client
from support_py.database import Database, runtime
from support_py.examples import encoded
from support_py.learner import PASSWORD, Learner, answer_all
from support_py.program import Server, wait_until

SOCKET = ".s.PGSQL.5432"
OPERATIONS = contract.printed_contract().operations
NEEDY = [operation for operation in OPERATIONS if (503, "unavailable") in operation.codes()]
RECOVERY_LIMIT_S = 30
ANYONE = str(uuid.uuid4())
# A request for each operation that needs nothing to be there.
NAMES = {"bank": "aws-dva-c01", "section_id": ANYONE, "attempt_id": ANYONE, "position": 1, "user_id": ANYONE, "question_id": ANYONE,
         "version": 1, "report_id": ANYONE, "team_id": ANYONE, "invite_id": ANYONE, "regrade_id": ANYONE, "job_id": ANYONE,
         "exam": "dva-c01"}
BODIES = {
    "register": {"email": "away@example.org", "password": PASSWORD, "display_name": "Away"},
    "create_token": {"grant_type": "password", "email": "away@example.org", "password": PASSWORD},
    "revoke_token": {"refresh_token": "A" * 43}, "update_me": {"display_name": "Away"},
    "update_user": {"role": "learner"},
    "reset_password": {"token": "A" * 43, "new_password": PASSWORD}, "verify_email": {"token": "A" * 43, "password": PASSWORD},
    "create_team": {"name": "Away"}, "join_team": {"code": "A"}, "update_team": {}, "update_team_member": {}, "create_team_invite": {},
    "change_password": {"current_password": PASSWORD, "new_password": PASSWORD},
    "start_attempt": {"bank": "aws-dva-c01", "mode": "practice"}, "put_answer": {"response": {"choices": ["a"]}, "revision": 1},
    "put_bank_member": {"role": "editor"}, "report_question": {"kind": "typo", "text": "teh"},
    "create_question": {"bank": "aws-dva-c01", "question": authoring.question("away")},
    "check_question": {"question": authoring.question("away")},
    "change_questions": {"operation": "retire", "ids": [ANYONE]},
    "update_question": {"question": authoring.question("away")}, "change_question_state": {"to": "retired"},
    "resolve_question_report": {"outcome": "fixed"}, "put_notes": b"## One\n\nWords.\n", "create_import": b"[]",
    "regrade_question": {"policy": "drop_item"},
    "put_answers": {"answers": [{"position": 1, "response": {"choices": ["a"]}, "revision": 1}]},
}
QUERIES = {name: {"bank": "aws-dva-c01"} for name in ("list_weak_areas", "list_reviews", "get_readiness", "get_plan", "get_progress",
                                                  "list_team_weak_areas")}
QUERIES["list_questions"] = {"bank": "aws-dva-c01"}
QUERIES["find_anchor"] = {"anchor": "amazon-s3"}
QUERIES["diff_question"] = {"from": 1, "to": 2}
QUERIES.update({name: {"format": "json"} for name in ("create_import", "create_export")})


class Link:
    """The way to the database, which can be cut."""

    def __init__(self, directory, database):
        self.database = database
        self.place = pathlib.Path(directory) / SOCKET
        self.owner_url = f"postgresql://postgres@{str(directory).replace('/', '%2F')}/{database.name}"
        self.url = runtime(self.owner_url)

    def put(self):
        self.place.symlink_to(pathlib.Path(os.environ["QUIZD_TEST_CLUSTER"]) / SOCKET)

    def take(self):
        """Also from those who are connected."""
        self.place.unlink(missing_ok=True)
        self.cut()

    def cut(self):
        self.database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                          (self.database.name,))


@pytest.fixture(scope="module")
def link(tmp_path_factory):
    database = Database("away")
    program.quizd_ok("migrate", DATABASE_URL=database.owner_url)
    program.quizd_ok("import", "bank", banks.AWS, DATABASE_URL=database.url)
    yield Link(tmp_path_factory.mktemp("socket"), database)
    database.drop()


@pytest.fixture(scope="module")
def server(scratch, link):
    """Started without its database."""
    started = Server(scratch, link.url, name="away")
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="module")
def client(server):
    return Client(server.port, contract.printed_contract(), tokens.token_for(server.key, ANYONE, role="admin"))


def ask(client, operation):
    body = {"body": encoded(BODIES[operation.name])} if operation.body_schema or operation.takes_file else {}
    return client.request(operation.method, operation.path.format(**NAMES), query=QUERIES.get(operation.name),
                          headers={"If-Match": "*", **({} if operation.body_schema or not body else {"Content-Type": "text/markdown"})}, **body)


def ask_all(client, operations):
    """All at once: some wait a while before they give up."""
    with concurrent.futures.ThreadPoolExecutor(len(operations)) as pool:
        return dict(zip(operations, pool.map(lambda operation: ask(client, operation), operations)))


def ready(client, status):
    wait_until(lambda: client.get("/readyz").status == status, RECOVERY_LIMIT_S, f"/readyz with {status}")


def test_away_at_start(client, server):
    """The first test of this file: the server has never seen a database."""
    assert server.find("serve.database_away")
    for operation, reply in ask_all(client, NEEDY).items():
        assert (reply.status, reply.code) == (503, "unavailable"), operation
    client.get("/livez", expect=200)
    client.get("/openapi.json", expect=200)


def test_keyed_requests_while_it_is_away(client):
    """They have connections of their own; nobody waits for one that cannot be made."""
    reply = client.post("/v1/attempts", BODIES["start_attempt"], headers={"Idempotency-Key": "away"}, expect=503)
    assert reply.code == "unavailable" and int(reply.headers["Retry-After"]) >= 1


def test_refresh_and_wrong_requests_while_it_is_away(client):
    """What needs no database is answered as always: faults are told before the database is asked."""
    body = {"grant_type": "refresh_token", "refresh_token": "A" * 43}
    assert client.post("/v1/auth/token", body).code == "unavailable"
    assert client.post("/v1/auth/register", {"email": "x"}, expect=422).code == "invalid_input"
    assert client.get("/v1/me", token="no.good.token", expect=401).code == "invalid_token"
    assert client.get("/v1/attempts/x", expect=404).code == "not_found"


def test_health_check_says_so(client):
    done = program.quizd("healthcheck", QUIZD_LISTEN=f"127.0.0.1:{client.port}")
    assert (done.returncode, done.stdout) == (1, "not ready\n")


def test_it_comes_and_goes(client, link, server):
    """One life of a server: it becomes ready, works, loses its database twice, and goes on where it was."""
    link.put()
    ready(client, 200)
    person = Learner(Client(server.port, contract.printed_contract()))
    aws = banks.Bank(banks.AWS)
    done, half = person.start(size=4), person.start(size=4, feedback="deferred")
    answer_all(person, aws, done)
    person.answer(half, 1, banks.right(aws.find(half["items"][0]["question"])))
    result = person.submit(done)
    keyed = {"Idempotency-Key": "it-comes-and-goes"}
    first = person.client.post("/v1/attempts", BODIES["start_attempt"], headers=keyed, expect=201)
    before = link.database.fingerprint()

    link.take()
    ready(client, 503)
    person.client.post("/v1/attempts", BODIES["start_attempt"], headers=keyed, expect=503)
    with_memory = [operation for operation in NEEDY if operation.tag == "banks"]
    for operation, reply in ask_all(client, [operation for operation in NEEDY if operation not in with_memory]).items():
        assert (reply.status, reply.code) == (503, "unavailable"), operation
    assert person.client.get("/v1/banks/aws-dva-c01/sections", expect=200).json["data"]  # banks are kept in memory
    assert person.answer(half, 2, banks.right(aws.find(half["items"][1]["question"])), expect=503).code == "unavailable"
    assert person.submit(half, expect=503).code == "unavailable"
    assert link.database.fingerprint() == before

    link.put()
    ready(client, 200)
    assert person.result(done).body == result.body
    assert person.client.post("/v1/attempts", BODIES["start_attempt"], headers=keyed, expect=201).body == first.body
    assert person.read(half)["items"][1]["answer"] is None
    link.cut()  # lost connections alone are made good without a word, or with a 503 at most
    reply = wait_until(lambda: good(person.client.get("/v1/me")), RECOVERY_LIMIT_S, "an answer after the connections were lost")
    assert reply.json["id"] == person.id
    response = banks.right(aws.find(half["items"][1]["question"]))
    wait_until(lambda: good(person.answer(half, 2, response, expect=(200, 503))), RECOVERY_LIMIT_S, "an answer by the other lane")
    assert person.submit(half).json["score"]["raw"] == 2


def good(reply):
    assert reply.status in (200, 503)
    return reply if reply.status == 200 else None


def test_import_reaches_a_server_that_lost_its_database(client, link, server, tmp_path):
    """The watch over the banks is kept up by itself, too."""
    from support_py import sample
    ready(client, 200)
    link.cut()
    program.quizd_ok("import", "bank", sample.write(tmp_path / "late", "late"), DATABASE_URL=link.database.url)
    wait_until(lambda: client.get("/v1/banks/late").status == 200, RECOVERY_LIMIT_S, "the bank that was imported")


def test_schema_that_turns_out_to_be_old(scratch, tmp_path):
    """A database that comes late is judged as it would have been at the start."""
    database = Database("old")
    try:
        link = Link(tmp_path, database)
        started = Server(scratch, link.url, name="old-schema")
        link.put()
        assert started.process.wait(RECOVERY_LIMIT_S) == 1
        assert "quizd migrate" in started.log_path.read_text()
    finally:
        started.kill()
        database.drop()


def test_schema_that_is_brought_up_to_date_late(scratch, tmp_path):
    database = Database("late")
    started = None
    try:
        link = Link(tmp_path, database)
        started = Server(scratch, link.owner_url, "--migrate", name="late-schema")
        link.put()
        client = Client(started.port, contract.printed_contract())
        ready(client, 200)
        assert started.stop() == 0
    finally:
        if started:
            started.kill()
        database.drop()
