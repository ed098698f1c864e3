"""Which statements a server sends to PostgreSQL, by the names of their blocks, read from PostgreSQL's own log."""
import collections
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
# "2026-01-01 00:00:00.000 UTC [123] LOG:  execute s7: WITH …", on one line, as the program has it.
EXECUTED = re.compile(r"^\S+ \S+ \S+ \[(\d+)\] LOG: +execute \S+: (.*)$", re.M)
SWITCH_ON = "ALTER DATABASE \"{}\" SET log_statement = 'all'"
# What threads of the server send over the lanes, whoever asks for what.
BACKGROUND = {"revocations_list"}
LANES = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name IN ('quizd read', 'quizd write')"
# All that requests are made of: no other connection of a server serves one.
LANES_AND_SESSIONS = LANES.replace("'quizd write'", "'quizd write', 'quizd transactions', 'quizd scans'")


def text_of_c(literal):
    """What a string literal of embed-sql says: octal for what is not ASCII, and a backslash before a question mark."""
    return literal[1:-1].replace("\\?", "?").encode().decode("unicode_escape").encode("latin-1").decode()


def names_by_text():
    """Of all statements that the program has, for one call and for many."""
    with open(os.path.join(TOP, os.environ.get("BUILD", "build"), "gen/store/sql.c")) as file:
        source = file.read()
    found = {}
    for block in source.split("const struct statement SQL_")[1:]:
        name = block.partition(" ")[0]
        for text in re.findall(r'\.(?:gathered_)?text = ("(?:[^"\\]|\\.)*")', block.partition("};")[0]):
            found[text_of_c(text)] = name
    return found


class Log:
    """The log of a cluster; `pids` are the backends whose statements count, others' are their own affair."""

    def __init__(self, path, pids):
        self.path, self.known, self.offset = path, names_by_text(), 0
        self.follow(pids)

    def follow(self, pids):
        self.pids = {str(pid) for pid in pids}
        self.names()

    def names(self):
        """How often each statement of a request was executed since the last call. PostgreSQL logs a statement before it executes it."""
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            text = file.read()
        self.offset += len(text)
        executed = (self.known.get(sql, sql) for pid, sql in EXECUTED.findall(text.decode(errors="replace")) if pid in self.pids)
        return collections.Counter(name for name in executed if name not in BACKGROUND)
