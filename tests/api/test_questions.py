"""Writing questions: versions, states, locks, checks; who may; and when learners are given what."""
import itertools
import json
import uuid

import pytest

from support_py import authoring
from support_py.at_once import at_once
from support_py.authoring import ANY
from support_py.learner import Learner
from support_py.program import quizd_ok, wait_until

NUMBERS = itertools.count(1)
SOON_S = 4  # as PUBLISH_LIMIT_S in tests/system/test_drain.py


@pytest.fixture(scope="module")
def staff(admin, world):
    return authoring.Staff(admin, world.database)


@pytest.fixture
def slug():
    return f"written-{next(NUMBERS)}"


@pytest.fixture
def draft(staff, slug):
    return staff.write(slug)


@pytest.fixture
def published(staff, draft):
    return staff.publish(draft)


def given(ada, question):
    """The version of a question that learners are given, or None."""
    attempt = ada.start(authoring.EDITING, sections=["alpha"], size=100)
    found = [item["question"]["version"] for item in attempt["items"] if item["question"]["id"] == question["id"]]
    ada.client.request("DELETE", f"/v1/attempts/{attempt['id']}")
    return found[0] if found else None


def given_soon(ada, question, version):
    wait_until(lambda: given(ada, question) == version, SOON_S, f"version {version} in the hands of learners")


def history(staff, question):
    found = staff.editor.client.get(f"/v1/questions/{question['id']}/history", query={"limit": 100}, expect=200).json["data"]
    return [(event["event"], event["actor"]["id"], event["detail"]) for event in reversed(found)]


def faults(reply):
    assert (reply.status, reply.code) == (422, "invalid_input"), reply
    return reply.faults()


# --- the way of a question ---

def test_create__is_a_draft(staff, draft, slug, ada):
    assert (draft["state"], draft["version"], draft["published_version"], draft["slug"]) == ("draft", 1, None, slug)
    assert draft["author"] == {"id": staff.editor.id, "name": "Ada"} and draft["open_reports"] == 0 and draft["needs_review_at"] is None
    assert draft["question"] == {**authoring.question(slug), "case_sensitive": False}
    assert given(ada, draft) is None
    assert staff.read(draft) == {name: value for name, value in draft.items() if name not in ("warnings", "duplicates")}


def test_way__draft_review_published_retired_and_back(staff, draft, ada):
    assert staff.step(draft, "in_review", staff.editor, comment="please").json["state"] == "in_review"
    assert staff.step(draft, "draft", staff.editor, comment="not yet").json["state"] == "draft"
    staff.step(draft, "in_review", staff.editor)
    shown = staff.step(draft, "published", comment="good").json
    assert (shown["state"], shown["published_version"]) == ("published", 1)
    given_soon(ada, draft, 1)
    assert staff.step(draft, "retired").json["published_version"] is None
    given_soon(ada, draft, None)
    assert staff.step(draft, "draft", staff.editor).json["state"] == "draft"
    steps = [(actor, detail["from"], detail["to"], detail.get("comment")) for event, actor, detail in history(staff, draft)
             if event == "question.state_changed"]
    editor, approver = staff.editor.id, staff.approver.id
    assert steps == [(editor, "draft", "in_review", "please"), (editor, "in_review", "draft", "not yet"), (editor, "draft", "in_review", None),
                     (approver, "in_review", "published", "good"), (approver, "published", "retired", None), (editor, "retired", "draft", None)]


STATES = ("draft", "in_review", "published", "retired")
STEPS = {("draft", "in_review"), ("draft", "retired"), ("in_review", "draft"), ("in_review", "published"), ("in_review", "retired"),
         ("published", "retired"), ("retired", "draft")}


@pytest.mark.parametrize("start", STATES)
def test_way__there_are_no_other_steps(staff, draft, start, world):
    for to in {"draft": [], "in_review": ["in_review"], "published": ["in_review", "published"], "retired": ["retired"]}[start]:
        staff.step(draft, to)
    before = world.database.fingerprint()
    for to in STATES:
        if (start, to) not in STEPS:
            assert staff.step(draft, to, expect=409).code == "wrong_state"
    assert world.database.fingerprint() == before


