"""Values that break a JSON Schema in one known place, each with the fault that the server must name."""
import json

WRONG_TYPE = {"string": 17, "integer": "17", "number": "0.5", "boolean": "true", "array": {}, "object": []}


def type_of(schema):
    kind = schema.get("type")
    return kind[0] if isinstance(kind, list) else kind


def without_null(operation, schema):
    """The schema that is left of `anyOf: [schema, null]`, and whether null is allowed."""
    schema = operation.resolve(schema)
    others = [other for other in schema.get("anyOf", ()) if other.get("type") != "null"]
    return (operation.resolve(others[0]), True) if others else (schema, is_nullable(schema))


def is_nullable(schema):
    return isinstance(schema.get("type"), list) and "null" in schema["type"]


def faults_of(operation, schema, pointer=""):
    """(what, pointer, bad value, fault code) for every member below an object's schema. A missing member's value is ..."""
    schema = operation.resolve(schema)
    for name, given in schema.get("properties", {}).items():
        member, may_be_null = without_null(operation, given)
        at = f"{pointer}/{name}"
        if name in schema.get("required", ()):
            yield f"{at} missing", at, ..., "required"
        yield from faults_of_value(operation, member, at, may_be_null)


def faults_of_value(operation, schema, at, may_be_null):
    kind = type_of(schema)
    yield f"{at} of another type", at, WRONG_TYPE[kind], "wrong_type"
    if not may_be_null:
        yield f"{at} null", at, None, "wrong_type"
    if "enum" in schema:
        yield f"{at} not in the list", at, "something else", "not_allowed"
    elif kind == "string":
        yield from faults_of_string(schema, at)
    elif kind in ("integer", "number"):
        yield from faults_of_number(schema, at)
    elif kind == "array":
        yield from faults_of_array(operation, schema, at)
    elif kind == "object" and "properties" in schema:
        yield f"{at}/nonsense", f"{at}/nonsense", 1, "unknown"
        yield from faults_of(operation, schema, at)


def faults_of_string(schema, at):
    if schema.get("minLength"):
        yield f"{at} too short", at, "x" * (schema["minLength"] - 1), "too_short"
    if schema.get("maxLength"):
        yield f"{at} too long", at, "é" * (schema["maxLength"] + 1), "too_long"
    yield f"{at} with a control character", at, "a\x07bcdef", "bad_format"
    if schema.get("format") in ("uuid", "date-time", "email", "slug"):
        yield f"{at} of another format", at, "this is none", "bad_format"


def faults_of_number(schema, at):
    if "minimum" in schema:
        yield f"{at} too small", at, schema["minimum"] - 1, "too_small"
    if "maximum" in schema:
        yield f"{at} too large", at, schema["maximum"] + 1, "too_large"
    if type_of(schema) == "integer":
        yield f"{at} with a fraction", at, 1.5, "wrong_type"


def faults_of_array(operation, schema, at):
    item = operation.resolve(schema["items"])
    yield f"{at}/0 of another type", f"{at}/0", [WRONG_TYPE[type_of(item)]] * max(1, schema.get("minItems", 0)), "wrong_type"
    if schema.get("minItems"):
        yield f"{at} too few", at, [], "too_few"
    if schema.get("maxItems"):
        yield f"{at} too many", at, ["x"] * (schema["maxItems"] + 1), "too_many"


def with_value(body, pointer, value):
    """A copy of a body with the value at the pointer, or without it (...); lists are put in whole."""
    changed = json.loads(json.dumps(body))
    names = pointer.strip("/").split("/")
    if names[-1].isdigit():
        names.pop()
    place = changed
    for name in names[:-1]:
        place = place.setdefault(name, {})
    if value is ...:
        place.pop(names[-1], None)
    else:
        place[names[-1]] = value
    return changed
