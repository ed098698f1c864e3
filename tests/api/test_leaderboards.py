"""
Leaderboards: that ranks are what they are defined to be in every view, who stands on which board and who does not, windows, names,
and that whoever goes is gone. Points come from answers in some tests, and from their table in those about order.
"""
import concurrent.futures
import random
import uuid

import pytest

from support_py import bank as banks
from support_py import contract, program
from support_py.client import Client
from support_py.database import Database
from support_py.learner import Learner, answer_all
from support_py.points import take, worth
from support_py.program import Server, wait_until

pytestmark = pytest.mark.usefixtures("one_day")

FRESH_S = 5
BOARD = "/v1/banks/aws-dva-c01/leaderboard"
COMPARISON = "/v1/banks/aws-dva-c01/team-leaderboard"
WINDOWS = ("day", "week", "all")


class Place:
    """Two servers on one database, and people who are made in the table: they log in nowhere."""

    def __init__(self, directory):
        self.database = Database("boards")
        program.quizd_ok("migrate", DATABASE_URL=self.database.owner_url)
        program.quizd_ok("import", "bank", banks.AWS, DATABASE_URL=self.database.url)
        first = Server(directory, self.database.url, name="boards-1")
        self.servers = [first, Server(directory, self.database.url, key=first.key, name="boards-2")]
        self.anyone = Client(first.port, contract.printed_contract())
        self.second = Client(self.servers[1].port, contract.printed_contract())
        (self.bank_id,), = self.database.rows("SELECT id FROM banks")

    def learner(self):
        return Learner(self.anyone)

    def extra(self, count, give):
        """So many people on the bank's board; give(number) is [(days ago, points)]."""
        people = []
        with self.database.cursor() as cursor:
            for number in range(count):
                person = str(uuid.uuid4())
                people.append(person)
                cursor.execute("INSERT INTO users (id, email, email_key, display_name, role, password_hash) VALUES (%s, %s, %s, %s, 'learner', '-')",
                               (person, f"{person}@example.org", f"{person}@example.org", f"Person {number}"))
                for ago, points in give(number):
                    self.give(person, points, ago, cursor)
                cursor.execute("INSERT INTO board_members (user_id, bank_id, member_id, pseudonym, shares_name) "
                               "VALUES (%s, %s, gen_random_uuid(), 'A pseudonym', true)", (person, self.bank_id))
        return people

    def give(self, person, points, ago=0, cursor=None):
        statement = ("INSERT INTO points_days AS p (user_id, bank_id, day, questions, points, reached_at) "
                     "VALUES (%s, %s, (clock_timestamp() AT TIME ZONE 'UTC')::date - %s, ARRAY[1], %s, clock_timestamp() - %s * interval '1 day') "
                     "ON CONFLICT (user_id, bank_id, day) DO UPDATE SET points = p.points + excluded.points, reached_at = excluded.reached_at")
        (cursor.execute if cursor else self.database.run)(statement, (person, self.bank_id, ago, points, ago))

    def clear(self):
        self.database.run("DELETE FROM points_days; INSERT INTO board_departures SELECT member_id FROM board_members; DELETE FROM board_members")

    def close(self):
        try:
            for server in self.servers:
                assert server.stop() == 0
                assert not server.errors()
        finally:
            self.database.drop()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Place(tmp_path_factory.mktemp("boards"))
    yield made
    made.close()


@pytest.fixture
def clean(place):
    place.clear()
    return place


def view(person, path=BOARD, client=None, **query):
    return (client or person.client).get(path, query=query, expect=200, token=person.client.token).json


def pages(person, path=BOARD, limit=7, **query):
    """All entries, page by page."""
    found, cursor = [], None
    while cursor is not None or not found:
        page = view(person, path, limit=limit, **query, **({"cursor": cursor} if cursor else {}))
        found += page["data"]
        cursor = page["next_cursor"]
        assert page["has_more"] == (cursor is not None)
        if cursor is None:
            break
    return found


def until(check, what):
    """What every server must show soon."""
    return wait_until(check, FRESH_S + 2, what)


