"""quizd import bank into a bank that is there: what was renamed is followed, what changed is audited, and --if-new changes nothing."""
import itertools
import json
import shutil
import subprocess

import pytest

from support_py import authoring, program
from support_py import bank as banks
from support_py import sample as samples
from support_py.program import TOP, quizd_ok

NUMBERS = itertools.count(1)
RENAMED = {"alpha": "first-of-all", "alpha/beta": "first-of-all/beta"}
RENAMED_NOTES = samples.NOTES.replace("## Alpha", "## First of all")
COUNTS = {"questions_created", "questions_updated", "questions_retired", "questions_rewritten", "questions_to_review", "sections_added",
          "sections_updated", "sections_renamed", "sections_removed", "exams_changed"}
LIMIT_S = 120


def moved(listed, names):
    """The questions as a folder has them in which their sections have other names."""
    return [{**question, "section": names.get(question["section"], question["section"])} for question in listed]


@pytest.fixture
def migrated(database):
    quizd_ok("migrate", DATABASE_URL=database.owner_url)
    return database


@pytest.fixture
def folder(tmp_path):
    return samples.write(tmp_path / "bank")


def run(database, folder, *arguments):
    return quizd_ok("import", "bank", folder, *arguments, DATABASE_URL=database.url).stdout.splitlines()


def sections(database):
    return dict(database.rows("SELECT path, id::text FROM sections WHERE removed_at IS NULL"))


def events(database):
    return [detail for detail, in database.rows("SELECT detail FROM audit_events WHERE event = 'bank.imported' ORDER BY at, id")]


def counts(**changed):
    assert set(changed) <= COUNTS
    return {"bank": "sample", **dict.fromkeys(COUNTS, 0), **changed}


# --- followed ---

def test_renamed__keeps_its_id_its_evidence_and_its_questions(world, admin, ada, tmp_path):
    slug = f"renamed-{next(NUMBERS)}"
    path = f"/v1/banks/{slug}"
    samples.bring(world, admin, samples.write(tmp_path, slug))
    before = {entry["path"]: entry["id"] for entry in admin.client.get(f"{path}/sections", expect=200).json["data"]}
    spec = {**authoring.question("by-hand", section="alpha/beta"), "sections": ["gamma", "alpha"], "source": {"line": 11}}
    draft = admin.client.post("/v1/questions", {"bank": slug, "question": spec}, expect=201).json
    attempt = ada.start(slug, sections=["alpha"], size=10)
    for item in attempt["items"]:
        ada.answer(attempt, item["position"], banks.right(next(q for q in samples.questions() if q["stem"] == item["question"]["stem"])))
    ada.submit(attempt)

    samples.bring(world, admin, samples.write(tmp_path, slug, notes=RENAMED_NOTES, listed=moved(samples.questions(), RENAMED)))
    after = {entry["path"]: entry["id"] for entry in admin.client.get(f"{path}/sections", expect=200).json["data"]}
    assert after == {RENAMED.get(name, name): name_id for name, name_id in before.items()}
    areas = {area["section"]["path"]: area["evidence"]["answers"] for area in ada.weak_areas(slug)["data"]}
    assert areas["first-of-all"] == len(attempt["items"]) == 4
    section = f"{path}/sections/{before['alpha']}"
    assert ada.client.get(f"{path}/anchors", query={"anchor": "alpha"}, expect=308).headers["Location"] == section
    assert ada.client.get(section, expect=200).json["aliases"] == ["alpha"]
    shown = admin.client.get(f"/v1/questions/{draft['id']}", expect=200).json
    assert (shown["state"], shown["question"]["section"], shown["question"]["sections"]) == ("draft", "first-of-all/beta", ["gamma", "first-of-all"])
    event = next(event for event in admin.client.get("/v1/audit", query={"event": "bank.imported"}, expect=200).json["data"]
                 if event["detail"]["bank"] == slug)
    assert event["actor_id"] is None and event["detail"] == {
        **counts(questions_rewritten=5, sections_updated=2, sections_renamed=2), "bank": slug}


def test_renamed__and_again_changes_nothing(migrated, folder):
    run(migrated, folder)
    before = sections(migrated)
    samples.write(folder, notes=RENAMED_NOTES, listed=moved(samples.questions(), RENAMED))
    fingerprint = migrated.fingerprint()
    told = run(migrated, folder, "--dry-run")
    assert migrated.fingerprint() == fingerprint
    assert told == ["sample: questions 0 created, 0 updated, 9 unchanged; sections 0 created, 2 updated, 3 unchanged, 0 removed"
                    " (dry run: nothing was changed)",
                    "renamed sections: 2 (they keep their answers and questions, of which 4 got a new version)"]
    assert run(migrated, folder) == [told[0].replace(" (dry run: nothing was changed)", ""), told[1]]
    assert sections(migrated) == {RENAMED.get(path, path): section for path, section in before.items()}
    assert migrated.rows("SELECT DISTINCT q.current_version, q.state FROM questions AS q JOIN sections AS s ON s.id = q.section_id "
                         "WHERE s.path LIKE 'first-of-all%'") == [(2, "published")]
    assert migrated.rows("SELECT anchor, path FROM section_aliases") == [("alpha", "alpha")]
    fingerprint = migrated.fingerprint()
    assert len(run(migrated, folder)) == 1 and migrated.fingerprint() == fingerprint


def test_renamed__back_again(migrated, folder):
    """What somebody has renamed since, too: the ids stay, and the anchor is a section's own once more."""
    run(migrated, folder)
    before = sections(migrated)
    other = samples.write(folder.parent / "other", notes=RENAMED_NOTES, listed=moved(samples.questions(), RENAMED))
    run(migrated, other)
    run(migrated, folder)
    assert sections(migrated) == before
    assert migrated.rows("SELECT anchor, path FROM section_aliases") == [("first-of-all", "first-of-all")]


