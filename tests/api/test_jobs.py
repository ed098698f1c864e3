"""Imports and exports as jobs: what is sent is done once, whoever does it, and can be looked at, canceled and fetched."""
import json
import time

import pytest

from support_py import authoring, program, sample
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.database import Database
from support_py.jobs import IMPORTS, finished, send
from support_py.learner import Learner
from support_py.program import Server

GIFT = """\
$CATEGORY: gamma/delta

::job-1::Which?{=this ~that ~those ####Because.}

::job-2::Just words.

::job-3::2+2?{#4####Count.}
"""


@pytest.fixture(scope="module")
def desk(world, admin, sample):
    """An admin's client, beside the sample bank."""
    return admin.client


@pytest.fixture
def instructor(anyone, world):
    """An editor of the sample bank."""
    person = Learner(anyone, "instructor", world.database)
    authoring.join(world.database, person.id, "sample", "editor")
    return person


def test_import(desk, world):
    reply = send(desk, GIFT, {"format": "gift"}, expect=202)
    job = reply.json
    assert (job["kind"], job["bank"], job["format"], job["status"], job["finished_at"]) == ("import", "sample", "gift", "queued", None)
    assert (job["arrives_as"], job["atomic"], job["dry_run"]) == ("draft", False, False)
    assert reply.headers["Location"] == f"/v1/jobs/{job['id']}"
    job = finished(desk, job)
    assert job["status"] == "succeeded"
    assert job["progress"] == {"total": 3, "done": 3}
    assert job["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "rejected": 1}
    assert (job["error_count"], job["warning_count"], len(job["errors"])) == (1, 8, 9)
    told = [(found["severity"], found["line"], found["column"], found["code"]) for found in job["errors"]]
    assert ("error", 5, 10, "description") in told
    assert [line for severity, line, _, code in told if (severity, code) == ("warning", "missing_tags")] == [3, 7]
    again = finished(desk, send(desk, GIFT, {"format": "gift"}, expect=202).json)
    assert again["counts"] == {"created": 0, "updated": 0, "unchanged": 2, "rejected": 1}
    assert world.database.rows("SELECT count(*) FROM job_files JOIN jobs ON id = job_id WHERE kind = 'import'") == [(0,)]


def test_atomic_and_dry_run(desk, world):
    text = GIFT.replace("job-", "other-")
    job = finished(desk, send(desk, text, {"format": "gift", "atomic": "true"}, expect=202).json)
    assert (job["status"], job["detail"]) == ("failed", "1 of 3 questions refused: nothing is imported")
    assert (job["atomic"], job["dry_run"]) == (True, False)
    assert job["counts"] == {"created": 0, "updated": 0, "unchanged": 0, "rejected": 1}
    job = finished(desk, send(desk, text, {"format": "gift", "dry_run": "true"}, expect=202).json)
    assert (job["status"], job["counts"]["created"]) == ("succeeded", 2)
    assert (job["atomic"], job["dry_run"]) == (False, True)
    assert world.database.rows("SELECT count(*) FROM questions WHERE slug LIKE 'other-%'") == [(0,)]


@pytest.mark.parametrize("content, query, status, code", [
    (b" ", {"format": "json"}, "failed", "malformed_json"),
    (b"::a::Caf\xe9{T}", {"format": "gift"}, "failed", "not_utf8"),
    (b"question,answer\n", {"format": "moodle"}, "failed", "wrong_format"),
    (b"::nowhere::Q{T}", {"format": "gift"}, "succeeded", "no_section"),
])
def test_broken_files(desk, content, query, status, code):
    job = finished(desk, send(desk, content, query, expect=202).json)
    assert job["status"] == status and code in [error["code"] for error in job["errors"] if error["severity"] == "error"]
    assert job["counts"]["created"] == 0


def test_nothing_to_do(desk, world):
    """What can be seen at once makes no job."""
    before = world.database.rows("SELECT count(*) FROM jobs")
    assert send(desk, GIFT, {"format": "gift", "section": "nowhere"}, expect=422).faults() == [("section", "not_found")]
    assert send(desk, b"", {"format": "gift"}, expect=422).faults() == [("", "required")]
    query = {"format": "json", "section": "alpha/nowhere"}
    assert desk.post("/v1/banks/sample/exports", query=query, expect=422).faults() == [("section", "not_found")]
    assert world.database.rows("SELECT count(*) FROM jobs") == before


def test_refused(desk, instructor, learner):
    assert send(desk, GIFT, {"format": "docx"}, expect=422).faults() == [("format", "not_allowed")]
    assert send(desk, GIFT, {}, expect=422).faults() == [("format", "required")]
    send(desk, GIFT, {"format": "gift"}, path="/v1/banks/none/imports", expect=404)
    send(learner.client, GIFT, {"format": "gift"}, expect=403)
    job = send(instructor.client, GIFT, {"format": "gift", "dry_run": "true"}, expect=202).json
    desk.get(f"/v1/jobs/{job['id']}", expect=404)
    desk.post(f"/v1/jobs/{job['id']}/cancel", expect=404)
    desk.get(f"/v1/jobs/{job['id']}/result", expect=404)


def test_only_for_members(world, sample, instructor, anyone):
    """Whoever is no member any more has not even his jobs."""
    path = "/v1/banks/sample/exports"
    stranger = Learner(anyone, "instructor", world.database)
    send(stranger.client, GIFT, {"format": "gift"}, expect=403)
    stranger.client.post(path, query={"format": "gift"}, expect=403)
    job = finished(instructor.client, instructor.client.post(path, query={"format": "gift"}, expect=202).json)
    instructor.client.get(f"/v1/jobs/{job['id']}/result", expect=200)
    world.database.run("DELETE FROM bank_members WHERE user_id = %s", (instructor.id,))
    for method, name in (("GET", ""), ("GET", "/result"), ("POST", "/cancel")):
        instructor.client.request(method, f"/v1/jobs/{job['id']}{name}", expect=404)


def test_only_who_may_import_may_send_much(desk, learner, anyone):
    large = b"\n" * (1024 * 1024)
    job = finished(desk, send(desk, large, {"format": "gift"}, expect=202).json)
    assert (job["status"], job["progress"]) == ("succeeded", {"total": 0, "done": 0})
    for client in (learner.client, anyone):
        assert send(client, b"\n" * (64 * 1024 + 1), {"format": "gift"}, expect=413).code == "payload_too_large"
    head = f"POST {IMPORTS}?format=gift HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {desk.token}\r\nContent-Length: {16 * 1024 * 1024 + 1}\r\n\r\n"
    assert desk.raw(head.encode(), "POST", IMPORTS).status == 413


def test_the_same_key_is_one_job(desk):
    headers = {"Idempotency-Key": "job-key-1"}
    first = send(desk, GIFT, {"format": "gift", "dry_run": "true"}, headers=headers, expect=202)
    again = send(desk, GIFT, {"format": "gift", "dry_run": "true"}, headers=headers, expect=202)
    assert again.json["id"] == first.json["id"] and again.headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize("form", ["json", "gift", "aiken", "moodle", "csv", "anki", "jsonl"])
def test_export(desk, form):
    job = finished(desk, desk.post("/v1/banks/sample/exports", query={"format": form, "section": "alpha"}, expect=202).json)
    assert (job["status"], job["kind"], job["progress"], job["arrives_as"]) == ("succeeded", "export", {"total": 4, "done": 4}, None)
    reply = desk.get(f"/v1/jobs/{job['id']}/result", expect=200)
    assert reply.headers["Content-Type"] == "application/octet-stream" and len(reply.body) > 100
    if form == "json":
        assert [question["slug"] for question in json.loads(reply.body)] == ["multiple", "single", "numeric", "true-false"]
    if form == "aiken":
        assert job["counts"]["rejected"] == 2 and {error["code"] for error in job["errors"]} >= {"no_such_type", "all_but_key_lost"}
        assert all(error["item"] for error in job["errors"])


def test_a_job_that_failed_has_no_file(desk):
    job = finished(desk, send(desk, b" ", {"format": "json"}, expect=202).json)
    assert job["status"] == "failed"
    desk.get(f"/v1/jobs/{job['id']}/result", expect=404)


# --- servers that end, and jobs that are canceled ---

MANY = 4000


@pytest.fixture(scope="module")
def place(scratch):
    """A database of its own, whose servers can be ended."""
    database = Database("jobs")
    program.quizd_ok("migrate", DATABASE_URL=database.owner_url)
    program.quizd_ok("import", "bank", sample.write(scratch / "jobs-bank"), DATABASE_URL=database.url)
    yield database
    database.drop()


def csv(prefix, count=MANY):
    rows = (f"{prefix}-{i},How many is {i} in {prefix}?,{i},Count.\n" for i in range(count))
    return "id,question,answer,explanation\n" + "".join(rows)


def client_of(server):
    return Client(server.port, printed_contract())


def waits_until(check, limit_s=60):
    deadline = time.monotonic() + limit_s
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_killed_in_the_middle_and_gone_on_with(place, scratch):
    first = Server(scratch, place.url, name="jobs-first")
    person = Learner(client_of(first), "admin", place)
    try:
        job = send(person.client, csv("k"), {"format": "csv", "section": "alpha"}, expect=202).json
        done = "SELECT done FROM jobs WHERE id = %s"
        waits_until(lambda: place.rows(done, (job["id"],))[0][0] > 0)
    finally:
        first.kill()
    (before,), = place.rows(done, (job["id"],))
    assert 0 < before < MANY, "it was not killed in the middle"
    assert place.rows("SELECT count(*) FROM questions WHERE slug LIKE 'k-%%'") == [(before,)]
    second = Server(scratch, place.url, name="jobs-second", key=first.key)
    try:
        client = client_of(second).as_user(person.tokens["access_token"])
        job = finished(client, job)
        assert job["status"] == "succeeded"
        assert job["counts"] == {"created": MANY, "updated": 0, "unchanged": 0, "rejected": 0}
        assert place.rows("SELECT count(*), max(current_version), min(state), max(state) FROM questions WHERE slug LIKE 'k-%%'") == [
            (MANY, 1, "draft", "draft")]
        written = "SELECT count(*), count(DISTINCT detail ->> 'slug') FROM audit_events WHERE event = 'question.created' AND detail ->> 'comment' = %s"
        assert place.rows(written, (f"import job {job['id']}",)) == [(MANY, MANY)]
        assert place.rows("SELECT claim FROM jobs WHERE id = %s", (job["id"],)) == [(2,)]
    finally:
        second.kill()


def test_canceled_between_batches(place, scratch):
    server = Server(scratch, place.url, name="jobs-cancel")
    person = Learner(client_of(server), "admin", place)
    try:
        job = send(person.client, csv("c"), {"format": "csv", "section": "alpha"}, expect=202).json
        waits_until(lambda: place.rows("SELECT done FROM jobs WHERE id = %s", (job["id"],))[0][0] > 0)
        person.client.post(f"/v1/jobs/{job['id']}/cancel", expect=200)
        job = finished(person.client, job)
        assert job["status"] == "canceled" and 0 < job["counts"]["created"] < MANY
        assert place.rows("SELECT count(*) FROM questions WHERE slug LIKE 'c-%%'") == [(job["counts"]["created"],)]
        again = person.client.post(f"/v1/jobs/{job['id']}/cancel", expect=200).json
        assert again == job
    finally:
        server.kill()


def test_who_is_no_member_any_more_imports_no_more(place, scratch):
    """The batches before stay; the job says why it ended."""
    server = Server(scratch, place.url, name="jobs-left")
    person = Learner(client_of(server), "instructor", place)
    authoring.join(place, person.id, "sample", "editor")
    try:
        job = send(person.client, csv("m"), {"format": "csv", "section": "alpha"}, expect=202).json
        waits_until(lambda: place.rows("SELECT done FROM jobs WHERE id = %s", (job["id"],))[0][0] > 0)
        place.run("DELETE FROM bank_members WHERE user_id = %s", (person.id,))
        waits_until(lambda: place.rows("SELECT finished_at FROM jobs WHERE id = %s", (job["id"],))[0][0] is not None)
        person.client.get(f"/v1/jobs/{job['id']}", expect=404)
        authoring.join(place, person.id, "sample", "editor")
        job = person.client.get(f"/v1/jobs/{job['id']}", expect=200).json
        assert (job["status"], job["detail"]) == (
            "failed", "who began this is no member of the bank any more; what is counted was imported before")
        assert 0 < job["counts"]["created"] == job["progress"]["done"] < MANY, "it did not end in the middle"
        assert place.rows("SELECT count(*) FROM questions WHERE slug LIKE 'm-%%'") == [(job["counts"]["created"],)]
    finally:
        server.kill()


def test_two_servers_share_the_jobs(place, scratch):
    servers = [Server(scratch, place.url, name="jobs-a")]
    servers.append(Server(scratch, place.url, name="jobs-b", key=servers[0].key))
    person = Learner(client_of(servers[0]), "admin", place)
    try:
        jobs = [send(person.client, csv(f"s{i}", 300), {"format": "csv", "section": "alpha"}, expect=202).json for i in range(6)]
        jobs = [finished(person.client, job) for job in jobs]
        assert [(job["status"], job["counts"]["created"]) for job in jobs] == [("succeeded", 300)] * 6
        assert place.rows("SELECT max(claim) FROM jobs WHERE id = ANY (%s::uuid[])", ([job["id"] for job in jobs],)) == [(1,)]
    finally:
        for server in servers:
            server.kill()


def test_a_queued_job_is_canceled_at_once(place, scratch):
    server = Server(scratch, place.url, name="jobs-queued")
    person = Learner(client_of(server), "admin", place)
    try:
        jobs = [send(person.client, csv("q", 2000), {"format": "csv", "section": "alpha", "dry_run": "true"}, expect=202).json for _ in range(2)]
        canceled = person.client.post(f"/v1/jobs/{jobs[1]['id']}/cancel", expect=200).json
        assert (canceled["status"], canceled["progress"]["done"]) == ("canceled", 0)
        assert finished(person.client, jobs[0])["status"] == "succeeded"
    finally:
        server.kill()
