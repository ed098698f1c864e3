"""
Every ceiling of include/base/limits.h and every limit of a request's shapes, one below, at, and one above. The first test holds the
list of what is tested where against the header: a new limit needs its line here.
"""
import json
import re
import urllib.parse
import uuid

import pytest

from support_py import wire
from support_py.contract import printed_contract
from support_py.examples import encoded
from support_py.learner import PASSWORD
from support_py.program import TOP, quizd
from support_py.schemas import type_of, with_value

HERE = "tests/api/test_limits.py"
# Where each limit is tested: file and the beginning of the test's name. CACHED_TOKENS and RATE_BUCKETS are rounded (tables of sets
# of eight): there the test is that never more is kept, however much comes.
TESTED = {
    "JSON_DEPTH": (HERE, "test_limit__json_depth"), "FAULTS": (HERE, "test_limit__faults"),
    "BODY_BYTES": ("tests/api/test_generated_bodies.py", "test_largest_body"),
    "REPLY_BYTES": ("tests/unit/json/test_reply_limit.c", "test_codec_encode_text__reply_limit"),
    "HEADERS": (HERE, "test_limit__headers"), "REQUEST_HEAD_BYTES": (HERE, "test_limit__request_head_bytes"),
    "PATH_BYTES": (HERE, "test_limit__path_bytes"), "QUERY_BYTES": (HERE, "test_limit__query_bytes"),
    "PARAMETERS": (HERE, "test_limit__parameters"),
    "PATH_SEGMENTS": ("tests/unit/http/test_router.c", "test_route_find__more_names_than_the_limit"),
    "IDEMPOTENCY_KEY_BYTES": ("tests/api/test_idempotency.py", "test_idempotency__form_of_a_key"),
    "ORIGINS": ("tests/api/test_cors.py", "test_cors__number_of_origins"),
    "TOKEN_BYTES": ("tests/unit/auth/test_token_claims.c", "test_token_verify__length_at_the_limit"), "EMAIL_BYTES": (HERE, "test_limit__email"),
    "PASSWORD_BYTES_MIN": (HERE, "test_limit__password"), "PASSWORD_BYTES": (HERE, "test_limit__password"),
    "PASSWORD_HASHES_AT_ONCE": ("tests/unit/auth/test_password_gate.c", "test_password_gate__as_many_as_may_wait"),
    "PASSWORD_HASHES_WAITING": ("tests/unit/auth/test_password_gate.c", "test_password_gate__one_more_is_told_to_come_back"),
    "HASH_MEMORY_KIB": ("tests/unit/auth/test_password.c", "test_password_verify__costs_at_the_limits"),
    "HASH_PASSES": ("tests/unit/auth/test_password.c", "test_password_verify__costs_at_the_limits"),
    "TOKEN_KEYS": ("tests/system/test_signing_keys.py", "test_sighup__as_many_keys_as_are_kept"),
    "TOKEN_KEY_BYTES_MIN": ("tests/unit/auth/test_token_key.c", "test_token_key_read__length_at_the_limits"),
    "TOKEN_KEY_BYTES": ("tests/unit/auth/test_token_key.c", "test_token_key_read__length_at_the_limits"),
    "EXTRA_TIME_PERCENT": (HERE, "test_limit__extra_time_percent"),
    "CACHED_TOKENS": ("tests/unit/auth/test_token_cache.c", "test_token_cache_put__is_bounded"),
    "REVOCATIONS": ("tests/unit/auth/test_revocation_set.c", "test_revocation_set_judge__full_is_not_no"),
    "RATE_BUCKETS": ("tests/unit/auth/test_rate_limit.c", "test_rate_limit_take__is_bounded"),
    "MAILS_WAITING": ("tests/unit/mail/test_mailer.c", "test_mailer_post__as_many_as_may_wait"),
    "DISPLAY_NAME": (HERE, "test_limit__of_a_body"), "ATTEMPT_ITEMS": (HERE, "test_limit__of_a_body"),
    "SECTIONS_CHOSEN": (HERE, "test_limit__of_a_body"), "SEED_BYTES": (HERE, "test_limit__of_a_body"),
    "SLUG_BYTES": (HERE, "test_limit__slug"), "OPTIONS": ("tests/unit/json/test_codec.c", "test_codec_decode__map_at_the_limit"),
    "NOTES_BYTES": ("tests/unit/bank/test_notes_recovery.c", "test_notes_parse__size_limit"),
    "NOTES_SECTIONS": ("tests/unit/bank/test_file_limits.c", "test_notes_parse__sections_around_the_limit"),
    "BANK_FILE_BYTES": ("tests/unit/bank/test_file_limits.c", "test_bank_file_read__bank_file_limit"),
    "DIAGNOSTICS": ("tests/unit/bank/test_diagnostic.c", "test_diagnostics_add__limit"),
    "TEAM_NAME": (HERE, "test_limit__of_a_body"), "INVITE_HOURS": (HERE, "test_limit__of_a_body"), "POLL_S": (HERE, "test_limit__of_a_query"),
    "TEAMS_OF_USER": ("tests/api/test_teams.py", "test_limits"), "TEAM_MEMBERS": ("tests/api/test_teams.py", "test_limits"),
    "STREAMS_OF_USER": ("tests/unit/api/test_streams.c", "test_streams_enter__as_many_as_one_may_have"),
    "TEAM_INVITES": ("tests/api/test_teams.py", "test_limits"),
    "EVENT_ID_BYTES": ("tests/api/test_events.py", "test_stream__length_of_the_last_id"),
    "FORMAT_ITEM_BYTES": ("tests/unit/formats/test_streams.c", "test_streams__limits"),
    "COMMENT": (HERE, "test_limit__of_a_body"), "REPORT": (HERE, "test_limit__of_a_body"),
    "DB_PARAMS": ("tests/unit/db/test_params_limit.c", "test_db_bind__"),
}
LIMIT = {name: eval(value, {"__builtins__": {}})
         for name, value in re.findall(r"^    LIMIT_(\w+) = ([\d *]+),", (TOP / "include/base/limits.h").read_text(), re.M)}