def test_delete__retires(staff, published, ada):
    given_soon(ada, published, 1)
    path = f"/v1/questions/{published['id']}"
    staff.editor.client.request("DELETE", path, headers=ANY, expect=403)
    staff.approver.client.request("DELETE", path, headers=ANY, expect=204)
    assert staff.approver.client.request("DELETE", path, headers=ANY, expect=409).code == "wrong_state"
    assert staff.read(published)["state"] == "retired"


def test_delete__with_an_edit_beside_it_too(staff, published, ada):
    staff.edit(published, stem="An edit that nobody will be given, is it not?")
    staff.approver.client.request("DELETE", f"/v1/questions/{published['id']}", headers=ANY, expect=204)
    shown = staff.read(published)
    assert (shown["state"], shown["version"], shown["published_version"]) == ("retired", 1, None)
    versions = staff.editor.client.get(f"/v1/questions/{published['id']}/versions", expect=200).json["data"]
    assert [version["version"] for version in versions] == [2, 1]
    given_soon(ada, published, None)


# --- versions ---

def test_edit__of_a_published_question_waits_beside_it(staff, published, ada):
    edited = staff.edit(published, stem="What is on the page now?", comment="clearer").json
    assert (edited["state"], edited["version"], edited["published_version"]) == ("draft", 2, 1)
    given_soon(ada, published, 1)
    attempt = ada.start(authoring.EDITING, sections=["alpha"], size=100)
    shown = next(item for item in attempt["items"] if item["question"]["id"] == published["id"])
    assert shown["question"]["version"] == 1
    staff.step(published, "in_review", staff.editor)
    assert given(ada, published) == 1
    after = staff.step(published, "published").json
    assert (after["state"], after["version"], after["published_version"]) == ("published", 2, 2)
    given_soon(ada, published, 2)
    again = ada.read(attempt)["items"][shown["position"] - 1]["question"]
    assert (again["version"], again["stem"]) == (1, published["question"]["stem"])   # what was started stays as it was
    ada.answer(attempt, shown["position"], {"choices": ["b"]})


def test_edit__that_changes_nothing_makes_no_version(staff, published, world):
    before = world.database.fingerprint()
    assert staff.edit(published).json["version"] == 1
    assert world.database.fingerprint() == before


def test_edit__back_to_what_is_published_takes_it_back(staff, published):
    staff.edit(published, stem="Something else altogether, is it not?")
    shown = staff.edit(published).json
    assert (shown["state"], shown["version"], shown["published_version"]) == ("published", 1, 1)
    assert staff.edit(published, stem="And something else again, is it not?").json["version"] == 3
    assert [event for event, actor, detail in history(staff, published)][-3:] == [
        "question.edited", "question.edit_taken_back", "question.edited"]


def test_edit__of_a_draft_and_of_a_retired_one(staff, draft):
    staff.step(draft, "in_review")
    edited = staff.edit(draft, difficulty=4).json
    assert (edited["state"], edited["version"]) == ("draft", 2)
    staff.step(draft, "retired")
    edited = staff.edit(draft, difficulty=5).json
    assert (edited["state"], edited["version"], edited["published_version"]) == ("draft", 3, None)


def test_versions__list_get_and_diff(staff, published):
    options = [{**option, "correct": option["id"] == "a"} for option in published["question"]["options"]]
    staff.edit(published, options=options, tags=["page", "two"])
    path = f"/v1/questions/{published['id']}"
    client = staff.editor.client
    listed = client.get(f"{path}/versions", expect=200).json
    assert [(entry["version"], entry["published"], entry["section"]) for entry in listed["data"]] == [(2, False, "alpha"), (1, True, "alpha")]
    first = client.get(f"{path}/versions", query={"limit": 1}, expect=200).json
    rest = client.get(f"{path}/versions", query={"limit": 1, "cursor": first["next_cursor"]}, expect=200).json
    assert first["data"] + rest["data"] == listed["data"] and not rest["has_more"]
    assert client.get(f"{path}/versions/1", expect=200).json["question"] == published["question"]
    diff = client.get(f"{path}/diff", query={"from": 1, "to": 2}, expect=200).json["changes"]
    assert diff == [{"pointer": "/options/0/correct", "from": False, "to": True}, {"pointer": "/options/1/correct", "from": True, "to": False},
                    {"pointer": "/tags/1", "to": "two"}]
    back = client.get(f"{path}/diff", query={"from": 2, "to": 1}, expect=200).json["changes"]
    assert back[2] == {"pointer": "/tags/1", "from": "two"}
    assert client.get(f"{path}/diff", query={"from": 1, "to": 1}, expect=200).json["changes"] == []
    client.get(f"{path}/diff", query={"from": 1, "to": 3}, expect=404)
    client.get(f"{path}/versions/3", expect=404)


