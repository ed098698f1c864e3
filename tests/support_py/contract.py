"""
What the OpenAPI document promises, held against every reply: status, media type, schema with formats, error codes, headers.
What was seen is remembered, so that the end of a run can say which route or declared error nobody has exercised.
"""
import functools
import json
import re

import jsonschema

from support_py import program

# Refusals that any request may meet before it reaches its operation (the 4XX of the document).
EDGE_CODES = {
    400: {"malformed_request"}, 404: {"not_found"}, 405: {"method_not_allowed"}, 408: {"request_timeout"}, 411: {"length_required"},
    413: {"payload_too_large"}, 414: {"uri_too_long"}, 417: {"expectation_failed"}, 422: {"invalid_input"},
    429: {"too_many_requests"}, 431: {"headers_too_large"}, 505: {"version_not_supported"},
}
# Made while they are sent, for they may be longer than any other reply.
STREAMED = {"export_me"}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
PATTERNS = {
    "uuid": UUID, "date-time": TIME, "email": re.compile(r"[^@\s]+@[^@\s]+"), "slug": re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"),
    "uri-reference": re.compile(r"[!-~]+"), "markdown": re.compile(r"(?s).*"),
}
# Words of the machinery, which no client should ever read.
LEAKS = re.compile(r"(?i)\b(insert into|select |update .* set|sqlstate|pq[a-z]+\(|libpq|jansson|civetweb|libjwt|errno|\.c:\d)"
                   r"|/(home|root|tmp|usr|var)/")


def formats():
    checker = jsonschema.FormatChecker(formats=())
    for name, pattern in PATTERNS.items():
        checker.checks(name)(functools.partial(fits, pattern))
    return checker


def fits(pattern, value):
    return not isinstance(value, str) or pattern.fullmatch(value) is not None


