"""quizd migrate, and how serve judges a schema."""
import concurrent.futures
import hashlib

import pytest

from support_py.program import TOP, Server, SigningKey, quizd, quizd_ok

FILES = sorted((TOP / "migrations").glob("*.sql"))
COUNT = len(FILES)
APPLIED = f"{COUNT} migration{'s' if COUNT > 1 else ''} applied.\n"


@pytest.fixture
def serve(scratch):
    """Runs `serve` where it is expected to end by itself."""
    key = SigningKey(scratch, "refused.key")

    def run(database, *arguments):
        return quizd("serve", *arguments, DATABASE_URL=database.owner_url, QUIZD_LISTEN="127.0.0.1:0", QUIZD_JWT_KEY_FILE=str(key.path))
    return run


def test_from_empty(database):
    done = quizd_ok("migrate", DATABASE_URL=database.owner_url)
    assert done.stdout == APPLIED
    rows = database.rows("SELECT number, name, encode(sha256, 'hex'), applied_at > now() - interval '5 minutes' "
                         "FROM schema_migrations ORDER BY number")
    assert rows == [(int(path.name[:4]), path.stem, hashlib.sha256(path.read_bytes()).hexdigest(), True) for path in FILES]


def test_again(database):
    quizd_ok("migrate", DATABASE_URL=database.owner_url)
    before = database.fingerprint()
    assert quizd_ok("migrate", DATABASE_URL=database.owner_url).stdout == "The schema is up to date.\n"
    assert database.fingerprint() == before


def test_many_at_once(database):
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: quizd("migrate", DATABASE_URL=database.owner_url), range(6)))
    assert [run.returncode for run in done] == [0] * 6, [run.stderr for run in done]
    assert sorted(run.stdout for run in done) == sorted([APPLIED] + ["The schema is up to date.\n"] * 5)
    assert database.rows("SELECT count(*) FROM schema_migrations") == [(COUNT,)]


def test_status(database):
    empty = quizd("migrate", "--status", DATABASE_URL=database.owner_url)
    assert empty.returncode == 1
    assert empty.stdout.splitlines() == [f"0 applied, {COUNT} pending", *(f"pending: {path.stem}" for path in FILES)]
    assert database.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    quizd_ok("migrate", DATABASE_URL=database.owner_url)
    assert quizd_ok("migrate", "--status", DATABASE_URL=database.owner_url).stdout == f"{COUNT} applied, 0 pending\n"


def test_edited_migration(database, serve):
    quizd_ok("migrate", DATABASE_URL=database.owner_url)
    database.run("UPDATE schema_migrations SET sha256 = sha256('another') WHERE number = 1")
    before = database.fingerprint()
    status = quizd("migrate", "--status", DATABASE_URL=database.owner_url)
    assert (status.returncode, "edited after it was applied: " + FILES[0].stem in status.stdout) == (1, True)
    for refused in (quizd("migrate", DATABASE_URL=database.owner_url), serve(database), serve(database, "--migrate")):
        assert refused.returncode == 1 and FILES[0].stem in refused.stderr
    assert database.fingerprint() == before


def test_newer_database(database, serve):
    quizd_ok("migrate", DATABASE_URL=database.owner_url)
    database.run("INSERT INTO schema_migrations (number, name, sha256) VALUES (9999, '9999_future', sha256('future'))")
    before = database.fingerprint()
    status = quizd("migrate", "--status", DATABASE_URL=database.owner_url)
    assert (status.returncode, "9999" in status.stdout) == (1, True)
    for refused in (quizd("migrate", DATABASE_URL=database.owner_url), serve(database), serve(database, "--migrate")):
        assert refused.returncode == 1 and "9999" in refused.stderr and "older than the database" in refused.stderr
    assert database.fingerprint() == before


def test_failing_migration_leaves_nothing(database):
    """A table of that name is there already: the migration fails as a whole."""
    database.run("CREATE TABLE answers (x int)")
    done = quizd("migrate", DATABASE_URL=database.owner_url)
    assert done.returncode == 1 and FILES[0].stem in done.stderr
    assert sorted(database.fingerprint()) == ["answers", "schema_migrations"]
    assert database.rows("SELECT count(*) FROM schema_migrations") == [(0,)]


def test_serve_refuses_an_old_schema_and_says_what_to_do(database, serve):
    refused = serve(database)
    assert refused.returncode == 1 and "quizd migrate" in refused.stderr
    assert database.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_serve_migrates(database, scratch):
    server = Server(scratch, database.owner_url, "--migrate", name="migrating")
    assert server.stop() == 0
    assert database.rows("SELECT count(*) FROM schema_migrations") == [(COUNT,)]


@pytest.mark.parametrize("command", [["migrate"], ["serve"], ["import", "bank", "questions/aws-dva-c01"],
                                     ["user", "create", "--email", "a@example.org", "--role", "admin"]])
def test_no_database_is_named(command):
    done = quizd(*command, cwd=TOP)
    assert done.returncode == 2 and "DATABASE_URL" in done.stderr


@pytest.mark.parametrize("command", [["migrate"], ["migrate", "--status"], ["import", "bank", "questions/aws-dva-c01"],
                                     ["user", "create", "--email", "a@example.org", "--role", "admin"]])
def test_database_that_is_not_there(scratch, command):
    done = quizd(*command, cwd=TOP, DATABASE_URL=f"postgresql://postgres@%2F{str(scratch)[1:].replace('/', '%2F')}/nothing")
    assert done.returncode == 1 and "quizd: " in done.stderr and str(scratch) not in done.stderr.splitlines()[-1]
