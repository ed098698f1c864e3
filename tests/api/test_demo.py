"""`make demo`: the scripted learner against a server."""
import os
import pty
import re
import subprocess

import pytest

from support_py.program import TOP, environment

pytestmark = pytest.mark.usefixtures("one_day")

DEMO = TOP / "server/tools/demo"
LIMIT_S = 60


def run(port, **settings):
    return subprocess.run([DEMO], env=environment(QUIZD_LISTEN=f"127.0.0.1:{port}", **settings), timeout=LIMIT_S,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def test_demo_without_a_terminal(server):
    done = run(server.port, COLUMNS="120")
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode()
    assert "\x1b" not in shown
    for heading in ("A first quiz", "His weak areas", "What to read: ", "A second quiz, on ", "His weak areas now", "Would he pass an exam?",
                    "A plan for "):
        assert f"\n{heading}" in shown
    assert shown.count(" points, ") == 2 and "last wrong today" in shown and "So far: 2 quizzes, 32 answers, " in shown


def test_demo_changes_as_one_would_expect(server):
    """What was weak, read up and answered rightly is expected to be better known, and the exam to turn out better."""
    shown = run(server.port, COLUMNS="120").stdout.decode()
    section, before, after = re.search(r"\n  (\S+): (\d+)% expected .* before reading it up, (\d+)% expected .* now\n", shown).groups()
    assert int(after) >= int(before) + 10
    assert re.search(rf"\n  {re.escape(section)} +weak ", shown)
    (line,) = re.findall(r"Progress, the share of an exam expected \(an estimate\): (.*)\n", shown)
    first, second, third = (int(share) for share in re.findall(r"(\d+)%", line))
    assert third > second and 40 < first < 72


def test_demo_in_ascii(server):
    assert run(server.port, PYTHONIOENCODING="ascii").stdout.isascii()


def test_demo_on_a_terminal(server):
    master, slave = pty.openpty()
    settings = environment(QUIZD_LISTEN=f"127.0.0.1:{server.port}", TERM="xterm", LANG="C.UTF-8")
    with subprocess.Popen([DEMO], env=settings, stdout=slave) as process:
        os.close(slave)
        shown = b""
        try:
            while piece := os.read(master, 65536):
                shown += piece
        except OSError:  # the other side is closed
            pass
        assert process.wait(LIMIT_S) == 0
    os.close(master)
    assert b"\x1b[32m" in shown and b"\x1b[31m" in shown and "┃".encode() in shown


def test_demo_where_nobody_serves():
    done = run(1)
    assert done.returncode == 1 and b"make run" in done.stderr and done.stdout == b""