@pytest.mark.parametrize("cursor", ["x", "0", "-1", "1.5"])
def test_versions__refuse_what_is_no_cursor(staff, draft, cursor):
    reply = staff.editor.client.get(f"/v1/questions/{draft['id']}/versions", query={"cursor": cursor}, expect=422)
    assert reply.faults() == [("cursor", "bad_format")]


def test_history__pages(staff, published):
    path = f"/v1/questions/{published['id']}/history"
    whole = staff.editor.client.get(path, expect=200).json["data"]
    first = staff.editor.client.get(path, query={"limit": 2}, expect=200).json
    rest = staff.editor.client.get(path, query={"limit": 2, "cursor": first["next_cursor"]}, expect=200).json
    assert first["data"] + rest["data"] == whole and len(whole) == 3 and not rest["has_more"]


def test_key__a_change_of_it_is_audited_once_it_is_published(staff, published, admin):
    def changes():
        found = admin.client.get("/v1/audit", query={"event": "question.key_changed", "limit": 100}, expect=200).json["data"]
        return [event["detail"] for event in found if event["detail"]["question_id"] == published["id"]]

    staff.edit(published, stem="Only the words are other ones, are they not?")
    staff.step(published, "in_review")
    staff.step(published, "published")
    assert changes() == []
    options = [{**option, "correct": option["id"] == "c"} for option in published["question"]["options"]]
    staff.edit(published, options=options)
    assert changes() == []
    staff.step(published, "in_review")
    staff.step(published, "published")
    assert changes() == [{"bank": authoring.EDITING, "question_id": published["id"], "slug": published["slug"], "from_version": 2,
                          "to_version": 3}]


def test_import__goes_over_an_edit(admin, world, tmp_path):
    """What is imported is published; the edit stays in the history, and its number is not given again."""
    from support_py import sample as samples
    bank = samples.bring(world, admin, samples.write(tmp_path, "gone-over"))
    ident, = world.database.rows("SELECT q.id::text FROM questions AS q JOIN banks AS b ON b.id = q.bank_id "
                                 "WHERE b.slug = 'gone-over' AND q.slug = 'single'")[0]
    path = f"/v1/questions/{ident}"
    spec = admin.client.get(path, expect=200).json["question"]
    admin.client.put(path, {"question": {**spec, "stem": "By hand, was it not?"}}, headers=ANY, expect=200)
    listed = [{**question, "difficulty": 5} if question["slug"] == "single" else question for question in bank.questions]
    samples.write(tmp_path, "gone-over", listed=listed)
    assert "1 updated" in quizd_ok("import", "bank", tmp_path, DATABASE_URL=world.database.url).stdout
    shown = admin.client.get(path, expect=200).json
    assert (shown["state"], shown["version"], shown["published_version"], shown["author"]) == ("published", 3, 3, None)
    assert [entry["version"] for entry in admin.client.get(f"{path}/versions", expect=200).json["data"]] == [3, 2, 1]


# --- two pairs of eyes ---

def test_approval__needs_somebody_else(staff, slug):
    own = staff.write(slug, staff.approver)
    staff.step(own, "in_review")
    assert staff.step(own, "published", expect=403).code == "second_person_needed"
    staff.step(own, "published", staff.owner)
    staff.edit(own, staff.approver, stem="Is it his own again, or is it not?")
    staff.edit(own, staff.editor, stem="Did somebody else write in between?")   # but some of it is his
    staff.step(own, "in_review")
    assert staff.step(own, "published", expect=403).code == "second_person_needed"
    staff.step(own, "published", staff.owner)
    staff.edit(own, staff.editor, stem="Now none of what is new is his, is it?")
    staff.step(own, "in_review")
    staff.step(own, "published")


