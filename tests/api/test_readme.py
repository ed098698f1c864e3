"""What README.md prints is what one gets. QUIZD_README_WRITE=1 writes it anew instead."""
import os
import re

import pytest

from support_py import bank as banks
from support_py import program, readme
from support_py.database import Database
from support_py.program import Server, quizd_ok

IS_WRITING = bool(os.environ.get("QUIZD_README_WRITE"))


@pytest.fixture
def fresh(scratch):
    """A server on a database where nobody was before, as a reader's."""
    database = Database("readme")
    quizd_ok("migrate", DATABASE_URL=database.owner_url)
    quizd_ok("import", "bank", banks.AWS, DATABASE_URL=database.url)
    server = Server(scratch, database.url, name="readme")
    yield server
    status = server.stop()
    database.drop()
    assert status == 0


def test_walk_through(fresh, tmp_path):
    text = readme.README.read_text()
    steps = readme.walk_through(text)
    outputs = readme.run(steps, fresh.port, tmp_path)
    if IS_WRITING:
        readme.README.write_text(readme.with_outputs(text, outputs))
        return
    assert len(steps) == len(outputs) >= 7
    for (commands, printed), output in zip(steps, outputs):
        words, numbers = readme.stable(output)
        printed_words, printed_numbers = readme.stable(printed)
        assert words == printed_words, f"README.md prints another output than this gives:\n{commands}"
        assert numbers == pytest.approx(printed_numbers, abs=0.001), commands


def test_settings():
    text = readme.README.read_text()
    table = quizd_ok("config", "--markdown").stdout
    if IS_WRITING:
        readme.README.write_text(readme.with_settings(text, table))
        return
    assert readme.part(text, "settings").strip() == table.strip()


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", readme.README.read_text()):
        assert target.startswith("https://") or (program.TOP / target).exists(), target


def test_targets_and_commands_are_there():
    """What README.md tells to type exists."""
    text = readme.README.read_text()
    targets = re.findall(r"^([a-z-]+):", (program.TOP / "Makefile").read_text(), re.M)
    assert {name for name in re.findall(r"`make ([a-z-]+)", text)} <= set(targets)
    known = quizd_ok("--help").stdout
    for command in re.findall(r"^quizd ([a-z]+)", text, re.M):
        assert f"  {command} " in known
