"""GET /v1/banks/{bank}/coverage: the same as `quizd coverage` says of the folder."""
import json

from support_py import bank as banks
from support_py.learner import Learner
from support_py.program import quizd


def test_coverage__is_that_of_the_folder(admin):
    told = json.loads(quizd("coverage", "--json", banks.AWS).stdout)
    shown = admin.client.get("/v1/banks/aws-dva-c01/coverage", expect=200).json
    for exam in [*told["exams"], *shown["exams"]]:
        del exam["papers"]   # filled in the order of the files there, of the questions in memory here
        for share in exam["shares"]:
            del share["missing"]
    assert shown == told


def test_coverage__says_what_is_missing(admin, sample):
    shown = admin.client.get("/v1/banks/sample/coverage", expect=200).json
    assert not shown["is_complete"]
    missing = {section["path"]: section["missing"] for section in shown["sections"]}
    assert missing == {"alpha": 1, "alpha/beta": 1, "gamma": 3, "gamma/delta": 0, "empty": 3}


def test_coverage__is_for_members(anyone, world):
    stranger = Learner(anyone, "instructor", world.database)
    assert stranger.client.get("/v1/banks/aws-dva-c01/coverage", expect=403).code == "forbidden"
