"""Banks and the section tree of their notes."""
import collections
import json

import pytest

from support_py import bank as banks
from support_py.contract import UUID

BANK = "/v1/banks/aws-dva-c01"


@pytest.fixture(scope="module")
def sections(ada):
    return ada.client.get(f"{BANK}/sections", expect=200).json["data"]


def test_list(ada, aws):
    reply = ada.client.get("/v1/banks", expect=200).json
    assert (reply["has_more"], reply["next_cursor"]) == (False, None)
    entry, = [entry for entry in reply["data"] if entry["slug"] == "aws-dva-c01"]
    assert entry == ada.client.get(BANK, expect=200).json
    assert {**entry, "id": ""} == {"id": "", "slug": "aws-dva-c01", "title": aws.about["title"], "language": "en", "target": 0.72,
                                   "section_count": 70, "question_count": len(aws.questions)}


def test_tree(sections):
    assert len(sections) == 70
    assert collections.Counter(section["depth"] for section in sections) == {1: 22, 2: 43, 3: 5}


def test_tree_is_in_notes_order_and_every_parent_is_there(sections):
    """Preorder: the sections that are open at a place are the ancestors of the next."""
    open_sections = []
    for section in sections:
        del open_sections[section["depth"] - 1:]
        parent = open_sections[-1] if open_sections else None
        assert section["parent_id"] == (parent["id"] if parent else None)
        prefix = parent["path"] + "/" if parent else ""
        assert section["path"].startswith(prefix) and "/" not in section["path"][len(prefix):]
        assert len(open_sections) == section["depth"] - 1
        open_sections.append(section)


def test_paths_ids_and_anchors_are_unique(sections):
    for name in ("id", "path", "anchor"):
        assert len({section[name] for section in sections}) == 70
    assert all(UUID.fullmatch(section["id"]) for section in sections)


def test_counts_are_of_the_subtree(sections, aws):
    for section in sections:
        assert section["question_count"] == aws.count_under(section["path"]), section["path"]
    assert sum(section["question_count"] for section in sections if section["depth"] == 1) == len(aws.questions)


def test_section(ada, aws, sections):
    """Lines and text are those of the file."""
    lines = (aws.folder / "notes.md").read_text().splitlines()
    last = 0
    for entry in sections:
        section = ada.client.get(f"{BANK}/sections/{entry['id']}", expect=200).json
        assert {name: section[name] for name in entry} == entry
        first, end = section["lines"]
        assert last < first <= end
        assert lines[first - 1].lstrip("# ").rstrip("# ") == entry["title"]
        assert section["markdown"].strip() in "\n".join(lines[first - 1:end])
        for link in section["links"]:
            assert link["url"].startswith(("http://", "https://"))
        last = first


def test_sections_with_links(ada, sections):
    found = sum(len(ada.client.get(f"{BANK}/sections/{entry['id']}").json["links"]) for entry in sections)
    assert found > 0


@pytest.mark.parametrize("path", [BANK, f"{BANK}/sections", f"{BANK}/sections/{{id}}"])
def test_etag(ada, sections, path):
    path = path.format(id=sections[7]["id"])
    first = ada.client.get(path, expect=200)
    tag = first.headers["ETag"]
    assert tag.startswith('"') and tag.endswith('"')
    again = ada.client.get(path, headers={"If-None-Match": tag}, expect=304)
    assert again.body == b"" and again.headers["ETag"] == tag
    head = ada.client.request("HEAD", path, headers={"If-None-Match": tag}, expect=304)
    assert head.headers["ETag"] == tag
    for other in ('"another"', tag[:-2] + '"', tag.strip('"')):
        assert ada.client.get(path, headers={"If-None-Match": other}, expect=200).body == first.body


def test_nothing_of_the_keys_shows(ada, aws, sections):
    """Sections are notes: no question, no explanation, no feedback."""
    text = json.dumps([ada.client.get("/v1/banks").json, ada.client.get(BANK).json, sections])
    for question in aws.questions:
        assert question["stem"] not in text
        for secret in banks.secrets_of(question):
            assert secret not in text