def total(person, **query):
    """How many are on the bank's board; None: it is being made."""
    reply = person.client.get(BOARD, query=query, expect=(200, 503))
    return reply.json["total"] if reply.status == 200 else None


def check_ranks(entries):
    for entry in entries:
        assert entry["rank"] == 1 + sum(other["points"] > entry["points"] for other in entries), entry
    assert [entry["points"] for entry in entries] == sorted((entry["points"] for entry in entries), reverse=True)


def join(person):
    person.client.put(f"{BOARD}/me", expect=204)


def leave(person):
    person.client.request("DELETE", f"{BOARD}/me", expect=204)


# --- a bank ---

@pytest.mark.parametrize("seed", range(3))
def test_bank__every_view_has_the_same_ranks_and_sums(clean, seed):
    chance = random.Random(f"views {seed}")
    clean.extra(40, lambda number: [(ago, chance.randint(1, 12) * 10) for ago in (0, 8, 400) if chance.random() < 0.7])
    me = clean.learner()
    join(me)
    clean.give(me.id, 60)
    expected = {window: clean.database.rows(
        "SELECT coalesce(sum(points), 0)::bigint, count(DISTINCT user_id) FROM points_days WHERE day >= CASE %s "
        "WHEN 'day' THEN (clock_timestamp() AT TIME ZONE 'UTC')::date "
        "WHEN 'week' THEN date_trunc('week', clock_timestamp() AT TIME ZONE 'UTC')::date ELSE '-infinity' END", (window,))[0]
        for window in WINDOWS}
    for window in WINDOWS:
        total, people = expected[window]
        for client in (clean.anyone, clean.second):
            until(lambda window=window, people=people, client=client:
                  (lambda seen: seen["total"] == people and seen["me"] and seen["me"]["points"] == 60)(view(me, window=window, client=client)),
                  f"all on the board ({window})")
        entries = pages(me, window=window)
        check_ranks(entries)
        assert (sum(entry["points"] for entry in entries), len(entries)) == (total, people)
        mine, = [entry for entry in entries if entry["is_me"]]
        assert view(me, window=window)["me"] == mine
        around = view(me, window=window, around="me", limit=5)
        assert mine in around["data"] and around["me"] == mine
        start = entries.index(around["data"][0])
        assert around["data"] == entries[start:start + len(around["data"])]
        assert view(me, client=clean.second, window=window, limit=100)["data"] == entries[:100]


def test_bank__ties_share_the_rank_and_who_was_first_stands_first(clean):
    people = clean.extra(6, lambda number: [])
    for person in (people[3], people[1], people[4]):
        clean.give(person, 50)
    for person in (people[0], people[5]):
        clean.give(person, 70)
    clean.give(people[2], 10)
    me = clean.learner()
    entries = until(lambda: (lambda data: data if len(data) == 6 else None)(view(me, window="day")["data"]), "six people")
    assert [(entry["rank"], entry["display_name"]) for entry in entries] == [
        (1, "Person 0"), (1, "Person 5"), (3, "Person 3"), (3, "Person 1"), (3, "Person 4"), (6, "Person 2")]


def test_bank__nobody_who_did_not_say_so(clean, aws):
    clean.extra(5, lambda number: [(0, 10)])
    me = clean.learner()
    first = worth(take(me, aws, size=3))
    until(lambda: view(me)["total"] == 5, "those who take part")
    seen = view(me)
    assert seen["me"] is None and not [entry for entry in seen["data"] if entry["is_me"]]
    join(me)
    mine = until(lambda: view(me, window="day")["me"], "me on the board")
    assert (mine["rank"], mine["points"], mine["is_me"]) == (1, first, True)
    assert until(lambda: view(me, client=clean.second)["me"], "me at the other server") == mine
    more = worth(take(me, aws, size=2, sections=["aws-s3"], unseen_first=True))
    until(lambda: view(me)["me"]["points"] == first + more, "what was answered since")