AROUND = (-1, 0, 1)


def test_every_limit_is_tested():
    assert set(LIMIT) == set(TESTED), "a limit without a test, or a test without a limit"
    for name, (path, test) in TESTED.items():
        assert re.search(rf"\b{test}", (TOP / path).read_text()), f"LIMIT_{name}: {path} has no {test}…"


def ask(server, head, close=True):
    """The reply to the bytes of a request, and whether the connection is closed after it."""
    with wire.connect(server.port) as connection:
        connection.sendall(head)
        return wire.read_reply(connection)


# --- the edge ---

@pytest.mark.parametrize("over", AROUND)
def test_limit__headers(server, over):
    fields = "".join(f"X-{number}: a\r\n" for number in range(LIMIT["HEADERS"] + over - 1))
    reply = ask(server, f"GET /livez HTTP/1.1\r\nHost: a\r\n{fields}\r\n".encode())
    assert reply.status == (431 if over > 0 else 200)


@pytest.mark.parametrize("over", AROUND)
def test_limit__request_head_bytes(server, over):
    start = b"GET /livez HTTP/1.1\r\nHost: a\r\n"
    left = LIMIT["REQUEST_HEAD_BYTES"] + over - len(start) - 2
    fields, number = b"", 0
    while left > 0:  # fields of 1,000 bytes, the last one what is left; none shorter than 20
        size = left if left < 1020 else 1000
        name = f"X-{number}: ".encode()
        fields += name + b"a" * (size - len(name) - 2) + b"\r\n"
        left, number = left - size, number + 1
    head = start + fields + b"\r\n"
    assert len(head) == LIMIT["REQUEST_HEAD_BYTES"] + over
    reply = ask(server, head)
    if over > 0:  # the library below refuses it without reading it
        assert reply.status in (400, 413, 431) and reply.headers["connection"] == "close", reply
    else:
        assert reply.status == 200, reply


@pytest.mark.parametrize("over", AROUND)
def test_limit__path_bytes(anyone, over):
    path = "/" + "a" * (LIMIT["PATH_BYTES"] + over - 1)
    anyone.get(path, expect=414 if over > 0 else 404)


@pytest.mark.parametrize("over", AROUND)
def test_limit__query_bytes(anyone, over):
    anyone.get("/livez", query="a" * (LIMIT["QUERY_BYTES"] + over), expect=414 if over > 0 else 422)


@pytest.mark.parametrize("over", AROUND)
def test_limit__parameters(anyone, over):
    query = "&".join(f"p{number}=1" for number in range(LIMIT["PARAMETERS"] + over))
    reply = anyone.get("/livez", query=query, expect=400 if over > 0 else 422)
    assert over > 0 or len(reply.faults()) == LIMIT["PARAMETERS"] + over


