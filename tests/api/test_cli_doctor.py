"""quizd doctor: all OK on a good installation, and a FAIL with its fix for each thing that is wrong."""
import re

import pytest

from support_py.cluster import Cluster
from support_py.database import Database, runtime
from support_py.program import SigningKey, quizd, quizd_ok

LINE = re.compile(r"(OK|FAIL)  +([a-z_A-Z ]+?)  +(.+)")
NAMES = ["configuration", "signing key", "database", "version", "schema", "role", "fsync", "full_page_writes", "synchronous_commit", "clock"]


@pytest.fixture
def key(tmp_path):
    return SigningKey(tmp_path)


@pytest.fixture(scope="module")
def migrated():
    made = Database("doctor")
    quizd_ok("migrate", DATABASE_URL=made.owner_url)
    yield made
    made.drop()


def doctor(database, key, *arguments, url=None, **settings):
    """(exit status, {name: (verdict, text)}, [fixes])"""
    given = {"DATABASE_URL": url or database.url, "QUIZD_JWT_KEY_FILE": str(key.path), **settings}
    done = quizd("doctor", *arguments, **{name: value for name, value in given.items() if value is not None})
    found, fixes = {}, []
    for line in done.stdout.splitlines():
        if line.startswith("      fix: "):
            fixes.append(line[11:])
        else:
            match = LINE.fullmatch(line)
            assert match, line
            assert match[2] not in found or match[2] == "secret files", line
            found[match[2]] = (match[1], match[3])
    bad = [name for name, (verdict, _) in found.items() if verdict == "FAIL"]
    assert done.returncode == (1 if bad else 0) and len(fixes) == len(bad), done.stdout
    assert all(fixes)
    return found, bad, fixes


def only(outcome, name):
    """The text and the fix of the one thing that is wrong."""
    found, bad, fixes = outcome
    assert bad == [name], outcome
    return found[name][1], fixes[0]


def test_doctor__a_good_installation(migrated, key):
    found, bad, _ = doctor(migrated, key)
    assert list(found) == NAMES and bad == []
    assert "PostgreSQL 15" in found["version"][1] and "quizd_runtime" in found["role"][1]


def test_doctor__changes_nothing(migrated, key):
    before = migrated.fingerprint()
    doctor(migrated, key)
    assert migrated.fingerprint() == before


# --- configuration ---

def test_doctor__wrong_value(migrated, key):
    done = quizd("doctor", DATABASE_URL=migrated.url, QUIZD_JWT_KEY_FILE=str(key.path), QUIZD_THREADS="many")
    assert done.returncode == 1 and "QUIZD_THREADS" in done.stderr
    assert done.stdout.startswith("FAIL  configuration") and "fix: " in done.stdout


def test_doctor__unknown_variable(migrated, key):
    text, fix = only(doctor(migrated, key, QUIZD_THRAEDS="7"), "configuration")
    assert "QUIZD_THRAEDS" in text and "quizd config" in fix


def test_doctor__origins(migrated, key):
    text, _ = only(doctor(migrated, key, QUIZD_CORS_ORIGINS="*"), "configuration")
    assert "QUIZD_CORS_ORIGINS" in text


def test_doctor__development_mode(migrated, key):
    text, fix = only(doctor(migrated, key, QUIZD_DEV="true"), "configuration")
    assert "development" in text and "QUIZD_DEV" in fix


# --- key ---

def test_doctor__no_key(migrated, key):
    _, fix = only(doctor(migrated, key, QUIZD_JWT_KEY_FILE=None), "signing key")
    assert "QUIZD_JWT_KEY_FILE" in fix


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"ab" * 400, b"0123456789" * 5, b"a" * 64])
def test_doctor__weak_key(migrated, key, content):
    key.path.write_bytes(content)
    _, fix = only(doctor(migrated, key), "signing key")
    assert "/dev/urandom" in fix and str(key.path) in fix


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o710])
def test_doctor__key_that_others_may_read(migrated, key, mode):
    key.path.chmod(mode)
    text, fix = only(doctor(migrated, key), "signing key")
    assert "0600" in text and f"chmod 600 {key.path}" in fix


