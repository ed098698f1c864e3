"""
What a whole run has exercised: the parts `api` and `system` each add to one file, and the last test of `system` judges it. The
file belongs to one run of tests/run, known by its cluster.
"""
import json
import os

from support_py import program


def path():
    named = os.environ.get("QUIZD_TEST_RECORD")
    return named or str(program.TOP / os.environ.get("BUILD", "build") / "exercised.jsonl")


def run_name():
    return os.environ.get("QUIZD_TEST_CLUSTER", "")


def is_partial():
    return bool(os.environ.get("QUIZD_TEST_PARTIAL"))


def begin(part):
    """The first part of a run throws away what another run has left."""
    if lines():
        add({"part": part})
        return
    os.makedirs(os.path.dirname(path()), exist_ok=True)
    with open(path(), "w") as file:
        file.write(json.dumps({"run": run_name(), "part": part}) + "\n")


def add(line):
    with open(path(), "a") as file:
        file.write(json.dumps(line) + "\n")


def add_exercised(exercised):
    for operation, status, code in sorted(exercised, key=str):
        add({"operation": operation, "status": status, "code": code})


def lines():
    """The lines of this run; none where the file is of another."""
    try:
        with open(path()) as file:
            found = [json.loads(line) for line in file]
    except FileNotFoundError:
        return []
    return found if found and found[0].get("run") == run_name() else []


def parts():
    return {line["part"] for line in lines() if "part" in line}


def exercised():
    return {(line["operation"], line["status"], line["code"]) for line in lines() if "operation" in line}


def missing(contract):
    """What nobody has exercised: routes without a good reply, and declared errors."""
    seen = exercised()
    for operation in contract.operations:
        if (operation.name, operation.success, None) not in seen:
            yield f"{operation.name}: never answered {operation.success}"
        for status, code in sorted(operation.codes()):
            if (operation.name, status, code) not in seen:
                yield f"{operation.name}: never answered {status} {code}"