def test_renamed__and_a_question_of_it_changed(migrated, folder):
    """The folder has the last word on a question."""
    run(migrated, folder)
    listed = moved(samples.questions(), RENAMED)
    listed[0]["stem"] = "A better stem?"
    samples.write(folder, notes=RENAMED_NOTES, listed=listed)
    assert "questions 0 created, 1 updated, 8 unchanged" in run(migrated, folder)[0]
    stored = migrated.rows("SELECT v.body ->> 'section', v.body ->> 'stem' FROM questions AS q JOIN question_versions AS v "
                           "ON v.question_id = q.id AND v.version = q.current_version WHERE q.slug = 'single'")
    assert stored == [("first-of-all", "A better stem?")]


def test_changed_text__needs_review_unless_the_folder_has_the_question_anew(migrated, folder):
    run(migrated, folder)
    listed = samples.questions()
    assert listed[2]["slug"] == "true-false"
    listed[2]["stem"] = "A stem for what beta says now?"
    samples.write(folder, listed=listed, notes=samples.NOTES.replace("Beta is below alpha.", "Beta is not below alpha any more."))
    assert run(migrated, folder)[1:] == ["questions whose section says something else now: 2"]
    assert migrated.rows("SELECT slug FROM questions WHERE needs_review_at IS NOT NULL") == [("numeric",)]
    assert events(migrated)[-1] == counts(questions_updated=1, questions_to_review=2, sections_updated=1)


# --- audited ---

def test_audit__one_event_for_what_changed(migrated, folder):
    assert run(migrated, folder, "--dry-run") and events(migrated) == []
    run(migrated, folder)
    run(migrated, folder)
    assert events(migrated) == [counts(questions_created=9, sections_added=5)]
    listed = samples.questions()[:8]
    listed[0]["stem"] = "A better stem?"
    notes = samples.NOTES.replace("## Empty\n\nNothing is asked about this.", "## Full\n\nThis is quite another matter, and new.")
    samples.write(folder, listed=listed, notes=notes)
    run(migrated, folder, "--retire-missing")
    assert events(migrated)[1:] == [counts(questions_updated=1, questions_retired=1, sections_added=1, sections_removed=1)]


# --- --if-new ---

def work(database):
    """What instructors do, or nearly."""
    database.run("UPDATE questions SET state = 'retired', revision = revision + 1 WHERE slug = 'single'")
    database.run("UPDATE banks SET title = 'Another title', revision = revision + 1")


def test_if_new__imports_what_is_new_and_leaves_the_rest(migrated, folder):
    assert run(migrated, folder, "--if-new", "--dry-run")[0].startswith("sample: questions 9 created")
    assert run(migrated, folder, "--if-new")[0].startswith("sample: questions 9 created")
    work(migrated)
    samples.write(folder, notes=RENAMED_NOTES, listed=moved(samples.questions(), RENAMED)[1:])
    before = migrated.fingerprint()
    for arguments in ([], ["--retire-missing"], ["--dry-run"]):
        told, = run(migrated, folder, "--if-new", *arguments)
        assert told.startswith("sample: the bank is there already, nothing is imported")
        assert migrated.fingerprint() == before
    assert "questions 0 created, 0 updated, 8 unchanged" in run(migrated, folder)[0]
    assert migrated.rows("SELECT title FROM banks") == [("A sample",)]


def test_if_new__of_many_at_once_one_imports(migrated, tmp_path):
    """Each has other questions; the bank is what one of them says."""
    folders = [samples.write(tmp_path / str(number), listed=samples.questions()[number:]) for number in range(4)]
    environment = program.environment(DATABASE_URL=migrated.url)
    running = [subprocess.Popen([program.BINARY, "import", "bank", "--if-new", folder], env=environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True) for folder in folders]
    said = [process.communicate(timeout=LIMIT_S) for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    (made,) = [number for number, (out, _) in enumerate(said) if "created" in out]
    assert sum("there already" in out for out, _ in said) == 3
    assert migrated.rows("SELECT count(*) FROM questions") == [(9 - made,)]


# --- make run ---

@pytest.fixture
def checkout(tmp_path, folder):
    """One whose program serves nothing: run-dev, and a bank for it."""
    shutil.copytree(folder, tmp_path / "checkout/questions/sample")
    (tmp_path / "checkout/server/tools").mkdir(parents=True)
    shutil.copy(TOP / "server/tools/run-dev", tmp_path / "checkout/server/tools")
    stub = tmp_path / "quizd"
    stub.write_text(f'#!/bin/sh\nif [ "$1" = serve ]; then echo "serving $*"; else exec {program.BINARY} "$@"; fi\n')
    stub.chmod(0o755)
    return tmp_path / "checkout", stub


def test_run_dev__a_restart_keeps_what_was_changed(database, checkout):
    top, stub = checkout

    def start():
        done = subprocess.run([top / "server/tools/run-dev", stub], env=program.environment(DATABASE_URL=database.owner_url), timeout=LIMIT_S,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == 0 and "serving serve --dev" in done.stdout, done
        return done.stdout

    assert "sample: questions 9 created" in start()
    work(database)
    listed = samples.questions()
    listed[1]["stem"] = "Another stem in the folder?"
    (top / "questions/sample/questions/all.json").write_text(json.dumps(listed))
    before = database.fingerprint()
    assert "sample: the bank is there already, nothing is imported" in start()
    assert database.fingerprint() == before
