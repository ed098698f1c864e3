"""What is told when: every part of the feedback at every moment, and nothing else of it."""
import json

import pytest

from support_py import bank as banks
from support_py import sample as samples

PARTS = ["correctness", "credit", "key", "explanation", "option_feedback", "section"]
MOMENTS = ["after_each", "after_submit", "after_close", "never"]
KEYS = {"number", "range", "accepted", "order", "pairs", "gaps"}
# Members of the feedback by the part that shows them; what `options` holds is looked at apart.
MEMBERS = {"correctness": {"correct"}, "credit": {"credit", "points"}, "key": KEYS, "explanation": {"explanation"}, "section": {"section"},
           "option_feedback": set()}
SHOWS = [[part] for part in PARTS] + [PARTS, ["correctness", "explanation"]]


def slug_of(when, show, is_closed=False):
    return "-".join([when, *(part[:3] for part in show), *(["closed"] if is_closed else [])]).replace("_", "-")


@pytest.fixture(scope="module")
def ruled(world, ada, tmp_path_factory):
    """An exam for each moment and each part."""
    folder = samples.write(tmp_path_factory.mktemp("ruled"), "ruled")
    (folder / "exams").mkdir()
    for when in MOMENTS:
        for show in SHOWS:
            slug = slug_of(when, show)
            window = {"closes_at": "2099-01-01T00:00:00Z"} if when == "after_close" else {}
            (folder / f"exams/{slug}.json").write_text(json.dumps({
                "slug": slug, "title": slug, "size": 8, "time_limit_minutes": 60, "pass_scaled": 700,
                "blueprint": [{"section": "alpha", "weight": 50}, {"section": "gamma", "weight": 50}],
                "feedback": {"when": when, "show": show}, **window}))
    yield samples.bring(world, ada, folder)
    samples.put_off(world, "ruled")


def told(items):
    """The feedback of every item, wherever it stands; None where there is none."""
    stands = [(item["answer"] or {}).get("feedback") for item in items]
    return [item.get("feedback") if feedback is None else feedback for feedback, item in zip(stands, items)]


def check_parts(kind, feedback, show):
    """Exactly what these parts show; types without options have no feedback on them."""
    allowed = set().union(*(MEMBERS[part] for part in show))
    assert set(feedback) - {"options"} <= allowed
    for part in show:
        if part in ("correctness", "credit", "explanation", "section"):
            assert MEMBERS[part] & set(feedback), (part, feedback)
    for option in feedback.get("options", ()):
        assert set(option) - {"id"} <= ({"correct"} if "key" in show else set()) | ({"feedback"} if "option_feedback" in show else set())
        assert len(option) > 1
    if "key" in show:
        assert KEYS & set(feedback) or any("correct" in option for option in feedback["options"])
    has_options = kind not in ("numeric", "short_text") and ("option_feedback" in show or ("key" in show and "choice" in kind or kind == "true_false"))
    assert ("options" in feedback) == (has_options and ("option_feedback" in show or "key" in show))


@pytest.mark.parametrize("show", SHOWS, ids=lambda show: "+".join(show))
@pytest.mark.parametrize("when", MOMENTS)
def test_rule(learner, ruled, world, when, show):
    attempt = learner.client.post("/v1/attempts", {"bank": "ruled", "mode": "exam", "exam": slug_of(when, show)}, expect=201).json
    assert (attempt["rules"]["feedback_when"], attempt["rules"]["feedback_show"]) == (when, show if when != "never" else [])
    for item in attempt["items"][:-1]:
        learner.answer(attempt, item["position"], banks.right(ruled.find(item["question"])))
    while_open = told(learner.read(attempt)["items"])
    assert [feedback is not None for feedback in while_open] == [when == "after_each"] * 7 + [False]
    result = learner.submit(attempt).json
    after = told(result["items"])
    assert [feedback is not None for feedback in after] == [when in ("after_each", "after_submit")] * 8
    assert (result["score"] is None) == (when == "after_close")
    tells = show != ["section"] and when in ("after_each", "after_submit")
    assert (result["sections"] != []) == (when in ("after_each", "after_submit") and {"section", "credit"} <= set(show))
    if when == "after_close":
        world.database.run("UPDATE attempt_papers SET rules = replace(rules, '2099-01-01', '2020-01-01') WHERE attempt_id = %s",
                           (attempt["id"],))
        assert told(learner.result(attempt).json["items"]) == [None] * 8  # by the bank it is still going on
        samples.move_exam(world, [learner.client], "ruled", slug_of(when, show))
        closed = learner.result(attempt).json
        after = told(closed["items"])
        assert None not in after and closed["score"]["raw"] == 7
    for item, feedback in zip(attempt["items"] * 2, [*while_open, *after]):
        if feedback is not None:
            check_parts(item["question"]["type"], feedback, show)
    evidence = {area["section"]["path"]: area["evidence"]["answers"] for area in learner.weak_areas("ruled")["data"]}
    assert evidence["alpha"] + evidence["gamma/delta"] == (8 if tells else 0)  # alpha has all below it; skipped: wrong


def test_an_answer_is_final_only_where_feedback_tells(learner, ruled):
    """To be told the section to read gives nothing away: the answer may still be changed."""
    attempt = learner.client.post("/v1/attempts", {"bank": "ruled", "mode": "exam", "exam": slug_of("after_each", ["section"])}, expect=201).json
    question = ruled.find(attempt["items"][0]["question"])
    first = learner.answer(attempt, 1, banks.wrong(question)).json
    assert set(first["feedback"]) == {"section"}
    assert learner.answer(attempt, 1, banks.right(question), revision=2).json["response"] == banks.right(question)
    other = learner.client.post("/v1/attempts", {"bank": "ruled", "mode": "exam", "exam": slug_of("after_each", ["credit"])}, expect=201).json
    question = ruled.find(other["items"][0]["question"])
    learner.answer(other, 1, banks.wrong(question))
    assert learner.answer(other, 1, banks.right(question), revision=2, expect=409).code == "already_answered"
