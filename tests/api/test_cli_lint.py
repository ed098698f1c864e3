"""`quizd lint` and `quizd coverage`: what they say about banks, in which form, and with which exit status."""
import json
import re
import subprocess

import pytest

from support_py.program import BINARY, TOP, environment, quizd, quizd_ok

POOR = TOP / "tests/data/banks/poor"
BROKEN = TOP / "tests/data/banks/broken"
REAL = TOP / "questions/aws-dva-c01"
TYPES = ["single_choice", "multiple_choice", "true_false", "numeric", "short_text", "ordering", "matching"]
# file:line:column severity code
FINDINGS = """
questions/a.json:3:15 error few_options
questions/a.json:4:16 warning missing_feedback
questions/a.json:5:112 error blank_source
questions/a.json:9:16 error combined_option
questions/a.json:6:57 warning double_negative
questions/a.json:12:3 warning missing_tags
questions/a.json:13:36 error check_differs
questions/a.json:15:56 error wrong_count
questions/a.json:22:13 error key_betrayed
questions/a.json:20:3 warning missing_domain
notes.md:9:0 error bad_link
notes.md:7:0 warning uncovered_section
notes.md:11:0 warning orphan_section
:0:0 warning uncovered_domain
questions/a.json:10:19 warning mixed_spelling
questions/a.json:15:56 warning near_duplicate
""".strip().splitlines()


@pytest.fixture(scope="module")
def poor():
    done = quizd("lint", "--json", POOR)
    assert done.returncode == 1 and done.stderr == ""
    return json.loads(done.stdout)


def with_warnings_alone(tmp_path):
    """A bank in which nothing is wrong, but a question has no tags."""
    (tmp_path / "questions").mkdir()
    (tmp_path / "bank.json").write_text('{"slug":"b","title":"B","language":"en","target":0.5}')
    (tmp_path / "notes.md").write_text("## One\n\nA fact.\n")
    (tmp_path / "questions/q.json").write_text(json.dumps([{
        "slug": "q", "type": "short_text", "stem": "S?", "accepted": [{"text": "yes"}], "explanation": "E", "section": "one",
        "difficulty": 1, "source": {"line": 3}}]))
    return tmp_path


# --- lint ---

def test_every_finding_has_its_place_and_code(poor):
    found = [f"{finding['file'].removeprefix(str(POOR)).removeprefix('/')}:{finding['line']}:{finding['column']} "
             f"{finding['severity']} {finding['code']}" for finding in poor["findings"]]
    assert found == FINDINGS
    assert (poor["errors"], poor["warnings"]) == (7, 9)


def test_text_says_the_same(poor):
    lines = quizd("lint", POOR).stdout.splitlines()
    listed = [line for line in lines if re.search(r": (error|warning): .* \[[a-z_]+\]$", line)]
    assert len(listed) == len(poor["findings"])
    for line, finding in zip(listed, poor["findings"]):
        assert line.startswith(finding["file"])
        assert line.endswith(f"{finding['severity']}: {finding['message']} [{finding['code']}]")
    assert lines[-1] == "errors: 7, warnings: 9"


def test_statistics(poor):
    statistics = poor["statistics"]
    assert statistics["is_complete"] is True
    assert statistics["questions"] == 5
    assert (statistics["sections"], statistics["sections_covered"], statistics["links"]) == (2, 1, 1)
    assert (statistics["numeric"], statistics["numeric_recomputed"], statistics["near_duplicates"]) == (1, 1, 1)
    assert statistics["spelling"] == "american"
    longest = statistics["key_longest"]
    assert (longest["questions"], longest["observed"]) == (3, 3)
    # One of two, one of three, two of three.
    assert longest["expected"] == pytest.approx(1 / 2 + 1 / 3 + 2 / 3)
    assert longest["probability"] == pytest.approx(1 / 2 * 1 / 3 * 2 / 3)
    assert [positions["type"] for positions in statistics["key_positions"]] == ["single_choice", "multiple_choice"]
    assert [place["observed"] for place in statistics["key_positions"][0]["positions"]] == [1, 0, 1]
    assert (statistics["closest"][0]["first"], statistics["closest"][0]["second"]) == ("two-options", "count")


def test_warnings_fail_only_when_strict(tmp_path):
    bank = with_warnings_alone(tmp_path)
    assert quizd_ok("lint", bank).stdout.splitlines()[-1] == "errors: 0, warnings: 1"
    assert quizd("lint", "--strict", bank).returncode == 1
    assert json.loads(quizd("lint", "--strict", "--json", bank).stdout)["findings"][0]["code"] == "missing_tags"


