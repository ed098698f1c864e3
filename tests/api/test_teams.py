"""Teams: who may do what in them, invites and their ends, limits, what is written down, what is seen of whom, and how an owner goes."""
import concurrent.futures
import uuid

import pytest

from support_py.at_once import at_once
from support_py.learner import Learner
from support_py.program import wait_until

MEMBERS_MAX, TEAMS_MAX, INVITES_MAX = 200, 20, 100


class Team:
    """A team of `owner` as the tests handle it."""

    def __init__(self, owner, **members):
        self.owner = owner
        self.made = owner.client.post("/v1/teams", {"name": "Night owls", **members}, expect=201).json
        self.id = self.made["id"]
        self.path = f"/v1/teams/{self.id}"

    def invite(self, by=None, expect=201, **members):
        return (by or self.owner).client.post(f"{self.path}/invites", members, expect=expect).json

    def join(self, person, code=None, expect=200, **members):
        body = {"code": code or self.invite()["code"], **members}
        return person.client.post("/v1/teams/join", body, expect=expect)

    def member(self, anyone, role="member", **members):
        person = Learner(anyone)
        self.join(person, **members)
        if role != "member":
            self.give(person, role)
        return person

    def give(self, person, role, by=None, expect=200):
        return (by or self.owner).client.patch(f"{self.path}/members/{person.id}", {"role": role}, expect=expect)

    def remove(self, person, by, expect=204):
        return by.client.request("DELETE", f"{self.path}/members/{person.id}", expect=expect)

    def members(self, by=None):
        data = (by or self.owner).client.get(f"{self.path}/members", query={"limit": 100}, expect=200).json["data"]
        return {member["user_id"]: member for member in data}

    def roles(self):
        return {user: member["role"] for user, member in self.members().items()}


@pytest.fixture
def team(learner):
    return Team(learner)


@pytest.fixture
def eve2(anyone):
    return Learner(anyone)


def test_create__its_maker_owns_it(team):
    assert (team.made["name"], team.made["role"], team.made["member_count"], team.made["public"]) == ("Night owls", "owner", 1, False)
    assert team.owner.client.get(team.path, expect=200).json == team.made
    assert team.owner.client.get("/v1/teams", expect=200).json["data"] == [team.made]
    assert team.roles() == {team.owner.id: "owner"}


@pytest.mark.parametrize("name", ["two\nlines", "a\ttab", "next\u0085line", "line\u2028end", "   ", "\u00a0\u200b", "\u202egnirts", "\u2066isolated"])
def test_names__are_one_visible_line(team, name):
    for method, path, body in (("POST", "/v1/teams", {"name": name}), ("PATCH", team.path, {"name": name}),
                               ("PATCH", "/v1/me", {"display_name": name})):
        reply = team.owner.client.request(method, path, body, expect=422)
        assert [code for _, code in reply.faults()] == ["bad_format"]


def test_update_and_delete(team, anyone):
    manager, member = team.member(anyone, "manager"), team.member(anyone)
    assert manager.client.patch(team.path, {"name": "Early birds"}, expect=200).json["name"] == "Early birds"
    assert team.owner.client.patch(team.path, {"public": True}, expect=200).json["public"]
    assert team.owner.client.get(team.path).json["name"] == "Early birds"
    assert member.client.patch(team.path, {"name": "Mine"}, expect=403).code == "forbidden"
    for person in (manager, member):
        assert person.client.request("DELETE", team.path, expect=403).code == "forbidden"
    code = team.invite()["code"]
    team.owner.client.request("DELETE", team.path, expect=204)
    for person in (team.owner, manager, member):
        person.client.get(team.path, expect=404)
        assert person.client.get("/v1/teams", expect=200).json["data"] == []
    team.join(Learner(anyone), code, expect=404)


