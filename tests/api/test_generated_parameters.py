"""Every operation with wrong queries, wrong ids in its path, other methods, HEAD and OPTIONS. Made from openapi.json."""
import json
import uuid

import pytest

from support_py.contract import printed_contract
from support_py.examples import encoded
from support_py.learner import ESTIMATES_S
from support_py.turns import clear_of

CONTRACT = printed_contract()
OPERATIONS = CONTRACT.operations
READS = [operation for operation in OPERATIONS if operation.method == "GET"]
WITH_QUERY = [operation for operation in OPERATIONS if operation.query_parameters()]
WITH_NAMES = [operation for operation in OPERATIONS if operation.names]
ALL_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def send(examples, operation, *, names=None, query=None, method=None, client=None):
    example = examples[operation.name]
    client = client or example.person.client
    method = method or operation.method
    has_body = example.body is not None and method in ("POST", "PUT", "PATCH")
    path = operation.path.format(**{**example.names, **(names or {})})
    body = {"body": encoded(example.body)} if has_body else {}
    return client.request(method, path, query=example.query if query is None else query, headers=example.headers, **body)


def refusal(reply):
    return reply.status, reply.code, reply.faults()


# --- query ---

@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_unknown_parameter(examples, operation):
    query = {**(examples[operation.name].query or {}), "nonsense": "1"}
    assert refusal(send(examples, operation, query=query)) == (422, "invalid_input", [("nonsense", "unknown")])


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_parameter_twice(examples, operation):
    names = [parameter["name"] for parameter in operation.query_parameters()] or ["nonsense"]
    for name in names:
        reply = send(examples, operation, query=f"{name}=1&{name}=1")
        assert refusal(reply) == (422, "invalid_input", [(name, "duplicate")])


