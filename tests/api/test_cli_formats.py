"""quizd import FORMAT FILE and quizd export: good items are kept, bad ones are told, twice is once."""
import json
import os
import pty
import re
import subprocess

import pytest

from support_py import program, sample
from support_py.program import quizd, quizd_ok

GIFT = """\
$CATEGORY: $course$/top/Gamma/Delta

// [id:gift-1] [tag:one] [difficulty:4]
::First::[html]<p>Which <b>one</b>?</p>{=this#Yes. ~that#No. ~those#No. ####Because.}

::gift-2::Just words, no braces.

$CATEGORY: Elsewhere

::gift-3::2+2?{#4####Count.}
"""
QUESTIONS = "SELECT q.slug, q.current_version, s.path, v.body FROM questions AS q JOIN question_versions AS v ON v.question_id = q.id " \
            "AND v.version = q.current_version JOIN sections AS s ON s.id = v.section_id ORDER BY q.slug"


@pytest.fixture
def bank(database, tmp_path):
    """A database with the sample bank."""
    quizd_ok("migrate", DATABASE_URL=database.owner_url)
    quizd_ok("import", "bank", sample.write(tmp_path / "bank"), DATABASE_URL=database.url)
    return database


def run(bank, form, path, *arguments, **settings):
    return quizd("import", form, path, "--bank", "sample", *arguments, DATABASE_URL=bank.url, **settings)


def export(bank, form, *arguments):
    return quizd_ok("export", form, "--bank", "sample", *arguments, DATABASE_URL=bank.url)


@pytest.fixture
def gift(tmp_path):
    path = tmp_path / "questions.gift"
    path.write_text(GIFT)
    return path


def test_good_ones_are_kept_and_bad_ones_told(bank, gift):
    done = run(bank, "gift", gift, "--section", "alpha")
    assert done.stdout == "sample: questions 2 created, 0 updated, 0 unchanged, 1 refused\n"
    assert done.returncode == 1
    assert re.search(r"questions.gift:6:11: error: .* \[description\]", done.stderr)
    assert re.search(r'questions.gift:10: ?.*warning: .*"Elsewhere".* \[category_lost\]', done.stderr)
    stored = {slug: (version, path, body) for slug, version, path, body in bank.rows(QUESTIONS) if slug.startswith("gift")}
    assert {slug: (version, path) for slug, (version, path, _) in stored.items()} == {
        "gift-1": (1, "gamma/delta"), "gift-3": (1, "alpha")}
    body = stored["gift-1"][2]
    assert (body["stem"], body["tags"], body["difficulty"], body["explanation"]) == ("Which **one**?", ["one"], 4, "Because.")


def test_twice_is_once_and_a_change_is_an_update(bank, gift):
    run(bank, "gift", gift, "--section", "alpha")
    before = bank.fingerprint()
    assert "0 created, 0 updated, 2 unchanged, 1 refused" in run(bank, "gift", gift, "--section", "alpha").stdout
    assert bank.fingerprint() == before
    gift.write_text(GIFT.replace("2+2?", "2+2+0?"))
    assert "0 created, 1 updated, 1 unchanged" in run(bank, "gift", gift, "--section", "alpha").stdout
    assert bank.rows("SELECT current_version FROM questions WHERE slug = 'gift-3'") == [(2,)]


def test_dry_run_changes_nothing(bank, gift):
    before = bank.fingerprint()
    done = run(bank, "gift", gift, "--section", "alpha", "--dry-run")
    assert done.stdout == "sample: questions 2 created, 0 updated, 0 unchanged, 1 refused (dry run: nothing was changed)\n"
    assert bank.fingerprint() == before


def test_atomic_is_all_or_nothing(bank, gift):
    before = bank.fingerprint()
    done = run(bank, "gift", gift, "--section", "alpha", "--atomic")
    assert (done.returncode, done.stdout) == (1, "")
    assert "1 of 3 questions refused: nothing is imported" in done.stderr
    assert bank.fingerprint() == before
    gift.write_text(GIFT.replace("no braces.", "no braces?{T}"))
    assert "3 created" in run(bank, "gift", gift, "--section", "alpha", "--atomic").stdout


