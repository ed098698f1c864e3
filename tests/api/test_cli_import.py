"""quizd import bank: all or nothing, twice is once, and every fault with its place."""
import contextlib
import json
import os
import pty
import re
import shutil
import subprocess

import pytest

from support_py import bank as banks
from support_py import program, sample
from support_py.database import Database
from support_py.program import quizd, quizd_ok

NEW = "sample: questions 9 created, 0 updated, 0 unchanged; sections 5 created, 0 updated, 0 unchanged, 0 removed"
SAME = "sample: questions 0 created, 0 updated, 9 unchanged; sections 0 created, 0 updated, 5 unchanged, 0 removed"


@pytest.fixture
def migrated(database):
    quizd_ok("migrate", DATABASE_URL=database.owner_url)
    return database


@pytest.fixture
def folder(tmp_path):
    return sample.write(tmp_path / "bank")


def run(database, folder, *arguments):
    return quizd("import", "bank", folder, *arguments, DATABASE_URL=database.url)


def test_import(migrated, folder):
    done = run(migrated, folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, NEW + "\n", "")
    assert migrated.rows("SELECT slug, title, language, target_milli, domains FROM banks") == [
        ("sample", "A sample", "en", 600, {"domains": [{"slug": "all", "title": "All", "weight": 100}]})]
    columns = "path, anchor, title, depth, parent_path, first_line, last_line"
    assert migrated.rows(f"SELECT {columns} FROM sections ORDER BY position") == [
        ("alpha", "alpha", "Alpha", 1, None, 5, 7), ("alpha/beta", "beta", "Beta", 2, "alpha", 9, 11),
        ("gamma", "gamma", "Gamma", 1, None, 13, 15),
        ("gamma/delta", "delta", "Delta", 2, "gamma", 17, 19), ("empty", "empty", "Empty", 1, None, 21, 23)]
    stored = migrated.rows("SELECT slug, version, body FROM questions JOIN question_versions ON question_id = id ORDER BY 1")
    expected = {question["slug"]: question for question in sample.questions()}
    assert {slug: version for slug, version, _ in stored} == {slug: 1 for slug in expected}
    for slug, _, body in stored:
        if "number" in expected[slug]:
            expected[slug]["number"] = {"tolerance": 0, "relative_tolerance": 0, **expected[slug]["number"]}
        assert {name: body[name] for name in expected[slug]} == expected[slug]


def test_twice(migrated, folder):
    run(migrated, folder)
    before = migrated.fingerprint()
    done = run(migrated, folder)
    assert (done.returncode, done.stdout) == (0, SAME + "\n")
    assert migrated.fingerprint() == before


def test_dry_run(migrated, folder):
    before = migrated.fingerprint()
    done = run(migrated, folder, "--dry-run")
    assert (done.returncode, done.stdout) == (0, NEW + " (dry run: nothing was changed)\n")
    assert migrated.fingerprint() == before
    run(migrated, folder)
    assert run(migrated, folder, "--dry-run").stdout == SAME + " (dry run: nothing was changed)\n"


def test_change_of_one_question(migrated, folder):
    run(migrated, folder)
    (revision,), = migrated.rows("SELECT revision FROM banks")
    listed = sample.questions()
    listed[0]["stem"] = "A better stem?"
    sample.write(folder, listed=listed)
    assert "questions 0 created, 1 updated, 8 unchanged" in run(migrated, folder).stdout
    stems = "SELECT version, body->>'stem' FROM question_versions JOIN questions ON id = question_id WHERE slug = 'single' ORDER BY 1"
    assert migrated.rows(stems) == [(1, "The stem of single?"), (2, "A better stem?")]
    assert migrated.rows("SELECT current_version FROM questions WHERE slug = 'single'") == [(2,)]
    assert migrated.rows("SELECT revision > %s FROM banks", (revision,)) == [(True,)]