def test_invite__single_use(team, anyone, eve2):
    invite = team.invite()
    assert len(invite["code"]) == 20 and invite["uses_left"] == 1
    joined = team.join(eve2, invite["code"]).json
    assert (joined["role"], joined["member_count"], joined["id"]) == ("member", 2, team.id)
    assert team.join(eve2, invite["code"]).json["role"] == "member"  # who is in stays in, and uses nothing up
    assert team.join(Learner(anyone), invite["code"], expect=404).code == "not_found"


def test_invite__many_uses_at_once(team, anyone):
    code = team.invite(uses=3)["code"]
    people = [Learner(anyone) for _ in range(6)]
    statuses = at_once(6, lambda number: team.join(people[number], code, expect=(200, 404)).status)
    assert sorted(statuses) == [200] * 3 + [404] * 3
    assert team.owner.client.get(team.path).json["member_count"] == 4 == len(team.members())


def test_invite__one_person_with_two_invites_at_once_is_one_member(team, eve2):
    codes = [team.invite()["code"] for _ in range(2)]
    assert at_once(2, lambda number: team.join(eve2, codes[number]).status) == [200, 200]
    assert team.owner.client.get(team.path).json["member_count"] == 2 == len(team.members())


def waiting(world):
    return world.database.rows("SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
                               (world.database.name,))[0][0]


def wait_behind(world, lock, count, call):
    """`count` calls that all wait for the rows that `lock` locks, and are let go when each of them has read what was there before."""
    with world.database.cursor() as cursor, concurrent.futures.ThreadPoolExecutor(count) as pool:
        cursor.execute("BEGIN")
        cursor.execute(*lock)
        late = [pool.submit(call, number) for number in range(count)]
        wait_until(lambda: waiting(world) == count, 30, "all to wait")
        cursor.execute("COMMIT")
        return [call.result(10) for call in late]


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def test_invite__one_person_twice_at_once_is_in(team, eve2, world):
    """In transactions of their own, as at two servers: who waited for the other one is a member already."""
    code = team.invite()["code"]
    lock = ("SELECT FROM users WHERE id = %s FOR UPDATE", (eve2.id,))
    replies = wait_behind(world, lock, 2, lambda _: eve2.client.post("/v1/teams/join", {"code": code}, headers=key()))
    assert [reply.status for reply in replies] == [200, 200]
    assert team.owner.client.get(team.path).json["member_count"] == 2 == len(team.members())


@pytest.mark.parametrize("end", ["delete", "leave", "erase"])
def test_invite__used_while_the_team_ends(team, eve2, world, end):
    """In transactions of their own, as at two servers; who joins has come as far as the invite, and the other is behind him."""
    invite = team.invite()
    path = {"delete": team.path, "leave": f"{team.path}/members/{team.owner.id}", "erase": "/v1/me"}[end]
    with world.database.cursor() as cursor, concurrent.futures.ThreadPoolExecutor(2) as pool:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM team_invites WHERE id = %s FOR UPDATE", (invite["id"],))
        joining = pool.submit(eve2.client.post, "/v1/teams/join", {"code": invite["code"]}, headers=key())
        wait_until(lambda: waiting(world) == 1, 30, "the join to wait")
        ending = pool.submit(team.owner.client.request, "DELETE", path)
        wait_until(lambda: waiting(world) == 2, 30, "the end to wait")
        cursor.execute("COMMIT")
        joined, ended = joining.result(10), ending.result(10)
    assert joined.status == 200
    assert (ended.status, ended.status == 409 and ended.code) == ((409, "owner_stays") if end == "leave" else (204, False))
    mine = eve2.client.get("/v1/teams", expect=200).json["data"]
    if end == "erase":  # he has inherited it
        assert [(found["role"], found["member_count"]) for found in mine] == [("owner", 1)]
    else:
        assert len(mine) == (0 if end == "delete" else 1)


