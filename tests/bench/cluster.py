"""A private PostgreSQL for the benchmark: on a Unix socket, durable, with the same settings for every contestant."""
import fcntl
import glob
import os
import shutil
import subprocess
import tempfile
import time

import psycopg2
import psycopg2.extensions
import psycopg2.extras

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
TOOL = os.path.join(TOP, "server/tools/dev-cluster")
PREFIX = "quizd-bench-"

# Durable. No checkpoint falls into a run by chance: that would hit one contestant and spare the other.
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "max_connections": "200",
    "jit": "off",
}


# Else a signal waits for the end of the statement, and some take minutes.
psycopg2.extensions.set_wait_callback(psycopg2.extras.wait_select)


def tool(*arguments):
    return subprocess.run([TOOL, *arguments], check=True, timeout=180, stdout=subprocess.PIPE, text=True).stdout.strip()


def is_in_memory(path):
    kind = subprocess.run(["stat", "-f", "-c", "%T", path], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    return kind in ("tmpfs", "ramfs")


def remove_abandoned(base):
    """What a run that was killed outright has left: nobody holds its lock any more."""
    for path in glob.glob(os.path.join(base, PREFIX + "*/in-use")):
        try:
            with open(path, "a") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                tool("--dir", os.path.dirname(path), "destroy")
        except OSError:
            pass


class Cluster:
    def __init__(self):
        # An fsync in memory costs nothing, and nothing would be measured.
        base = next((path for path in (tempfile.gettempdir(), "/var/tmp") if not is_in_memory(path)), tempfile.gettempdir())
        remove_abandoned(base)
        self.dir = tempfile.mkdtemp(prefix=PREFIX, dir=base)
        self.in_use = open(os.path.join(self.dir, "in-use"), "w")
        fcntl.flock(self.in_use, fcntl.LOCK_EX)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        tool("--dir", self.dir, "destroy")
        shutil.rmtree(self.dir, ignore_errors=True)

    def start(self):
        self.base_url = tool("--dir", self.dir, "start")
        for name, value in SETTINGS.items():
            self.run("postgres", f"ALTER SYSTEM SET {name} = %s", value)
        tool("--dir", self.dir, "stop")
        tool("--dir", self.dir, "start")

    def url(self, database):
        return f"{self.base_url}/{database}"

    def environment(self, database):
        """For clients that read libpq's variables."""
        socket = os.path.dirname(glob.glob(os.path.join(self.dir, ".s.PGSQL.*"))[0])
        return {"PGHOST": socket, "PGUSER": "postgres", "PGDATABASE": database}

    def connect(self, database):
        connection = psycopg2.connect(self.url(database))
        connection.autocommit = True
        return connection

    def run(self, database, sql, *values):
        """Statements without rows, or the rows of the last one."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values or None)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def create(self, database, template="template0"):
        self.run("postgres", f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def drop(self, database):
        self.run("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def version(self):
        return self.run("postgres", "SHOW server_version")[0][0].split()[0]

    def postmaster(self):
        with open(os.path.join(self.dir, "data/postmaster.pid")) as file:
            return int(file.readline())

    def fsync_us(self, count=300):
        """Median time of one 8 KiB write made durable, on the disk the database is on."""
        times = []
        path = os.path.join(self.dir, "fsync-probe")
        with open(path, "wb", buffering=0) as file:
            for _ in range(count):
                file.seek(0)
                began = time.perf_counter()
                file.write(b"x" * 8192)
                os.fdatasync(file.fileno())
                times.append((time.perf_counter() - began) * 1e6)
        os.remove(path)
        return sorted(times)[count // 2]