def test_bank__ten_above_and_ten_below(clean):
    clean.extra(30, lambda number: [(0, 100 * (number + 1))])
    me = clean.learner()
    join(me)
    clean.give(me.id, 1550)
    until(lambda: view(me)["total"] == 31, "all of them")
    around = view(me, around="me")
    assert [entry["is_me"] for entry in around["data"]] == [False] * 10 + [True] + [False] * 10
    assert around["me"]["rank"] == 16


def test_bank__who_goes_is_gone_around_others_at_once(clean):
    """Whatever is kept of names or of who asks: neither server shows him, or the name he took back, once he has the reply."""
    clean.extra(30, lambda number: [(0, 100 * (number + 1))])
    me, other = clean.learner(), clean.learner()
    for person, points in ((me, 1550), (other, 1560)):
        join(person)
        clean.give(person.id, points)
    clients = (clean.anyone, clean.second)
    other.client.put(f"{BOARD}/me", query={"share_name": "true"}, expect=204)
    until(lambda: all(view(me, client=client)["total"] == 32 for client in clients), "all of them")

    def names(client):
        return [entry["display_name"] for entry in view(me, client=client, around="me")["data"]]

    assert [names(client)[9] for client in clients] == ["Ada"] * 2
    other.client.patch("/v1/me", {"display_name": "Eve"}, expect=200)
    until(lambda: [names(client)[9] for client in clients] == ["Eve"] * 2, "the other name")
    join(other)
    assert [names(client)[9].partition(" ")[0] for client in clients] == ["Learner"] * 2
    leave(other)
    for client in clients:
        assert 1560 not in [entry["points"] for entry in view(me, client=client, around="me")["data"]]
    leave(me)
    assert [view(me, client=client, around="me")["me"] for client in clients] == [None] * 2
    join(me)
    until(lambda: all(view(me, client=client, around="me")["me"] for client in clients), "me, as another member")
    assert [[entry["is_me"] for entry in view(me, client=client, around="me")["data"]].count(True) for client in clients] == [1] * 2


def test_bank__under_a_pseudonym_until_the_name_is_shared(clean):
    clean.extra(5, lambda number: [(0, 10)])
    me = clean.learner()
    join(me)
    clean.give(me.id, 20)
    name = until(lambda: view(me)["me"], "me")["display_name"]
    assert name.startswith("Learner ") and name != "Learner "
    for shares, shown in (("true", "Ada"), ("false", name)):
        me.client.put(f"{BOARD}/me", query={"share_name": shares}, expect=204)
        assert [view(me, client=client)["me"]["display_name"] for client in (clean.anyone, clean.second)] == [shown] * 2
    join(me)
    assert view(me)["me"]["display_name"] == name
    me.client.put(f"{BOARD}/me", query={"share_name": "perhaps"}, expect=422)


def test_bank__gone_at_once_when_leaving(clean):
    clean.extra(6, lambda number: [(0, 10 * number + 5)])
    me = clean.learner()
    join(me)
    clean.give(me.id, 20)
    until(lambda: all(view(me, client=client)["total"] == 7 for client in (clean.anyone, clean.second)), "seven people")
    before = [entry for entry in view(me)["data"] if not entry["is_me"]]
    leave(me)
    for client in (clean.anyone, clean.second):
        seen = view(me, client=client)
        assert seen["me"] is None and len(seen["data"]) == 6
    leave(me)
    until(lambda: all(view(me, client=client)["total"] == 6 for client in (clean.anyone, clean.second)), "six people")
    after = view(me)["data"]
    assert [(entry["display_name"], entry["points"]) for entry in after] == [(entry["display_name"], entry["points"]) for entry in before]
    check_ranks(after)
    join(me)
    assert until(lambda: view(me)["me"], "me again")["points"] == 20


