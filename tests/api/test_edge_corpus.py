"""
Raw requests over real sockets, good and bad: the corpus in tests/data/http (its README says how it is written). Whatever comes,
there is never more than one reply to one request; what is malformed is refused and the connection closed, so that what stands
behind it is never taken for a request; and the server goes on serving.
"""
import pathlib
import re
import socket

import pytest

from support_py import wire
from support_py.program import Server

CORPUS = pathlib.Path(__file__).resolve().parents[1] / "data/http"
NEXT = wire.request("GET", "/livez", close=True)
LIMIT_S = 15
ESCAPES = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}


class Case:
    def __init__(self, file, line, header, lines):
        expected, _, self.name = header.partition(" | ")
        *self.replies, self.end = expected.split()
        self.id = f"{file}:{line}: {self.name}"
        self.data = b"".join(decode(text) for text in lines)
        assert self.end in ("keep", "close", "short", "eof"), self.id


def decode(text):
    """The bytes that a line of the corpus stands for."""
    data = text.encode()
    ends = not data.endswith(b"\\c")
    data = re.sub(rb"\\x([0-9a-fA-F]{2})|\\([rnt0\\])", unescape, data if ends else data[:-2])
    data = re.sub(rb"\{([^{}]+?)\*(\d+)\}", lambda match: match[1] * int(match[2]), data)
    return data + (b"\r\n" if ends else b"")


def unescape(match):
    return bytes([int(match[1], 16)]) if match[1] else ESCAPES[match[2]]


def cases():
    for path in sorted(CORPUS.glob("*.txt")):
        case = None
        for number, line in enumerate(path.read_text().split("\n")[:-1], 1):
            if line.startswith("@ "):
                if case:
                    yield Case(path.stem, *case)
                case = (number, line[2:], [])
            elif case:
                case[2].append(line)
        yield Case(path.stem, *case)


CASES = list(cases())


@pytest.fixture(scope="module")
def edges(scratch, world):
    """By whether a case says less than it announces: a server that waits for nobody long, and one that waits for a machine that is busy."""
    limits = {True: ("hasty", "300", "1000"), False: ("patient", "5000", "5000")}
    servers = {}
    try:
        for is_short, (name, limit, idle) in limits.items():
            servers[is_short] = Server(scratch, world.database.url, name=f"edge-{name}", QUIZD_HEAD_TIMEOUT_MS=limit, QUIZD_BODY_TIMEOUT_MS=limit,
                                       QUIZD_IDLE_TIMEOUT_MS=idle)
        yield servers
        for server in servers.values():
            assert server.stop() == 0
            assert not server.errors()
    finally:
        for server in servers.values():
            server.kill()


def converse(port, case):
    """Sends the case, a good request behind it where it asks for one, and reads until the server closes."""
    with wire.connect(port) as connection:
        wire.send(connection, case.data + (NEXT if case.end in ("keep", "close") else b""))
        if case.end == "eof":
            connection.shutdown(socket.SHUT_WR)
        return wire.read_to_end(connection, LIMIT_S)


def fits(pattern, status):
    return status == pattern or (pattern == "4xx" and status[0] == "4")


def assert_statuses(replies, patterns):
    """Each pattern takes the next reply, or, where it may be missing, none."""
    left = [str(reply.status) for reply in replies]
    for pattern in patterns:
        wanted = pattern.rstrip("h?").split("/")
        if left and any(fits(one.rstrip("h"), left[0]) for one in wanted):
            left.pop(0)
        else:
            assert pattern.endswith("?"), f"{patterns} was expected, not {replies}"
    assert not left, f"{patterns} was expected, not {replies}"


def assert_refusal(reply, is_head):
    assert reply.headers["connection"] == "close", reply
    assert reply.headers["content-type"] == "application/problem+json", reply
    if not is_head:
        assert reply.json["status"] == reply.status and reply.json["request_id"] == reply.headers["x-request-id"], reply


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_edge__case(edges, case):
    edge = edges[case.end == "short"]
    heads = [index for index, pattern in enumerate(case.replies) if pattern.endswith("h")]
    replies = wire.take_replies(converse(edge.port, case), heads)
    assert_statuses(replies, [*case.replies, "200"] if case.end == "keep" else case.replies)
    if case.end != "keep" and replies and replies[-1].status >= 400:
        assert_refusal(replies[-1], len(replies) - 1 in heads)
    with wire.connect(edge.port) as connection:
        connection.sendall(NEXT)
        assert wire.read_reply(connection).status == 200, "the server does not serve any more"


def test_edge__corpus_is_there():
    assert len(CASES) >= 250
    assert len({case.name for case in CASES}) == len(CASES), "two cases of one name"
