"""HTTP as bytes on a socket: for requests that no client library would send, and for clients that are slow on purpose."""
import json
import re
import socket
import time

HEAD_END = b"\r\n\r\n"


class BrokenReply(Exception):
    """What came is not a sequence of whole HTTP/1.1 replies."""


class WireReply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:200]!r}>"


def parse_head(head):
    lines = head.decode("latin-1").split("\r\n")
    match = re.fullmatch(r"HTTP/1\.1 (\d{3}) [ -~]*", lines[0])
    if not match:
        raise BrokenReply(f"status line {lines[0]!r}")
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(": ")
        if not colon or not re.fullmatch(r"[A-Za-z0-9-]+", name) or name.lower() in headers:
            raise BrokenReply(f"header field {line!r}")
        headers[name.lower()] = value
    return int(match[1]), headers


def take_reply(data, is_head=False):
    """The first reply of `data` and the rest; None where it is not all there."""
    head, found, rest = data.partition(HEAD_END)
    if not found:
        return None
    status, headers = parse_head(head)
    length = 0
    if not is_head and status >= 200 and status not in (204, 304):
        length = int(headers["content-length"])
    if len(rest) < length:
        return None
    return WireReply(status, headers, rest[:length]), rest[length:]


def take_replies(data, heads=()):
    """All replies of a whole conversation; `heads` are the indexes of those to HEAD, interim ones counted."""
    replies = []
    while data:
        taken = take_reply(data, len(replies) in heads)
        if taken is None:
            raise BrokenReply(f"{len(replies)} replies, and then {data[:200]!r}")
        reply, data = taken
        replies.append(reply)
    return replies


def connect(port, limit_s=10):
    connection = socket.create_connection(("127.0.0.1", port), timeout=limit_s)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def send(connection, data):
    """Sends what the other side takes: it may have closed already."""
    try:
        connection.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


def read_to_end(connection, limit_s):
    """Everything until the other side closes; TimeoutError where it does not."""
    deadline = time.monotonic() + limit_s
    data = b""
    while True:
        connection.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            piece = connection.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            return data
        if not piece:
            return data
        data += piece


def read_reply(connection, limit_s=30):
    """One reply on a connection that may stay open; None where the other side closed without one."""
    deadline = time.monotonic() + limit_s
    data = b""
    while True:
        taken = take_reply(data)
        if taken is not None:
            return taken[0]
        connection.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            piece = connection.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            piece = b""
        if not piece:
            return None
        data += piece


def request(method, path, body=None, token=None, close=False, **headers):
    """The bytes of a good request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    if close:
        lines.append("Connection: close")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + HEAD_END + (body or b"")