def test_bank__erasure_shifts_ranks_only(clean):
    clean.extra(6, lambda number: [(0, 10 * number + 5)])
    me, gone = clean.learner(), clean.learner()
    join(gone)
    clean.give(gone.id, 30)
    until(lambda: all(view(me, client=client)["total"] == 7 for client in (clean.anyone, clean.second)), "seven people")
    before = view(me)["data"]
    place_of = next(entry for entry in before if entry["points"] == 30)
    gone.client.request("DELETE", "/v1/me", expect=204)
    for client in (clean.anyone, clean.second):
        assert place_of not in view(me, client=client)["data"]
        until(lambda client=client: view(me, client=client)["total"] == 6, "six people")
        assert view(me, client=client)["data"] == [
            {**entry, "rank": entry["rank"] - (entry["points"] < 30)} for entry in before if entry != place_of]


def test_bank__hidden_below_five(clean):
    clean.extra(3, lambda number: [(0, 10)])
    me = clean.learner()
    join(me)
    clean.give(me.id, 40)
    mine = until(lambda: view(me)["me"], "me")
    seen = until(lambda: (lambda seen: seen if seen["total"] == 4 else None)(view(me)), "four people")
    assert (seen["hidden"], seen["data"], seen["next_cursor"], mine["rank"]) == (True, [], None, 1)
    clean.extra(1, lambda number: [(0, 10)])
    seen = until(lambda: (lambda seen: seen if not seen["hidden"] else None)(view(me)), "five people")
    assert len(seen["data"]) == 5


def test_bank__points_that_are_taken_back(clean, aws):
    """As a regrade does: a recomputation is seen on the board. The others' points come from no answers."""
    clean.extra(5, lambda number: [(0, 10)])
    me = clean.learner()
    join(me)
    given = worth(take(me, aws, size=3))
    until(lambda: (view(me)["me"] or {}).get("points") == given, "points")
    clean.database.run("UPDATE answers SET credit_milli = 0 WHERE user_id = %s", (me.id,))
    assert "recomputed" in program.quizd("verify", "--recompute-points", DATABASE_URL=clean.database.owner_url).stdout
    until(lambda: view(me)["me"] is None and view(me)["total"] == 0, "none")


def test_bank__windows_turn(clean):
    """What was of today is of yesterday: moved in the table, as midnight would, while the clock of the bank goes on."""
    clean.extra(5, lambda number: [(0, 10 + number)])
    me = clean.learner()
    until(lambda: view(me, window="day")["total"] == 5, "five people")
    (other,), = clean.database.rows(
        "SELECT name FROM pg_timezone_names WHERE (clock_timestamp() AT TIME ZONE name)::date <> (clock_timestamp() AT TIME ZONE 'UTC')::date "
        "AND name LIKE 'Pacific/%%' ORDER BY (clock_timestamp() AT TIME ZONE name) DESC LIMIT 1")
    (is_later,), = clean.database.rows("SELECT (clock_timestamp() AT TIME ZONE %s)::date > (clock_timestamp() AT TIME ZONE 'UTC')::date", (other,))
    clean.database.run("UPDATE banks SET time_zone = %s", (other,))
    try:
        if is_later:
            until(lambda: total(me, window="day") == 0, "an empty board of the new day")
        until(lambda: total(me, window="all") == 5, "all of them")
    finally:
        clean.database.run("UPDATE banks SET time_zone = 'UTC'")
    until(lambda: total(me, window="day") == 5, "five people again")


def test_bank__half_a_board_is_not_shown(clean):
    """While all of it is read again, for another time zone, there is none."""
    clean.extra(5, lambda number: [(0, 10 + number)])
    me = clean.learner()
    until(lambda: view(me, window="all")["total"] == 5, "five people")
    with clean.database.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE points_days IN ACCESS EXCLUSIVE MODE")
        clean.database.run("UPDATE banks SET time_zone = 'Etc/GMT'")
        try:
            seen = set()
            until(lambda: seen.add(total(me, window="all")) or None in seen, "no board")
            assert seen <= {5, None}
        finally:
            cursor.execute("COMMIT")
            clean.database.run("UPDATE banks SET time_zone = 'UTC'")
    until(lambda: total(me, window="all") == 5, "five people again")