class Operation:
    def __init__(self, method, path, spec, components):
        self.method, self.path, self.name = method.upper(), path, spec["operationId"]
        self.responses = spec["responses"]
        self.security = spec["security"]
        self.roles = spec["x-roles"]
        self.tag = spec["tags"][0]
        self.parameters = spec.get("parameters", [])
        self.takes_key = any(parameter["name"] == "Idempotency-Key" for parameter in self.parameters)
        self.names = re.findall(r"{(\w+)}", path)
        content = spec.get("requestBody", {}).get("content", {})
        self.body_schema = content["application/json"]["schema"] if "application/json" in content else None
        self.takes_file = bool(content) and not self.body_schema
        self.components = components
        self.pattern = re.compile(re.sub(r"{\w+}", "[^/]+", path))

    def __repr__(self):
        return self.name

    @property
    def success(self):
        return next(int(status) for status in self.responses if status.startswith("2") or status == "308")

    def codes(self):
        """The declared errors, as pairs of status and code."""
        return {(int(status), code) for status, reply in self.responses.items() for code in reply.get("x-codes", ())}

    def query_parameters(self):
        return [parameter for parameter in self.parameters if parameter["in"] == "query"]

    def resolve(self, schema):
        """The schema behind a reference."""
        while "$ref" in schema:
            schema = self.components["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema


class Contract:
    def __init__(self, document):
        self.document = document
        self.operations = [Operation(method, path, spec, document["components"])
                           for path, item in document["paths"].items() for method, spec in item.items() if method in METHODS]
        self.by_name = {operation.name: operation for operation in self.operations}
        self.exercised = set()
        self.checker = formats()
        self.validators = {}

    def find(self, method, path):
        """The operation of a request; None where there is none. Words win over names; HEAD is a GET."""
        wanted = "GET" if method == "HEAD" else method
        fitting = [operation for operation in self.operations
                   if operation.method == wanted and operation.pattern.fullmatch(path.partition("?")[0])]
        return min(fitting, key=lambda operation: len(operation.names), default=None)

    def paths(self):
        """Each path with the methods that it has."""
        found = {}
        for operation in self.operations:
            found.setdefault(operation.path, set()).add(operation.method)
        return found

    def check(self, method, path, reply):
        """Raises AssertionError where the reply is not what was promised; remembers what was seen."""
        operation = self.find(method, path)
        code = None
        check_headers(reply, is_streamed=operation is not None and operation.name in STREAMED and reply.status == operation.success)
        if reply.status >= 400:
            code = self.check_problem(method, operation, reply)
        elif method == "OPTIONS":
            assert reply.status == 204 and reply.body == b"" and reply.headers["Allow"], reply
        else:
            self.check_success(method, operation, reply)
        if operation is not None and method != "OPTIONS":
            self.exercised.add((operation.name, reply.status, code))

    def check_success(self, method, operation, reply):
        assert operation is not None, f"{method}: a good reply where nothing is declared: {reply}"
        declared = operation.responses.get(str(reply.status))
        assert declared is not None, f"{operation.name}: status {reply.status} is not declared: {reply}"
        needed = [name for name, header in declared.get("headers", {}).items() if header["required"]]
        assert all(name in reply.headers for name in needed), f"{operation.name}: a header is missing: {reply}"
        assert "Idempotency-Replayed" not in reply.headers or operation.takes_key, reply
        content = declared.get("content")
        if method == "HEAD" or content is None:
            assert reply.body == b"", f"{operation.name}: a body where there is none: {reply}"
            return
        (media_type, media), = content.items()
        assert reply.headers["Content-Type"] == media_type, reply
        if "schema" in media:
            self.validate(media["schema"], reply.json, operation.name)
        else:
            assert media_type != "application/json" or reply.json, reply

    def check_problem(self, method, operation, reply):
        assert reply.headers["Content-Type"] == "application/problem+json", reply
        if method == "HEAD":
            assert reply.body == b"", reply
            return None
        problem = reply.json
        self.validate({"$ref": "#/components/schemas/Problem"}, problem, f"problem of {operation}")
        code = problem["code"]
        assert problem["status"] == reply.status, reply
        assert problem["request_id"] == reply.headers["X-Request-Id"], reply
        assert problem["type"] == f"urn:quizd:problem:{code}" and problem["title"] and problem["detail"], reply
        assert not LEAKS.search(json.dumps(problem)), f"a problem tells of the machinery: {reply}"
        for fault in problem.get("errors", ()):
            assert ("pointer" in fault) != ("parameter" in fault) and fault["code"] and fault["detail"], reply
        assert code != "invalid_input" or "errors" in problem, reply
        assert "errors" not in problem or code in ("invalid_input", "malformed_json"), reply
        declared = set() if operation is None else operation.codes()
        assert (reply.status, code) in declared or code in EDGE_CODES.get(reply.status, ()), f"{operation}: not declared: {reply}"
        return code

    def validate(self, schema, value, what):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            whole = {**schema, "components": self.document["components"]}
            jsonschema.Draft202012Validator.check_schema(whole)
            self.validators[key] = jsonschema.Draft202012Validator(whole, format_checker=self.checker)
        faults = [f"  {list(fault.absolute_path)}: {fault.message}\n" for fault in self.validators[key].iter_errors(value)]
        assert not faults, f"{what}: not of its schema:\n{''.join(faults[:10])}"


def check_headers(reply, is_streamed=False):
    headers = reply.headers
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{8,}", headers["X-Request-Id"] or ""), reply
    for name, value in SECURITY_HEADERS.items():
        assert headers[name] == value, reply
    assert headers["Date"] and headers["Connection"] in ("keep-alive", "close"), reply
    assert "Server" not in headers, reply
    if is_streamed:
        assert headers["Transfer-Encoding"] == "chunked" and "Content-Length" not in headers, reply
    elif reply.status not in (204, 304) and reply.method != "HEAD":
        assert headers["Content-Length"] == str(len(reply.body)), reply
    if reply.status == 401:
        assert (headers["WWW-Authenticate"] or "").startswith("Bearer"), reply
    if reply.status == 405:
        assert headers["Allow"], reply
    if reply.status in (429, 503):
        assert (headers["Retry-After"] or "").isdigit() and int(headers["Retry-After"]) >= 1, reply


@functools.lru_cache(maxsize=None)
def printed_document():
    """The document that the program prints; also there before any server is."""
    return json.loads(program.quizd_ok("openapi").stdout)


@functools.lru_cache(maxsize=None)
def printed_contract():
    return Contract(printed_document())
