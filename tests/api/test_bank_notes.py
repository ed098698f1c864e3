"""PUT and GET /v1/banks/{bank}/notes: sections added, removed, renamed and changed, and what becomes of their questions."""
import itertools

import pytest

from support_py import authoring
from support_py import bank as banks
from support_py import program
from support_py import sample as samples
from support_py.authoring import ANY
from support_py.learner import Learner

NUMBERS = itertools.count(1)
MARKDOWN = {"Content-Type": "text/markdown"}
LIMIT = 64 * 1024
WITHOUT_DELTA = samples.NOTES.replace("### Delta\n\nDelta has all the rest.\n\n", "")


class Noted:
    """A bank of its own, as samples write it, in the hands of an admin."""

    def __init__(self, admin, world, folder):
        self.admin, self.world = admin, world
        self.slug = f"noted-{next(NUMBERS)}"
        samples.bring(world, admin, samples.write(folder, self.slug))
        self.path = f"/v1/banks/{self.slug}"

    def put(self, markdown, expect=200, person=None, query=None, headers=None):
        body = markdown if isinstance(markdown, bytes) else markdown.encode()
        return (person or self.admin).client.put(f"{self.path}/notes", body=body, query=query, headers={**ANY, **MARKDOWN, **(headers or {})},
                                                 expect=expect)

    def sections(self):
        """By path, once the server has the notes as they are stored."""
        wanted = {path for path, in self.world.database.rows(
            "SELECT path FROM sections AS s JOIN banks AS b ON b.id = s.bank_id WHERE b.slug = %s AND removed_at IS NULL", (self.slug,))}

        def read():
            found = {section["path"]: section for section in self.admin.client.get(f"{self.path}/sections", expect=200).json["data"]}
            return found if set(found) == wanted else None
        return program.wait_until(read, 5, "the sections as they are stored")

    def section(self, path):
        return self.admin.client.get(f"{self.path}/sections/{self.sections()[path]['id']}", expect=200).json

    def questions(self, **query):
        found = self.admin.client.get("/v1/questions", query={"bank": self.slug, "limit": 100, **query}, expect=200).json["data"]
        return {question["slug"]: question for question in found}


@pytest.fixture
def noted(admin, world, tmp_path):
    return Noted(admin, world, tmp_path)


def paths(changes):
    return [change["path"] for change in changes]


def test_get__is_what_was_imported(noted):
    reply = noted.admin.client.get(f"{noted.path}/notes", expect=200)
    assert reply.body.decode() == samples.NOTES and reply.headers["Content-Type"] == "text/markdown"
    assert noted.admin.client.get(f"{noted.path}/notes", headers={"If-None-Match": reply.headers["ETag"]}).status == 304


def test_put__the_same_changes_nothing(noted):
    reply = noted.put(samples.NOTES).json
    assert (reply["unchanged"], reply["title"], reply["dry_run"]) == (5, "Sample notes", False)
    assert [reply[kind] for kind in ("added", "removed", "renamed", "changed", "warnings")] == [[]] * 5
    assert (reply["questions_rewritten"], reply["questions_to_review"]) == (0, 0)


def test_put__added_removed_and_changed(noted):
    notes = samples.NOTES.replace("## Empty\n\nNothing is asked about this.", "## Full\n\nThis is quite another matter, and new.")
    notes = notes.replace("Delta has all the rest.", "Delta has all the rest, and more to say.")
    reply = noted.put(notes).json
    assert (paths(reply["added"]), paths(reply["removed"]), paths(reply["changed"]), reply["unchanged"]) == (
        ["full"], ["empty"], ["gamma/delta"], 3)
    assert reply["questions_to_review"] == 5
    assert set(noted.sections()) == {"alpha", "alpha/beta", "gamma", "gamma/delta", "full"}
    assert set(noted.questions(needs_review="true")) == {question["slug"] for question in samples.questions()
                                                         if question["section"] == "gamma/delta"}
    assert noted.section("gamma/delta")["markdown"] == "Delta has all the rest, and more to say."
    again = noted.put(samples.NOTES).json    # the section that was removed comes back
    assert paths(again["added"]) == ["empty"] and paths(again["removed"]) == ["full"]


