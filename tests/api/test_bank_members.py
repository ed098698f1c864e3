"""Members of banks: who may see and change them, at the API and from the command line; and that a stranger's role opens nothing."""
import pytest

from support_py.learner import Learner
from support_py.program import quizd, quizd_ok

PATH = "/v1/banks/sample/members"


@pytest.fixture(scope="module")
def people(anyone, world, sample):
    found = {name: Learner(anyone, "instructor", world.database) for name in ("owner", "approver", "editor", "stranger")}
    for name in ("owner", "approver", "editor"):
        quizd_ok("user", "bank-role", "--email", found[name].email, "--bank", "sample", "--role", name, DATABASE_URL=world.database.url)
    return found


def role_of(world, person):
    return world.database.rows("SELECT m.role FROM bank_members AS m JOIN banks AS b ON b.id = m.bank_id "
                               "WHERE b.slug = 'sample' AND m.user_id = %s", (person.id,))


def events_of(admin, person):
    found = admin.client.get("/v1/audit", query={"subject_id": person.id, "event": "bank.member_changed"}, expect=200).json["data"]
    return [(event["actor_id"], event["detail"]) for event in reversed(found)]


def test_members__are_listed_for_members_and_admins(people, admin):
    for client in (people["editor"].client, people["owner"].client, admin.client):
        listed = {member["user_id"]: member["role"] for member in client.get(PATH, query={"limit": 100}, expect=200).json["data"]}
        assert {name: listed[people[name].id] for name in ("owner", "approver", "editor")} == {
            "owner": "owner", "approver": "approver", "editor": "editor"}
    assert people["stranger"].client.get(PATH, expect=403).code == "forbidden"


def test_members__pages(people):
    seen, cursor = [], None
    for _ in range(100):
        page = people["owner"].client.get(PATH, query={"limit": 1, **({"cursor": cursor} if cursor else {})}, expect=200).json
        seen += [member["user_id"] for member in page["data"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == sorted(set(seen)) and {people[name].id for name in ("owner", "approver", "editor")} <= set(seen)


@pytest.mark.parametrize("who", ["approver", "editor", "stranger"])
def test_members__only_owners_change_them(people, world, who):
    before = world.database.fingerprint()
    for target in (people["stranger"], people["editor"]):
        people[who].client.put(f"{PATH}/{target.id}", {"role": "owner"}, expect=403)
    people[who].client.request("DELETE", f"{PATH}/{people['editor'].id}", expect=403)
    assert world.database.fingerprint() == before


def test_members__an_owner_gives_and_takes(people, anyone, world, admin):
    person = Learner(anyone, "instructor", world.database)
    owner = people["owner"]
    put = owner.client.put(f"{PATH}/{person.id}", {"role": "editor"}, expect=200).json
    assert (put["user_id"], put["display_name"], put["role"]) == (person.id, "Ada", "editor")
    person.client.get(PATH, expect=200)
    owner.client.put(f"{PATH}/{person.id}", {"role": "approver"}, expect=200)
    owner.client.put(f"{PATH}/{person.id}", {"role": "approver"}, expect=200)   # changes nothing, so nothing is audited
    owner.client.request("DELETE", f"{PATH}/{person.id}", expect=204)
    owner.client.request("DELETE", f"{PATH}/{person.id}", expect=404)
    person.client.get(PATH, expect=403)
    assert events_of(admin, person) == [
        (owner.id, {"bank": "sample", "from": None, "to": "editor"}), (owner.id, {"bank": "sample", "from": "editor", "to": "approver"}),
        (owner.id, {"bank": "sample", "from": "approver", "to": None})]


def test_members__a_learner_with_a_role_is_still_a_learner(people, anyone):
    person = Learner(anyone)
    people["owner"].client.put(f"{PATH}/{person.id}", {"role": "owner"}, expect=200)
    person.client.get(PATH, expect=403)


def test_members__another_bank_is_another(people):
    people["owner"].client.get("/v1/banks/aws-dva-c01/members", expect=403)
    people["owner"].client.put(f"/v1/banks/aws-dva-c01/members/{people['owner'].id}", {"role": "owner"}, expect=403)


# --- command line ---

def test_cli__gives_changes_and_takes(anyone, world, admin, sample):
    person = Learner(anyone, "instructor", world.database)
    for role in ("editor", "owner", "none"):
        done = quizd_ok("user", "bank-role", "--email", person.email.upper(), "--bank", "sample", "--role", role, DATABASE_URL=world.database.url)
        assert role in done.stdout and done.stderr == ""
        assert role_of(world, person) == ([] if role == "none" else [(role,)])
    assert [detail["to"] for actor, detail in events_of(admin, person)] == ["editor", "owner", None]


@pytest.mark.parametrize("arguments,status", [
    (["--email", "nobody@example.org", "--bank", "sample", "--role", "editor"], 1), (["--bank", "sample", "--role", "editor"], 2),
    (["--email", "{email}", "--bank", "no-such-bank", "--role", "editor"], 1), (["--email", "{email}", "--bank", "sample", "--role", "learner"], 1),
    (["--email", "{email}", "--bank", "sample"], 2), (["--email", "{email}", "--role", "owner"], 2)])
def test_cli__wrong(ada, world, sample, arguments, status):
    before = world.database.fingerprint()
    done = quizd("user", "bank-role", *(word.format(email=ada.email) for word in arguments), DATABASE_URL=world.database.url)
    assert done.returncode == status and done.stdout == "" and done.stderr
    assert world.database.fingerprint() == before