def test_time_zone(migrated, folder):
    """Of the days of leaderboards: UTC unless the bank says another."""
    def zone():
        return migrated.rows("SELECT time_zone FROM banks WHERE slug = 'sample'")

    program.quizd_ok("import", "bank", folder, DATABASE_URL=migrated.url)
    assert zone() == [("UTC",)]
    about = json.loads((folder / "bank.json").read_text())
    for name, is_good in (("Europe/Berlin", True), ("Europe/Atlantis", False), ("", False), ("x" * 64, False)):
        (folder / "bank.json").write_text(json.dumps({**about, "time_zone": name}))
        done = program.quizd("import", "bank", folder, DATABASE_URL=migrated.url)
        assert (done.returncode == 0) == is_good and (is_good or "time" in done.stdout + done.stderr), done
        assert zone() == [("Europe/Berlin",)]
    (folder / "bank.json").write_text(json.dumps(about))
    program.quizd_ok("import", "bank", folder, DATABASE_URL=migrated.url)
    assert zone() == [("UTC",)]


def test_members_in_another_order_change_nothing(migrated, folder):
    run(migrated, folder)
    before = migrated.fingerprint()
    sample.write(folder, listed=[dict(reversed(question.items())) for question in reversed(sample.questions())])
    assert run(migrated, folder).stdout == SAME + "\n"
    assert migrated.fingerprint() == before


def test_questions_that_are_not_in_the_folder_stay(migrated, folder):
    run(migrated, folder)
    sample.write(folder, listed=sample.questions()[:2])
    told = run(migrated, folder).stdout
    assert "questions 0 created, 0 updated, 2 unchanged" in told
    assert told.splitlines()[1] == "published but not in the folder: 7 (kept; --retire-missing retires them)"
    assert migrated.rows("SELECT count(*) FROM questions WHERE state = 'published'") == [(9,)]


def test_questions_that_are_not_in_the_folder_retire_where_that_is_wanted(migrated, folder):
    run(migrated, folder)
    (revision,), = migrated.rows("SELECT revision FROM banks")
    sample.write(folder, listed=sample.questions()[:2])
    before = migrated.fingerprint()
    assert run(migrated, folder, "--retire-missing", "--dry-run").stdout.splitlines()[1] == "published but not in the folder: 7, retired"
    assert migrated.fingerprint() == before
    assert run(migrated, folder, "--retire-missing").stdout.splitlines()[1] == "published but not in the folder: 7, retired"
    left = {question["slug"] for question in sample.questions()[:2]}
    assert {slug for slug, in migrated.rows("SELECT slug FROM questions WHERE state = 'published'")} == left
    assert migrated.rows("SELECT revision > %s FROM banks", (revision,)) == [(True,)]
    events = migrated.rows("SELECT detail ->> 'slug', detail ->> 'from', detail ->> 'to' FROM audit_events "
                           "WHERE event = 'question.state_changed'")
    gone = {question["slug"] for question in sample.questions()} - left
    assert sorted(events) == sorted((slug, "published", "retired") for slug in gone)
    before = migrated.fingerprint()
    assert run(migrated, folder, "--retire-missing").stdout.count("\n") == 1  # none is missing any more
    assert migrated.fingerprint() == before
    sample.write(folder)
    assert "7 updated, 2 unchanged" in run(migrated, folder).stdout
    assert migrated.rows("SELECT count(*) FROM questions WHERE state = 'published'") == [(9,)]


def test_section_that_leaves_and_comes_back(migrated, folder):
    run(migrated, folder)
    listed = [question for question in sample.questions() if question["section"] != "gamma/delta"]
    sample.write(folder, listed=listed, notes=sample.NOTES.replace("### Delta\n", "").replace(
        "## Empty\n\nNothing is asked about this.", "## Full\n\nThis is quite another matter, and new."))
    assert "sections 1 created" in run(migrated, folder).stdout
    assert migrated.rows("SELECT path FROM sections WHERE removed_at IS NOT NULL ORDER BY 1") == [("empty",), ("gamma/delta",)]
    sample.write(folder)
    assert "1 removed" in run(migrated, folder).stdout
    there = [path for (path,) in migrated.rows("SELECT path FROM sections WHERE removed_at IS NULL ORDER BY position")]
    assert there == ["alpha", "alpha/beta", "gamma", "gamma/delta", "empty"]
    assert migrated.rows("SELECT count(DISTINCT id) FROM sections WHERE path = 'gamma/delta'") == [(1,)]


def test_the_real_bank_has_nothing_to_complain_of(migrated):
    done = run(migrated, banks.AWS)
    assert (done.returncode, done.stderr) == (0, "")
    count = len(banks.Bank(banks.AWS).questions)
    assert done.stdout == (f"aws-dva-c01: questions {count} created, 0 updated, 0 unchanged; "
                           "sections 70 created, 0 updated, 0 unchanged, 0 removed\n")


