"""Learners say what is wrong with a question; instructors see it beside the question and resolve it."""
import itertools
import uuid

import pytest

from support_py import authoring
from support_py.learner import Learner

NUMBERS = itertools.count(1)
REPORT = {"kind": "wrong_key", "text": "It is the other one."}
A_DAY = 20


@pytest.fixture(scope="module")
def staff(admin, world):
    return authoring.Staff(admin, world.database)


@pytest.fixture
def published(staff):
    return staff.publish(staff.write(f"reported-{next(NUMBERS)}"))


def report(person, question, expect=201, bank=authoring.EDITING, **members):
    return person.client.post(f"/v1/banks/{bank}/questions/{question['id']}/reports", {**REPORT, **members}, expect=expect)


def listed(staff, question, **query):
    return staff.editor.client.get(f"/v1/questions/{question['id']}/reports", query=query, expect=200).json


def resolve(person, question, filed, expect=200, outcome="fixed", **members):
    path = f"/v1/questions/{question['id']}/reports/{filed['id']}/resolution"
    return person.client.post(path, {"outcome": outcome, **members}, expect=expect)


def test_report__is_seen_beside_the_question(staff, published, learner):
    tag = staff.editor.client.get(f"/v1/questions/{published['id']}").headers["ETag"]
    filed = report(learner, published).json
    assert filed == {"id": filed["id"], "version": 1, **REPORT, "created_at": filed["created_at"], "outcome": None, "comment": None,
                     "resolved_at": None}
    assert listed(staff, published)["data"] == [filed]
    shown = staff.editor.client.get(f"/v1/questions/{published['id']}", expect=200, headers={"If-None-Match": tag})
    assert shown.json["open_reports"] == 1
    staff.edit(published, headers={"If-Match": tag}, difficulty=3)   # a report does not stand in the way


def test_report__one_open_a_learner_and_question(published, learner, eve):
    report(learner, published)
    assert report(learner, published, expect=409, text="Again.").code == "report_open"
    report(eve, published)


def test_report__after_it_was_resolved_there_may_be_another(staff, published, learner, admin):
    filed = report(learner, published).json
    done = resolve(staff.editor, published, filed, outcome="rejected", comment="It is right.").json
    assert (done["outcome"], done["comment"]) == ("rejected", "It is right.") and done["resolved_at"]
    assert resolve(staff.editor, published, filed, expect=409).code == "wrong_state"
    second = report(learner, published).json
    assert [entry["id"] for entry in listed(staff, published)["data"]] == [second["id"], filed["id"]]
    assert [entry["id"] for entry in listed(staff, published, open="true")["data"]] == [second["id"]]
    assert [entry["id"] for entry in listed(staff, published, open="false")["data"]] == [filed["id"]]
    page = listed(staff, published, limit=1)
    assert page["has_more"] and listed(staff, published, limit=1, cursor=page["next_cursor"])["data"][0]["id"] == filed["id"]
    event = admin.client.get("/v1/audit", query={"event": "question.report_resolved", "subject_id": learner.id}, expect=200).json["data"][0]
    assert event["actor_id"] == staff.editor.id and event["detail"]["outcome"] == "rejected"


def test_report__only_of_what_learners_were_given(staff, learner):
    draft = staff.write(f"reported-{next(NUMBERS)}")
    report(learner, draft, expect=404)
    report(learner, {"id": str(uuid.uuid4())}, expect=404)
    staff.publish(draft)
    report(learner, draft, bank="aws-dva-c01", expect=404)
    staff.step(draft, "retired")
    report(learner, draft)   # he may have it in an attempt


def test_report__so_many_a_day(world, published, learner):
    for _ in range(A_DAY - 1):
        world.database.run("INSERT INTO question_reports (user_id, id, bank_id, question_id, version, kind, body, outcome, resolved_at) "
                           "SELECT %s, gen_random_uuid(), bank_id, id, 1, 'typo', 'x', 'fixed', clock_timestamp() FROM questions WHERE id = %s",
                           (learner.id, published["id"]))
    filed = report(learner, published).json
    world.database.run("UPDATE question_reports SET outcome = 'fixed', resolved_at = clock_timestamp() WHERE id = %s", (filed["id"],))
    refused = report(learner, published, expect=429)
    assert refused.code == "too_many_requests" and int(refused.headers["Retry-After"]) > 60
    world.database.run("UPDATE question_reports SET created_at = created_at - interval '1 day' WHERE id = %s", (filed["id"],))
    report(learner, published)


def test_report__strangers_see_and_resolve_nothing(staff, published, learner, world):
    filed = report(learner, published).json
    before = world.database.fingerprint()
    staff.stranger.client.get(f"/v1/questions/{published['id']}/reports", expect=404)
    resolve(staff.stranger, published, filed, expect=404)
    resolve(staff.editor, staff.write(f"reported-{next(NUMBERS)}"), filed, expect=404)   # of another question
    assert world.database.fingerprint() != before   # the draft just made
    assert listed(staff, published)["data"][0]["outcome"] is None


def test_report__says_nothing_of_who_filed_it(staff, published, learner):
    report(learner, published)
    shown = staff.editor.client.get(f"/v1/questions/{published['id']}/reports", expect=200).body.decode()
    assert learner.id not in shown and learner.email not in shown


def test_report__goes_with_the_person(anyone, staff, published, world):
    person = Learner(anyone)
    report(person, published)
    person.client.request("DELETE", "/v1/me", expect=204)
    assert listed(staff, published)["data"] == []