def test_put__a_renamed_section_keeps_its_id_and_its_questions(noted, ada):
    before = noted.sections()
    attempt = ada.start(noted.slug, sections=["alpha"], size=10)
    for item in attempt["items"]:
        ada.answer(attempt, item["position"], banks.right(next(q for q in samples.questions() if q["stem"] == item["question"]["stem"])))
    ada.submit(attempt)
    reply = noted.put(samples.NOTES.replace("## Alpha", "## First of all")).json
    assert [(change["old_path"], change["path"], change["old_anchor"], change["anchor"]) for change in reply["renamed"]
            if "old_anchor" in change] == [("alpha", "first-of-all", "alpha", "first-of-all")]
    assert {(change["old_path"], change["path"]) for change in reply["renamed"]} == {
        ("alpha", "first-of-all"), ("alpha/beta", "first-of-all/beta")}
    assert reply["added"] == reply["removed"] == [] and reply["questions_to_review"] == 0 and reply["questions_rewritten"] == 4
    after = noted.sections()
    assert after["first-of-all"]["id"] == before["alpha"]["id"] and after["first-of-all/beta"]["id"] == before["alpha/beta"]["id"]
    assert after["first-of-all"]["question_count"] == before["alpha"]["question_count"]
    assert noted.section("first-of-all")["aliases"] == ["alpha"]
    shown = noted.questions()["single"]
    assert (shown["section"], shown["version"], shown["published_version"], shown["state"]) == ("first-of-all", 2, 2, "published")
    spec = noted.admin.client.get(f"/v1/questions/{shown['id']}", expect=200).json["question"]
    noted.admin.client.put(f"/v1/questions/{shown['id']}", {"question": {**spec, "difficulty": 5}}, headers=ANY, expect=200)
    areas = {area["section"]["path"]: area["evidence"]["answers"] for area in ada.weak_areas(noted.slug)["data"]}
    assert areas["first-of-all"] == len(attempt["items"]) == 4
    result = ada.result(attempt).json
    assert {item["question"]["version"] for item in result["items"]} == {1}


def test_anchors__lead_to_the_section_that_has_or_had_them(noted, ada):
    def leads_to(anchor, expect=308):
        reply = ada.client.get(f"{noted.path}/anchors", query={"anchor": anchor}, expect=expect)
        return reply.headers["Location"]

    before = noted.sections()
    section = f"{noted.path}/sections/{before['alpha']['id']}"
    assert leads_to("alpha") == section
    leads_to("größen", expect=404)
    noted.put(samples.NOTES.replace("## Alpha", "## Größen"))
    noted.put(samples.NOTES.replace("## Alpha", "## First of all").replace("## Empty\n\nNothing is asked about this.\n", ""))
    assert set(noted.sections()) == {"first-of-all", "first-of-all/beta", "gamma", "gamma/delta"}
    assert {leads_to(anchor) for anchor in ("first-of-all", "größen", "alpha")} == {section}
    assert ada.client.get(section, expect=200).json["aliases"] == ["alpha", "größen"]
    for anchor in ("empty", "first", "#alpha", "alpha/beta", "Alpha"):
        leads_to(anchor, expect=404)
    told = [ada.client.get(f"{noted.path}/anchors", query={"anchor": anchor}, expect=404).json["detail"] for anchor in ("empty", "first")]
    assert told == ["the section of this anchor has left the notes", "no section has or had this anchor"]
    ada.client.get("/v1/banks/none/anchors", query={"anchor": "alpha"}, expect=404)
    noted.put(samples.NOTES.replace("## Alpha", "## First of all").replace("## Gamma", "## Alpha"))
    program.wait_until(lambda: leads_to("alpha") == f"{noted.path}/sections/{before['gamma']['id']}", 5, "the anchor's new section")


