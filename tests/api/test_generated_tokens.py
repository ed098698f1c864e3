"""Every operation that needs a token, with every kind of wrong one. Made from openapi.json: a new route is in at once."""
import hashlib
import json
import time

import pytest

from support_py import tokens
from support_py.contract import printed_contract
from support_py.examples import encoded

OPERATIONS = printed_contract().operations
PROTECTED = [operation for operation in OPERATIONS if operation.security]
PUBLIC = [operation for operation in OPERATIONS if not operation.security]


def call(client, operation, examples, token, **headers):
    example = examples[operation.name]
    path = operation.path.format(**example.names)
    body = {} if example.body is None else {"body": encoded(example.body)}
    return client.request(operation.method, path, query=example.query, token=token, headers={**example.headers, **headers}, **body)


@pytest.fixture(scope="session")
def key(server):
    return server.key


@pytest.mark.parametrize("operation", PROTECTED, ids=str)
def test_no_token(anyone, examples, operation):
    reply = call(anyone, operation, examples, None)
    assert (reply.status, reply.code) == (401, "unauthenticated")
    assert reply.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "bearer", "", "Token abc", "{token}"])
@pytest.mark.parametrize("operation", PROTECTED, ids=str)
def test_header_that_holds_no_token(anyone, examples, ada, operation, header):
    reply = call(anyone, operation, examples, None, Authorization=header.format(token=ada.tokens["access_token"]))
    assert (reply.status, reply.code) == (401, "unauthenticated")


def spoiled(key, user_id):
    """Tokens that must be refused, by what is wrong with them."""
    now = int(time.time())
    good = tokens.token_for(key, user_id)
    head, payload, mac = good.split(".")
    claims = tokens.claims_for(user_id)
    kid = json.loads(tokens.header_of(key))["kid"]
    other = hashlib.sha256(b"another key").digest()
    none = '{"alg":"none","kid":"%s","typ":"JWT"}' % kid
    yield "forged signature", tokens.sign(key, claims, secret=other)
    yield "signature of another payload", f"{head}.{payload}.{tokens.token_for(key, user_id, jti=None).split('.')[2]}"
    yield "changed payload", f"{head}.{tokens.encode(json.dumps({**claims, 'role': 'admin'}).encode())}.{mac}"
    yield "cut signature", good[:-2]
    yield "no signature", f"{head}.{payload}."
    yield "two segments", f"{head}.{payload}"
    yield "four segments", f"{good}.{mac}"
    yield "only full stops", ".."
    yield "empty payload", f"{head}..{mac}"
    yield "padded base64", f"{head}.{payload}.{mac}="
    yield "standard base64", good.replace("-", "+").replace("_", "/") + "+"
    yield "blank inside", f"{head}.{payload[:9]} {payload[9:]}.{mac}"
    yield "last bits not zero", good[:-1] + chr(ord(good[-1]) + 1)
    yield "expired", tokens.token_for(key, user_id, iat=now - 1000, exp=now - 61)
    yield "not yet valid", tokens.token_for(key, user_id, nbf=now + 120)
    yield "issued in the future", tokens.token_for(key, user_id, iat=now + 120)
    yield "no exp", tokens.token_for(key, user_id, exp=None)
    yield "exp as text", tokens.token_for(key, user_id, exp=str(now + 900))
    yield "exp with a fraction", tokens.token_for(key, user_id, exp=now + 900.5)
    yield "another issuer", tokens.token_for(key, user_id, iss="quizx")
    yield "another audience", tokens.token_for(key, user_id, aud="quizd")
    yield "audience as a list", tokens.token_for(key, user_id, aud=["quizd-api"])
    yield "another typ", tokens.token_for(key, user_id, typ="refresh")
    yield "no sub", tokens.token_for(key, user_id, sub=None)
    yield "sub that is no id", tokens.token_for(key, "ada")
    yield "no jti", tokens.token_for(key, user_id, jti=None)
    yield "unknown role", tokens.token_for(key, user_id, role="root")
    yield "unknown claim", tokens.token_for(key, user_id, admin=True)
    yield "claim twice", tokens.sign(key, json.dumps(claims)[:-1] + ', "role": "admin"}')
    yield "payload is a list", tokens.sign(key, "[]")
    yield "payload is no JSON", tokens.sign(key, "{")
    yield "alg none", tokens.sign(key, claims, header=none)
    yield "alg none without signature", tokens.sign(key, claims, header=none).rpartition(".")[0] + "."
    yield "alg HS512", tokens.sign(key, claims, header='{"alg":"HS512","kid":"%s","typ":"JWT"}' % kid, digest=hashlib.sha512)
    yield "alg hs256", tokens.sign(key, claims, header='{"alg":"hs256","kid":"%s","typ":"JWT"}' % kid)
    yield "alg RS256", tokens.sign(key, claims, header='{"alg":"RS256","kid":"%s","typ":"JWT"}' % kid)
    yield "another kid", tokens.sign(key, claims, header='{"alg":"HS256","kid":"0000000000000000","typ":"JWT"}')
    yield "no kid", tokens.sign(key, claims, header='{"alg":"HS256","typ":"JWT"}')
    yield "header in another order", tokens.sign(key, claims, header='{"typ":"JWT","alg":"HS256","kid":"%s"}' % kid)
    yield "header with crit", tokens.sign(key, claims, header='{"alg":"HS256","crit":["x"],"kid":"%s","typ":"JWT"}' % kid)
    yield "deep payload", tokens.sign(key, "[" * 1000)
    yield "deep header", tokens.sign(key, claims, header="[" * 1000)
    yield "too long", tokens.sign(key, {**claims, "pad": "x" * 2048})


class NoKey:
    secret = bytes(32)


KINDS = [kind for kind, _ in spoiled(NoKey, "0" * 36)]


@pytest.mark.parametrize("kind", ["expired", "forged signature", "two segments"])
@pytest.mark.parametrize("operation", PROTECTED, ids=str)
def test_wrong_token_at_every_route(anyone, examples, key, ada, operation, kind):
    reply = call(anyone, operation, examples, dict(spoiled(key, ada.id))[kind])
    assert (reply.status, reply.code) == (401, "invalid_token")
    assert reply.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_token(anyone, key, ada, kind):
    reply = anyone.get("/v1/me", token=dict(spoiled(key, ada.id))[kind])
    assert (reply.status, reply.code) == (401, "invalid_token")


def test_token_made_by_hand_is_good(anyone, key, ada):
    """Else the tests above would prove nothing."""
    now = int(time.time())
    for changes in ({}, {"nbf": now}, {"exp": now - 30, "iat": now - 900}, {"iat": now + 30}, {"role": "admin"}):
        token = tokens.token_for(key, ada.id, **changes)
        assert anyone.get("/v1/me", token=token, expect=200).json["id"] == ada.id


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_scheme_in_any_case(anyone, ada, scheme):
    anyone.get("/v1/me", headers={"Authorization": f"{scheme} {ada.tokens['access_token']}"}, expect=200)


@pytest.mark.parametrize("operation", PUBLIC, ids=str)
def test_public_operations_do_not_look_at_tokens(anyone, examples, operation):
    reply = call(anyone, operation, examples, "this.is.none")
    assert reply.status == operation.success


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_good_request(examples, operation):
    """The examples are good ones: what the other generated tests change is what they are refused for."""
    example = examples[operation.name]
    body = {} if example.body is None else {"body": encoded(example.body)}
    path = operation.path.format(**example.names)
    reply = example.person.client.request(operation.method, path, query=example.query, headers=example.headers, **body)
    assert reply.status == operation.success