def test_approval__an_admin_too(staff, admin, slug):
    own = staff.write(slug, admin)
    staff.step(own, "in_review", admin)
    assert staff.step(own, "published", admin, expect=403).code == "second_person_needed"


def test_approval__editors_do_not_publish(staff, draft):
    staff.step(draft, "in_review", staff.editor)
    assert staff.step(draft, "published", staff.editor, expect=403).code == "forbidden"
    assert staff.step(draft, "retired", staff.editor, expect=403).code == "forbidden"


# --- whose questions ---

def test_stranger__finds_no_question(staff, published, world, ada):
    """An instructor who is no member sees nothing of it, and changes nothing."""
    path, client = f"/v1/questions/{published['id']}", staff.stranger.client
    before = world.database.fingerprint()
    nothing = client.get(f"/v1/questions/{uuid.uuid4()}", expect=404).json["detail"]
    for method, end, options in [
            ("GET", "", {}), ("GET", "/versions", {}), ("GET", "/history", {}), ("GET", "/reports", {}),
            ("PUT", "", {"body": json.dumps({"question": published["question"]}).encode(), "headers": ANY}), ("DELETE", "", {"headers": ANY}),
            ("POST", "/transitions", {"body": b'{"to": "retired"}', "headers": ANY})]:
        assert client.request(method, path + end, expect=404, **options).json["detail"] == nothing
    client.get(f"{path}/versions/1", expect=404)
    client.get(f"{path}/diff", query={"from": 1, "to": 1}, expect=404)
    assert client.post("/v1/questions", {"bank": authoring.EDITING, "question": authoring.question("strange")}, expect=403).code == "forbidden"
    ada.client.get(path, expect=403)
    assert world.database.fingerprint() == before


def test_member__who_is_one_no_more(staff, draft, anyone, admin, world):
    person = Learner(anyone, "instructor", world.database)
    members = f"/v1/banks/{authoring.EDITING}/members/{person.id}"
    staff.owner.client.put(members, {"role": "editor"}, expect=200)
    person.client.get(f"/v1/questions/{draft['id']}", expect=200)
    staff.owner.client.request("DELETE", members, expect=204)
    person.client.get(f"/v1/questions/{draft['id']}", expect=404)


# --- optimistic locks ---

def test_lock__who_has_seen_the_newest_may(staff, draft):
    path, client = f"/v1/questions/{draft['id']}", staff.editor.client
    tag = client.get(path, expect=200).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status == 304
    edited = staff.edit(draft, headers={"If-Match": tag}, difficulty=3)
    assert edited.headers["ETag"] == client.get(path, expect=200).headers["ETag"] != tag
    assert staff.edit(draft, headers={"If-Match": tag}, difficulty=4, expect=412).code == "stale_etag"
    assert staff.step(draft, "in_review", headers={"If-Match": tag}, expect=412).code == "stale_etag"
    assert client.request("DELETE", path, headers={"If-Match": tag}).code == "forbidden"
    staff.approver.client.request("DELETE", path, headers={"If-Match": tag}, expect=412)
    assert staff.step(draft, "in_review", headers={"If-Match": edited.headers["ETag"]}).headers["ETag"]
    assert staff.read(draft)["question"]["difficulty"] == 3


@pytest.mark.parametrize("tag", ['"nonsense"', "nonsense", '""', '"99999999999999999999"', 'W/"1.0"', '"1.0", "2.0"'])
def test_lock__what_is_no_tag_of_ours_is_stale(staff, draft, tag):
    staff.edit(draft, headers={"If-Match": tag}, difficulty=4, expect=412)


def test_lock__is_required(staff, draft):
    assert staff.edit(draft, headers={}, expect=428).code == "etag_required"
    assert staff.step(draft, "in_review", headers={}, expect=428).code == "etag_required"
    assert staff.editor.client.request("DELETE", f"/v1/questions/{draft['id']}", expect=428).code == "etag_required"


