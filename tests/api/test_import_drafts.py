"""What an import over the API brings are drafts, as if its caller had written question by question: learners are given nothing of it
before somebody who may has published it."""
import contextlib
import json
import os
import threading

import psycopg2
import pytest

from support_py import authoring, program
from support_py import sample as samples
from support_py.jobs import finished, send

OVERTAKEN_LIMIT_S = 30


@pytest.fixture(scope="module")
def staff(admin, world):
    return authoring.Staff(admin, world.database)


class Desk:
    """A bank of its own, as samples write it, and files that its members import."""

    def __init__(self, staff, world, folder, slug):
        self.staff, self.world, self.slug = staff, world, slug
        samples.bring(world, staff.admin, samples.write(folder, slug))
        for name in ("editor", "approver", "owner"):
            authoring.join(world.database, getattr(staff, name).id, slug, name)

    def bring(self, questions, person=None, **query):
        """Imports them; the job, which has succeeded."""
        client = (person or self.staff.editor).client
        job = send(client, json.dumps(questions), {"format": "json", **query}, path=f"/v1/banks/{self.slug}/imports", expect=202).json
        job = finished(client, job)
        assert (job["status"], job["error_count"]) == ("succeeded", 0), job
        return job

    def counts(self, *arguments, **query):
        return {name: count for name, count in self.bring(*arguments, **query)["counts"].items() if count > 0}

    def found(self, **query):
        query = {"bank": self.slug, "limit": 100, **query}
        return {question["slug"]: question for question in self.staff.editor.client.get("/v1/questions", query=query, expect=200).json["data"]}

    def read(self, slug):
        return self.staff.read(self.found()[slug])

    def bulk(self, operation, questions, person):
        body = {"operation": operation, "ids": [question["id"] for question in questions]}
        reply = person.client.post(f"/v1/banks/{self.slug}/questions/bulk", body, expect=207).json
        return [item["outcome"] for item in reply["items"]]

    def history(self, slug):
        path = f"/v1/questions/{self.found()[slug]['id']}/history"
        return [(event["event"], event["actor"]["id"], event["detail"].get("comment"))
                for event in self.staff.editor.client.get(path, expect=200).json["data"]]

    def given(self, learner):
        """What learners are given: stems, with their versions."""
        attempt = learner.start(self.slug, size=100)
        return {item["question"]["stem"]: item["question"]["version"] for item in attempt["items"]}

    def revision(self):
        return self.staff.editor.client.get(f"/v1/banks/{self.slug}", expect=200).headers["ETag"]

    def written(self):
        """All that questions are, without the jobs that brought them."""
        tables = self.world.database.fingerprint()
        return {name: tables[name] for name in ("questions", "question_versions", "audit_events", "banks")}


@pytest.fixture
def desk(staff, world, tmp_path, request):
    return Desk(staff, world, tmp_path, f"drafts-{request.node.name.partition('[')[0].replace('_', '-')[5:40].strip('-')}-{os.urandom(3).hex()}")


def spec(slug, **members):
    return {**next(question for question in samples.questions() if question["slug"] == slug), **members}


def test_new_questions__wait_for_an_approver(desk, staff, learner):
    before, revision = desk.given(learner), desk.revision()
    new = [authoring.question(f"new-{number}") for number in range(3)]
    job = desk.bring(new)
    assert (job["arrives_as"], job["counts"]["created"]) == ("draft", 3)
    drafts = desk.found(state="draft", author_id=staff.editor.id)
    assert set(drafts) == {question["slug"] for question in new}
    assert {(question["version"], question["published_version"]) for question in drafts.values()} == {(1, None)}
    assert desk.history("new-0") == [("question.created", staff.editor.id, f"import job {job['id']}")]
    assert (desk.given(learner), desk.revision()) == (before, revision)
    assert desk.bulk("publish", drafts.values(), staff.approver) == ["wrong_state"] * 3
    assert desk.bulk("review", drafts.values(), staff.editor) == ["done"] * 3
    assert desk.bulk("publish", drafts.values(), staff.editor) == ["forbidden"] * 3
    assert desk.given(learner) == before
    assert desk.bulk("publish", drafts.values(), staff.approver) == ["done"] * 3
    wanted = {**before, **{question["stem"]: 1 for question in new}}
    program.wait_until(lambda: desk.given(learner) == wanted, 5, "what was published")


def test_own_imports__are_published_by_somebody_else(desk, staff):
    """QUIZD_SEPARATE_APPROVER is on where nothing is said."""
    desk.bring([authoring.question("own"), spec("single", difficulty=4)], staff.approver)
    written = [desk.found()[slug] for slug in ("own", "single")]
    assert desk.bulk("review", written, staff.approver) == ["done"] * 2
    assert desk.bulk("publish", written, staff.approver) == ["second_person_needed"] * 2
    assert desk.bulk("publish", written, staff.owner) == ["done"] * 2


