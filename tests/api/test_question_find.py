"""Finding questions: filters, words, likeness, pages; and the twins of a question before it is saved."""
import itertools
import json

import pytest

from support_py import authoring
from support_py import bank as banks
from support_py.authoring import ANY

AWS = "aws-dva-c01"
CHECK = f"/v1/banks/{authoring.EDITING}/questions/check"
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def staff(admin, world):
    return authoring.Staff(admin, world.database)


@pytest.fixture(scope="module")
def find(admin):
    """All that a query finds, page by page, as an admin, with the questions in the order of the list."""
    def run(bank=AWS, limit=100, **query):
        found, cursor = [], None
        for _ in range(1000):
            page = admin.client.get("/v1/questions", expect=200,
                                    query={"bank": bank, "limit": limit, **query, **({"cursor": cursor} if cursor else {})}).json
            assert page["has_more"] == (page["next_cursor"] is not None) and len(page["data"]) <= limit
            found += page["data"]
            cursor = page["next_cursor"]
            if not cursor:
                return found
        raise AssertionError("the list does not end")
    return run


def slugs(found):
    return {question["slug"] for question in found}


# --- filters ---

def test_list__has_every_question_once_newest_first(find, aws):
    found = find(limit=97)
    assert slugs(found) == {question["slug"] for question in aws.questions} and len(found) == len(aws.questions)
    ids = [question["id"] for question in found]
    assert ids == sorted(ids, reverse=True)


def test_list__says_what_a_question_is(find, aws):
    shown = next(question for question in find() if question["slug"] == aws.questions[0]["slug"])
    stored = aws.questions[0]
    assert {name: shown[name] for name in ("type", "section", "difficulty", "stem", "tags", "domain")} == {
        name: stored.get(name) for name in ("type", "section", "difficulty", "stem", "tags", "domain")}
    assert (shown["bank"], shown["state"], shown["version"], shown["published_version"], shown["author"]) == (AWS, "published", 1, 1, None)
    assert "score" not in shown


FILTERS = {
    "type": ({"type": "numeric"}, lambda question: question["type"] == "numeric"),
    "difficulty": ({"difficulty": 4}, lambda question: question["difficulty"] == 4),
    "section and below": ({"section": "aws-dynamodb"}, lambda question: banks.is_under(question["section"], "aws-dynamodb")),
    "tag": ({"tag": "iam"}, lambda question: "iam" in question["tags"]),
    "domain": ({"domain": "security"}, lambda question: question.get("domain") == "security"),
    "two": ({"difficulty": 2, "type": "ordering"}, lambda question: (question["difficulty"], question["type"]) == (2, "ordering")),
    "all are published": ({"state": "published"}, lambda question: True), "none is retired": ({"state": "retired"}, lambda question: False),
    "none needs review": ({"needs_review": "true"}, lambda question: False),
    "none is reported or all": ({"needs_review": "false"}, lambda question: True),
}


@pytest.mark.parametrize("what", FILTERS)
def test_list__filters(find, aws, what):
    query, fits = FILTERS[what]
    assert slugs(find(**query, limit=41)) == {question["slug"] for question in aws.questions if fits(question)}


def test_list__by_state_author_and_reports(find, staff, ada):
    written = staff.write(f"found-{next(NUMBERS)}")
    other = staff.write(f"found-{next(NUMBERS)}", staff.approver)
    assert other["slug"] not in slugs(find(authoring.EDITING, author_id=staff.editor.id)) >= {written["slug"]}
    assert written["slug"] in slugs(find(authoring.EDITING, state="draft")) - slugs(find(authoring.EDITING, state="published"))
    staff.publish(written)
    assert written["slug"] in slugs(find(authoring.EDITING, state="published"))
    staff.edit(written, stem="An edit that nobody has looked at, is it not?")
    shown, = [question for question in find(authoring.EDITING, state="draft") if question["slug"] == written["slug"]]
    assert (shown["version"], shown["published_version"], shown["stem"]) == (2, 1, "An edit that nobody has looked at, is it not?")
    assert written["slug"] in slugs(find(authoring.EDITING, reported="false"))
    ada.client.post(f"/v1/banks/{authoring.EDITING}/questions/{written['id']}/reports", {"kind": "other", "text": "?"}, expect=201)
    reported = find(authoring.EDITING, reported="true")
    assert [question["open_reports"] for question in reported if question["slug"] == written["slug"]] == [1]


def test_list__unknown_section(admin):
    assert admin.client.get("/v1/questions", query={"bank": AWS, "section": "no/such"}, expect=422).faults() == [("section", "not_found")]


def test_list__strangers_see_nothing(staff):
    for query in ({}, {"q": "page"}, {"like": "page"}):
        reply = staff.stranger.client.get("/v1/questions", query={"bank": authoring.EDITING, **query}, expect=403)
        assert reply.code == "forbidden"
    staff.editor.client.get("/v1/questions", query={"bank": authoring.EDITING}, expect=200)
    staff.editor.client.get("/v1/questions", query={"bank": "no-such-bank"}, expect=404)


# --- words ---

def text_of(question):
    parts = [part["text"] for name in ("options", "items", "premises", "choices", "accepted") for part in question.get(name, ())]
    return " ".join([question["stem"], *parts, question["explanation"], question["slug"]]).lower()