def test_bank__points_of_a_transaction_that_was_long(clean):
    """As of the sweeper, that ends many attempts at once: committed half a minute after their time."""
    person, = clean.extra(1, lambda number: [])
    me = clean.learner()
    first = until(lambda: view(me, window="all"), "a board")
    until(lambda: view(me, window="all")["as_of"] > first["as_of"], "a look after he joined")
    clean.database.run("UPDATE board_members SET changed_at = changed_at - interval '1 hour'")
    clean.database.run("INSERT INTO points_days (user_id, bank_id, day, questions, points, reached_at) "
                       "VALUES (%s, %s, (clock_timestamp() AT TIME ZONE 'UTC')::date, ARRAY[1], 10, clock_timestamp() - interval '30 seconds')",
                       (person, clean.bank_id))
    until(lambda: clean.database.run("NOTIFY quizd_boards") or view(me, window="all")["total"] == 1, "his points")  # looks follow one another


def test_bank__as_of(clean):
    me = clean.learner()
    first = view(me)
    assert (first["fresh_within_s"], first["window"]) == (5, "week")
    until(lambda: view(me)["as_of"] > first["as_of"], "a later board")
    (age,), = clean.database.rows("SELECT extract(epoch FROM clock_timestamp() - %s::timestamptz)", (view(me)["as_of"],))
    assert 0 <= age <= FRESH_S


@pytest.mark.parametrize("cursor", ["x", "1.2", "1.2.3", "1.2.0190c8f0-5c1e-7d63-9f3a-0123456789ab.4", ".."])
def test_bank__no_cursor(clean, cursor):
    me = clean.learner()
    assert me.client.get(BOARD, query={"cursor": cursor}, expect=422).faults() == [("cursor", "bad_format")]


# --- a team ---

class Team:
    def __init__(self, place, size, points=()):
        self.people = [place.learner() for _ in range(size)]
        self.owner = self.people[0]
        self.id = self.owner.client.post("/v1/teams", {"name": f"Team of {size}"}, expect=201).json["id"]
        self.path = f"/v1/teams/{self.id}/leaderboard"
        code = self.owner.client.post(f"/v1/teams/{self.id}/invites", {"uses": 20}, expect=201).json["code"]
        for person in self.people[1:]:
            person.client.post("/v1/teams/join", {"code": code}, expect=200)
        for person, given in zip(self.people, points):
            place.give(person.id, given)

    def publish(self, public=True):
        self.owner.client.patch(f"/v1/teams/{self.id}", {"public": public}, expect=200)


def test_team__shows_what_was_handed_in_right_away(clean, aws):
    team = Team(clean, 3)
    for person, choose in zip(team.people, (banks.right, banks.right, banks.wrong)):
        given = worth(take(person, aws, choose, size=2, seed="same"))
    for person in team.people:
        seen = view(person, team.path)
        assert [(entry["rank"], entry["points"]) for entry in seen["data"]] == [(1, given), (1, given), (3, 0)]
        assert seen["me"]["is_me"] and seen["me"] in seen["data"] and not seen["hidden"]
        assert all(entry["display_name"].startswith("Member ") for entry in seen["data"])
    team.owner.client.patch(f"/v1/teams/{team.id}/members/{team.owner.id}", {"share_name": True}, expect=200)
    assert "Ada" in [entry["display_name"] for entry in view(team.people[1], team.path)["data"]]


def test_team__windows_banks_and_pages(clean):
    team = Team(clean, 5, [10, 20, 20, 40, 50])
    clean.give(team.owner.id, 500, ago=8)
    for window, mine in (("day", 10), ("week", 10), ("all", 510)):
        entries = pages(team.owner, team.path, limit=2, window=window)
        check_ranks(entries)
        assert len(entries) == 5 and [entry["points"] for entry in entries if entry["is_me"]] == [mine]
        around = view(team.owner, team.path, window=window, around="me", limit=3)
        assert around["me"] in around["data"] and all(entry in entries for entry in around["data"])
        assert view(team.owner, team.path, window=window, bank="aws-dva-c01")["data"] == entries
    team.owner.client.get(team.path, query={"bank": "nothing"}, expect=404)


