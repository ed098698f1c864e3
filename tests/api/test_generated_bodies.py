"""
Every operation with a body, with everything that can be wrong with a body: bytes, JSON, members, types, limits. Made from
openapi.json. No case gets as far as to change anything.
"""
import json

import pytest

from support_py import schemas
from support_py.contract import printed_contract

OPERATIONS = printed_contract().operations
WITH_BODY = [operation for operation in OPERATIONS if operation.body_schema]
WITHOUT_BODY = [operation for operation in OPERATIONS
                if not operation.body_schema and not operation.takes_file and operation.method in ("POST", "PUT", "PATCH", "DELETE")]
LIMIT = 64 * 1024


def send(examples, operation, body, **headers):
    example = examples[operation.name]
    client = example.person.client
    return client.request(operation.method, operation.path.format(**example.names), body=body, query=example.query,
                          headers={**example.headers, **headers})


def text_of(examples, operation):
    return json.dumps(examples[operation.name].body)


# What is no JSON text, or none that is taken; {} stands for a good body.
MALFORMED = {
    "nothing": b"", "blanks": b" \n ", "half": b'{"', "no JSON": b"hello", "single quotes": b"{'a': 1}",
    "a comment": b"{} /* here */",
    "a trailing comma": b'{"a": 1,}', "two values": b"{} {}", "NaN": b'{"a": NaN}', "a byte order mark": b"\xef\xbb\xbf{}",
    "a NUL behind": b"{}\0", "a NUL escape": b'{"a": "\\u0000"}', "a NUL in a name": b'{"a\\u0000b": 1}',
    "a raw NUL": b'{"a": "\0"}',
    "a lone surrogate": b'{"a": "\\ud800"}', "bad UTF-8": b'{"a": "\xff"}', "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "a UTF-8 surrogate": b'{"a": "\xed\xa0\x80"}', "UTF-16": '{"a": 1}'.encode("utf-16"), "a raw newline": b'{"a": "\n"}',
    "a number too large": b'{"a": 1e999}', "an integer too large": b'{"a": 99999999999999999999}',
    "a leading zero": b'{"a": 01}',
    "a member twice": b'{"a": 1, "a": 1}', "a member twice, escaped": b'{"a": 1, "\\u0061": 1}',
    "a member twice, deep": b'{"b": [{"a": 1, "a": 2}]}',
    "17 brackets": b"[" * 17 + b"]" * 17, "17 braces": b'{"a":' * 17 + b"1" + b"}" * 17, "30,000 brackets": b"[" * 30000,
    "60,000 closing brackets": b"]" * 60000, "brackets behind a string": b'["' + b'\\"' * 100 + b'"' + b"[" * 30000,
}


@pytest.mark.parametrize("kind", MALFORMED)
@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_malformed_json(examples, operation, kind):
    reply = send(examples, operation, MALFORMED[kind])
    assert (reply.status, reply.code) == (400, "malformed_json")


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_100_000_brackets(examples, operation):
    reply = send(examples, operation, b"[" * 100_000)
    assert (reply.status, reply.code) == (413, "payload_too_large")


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_no_object(examples, operation):
    for body in [b"[]", b"[{}]"]:
        reply = send(examples, operation, body)
        assert (reply.status, reply.code) == (422, "invalid_input")
        assert reply.faults() == [("", "wrong_type")]
    for body in [b'"text"', b"17", b"true", b"null"]:  # legal JSON texts, but no parser here takes a scalar
        reply = send(examples, operation, body)
        assert reply.status in (400, 422)


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_duplicate_of_a_real_member(examples, operation):
    text = text_of(examples, operation)
    name = next(iter(examples[operation.name].body))
    reply = send(examples, operation, f'{text[:-1]}, "{name}": 1}}'.encode())
    assert (reply.status, reply.code) == (400, "malformed_json")


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/json5", "application/jsonx", "text/json",
                                          "application/x-www-form-urlencoded",
                                          "multipart/form-data; boundary=x", "application/json; charset=latin1",
                                          "application/json, text/plain"])
@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_wrong_content_type(examples, operation, content_type):
    reply = send(examples, operation, text_of(examples, operation).encode(), **{"Content-Type": content_type})
    assert (reply.status, reply.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON", "application/json; charset=utf-8",
                                          "application/json;charset=UTF-8"])
@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_right_content_type(examples, operation, content_type):
    reply = send(examples, operation, text_of(examples, operation).encode(), **{"Content-Type": content_type})
    assert reply.status == operation.success


@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT])
@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_largest_body(examples, operation, size):
    reply = send(examples, operation, text_of(examples, operation).encode().ljust(size))
    assert reply.status == operation.success


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_body_too_large(examples, operation):
    reply = send(examples, operation, text_of(examples, operation).encode().ljust(LIMIT + 1))
    assert (reply.status, reply.code) == (413, "payload_too_large")
    assert reply.headers["Connection"] == "close"


@pytest.mark.parametrize("operation", WITHOUT_BODY, ids=str)
def test_body_where_none_is_taken(examples, operation):
    reply = send(examples, operation, b"{}")
    assert (reply.status, reply.code) == (400, "malformed_request")


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_unknown_member(examples, operation):
    body = {**examples[operation.name].body, "nonsense": 1, "a/b~c": 2}
    reply = send(examples, operation, json.dumps(body).encode())
    assert (reply.status, reply.code) == (422, "invalid_input")
    assert sorted(reply.faults()) == [("/a~1b~0c", "unknown"), ("/nonsense", "unknown")]


# Each answer of a bundle is judged alone (test_saving.py).
ALONE = {("put_answers", "/answers/0")}
MEMBERS = [(operation, *case) for operation in WITH_BODY for case in schemas.faults_of(operation, operation.body_schema)
           if (operation.name, case[1]) not in ALONE]


@pytest.mark.parametrize("operation,what,pointer,value,code", MEMBERS, ids=[f"{case[0]}-{case[1]}" for case in MEMBERS])
def test_wrong_member(examples, operation, what, pointer, value, code):
    body = schemas.with_value(examples[operation.name].body, pointer, value)
    reply = send(examples, operation, json.dumps(body, ensure_ascii=False).encode())
    assert (reply.status, reply.code) == (422, "invalid_input"), what
    assert (pointer, code) in reply.faults()


def required_of(operation):
    return operation.resolve(operation.body_schema).get("required", [])


@pytest.mark.parametrize("operation", filter(required_of, WITH_BODY), ids=str)
def test_all_faults_are_told_at_once(examples, operation):
    required = required_of(operation)
    reply = send(examples, operation, b"{}")
    assert (reply.status, reply.code) == (422, "invalid_input")
    assert sorted(reply.faults()) == sorted((f"/{name}", "required") for name in required)


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_no_more_than_32_faults_are_listed(examples, operation):
    reply = send(examples, operation, json.dumps({f"nonsense{i}": i for i in range(1000)}).encode())
    assert (reply.status, reply.code) == (422, "invalid_input")
    assert len(reply.faults()) == 32
