"""Many questions at once: retag, move, retire, publish; each alone or all or none; dry runs."""
import contextlib
import itertools
import os
import threading
import uuid

import psycopg2
import pytest

from support_py import authoring, program

NUMBERS = itertools.count(1)
PATH = f"/v1/banks/{authoring.EDITING}/questions/bulk"


@pytest.fixture(scope="module")
def staff(admin, world):
    return authoring.Staff(admin, world.database)


def slug():
    return f"many-{next(NUMBERS)}"


def bulk(person, operation, questions, expect=207, **members):
    ids = [question["id"] for question in questions]
    return person.client.post(PATH, {"operation": operation, "ids": ids, **members}, expect=expect)


def outcomes(reply):
    return [item["outcome"] for item in reply.json["items"]]


@pytest.fixture
def kinds(staff):
    """A draft, one in review, a published one, one that is edited meanwhile, a retired one."""
    made = [staff.write(slug()) for _ in range(5)]
    for question in made[1:]:
        staff.step(question, "in_review")
    for question in made[2:]:
        staff.step(question, "published")
    staff.edit(made[3], stem="Something else is asked now, is it not?")
    staff.step(made[4], "retired")
    return made


def test_retag__each_is_judged_alone(staff, kinds):
    reply = bulk(staff.approver, "retag", kinds, add_tags=["added", "page"], remove_tags=["none"], comment="tidy")
    assert outcomes(reply) == ["done", "done", "done", "being_edited", "done"]
    assert {name: reply.json[name] for name in ("dry_run", "done", "unchanged", "refused")} == {
        "dry_run": False, "done": 4, "unchanged": 0, "refused": 1}
    shown = [staff.read(question) for question in kinds]
    assert [question["question"]["tags"] for question in shown] == [["page", "added"]] * 3 + [["page"], ["page", "added"]]
    assert [(question["state"], question["version"], question["published_version"]) for question in shown] == [
        ("draft", 2, None), ("in_review", 2, None), ("published", 2, 2), ("draft", 2, 1), ("retired", 2, None)]
    assert outcomes(bulk(staff.approver, "retag", kinds[:3], add_tags=["added"])) == ["unchanged"] * 3
    bulk(staff.approver, "retag", kinds[:1], remove_tags=["added", "page"])
    assert staff.read(kinds[0])["question"]["tags"] == []
    event = staff.editor.client.get(f"/v1/questions/{kinds[2]['id']}/history", expect=200).json["data"][0]
    assert (event["event"], event["actor"]["id"], event["detail"]["comment"]) == ("question.retagged", staff.approver.id, "tidy")


def test_retag__too_many(staff):
    question = staff.write(slug())
    bulk(staff.editor, "retag", [question], add_tags=[f"t{number}" for number in range(19)])
    assert outcomes(bulk(staff.editor, "retag", [question], add_tags=["one-more"])) == ["too_many_tags"]


def test_move__to_another_section(staff, kinds, ada):
    assert outcomes(bulk(staff.approver, "move", kinds[:3], section="gamma/delta")) == ["done"] * 3
    shown = [staff.read(question)["question"] for question in kinds[:3]]
    assert [(question["section"], question["source"]) for question in shown] == [("gamma/delta", {"line": 17})] * 3
    assert [staff.edit(question).json["version"] for question in map(staff.read, kinds[:3])] == [2] * 3    # as it is, so it can be sent
    assert outcomes(bulk(staff.approver, "move", kinds[:3], section="gamma/delta")) == ["unchanged"] * 3
    found = staff.editor.client.get("/v1/questions", query={"bank": authoring.EDITING, "section": "gamma", "limit": 100}, expect=200).json["data"]
    assert {question["id"] for question in kinds[:3]} <= {question["id"] for question in found}


def test_move__keeps_the_page_and_names_no_section_twice(staff):
    page = {"url": "https://example.org/page"}
    question = staff.write(slug(), source={"line": 7, **page}, sections=["gamma", "gamma/delta"])
    assert outcomes(bulk(staff.editor, "move", [question], section="gamma/delta")) == ["done"]
    shown = staff.read(question)
    assert (shown["question"]["source"], shown["question"]["sections"]) == (page, ["gamma"])
    assert staff.edit(shown).json["version"] == shown["version"] == 2