def test_team__is_the_same_as_the_bank_says(clean):
    """One person's points are the same on every board, and so are the sums."""
    team = Team(clean, 6, [10, 20, 30, 30, 50, 60])
    for person in team.people:
        join(person)
    until(lambda: view(team.owner, window="day")["total"] == 6, "six people")
    mine, of_bank = view(team.owner, team.path, window="day"), view(team.owner, window="day")
    assert [(entry["rank"], entry["points"], entry["is_me"]) for entry in mine["data"]] == \
        [(entry["rank"], entry["points"], entry["is_me"]) for entry in of_bank["data"]]


def test_team__of_others_and_after_leaving(clean):
    team = Team(clean, 3, [10, 20, 30])
    stranger = clean.learner()
    stranger.client.get(team.path, expect=404)
    team.people[2].client.request("DELETE", f"/v1/teams/{team.id}/members/{team.people[2].id}", expect=204)
    team.people[2].client.get(team.path, expect=404)
    assert [(entry["rank"], entry["points"]) for entry in view(team.owner, team.path)["data"]] == [(1, 20), (2, 10)]
    team.people[1].client.request("DELETE", "/v1/me", expect=204)
    assert [(entry["rank"], entry["points"]) for entry in view(team.owner, team.path)["data"]] == [(1, 10)]


def test_comparison__mean_of_the_best_five_active(clean):
    large, small, tiny = Team(clean, 8, [10, 20, 30, 40, 50, 60, 0, 0]), Team(clean, 5, [40] * 5), Team(clean, 4, [500] * 4)
    me = clean.learner()
    until(lambda: view(me, COMPARISON)["data"] == [], "nobody: no team has said that it takes part")
    for team in (large, small, tiny):
        team.publish()
    entries = until(lambda: (lambda data: data if len(data) == 2 else None)(view(me, COMPARISON)["data"]), "two teams")
    assert [(entry["rank"], entry["display_name"], entry["points"], entry["is_me"]) for entry in entries] == [
        (1, "Team of 8", 40, False), (1, "Team of 5", 40, False)]
    assert [entry["is_me"] for entry in view(small.owner, COMPARISON)["data"]] == [False, True]
    assert view(tiny.owner, COMPARISON)["me"] is None
    around = view(small.owner, COMPARISON, around="me")
    assert (around["me"]["display_name"], around["me"] in around["data"]) == ("Team of 5", True)
    clean.give(large.owner.id, 100)
    until(lambda: view(me, COMPARISON)["data"][0]["points"] == 58, "what was earned since")
    assert view(me, COMPARISON, window="all")["total"] == 2


def test_comparison__gone_at_once(clean):
    """Whatever is kept of sums: neither server shows a team, or the name it had, once that is over."""
    quiet, small, renamed = (Team(clean, 5, [points] * 5) for points in (40, 50, 60))
    clients = (clean.anyone, clean.second)
    for team, name in ((quiet, "Quiet"), (small, "Small"), (renamed, "Before")):
        team.owner.client.patch(f"/v1/teams/{team.id}", {"name": name, "public": True}, expect=200)

    def names(person=quiet.owner):
        return [[entry["display_name"] for entry in view(person, COMPARISON, client=client)["data"]] for client in clients]

    until(lambda: names() == [["Before", "Small", "Quiet"]] * 2, "three teams")
    renamed.owner.client.patch(f"/v1/teams/{renamed.id}", {"name": "After"}, expect=200)
    assert names() == [["After", "Small", "Quiet"]] * 2
    quiet.publish(False)
    assert names() == [["After", "Small"]] * 2
    assert [view(quiet.owner, COMPARISON, client=client)["me"] for client in clients] == [None] * 2
    small.people[4].client.request("DELETE", "/v1/me", expect=204)
    assert names() == [["After"]] * 2
    renamed.owner.client.request("DELETE", f"/v1/teams/{renamed.id}", expect=204)
    assert names() == [[]] * 2
    until(lambda: [view(quiet.owner, COMPARISON, client=client)["total"] for client in clients] == [0] * 2, "nobody")