@pytest.mark.parametrize("is_named", [True, False])
def test_lock__of_many_at_once_one_wins(staff, draft, is_named):
    """Who has named what he saw is told so; who has not (*) writes after the other, or is told so as well."""
    for turn in range(5):
        tag = staff.editor.client.get(f"/v1/questions/{draft['id']}").headers["ETag"] if is_named else "*"
        before = staff.read(draft)["version"]

        def edit(number, turn=turn, tag=tag):
            changed = {"question": {**draft["question"], "stem": f"Which of the many was first in turn {turn}: number {number}?"}}
            return staff.editor.client.put(f"/v1/questions/{draft['id']}", changed, headers={"If-Match": tag}).status

        statuses = at_once(8, edit)
        assert set(statuses) <= {200, 412} and (statuses.count(200) == 1 or not is_named), statuses
        assert staff.read(draft)["version"] == before + statuses.count(200)


# --- checks ---

WRONG = {
    "two keys": ({"options": [{"id": "a", "text": "One", "correct": True}, {"id": "b", "text": "Two", "correct": True}]}, "/question/options"),
    "no such section": ({"section": "no/such"}, "/question/section"),
    "no such further section": ({"sections": ["alpha/beta", "nowhere"]}, "/question/sections/1"),
    "no such domain": ({"domain": "other"}, "/question/domain"),
    "a line of another section": ({"source": {"line": 11}}, "/question/source/line"),
    "an empty line": ({"source": {"line": 6}}, "/question/source/line"),
    "the same option twice": ({"options": [{"id": "a", "text": "One", "correct": True}, {"id": "b", "text": " one ", "correct": False}]},
                              "/question/options/1"),
    "a bad link": ({"stem": "See [this](https://) and say which is right?"}, "/question/stem"),
    "no such anchor": ({"explanation": "See [this](#nowhere)."}, "/question/explanation"),
}


@pytest.mark.parametrize("what", WRONG)
def test_checks__of_import_and_lint_refuse(staff, draft, slug, world, what):
    members, pointer = WRONG[what]
    before = world.database.fingerprint()
    body = {"bank": authoring.EDITING, "question": authoring.question(slug + "-x", **members)}
    reply = staff.editor.client.post("/v1/questions", body)
    assert pointer in [place for place, code in faults(reply)], reply
    assert faults(staff.edit(draft, expect=422, **members)) == faults(reply)
    assert world.database.fingerprint() == before


def test_checks__warnings_refuse_nothing(staff, slug):
    written = staff.write(slug, tags=[])
    assert ("/question", "missing_tags") in [(warning["pointer"], warning["code"]) for warning in written["warnings"]]


def test_checks__names(staff, draft, published):
    body = {"bank": authoring.EDITING, "question": draft["question"]}
    assert faults(staff.editor.client.post("/v1/questions", body)) == [("/question/slug", "duplicate")]
    assert faults(staff.edit(draft, slug=draft["slug"] + "-2", expect=422)) == [("/question/slug", "not_allowed")]
    body = {"bank": "no-such-bank", "question": draft["question"]}
    assert faults(staff.editor.client.post("/v1/questions", body)) == [("/bank", "not_found")]


def test_large_question__is_stored_and_given(staff, slug, ada, world):
    """Its JSON in the database is longer than a request may be."""
    words = "ß" * 3500
    options = [{"id": f"o{number}", "text": f"{number} {words}", "correct": number == 0, "feedback": "so"} for number in range(9)]
    body = {"bank": authoring.EDITING, "question": authoring.question(slug, options=options, stem="Which is the longest of all of them?")}
    sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    body["question"]["explanation"] += " Because." * ((65536 - len(sent)) // len(" Because."))
    sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    published = staff.publish(staff.editor.client.request("POST", "/v1/questions", body=sent, expect=201).json)
    assert world.database.rows("SELECT octet_length(body::text) > 65536 FROM question_versions WHERE question_id = %s", (published["id"],)) == [(True,)]
    given_soon(ada, published, 1)
