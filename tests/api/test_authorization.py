"""
The authorisation matrix: everybody (nobody, a learner, an instructor, an admin, a disabled account, an expired token) at every route
and method. Made from openapi.json, which the route table makes: a new route is in at once.
"""
import json
import time

import pytest

from support_py import tokens
from support_py.contract import printed_contract
from support_py.examples import Examples, encoded
from support_py.learner import Learner, log_in
from support_py.program import wait_until
from support_py.schemas import type_of, without_null

CONTRACT = printed_contract()
OPERATIONS = CONTRACT.operations
PROTECTED = [operation for operation in OPERATIONS if operation.roles != ["anyone"]]
ROLES = ("learner", "instructor", "admin")
REFUSED = {"anonymous": "unauthenticated", "expired": "invalid_token", "disabled": "invalid_token"}
REVOCATION_LIMIT_S = 1.5


@pytest.fixture(scope="module")
def people(anyone, world, admin):
    found = {role: Learner(anyone, role, world.database) for role in ROLES}
    found["disabled"] = Learner(anyone, "admin", world.database)
    admin.client.patch(f"/v1/users/{found['disabled'].id}", {"disabled": True}, expect=200)
    return found


@pytest.fixture(scope="module")
def examples_of(people, aws, admin):
    """Good requests for what is a person's own, by role."""
    return {role: Examples(people[role], aws, admin) for role in ROLES}


@pytest.fixture(scope="module")
def token_of(people, server):
    now = int(time.time())
    return {"anonymous": None, "disabled": people["disabled"].tokens["access_token"],
            "expired": tokens.token_for(server.key, people["admin"].id, role="admin", iat=now - 1000, exp=now - 100)}


def request_of(examples, operation, method=None):
    """(method, path, options) of a good request."""
    return rendered(examples[operation.name], operation, method)


def rendered(example, operation, method=None):
    method = method or operation.method
    body = {"body": encoded(example.body)} if example.body is not None and method not in ("HEAD", "OPTIONS") else {}
    return method, operation.path.format(**example.names), {"query": example.query, "headers": example.headers, **body}


def methods_of(operation):
    return ["GET", "HEAD"] if operation.method == "GET" else [operation.method]


CELLS = [(operation, method) for operation in PROTECTED for method in methods_of(operation)]
IDS = [f"{operation}-{method}" for operation, method in CELLS]


def test_matrix__every_route_says_who_may():
    for operation in OPERATIONS:
        assert operation.roles == ["anyone"] or (operation.roles and set(operation.roles) <= set(ROLES)), operation
        assert (operation.roles == ["anyone"]) == (operation.security == []), operation


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation,method", CELLS, ids=IDS)
def test_matrix__role(examples_of, people, operation, method, role):
    """Whoever may gets what he asked for; whoever may not is told so, also of what is not there."""
    example = examples_of[role][operation.name]
    sent, path, options = rendered(example, operation, method)
    if role in operation.roles:
        # Not always the one of `people`: what ends his logins is sent by somebody new.
        assert example.person.role == role
        reply = example.person.client.request(sent, path, **options)
        assert reply.status == operation.success
    else:
        reply = people[role].client.request(sent, path, **options)
        assert reply.status == 403 and (method == "HEAD" or reply.code == "forbidden")


@pytest.mark.parametrize("who", REFUSED)
def test_matrix__nobody_to_us(anyone, examples_of, token_of, world, who):
    """At every protected route and method; and nothing has changed in the end."""
    if who == "disabled":  # just now, perhaps
        wait_until(lambda: anyone.get("/v1/me", token=token_of[who]).status == 401, REVOCATION_LIMIT_S, "the token's end")
    requests = [(operation, request_of(examples_of["admin"], operation, method)) for operation, method in CELLS]
    before = world.database.fingerprint()
    for operation, (method, path, options) in requests:
        reply = anyone.request(method, path, token=token_of[who], **options)
        assert reply.status == 401 and (method == "HEAD" or reply.code == REFUSED[who]), operation
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert world.database.fingerprint() == before


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_matrix__what_is_forbidden_leaves_no_trace(examples_of, people, world, role):
    forbidden = [operation for operation in PROTECTED if role not in operation.roles]
    requests = [request_of(examples_of["admin"], operation) for operation in forbidden]
    assert requests
    before = world.database.fingerprint()
    for method, path, options in requests:
        people[role].client.request(method, path, expect=403, **options)
    assert world.database.fingerprint() == before


@pytest.mark.parametrize("who", ["anonymous", "expired", "disabled", *ROLES])
def test_matrix__public_routes_and_options_are_for_everybody(anyone, examples_of, people, token_of, who):
    token = token_of[who] if who in token_of else people[who].tokens["access_token"]
    for operation in OPERATIONS:
        method, path, options = request_of(examples_of["learner"], operation)
        reply = anyone.request("OPTIONS", path, token=token, expect=204)
        assert method in reply.headers["Allow"]
        if operation.roles == ["anyone"]:
            anyone.request(method, path, token=token, expect=operation.success, **options)


def test_matrix__a_disabled_account_gets_no_new_token(anyone, people):
    person = people["disabled"]
    log_in(anyone, person.email, person.password, expect=401)
    body = {"grant_type": "refresh_token", "refresh_token": person.tokens["refresh_token"]}
    anyone.post("/v1/auth/token", body, expect=401)


def test_matrix__a_role_in_the_body_or_the_query_is_none(people):
    client = people["learner"].client
    client.get("/v1/users", query={"role": "admin"}, expect=403)
    client.patch(f"/v1/users/{people['learner'].id}", {"role": "admin"}, expect=403)


# --- whose is it ---