@pytest.mark.parametrize("query", ["a=%", "a=%4", "a=%zz", "a=%00", "%00=a", "a=%ff", "a=%ed%a0%80", "a=b%c0%af"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_malformed_query(examples, operation, query):
    reply = send(examples, operation, query=query)
    assert (reply.status, reply.code) == (400, "malformed_request")


def bad_values(schema):
    kind = schema["type"]
    if "enum" in schema:
        yield "something else", "not_allowed"
    elif schema.get("format") in ("uuid", "date-time"):
        yield from [("x", "bad_format"), ("", "bad_format"), ("1", "bad_format")]
    elif kind == "boolean":
        yield from [("yes", "wrong_type"), ("", "wrong_type"), ("1", "wrong_type")]
    elif kind in ("integer", "number"):
        for value in ("x", "", " 1", "1 ", "0x1", "NaN", "[" * 500):
            yield value, "wrong_type"
        yield schema["maximum"] + 1, "too_large"
        yield schema["minimum"] - 1, "too_small"
        yield (1.5, "wrong_type") if kind == "integer" else ("0.1234", "bad_format")
    elif kind == "string" and schema.get("format") == "date-time":
        for value in ("x", "", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00", "1" * 500):
            yield value, "bad_format"
    elif kind == "string":
        yield "x" * (schema["maxLength"] + 1), "too_long"
        yield "\x07", "bad_format"
        if schema.get("minLength"):
            yield "", "too_short"
        if schema.get("format") == "slug":
            yield from [("No Slug", "bad_format"), ("-a", "bad_format"), ("ä", "bad_format")]


VALUES = [(operation, parameter["name"], value, code) for operation in WITH_QUERY for parameter in operation.query_parameters()
          for value, code in bad_values(operation.resolve(parameter["schema"]))]


@pytest.mark.parametrize("operation,name,value,code", VALUES, ids=[f"{case[0]}-{case[1]}-{case[2]!s:.12}" for case in VALUES])
def test_bad_value(examples, operation, name, value, code):
    query = {**(examples[operation.name].query or {}), name: value}
    assert refusal(send(examples, operation, query=query)) == (422, "invalid_input", [(name, code)])


@pytest.mark.parametrize("operation", WITH_QUERY, ids=str)
def test_required_parameters(examples, operation):
    required = [parameter["name"] for parameter in operation.query_parameters() if parameter["required"]]
    reply = send(examples, operation, query="")
    if required:
        assert refusal(reply) == (422, "invalid_input", [(name, "required") for name in required])
    else:
        assert reply.status == operation.success


# --- path ---

BAD_IDS = ["x", "1", "-", "00000000-0000-0000-0000-000000000000", "0190c8f0-5c1e-7d63-9f3a-0123456789a",
           "0190c8f0-5c1e-7d63-9f3a-0123456789abc",
           "0190C8F0-5C1E-7D63-9F3A-0123456789AB", "0190c8f05c1e7d639f3a0123456789ab", "g190c8f0-5c1e-7d63-9f3a-0123456789ab"]
BAD_NAMES = {"position": ["0", "-1", "x", "1.0", "01", "1e0", "101", "99999999999999999999", "9223372036854775808"],
             "version": ["0", "-1", "x", "1.0", "01", "99999999999999999999"],
             "bank": ["UPPER", "-aws", "aws_", "no-such-bank", "x" * 65, "..x"]}


def assert_no_such(reply, name):
    """What is named is not there; a number is a value, which is out of its range."""
    if name in ("position", "version"):
        assert (reply.status, [fault["parameter"] for fault in reply.json["errors"]]) == (422, [name]), reply
    else:
        assert (reply.status, reply.code) == (404, "not_found"), (name, reply)


@pytest.mark.parametrize("operation", WITH_NAMES, ids=str)
def test_ids_that_cannot_be(examples, operation):
    for name in operation.names:
        for value in BAD_NAMES.get(name, BAD_IDS):
            assert_no_such(send(examples, operation, names={name: value}), name)


@pytest.mark.parametrize("operation", WITH_NAMES, ids=str)
def test_unknown_ids(examples, operation):
    for name in operation.names:
        value = {"position": "100", "version": "1000", "bank": "another-bank"}.get(name, str(uuid.uuid4()))
        reply = send(examples, operation, names={name: value})
        assert_no_such(reply, "any version" if name == "version" else name)  # its number is within the range


OWNED = [operation for operation in WITH_NAMES if "bank" not in operation.names and "learner" in operation.roles]


@pytest.mark.parametrize("operation", OWNED, ids=str)
def test_what_belongs_to_somebody_else(eve, examples, operation):
    """It is as if it were not there."""
    reply = send(examples, operation, client=eve.client)
    assert (reply.status, reply.code) == (404, "not_found")
    other = send(examples, operation, client=eve.client, names={name: str(uuid.uuid4()) for name in operation.names if name.endswith("_id")})
    assert other.json["detail"] == reply.json["detail"]


@pytest.mark.parametrize("value", ["%31", "a%2fb", "a%00", "a b", "a;b", "é", "..", ".", ""])
@pytest.mark.parametrize("operation", WITH_NAMES, ids=str)
def test_path_that_no_path_can_be(ada, examples, operation, value):
    path = operation.path.format(**{**examples[operation.name].names, operation.names[-1]: value})
    head = ["Host: localhost", "Content-Length: 0", f"Authorization: Bearer {ada.tokens['access_token']}"]
    data = "\r\n".join([f"{operation.method} {path} HTTP/1.1", *head, "", ""])
    reply = ada.client.raw(data.encode(), operation.method, "/nowhere")
    assert reply.status in (400, 404)
    if value not in ("",):
        assert reply.code == "malformed_request"


# --- methods ---

def methods_of(path):
    """Not those of templates whose names fit the word: /v1/teams/join is never a team."""
    has = CONTRACT.paths()[path]
    return has | ({"HEAD"} if "GET" in has else set()) | {"OPTIONS"}


@pytest.mark.parametrize("path", CONTRACT.paths())
def test_other_methods(ada, examples, path):
    has = methods_of(path)
    real = path.format(**examples[next(operation.name for operation in OPERATIONS if operation.path == path)].names)
    for method in sorted(ALL_METHODS - has):
        reply = ada.client.request(method, real, body=b"{}" if method in ("POST", "PUT", "PATCH") else None)
        assert (reply.status, reply.method == "HEAD" or reply.code) == (405, reply.method == "HEAD" or "method_not_allowed")
        assert {word.strip() for word in reply.headers["Allow"].split(",")} == has


@pytest.mark.parametrize("path", CONTRACT.paths())
def test_options(anyone, examples, path):
    has = methods_of(path)
    real = path.format(**examples[next(operation.name for operation in OPERATIONS if operation.path == path)].names)
    reply = anyone.request("OPTIONS", real, expect=204)
    assert {word.strip() for word in reply.headers["Allow"].split(",")} == has


def test_preflight_of_a_browser_allows_nobody_by_default(anyone):
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    reply = anyone.request("OPTIONS", "/v1/me", headers=headers, expect=204)
    assert not [name for name in reply.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("method", ["CONNECT", "PROPFIND", "MKCOL"])
def test_method_of_another_protocol(anyone, method):
    reply = anyone.request(method, "/v1/me")
    assert (reply.status, reply.code) == (405, "method_not_allowed")


@pytest.mark.parametrize("method", ["BREW", "get", "TRACE"])
def test_word_that_is_no_method(anyone, method):
    """The HTTP library below does not read such a request at all."""
    reply = anyone.request(method, "/v1/me")
    assert (reply.status, reply.code) == (400, "malformed_request")


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/me/", "/v2/me", "/v1/banks/x/y", "/index.html", "/livez/x"])
def test_no_such_path(ada, path):
    for method in ("GET", "POST", "HEAD", "OPTIONS"):
        reply = ada.client.request(method, path)
        assert reply.status == (400 if path.endswith("/") and path != "/" else 404)


@pytest.mark.parametrize("operation", READS, ids=str)
def test_head_is_get_without_a_body(examples, operation):
    clear_of(ESTIMATES_S, 2)
    get = send(examples, operation)
    head = send(examples, operation, method="HEAD")
    assert head.status == get.status == operation.success
    assert head.body == b""
    for name in ("Content-Type", "ETag", "Cache-Control", "Content-Length", "Transfer-Encoding"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("operation", READS, ids=str)
def test_get_with_a_body(ada, examples, operation):
    path = operation.path.format(**examples[operation.name].names)
    reply = ada.client.request("GET", path, body=b"{}", query=examples[operation.name].query)
    assert (reply.status, reply.code) == (400, "malformed_request")


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_replies_must_not_be_kept(examples, operation):
    reply = send(examples, operation)
    assert reply.headers["Cache-Control"] == ("private, no-cache" if operation.security else "no-store")
