"""The other commands: notes, user, openapi, config, healthcheck, version; usage; where settings come from."""
import collections
import contextlib
import json
import os
import re
import signal
import socket

import pytest

from support_py.contract import printed_document
from support_py.learner import log_in
from support_py.program import TOP, Server, SigningKey, environment, quizd, quizd_ok, wait_until

COMMANDS = ["serve", "migrate", "import", "notes", "lint", "coverage", "user", "openapi", "config", "doctor", "healthcheck", "version"]


# --- usage ---

@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["--nonsense"], [""],
                                       *([command, "--nonsense"] for command in COMMANDS),
                                       *([command, "a", "b", "c", "d", "e"] for command in COMMANDS)], ids=" ".join)
def test_wrong_usage(arguments):
    done = quizd(*arguments)
    assert done.returncode == 2 and done.stdout == "" and done.stderr


@pytest.mark.parametrize("word", ["--help", "-?", "help"])
def test_help(word):
    shown = quizd_ok(word).stdout
    assert all(re.search(rf"^  {command} ", shown, re.M) for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(command):
    assert "Usage: quizd " + command in quizd_ok(command, "--help").stdout


def test_version():
    version = re.search(r"^VERSION := (.*)$", (TOP / "Makefile").read_text(), re.M)[1]
    assert quizd_ok("version").stdout == f"quizd {version}\n"
    assert printed_document()["info"]["version"] == version


# --- openapi ---

def test_document_is_the_one_that_is_served(anyone):
    assert anyone.get("/openapi.json", expect=200).json == printed_document()


def test_document_is_the_golden_copy():
    """Where the API was changed on purpose: `make openapi`."""
    assert (TOP / "tests/openapi.json").read_text() == quizd_ok("openapi").stdout


def test_every_reference_in_the_document_is_there():
    document = printed_document()
    wanted = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert wanted == set(document["components"]["schemas"])


# --- notes ---

def test_notes_of_the_bank():
    done = quizd_ok("notes", TOP / "questions/aws-dva-c01/notes.md")
    assert done.stdout.splitlines()[-1] == "70 sections: 22 of depth 1, 43 of depth 2, 5 of depth 3"
    assert done.stderr == ""


def test_notes_as_json():
    notes = json.loads(quizd_ok("notes", "--json", TOP / "questions/aws-dva-c01/notes.md").stdout)
    assert collections.Counter(section["depth"] for section in notes["sections"]) == {1: 22, 2: 43, 3: 5}
    paths = {section["path"] for section in notes["sections"]}
    assert len(paths) == 70 and all(section["parent"] in paths | {None} for section in notes["sections"])
    for section in notes["sections"]:
        assert set(section) == {"path", "anchor", "title", "depth", "parent", "first_line", "last_line", "links", "content_hash"}
        assert section["depth"] == section["path"].count("/") + 1 and section["first_line"] <= section["last_line"]


def test_notes_with_a_fence_that_is_never_closed(tmp_path):
    file = tmp_path / "notes.md"
    file.write_text("# A\n\n```sh\n# no heading\n```\n\n# B\n\n```yaml\nkey: 1\n\n# C\n\n## D\n")
    done = quizd_ok("notes", file)
    assert done.stdout.splitlines()[-1] == "4 sections: 3 of depth 1, 1 of depth 2"
    assert re.match(rf"{file}:9(:1)?: warning: ", done.stderr)


@pytest.mark.parametrize("content,words", [(b"# A\xff\n", "1:4: error"), (b"words\n", " error: there are no headings"), (None, "")])
def test_notes_that_cannot_be_read(tmp_path, content, words):
    file = tmp_path / "notes.md"
    if content is not None:
        file.write_bytes(content)
    done = quizd("notes", file)
    assert done.returncode == 1 and done.stdout == "" and f"{file}:{words}" in done.stderr


# --- user ---

def create(world, *arguments, stdin=""):
    return quizd("user", "create", *arguments, stdin=stdin, DATABASE_URL=world.database.url)


@pytest.mark.parametrize("role", ["learner", "instructor", "admin"])
def test_user_with_a_password_from_standard_input(world, anyone, role):
    email = f"cli-{role}@example.org"
    done = create(world, "--email", email, "--role", role, "--name", "Łukasz", stdin="a password of mine\n")
    assert (done.returncode, done.stdout) == (0, f"{role} {email} created\n")
    token = log_in(anyone, email, "a password of mine")["access_token"]
    me = anyone.get("/v1/me", token=token, expect=200).json
    assert (me["role"], me["display_name"]) == (role, "Łukasz")


def test_user_with_a_password_that_is_made(world, anyone):
    done = create(world, "--email", "made@example.org", "--role", "learner")
    password = re.fullmatch(r"learner made@example.org created\npassword \(shown once\): ([a-z0-9]{20})\n", done.stdout)[1]
    me = anyone.get("/v1/me", token=log_in(anyone, "made@example.org", password)["access_token"], expect=200).json
    assert me["display_name"] == "made"  # an address is nobody else's business


def test_user_that_is_there_already(world):
    create(world, "--email", "there@example.org", "--role", "learner")
    done = create(world, "--email", "There@example.org", "--role", "admin")
    assert done.returncode == 1 and done.stdout == "" and "e-mail address" in done.stderr


@pytest.mark.parametrize("arguments,stdin,status", [
    (["--email", "bad", "--role", "admin"], "", 1), (["--email", "a@example.org", "--role", "root"], "", 1),
    (["--email", "a@example.org"], "", 2),
    (["--role", "admin"], "", 2), (["--email", "a@example.org", "--role", "admin"], "short\n", 1),
    (["--email", "a@example.org", "--role", "admin"], "x" * 257 + "\n", 1),
    (["--email", "a@example.org", "--role", "admin"], "x" * 10000 + "\n", 1),
    (["--email", "a@example.org", "--role", "admin", "--name", ""], "", 1),
    (["--email", "a@example.org", "--role", "admin", "--name", "x" * 65], "", 1),
    (["--email", "a@example.org", "--role", "admin", "--name", "\udcff"], "", 1)],
                         ids=["address", "role", "no role", "no address", "short password", "257 bytes", "10,000 bytes", "no name",
                              "65 characters", "not UTF-8"])
def test_user_that_cannot_be(world, arguments, stdin, status):
    done = create(world, *arguments, stdin=stdin)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr and ("/password: must have" in done.stderr or not stdin)
    assert world.database.rows("SELECT count(*) FROM users WHERE email_key = 'a@example.org'") == [(0,)]


# --- healthcheck ---

def test_healthcheck(server):
    done = quizd_ok("healthcheck", QUIZD_LISTEN=f"127.0.0.1:{server.port}")
    assert done.stdout == "ready\n"
    assert quizd_ok("healthcheck", "--listen", f"0.0.0.0:{server.port}").stdout == "ready\n"


@contextlib.contextmanager
def held_port():
    """One that nobody serves on and nobody else is given meanwhile; who asks for it by number may have it."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_healthcheck_where_nobody_serves():
    with held_port() as port:
        done = quizd("healthcheck", QUIZD_LISTEN=f"127.0.0.1:{port}")
    assert (done.returncode, done.stdout) == (1, "not ready\n")


# --- settings ---

def test_flag_before_environment_before_default(world, scratch):
    with held_port() as port, held_port() as other:
        server = Server(scratch, "postgresql://postgres@nowhere.invalid/nothing", "--listen", f"127.0.0.1:{port}", "--log-level", "debug",
                        "--database-url", world.database.url, name="flags", QUIZD_LISTEN=f"127.0.0.1:{other}",
                        QUIZD_LOG_LEVEL="error")
    try:
        assert server.port == port
        assert server.find("serve.started")["listen"] == f"127.0.0.1:{port}"
    finally:
        assert server.stop() == 0


def test_our_variable_before_the_common_one(world, scratch):
    server = Server(scratch, "postgresql://postgres@nowhere.invalid/nothing", name="ours", QUIZD_DATABASE_URL=world.database.url)
    try:
        assert quizd("healthcheck", QUIZD_LISTEN=f"127.0.0.1:{server.port}").returncode == 0
    finally:
        assert server.stop() == 0


def test_secret_in_a_file(world, scratch):
    file = scratch / "database-url"
    file.write_text(world.database.url + "\n")
    done = quizd("migrate", "--status", QUIZD_DATABASE_URL_FILE=str(file))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name,value", [("QUIZD_LISTEN", "localhost"), ("QUIZD_LISTEN", "127.0.0.1:99999"),
                                        ("QUIZD_THREADS", "many"), ("QUIZD_THREADS", "0"),
                                        ("QUIZD_LOG_LEVEL", "loud"), ("QUIZD_DEV", "yes"), ("QUIZD_DATABASE_URL", "mysql"),
                                        ("QUIZD_BANK_POLL_MS", "1.5")])
def test_wrong_values(world, name, value):
    done = quizd("serve", **{"DATABASE_URL": world.database.url, name: value})
    assert done.returncode == 2 and name in done.stderr
    flag = "--" + name[len("QUIZD_"):].lower().replace("_", "-")
    if name != "QUIZD_DEV":
        done = quizd("serve", f"{flag}={value}", DATABASE_URL=world.database.url)
        assert done.returncode == 2 and flag in done.stderr


def test_all_wrong_values_are_told_at_once():
    done = quizd("serve", QUIZD_THREADS="x", QUIZD_DEV="x", QUIZD_LISTEN="x")
    assert done.returncode == 2 and all(name in done.stderr for name in ("QUIZD_THREADS", "QUIZD_DEV", "QUIZD_LISTEN"))


def test_slip_of_the_pen_is_pointed_out():
    done = quizd_ok("openapi", QUIZD_LISTNE="127.0.0.1:1")
    assert "warning: QUIZD_LISTNE" in done.stderr


def test_config_prints_every_setting():
    shown, table = quizd_ok("config").stdout, quizd_ok("config", "--markdown").stdout
    flags = re.findall(r"^\| `--([a-z-]+)` \| `(QUIZD_[A-Z_]+)`", table, re.M)
    assert len(flags) == len(table.splitlines()) - 2 > 10
    for flag, variable in flags:
        assert f"--{flag}" in shown and variable in shown


# --- serve ---

def serve(world, *arguments, **settings):
    return quizd("serve", *arguments, **{"DATABASE_URL": world.database.url, "QUIZD_LISTEN": "127.0.0.1:0", **settings})


def test_serve_without_a_key(world):
    done = serve(world)
    assert done.returncode == 1 and "QUIZD_JWT_KEY_FILE" in done.stderr


@pytest.mark.parametrize("content,mode", [(b"x" * 31, 0o600), (b"", 0o600), (b"x" * 48, 0o644), (b"x" * 48, 0o620),
                                          (b"x" * 2000, 0o600), (b"a" * 64, 0o600), (bytes(range(65, 80)) * 4, 0o600)],
                         ids=["short", "empty", "read by others", "written by others", "long", "one digit", "15 different bytes"])
def test_serve_with_a_bad_key(world, tmp_path, content, mode):
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(mode)
    done = serve(world, QUIZD_JWT_KEY_FILE=str(file))
    assert done.returncode == 1 and "key" in done.stderr


def test_serve_with_a_key_of_16_different_bytes(world, tmp_path):
    class Key:
        path = tmp_path / "plain.key"

    Key.path.write_bytes(bytes(range(65, 81)) * 2)
    Key.path.chmod(0o600)
    assert Server(tmp_path, world.database.url, key=Key, name="plain").stop() == 0


def test_serve_where_somebody_serves(world, server):
    done = serve(world, QUIZD_LISTEN=f"127.0.0.1:{server.port}", QUIZD_JWT_KEY_FILE=str(server.key.path))
    assert done.returncode == 1 and f"127.0.0.1:{server.port}" in done.stderr


def test_development_mode_makes_a_key_and_stays_on_the_loopback(world, tmp_path):
    class Key:
        path = tmp_path / "made.key"

    server = Server(tmp_path, world.database.url, "--dev", key=Key)
    assert server.stop() == 0
    assert os.stat(Key.path).st_mode & 0o777 == 0o600 and len(Key.path.read_text().strip()) == 64
    done = serve(world, "--dev", QUIZD_LISTEN="0.0.0.0:0", QUIZD_JWT_KEY_FILE=str(Key.path))
    assert done.returncode == 1 and "loopback" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly(world, scratch, number):
    server = Server(scratch, world.database.url, name=f"signal-{number}")
    server.process.send_signal(number)
    assert server.stop() == 0
    assert server.find("serve.stopped")["is_drained"] is True


def test_keys_can_be_changed(world, scratch, ada):
    """Tokens of the previous key are good while it is named, and no longer."""
    from support_py import contract, tokens
    from support_py.client import Client
    new = SigningKey(scratch, "new.key")
    for settings, status in (({"QUIZD_JWT_PREVIOUS_KEY_FILE": str(world.server.key.path)}, 200), ({}, 401)):
        server = Server(scratch, world.database.url, key=new, name=f"keys-{status}", **settings)
        try:
            client = Client(server.port, contract.printed_contract())
            client.get("/v1/me", token=ada.tokens["access_token"], expect=status)
            client.get("/v1/me", token=tokens.token_for(new, ada.id), expect=200)
        finally:
            assert server.stop() == 0


def test_environment_of_the_tests_is_clean():
    assert not [name for name in environment() if name.startswith("QUIZD_")]


# --- user list, disable, enable, reset-password ---

def user(world, *arguments, stdin=""):
    return quizd("user", *arguments, stdin=stdin, DATABASE_URL=world.database.url)


def audited(world, email):
    """What was done to the account; without its logins."""
    return world.database.rows("SELECT event, actor_id, address FROM audit_events WHERE subject_id = (SELECT id FROM users WHERE email = %s) "
                               "AND event LIKE 'user.%%' ORDER BY id", (email,))


def is_refused_soon(learner):
    wait_until(lambda: learner.client.get("/v1/me", expect=(200, 401)).status == 401, 1, "the end of an access token")


def test_user_list(world, learner):
    done = user(world, "list")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(rows) == world.database.rows("SELECT count(*) FROM users")[0][0]
    assert [learner.id, "learner", "enabled", learner.account["created_at"], learner.email] in rows
    assert user(world, "list", "--email", learner.email.upper()).stdout.count("\n") == 1
    assert learner.email not in user(world, "list", "--role", "admin").stdout
    assert user(world, "list", "--role", "root").returncode == 1


def test_user_list__more_than_a_page(world):
    world.database.run("INSERT INTO users (id, email, email_key, display_name, role, password_hash) SELECT gen_random_uuid(), "
                       "'crowd-' || n || '@example.org', 'crowd-' || n || '@example.org', 'x', 'instructor', '' FROM generate_series(1, 1001) AS n")
    try:
        rows = user(world, "list", "--role", "instructor").stdout.splitlines()
        assert len({row for row in rows if "crowd-" in row}) == 1001 and len(set(rows)) == len(rows)
    finally:
        world.database.run("DELETE FROM users WHERE email LIKE 'crowd-%'")


def test_user_disable_and_enable(world, anyone, learner):
    done = user(world, "disable", "--email", learner.email)
    assert (done.returncode, done.stdout) == (0, f"{learner.email} is disabled\n")
    is_refused_soon(learner)
    log_in(anyone, learner.email, learner.password, expect=401)
    anyone.post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": learner.tokens["refresh_token"]}, expect=401)
    done = user(world, "enable", "--email", learner.email)
    assert (done.returncode, done.stdout) == (0, f"{learner.email} is enabled\n")
    log_in(anyone, learner.email, learner.password)
    assert audited(world, learner.email) == [("user.disabled", None, None), ("user.enabled", None, None)]


def test_user_reset_password(world, anyone, learner):
    done = user(world, "reset-password", "--email", learner.email, stdin="another password of mine\n")
    assert (done.returncode, done.stdout) == (0, f"{learner.email} has a new password; every login has ended\n")
    is_refused_soon(learner)
    log_in(anyone, learner.email, learner.password, expect=401)
    log_in(anyone, learner.email, "another password of mine")
    anyone.post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": learner.tokens["refresh_token"]}, expect=401)
    made = user(world, "reset-password", "--email", learner.email).stdout.splitlines()
    log_in(anyone, learner.email, re.fullmatch(r"password \(shown once\): (\w{20})", made[1])[1])
    assert audited(world, learner.email) == [("user.password_reset", None, None)] * 2


@pytest.mark.parametrize("arguments,stdin", [(["disable", "--email", "nobody@example.org"], ""), (["enable", "--email", "nobody@example.org"], ""),
                                             (["reset-password", "--email", "nobody@example.org"], "a password of mine\n")])
def test_user_who_is_not_there(world, arguments, stdin):
    before = world.database.fingerprint()
    done = user(world, *arguments, stdin=stdin)
    assert (done.returncode, done.stdout) == (1, "") and "no such account" in done.stderr
    assert world.database.fingerprint() == before


def test_user_reset_password__that_is_refused(world, learner):
    before = world.database.fingerprint()
    done = user(world, "reset-password", "--email", learner.email, stdin="short\n")
    assert done.returncode == 1 and "/password" in done.stderr
    assert world.database.fingerprint() == before


@pytest.mark.parametrize("arguments", [["disable"], ["enable"], ["reset-password"], ["erase", "--email", "a@example.org"], ["list", "--name", "x"],
                                       ["disable", "--email", "a@example.org", "--role", "admin"]])
def test_user_wrong_usage(world, arguments):
    done = user(world, *arguments)
    assert done.returncode == 2 and "Usage: quizd user" in done.stderr