def test_review__what_editors_have_written(staff, kinds):
    """From where approvers publish it; an edit of a published question stays beside it."""
    assert outcomes(bulk(staff.editor, "review", kinds)) == ["done", "unchanged", "wrong_state", "done", "wrong_state"]
    shown = [staff.read(question) for question in kinds]
    assert [(question["state"], question["published_version"]) for question in shown] == [
        ("in_review", None), ("in_review", None), ("published", 1), ("in_review", 1), ("retired", None)]
    event = staff.editor.client.get(f"/v1/questions/{kinds[3]['id']}/history", expect=200).json["data"][0]
    assert (event["event"], event["detail"]["from"], event["detail"]["to"]) == ("question.state_changed", "draft", "in_review")
    assert outcomes(bulk(staff.approver, "publish", kinds)) == ["done", "done", "unchanged", "done", "wrong_state"]
    assert [staff.read(question)["published_version"] for question in kinds] == [1, 1, 1, 2, None]


def test_publish_and_retire__many(staff, kinds):
    assert outcomes(bulk(staff.approver, "publish", kinds)) == ["wrong_state", "done", "unchanged", "wrong_state", "wrong_state"]
    assert outcomes(bulk(staff.approver, "retire", kinds)) == ["done"] * 4 + ["unchanged"]
    assert [staff.read(question)["state"] for question in kinds] == ["retired"] * 5


def test_publish__an_edit_and_its_key(staff, admin):
    question = staff.publish(staff.write(slug()))
    staff.edit(question, options=[{**option, "correct": option["id"] == "a"} for option in question["question"]["options"]])
    staff.step(question, "in_review")
    own = staff.write(slug(), staff.approver)
    staff.step(own, "in_review")
    assert outcomes(bulk(staff.approver, "publish", [own, question])) == ["second_person_needed", "done"]
    assert staff.read(question)["published_version"] == 2
    found = admin.client.get("/v1/audit", query={"event": "question.key_changed"}, expect=200).json["data"][0]["detail"]
    assert (found["question_id"], found["from_version"], found["to_version"]) == (question["id"], 1, 2)


def test_dry_run__changes_nothing(staff, kinds, world):
    before = world.database.fingerprint()
    for operation, members in (("retag", {"add_tags": ["x"]}), ("move", {"section": "gamma"}), ("review", {}), ("retire", {}), ("publish", {})):
        for atomic in (False, True):
            reply = bulk(staff.approver, operation, kinds, dry_run=True, atomic=atomic, **members)
            assert reply.json["dry_run"] and reply.json["done"] > 0
    assert world.database.fingerprint() == before
    expected = outcomes(bulk(staff.approver, "retire", kinds, dry_run=True))
    assert outcomes(bulk(staff.approver, "retire", kinds)) == expected


def test_atomic__all_or_none(staff, kinds, world):
    before = world.database.fingerprint()
    for operation, members in (("retag", {"add_tags": ["x"]}), ("publish", {})):
        refused = bulk(staff.approver, operation, kinds, expect=409, atomic=True, **members)
        assert refused.code == "bulk_refused" and len(refused.json["outcomes"]["items"]) == len(kinds)
    assert world.database.fingerprint() == before
    assert bulk(staff.approver, "retag", kinds[:3], atomic=True, add_tags=["x"]).json["done"] == 3


def test_rights__editors_change_what_is_not_published(staff, kinds):
    assert outcomes(bulk(staff.editor, "retag", kinds[:3], add_tags=["x"])) == ["done", "done", "forbidden"]
    for operation in ("retire", "publish"):
        assert outcomes(bulk(staff.editor, operation, kinds[:3])) == ["forbidden"] * 3


def test_rights__strangers_and_other_banks(staff, kinds, admin, world):
    before = world.database.fingerprint()
    assert bulk(staff.stranger, "retag", kinds, expect=403, add_tags=["x"]).code == "forbidden"
    foreign = admin.client.get("/v1/questions", query={"bank": "aws-dva-c01", "limit": 1}, expect=200).json["data"]
    assert outcomes(bulk(staff.owner, "retire", [*foreign, {"id": str(uuid.uuid4())}])) == ["not_found"] * 2
    assert world.database.fingerprint() == before