def test_doctor__key_that_is_not_there(migrated, key):
    key.path.unlink()
    only(doctor(migrated, key), "signing key")


def test_doctor__previous_key(migrated, key, tmp_path):
    previous = SigningKey(tmp_path, "previous.key")
    assert doctor(migrated, key, QUIZD_JWT_PREVIOUS_KEY_FILE=str(previous.path))[0]["previous key"][0] == "OK"
    previous.path.chmod(0o644)
    only(doctor(migrated, key, QUIZD_JWT_PREVIOUS_KEY_FILE=str(previous.path)), "previous key")


@pytest.mark.parametrize("variable", ["DATABASE_URL", "QUIZD_DATABASE_URL"])
def test_doctor__secret_in_a_file_that_others_may_read(migrated, key, tmp_path, variable):
    file = tmp_path / "url"
    file.write_text(migrated.url)
    file.chmod(0o600)
    settings = {"DATABASE_URL": None, f"{variable}_FILE": str(file)}
    assert doctor(migrated, key, **settings)[0]["secret files"][0] == "OK"
    file.chmod(0o644)
    text, fix = only(doctor(migrated, key, **settings), "secret files")
    assert f"{variable}_FILE" in text and fix == f"chmod 600 {file}"


# --- database ---

def test_doctor__no_database(migrated, key):
    _, fix = only(doctor(migrated, key, DATABASE_URL=None), "database")
    assert "DATABASE_URL" in fix


def test_doctor__database_that_is_not_there(migrated, key, tmp_path):
    nowhere = f"postgresql://quizd_runtime@{str(tmp_path).replace('/', '%2F')}/none"
    only(doctor(migrated, key, url=nowhere), "database")
    only(doctor(migrated, key, DATABASE_READ_URL=nowhere), "read URL")
    only(doctor(migrated, key, url=nowhere, DATABASE_DIRECT_URL=migrated.url), "pooled URL")


def skewed(database, definition):
    """A schema whose functions stand before those of PostgreSQL itself, and the URL that looks there."""
    database.run("DROP SCHEMA IF EXISTS skewed CASCADE; CREATE SCHEMA skewed; GRANT USAGE ON SCHEMA skewed TO PUBLIC")
    database.run(definition)
    return f"{database.url}?options=-c%20search_path%3Dpublic,skewed,pg_catalog"


SETTINGS = """CREATE FUNCTION skewed.current_setting(name text) RETURNS text LANGUAGE sql
              RETURN CASE name WHEN '%s' THEN '%s' ELSE pg_catalog.current_setting(name) END"""


def test_doctor__old_postgresql(migrated, key):
    text, fix = only(doctor(migrated, key, url=skewed(migrated, SETTINGS % ("server_version_num", "140009"))), "version")
    assert "14" in text and "15" in fix


def test_doctor__encoding(migrated, key):
    text, fix = only(doctor(migrated, key, url=skewed(migrated, SETTINGS % ("server_encoding", "SQL_ASCII"))), "version")
    assert "SQL_ASCII" in text and "UTF8" in fix


@pytest.mark.parametrize("function,name", [("has_schema_privilege(a text, b text) RETURNS boolean", "queries"),
                                           ("regexp_split_to_table(a text, b text) RETURNS SETOF text", "role")])
def test_doctor__database_that_refuses_to_answer(migrated, key, function, name):
    url = skewed(migrated, f"CREATE FUNCTION skewed.{function} LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$")
    text, fix = only(doctor(migrated, key, url=url), name)
    assert "no" not in text.split() and "log" in fix


