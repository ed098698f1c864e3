"""GET /metrics on the listener for the operator: counters of the lanes as Prometheus reads them."""
import re

import pytest

from support_py import bank as banks
from support_py import contract, wire
from support_py.client import Client
from support_py.learner import Learner
from support_py.program import Server, wait_until

SAMPLE = re.compile(r'^([a-z_]+)(?:\{([a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*)\})? (\d+(?:\.\d+)?)$')


@pytest.fixture(scope="module")
def metered(scratch, world):
    server = Server(scratch, world.database.url, name="metered", QUIZD_ADMIN_LISTEN="127.0.0.1:0")
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def admin_port(metered):
    return metered.find("serve.metrics")["port"]


def ask(port, method="GET", path="/metrics"):
    with wire.connect(port) as connection:
        connection.sendall(wire.request(method, path))
        return wire.read_reply(connection)


def read(port):
    """The samples by name and labels; each line is a sample or a comment."""
    reply = ask(port)
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/plain; version=0.0.4"
    found = {}
    for line in reply.body.decode().splitlines():
        if not line.startswith("# "):
            name, labels, value = SAMPLE.match(line).groups()
            assert (name, labels) not in found
            found[name, labels] = float(value)
    return found


def quiet(port):
    """The samples when nothing is going on: a request is counted until shortly after its reply."""
    found = read(port)
    return found if found["quizd_requests_in_flight", None] == 0 and found["quizd_lane_queue_length", 'lane="write"'] == 0 else None


def test_metrics__count_what_was_done(metered, admin_port, aws):
    before = read(admin_port)
    learner = Learner(Client(metered.port, contract.printed_contract()))
    attempt = learner.start(aws.slug, size=3, feedback="deferred")
    response = banks.right(aws.find(attempt["items"][0]["question"]))
    for revision in range(1, 6):
        learner.answer(attempt, 1, response, revision)
    after = wait_until(lambda: quiet(admin_port), 60, "the end of what was asked")
    writes = 'lane="write"'
    assert after["quizd_lane_calls_total", writes] - before["quizd_lane_calls_total", writes] >= 6
    assert after["quizd_lane_executions_total", writes] <= after["quizd_lane_calls_total", writes]
    assert after["quizd_lane_batch_size_count", writes] == after["quizd_lane_batches_total", writes]
    assert after["quizd_lane_batch_size_sum", writes] == after["quizd_lane_calls_total", writes]
    assert after["quizd_lane_batch_size_bucket", writes + ',le="+Inf"'] == after["quizd_lane_batches_total", writes]
    assert after["quizd_lane_queue_length", writes] == 0
    assert after["quizd_requests_in_flight", None] == 0
    assert after["quizd_password_hashes_running", None] == after["quizd_password_hashes_waiting", None] == 0


def test_metrics__histogram_grows_along_its_buckets(admin_port):
    found = read(admin_port)
    for lane in ("read", "write"):
        buckets = [value for (name, labels), value in found.items()
                   if name == "quizd_lane_batch_size_bucket" and f'lane="{lane}"' in labels]
        assert buckets == sorted(buckets) and len(buckets) > 5


@pytest.mark.parametrize("method, path, status", [("GET", "/", 404), ("GET", "/metrics?x=1", 404), ("GET", "/v1/banks", 404),
                                                  ("GET", "/livez", 404), ("DELETE", "/metrics", 405)])
def test_metrics__nothing_else_is_there(admin_port, method, path, status):
    reply = ask(admin_port, method, path)
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"


def test_metrics__are_not_public(metered):
    assert ask(metered.port).status == 404
