"""A PostgreSQL cluster that a test may stop, crash and freeze: its own, gone at the end."""
import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg2

from support_py import program

TOOL = program.TOP / "server/tools/dev-cluster"
LIMIT_S = 60


class Cluster:
    def __init__(self):
        # Known to tests/run by its name and lock: it removes what a run that was killed outright has left.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="quizd-test-", dir="/tmp"))
        self.in_use = open(self.directory / "in-use", "w")
        fcntl.flock(self.in_use, fcntl.LOCK_EX)
        self.data = self.directory / "data"
        self.bin = pathlib.Path(self.tool("bin"))
        self.url = self.tool("--dir", self.directory, "start")

    @staticmethod
    def tool(*arguments):
        return subprocess.run([TOOL, *arguments], check=True, timeout=180, stdout=subprocess.PIPE, text=True).stdout.strip()

    def close(self):
        self.thaw()
        self.tool("--dir", self.directory, "destroy")
        self.in_use.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def pg_ctl(self, *arguments):
        """As the owner of the cluster: PostgreSQL refuses root."""
        owner = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] if os.getuid() == 0 else []
        subprocess.run([*owner, self.bin / "pg_ctl", "-D", self.data, "-l", self.directory / "postgres.log", "-w", "-t", str(LIMIT_S), "-s",
                        *arguments], check=True, timeout=2 * LIMIT_S, cwd="/", stdin=subprocess.DEVNULL)

    def restart(self, mode):
        self.pg_ctl("-m", mode, "restart")

    def stop(self):
        self.pg_ctl("-m", "fast", "stop")

    def start(self):
        self.pg_ctl("start")

    def connect(self, database="postgres"):
        connection = psycopg2.connect(host=str(self.directory), user="postgres", dbname=database, connect_timeout=5)
        connection.autocommit = True
        return connection

    def query(self, statement, parameters=None, database="postgres"):
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def wait_until_back(self):
        """Waits until somebody can connect; returns when that was."""
        deadline = time.monotonic() + LIMIT_S
        while True:
            try:
                self.query("SELECT 1")
                return time.monotonic()
            except psycopg2.Error:
                assert time.monotonic() < deadline, "the cluster does not come back"
                time.sleep(0.01)

    def is_running(self):
        return (self.data / "postmaster.pid").exists()

    def postmaster(self):
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def processes(self):
        """The postmaster and its children."""
        found = subprocess.run(["pgrep", "-P", str(self.postmaster())], stdout=subprocess.PIPE, text=True, check=False).stdout
        return [self.postmaster(), *map(int, found.split())]

    def signal_all(self, number):
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def freeze(self):
        self.signal_all(signal.SIGSTOP)

    def thaw(self):
        try:
            self.signal_all(signal.SIGCONT)
        except FileNotFoundError:
            pass   # it is stopped

    def backends(self, application):
        return [pid for pid, in self.query("SELECT pid FROM pg_stat_activity WHERE application_name = %s", (application,))]
