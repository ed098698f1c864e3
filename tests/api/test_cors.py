"""Cross-origin requests of browsers: pages of the listed origins may call, all others are told nothing."""
import pytest

from support_py.client import Client
from support_py.contract import printed_contract
from support_py.learner import Learner
from support_py.program import Server, quizd

GOOD, ALSO_GOOD = "https://app.example", "http://localhost:5173"
SETTING = f"{GOOD}, {ALSO_GOOD},"
BAD = ["https://evil.example", "https://app.example.evil.example", "https://app.example:8443", "http://app.example", "null", "*",
       "https://APP.example", "https://app.example/", "https://sub.app.example", "app.example", "https://app.example, https://evil.example"]
PATHS = printed_contract().paths()


@pytest.fixture(scope="module")
def open_server(scratch, world):
    server = Server(scratch, world.database.url, key=world.server.key, name="cors", QUIZD_CORS_ORIGINS=SETTING)
    yield server
    status = server.stop()
    assert status == 0


@pytest.fixture(scope="module")
def client(open_server):
    return Client(open_server.port, printed_contract())


def told(reply):
    return {name.lower(): value for name, value in reply.headers.items() if name.lower().startswith("access-control-")}


def preflight(client, path, origin, method="GET"):
    headers = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}
    return client.request("OPTIONS", path, headers=headers, expect=204)


@pytest.mark.parametrize("origin", [GOOD, ALSO_GOOD])
@pytest.mark.parametrize("path", PATHS)
def test_cors__preflight(client, path, origin):
    real = path.replace("{bank}", "aws-dva-c01").replace("{position}", "1").replace("{", "").replace("}", "")
    reply = preflight(client, real, origin)
    answer = told(reply)
    assert answer.pop("access-control-allow-methods") == reply.headers["Allow"]
    fields = answer.pop("access-control-allow-headers").lower().split(", ")
    assert {"authorization", "content-type", "idempotency-key", "if-match", "if-none-match"} == set(fields)
    assert answer == {"access-control-allow-origin": origin, "access-control-max-age": "600"}
    assert reply.headers["Vary"] == "Origin"


@pytest.mark.parametrize("origin", BAD)
def test_cors__preflight_of_others(client, origin):
    reply = preflight(client, "/v1/me", origin)
    assert told(reply) == {} and reply.headers["Vary"] == "Origin"


def test_cors__replies_good_and_bad(client, world):
    person = Learner(client)
    for path, status, token in (("/v1/me", 200, person.tokens["access_token"]), ("/v1/me", 401, None), ("/v1/nothing", 404, None)):
        reply = client.get(path, token=token, headers={"Origin": GOOD}, expect=status)
        answer = told(reply)
        exposed = set(answer.pop("access-control-expose-headers").split(", "))
        assert {"ETag", "Idempotency-Replayed", "Retry-After", "X-Request-Id"} <= exposed
        assert answer == {"access-control-allow-origin": GOOD} and reply.headers["Vary"] == "Origin"
    refused = client.post("/v1/auth/token", {"grant_type": "x"}, headers={"Origin": ALSO_GOOD}, expect=422)
    assert told(refused)["access-control-allow-origin"] == ALSO_GOOD


@pytest.mark.parametrize("origin", [*BAD, None])
def test_cors__others_are_served_and_told_nothing(client, origin):
    """It is the browser that keeps the reply from the page; a program needs no permission."""
    reply = client.get("/v1/banks", headers={"Origin": origin}, expect=401)
    assert told(reply) == {} and reply.headers["Vary"] == "Origin"


def test_cors__no_credentials(client):
    assert "access-control-allow-credentials" not in told(preflight(client, "/v1/me", GOOD))


def test_cors__nothing_is_allowed_by_default(anyone):
    reply = preflight(anyone, "/v1/me", GOOD)
    assert told(reply) == {} and reply.headers["Vary"] is None


@pytest.mark.parametrize("setting", ["*", "null", "https://*.example", "app.example", "https://app.example/", "https://app.example/x", "ftp://a.example",
                                     "https://", "https://app.example:443", "http://app.example:80", "https://app.example:0", "https://app.example:99999",
                                     "https://app.example:x", "https://App.example", "https://a.example,,https://b.example", ",",
                                     "https://user@a.example", ",".join(f"https://a{n}.example" for n in range(33))])
def test_cors__settings_that_are_refused(world, setting):
    done = quizd("serve", DATABASE_URL=world.database.url, QUIZD_LISTEN="127.0.0.1:0", QUIZD_JWT_KEY_FILE=str(world.server.key.path),
                 QUIZD_CORS_ORIGINS=setting)
    assert done.returncode == 1 and "QUIZD_CORS_ORIGINS" in done.stderr


@pytest.mark.parametrize("count", [31, 32])
def test_cors__number_of_origins(scratch, world, count):
    setting = ",".join(f"https://a{n}.example" for n in range(count))
    server = Server(scratch, world.database.url, name=f"cors-{count}", QUIZD_CORS_ORIGINS=setting)
    try:
        reply = preflight(Client(server.port, printed_contract()), "/v1/me", f"https://a{count - 1}.example")
        assert told(reply)["access-control-allow-origin"]
        assert server.stop() == 0
    finally:
        server.kill()