def test_comparison__is_summed_once_for_all_who_ask(clean):
    """Held where it sums: one session waits, however many ask. They share what it finds, as of a time that is true."""
    team = Team(clean, 5, [40] * 5)
    team.publish()
    me = clean.learner()
    until(lambda: view(me, COMPARISON)["total"] == 1, "the team")
    sums = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'quizd scans' AND wait_event_type = 'Lock'"
    with clean.database.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE points_days IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SELECT clock_timestamp()")
        locked_at, = cursor.fetchone()
        try:
            with concurrent.futures.ThreadPoolExecutor(20) as pool:
                asked = [pool.submit(view, me, COMPARISON, window="day") for _ in range(20)]
                wait_until(lambda: clean.database.rows(sums) == [(1,)], 3, "one that sums")
                assert not [future for future in asked if future.done()]
                cursor.execute("INSERT INTO points_days SELECT user_id, bank_id, day + 1, questions, 40, reached_at FROM points_days")
                assert clean.database.rows(sums) == [(1,)]
                cursor.execute("COMMIT")
                seen = [future.result(20) for future in asked]
        finally:
            cursor.execute("ROLLBACK")
    as_of = sorted({reply["as_of"] for reply in seen})
    assert len(as_of) <= 2, "one more for who came when it was done"
    (is_after,), = clean.database.rows("SELECT %s::timestamptz >= %s", (as_of[0], locked_at))
    assert is_after
    later = until(lambda: (lambda reply: reply if reply["as_of"] > as_of[-1] else None)(view(me, COMPARISON, window="day")), "a later one")
    assert (later["data"][0]["points"], later["fresh_within_s"]) == (80, FRESH_S)


# --- what is implausible ---

def review(place, admin, **query):
    return admin.client.get(f"{BOARD}/review", query={"limit": 100, **query}, expect=200).json


def test_review__attempts_faster_than_anybody_reads(clean, aws):
    admin = Learner(clean.anyone, "admin", clean.database)
    fast, slow, guessing, few, offline = [clean.learner() for _ in range(5)]
    made = {}
    for person, size, choose, seconds in ((fast, 6, banks.right, 6), (slow, 6, banks.right, 13), (guessing, 6, banks.wrong, 3),
                                          (few, 4, banks.right, 3), (offline, 6, banks.right, 900)):
        made[person] = attempt = person.start(size=size)
        answer_all(person, aws, attempt, choose)
        assert attempt["id"] not in [entry["attempt_id"] for entry in review(clean, admin)["data"]], "what is open tells nothing"
        person.submit(attempt)
        clean.database.run("UPDATE attempts AS a SET started_at = w.last - %s * interval '1 second' FROM (SELECT max(recorded_at) AS last "
                           "FROM answers WHERE attempt_id = %s) AS w WHERE a.id = %s", (seconds, attempt["id"], attempt["id"]))
    entry, = review(clean, admin)["data"]
    assert (entry["attempt_id"], entry["user_id"], entry["answers"], entry["credit"], entry["answer_ms"]) == (
        made[fast]["id"], fast.id, 6, 1, 1000)
    second = fast.start(size=6)
    answer_all(fast, aws, second)
    fast.submit(second)
    page = review(clean, admin, limit=1)
    assert [page["data"][0]["attempt_id"], page["has_more"]] == [second["id"], True]
    assert review(clean, admin, limit=1, cursor=page["next_cursor"])["data"] == [entry]
    fast.client.get(f"{BOARD}/review", expect=403)
    for days, listed in ((29, True), (2, False)):
        clean.database.run("UPDATE answers SET recorded_at = recorded_at - %s * interval '1 day' WHERE attempt_id = %s", (days, second["id"]))
        clean.database.run("UPDATE attempts SET started_at = started_at - %s * interval '1 day' WHERE id = %s", (days, second["id"]))
        assert (second["id"] in [entry["attempt_id"] for entry in review(clean, admin)["data"]]) is listed
