"""A team's leaderboard as it changes: event streams, where they go on after a break, how many there may be; and polls that wait."""
import concurrent.futures
import http.client
import json
import time

import pytest

from support_py import bank as banks
from support_py import contract, program
from support_py.client import Client
from support_py.database import Database
from support_py.learner import PASSWORD, Learner
from support_py.points import worth
from support_py.program import Server, wait_until

LIMIT_S = 20  # less than a poll may last
STREAMS, STREAMS_OF_USER = 3, 8


class Place:
    """A server and a team that is watched."""

    def __init__(self, directory):
        self.directory = directory
        self.database = Database("events")
        program.quizd_ok("migrate", DATABASE_URL=self.database.owner_url)
        program.quizd_ok("import", "bank", banks.AWS, DATABASE_URL=self.database.url)
        self.server = Server(directory, self.database.url, name="events", QUIZD_THREADS="64")
        self.aws = banks.Bank(banks.AWS)
        self.owner, self.member = [Learner(Client(self.server.port, contract.printed_contract())) for _ in range(2)]
        self.team = self.owner.client.post("/v1/teams", {"name": "Watchers"}, expect=201).json["id"]
        self.path = f"/v1/teams/{self.team}/leaderboard"
        code = self.owner.client.post(f"/v1/teams/{self.team}/invites", {}, expect=201).json["code"]
        self.member.client.post("/v1/teams/join", {"code": code}, expect=200)
        for person in (self.owner, self.member):
            person.client.local.connection.close()

    def beside(self, directory, **settings):
        """The same with another server."""
        other = Place.__new__(Place)
        server = Server(directory, self.database.url, key=self.server.key, name="events-2", **settings)
        other.__dict__.update(self.__dict__, server=server)
        other.client = Client(server.port, contract.printed_contract(), self.member.client.token)
        return other

    def earn(self, count=1):
        attempt = self.owner.start(size=count, unseen_first=True)
        for item in attempt["items"]:
            self.owner.answer(attempt, item["position"], banks.right(self.aws.find(item["question"])))
        self.owner.submit(attempt)
        self.owner.client.local.connection.close()
        return worth(attempt)


class Stream:
    """One that is open; each event is (id, board)."""

    def __init__(self, place, person=None, **headers):
        self.connection = http.client.HTTPConnection("127.0.0.1", place.server.port, timeout=LIMIT_S)
        token = (person or place.member).client.token
        self.connection.request("GET", f"{place.path}/events", headers={
            "Authorization": f"Bearer {token}", "Accept": "text/event-stream", **{name.replace("_", "-"): value for name, value in headers.items()}})
        self.response = self.connection.getresponse()

    def event(self):
        fields = {}
        for line in iter(self.response.readline, b""):
            if line == b"\n" and fields:
                return fields["id"], json.loads(fields["data"])
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.response.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Place(tmp_path_factory.mktemp("events"))
    yield made
    assert made.server.stop() == 0
    made.database.drop()


def test_stream__begins_with_the_board_and_follows_it(place):
    with Stream(place) as stream:
        assert (stream.response.status, stream.response.headers["Content-Type"]) == (200, "text/event-stream")
        assert stream.response.headers["Content-Length"] is None and stream.response.headers["Connection"] == "close"
        first_id, first = stream.event()
        assert first["version"] == first_id and first["total"] == 2 and first["me"]["is_me"]
        began = time.monotonic()
        earned = place.earn()
        second_id, second = stream.event()
        assert time.monotonic() - began < 5
        assert second_id != first_id
        assert second["data"][0]["points"] == first["data"][0]["points"] + earned
        now = place.member.client.get(place.path, expect=200).json
        place.member.client.local.connection.close()
        assert {**now, "as_of": 0} == {**second, "as_of": 0}


