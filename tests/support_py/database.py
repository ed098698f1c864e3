"""Databases of the private cluster that tests/run has started."""
import contextlib
import itertools
import os
import subprocess

import psycopg2

NUMBERS = itertools.count(1)


def runtime(url):
    """The same database as the role that serves sees it: without DDL, and with no more rights than the statements need."""
    return url.replace("//postgres@", "//quizd_runtime@")


class Database:
    """A fresh, empty database; `drop` removes it whoever is still connected. `url` is that of the role that serves, which is there
    once `migrate` has run at `owner_url`."""

    def __init__(self, label="api"):
        self.name = f"{label}_{os.getpid()}_{next(NUMBERS)}"
        self.owner_url = f"{os.environ['QUIZD_TEST_URL']}/{self.name}"
        self.url = runtime(self.owner_url)
        run_tool("createdb", "-T", "template0", self.name)

    def drop(self):
        run_tool("dropdb", "--force", "--if-exists", self.name)

    @contextlib.contextmanager
    def cursor(self):
        connection = psycopg2.connect(host=os.environ["QUIZD_TEST_CLUSTER"], user="postgres", dbname=self.name)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def rows(self, statement, parameters=None):
        with self.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    def run(self, statement, parameters=None):
        with self.cursor() as cursor:
            cursor.execute(statement, parameters)

    def fingerprint(self):
        """Everything that is in the tables, in one value: equal before and after whatever must change nothing. But for what is counted
        of attempts, which servers bring up to date when they see fit."""
        columns = self.rows("SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
                            "WHERE table_schema = 'public' AND table_name NOT LIKE '%exposure%' "
                            "AND table_name NOT IN ('item_tallies', 'item_judgements') GROUP BY table_name")
        found = self.rows(" UNION ALL ".join(print_of(table, names) for table, names in columns))
        return {table: (count, total) for table, count, total in found}


def print_of(table, columns):
    """How many rows, and the sum of their hashes, whatever their order."""
    row = "(to_jsonb(t) - 'counted_at')" if "counted_at" in columns else "t"
    return f"SELECT '{table}', count(*), sum(hashtextextended({row}::text, 0)) FROM {table} AS t"


def run_tool(program, *arguments):
    subprocess.run([os.path.join(os.environ["QUIZD_TEST_PGBIN"], program), "-h", os.environ["QUIZD_TEST_CLUSTER"],
                    "-U", "postgres", *arguments], check=True, timeout=60)
