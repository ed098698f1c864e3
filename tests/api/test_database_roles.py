"""
The role that serves has the rights that the statements of the program need, and no others: each statement may run, each right is
needed by one of them, and what it must never do (change the schema, change what was audited) PostgreSQL refuses.
"""
import os
import re

import psycopg2
import psycopg2.errors
import pytest

from support_py.database import Database
from support_py.program import TOP, quizd, quizd_ok

ROLE = "quizd_runtime"
TABLE = re.compile(r"^const struct statement SQL_(\w+) = {\n(.*?)^};", re.M | re.S)
TEXT = re.compile(r'\.((?:gathered_)?text) = "((?:[^"\\]|\\.)*)"')


def statements():
    """The statements of server/store/*.sql by name, as the program has them: with a gathered text a second one."""
    source = (TOP / os.environ.get("BUILD", "build") / "gen/store/sql.c").read_text()
    found = {}
    for name, body in TABLE.findall(source):
        for suffix, text in TEXT.findall(body):
            found[name if suffix == "text" else f"{name}_gathered"] = text.replace("\\?", "?").encode("latin-1").decode("unicode_escape")
    return found


STATEMENTS = statements()
# What triggers call; EXPLAIN does not come that far.
FUNCTIONS = ["SELECT revoke_tokens(gen_random_uuid(), gen_random_uuid(), NULL)"]


class As:
    """A connection as one of the roles; every statement in a transaction that is rolled back."""

    def __init__(self, database, user):
        self.connection = psycopg2.connect(host=os.environ["QUIZD_TEST_CLUSTER"], user=user, dbname=database.name)

    def run(self, *texts):
        try:
            with self.connection.cursor() as cursor:
                for text in texts:
                    cursor.execute(text)
                return cursor.fetchall() if cursor.description else []
        finally:
            self.connection.rollback()

    def may_call(self, text, *before):
        """The same, by doing it."""
        try:
            self.run(*before, text)
        except psycopg2.errors.InsufficientPrivilege:
            return False
        return True

    def may_run(self, name, *before):
        """Whether all rights that a statement needs are there. EXPLAIN asks for them and does nothing."""
        text = STATEMENTS[name]
        count = max(map(int, re.findall(r"\$(\d+)", text)), default=0)
        arguments = f"({', '.join(['NULL'] * count)})" if count else ""
        try:
            self.run(*before, "SET LOCAL plan_cache_mode = force_generic_plan", f"PREPARE p AS {text}", f"EXPLAIN EXECUTE p{arguments}")
        except psycopg2.errors.InsufficientPrivilege:
            return False
        finally:
            self.run("DEALLOCATE ALL")
            self.connection.commit()
        return True


@pytest.fixture(scope="module")
def migrated():
    made = Database("roles")
    quizd_ok("migrate", DATABASE_URL=made.owner_url)
    yield made
    made.drop()


@pytest.fixture(scope="module")
def runtime(migrated):
    session = As(migrated, ROLE)
    yield session
    session.connection.close()


@pytest.fixture(scope="module")
def owner(migrated):
    session = As(migrated, "postgres")
    yield session
    session.connection.close()


def granted(owner):
    """Every right on a table that the role has by name, as (table, right)."""
    return owner.run("SELECT table_name, privilege_type FROM information_schema.role_table_grants "
                     f"WHERE table_schema = 'public' AND grantee = '{ROLE}' ORDER BY 1, 2")


@pytest.mark.parametrize("name", STATEMENTS)
def test_roles__statement_may_run(runtime, name):
    assert runtime.may_run(name), f"{name} needs a right that server/store/rights.c does not give"


def test_roles__triggers_may_run(runtime):
    user = "'0190c8f0-5c1e-7d63-9f3a-0123456789ab'"
    made = (f"INSERT INTO users (id, email, email_key, display_name, role, password_hash) VALUES ({user}, 'x', 'x', 'x', 'learner', '-')",
            f"INSERT INTO sessions (user_id, id, refresh_hash) VALUES ({user}, {user}, 'x'), ({user}, gen_random_uuid(), 'y')")
    ended = f"SELECT role FROM token_revocations WHERE user_id = {user} ORDER BY role"
    assert runtime.run(*made, f"UPDATE users SET role = 'admin' WHERE id = {user}", ended) == [("admin",)]
    assert runtime.run(*made, f"UPDATE users SET is_disabled = true WHERE id = {user}", ended) == [(None,), (None,)]
    assert runtime.run(*made, f"UPDATE sessions SET revoked_at = now() WHERE id = {user}", ended) == [(None,)]
    assert runtime.run(*made, f"DELETE FROM users WHERE id = {user}", ended) == [(None,), (None,)]


