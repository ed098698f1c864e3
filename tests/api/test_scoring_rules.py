"""Rules of scoring over the API: chosen by an exam, by an attempt, by a question, or by the type; told beforehand, and what they make."""
import json

import pytest

from support_py import sample as samples


def options(about, right, **weights):
    return [{"id": name, "text": f"{about}: {name * 3}", "correct": name in right, "feedback": f"Of {name}.",
             **({"weight": weights[name]} if weights else {})} for name in "abcd"]


def asked(slug, kind, **members):
    return {"slug": slug, "type": kind, "stem": f"About {slug * 3}: what is it?" + (" [[one]] and [[two]]" if kind == "cloze" else ""),
            "explanation": f"Of {slug}.", "section": "alpha", "difficulty": 2, "source": {"line": 7}, **members}


GAPS = [{"id": "one", "accepted": [{"text": "uno"}, {"text": "un*"}]}, {"id": "two", "accepted": [{"text": "dos"}]}]
QUESTIONS = [
    asked("multiple", "multiple_choice", options=options("Planets in the sky", "ab")),
    asked("own", "multiple_choice", options=options("Rivers of the north", "ab"), scoring={"rule": "coverage"}),
    asked("weighted", "multiple_choice", options=options("Birds that fly by night", "ab", a=0.75, b=0.25, c=-0.5, d=0), scoring={"rule": "option_weights"}),
    asked("order", "ordering", items=[{"id": name, "text": f"Step {name}"} for name in "kmz"], order=["z", "k", "m"]),
    asked("gaps", "cloze", gaps=GAPS),
    asked("low", "numeric", number={"min": 0, "unit": "m"}),
    asked("between", "numeric", number={"min": -1.5, "max": 2}),
]
RULED = ["each_decision", "adjacent_pairs", "all_or_nothing"]
DEFAULTS = {"multiple": "net_correct", "own": "coverage", "weighted": "option_weights", "order": "all_or_nothing"}


@pytest.fixture(scope="module")
def ruled(world, ada, tmp_path_factory):
    folder = samples.write(tmp_path_factory.mktemp("scored"), "scored", listed=QUESTIONS)
    (folder / "exams").mkdir()
    for slug, scoring in (("plain", None), ("ruled", {"rules": RULED}), ("strict", {"rules": ["all_or_nothing"], "penalty": 0.5})):
        exam = {"slug": slug, "title": slug, "size": len(QUESTIONS), "time_limit_minutes": 10, "pass_scaled": 700,
                "blueprint": [{"section": "alpha", "weight": 100}], **({"scoring": scoring} if scoring else {})}
        (folder / f"exams/{slug}.json").write_text(json.dumps(exam))
    yield samples.bring(world, ada, folder)
    samples.put_off(world, "scored")


def sit(learner, ruled, exam):
    """The attempt, and its items by slug."""
    attempt = learner.client.post("/v1/attempts", {"bank": "scored", "mode": "exam", "exam": exam}, expect=201).json
    return attempt, {ruled.find(item["question"])["slug"]: item for item in attempt["items"]}


def credits(learner, ruled, exam, responses):
    """What each response is worth: credit and points."""
    attempt, items = sit(learner, ruled, exam)
    for slug, response in responses.items():
        learner.answer(attempt, items[slug]["position"], response)
    told = {item["position"]: (item["answer"] or {}).get("feedback") for item in learner.submit(attempt).json["items"]}
    return {slug: (told[items[slug]["position"]]["credit"], told[items[slug]["position"]].get("points")) for slug in responses}


HALF = {"multiple": {"choices": ["a"]}, "own": {"choices": ["a", "c"]}, "weighted": {"choices": ["a", "c"]}, "order": {"order": ["k", "m", "z"]},
        "gaps": {"gaps": {"one": "unus"}}}


def test_rules_are_named_before_they_count(learner, ruled):
    """A question's own rule, else the first of the exam's that fits its type, else the type's."""
    for exam, expected in (("plain", DEFAULTS), ("ruled", {**DEFAULTS, "multiple": "each_decision", "order": "adjacent_pairs"}),
                           ("strict", {**DEFAULTS, "multiple": "all_or_nothing"})):
        _, items = sit(learner, ruled, exam)
        assert {slug: items[slug]["question"]["scoring"]["rule"] for slug in expected} == expected
        assert {item["question"]["scoring"]["penalty"] for item in items.values()} == {0.5 if exam == "strict" else 0}


@pytest.mark.parametrize("exam,expected", [
    ("plain", {"multiple": 0.5, "own": 0.5, "weighted": 0.25, "order": 0, "gaps": 0.5}),
    ("ruled", {"multiple": 0.75, "own": 0.5, "weighted": 0.25, "order": 0.5, "gaps": 0.5}),
    ("strict", {"multiple": 0, "own": 0.5, "weighted": 0.25, "order": 0, "gaps": 0})])
def test_what_half_an_answer_is_worth(learner, ruled, exam, expected):
    found = credits(learner, ruled, exam, HALF)
    assert {slug: credit for slug, (credit, _) in found.items()} == expected
    for credit, points in found.values():
        assert points in (None, credit) if credit > 0 or exam != "strict" else points == -0.5


def told(learner, ruled, slug, response):
    """The feedback at once."""
    attempt = learner.start("scored", size=100)
    position = next(item["position"] for item in attempt["items"] if ruled.find(item["question"])["slug"] == slug)
    return learner.answer(attempt, position, response).json["feedback"]


@pytest.mark.parametrize("gaps,credit", [({"one": "uno", "two": "dos"}, 1), ({"one": "UNUM", "two": " DOS "}, 1), ({"one": "uno"}, 0.5),
                                         ({"two": "dos", "one": "dos"}, 0.5), ({"one": "dos", "two": "uno"}, 0)])
def test_gaps(learner, ruled, gaps, credit):
    feedback = told(learner, ruled, "gaps", {"gaps": gaps})
    assert (feedback["credit"], feedback["correct"]) == (credit, credit == 1)
    assert feedback["gaps"] == [{"id": "one", "accepted": ["uno", "un*"]}, {"id": "two", "accepted": ["dos"]}]


@pytest.mark.parametrize("slug,number,credit", [("low", 0, 1), ("low", 1e300, 1), ("low", -0.0001, 0), ("between", -1.5, 1), ("between", 2, 1),
                                                ("between", 0, 1), ("between", 2.0001, 0), ("between", -1.5001, 0)])
def test_ranges(learner, ruled, slug, number, credit):
    """A minimum of 0 is a minimum."""
    feedback = told(learner, ruled, slug, {"number": number})
    assert (feedback["credit"], feedback["range"]) == (credit, {"low": {"min": 0, "max": None}, "between": {"min": -1.5, "max": 2}}[slug])