def test_stream__goes_on_where_it_was(place):
    with Stream(place) as stream:
        seen, _ = stream.event()
    with Stream(place, Last_Event_ID=seen) as stream:
        place.earn()
        event_id, board = stream.event()  # not the one that is known
        assert event_id != seen and board["version"] == event_id
    with Stream(place, Last_Event_ID="of another time") as stream:
        assert stream.event()[0] == event_id


@pytest.mark.parametrize("size", [63, 64, 65, 300])
def test_stream__length_of_the_last_id(place, size):
    """What it was once is not what it is now, however long, and whatever it begins with."""
    with Stream(place) as stream:
        known, _ = stream.event()
    with Stream(place, Last_Event_ID=known.ljust(size, "x")) as stream:
        event_id, board = stream.event()
        assert (event_id, board["version"]) == (known, known)
        place.earn()
        assert stream.event()[0] != known


def test_stream__one_event_for_who_asks_for_no_stream(place):
    for accept in ("*/*", "application/json, text/html;q=0.5"):
        reply = place.member.client.get(f"{place.path}/events", headers={"Accept": accept}, expect=200)
        assert reply.body.startswith(b"event: leaderboard\nid: ") and reply.body.endswith(b"}\n\n")
    with Stream(place, Accept="application/json, Text/Event-Stream; q=0.9") as stream:
        stream.event()
        place.earn()
        assert stream.event()


def can_open(place, streams):
    streams.append(Stream(place))
    return streams[-1].response.status == 200


def test_stream__has_a_heartbeat(place):
    """A comment, so that proxies and clients know that it lives."""
    began = time.monotonic()
    with Stream(place) as stream:
        stream.event()
        assert stream.response.readline() == b": still here\n"
        assert 1 < time.monotonic() - began < LIMIT_S


def test_stream__only_so_many_and_the_rest_is_served(place, tmp_path):
    """Three among eight workers; one whose client has gone makes room again."""
    crowded = place.beside(tmp_path, QUIZD_THREADS="8", QUIZD_STREAMS=str(STREAMS))
    streams = [Stream(crowded) for _ in range(STREAMS)]
    try:
        for stream in streams:
            assert stream.event()
        reply = crowded.client.get(f"{place.path}/events", headers={"Accept": "text/event-stream"}, expect=503)
        assert reply.code == "unavailable" and reply.headers["Retry-After"] == "5"
        version = crowded.client.get(place.path, expect=200).json["version"]
        began = time.monotonic()
        crowded.client.get(place.path, query={"since": version, "wait": 25}, expect=200)  # answered at once, not refused
        assert time.monotonic() - began < 5
        for _ in range(20):
            crowded.client.get("/v1/me", expect=200)
        streams.pop().__exit__()
        wait_until(lambda: can_open(crowded, streams), 2 * LIMIT_S, "a free place")
    finally:
        for stream in streams:
            stream.__exit__()
        assert crowded.server.stop() == 0


def test_stream__only_so_many_for_a_person(place):
    """The ninth is refused, its poll does not wait; others have places."""
    guest = guest_of(place)
    streams = [Stream(place, guest) for _ in range(STREAMS_OF_USER)]
    try:
        for stream in streams:
            assert stream.event()
        reply = guest.client.get(f"{place.path}/events", headers={"Accept": "text/event-stream"}, expect=429)
        assert (reply.code, reply.headers["Retry-After"]) == ("too_many_requests", "5")
        began = time.monotonic()
        version = guest.client.get(place.path, expect=200).json["version"]
        guest.client.get(place.path, query={"since": version, "wait": 25}, expect=200)
        assert time.monotonic() - began < 5
        with Stream(place) as stream:
            assert stream.event()
    finally:
        for stream in streams:
            stream.__exit__()
    guest.client.request("DELETE", f"/v1/teams/{place.team}/members/{guest.id}", expect=204)
    guest.client.local.connection.close()


