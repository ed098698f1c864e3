"""The list of attempts, and removing one that led nowhere."""
import pytest

from support_py import bank as banks
from support_py.learner import answer_all


@pytest.fixture
def past(learner, sample):
    """Five attempts, by what they are; newest first."""
    made = {"open": learner.start(sample.slug, size=2)}
    made["weak"] = learner.start(sample.slug, mode="weak_areas", size=2)
    made["submitted"] = learner.start(sample.slug, size=2)
    made["aws"] = learner.start(size=1)
    made["exam"] = learner.client.post("/v1/attempts", {"bank": "aws-dva-c01", "mode": "exam", "exam": "dva-c01"}, expect=201).json
    learner.submit(made["submitted"])
    return made


def listed(learner, **query):
    return [entry["id"] for entry in learner.client.get("/v1/attempts", query=query, expect=200).json["data"]]


@pytest.mark.parametrize("query,expected", [
    ({}, ["exam", "aws", "submitted", "weak", "open"]), ({"bank": "sample"}, ["submitted", "weak", "open"]),
    ({"state": "open"}, ["exam", "aws", "weak", "open"]), ({"state": "submitted"}, ["submitted"]),
    ({"mode": "exam"}, ["exam"]), ({"mode": "weak_areas"}, ["weak"]), ({"mode": "review"}, []),
    ({"exam": "dva-c01"}, ["exam"]), ({"exam": "another"}, []),
    ({"bank": "sample", "mode": "practice", "state": "open"}, ["open"])])
def test_filters(learner, past, query, expected):
    assert listed(learner, **query) == [past[name]["id"] for name in expected]


@pytest.mark.parametrize("filters", [{}, {"state": "open"}])
def test_pages_are_the_list(learner, past, filters):
    whole, pages, cursor = listed(learner, **filters), [], {}
    while True:
        page = learner.client.get("/v1/attempts", query={"limit": 2, **filters, **cursor}, expect=200).json
        pages += [entry["id"] for entry in page["data"]]
        assert page["has_more"] == (page["next_cursor"] is not None)
        if not page["has_more"]:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert pages == whole


@pytest.mark.parametrize("query,code", [({"state": "closed"}, "not_allowed"), ({"mode": "cram"}, "not_allowed"),
                                        ({"bank": "nothing"}, "not_found"), ({"cursor": "x"}, "bad_format")])
def test_filters_that_cannot_be(learner, query, code):
    reply = learner.client.get("/v1/attempts", query=query, expect=422)
    assert reply.faults() == [(next(iter(query)), code)]


def remove(person, attempt, expect=204):
    return person.client.request("DELETE", f"/v1/attempts/{attempt['id']}", expect=expect)


def test_delete_takes_back_what_it_said(learner, sample):
    """Weak areas are what they were before, to the last digit that is shown."""
    answer_all(learner, sample, learner.start(sample.slug, size=100), banks.partly)
    before = learner.weak_areas(sample.slug)
    attempt = learner.start(sample.slug, size=100)
    answer_all(learner, sample, attempt)
    assert learner.weak_areas(sample.slug)["data"] != before["data"]
    remove(learner, attempt)
    after = learner.weak_areas(sample.slug)
    counts = [[(area["section"]["path"], area["evidence"]["answers"], area["evidence"]["correct"]) for area in areas["data"]]
              for areas in (before, after)]
    assert counts[0] == counts[1]
    for old, new in zip(before["data"], after["data"]):
        assert abs(old["estimate"]["mean"] - new["estimate"]["mean"]) <= 0.0002
    learner.client.get(f"/v1/attempts/{attempt['id']}", expect=404)
    assert learner.answer(attempt, 1, {"choices": []}, expect=(404, 422)).status
    remove(learner, attempt, expect=404)


def last_times(world, learner):
    return world.database.rows("SELECT section_id::text, last_answered_at, last_wrong_at FROM section_evidence WHERE user_id = %s ORDER BY 1",
                               (learner.id,))


@pytest.mark.parametrize("days", [2, 120])
def test_delete_takes_back_when_something_was_last_wrong(learner, sample, world, days):
    """What was the last before it is so again, also where that is long ago."""
    first = learner.start(sample.slug, size=100)
    answer_all(learner, sample, first, banks.wrong)
    for table, columns in {"attempts": ("started_at",), "answers": ("recorded_at",), "section_evidence": ("last_answered_at", "last_wrong_at")}.items():
        sets = ", ".join(f"{column} = {column} - interval '{days} days'" for column in columns)
        world.database.run(f"UPDATE {table} SET {sets} WHERE user_id = %s", (learner.id,))
    before, why = last_times(world, learner), [area["why"] for area in learner.weak_areas(sample.slug)["data"]]
    assert any(f"last wrong {days} days ago" in words for words in why)
    second = learner.start(sample.slug, size=100)
    answer_all(learner, sample, second, banks.wrong)
    assert last_times(world, learner) != before
    remove(learner, second)
    assert last_times(world, learner) == before
    assert [area["why"] for area in learner.weak_areas(sample.slug)["data"]] == why
    third = learner.start(sample.slug, size=1)
    answer_all(learner, sample, third, banks.wrong)
    fourth = last_times(world, learner)
    remove(learner, first)  # it was not the last
    after = dict((row[0], row[1:]) for row in last_times(world, learner))
    assert all(after.get(section) == (at, wrong) for section, at, wrong in fourth if at > max(row[1] for row in before))


def test_delete_of_the_only_one_leaves_nothing(learner, sample, world):
    attempt = learner.start(sample.slug, size=100)
    answer_all(learner, sample, attempt)
    remove(learner, attempt)
    for table in ("attempts", "attempt_papers", "answers", "section_evidence"):
        assert world.database.rows(f"SELECT count(*) FROM {table} WHERE user_id = %s", (learner.id,)) == [(0,)]


def test_only_an_unfinished_practice_is_deleted(learner, eve, past):
    for name in ("submitted", "exam"):
        assert remove(learner, past[name], expect=409).code == "attempt_kept"
        learner.client.get(f"/v1/attempts/{past[name]['id']}", expect=200)
    remove(eve, past["open"], expect=404)
    learner.client.get(f"/v1/attempts/{past['open']['id']}", expect=200)
    remove(learner, past["weak"])
    remove(learner, past["open"])
