"""Which statements a server sends to PostgreSQL, by the names of their blocks, read from PostgreSQL's own log."""
import collections
import glob
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
# "2026-01-01 00:00:00.000 UTC [123] LOG:  execute s7: WITH …", on one line, as the program has it.
EXECUTED = re.compile(r"^\S+ \S+ \S+ \[(\d+)\] LOG: +execute \S+: (.*)$", re.M)
SWITCH_ON = "ALTER DATABASE \"{}\" SET log_statement = 'all'"
LANES = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name IN ('quizd read', 'quizd write')"


def tidy(text):
    return re.sub(r"\s+", " ", re.sub(r"--.*", "", text)).strip().rstrip(";").strip()


def blocks():
    """Name by text, of all blocks of server/store."""
    found = {}
    for path in glob.glob(os.path.join(TOP, "server/store/*.sql")):
        with open(path) as file:
            for block in re.split(r"^-- name: ", file.read(), flags=re.M)[1:]:
                name, _, text = block.partition("\n")
                found[tidy(text)] = name.strip()
    return found


class Log:
    """The log of a cluster; `pids` are the backends whose statements count, others' are their own affair."""

    def __init__(self, path, pids):
        self.path, self.blocks, self.offset = path, blocks(), 0
        self.follow(pids)

    def follow(self, pids):
        self.pids = {str(pid) for pid in pids}
        self.names()

    def names(self):
        """How often each statement was executed since the last call. PostgreSQL logs a statement before it executes it."""
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            text = file.read()
        self.offset += len(text)
        return collections.Counter(self.blocks.get(tidy(sql), sql) for pid, sql in EXECUTED.findall(text.decode(errors="replace"))
                                   if pid in self.pids)