def test_roles__no_right_is_given_that_no_statement_needs(owner):
    """Each right is taken away alone: then some statement must be refused."""
    idle = []
    for table, right in granted(owner):
        without = [f"REVOKE {right} ON {table} FROM {ROLE}", f"SET LOCAL ROLE {ROLE}"]
        users = [name for name, text in STATEMENTS.items() if re.search(rf"\b{table}\b", text)]
        if all(owner.may_run(name, *without) for name in users) and all(owner.may_call(text, *without) for text in FUNCTIONS):
            idle.append((table, right))
    # Read by `serve` and `migrate --status` through db/migration.c.
    assert idle == [("schema_migrations", "SELECT")]


def test_roles__nothing_is_given_to_everybody(owner):
    assert owner.run("SELECT table_name FROM information_schema.role_table_grants "
                     "WHERE table_schema = 'public' AND grantee = 'PUBLIC'") == []
    assert owner.run(f"SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = '{ROLE}'") == [
        (False,) * 5]


FORBIDDEN = {
    "create a table": "CREATE TABLE loot (x int)", "create a temporary table": "CREATE TEMPORARY TABLE loot (x int)",
    "create a schema": "CREATE SCHEMA loot", "create a function": "CREATE FUNCTION loot() RETURNS int LANGUAGE sql RETURN 1",
    "create a role": "CREATE ROLE loot", "become the owner": "SET ROLE postgres", "alter a table": "ALTER TABLE users ADD COLUMN loot int",
    "drop a table": "DROP TABLE answers", "empty a table": "TRUNCATE answers", "create an index": "CREATE INDEX ON answers (credit_milli)",
    "create a trigger": "CREATE TRIGGER t BEFORE INSERT ON answers EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "take a table": "ALTER TABLE users OWNER TO quizd_runtime", "run a program": "COPY users TO PROGRAM 'cat'",
    "read a file": "SELECT pg_read_file('/etc/passwd')", "change the migrations": "UPDATE schema_migrations SET name = 'x'",
    "forget the migrations": "DELETE FROM schema_migrations", "pretend a migration":
    "INSERT INTO schema_migrations (number, name, sha256) VALUES (9999, 'x', '')",
    "change what was audited": "UPDATE audit_events SET event = 'nothing.happened'",
    "forget what was audited": "DELETE FROM audit_events", "empty the audit": "TRUNCATE audit_events",
    "change a published version": "UPDATE question_versions SET body = '{}'", "forget a version": "DELETE FROM question_versions",
    "forget a user's answers all at once": "TRUNCATE users CASCADE",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_roles__refused(runtime, what):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        runtime.run(FORBIDDEN[what])


def test_roles__the_server_of_the_tests_runs_as_it(world):
    users = world.database.rows("SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name LIKE 'quizd%%' AND datname = %s",
                                (world.database.name,))
    assert users == [(ROLE,)]


def test_roles__migrating_takes_back_what_it_did_not_give(migrated, owner):
    before = granted(owner)
    migrated.run(f"GRANT ALL ON users, audit_events TO {ROLE}; GRANT CREATE ON SCHEMA public TO {ROLE}")
    assert granted(owner) != before
    quizd_ok("migrate", DATABASE_URL=migrated.owner_url)
    assert granted(owner) == before
    assert owner.run(f"SELECT has_schema_privilege('{ROLE}', 'public', 'CREATE')") == [(False,)]


def test_roles__the_runtime_role_cannot_migrate(database):
    quizd_ok("migrate", DATABASE_URL=database.owner_url)
    database.run("DELETE FROM schema_migrations WHERE number = 1")
    done = quizd("migrate", DATABASE_URL=database.url)
    assert done.returncode == 1


def test_roles__an_owner_who_may_make_no_roles_is_told(database):
    """And migrates all the same."""
    name = f"plain_{database.name}"
    database.run(f"CREATE ROLE {name} LOGIN; ALTER DATABASE {database.name} OWNER TO {name}")
    try:
        url = database.owner_url.replace("//postgres@", f"//{name}@")
        done = quizd_ok("migrate", "--runtime-role=nobody_yet", DATABASE_URL=url)
        assert "no role nobody_yet" in done.stderr and "CREATE ROLE nobody_yet LOGIN" in done.stderr
        done = quizd_ok("migrate", DATABASE_URL=url)
        assert done.stderr == ""
        assert As(database, ROLE).run("SELECT count(*) FROM users") == [(0,)]
        alone = quizd_ok("migrate", f"--runtime-role={name}", DATABASE_URL=url)
        assert alone.stderr == ""
        assert database.rows("SELECT tableowner FROM pg_tables WHERE tablename = 'users'") == [(name,)]
    finally:
        database.run(f"REASSIGN OWNED BY {name} TO postgres; DROP OWNED BY {name}; DROP ROLE {name}")