def test_lint_errors_are_refused_and_warnings_told(bank, tmp_path):
    """However many warnings come first, the errors are among the hundred that are shown."""
    path = tmp_path / "many.gift"
    path.write_text("".join(f"::n-{number}::Which?{{=a ~b ~c ####So.}}\n\n" for number in range(200)) + "::two::Which?{=a ~b ####So.}\n")
    done = run(bank, "gift", path, "--section", "alpha")
    assert done.stdout == "sample: questions 200 created, 0 updated, 0 unchanged, 1 refused\n" and done.returncode == 1
    assert "many.gift:401:1: error: /options: a choice needs at least 3 options [few_options]\n" in done.stderr
    assert "many.gift:1:1: warning: /options/0: this option does not say why it is right or wrong [missing_feedback]\n" in done.stderr
    assert done.stderr.count("[") == 100
    before = bank.fingerprint()
    assert "1 of 201 questions refused" in run(bank, "gift", path, "--section", "alpha", "--atomic").stderr
    assert bank.fingerprint() == before


TYPES = [
    ("csv", "id,question,answer,explanation\nshort,How many?,7,So.\n", "is there as short_text, and this looks like numeric"),
    ("csv", "id,question,type,answer,explanation\nshort,How many?,numeric,7,So.\n", None),
    ("gift", "::single::How many?{#7####So.}\n", None),
    ("gift", "::ordering::How many?{#7####So.}\n", "is there as ordering, and the file has it as numeric, because gift has no ordering"),
    ("jsonl", json.dumps({**next(question for question in sample.questions() if question["slug"] == "numeric"), "slug": "ordering"}), None),
    ("anki", "#guid column:1\nmatching\tHow many?\t7\n", "is there as matching, and the file has it as short_text, because anki has no matching"),
]


@pytest.mark.parametrize("form, content, why", TYPES)
def test_types_change_only_where_the_file_says_so(bank, tmp_path, form, content, why):
    path = tmp_path / "file"
    path.write_text(content)
    before = bank.fingerprint()
    done = run(bank, form, path, "--section", "alpha")
    assert (f"{0 if why else 1} updated, 0 unchanged, {1 if why else 0} refused" in done.stdout, done.returncode) == (True, 1 if why else 0)
    assert ("[type_differs]" in done.stderr) is bool(why) and (why or "") in done.stderr
    assert (bank.fingerprint() == before) is bool(why)


def test_types_are_looked_at_in_every_batch(bank, tmp_path):
    path = tmp_path / "many.txt"
    slugs = [f"n-{number}" for number in range(450)]
    slugs[0], slugs[250], slugs[449] = "single", "multiple", "matching"
    path.write_text("#guid column:1\n" + "".join(f"{slug}\tHow many?\t7\n" for slug in slugs))
    done = run(bank, "anki", path, "--section", "alpha")
    assert done.stdout == "sample: questions 447 created, 0 updated, 0 unchanged, 3 refused\n"
    assert re.findall(r"many.txt:(\d+):1: error: .* \[type_differs\]", done.stderr) == ["2", "252", "451"]


def test_without_a_section_of_the_notes(bank, gift):
    done = run(bank, "gift", gift)
    assert "1 created, 0 updated, 0 unchanged, 2 refused" in done.stdout
    assert "[no_section]" in done.stderr
    assert run(bank, "gift", gift, "--section", "nowhere").returncode == 1


BROKEN = [
    ("json", "[" + json.dumps({"slug": "x"}) + ",\n{\"slug", "truncated"),
    ("moodle", "question,answer\nQ,A\n", "wrong_format"),
    ("moodle", "<!DOCTYPE quiz [<!ENTITY a 'aaa'>]><quiz>&a;</quiz>", "doctype"),
    ("gift", "::ok::Q?{=a ~b}\n\n::bad::\ufffd", "description"),
]


