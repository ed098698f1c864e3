"""A team's heat map: who may see it, what is seen of whom, where the team is weak; and the list of attempts that went too fast."""
import pytest

from support_py import bank as banks
from support_py.learner import Learner, answer_all
from support_py.points import take

BANK = "aws-dva-c01"
SECTION = "aws-s3"


class Team:
    """Owner, manager and a member, with as many further members as are wanted."""

    def __init__(self, anyone, more=0):
        self.owner, self.manager, self.member, *self.others = self.people = [Learner(anyone) for _ in range(3 + more)]
        self.path = f"/v1/teams/{self.owner.client.post('/v1/teams', {'name': 'Map'}, expect=201).json['id']}"
        code = self.owner.client.post(f"{self.path}/invites", {"uses": 50}, expect=201).json["code"]
        for person in self.people[1:]:
            person.client.post("/v1/teams/join", {"code": code}, expect=200)
        self.owner.client.patch(f"{self.path}/members/{self.manager.id}", {"role": "manager"}, expect=200)

    def share(self, person, shares=True, by=None, expect=200):
        return (by or person).client.patch(f"{self.path}/members/{person.id}", {"share_results": shares}, expect=expect)

    def map(self, by=None, expect=200, **query):
        return (by or self.owner).client.get(f"{self.path}/weak-areas", query={"bank": BANK, **query}, expect=expect).json

    def row(self, **query):
        return next(row for row in self.map(**query)["data"] if row["section"]["path"] == SECTION)


def test_who_may_see_it(anyone, learner, world):
    """A role of the platform is none in a team."""
    team = Team(anyone)
    for person in (team.owner, team.manager):
        assert team.map(person)["member_count"] == 3
    team.map(team.member, expect=403)
    for outsider in (learner, Learner(anyone, "instructor", world.database)):
        team.map(outsider, expect=404)
    team.map(team.owner, expect=422, target="2")
    team.owner.client.get(f"{team.path}/weak-areas", expect=422)
    team.owner.client.get(f"{team.path}/weak-areas", query={"bank": "nothing"}, expect=404)


def test_nothing_of_those_who_do_not_agree(anyone, aws):
    """Below five there is no number; who agrees is seen, and is the only one seen; who takes it back is gone."""
    team = Team(anyone, more=2)
    for person in team.people[:4]:
        take(person, aws, banks.wrong, size=3, sections=[SECTION])
    before = team.map()
    assert before["members"] == [] and before["weakest"] == [] and all(row["team"] is None and row["cells"] == [] for row in before["data"])
    team.share(team.member)
    seen = team.row()
    assert (seen["team"]["members"], seen["cells"][0]["answers"], seen["team"]["mean"]) == (1, 3, seen["cells"][0]["mean"])
    assert seen["cells"][0]["mean"] == round(seen["cells"][0]["mean"], 4)
    shown, = team.map()["members"]
    assert (shown["user_id"], shown["is_me"]) == (team.member.id, False) and shown["display_name"].startswith("Member ")
    take(team.others[0], aws, banks.wrong, size=3, sections=[SECTION])
    assert team.row()["team"]["members"] == 1
    team.share(team.member, False)
    assert team.row()["team"] is None and team.map()["members"] == []
    team.share(team.member, by=team.owner, expect=403)


def test_five_are_a_mean(anyone, aws):
    team = Team(anyone, more=2)
    for person in team.people:
        take(person, aws, banks.wrong, size=4, sections=[SECTION], seed="five")
    reply = team.map()
    row = next(row for row in reply["data"] if row["section"]["path"] == SECTION)
    areas = [next(area for area in person.weak_areas(shape="tree")["data"] if area["section"]["path"] == SECTION) for person in team.people]
    assert row["cells"] == [] and row["team"]["members"] == 5 and row["team"]["label"] == "weak"
    assert row["team"]["mean"] == pytest.approx(sum(area["estimate"]["mean"] for area in areas) / 5, abs=7e-3)
    for name in ("mean", "probability_below_target"):
        assert round(row["team"][name], 2) == row["team"][name]
    assert reply["weakest"] and all(row["team"]["label"] == "weak" for row in reply["weakest"])
    assert all(under["section"]["path"].startswith(SECTION) for under in reply["weakest"])
    assert team.map(target="0.05")["weakest"] == []


def test_sections_without_questions(anyone, sample, world):
    team = Team(anyone)
    gaps = {row["path"]: row["question_count"] for row in team.owner.client.get(
        f"{team.path}/weak-areas", query={"bank": "sample"}, expect=200).json["without_questions"]}
    assert gaps == {"alpha": 2, "alpha/beta": 2, "gamma": 0, "empty": 0}


def test_review__for_who_leads_the_team(anyone, aws, learner):
    team = Team(anyone)
    attempt = team.member.start(size=6)
    answer_all(team.member, aws, attempt)
    assert team.owner.client.get(f"{team.path}/leaderboard/review", expect=200).json["data"] == [], "what is open tells nothing"
    team.member.submit(attempt)
    entry, = team.owner.client.get(f"{team.path}/leaderboard/review", expect=200).json["data"]
    assert (entry["attempt_id"], entry["user_id"]) == (attempt["id"], team.member.id) and entry["display_name"].startswith("Member ")
    second = team.manager.start(size=5)
    answer_all(team.manager, aws, second)
    team.manager.submit(second)
    page = team.manager.client.get(f"{team.path}/leaderboard/review", query={"limit": 1}, expect=200).json
    assert [page["data"][0]["attempt_id"], page["has_more"]] == [second["id"], True]
    assert team.owner.client.get(f"{team.path}/leaderboard/review", query={"limit": 1, "cursor": page["next_cursor"]},
                                 expect=200).json["data"] == [entry]
    team.member.client.get(f"{team.path}/leaderboard/review", expect=403)
    learner.client.get(f"{team.path}/leaderboard/review", expect=404)
