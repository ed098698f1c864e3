"""The program under test: its commands, and servers started from it."""
import json
import os
import pathlib
import secrets
import signal
import subprocess
import time

from support_py import seeds

TOP = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("QUIZD_BINARY", str(TOP / "build/quizd"))
COMMAND_LIMIT_S = 120
START_LIMIT_S = 60
# All tests come from one address; those of the limits set their own.
UNLIMITED = {"QUIZD_USER_REQUESTS": "0", "QUIZD_NETWORK_REQUESTS": "0", "QUIZD_NETWORK_FAILURES": "0"}
STOP_LIMIT_S = 60
# Nothing expires in the middle of a test that compares what was before with what is afterwards.
UNTIDY = {"QUIZD_HOUSEKEEPING_MS": "3600000"}
KEYS = {}  # of the servers, by port
TIME_LIMITS = {"55P03", "57014"}  # of locks and of statements


def environment(**settings):
    """The environment of the tests without any setting of the program in it, and then these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QUIZD_", "DATABASE_"))}
    return {**kept, **settings}


def quizd(*arguments, stdin="", cwd=None, **settings):
    """Runs a command to its end. Settings are environment variables."""
    done = subprocess.run([BINARY, *map(str, arguments)], input=stdin, cwd=cwd, env=environment(**settings),
                          timeout=COMMAND_LIMIT_S, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    seeds.settings(settings)
    if arguments and arguments[0] == "user":
        seeds.phrase(stdin.strip())
    seeds.output(arguments, done.stdout + done.stderr)
    return done


def quizd_ok(*arguments, **options):
    done = quizd(*arguments, **options)
    assert done.returncode == 0, f"quizd {' '.join(map(str, arguments))}: exit status {done.returncode}\n{done.stdout}{done.stderr}"
    return done


class SigningKey:
    """A key file as `serve` wants it."""

    def __init__(self, directory, name="jwt.key"):
        self.secret = secrets.token_bytes(32)
        seeds.token(self.secret.hex())
        self.path = pathlib.Path(directory) / name
        self.path.touch(mode=0o600)
        self.path.write_text(self.secret.hex() + "\n")


class Server:
    """`quizd serve` on a free port of the loopback, with its log in a file."""

    def __init__(self, directory, database_url, *arguments, key=None, name="server", **settings):
        self.key = key or SigningKey(directory, f"{name}.key")
        self.log_path = pathlib.Path(directory) / f"{name}.log"
        seeds.log(self.log_path)
        seeds.settings(settings)
        options = {"QUIZD_LISTEN": "127.0.0.1:0", "QUIZD_THREADS": "256", "QUIZD_JWT_KEY_FILE": str(self.key.path),
                   "QUIZD_BANK_POLL_MS": "100", "DATABASE_URL": database_url, **UNLIMITED, **UNTIDY, **settings}
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([BINARY, "serve", *arguments], env=environment(**options), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        try:
            self.port = self.wait_for("serve.started")["port"]
            KEYS[self.port] = self.key
        except BaseException:
            self.kill()
            raise

    def log(self):
        """The lines of the log as objects; what is no JSON is an object with the text."""
        return [parse_line(line) for line in self.log_path.read_text(errors="replace").splitlines()]

    def wait_for(self, event, limit_s=START_LIMIT_S):
        return wait_until(lambda: self.find(event), limit_s, f"{event} in {self.log_path}")

    def find(self, event):
        for line in self.log():
            if line.get("event") == event:
                return line
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log_path.read_text(errors='replace')}")
        return None

    def errors(self):
        """What must not be in the log: errors, and what is no event. A statement that had no time is told as 503; that a machine was slow
        is nobody's fault."""
        lines = [line for line in self.log() if line.get("level") == "error" or line.get("event") == ""]
        return [line for line in lines if not (line["event"] == "db.statement_failed" and line["sqlstate"] in TIME_LIMITS)]

    def stop(self):
        """Asks it to stop; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_LIMIT_S)
        finally:
            self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(STOP_LIMIT_S)


def parse_line(line):
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {"event": "", "text": line}


def wait_until(holds, limit_s, what):
    """Polls until `holds` returns something true, and returns that."""
    deadline = time.monotonic() + limit_s
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {limit_s} s in vain for: {what}"
        time.sleep(0.02)