@pytest.mark.parametrize("operation,members,fault", [
    ("retag", {}, ("/add_tags", "required")), ("move", {}, ("/section", "required")), ("move", {"section": "no/such"}, ("/section", "not_found")),
    ("retire", {"add_tags": ["x"]}, ("/add_tags", "not_allowed")), ("publish", {"section": "gamma"}, ("/section", "not_allowed")),
    ("move", {"section": "gamma", "remove_tags": ["x"]}, ("/remove_tags", "not_allowed"))])
def test_faults(staff, operation, members, fault):
    assert bulk(staff.owner, operation, [{"id": str(uuid.uuid4())}], expect=422, **members).faults() == [fault]


def test_faults__twice(staff, kinds):
    assert bulk(staff.owner, "retire", [*kinds, kinds[1]], expect=422).faults() == [("/ids/5", "duplicate")]


# --- while somebody else has the bank, as imports have it ---

@contextlib.contextmanager
def bank_in_hand(world):
    """The row of the bank in a transaction of somebody else's, which is committed at the end."""
    connection = psycopg2.connect(host=os.environ["QUIZD_TEST_CLUSTER"], user="postgres", dbname=world.database.name)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
            cursor.execute("SELECT id FROM banks WHERE slug = %s FOR NO KEY UPDATE", (authoring.EDITING,))
            yield cursor
        connection.commit()
    finally:
        connection.close()


def waits(world):
    """Until one of the server's statements waits for a lock."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'quizd%%' AND wait_event_type = 'Lock'"
    program.wait_until(lambda: world.database.rows(waiting), 30, "a statement that waits")


@pytest.mark.parametrize("change,expected", [
    (lambda staff, question: bulk(staff.approver, "publish", [question]).json["done"], 1),
    (lambda staff, question: bulk(staff.approver, "retag", [question], add_tags=["waited"]).json["done"], 1),
    (lambda staff, question: staff.step(question, "published").json["state"], "published")], ids=["publish", "retag", "step"])
def test_locks__the_bank_before_its_questions(staff, world, change, expected):
    """Who waits for the bank holds no question that whoever has the bank could want."""
    question, told = staff.write(slug()), []
    staff.step(question, "in_review")
    work = threading.Thread(target=lambda: told.append(change(staff, question)))
    with bank_in_hand(world) as cursor:
        work.start()
        waits(world)
        cursor.execute("SELECT id FROM questions WHERE id = %s FOR UPDATE", (question["id"],))
    work.join(30)
    assert told == [expected]


def test_publish__not_what_came_while_it_waited(staff, world):
    """What somebody wrote himself meanwhile: he could not publish it had he not waited."""
    question, told = staff.write(slug()), []
    staff.step(question, "in_review")
    work = threading.Thread(target=lambda: told.append(outcomes(bulk(staff.approver, "publish", [question]))))
    with bank_in_hand(world):
        work.start()
        waits(world)
        staff.edit(question, staff.approver, stem="Is this what the approver wrote himself?")
        staff.step(question, "in_review")
    work.join(30)
    assert told == [["changed_meanwhile"]]
    assert staff.read(question)["published_version"] is None


@pytest.mark.parametrize("publish,expected", [
    (lambda staff, question: outcomes(bulk(staff.approver, "publish", [question])), ["no_section"]),
    (lambda staff, question: staff.step(question, "published", expect=409).code, "wrong_state")], ids=["bulk", "step"])
def test_publish__not_in_a_section_that_left_while_it_waited(staff, world, publish, expected):
    question, told = staff.write(slug(), section="empty", source={"line": 23}), []
    staff.step(question, "in_review")
    work = threading.Thread(target=lambda: told.append(publish(staff, question)))
    removal = "UPDATE sections SET removed_at = {} WHERE path = 'empty' AND bank_id = (SELECT id FROM banks WHERE slug = %s)"
    try:
        with bank_in_hand(world) as cursor:
            work.start()
            waits(world)
            cursor.execute(removal.format("clock_timestamp()"), (authoring.EDITING,))
        work.join(30)
    finally:
        world.database.run(removal.format("NULL"), (authoring.EDITING,))
    assert told == [expected] and staff.read(question)["published_version"] is None
    assert staff.step(question, "published").json["state"] == "published"