def test_broken_files(bank, tmp_path):
    before = bank.fingerprint()
    path = tmp_path / "file"
    for form, content, rule in BROKEN:
        path.write_text(content)
        done = run(bank, form, path, "--section", "alpha", "--atomic")
        assert done.returncode == 1 and f"[{rule}]" in done.stderr and "nothing is imported" in done.stderr, (form, rule)
        assert bank.fingerprint() == before


def test_latin_1_leaves_nothing_half_done(bank, tmp_path):
    before = bank.fingerprint()
    path = tmp_path / "latin.gift"
    path.write_bytes(b"::a::Q?{=1 ~2}\n\n" + b"::b::Caf\xe9?{=1 ~2}\n")
    done = run(bank, "gift", path, "--section", "alpha")
    assert done.returncode == 1 and "latin.gift:3:9: error" in done.stderr and "[not_utf8]" in done.stderr
    assert bank.fingerprint() == before


def test_wrong_usage(bank, gift):
    assert quizd("import", "gift", gift, DATABASE_URL=bank.url).returncode == 2
    assert "there are: bank, json, jsonl, gift, aiken, moodle, csv, anki" in run(bank, "docx", gift).stderr
    assert quizd("import", "gift", gift, "--bank", "none", DATABASE_URL=bank.url).stderr == 'quizd: there is no bank "none"\n'
    assert run(bank, "gift", "/nowhere").returncode == 1
    assert quizd("export", "docx", "--bank", "sample", DATABASE_URL=bank.url).returncode == 2
    assert quizd("export", "gift", DATABASE_URL=bank.url).returncode == 2
    assert "have no section" in quizd("export", "gift", "--bank", "sample", "--section", "x", DATABASE_URL=bank.url).stderr


def test_standard_input(bank):
    done = run(bank, "aiken", "-", "--section", "alpha", stdin="Which?\nA. One\nB. Two\nC. Three\nANSWER: B\n")
    assert (done.returncode, done.stdout) == (0, "sample: questions 1 created, 0 updated, 0 unchanged, 0 refused\n")


def test_export_import_export(bank, tmp_path):
    path = tmp_path / "out"
    for form in ["json", "jsonl", "gift", "moodle", "csv"]:
        export(bank, form, path)
        first = path.read_bytes()
        done = run(bank, form, path)
        assert done.returncode == 0 and " 0 created" in done.stdout, (form, done.stderr)
        export(bank, form, path)
        assert path.read_bytes() == first, form
        if form.startswith("json"):
            assert done.stdout == "sample: questions 0 created, 0 updated, 9 unchanged, 0 refused\n"
        assert [name for name in os.listdir(tmp_path) if name.endswith(".part")] == []


def test_export_says_what_is_lost(bank):
    done = export(bank, "aiken")
    assert done.stdout.count("ANSWER:") == 2
    assert "7 left out" in done.stderr and "[no_such_type]" in done.stderr and "[all_but_key_lost]" in done.stderr


def test_export_of_a_section(bank):
    slugs = [json.loads(line)["slug"] for line in export(bank, "jsonl", "--section", "alpha").stdout.splitlines()]
    assert slugs == ["multiple", "single", "numeric", "true-false"]
    assert export(bank, "json", "--section", "empty").stdout == "[]\n"


def on_terminal(bank, *arguments):
    master, slave = pty.openpty()
    process = subprocess.Popen([program.BINARY, *map(str, arguments)], env=program.environment(DATABASE_URL=bank.url),
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    output = b""
    try:
        while True:
            output += os.read(master, 65536)
    except OSError:
        pass
    os.close(master)
    assert process.wait(60) == 0
    return output.decode()


def test_progress_on_a_terminal(bank, tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("id,question,answer,explanation\n" + "".join(f"n{i},How many is {i}?,{i},E\n" for i in range(1500)))
    shown = on_terminal(bank, "import", "csv", path, "--bank", "sample", "--section", "alpha")
    assert re.search(r"importing \[#{30}\] 1500 of 1500 \(100 %\), \d+/s", shown), shown
    assert "left" in shown or "100 %" in shown
    assert bank.rows("SELECT count(*) FROM questions WHERE slug ~ '^n[0-9]+$'") == [(1500,)]