def test_stream__ends_for_who_leaves_the_team(place):
    guest = Learner(Client(place.server.port, contract.printed_contract()))
    code = place.owner.client.post(f"/v1/teams/{place.team}/invites", {}, expect=201).json["code"]
    guest.client.post("/v1/teams/join", {"code": code}, expect=200)
    with Stream(place, guest) as stream:
        assert stream.event()[1]["total"] == 3
        guest.client.request("DELETE", f"/v1/teams/{place.team}/members/{guest.id}", expect=204)
        assert stream.event() is None
    guest.client.get(f"{place.path}/events", expect=404)
    for person in (guest, place.owner):
        person.client.local.connection.close()


def guest_of(place):
    """A new member of the team; the connections behind it are closed."""
    guest = Learner(Client(place.server.port, contract.printed_contract()))
    code = place.owner.client.post(f"/v1/teams/{place.team}/invites", {}, expect=201).json["code"]
    guest.client.post("/v1/teams/join", {"code": code}, expect=200)
    place.owner.client.local.connection.close()
    return guest


def log_out(place, guest):
    guest.client.request("POST", "/v1/auth/revoke", {"refresh_token": guest.tokens["refresh_token"]}, token=None, expect=204)


def change_password(place, guest):
    guest.client.post("/v1/me/password", {"current_password": PASSWORD, "new_password": PASSWORD + "!"}, expect=200)


def disable(place, guest):
    place.database.run("UPDATE users SET is_disabled = true WHERE id = %s", (guest.id,))


def give_another_role(place, guest):
    place.database.run("UPDATE users SET role = 'instructor' WHERE id = %s", (guest.id,))


@pytest.mark.parametrize("end", [log_out, change_password, disable, give_another_role])
def test_stream_and_poll__end_with_the_login(place, end):
    """A new request would be refused, so what lasts is, too."""
    guest = guest_of(place)
    version = guest.client.get(place.path, expect=200).json["version"]
    with Stream(place, guest) as stream, concurrent.futures.ThreadPoolExecutor(1) as pool:
        assert stream.event()
        waiting = pool.submit(guest.client.get, place.path, query={"since": version, "wait": 25})
        end(place, guest)
        began = time.monotonic()
        reply = waiting.result(LIMIT_S)
        assert (reply.status, reply.code) == (401, "invalid_token")
        assert stream.event() is None and time.monotonic() - began < LIMIT_S
    guest.client.request("DELETE", f"/v1/teams/{place.team}/members/{guest.id}", expect=401)
    place.owner.client.request("DELETE", f"/v1/teams/{place.team}/members/{guest.id}", expect=204)
    for person in (guest, place.owner):
        person.client.local.connection.close()


def test_stream__ends_when_the_server_does(place, tmp_path):
    other = place.beside(tmp_path)
    with Stream(other) as stream:
        stream.event()
        began = time.monotonic()
        assert other.server.stop() == 0
        assert time.monotonic() - began < 5
        assert stream.event() is None
        assert other.server.find("serve.stopped")["is_drained"]


def test_poll__waits_for_news(place):
    now = place.member.client.get(place.path, expect=200).json
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(place.member.client.get, place.path, query={"since": now["version"], "wait": 15}, expect=200)
        time.sleep(0.3)
        assert not waiting.done()
        place.earn()
        later = waiting.result(LIMIT_S).json
    assert later["version"] != now["version"] and later["data"][0]["points"] > now["data"][0]["points"]


def test_poll__does_not_wait_for_what_is_there_and_not_for_ever(place):
    began = time.monotonic()
    first = place.member.client.get(place.path, query={"since": "another", "wait": 25}, expect=200).json
    assert time.monotonic() - began < 5
    again = place.member.client.get(place.path, query={"since": first["version"], "wait": 1}, expect=200).json
    assert time.monotonic() - began < 5 and again["version"] == first["version"]
    stranger = Learner(Client(place.server.port, contract.printed_contract()))
    stranger.client.get(place.path, query={"since": first["version"], "wait": 25}, expect=404)
    for person in (stranger, place.member):
        person.client.local.connection.close()