def test_words__are_found_in_stem_parts_and_explanation(find, aws):
    found = find(q="partition key")
    assert found and all("partition" in text_of(question) and "key" in text_of(question) for question in aws.questions
                         if question["slug"] in slugs(found))
    plain = {question["slug"] for question in aws.questions if "partition key" in text_of(question)}
    assert plain <= slugs(found)


def test_words__of_one_stem_and_what_is_not_meant(find):
    assert slugs(find(q="encrypts")) == slugs(find(q="encrypted"))
    both, without = slugs(find(q="lambda")), slugs(find(q="lambda -alias"))
    assert without < both and slugs(find(q="lambda or kinesis")) > both
    assert slugs(find(q='"partition key"')) < slugs(find(q="partition key"))


@pytest.mark.parametrize("query", [{"q": "lambda"}, {"like": "which capacity does a table need for reads"},
                                   {"q": "table", "like": "how many write units does a transaction need"}])
def test_words__the_best_come_first_and_pages_fit(find, query):
    whole = find(**query)
    scores = [question["score"] for question in whole]
    assert scores == sorted(scores, reverse=True) and len(whole) > 7 and len(slugs(whole)) == len(whole)
    assert find(**query, limit=3) == whole


def test_words__with_filters(find):
    both = find(q="lambda", type="multiple_choice", difficulty=3)
    assert both and all((question["type"], question["difficulty"]) == ("multiple_choice", 3) for question in both)


@pytest.mark.parametrize("words", ["!!!", "the", "'", "\"", "a & b | !c", "''':*", "-", "\\", "%", "or or or", "ß" * 200])
def test_words__whatever_they_are(find, words):
    find(q=words)
    find(like=words)


def test_like__finds_the_question_itself_first(find, aws):
    for question in aws.questions[::97]:
        assert find(like=question["stem"][:190])[0]["slug"] == question["slug"]


def test_like__slips_of_the_pen(find):
    assert find(q="provisoned") == [] and any("rovisioned" in question["stem"] for question in find(like="provisoned"))


@pytest.mark.parametrize("cursor", ["x", "1~x", "x~01a226f0-d3cc-756b-b3aa-b94a0d671a47", "~01a226f0-d3cc-756b-b3aa-b94a0d671a47",
                                    "nan~01a226f0-d3cc-756b-b3aa-b94a0d671a47", "01a226f0-d3cc-756b-b3aa-b94a0d671a47"])
def test_words__what_is_no_cursor(admin, cursor):
    reply = admin.client.get("/v1/questions", query={"bank": AWS, "q": "lambda", "cursor": cursor}, expect=422)
    assert reply.faults() == [("cursor", "bad_format")]


# --- twins ---

TWIN = "When a consumer dies in the middle of its work, what makes its message visible again for the other consumers of the queue?"


def check(staff, question, expect=200):
    return staff.editor.client.post(CHECK, {"question": question}, expect=expect).json


def test_twins__are_told_before_and_when_it_is_saved(staff, world):
    first = staff.write(f"twin-{next(NUMBERS)}", stem=TWIN)
    almost = authoring.question(f"twin-{next(NUMBERS)}", stem=TWIN.replace("dies", "crashes"))
    before = world.database.fingerprint()
    told = check(staff, almost)["duplicates"]
    assert world.database.fingerprint() == before
    assert [(twin["id"], twin["stem"], twin["state"]) for twin in told] == [(first["id"], TWIN, "draft")] and 0.6 <= told[0]["similarity"] < 1
    second = staff.write(almost["slug"], stem=almost["stem"])
    assert second["duplicates"] == told
    assert [twin["id"] for twin in staff.edit(second, difficulty=5).json["duplicates"]] == [first["id"]]   # not itself
    staff.step(first, "retired")
    assert first["id"] not in [twin["id"] for twin in check(staff, almost)["duplicates"]]


def test_twins__others_are_none(staff):
    other = authoring.question(f"twin-{next(NUMBERS)}", stem="How many write units does a transaction of three items of 1.5 KB consume?")
    assert check(staff, other)["duplicates"] == []


def test_check__tells_faults_as_saving_does(staff):
    reply = check(staff, authoring.question("checked", section="no/such"), expect=422)
    assert reply["errors"][0]["pointer"] == "/question/section"
    assert [warning["code"] for warning in check(staff, authoring.question("checked", tags=[]))["warnings"]] == ["missing_tags"]


def test_check__is_for_members(staff):
    assert staff.stranger.client.post(CHECK, {"question": authoring.question("checked")}, expect=403).code == "forbidden"


# --- the index follows whoever writes ---

def test_index__follows_a_change_of_the_language(admin, world, tmp_path):
    from support_py import program
    from support_py import sample as samples
    listed = [{**question, "stem": f"{question['stem']} Running"} for question in samples.questions()]
    samples.bring(world, admin, samples.write(tmp_path, "tongues", listed=listed))

    def found(words):
        return len(admin.client.get("/v1/questions", query={"bank": "tongues", "q": words}, expect=200).json["data"])

    assert found("runs") == len(listed)
    samples.write(tmp_path, "tongues", listed=listed, bank={**samples.about("tongues"), "language": "de"})
    program.quizd_ok("import", "bank", tmp_path, DATABASE_URL=world.database.url)
    program.wait_until(lambda: admin.client.get("/v1/banks/tongues").json["language"] == "de", 10, "the other language")
    assert (found("runs"), found("running")) == (0, len(listed))