def test_put__an_edit_under_way_follows_too(noted):
    shown = noted.questions()["single"]
    path = f"/v1/questions/{shown['id']}"
    spec = noted.admin.client.get(path, expect=200).json["question"]
    noted.admin.client.put(path, {"question": {**spec, "stem": "An edit that is under way, is it not?", "sections": ["gamma", "alpha/beta"]}},
                           headers=ANY, expect=200)
    noted.put(samples.NOTES.replace("## Alpha", "## First of all"))
    edited = noted.admin.client.get(path, expect=200).json
    assert (edited["state"], edited["published_version"], edited["question"]["stem"]) == ("draft", 3, "An edit that is under way, is it not?")
    assert (edited["question"]["section"], edited["question"]["sections"]) == ("first-of-all", ["gamma", "first-of-all/beta"])
    assert noted.admin.client.get(f"{path}/versions/3", expect=200).json["question"]["section"] == "first-of-all"


def test_put__names_that_are_swapped_and_taken_again(noted):
    one, two = "Alpha has a [link](https://example.org/alpha) and two questions of its own.", "Gamma has no question of its own."
    before = noted.sections()
    noted.put(samples.NOTES.replace("## Empty", "## Hollow"))
    reply = noted.put(samples.NOTES.replace("## Gamma", "## Empty").replace("## Empty\n\nNothing", "## Void\n\nNothing")).json
    assert {(change["old_path"], change["path"]) for change in reply["renamed"]} == {
        ("gamma", "empty"), ("gamma/delta", "empty/delta"), ("hollow", "void")}
    after = noted.sections()
    assert (after["empty"]["id"], after["void"]["id"]) == (before["gamma"]["id"], before["empty"]["id"])
    assert noted.section("void")["aliases"] == ["hollow"]    # "empty" is another section's anchor now
    assert one in noted.section("alpha")["markdown"] and two in noted.section("empty")["markdown"]


def test_put__questions_of_a_removed_section_go_to_nobody(noted, admin, world):
    def step(slug, to, expect=200):
        return staff.client.post(f"/v1/questions/{shown[slug]['id']}/transitions", {"to": to}, headers=ANY, expect=expect)

    def bulk(operation, *slugs, **members):
        body = {"operation": operation, "ids": [shown[slug]["id"] for slug in slugs], **members}
        return [item["outcome"] for item in staff.client.post(f"{noted.path}/questions/bulk", body, expect=207).json["items"]]

    staff, shown = Learner(admin.client.as_user(None), "instructor", world.database), noted.questions()
    admin.client.put(f"{noted.path}/members/{staff.id}", {"role": "approver"}, expect=200)
    edited = f"/v1/questions/{shown['short']['id']}"
    spec = admin.client.get(edited, expect=200).json["question"]
    admin.client.put(edited, {"question": {**spec, "difficulty": 5}}, headers=ANY, expect=200)
    assert paths(noted.put(WITHOUT_DELTA).json["removed"]) == ["gamma/delta"]
    before = world.database.fingerprint()
    for refused in (step("short", "in_review", 409), step("ordering", "published", 409)):
        assert (refused.code, "move it to another one" in refused.json["detail"]) == ("wrong_state", True)
    for dry_run in (True, False):
        assert bulk("review", "short", dry_run=dry_run) == ["no_section"]
        assert bulk("publish", "ordering", "matching", "single", dry_run=dry_run) == ["no_section", "no_section", "unchanged"]
    assert world.database.fingerprint() == before
    noted.sections()    # are known
    assert bulk("move", "ordering", section="gamma") == ["done"]
    assert step("ordering", "published").json["needs_review_at"] is None
    assert step("short", "retired").json["state"] == "retired"
    assert bulk("retire", "matching", "short") == ["done", "unchanged"]


