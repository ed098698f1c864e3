"""Requests a minute, for each user and each network, and whose address counts."""
import re

import pytest

from support_py import tokens
from support_py.client import Client
from support_py.contract import printed_contract
from support_py.learner import Learner
from support_py.program import Server
from test_concurrency import at_once

USER, NETWORK = 20, 50


@pytest.fixture(scope="module")
def start(scratch, world):
    """Servers with settings of their own, on the one database."""
    started = []

    def make(**settings):
        server = Server(scratch, world.database.url, key=world.server.key, name=f"limited-{len(started)}", **settings)
        started.append(server)
        return Client(server.port, printed_contract())

    yield make
    assert [server.stop() for server in started] == [0] * len(started)


def limit_of(reply):
    """The RateLimit fields as (policy, allowed, remaining)."""
    policy = re.fullmatch(r'"(\w+)";q=(\d+);w=60', reply.headers["RateLimit-Policy"])
    limit = re.fullmatch(r'"(\w+)";r=(\d+);t=(\d+)', reply.headers["RateLimit"])
    assert policy[1] == limit[1] and 0 <= int(limit[3]) <= 61
    return policy[1], int(policy[2]), int(limit[2])


def is_out(ask, policy):
    """Nothing is left. What has come back in the moment before is taken by the first; the next comes back much later."""
    return any(reply.status == 429 and refused(reply, policy) for reply in (ask() for _ in range(5)))


def refused(reply, policy):
    assert (reply.status, reply.code) == (429, "too_many_requests")
    assert limit_of(reply)[0] == policy and limit_of(reply)[2] == 0
    assert 1 <= int(reply.headers["Retry-After"]) <= 60
    return True


def test_user_limit(start, ada, eve):
    client = start(QUIZD_USER_REQUESTS=str(USER))
    token = ada.tokens["access_token"]
    left = [limit_of(client.get("/v1/me", token=token, expect=200))[2] for _ in range(USER)]
    assert left[0] == USER - 1 and left == sorted(left, reverse=True) and left[-1] <= 6  # some come back meanwhile
    replies = at_once(40, lambda _: client.get("/v1/me", token=token, expect=(200, 429)))
    assert sum(refused(reply, "user") for reply in replies if reply.status == 429) >= 30
    assert limit_of(client.get("/v1/me", token=eve.tokens["access_token"], expect=200)) == ("user", USER, USER - 1)
    assert "RateLimit" not in client.get("/livez", expect=200).headers


def test_user_limit_is_one_for_all_tokens_of_a_user(start, world, ada):
    client = start(QUIZD_USER_REQUESTS=str(USER))
    codes = [client.get("/v1/me", token=tokens.token_for(world.server.key, ada.id), expect=(200, 429)).status for _ in range(3 * USER)]
    assert codes.count(200) < USER + 10


def test_network_limit(start, ada):
    client = start(QUIZD_NETWORK_REQUESTS=str(NETWORK), QUIZD_TRUSTED_PROXIES="127.0.0.1")

    def ask(address, path="/v1/me", **options):
        return client.get(path, headers={"X-Forwarded-For": address}, **options)

    replies = [ask("203.0.113.1", expect=(401, 429)) for _ in range(2 * NETWORK)]
    assert replies[0].status == 401 and limit_of(replies[0]) == ("network", NETWORK, NETWORK - 1)
    assert sum(refused(reply, "network") for reply in replies if reply.status == 429) > NETWORK // 2
    assert is_out(lambda: ask("203.0.113.1, 127.0.0.1"), "network")
    assert is_out(lambda: ask("198.51.100.7, 203.0.113.1"), "network")  # what the client says itself does not count
    assert is_out(lambda: ask("203.0.113.1", path="/nowhere"), "network")
    assert ask("203.0.113.2", token=ada.tokens["access_token"], expect=200)
    for _ in range(2 * NETWORK):  # who looks after the service is not refused
        assert "RateLimit" not in ask("203.0.113.1", path="/livez", expect=200).headers
    ask("203.0.113.1", path="/readyz", expect=200)


def test_network_limit__options_count_too(start):
    """Else there would be a way to ask without end."""
    client = start(QUIZD_NETWORK_REQUESTS=str(NETWORK), QUIZD_TRUSTED_PROXIES="127.0.0.1")
    replies = [client.request("OPTIONS", "/v1/me", headers={"X-Forwarded-For": "203.0.113.4"}, expect=(204, 429)) for _ in range(2 * NETWORK)]
    assert limit_of(replies[0]) == ("network", NETWORK, NETWORK - 1)
    assert sum(refused(reply, "network") for reply in replies if reply.status == 429) > NETWORK // 2


def test_network_limit_does_not_believe_just_anybody(start):
    client = start(QUIZD_NETWORK_REQUESTS=str(NETWORK))
    replies = [client.get("/v1/me", headers={"X-Forwarded-For": f"203.0.113.{number}"}, expect=(401, 429)) for number in range(2 * NETWORK)]
    assert sum(reply.status == 429 for reply in replies) > NETWORK // 2


def test_several_lines_of_x_forwarded_for_are_one_list(start):
    client = start(QUIZD_NETWORK_REQUESTS=str(NETWORK), QUIZD_TRUSTED_PROXIES="127.0.0.1,10.0.0.0/8")
    head = "GET /v1/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"

    def ask():
        return client.raw(f"{head}X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 10.1.1.1\r\n\r\n".encode(), "GET", "/v1/me")

    for _ in range(2 * NETWORK):
        ask()
    assert is_out(ask, "network")
    assert client.raw(f"{head}X-Forwarded-For: 203.0.113.8\r\nX-Forwarded-For: 10.1.1.1\r\n\r\n".encode(), "GET", "/v1/me").status == 401


def test_user_limit_comes_after_the_token(start):
    """A token that is none costs nobody's share."""
    client = start(QUIZD_USER_REQUESTS=str(USER))
    reply = client.get("/v1/me", token="no.good.token", expect=401)
    assert "RateLimit" not in reply.headers


def test_development_mode_has_no_limits(scratch, world, ada, tmp_path):
    server = Server(scratch, world.database.url, "--dev", key=world.server.key, name="limited-dev", QUIZD_USER_REQUESTS="1",
                    QUIZD_NETWORK_REQUESTS="1")
    client = Client(server.port, printed_contract())
    for _ in range(20):
        assert "RateLimit" not in client.get("/v1/me", token=ada.tokens["access_token"], expect=200).headers
    assert server.stop() == 0