def test_published_questions__stay_with_learners(desk, staff, learner):
    before = desk.given(learner)
    listed = [spec("single", stem="Which colour is it now?"), spec("multiple")]
    assert desk.counts(listed) == {"updated": 1, "unchanged": 1}
    shown = desk.read("single")
    assert (shown["state"], shown["version"], shown["published_version"], shown["author"]["id"]) == ("draft", 2, 1, staff.editor.id)
    assert [event[:2] for event in desk.history("single")] == [("question.edited", staff.editor.id)]
    assert desk.given(learner) == before
    assert desk.counts([spec("single")]) == {"updated": 1}, "what is published takes the edit back"
    shown = desk.read("single")
    assert (shown["state"], shown["version"], shown["published_version"]) == ("published", 1, 1)
    assert desk.history("single")[0][0] == "question.edit_taken_back"
    assert desk.given(learner) == before


def test_the_same_file__changes_nothing(desk):
    listed = [authoring.question("again"), spec("single", difficulty=5), spec("multiple")]
    assert desk.counts(listed) == {"created": 1, "updated": 1, "unchanged": 1}
    before = desk.written()
    assert desk.counts(listed) == {"unchanged": 3}
    assert desk.counts(listed, desk.staff.approver, atomic="true") == {"unchanged": 3}
    assert desk.written() == before


def test_dry_run__counts_and_writes_nothing(desk):
    before = desk.written()
    listed = [authoring.question("dry"), spec("single", difficulty=5), spec("multiple")]
    assert desk.counts(listed, dry_run="true") == {"created": 1, "updated": 1, "unchanged": 1}
    assert desk.written() == before


def test_retired_questions__come_back_as_drafts(desk, staff):
    shown = desk.read("single")
    staff.step(shown, "retired")
    assert desk.counts([spec("single")]) == {"unchanged": 1}
    assert desk.read("single")["state"] == "retired"
    assert desk.counts([spec("single", difficulty=5)]) == {"updated": 1}
    assert desk.read("single")["state"] == "draft"


# --- a file is no way around what a request is asked ---

def options(*texts):
    return [{"id": chr(97 + place), "text": text, "correct": place == 0, "feedback": "So."} for place, text in enumerate(texts)]


WRONG = {
    "few_options": {"options": options("This", "That")},
    "same_text": {"options": options("This", "That", " that ")},
    "combined_option": {"options": options("This", "That", "All of the above")},
    "wrong_count": {"type": "multiple_choice", "stem": "Which two are on the page?", "options": options("This", "That", "Other")},
    "bad_link": {"explanation": "See [this](#nowhere)."},
    "blank_source": {"source": {"line": 6}},
    "check_differs": {"type": "numeric", "options": None, "number": {"value": 5, "check": "2+2"}},
    "bad_check": {"type": "numeric", "options": None, "number": {"value": 5, "check": "2+"}},
}


def test_lint__refuses_as_it_refuses_a_request(desk, staff):
    """The same rules in the same words; the good ones of the file are taken."""
    wrong = []
    for rule, members in WRONG.items():
        question = authoring.question(f"wrong-{rule.replace('_', '-')}", **members)
        wrong.append({name: value for name, value in question.items() if value is not None})
    refused = [staff.editor.client.post("/v1/questions", {"bank": desk.slug, "question": question}, expect=422).json["errors"] for question in wrong]
    assert [[(fault["code"], fault["detail"].partition(":")[0]) for fault in faults] for faults in refused] == [[("lint", rule)] for rule in WRONG]
    path, lines = f"/v1/banks/{desk.slug}/imports", [*wrong, authoring.question("right"), authoring.question("right-but-for-tags", tags=[])]
    body = "".join(json.dumps(question) + "\n" for question in lines)
    before = desk.written()
    job = finished(staff.editor.client, send(staff.editor.client, body, {"format": "jsonl", "atomic": "true"}, path=path, expect=202).json)
    assert (job["status"], job["detail"]) == ("failed", f"{len(wrong)} of {len(lines)} questions refused: nothing is imported")
    assert desk.written() == before
    job = finished(staff.editor.client, send(staff.editor.client, body, {"format": "jsonl"}, path=path, expect=202).json)
    assert (job["status"], job["counts"]) == ("succeeded", {"created": 2, "updated": 0, "unchanged": 0, "rejected": len(wrong)})
    told = [(found["line"], found["code"], found["detail"]) for found in job["errors"] if found["severity"] == "error"]
    assert told == [(line, fault["detail"].partition(": ")[0], f"{fault['pointer'].removeprefix('/question')}: {fault['detail'].partition(': ')[2]}")
                    for line, (fault,) in enumerate(refused, 1)]
    assert (len(lines), "missing_tags") in [(found["line"], found["code"]) for found in job["errors"] if found["severity"] == "warning"]
    assert {"right", "right-but-for-tags"} <= set(desk.found(state="draft")) and not any(slug.startswith("wrong") for slug in desk.found())