def test_put__what_left_the_notes_is_proposed_to_nobody(noted, ada):
    """Neither to read nor to practise; what was answered there is evidence again when the section comes back."""
    def proposed():
        areas = [area for shape in ("flat", "tree") for area in ada.weak_areas(noted.slug, shape=shape)["data"]]
        plan = ada.client.get("/v1/me/plan", query={"bank": noted.slug, "minutes_per_day": 60}, expect=200).json["data"]
        return {area["section"]["path"]: area for area in areas}, {entry["section"] for day in plan for entry in day["entries"]}

    attempt = ada.start(noted.slug, sections=["gamma/delta"], size=10)
    for item in attempt["items"]:
        ada.answer(attempt, item["position"], banks.wrong(next(q for q in samples.questions() if q["stem"] == item["question"]["stem"])))
    ada.submit(attempt)
    areas, planned = proposed()
    assert areas["gamma/delta"]["evidence"]["answers"] == 5 and "gamma/delta" in planned
    noted.put(WITHOUT_DELTA)
    noted.sections()
    areas, planned = proposed()
    assert set(areas) == {"alpha", "alpha/beta"} and planned - {None} == {"alpha", "alpha/beta"}
    for area in areas.values():
        ada.client.post("/v1/attempts", area["next"], expect=201)
    noted.put(samples.NOTES)
    noted.sections()
    areas, planned = proposed()
    assert areas["gamma/delta"]["evidence"]["answers"] == 5 and "gamma/delta" in planned


def test_put__needs_review_until_somebody_confirms(noted, admin, world):
    staff = Learner(admin.client.as_user(None), "instructor", world.database)
    admin.client.put(f"{noted.path}/members/{staff.id}", {"role": "approver"}, expect=200)
    noted.put(samples.NOTES.replace("Beta is below alpha.", "Beta is not below alpha any more."))
    shown = noted.questions(needs_review="true")
    assert set(shown) == {"true-false", "numeric"}
    path = f"/v1/questions/{shown['numeric']['id']}"
    assert staff.client.get(path, expect=200).json["needs_review_at"]
    done = staff.client.post(f"{path}/transitions", {"to": "published", "comment": "still right"}, headers=ANY, expect=200).json
    assert done["needs_review_at"] is None and done["version"] == 1
    assert staff.client.post(f"{path}/transitions", {"to": "published"}, headers=ANY, expect=409).code == "wrong_state"
    assert set(noted.questions(needs_review="true")) == {"true-false"}


def test_dry_run__changes_nothing(noted, world):
    notes = samples.NOTES.replace("## Alpha", "## First of all").replace("Delta has", "Delta had").replace("## Empty", "## New\n\nNew.\n\n## Empty")
    before = world.database.fingerprint()
    told = noted.put(notes, query={"dry_run": "true"}).json
    assert world.database.fingerprint() == before
    assert told.pop("dry_run") is True and told["questions_to_review"] == 5 and told["questions_rewritten"] == 4
    done = noted.put(notes).json
    assert done.pop("dry_run") is False and done == told


def test_lock__what_was_seen_is_named(noted, world):
    tag = noted.admin.client.get(f"{noted.path}/notes").headers["ETag"]
    noted.put(samples.NOTES + "\nMore.\n", headers={"If-Match": tag})
    before = world.database.fingerprint()
    assert noted.put(samples.NOTES, expect=412, headers={"If-Match": tag}).code == "stale_etag"
    reply = noted.admin.client.put(f"{noted.path}/notes", body=b"## A\n", headers=MARKDOWN, expect=428)
    assert reply.code == "etag_required" and world.database.fingerprint() == before


def test_rights__owners_alone(noted, admin, anyone, world):
    before = None
    for role, status in (("approver", 403), ("owner", 200)):
        person = Learner(anyone, "instructor", world.database)
        noted.put(samples.NOTES, person=person, expect=403)
        person.client.get(f"{noted.path}/notes", expect=403)
        admin.client.put(f"{noted.path}/members/{person.id}", {"role": role}, expect=200)
        before = world.database.fingerprint() if status == 403 else before
        person.client.get(f"{noted.path}/notes", expect=200)
        noted.put(samples.NOTES, person=person, expect=status)
        assert status == 200 or world.database.fingerprint() == before
    event = admin.client.get("/v1/audit", query={"event": "bank.notes_changed"}, expect=200).json["data"][0]
    assert event["actor_id"] == person.id and event["detail"] == {"bank": noted.slug, "added": 0, "removed": 0, "renamed": 0, "changed": 0}


# --- what is no notes ---