@pytest.mark.parametrize("over", AROUND)
def test_limit__json_depth(anyone, over):
    depth = LIMIT["JSON_DEPTH"] + over
    body = b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)
    anyone.post("/v1/auth/revoke", body=body, expect=400 if over > 0 else 422)


@pytest.mark.parametrize("over", AROUND)
def test_limit__faults(anyone, over):
    body = {f"m{number}": 1 for number in range(LIMIT["FAULTS"] + over - 1)}  # and refresh_token is missing
    reply = anyone.post("/v1/auth/revoke", body, expect=422)
    assert len(reply.faults()) == min(LIMIT["FAULTS"] + over, LIMIT["FAULTS"])


# --- identity ---

def register(anyone, expect, **changes):
    body = {"email": f"limit-{uuid.uuid4()}@example.org", "password": PASSWORD, "display_name": "Ada", **changes}
    return anyone.post("/v1/auth/register", body, expect=expect)


@pytest.mark.parametrize("over", AROUND)
def test_limit__email(anyone, over):
    size = LIMIT["EMAIL_BYTES"] + over
    local = uuid.uuid4().hex * 2
    domain = ".".join(["d" * 60] * 3)
    email = f"{local}@{domain}." + "e" * (size - len(local) - 1 - len(domain) - 1)
    assert len(email) == size
    reply = register(anyone, 422 if over > 0 else 201, email=email)
    assert over <= 0 or reply.faults()[0][0] == "/email"


@pytest.mark.parametrize("size,status", [(LIMIT["PASSWORD_BYTES_MIN"] + over, 422 if over < 0 else 201) for over in AROUND]
                         + [(LIMIT["PASSWORD_BYTES"] + over, 422 if over > 0 else 201) for over in AROUND])
