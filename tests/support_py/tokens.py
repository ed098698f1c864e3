"""Access tokens made by hand, good and bad."""
import base64
import hashlib
import hmac
import json
import time
import uuid


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def header_of(key):
    """The one header that the server issues: members sorted, no blanks."""
    kid = hashlib.sha256(key.secret).hexdigest()[:16]
    return json.dumps({"alg": "HS256", "kid": kid, "typ": "JWT"}, separators=(",", ":"))


def claims_for(user_id, **changes):
    now = int(time.time())
    claims = {"aud": "quizd-api", "exp": now + 900, "iat": now, "iss": "quizd", "jti": str(uuid.uuid4()), "role": "learner",
              "sid": str(uuid.uuid4()), "sub": user_id, "typ": "access"}
    claims.update(changes)
    return {name: value for name, value in claims.items() if value is not None}


def sign(key, claims, *, header=None, secret=None, digest=hashlib.sha256):
    """A token; claims may be text, to be signed as it is."""
    payload = claims if isinstance(claims, str) else json.dumps(claims, separators=(",", ":"), sort_keys=True)
    head = header_of(key) if header is None else header
    signed = f"{encode(head.encode())}.{encode(payload.encode())}"
    mac = hmac.new(key.secret if secret is None else secret, signed.encode(), digest).digest()
    return f"{signed}.{encode(mac)}"


def token_for(key, user_id, **changes):
    return sign(key, claims_for(user_id, **changes))


def signed_anew(key, token):
    """The same login in a token that is good for another quarter of an hour."""
    claims = json.loads(decode(token.split(".")[1]))
    now = int(time.time())
    return sign(key, {**claims, "iat": now, "exp": now + claims["exp"] - claims["iat"], "jti": str(uuid.uuid4())})