# --- faults ---

def question_fault(change):
    """A fault in the first question, made by a function of it."""
    def spoil(folder):
        listed = sample.questions()
        change(listed[0])
        sample.write(folder, listed=listed)
    return spoil


def text_fault(file, old, new):
    """A fault made by replacing the first `old` in a file."""
    def spoil(folder):
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_bytes(text.replace(old, new, 1).encode() if isinstance(new,
        str) else text.encode().replace(old.encode(), new, 1))
    return spoil


ALL = "questions/all.json"
# what, how it comes about, file, the text at whose place the fault is (None: it is known otherwise), code
FAULTS = [
    ("no JSON", text_fault(ALL, '"slug": "single",', '"slug": single,'), ALL, None, "malformed_json"),
    ("bad UTF-8", text_fault(ALL, "Straße", b"Stra\xffe"), ALL, None, "not_utf8"),
    ("a member twice", text_fault(ALL, '"type": "single_choice",', '"type": "single_choice", "type": "single_choice",'), ALL,
    None, "malformed_json"),
    ("too deep", text_fault(ALL, '"red"', "[" * 17 + "]" * 17), ALL, None, "malformed_json"),
    ("no array", lambda folder: (folder / ALL).write_text('\n  {"slug": "x"}'), ALL, '{"slug"', "wrong_type"),
    ("unknown type", question_fault(lambda q: q.update(type="essay")), ALL, '"essay"', "not_allowed"),
    ("unknown member", question_fault(lambda q: q.update(nonsense="here")), ALL, '"here"', "unknown"),
    ("member missing", question_fault(lambda q: q.pop("stem")), ALL, "{", "required"),
    ("wrong type", question_fault(lambda q: q.update(difficulty="2")), ALL, '"2"', "wrong_type"),
    ("difficulty", question_fault(lambda q: q.update(difficulty=6)), ALL, "6", "too_large"),
    ("bad slug", question_fault(lambda q: q.update(slug="No Slug")), ALL, '"No Slug"', "bad_format"),
    ("two right options", question_fault(lambda q: q["options"][0].update(correct=True)), ALL, None, None),
    ("no right option", question_fault(lambda q: q["options"][1].update(correct=False)), ALL, None, None),
    ("an option twice", question_fault(lambda q: q["options"][1].update(id="a")), ALL, None, "duplicate"),
    ("one option", question_fault(lambda q: q.update(options=q["options"][1:2])), ALL, None, None),
    ("key of another type", question_fault(lambda q: q.update(number={"value": 1})), ALL, None, "not_allowed"),
    ("unknown section", question_fault(lambda q: q.update(section="alpha/nowhere")), ALL, '"alpha/nowhere"', "not_found"),
    ("unknown further section", question_fault(lambda q: q.update(sections=["gamma", "no/where"])), ALL, '"no/where"',
    "not_found"),
    ("unknown domain", question_fault(lambda q: q.update(domain="nothing")), ALL, '"nothing"', "not_found"),
    ("line of another section", question_fault(lambda q: q.update(source={"line": 19})), ALL, "19", "not_allowed"),
    ("a slug twice", question_fault(lambda q: q.update(slug="matching")), ALL, None, "duplicate"),
    ("bank: no JSON", text_fault("bank.json", "{", "["), "bank.json", None, "malformed_json"),
    ("bank: unknown member", text_fault("bank.json", '"language"', '"nonsense": "here", "language"'), "bank.json", '"here"',
    "unknown"),
    ("bank: target", text_fault("bank.json", "0.6", "1.5"), "bank.json", "1.5", "too_large"),
    ("bank: slug", text_fault("bank.json", '"sample"', '"Sample"'), "bank.json", '"Sample"', "bad_format"),
    ("bank: missing", lambda folder: (folder / "bank.json").unlink(), "bank.json", None, "unreadable"),
    ("notes: bad UTF-8", text_fault("notes.md", "Beta is", b"Beta \xff"), "notes.md", None, "not_utf8"),
    ("notes: missing", lambda folder: (folder / "notes.md").unlink(), "notes.md", None, "unreadable"),
    ("questions: missing", lambda folder: shutil.rmtree(folder / "questions"), "questions", None, "unreadable"),
]