def test_a_bank_that_cannot_be_read_is_read_as_far_as_it_goes():
    shown = json.loads(quizd("lint", "--json", BROKEN).stdout)
    codes = [finding["code"] for finding in shown["findings"]]
    assert shown["errors"] == 22 and shown["statistics"]["is_complete"] is False
    assert codes[:4] == ["bad_format", "required", "too_large", "unknown"]
    assert "missing_check" in codes and "uncovered_section" not in codes
    assert "were left out" in quizd("lint", BROKEN).stdout


@pytest.mark.parametrize("command", ["lint", "coverage"])
def test_no_such_folder(command):
    done = quizd(command, "/nonexistent/bank")
    assert done.returncode == 1
    assert "/nonexistent/bank: error: there is no such folder, or it cannot be read [unreadable]" in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [["lint", REAL], ["lint", "--json", REAL], ["coverage", REAL], ["coverage", "--json", REAL]],
                         ids=lambda arguments: " ".join(map(str, arguments[:-1])))
def test_output_that_cannot_be_written(arguments):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([BINARY, *map(str, arguments)], stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    assert done.returncode == 1


def test_more_findings_than_are_listed(tmp_path):
    bank = with_warnings_alone(tmp_path)
    question = json.loads((bank / "questions/q.json").read_text())[0]
    (bank / "questions/q.json").write_text(json.dumps([{**question, "slug": f"q{i}"} for i in range(150)]))
    lines = quizd_ok("lint", bank).stdout.splitlines()
    assert sum("[missing_tags]" in line for line in lines) == 100
    counts = re.fullmatch(r"errors: 0, warnings: (\d+)", lines[-1])
    assert f"… and {int(counts[1]) - 100} more" in lines and int(counts[1]) > 150


# --- coverage ---

def test_coverage_of_the_poor_bank():
    done = quizd("coverage", "--json", POOR)
    shown = json.loads(done.stdout)
    assert done.returncode == 1 and shown["is_complete"] is False
    assert [(section["path"], section["own"]["questions"], section["has_text"], section["missing"]) for section in shown["sections"]] \
        == [("one", 5, True, 0), ("two", 0, True, 3), ("three", 0, False, 0)]
    assert [(domain["slug"], domain["own"]["questions"], domain["needed"], domain["missing"]) for domain in shown["domains"]] \
        == [("first", 4, 9, 5), ("second", 0, 6, 6)]
    exam = shown["exams"][0]
    assert (exam["slug"], exam["size"], exam["papers"]) == ("exam", 5, 0)
    assert [(share["domain"], share["needed"], share["missing"]) for share in exam["shares"]] == [("first", 3, 5), ("second", 2, 6)]
    assert "Something is missing." in quizd("coverage", POOR).stdout


def test_coverage_counts_the_questions_in_the_files():
    shown = json.loads(quizd_ok("coverage", "--json", REAL).stdout)
    questions = [question for path in sorted(REAL.glob("questions/*.json")) for question in json.loads(path.read_text())]
    assert shown["all"]["questions"] == len(questions)
    by_type = {row["type"]: row["questions"] for row in shown["all"]["by_type"]}
    assert {name: by_type[name] for name in TYPES} == {name: sum(q["type"] == name for q in questions) for name in TYPES}
    assert shown["all"]["by_difficulty"] == [sum(q["difficulty"] == level for q in questions) for level in range(1, 6)]
    for section in shown["sections"]:
        path = section["path"]
        assert section["own"]["questions"] == sum(q["section"] == path for q in questions)
        assert section["subtree_questions"] == sum(q["section"] == path or q["section"].startswith(path + "/") for q in questions)
    for domain in shown["domains"]:
        assert domain["own"]["questions"] == sum(q["domain"] == domain["slug"] for q in questions)


def test_table_has_a_line_for_each_section():
    shown = json.loads(quizd_ok("coverage", "--json", REAL).stdout)
    lines = quizd_ok("coverage", REAL).stdout.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("section "))
    for section, line in zip(shown["sections"], lines[at + 1:]):
        assert line.strip().startswith(section["title"][:30])
        assert int(re.search(r"(\d+) +\S+ \|", line)[1]) == section["own"]["questions"]
    assert lines[-1] == "Nothing is missing."
