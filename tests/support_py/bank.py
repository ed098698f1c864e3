"""
A bank's folder as the tests read it, with answers of every kind to its questions and what they are worth: written from
questions/README.md and the rules of the issue, not from the program.
"""
import glob
import json
import math
import pathlib
import unicodedata

from support_py import program, seeds

AWS = program.TOP / "questions/aws-dva-c01"
FULL = 1000
WRONG_TEXT = "certainly not this"
seeds.phrase(WRONG_TEXT)


class Bank:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.about = json.loads((self.folder / "bank.json").read_text())
        self.slug = self.about["slug"]
        self.questions = [question for path in sorted(glob.glob(str(self.folder / "questions/*.json")))
                          for question in json.loads(pathlib.Path(path).read_text())]
        self.by_stem = {(question["section"], question["stem"]): question for question in self.questions}
        assert len(self.by_stem) == len(self.questions), "two questions of one section have the same stem"

    def find(self, shown):
        """The question behind what a learner was shown."""
        if "section" in shown:
            return self.by_stem[shown["section"], shown["stem"]]
        found, = [question for question in self.questions if question["stem"] == shown["stem"]]  # an exam does not tell
        return found

    def count_under(self, path):
        return sum(is_under(question["section"], path) for question in self.questions)


def is_under(section, path):
    return section == path or section.startswith(path + "/")


def right(question):
    """The response that gets full credit."""
    kind = question["type"]
    if kind == "numeric":
        return {"number": next(question["number"][name] for name in ("value", "min", "max") if name in question["number"])}
    if kind == "cloze":
        return {"gaps": {gap["id"]: gap["accepted"][0]["text"] for gap in question["gaps"]}}
    if kind == "short_text":
        return {"text": question["accepted"][0]["text"].replace("\\*", "*")}
    if kind == "ordering":
        return {"order": question["order"]}
    if kind == "matching":
        return {"pairs": question["pairs"]}
    return {"choices": ids(question, True)}


def wrong(question):
    """A response of the right kind that gets nothing."""
    kind = question["type"]
    if kind == "numeric":
        key = question["number"]
        return {"number": key["min"] - 1 if "min" in key else key.get("value", key.get("max")) * 2 + 1000}
    if kind == "cloze":
        return {"gaps": {gap["id"]: "certainly not this" for gap in question["gaps"]}}
    if kind == "short_text":
        return {"text": WRONG_TEXT}
    if kind == "ordering":
        return {"order": question["order"][::-1]}
    if kind == "matching":
        return {"pairs": {premise: next(choice["id"] for choice in question["choices"] if choice["id"] != key)
                          for premise, key in question["pairs"].items()}}
    return {"choices": ids(question, False)[:1]}


def partly(question):
    """A response between the two where the type has one (some ticks, one pair), else a wrong one."""
    if question["type"] == "multiple_choice":
        return {"choices": ids(question, True)[:1]}
    if question["type"] == "matching":
        premise = sorted(question["pairs"])[0]
        return {"pairs": {premise: question["pairs"][premise]}}
    return wrong(question)


def ids(question, correct):
    return [option["id"] for option in question["options"] if option["correct"] == correct]


def credit(question, response):
    """What a response is worth, in whole thousandths."""
    kind = question["type"]
    if kind == "numeric":
        key = question["number"]
        if "value" not in key:
            return FULL * (key.get("min", -math.inf) <= response["number"] <= key.get("max", math.inf))
        tolerance = max(key.get("tolerance", 0), key.get("relative_tolerance", 0) * abs(key["value"]))
        return FULL * (abs(response["number"] - key["value"]) <= tolerance * (1 + 1e-12) + 1e-12)
    if kind == "short_text":
        return FULL * any(text_fits(response["text"], accepted["text"], question.get("case_sensitive", False))
                          for accepted in question["accepted"])
    if kind == "ordering":
        return FULL * (response["order"] == question["order"])
    if kind == "matching":
        hits = sum(response["pairs"].get(premise) == choice for premise, choice in question["pairs"].items())
        return hits * FULL // len(question["premises"])
    if kind == "cloze":
        hits = sum(any(text_fits(response["gaps"].get(gap["id"], ""), accepted["text"], gap.get("case_sensitive", False))
                       for accepted in gap["accepted"]) for gap in question["gaps"])
        return hits * FULL // len(question["gaps"])
    good, ticks = set(ids(question, True)), set(response["choices"])
    if kind == "multiple_choice":
        return max(0, len(ticks & good) - len(ticks - good)) * FULL // len(good)
    return FULL * (ticks == good)


def text_fits(given, accepted, is_case_sensitive):
    given, accepted = (normal(text, is_case_sensitive) for text in (given, accepted))
    parts = [part.replace("\0", "*") for part in accepted.replace("\\*", "\0").split("*")]
    if len(parts) == 1:
        return given == parts[0]
    if not given.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        found = given.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return given.endswith(parts[-1]) and len(given) - len(parts[-1]) >= at


def normal(text, is_case_sensitive):
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    return text if is_case_sensitive else text.casefold()


def scaled(raw, most):
    """A score as a share, in thousandths, half up."""
    return math.floor(raw * 1000 / most + 0.5)


def secrets_of(question):
    """The words of a question that only its feedback may show."""
    parts = [*question.get("options", ()), *question.get("items", ()), *question.get("premises", ())]
    found = [question["explanation"], *(part["feedback"] for part in parts if part.get("feedback"))]
    return [text for text in found if len(text) > 12]