WRONG = {"bad UTF-8": b"## A\n\xff\n", "nested too deep": b"> " * 5000 + b"## A\n", "nothing": b"", "no heading": b"Words, and no more.\n",
         "a title alone": b"# Notes\n\nWords.\n"}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_notes__are_refused(noted, world, what):
    before = world.database.fingerprint()
    for query in ({"dry_run": "true"}, None):
        assert noted.put(WRONG[what], expect=422, query=query).faults() == [("", "lint")]
    assert world.database.fingerprint() == before


def test_wrong_notes__are_told_in_words(noted):
    fault, = noted.put(b"", expect=422).json["errors"]
    assert fault["detail"] == "there are no headings that make sections"


@pytest.mark.parametrize("notes", [b"", b"no heading at all\n", b"[" * 60000, b"*_" * 30000, b"- " * 20000 + b"x\n", b"# A\n" * 5000, b"```\n## A\n\nB\n",
                                   b"![" * 20000, b"<a" * 20000, b"\0## A\0\n", b"---\ntitle: x\n---\n## A\n"], ids=lambda notes: repr(notes[:8]))
def test_odd_notes__do_no_harm(noted, notes):
    """They are read on a worker's small stack."""
    noted.put(notes, query={"dry_run": "true"}, expect=(200, 422))
    assert noted.put(samples.NOTES, query={"dry_run": "true"}).json["unchanged"] == 5


def test_warnings__with_their_lines(noted):
    reply = noted.put("## A\n\nB\n\n```\n## C\n\nD\n", query={"dry_run": "true"}).json
    assert [(warning["line"], warning["code"]) for warning in reply["warnings"]] == [(5, "unclosed_fence")]


@pytest.mark.parametrize("headers", [{"Content-Type": "application/json"}, {"Content-Type": "text/html"}, {"Content-Type": "text/markdown; charset=latin1"}])
def test_wrong_media_type(noted, headers):
    assert noted.put(samples.NOTES, expect=415, headers=headers).code == "unsupported_media_type"


def test_large_notes__only_of_those_who_may_send_them(noted, anyone, ada):
    """Longer than other bodies may be: read only after the token was looked at."""
    big = ("## Section\n\n" + "word " * 100 + "\n\n").encode() * 300
    assert len(big) > LIMIT
    assert len(noted.put(big, query={"dry_run": "true"}).json["added"]) == 300
    for client in (anyone, ada.client):
        reply = client.put(f"{noted.path}/notes", body=big, headers={**ANY, **MARKDOWN}, expect=413)
        assert reply.headers["Connection"] == "close"
    head = f"PUT {noted.path}/notes HTTP/1.1\r\nHost: x\r\nContent-Type: text/markdown\r\nIf-Match: *\r\nContent-Length: {16 * 1024 * 1024 + 1}\r\n"
    token = f"Authorization: Bearer {noted.admin.tokens['access_token']}\r\n\r\n"
    reply = anyone.raw((head + token).encode(), "PUT", f"{noted.path}/notes")
    assert (reply.status, reply.code) == (413, "payload_too_large")


def test_effects__before_and_since(noted, ada, anyone, world):
    """Of the section that has changed; half right before, right since."""
    def answer(kind):
        attempt = ada.start(noted.slug, sections=["alpha/beta"], size=10)
        for item in attempt["items"]:
            question = next(q for q in samples.questions() if q["stem"] == item["question"]["stem"])
            ada.answer(attempt, item["position"], kind(question))

    def effects(person=noted.admin, expect=200):
        return person.client.get(f"{noted.path}/notes/effects", expect=expect).json

    answer(banks.right)
    answer(banks.wrong)
    assert effects()["data"] == []
    noted.put(samples.NOTES.replace("Beta is below alpha.", "Beta is below alpha, and that is all."))
    shown, = effects()["data"]
    assert (shown["path"], shown["answers_before"], shown["credit_before"], shown["answers_after"], shown["credit_after"]) == (
        "alpha/beta", 4, 0.5, 0, None)
    answer(banks.right)
    shown, = effects()["data"]
    assert (shown["answers_before"], shown["answers_after"], shown["credit_after"]) == (4, 2, 1)
    effects(Learner(anyone, "instructor", world.database), expect=403)
