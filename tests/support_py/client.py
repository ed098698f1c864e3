"""A client that keeps its connections open and holds every reply against the contract."""
import http.client
import json
import select
import socket
import threading
import time
import urllib.parse

LIMIT_S = 60
NOTHING = object()


class Reply:
    def __init__(self, method, path, status, headers, body):
        self.method, self.path, self.status, self.headers, self.body = method, path, status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["code"]

    def faults(self):
        """The faults of a problem, as (place, code)."""
        return [(fault.get("pointer", fault.get("parameter")), fault["code"]) for fault in self.json.get("errors", ())]

    def __repr__(self):
        return f"<{self.method} {self.path} → {self.status} {dict(self.headers)} {self.body[:2000]!r}>"


# A server closes what is idle for five seconds, perhaps in the moment in which a request is on its way: so it is not used again.
IDLE_S = 2


class Client:
    """One server, one caller. Every thread has a connection of its own. `current` gives the token where it changes with time."""

    def __init__(self, port, contract, token=None):
        self.port, self.contract, self.given = port, contract, token
        self.current = None
        self.local = threading.local()

    @property
    def token(self):
        return self.given if self.current is None else self.current()

    def as_user(self, token):
        return Client(self.port, self.contract, token)

    def request(self, method, path, value=NOTHING, *, body=None, headers=None, query=None, token=NOTHING, expect=None):
        """Sends `value` as JSON, or the bytes of `body`; `expect` is the status, or several, that the reply must have."""
        sent = {}
        if value is not NOTHING:
            body = json.dumps(value).encode()
        if body is not None:
            sent["Content-Type"] = "application/json"
        token = self.token if token is NOTHING else token
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        target = path if query is None else f"{path}?{query if isinstance(query, str) else urllib.parse.urlencode(query)}"
        reply = self.exchange(method, target, body, {**sent, **(headers or {})})
        self.contract.check(method, path, reply)
        if expect is not None:
            assert reply.status in (expect if isinstance(expect, tuple) else (expect,)), f"{expect} was expected: {reply}"
        return reply

    def exchange(self, method, target, body, headers):
        connection = self.connection()
        connection.request(method, target, body=body, headers={name: value for name, value in headers.items() if value is not None})
        response = connection.getresponse()
        reply = Reply(method, target, response.status, response.headers, response.read())
        self.local.used = time.monotonic()
        return reply

    def connection(self):
        """The thread's connection; a new one where the server has closed the last."""
        connection, now = getattr(self.local, "connection", None), time.monotonic()
        if connection is not None and connection.sock is not None and (
                now - self.local.used > IDLE_S or select.select([connection.sock], [], [], 0)[0]):
            connection.close()
        self.local.used = now
        if connection is None:
            connection = self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
        if connection.sock is None:
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def raw(self, data, method="GET", path="/"):
        """Sends bytes as they are on a connection of their own; `method` and `path` say how the reply is to be judged."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT_S) as connection:
            connection.sendall(data)
            response = http.client.HTTPResponse(connection, method=method)
            response.begin()
            reply = Reply(method, path, response.status, response.headers, response.read())
        self.contract.check(method, path, reply)
        return reply

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, value=NOTHING, **options):
        return self.request("POST", path, value, **options)

    def put(self, path, value=NOTHING, **options):
        return self.request("PUT", path, value, **options)

    def patch(self, path, value=NOTHING, **options):
        return self.request("PATCH", path, value, **options)