def place_of(path, text):
    """Line and column of the first occurrence, from 1."""
    before = path.read_text(errors="replace").partition(text)[0]
    return before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A database with the bank as it should be."""
    made = Database("imported")
    quizd_ok("migrate", DATABASE_URL=made.owner_url)
    assert run(made, sample.write(tmp_path_factory.mktemp("good") / "bank")).returncode == 0
    yield made
    made.drop()


@pytest.mark.parametrize("what,spoil,file,text,code", FAULTS, ids=[fault[0] for fault in FAULTS])
def test_fault(imported, folder, what, spoil, file, text, code):
    """It is told with its place, and nothing of what was there is changed."""
    spoil(folder)
    before = imported.fingerprint()
    done = run(imported, folder)
    assert (done.returncode, done.stdout) == (1, ""), what
    first = done.stderr.splitlines()[0]
    start = f"{folder}/{file}:"
    assert first.startswith(start) and (code is None or first.endswith(f"[{code}]")), done.stderr
    if text is not None:
        line, column = place_of(folder / file, text)
        assert first.startswith(f"{start}{line}:{column}: error: "), done.stderr
    elif code != "unreadable":
        assert re.match(r"[1-9]\d*:[1-9]\d*: error: ", first[len(start):]), done.stderr
    assert "nothing is imported" in done.stderr.splitlines()[-1]
    assert run(imported, folder, "--dry-run").stderr == done.stderr
    assert imported.fingerprint() == before


def test_fault_in_one_file_of_many(migrated, folder):
    """An empty database stays empty."""
    (folder / "questions/more.json").write_text("[{}]")
    before = migrated.fingerprint()
    assert run(migrated, folder).returncode == 1
    assert migrated.fingerprint() == before


def test_all_faults_are_told_at_once(migrated, folder):
    listed = sample.questions()
    for question in listed:
        question["difficulty"] = 0
    sample.write(folder, listed=listed, notes="# Other notes\n", bank={**sample.about("sample"), "target": 7})
    done = run(migrated, folder)
    assert done.stderr.splitlines()[-1].startswith("11 errors")    # the notes have no section
    assert sum("error:" in line for line in done.stderr.splitlines()) == 11


def test_a_slug_in_two_files(migrated, folder):
    (folder / "questions/more.json").write_text(json.dumps(sample.questions()[:1]))
    done = run(migrated, folder)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{folder}/questions/more.json:1:") and f"{folder}/questions/all.json:2:3" in done.stderr


@pytest.mark.parametrize("path", ["nowhere", "bank/bank.json"])
def test_no_folder(migrated, folder, path):
    done = run(migrated, folder.parent / path)
    assert done.returncode == 1 and str(folder.parent / path) in done.stderr


@pytest.mark.parametrize("arguments", [[], ["bank"], ["gift", "x"], ["bank", "x", "y"], ["bank", "--nonsense", "x"]])
def test_wrong_usage(arguments):
    assert quizd("import", *arguments).returncode == 2


def read_terminal(master):
    """All that was written to it: it comes in pieces, also when whoever wrote has ended."""
    shown = b""
    with contextlib.suppress(OSError):  # the other side is closed
        while piece := os.read(master, 65536):
            shown += piece
    return shown.decode()


def test_progress_on_a_terminal_only(migrated, folder):
    master, slave = pty.openpty()
    done = subprocess.run([program.BINARY, "import", "bank", folder], stdout=subprocess.PIPE, stderr=slave, timeout=60, check=True,
                          env=program.environment(DATABASE_URL=migrated.url))
    os.close(slave)
    shown = read_terminal(master)
    os.close(master)
    assert "importing 14 of 14" in shown and done.stdout.decode() == NEW + "\n"
    assert run(migrated, folder).stderr == ""


def test_two_at_once(migrated, tmp_path):
    """They wait for each other; one of them finds nothing to do."""
    folders = [sample.write(tmp_path / str(number)) for number in range(4)]
    environment = program.environment(DATABASE_URL=migrated.url)
    running = [subprocess.Popen([program.BINARY, "import", "bank", folder], env=environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True) for folder in folders]
    said = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    assert sorted(out for out, _ in said) == sorted([NEW + "\n"] + [SAME + "\n"] * 3)


def test_schema_that_is_missing(database, folder):
    done = run(database, folder)
    assert done.returncode == 1 and "quizd: " in done.stderr