def test_limit__password(anyone, size, status):
    """In bytes: of two-byte letters half as many."""
    register(anyone, status, password="x" * size)
    register(anyone, status, password="é" * (size // 2) + "x" * (size % 2))


@pytest.mark.parametrize("size,code", [(LIMIT["PASSWORD_BYTES_MIN"] + over, "too_short" if over < 0 else None) for over in AROUND]
                         + [(LIMIT["PASSWORD_BYTES"] + over, "too_long" if over > 0 else None) for over in AROUND])
@pytest.mark.parametrize("name", ["change_password", "reset_password"])
def test_limit__new_password(examples, name, size, code):
    operation = printed_contract().by_name[name]
    for password in ("x" * size, "é" * (size // 2) + "x" * (size % 2)):
        example = examples[name]
        body = {**example.body, "new_password": password}
        reply = example.person.client.request(operation.method, operation.path, body, expect=422 if code else operation.success)
        assert code is None or reply.faults() == [("/new_password", code)]


@pytest.mark.parametrize("over", AROUND)
def test_limit__extra_time_percent(ada, world, over):
    percent = LIMIT["EXTRA_TIME_PERCENT"] + over
    done = quizd("user", "extra-time", "--email", ada.email, "--percent", percent, DATABASE_URL=world.database.url)
    (stored,), = world.database.rows("SELECT extra_time_percent FROM users WHERE id = %s", (ada.id,))
    world.database.run("UPDATE users SET extra_time_percent = 0 WHERE id = %s", (ada.id,))
    assert (done.returncode, stored) == ((1, 0) if over > 0 else (0, percent))


@pytest.mark.parametrize("over", AROUND)
def test_limit__slug(ada, over):
    slug = "s" * (LIMIT["SLUG_BYTES"] + over)
    reply = ada.client.get("/v1/me/weak-areas", query={"bank": slug}, expect=422 if over > 0 else 404)
    assert over <= 0 or reply.faults() == [("bank", "too_long")]
    reply = ada.client.post("/v1/attempts", {"bank": slug, "mode": "practice"}, expect=422)
    assert reply.faults() == [("/bank", "too_long" if over > 0 else "not_found")]


# --- the shapes of requests, from openapi.json ---

OPERATIONS = printed_contract().operations


def values_around(schema):
    """(value, code of the fault or None) around each limit of a member's schema."""
    kind = type_of(schema)
    if kind in ("integer", "number"):
        step = 1 if kind == "integer" else 0.001
        for over in AROUND:
            if "minimum" in schema:
                yield schema["minimum"] + over * step, "too_small" if over < 0 else None
            if "maximum" in schema:
                yield schema["maximum"] + over * step, "too_large" if over > 0 else None
    elif kind == "string" and "enum" not in schema and schema.get("format") not in ("uuid", "date-time", "date"):
        for over in AROUND:
            if schema.get("minLength", 0) + over >= 0 and "minLength" in schema:
                yield "y" * (schema["minLength"] + over), "too_short" if over < 0 else None
            if "maxLength" in schema:
                yield "é" * (schema["maxLength"] + over), "too_long" if over > 0 else None
    elif kind == "array":
        for over in AROUND:
            if "minItems" in schema and schema["minItems"] + over >= 0:
                yield ["y"] * (schema["minItems"] + over), "too_few" if over < 0 else None
            if "maxItems" in schema:
                yield ["y"] * (schema["maxItems"] + over), "too_many" if over > 0 else None


def members(operation, schema, pointer=""):
    schema = operation.resolve(schema)
    for name, given in schema.get("properties", {}).items():
        member = operation.resolve(given)
        if member.get("type") == "object":
            yield from members(operation, member, f"{pointer}/{name}")
        else:
            yield f"{pointer}/{name}", member


# Beside those of their shapes they have limits in bytes: test_limit__password, test_limit__new_password.
IN_BYTES = {("register", "/password"), ("change_password", "/new_password"), ("reset_password", "/new_password")}
RANGE_CODES = {"too_small", "too_large", "too_short", "too_long", "too_few", "too_many"}
IN_BODIES = [(operation, pointer, value, code) for operation in OPERATIONS if operation.body_schema
             for pointer, schema in members(operation, operation.body_schema) for value, code in values_around(schema)]
IN_QUERIES = [(operation, parameter["name"], value, code) for operation in OPERATIONS for parameter in operation.query_parameters()
              for value, code in values_around(operation.resolve(parameter["schema"]))]


def short(case):
    text = json.dumps(case[2])
    return f"{case[0]}-{case[1]}-{text if len(text) < 20 else len(case[2])}"


def range_faults(reply, place):
    return {code for at, code in reply.faults() if at == place} & RANGE_CODES if reply.status == 422 and reply.body else set()


@pytest.mark.parametrize("operation,pointer,value,code", IN_BODIES, ids=map(short, IN_BODIES))
def test_limit__of_a_body(examples, operation, pointer, value, code):
    example = examples[operation.name]
    body = with_value(example.body, pointer, value)
    reply = example.person.client.request(operation.method, operation.path.format(**example.names),
                                          body=json.dumps(body, ensure_ascii=False).encode(),
                                          headers=example.headers)
    found = range_faults(reply, pointer)
    if (operation.name, pointer) in IN_BYTES:
        found -= {"too_short", "too_long"} if code is None else set()
    assert found == ({code} if code else set()), reply


@pytest.mark.parametrize("operation,name,value,code", IN_QUERIES, ids=map(short, IN_QUERIES))
def test_limit__of_a_query(examples, operation, name, value, code):
    example = examples[operation.name]
    value = round(value, 3) if isinstance(value, float) else value
    query = {**(example.query or {}), name: value}
    if isinstance(value, str) and len(urllib.parse.quote(value)) > LIMIT["QUERY_BYTES"]:
        query[name] = "y" * len(value)
    body = None if example.body is None else encoded(example.body)
    reply = example.person.client.request(operation.method, operation.path.format(**example.names), body=body, query=query, headers=example.headers)
    assert range_faults(reply, name) == ({code} if code else set()), reply


@pytest.mark.parametrize("position,code", [(LIMIT["ATTEMPT_ITEMS"], "not_found"), (LIMIT["ATTEMPT_ITEMS"] + 1, "too_large"), (0, "too_small"), (1, None),
                                           (2, None), (3, "not_found")])
def test_limit__position(learner, aws, position, code):
    """Beyond the limit nothing could be; within it, what the paper has."""
    attempt = learner.start(size=2)
    reply = learner.client.put(f"/v1/attempts/{attempt['id']}/answers/{position}", {"response": {"choices": ["nowhere"]}, "revision": 1}, expect=422)
    assert [fault["code"] for fault in reply.json["errors"] if fault.get("parameter") == "position"] == ([code] if code else [])


def test_limit__items_of_an_attempt(learner, aws):
    """As many questions as there may be."""
    sizes = [len(learner.start(size=LIMIT["ATTEMPT_ITEMS"] + over)["items"]) for over in (-1, 0)]
    assert sizes == [LIMIT["ATTEMPT_ITEMS"] - 1, LIMIT["ATTEMPT_ITEMS"]]
    learner.start(size=LIMIT["ATTEMPT_ITEMS"] + 1, expect=422)