@pytest.mark.parametrize("shift,is_good", [("-1 hour", False), ("-3 s", False), ("-1 s", True), ("1 s", True), ("3 s", False), ("2 days", False)])
def test_doctor__clock(migrated, key, shift, is_good):
    url = skewed(migrated, "CREATE FUNCTION skewed.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
                           f"RETURN pg_catalog.clock_timestamp() + interval '{shift}'")
    outcome = doctor(migrated, key, url=url)
    if is_good:
        assert outcome[1] == []
    else:
        assert "time service" in only(outcome, "clock")[1]


def test_doctor__no_schema(database, key):
    database.run("DO $$BEGIN CREATE ROLE quizd_runtime LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END$$")
    _, fix = only(doctor(database, key), "schema")
    assert "quizd migrate" in fix


@pytest.fixture
def other(database):
    quizd_ok("migrate", DATABASE_URL=database.owner_url)
    return database


@pytest.mark.parametrize("change,word", [("DELETE FROM schema_migrations WHERE number = 1", "1 migrations are pending"),
                                         ("UPDATE schema_migrations SET sha256 = '' WHERE number = 1", "edited"),
                                         ("INSERT INTO schema_migrations (number, name, sha256) VALUES (9999, 'x', '')", "9999")])
def test_doctor__schema(other, key, change, word):
    other.run(change)
    assert word in only(doctor(other, key), "schema")[0]


@pytest.mark.parametrize("change,word", [
    ("REVOKE SELECT ON answers FROM quizd_runtime", "lacks: SELECT on answers"),
    ("REVOKE INSERT ON users, sessions FROM quizd_runtime", "lacks: INSERT on sessions, INSERT on users"),
    ("GRANT UPDATE ON audit_events TO quizd_runtime", "more than it needs: UPDATE on audit_events"),
    ("GRANT DELETE ON audit_events TO PUBLIC", "more than it needs: DELETE on audit_events"),
    ("GRANT CREATE ON SCHEMA public TO quizd_runtime", "may change the schema")])
def test_doctor__role(other, key, change, word):
    other.run(change)
    text, fix = only(doctor(other, key), "role")
    assert word in text and "quizd migrate" in fix


def test_doctor__superuser(other, key):
    text, _ = only(doctor(other, key, url=other.owner_url), "role")
    assert "superuser" in text


def test_doctor__migrations_that_may_not_be_read(other, key):
    other.run("REVOKE ALL ON schema_migrations FROM quizd_runtime")
    text, fix = only(doctor(other, key), "schema")
    assert "cannot be read" in text and "quizd migrate --runtime-role=quizd_runtime" in fix


# --- durability ---

@pytest.fixture(scope="module")
def fragile():
    """A cluster of its own: its settings are about to be wrong."""
    made = Cluster()
    made.query("CREATE DATABASE quiz TEMPLATE template0")
    quizd_ok("migrate", DATABASE_URL=f"{made.url}/quiz")
    yield made
    made.close()


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_doctor__durability(fragile, key, setting):
    url = runtime(f"{fragile.url}/quiz")
    fragile.query(f"ALTER SYSTEM SET {setting} = off")
    fragile.query("SELECT pg_reload_conf()")
    try:
        outcome = None
        for _ in range(100):  # until the reload has reached everybody
            outcome = doctor(None, key, url=url)
            if outcome[1]:
                break
        text, fix = only(outcome, setting)
        assert "off" in text and f"ALTER SYSTEM SET {setting} = on" in fix
    finally:
        fragile.query(f"ALTER SYSTEM RESET {setting}")
        fragile.query("SELECT pg_reload_conf()")


def test_doctor__synchronous_commit_of_the_role(fragile, key):
    fragile.query("ALTER ROLE quizd_runtime IN DATABASE quiz SET synchronous_commit = off")
    try:
        for _ in range(100):
            outcome = doctor(None, key, url=runtime(f"{fragile.url}/quiz"))
            if outcome[1] == ["synchronous_commit"]:
                break
        only(outcome, "synchronous_commit")
    finally:
        fragile.query("ALTER ROLE quizd_runtime IN DATABASE quiz RESET synchronous_commit")