def test_types__stay_where_the_format_has_none(desk, staff):
    """An export to Anki that comes back makes no short answer of what is something else, in no dry run either."""
    client = staff.editor.client
    export = finished(client, client.post(f"/v1/banks/{desk.slug}/exports", query={"format": "anki"}, expect=202).json)
    cards = client.get(f"/v1/jobs/{export['id']}/result", expect=200).body
    types = "SELECT slug, body ->> 'type' FROM questions AS q JOIN question_versions AS v ON v.question_id = q.id " \
            "WHERE q.bank_id = (SELECT id FROM banks WHERE slug = %s) ORDER BY 1, 2"
    before = set(desk.world.database.rows(types, (desk.slug,)))
    there = {slug: kind for slug, kind in before if kind != "short_text"}
    for query in ({"dry_run": "true"}, {}):
        job = finished(client, send(client, cards, {"format": "anki", **query}, path=f"/v1/banks/{desk.slug}/imports", expect=202).json)
        assert (job["status"], job["counts"]) == ("succeeded", {"created": 0, "updated": 2, "unchanged": 0, "rejected": len(there)})
        told = {found["detail"] for found in job["errors"] if found["code"] == "type_differs" and found["severity"] == "error"}
        assert told == {f'"{slug}" is there as {kind}, and the file has it as short_text, because anki has no {kind}: '
                        "change it by a file of another format, or give this one another id" for slug, kind in there.items()}
    assert set(desk.world.database.rows(types, (desk.slug,))) == before


# --- somebody else writes the same question at this very moment ---

@contextlib.contextmanager
def transaction(world):
    """One of somebody else's, which is committed at the end."""
    connection = psycopg2.connect(host=os.environ["QUIZD_TEST_CLUSTER"], user="postgres", dbname=world.database.name)
    try:
        with connection.cursor() as cursor:
            yield cursor
        connection.commit()
    finally:
        connection.close()


EDITED = """
    WITH version AS (
        INSERT INTO question_versions (bank_id, question_id, version, section_id, body)
        SELECT v.bank_id, v.question_id, 2, v.section_id, jsonb_set(v.body, '{difficulty}', '3')
        FROM questions AS q JOIN banks AS b ON b.id = q.bank_id
        JOIN question_versions AS v ON v.question_id = q.id AND v.version = 1 WHERE b.slug = %(bank)s AND q.slug = %(slug)s
        RETURNING question_id)
    UPDATE questions SET working_version = 2, working_state = 'draft', revision = revision + 1 WHERE id IN (SELECT question_id FROM version)"""
CREATED = """
    WITH made AS (
        INSERT INTO questions (bank_id, id, slug, state, current_version)
        SELECT id, gen_random_uuid(), %(slug)s, 'draft', 1 FROM banks WHERE slug = %(bank)s RETURNING bank_id, id)
    INSERT INTO question_versions (bank_id, question_id, version, section_id, body)
    SELECT m.bank_id, m.id, 1, s.id, %(body)s FROM made AS m JOIN sections AS s ON s.bank_id = m.bank_id AND s.path = 'alpha'"""


@pytest.mark.parametrize("sql,question,version", [(EDITED, spec("single", difficulty=5), 3), (CREATED, authoring.question("at-once"), 2)],
                         ids=["edited", "created"])
def test_overtaken__looks_again(desk, world, sql, question, version):
    counts = []
    work = threading.Thread(target=lambda: counts.append(desk.counts([question])))
    with transaction(world) as cursor:
        body = json.dumps({**question, "difficulty": 1})
        cursor.execute(sql, {"bank": desk.slug, "slug": question["slug"], "body": body})
        work.start()
        waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'quizd jobs' AND wait_event_type = 'Lock'"
        program.wait_until(lambda: world.database.rows(waiting), OVERTAKEN_LIMIT_S, "an import that waits for the question")
    work.join(OVERTAKEN_LIMIT_S)
    assert counts == [{"updated": 1}]
    shown = desk.read(question["slug"])
    assert (shown["version"], shown["state"], shown["question"]["difficulty"]) == (version, "draft", question["difficulty"])