def test_limits__at_once(team, world, eve2):
    for _ in range(TEAMS_MAX - 1):
        eve2.client.post("/v1/teams", {"name": "Many"}, expect=201)
    codes = [team.invite()["code"], Team(team.owner).invite()["code"]]
    todo = [("/v1/teams", {"name": "One more"})] * 2 + [("/v1/teams/join", {"code": code}) for code in codes]
    lock = ("SELECT FROM users WHERE id = %s FOR UPDATE", (eve2.id,))
    replies = wait_behind(world, lock, len(todo), lambda number: eve2.client.post(*todo[number], headers=key()))
    assert sorted(reply.status // 100 for reply in replies) == [2, 4, 4, 4]
    assert {reply.code for reply in replies if reply.status >= 400} == {"too_many"}
    assert world.database.rows("SELECT count(*) FROM team_members WHERE user_id = %s", (eve2.id,)) == [(TEAMS_MAX,)]


def test_limits__of_invites_at_once(team, world):
    for _ in range(INVITES_MAX - 1):
        team.invite()
    lock = ("SELECT FROM teams WHERE id = %s FOR UPDATE", (team.id,))
    replies = wait_behind(world, lock, 3, lambda _: team.owner.client.post(f"{team.path}/invites", {}, headers=key()))
    assert sorted(reply.status for reply in replies) == [201, 409, 409]


def test_invite__expires_and_is_revoked(team, anyone, world, eve2):
    old, revoked, good = team.invite(), team.invite(), team.invite(uses=7, expires_in_hours=24)
    world.database.run("UPDATE team_invites SET expires_at = clock_timestamp() - interval '1 second' WHERE id = %s", (old["id"],))
    team.owner.client.request("DELETE", f"{team.path}/invites/{revoked['id']}", expect=204)
    team.owner.client.request("DELETE", f"{team.path}/invites/{revoked['id']}", expect=404)
    for code in (old["code"], revoked["code"], "A" * 20, good["code"].lower(), good["id"]):
        team.join(eve2, code, expect=404)
    shown, = team.owner.client.get(f"{team.path}/invites", expect=200).json["data"]
    assert shown == {name: good[name] for name in ("id", "uses_left", "created_at", "expires_at")}
    team.join(eve2, good["code"])
    assert team.owner.client.get(f"{team.path}/invites").json["data"][0]["uses_left"] == 6


def test_invite__the_code_is_nowhere(team, world):
    code = team.invite()["code"]
    for (table,) in world.database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        assert world.database.rows(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s", (f"%{code}%",)) == [(0,)], table
    assert len({team.invite()["code"] for _ in range(20)}) == 20


def test_invite__members_may_not(team, anyone):
    manager, member = team.member(anyone, "manager"), team.member(anyone)
    invite = team.invite(by=manager)
    assert team.invite(by=member, expect=403)["code"] == "forbidden"
    assert member.client.get(f"{team.path}/invites", expect=403).code == "forbidden"
    assert member.client.request("DELETE", f"{team.path}/invites/{invite['id']}", expect=403).code == "forbidden"
    manager.client.request("DELETE", f"{team.path}/invites/{invite['id']}", expect=204)


def test_roles__only_the_owner_gives_them(team, anyone):
    manager, member = team.member(anyone, "manager"), team.member(anyone)
    for person in (manager, member):
        for other in (manager, member, team.owner):
            role = {"manager": "member"}.get(team.roles()[other.id], "manager")
            assert team.give(other, role, by=person, expect=403).code == "forbidden"
    assert team.give(team.owner, "member", expect=409).code == "owner_stays"
    assert team.give(Learner(anyone), "manager", expect=404).code == "not_found"
    team.give(manager, "member")
    assert sorted(team.roles().values()) == ["member", "member", "owner"]


def test_hand_over(team, anyone):
    member = team.member(anyone)
    team.give(member, "owner")
    assert team.roles() == {member.id: "owner", team.owner.id: "manager"}
    assert team.give(member, "member", expect=403).code == "forbidden"
    assert team.remove(member, by=member, expect=409).code == "owner_stays"
    team.remove(team.owner, by=team.owner)
    assert set(team.members(member)) == {member.id}


def test_hand_over__to_two_at_once_leaves_one_owner(team, anyone):
    people = [team.member(anyone) for _ in range(2)]
    for _ in range(5):
        at_once(2, lambda number: team.give(people[number], "owner", expect=(200, 403)))
        roles = team.roles()
        assert sorted(roles.values()).count("owner") == 1, roles
        owner = next(person for person in people if roles[person.id] == "owner")
        team.give(team.owner, "owner", by=owner)
        for person in people:
            team.give(person, "member")


def test_hand_over__to_one_who_leaves_at_once(team, anyone):
    for _ in range(5):
        person = team.member(anyone)
        at_once(2, lambda number, person=person: team.give(person, "owner", expect=(200, 404)) if number
                else team.remove(person, by=person, expect=(204, 409)))
        owners = [user for user, role in Team.roles(team).items() if role == "owner"]
        assert len(owners) == 1
        if owners == [person.id]:
            team.give(team.owner, "owner", by=person)


def test_remove(team, anyone):
    manager, other, member = team.member(anyone, "manager"), team.member(anyone, "manager"), team.member(anyone)
    for person, by in ((team.owner, manager), (other, manager), (manager, member)):
        assert team.remove(person, by=by, expect=403).code == "forbidden"
    team.remove(member, by=manager)
    assert team.remove(member, by=manager, expect=404).code == "not_found"
    member.client.get(team.path, expect=404)
    team.remove(manager, by=team.owner)
    team.remove(other, by=other)
    assert team.remove(Learner(anyone), by=team.owner, expect=404).code == "not_found"
    assert team.owner.client.get(team.path).json["member_count"] == 1
    team.remove(team.owner, by=team.owner)
    team.owner.client.get(team.path, expect=404)


def test_several_teams(learner, anyone):
    teams = [Team(learner) for _ in range(3)]
    other = Team(Learner(anyone))
    other.join(learner)
    pages, cursor = [], None
    while cursor is not None or not pages:
        page = learner.client.get("/v1/teams", query={"limit": 3, **({"cursor": cursor} if cursor else {})}, expect=200).json
        pages += page["data"]
        cursor = page["next_cursor"]
    assert [made["id"] for made in pages] == [made.id for made in (other, *reversed(teams))]
    assert learner.client.get(f"/v1/teams/{other.id}", expect=200).json["role"] == "member"


def test_others__see_nothing(team, eve2):
    for method, path, body in (("GET", "", None), ("PATCH", "", {"name": "x"}), ("DELETE", "", None), ("GET", "/members", None),
                               ("POST", "/invites", {}), ("GET", "/invites", None), ("DELETE", f"/members/{team.owner.id}", None),
                               ("PATCH", f"/members/{team.owner.id}", {"role": "member"}), ("DELETE", f"/invites/{uuid.uuid4()}", None)):
        options = {} if body is None else {"value": body}
        assert eve2.client.request(method, team.path + path, expect=404, **options).code == "not_found"


def test_names__pseudonyms_unless_shared(team, anyone):
    """Also for the owner."""
    quiet, open_one = team.member(anyone), team.member(anyone, share_name=True)
    for person in (quiet, open_one):
        person.client.patch("/v1/me", {"display_name": f"Known as {person.id[-4:]}"}, expect=200)
    seen = team.members()
    assert seen[open_one.id]["display_name"] == f"Known as {open_one.id[-4:]}"
    assert seen[quiet.id]["display_name"] == quiet.client.get(team.path).json["pseudonym"]
    assert seen[quiet.id]["display_name"].startswith("Member ") and not seen[quiet.id]["share_name"]
    path = f"{team.path}/members/{quiet.id}"
    assert team.owner.client.patch(path, {"share_name": True}, expect=403).code == "forbidden"
    assert quiet.client.patch(path, {"share_name": True}, expect=200).json["display_name"] == f"Known as {quiet.id[-4:]}"
    quiet.client.patch(path, {"share_name": False}, expect=200)
    assert team.members()[quiet.id]["display_name"].startswith("Member ")
    assert len({member["display_name"] for member in seen.values()}) == 3


def test_limits(team, anyone, world, eve2):
    teams = [Team(eve2) for _ in range(TEAMS_MAX - 1)]
    team.join(eve2)
    assert eve2.client.post("/v1/teams", {"name": "One more"}, expect=409).code == "too_many"
    other = Team(Learner(anyone))
    assert other.join(eve2, expect=409).code == "too_many"
    teams[0].remove(eve2, by=eve2)
    other.join(eve2)
    for limit, expect in ((MEMBERS_MAX, 409), (MEMBERS_MAX - 1, 200)):
        world.database.run("UPDATE teams SET member_count = %s WHERE id = %s", (limit, team.id))
        reply = team.join(Learner(anyone), expect=expect)
        assert expect == 200 or reply.code == "team_full"
    last, code = Team(Learner(anyone)), None
    for _ in range(INVITES_MAX):
        code = last.invite()["code"]
    assert last.invite(expect=409)["code"] == "too_many"
    last.join(Learner(anyone), code)
    last.invite()


def test_audit(team, anyone, admin):
    manager = team.member(anyone)
    team.give(manager, "manager")
    manager.client.patch(f"{team.path}/members/{manager.id}", {"share_results": True}, expect=200)
    manager.client.patch(f"{team.path}/members/{manager.id}", {"share_results": True}, expect=200)
    invite = team.invite(by=manager)
    manager.client.request("DELETE", f"{team.path}/invites/{invite['id']}", expect=204)
    manager.client.patch(team.path, {"name": "x"}, expect=200)
    team.remove(manager, by=team.owner)
    member = team.member(anyone)
    team.remove(member, by=member)
    team.owner.client.request("DELETE", team.path, expect=204)
    events = [event for who in (team.owner, manager, member)
              for event in admin.client.get("/v1/audit", query={"actor_id": who.id, "limit": 100}).json["data"]]
    mine = [event for event in events if event["detail"].get("team") == team.id]
    assert sorted(event["event"] for event in mine) == sorted(
        ["team.created", "team.invited", "team.joined", "team.role_changed", "team.sharing_changed", "team.invited", "team.invite_revoked", "team.changed",
         "team.removed", "team.invited", "team.joined", "team.left", "team.deleted"])
    changed, = [event for event in mine if event["event"] == "team.role_changed"]
    assert (changed["actor_id"], changed["subject_id"]) == (team.owner.id, manager.id)
    assert (changed["detail"]["from"], changed["detail"]["to"]) == ("member", "manager")


def test_erasure__the_oldest_manager_inherits(team, anyone):
    member, manager = team.member(anyone), team.member(anyone, "manager")
    team.owner.client.request("DELETE", "/v1/me", expect=204)
    assert {user: seen["role"] for user, seen in team.members(manager).items()} == {member.id: "member", manager.id: "owner"}
    assert manager.client.get(team.path).json["member_count"] == 2
    manager.client.request("DELETE", "/v1/me", expect=204)
    assert member.client.get(team.path, expect=200).json["role"] == "owner"
    member.client.request("DELETE", "/v1/me", expect=204)


def test_erasure__of_most_at_once(team, anyone, world):
    """Whoever is left owns the team, and all are counted."""
    members = [team.member(anyone) for _ in range(6)]
    at_once(5, lambda number: [team.owner, *members][number].client.request("DELETE", "/v1/me", expect=204))
    left = members[4:]
    assert world.database.rows("SELECT member_count FROM teams WHERE id = %s", (team.id,)) == [(2,)]
    assert sorted(seen["role"] for seen in team.members(left[0]).values()) == ["member", "owner"]


def test_erasure__of_the_last_one_ends_the_team(team, world):
    team.owner.client.request("DELETE", "/v1/me", expect=204)
    assert world.database.rows("SELECT count(*) FROM teams WHERE id = %s", (team.id,)) == [(0,)]