OWNED = [operation for operation in OPERATIONS if "learner" in operation.roles and any(name.endswith("_id") for name in operation.names)
         and "bank" not in operation.names]


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("operation", OWNED, ids=str)
def test_foreign__is_not_found(examples_of, people, eve, world, operation, who):
    """For every method that the path has; an admin's role opens no other person's attempts."""
    other = Examples(eve, examples_of["learner"].bank, examples_of["learner"].admin)
    requests = [request_of(other, operation, method) for method in methods_of(operation)]
    before = world.database.fingerprint()
    for method, path, options in requests:
        reply = people[who].client.request(method, path, **options)
        assert reply.status == 404 and (method == "HEAD" or reply.code == "not_found"), reply
    assert world.database.fingerprint() == before


def test_foreign__is_in_no_list(people, eve):
    """What eve has, shows in no reply to a GET of somebody else."""
    mine = [eve.start(size=1)["id"], eve.id, eve.email, eve.client.post("/v1/teams", {"name": "Of eve"}, expect=201).json["id"]]
    for operation in OPERATIONS:
        if operation.method == "GET" and "learner" in operation.roles and not operation.names:
            query = {parameter["name"]: "aws-dva-c01" for parameter in operation.parameters if parameter["name"] == "bank"}
            if any(parameter["name"] == "limit" for parameter in operation.query_parameters()):
                query["limit"] = 100
            text = people["learner"].client.get(operation.path, query=query, expect=200).body.decode()
            assert not [word for word in mine if word in text], operation


# --- members that are not the client's to set ---

FORBIDDEN = {"role": "admin", "id": "0190c8f0-5c1e-7d63-9f3a-0123456789ab", "user_id": "0190c8f0-5c1e-7d63-9f3a-0123456789ab", "state": "submitted",
             "score": 100, "credit": 1, "credit_milli": 1000, "correct": True, "is_final": True, "is_disabled": True, "disabled": True,
             "email": "a@example.org", "password_hash": "x", "created_at": "2026-01-01T00:00:00Z", "submitted_at": "2026-01-01T00:00:00Z",
             "deadline_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:00Z", "answer_sequence": 7, "raw": 1, "max": 1, "points": 9,
             "version": 2, "question_ids": [], "items": [], "revision": 1, "is_admin": True, "permissions": ["*"], "__proto__": {}, "": 1,
             "Role": "admin", "role ": "admin", "nonsense": None}
VALUES = {"string": "x", "integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
# Objects that the walk must have come to.
OBJECTS = {"start_attempt": {"", "/scoring", "/difficulty"}, "put_answers": {"", "/answers/0", "/answers/0/response"},
           "put_answer": {"", "/response"}}
WITH_BODY = [operation for operation in OPERATIONS if operation.body_schema]


def objects_of(operation, schema, body, pointer=""):
    """(pointer, schema) of every object in a body."""
    schema, _ = without_null(operation, schema)
    if schema.get("type") == "object" and "properties" in schema and isinstance(body, dict):
        yield pointer, schema
        for name, member in schema["properties"].items():
            if name in body:
                yield from objects_of(operation, member, body[name], f"{pointer}/{name}")
    elif schema.get("type") == "array":
        for index, item in enumerate(body):
            yield from objects_of(operation, schema["items"], item, f"{pointer}/{index}")


def with_objects(operation, schema, body):
    """The body with every object that it may have, those that may be left out too: empty, or with something of each kind."""
    schema, _ = without_null(operation, schema)
    if schema.get("type") == "object" and "properties" in schema:
        filled = {name: with_objects(operation, schema["properties"][name], value) for name, value in body.items()}
        for name, given in schema["properties"].items():
            member, _ = without_null(operation, given)
            if name not in body and member.get("type") == "object" and "properties" in member:
                filled[name] = with_objects(operation, member, {need: VALUES[type_of(operation.resolve(member["properties"][need]))]
                                                                for need in member.get("required", ())})
        return filled
    if schema.get("type") == "array":
        return [with_objects(operation, schema["items"], item) for item in body]
    return body


def with_member(body, pointer, name, value):
    changed = json.loads(json.dumps(body))
    place = changed
    for step in pointer.split("/")[1:]:
        place = place[int(step) if isinstance(place, list) else step]
    place[name] = value
    return changed


def faults_of_refusal(reply):
    assert reply.status == 422, reply
    return reply.faults()


def faults_of_bundle(reply):
    """Each answer of a bundle is judged alone."""
    assert reply.status == 200, reply
    refused, = reply.json["data"]
    assert (refused["status"], refused["answer"]) == ("invalid_input", None), reply
    return [(fault["pointer"], fault["code"]) for fault in refused["errors"]]


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_mass_assignment(examples, world, operation):
    example = examples[operation.name]
    path = operation.path.format(**example.names)
    before = world.database.fingerprint()
    tried = 0
    whole = with_objects(operation, operation.body_schema, example.body)
    for pointer, schema in objects_of(operation, operation.body_schema, whole):
        for name, value in FORBIDDEN.items():
            if name in schema["properties"]:
                continue
            body = with_member(whole, pointer, name, value)
            reply = example.person.client.request(operation.method, path, body, headers=example.headers)
            faults = faults_of_bundle(reply) if pointer.startswith("/answers/") else faults_of_refusal(reply)
            assert (f"{pointer}/{name}", "unknown") in faults, reply
            # Values that only stand in for those of an object that was left out may be refused, too; those of the example may not.
            assert len(faults) == 1 or whole != example.body, reply
            tried += 1
    assert tried > 20
    assert OBJECTS.get(operation.name, {""}) <= {pointer for pointer, _ in objects_of(operation, operation.body_schema, whole)}
    assert world.database.fingerprint() == before
