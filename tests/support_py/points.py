"""Points by the rule's words (include/domain/points.h)."""
from support_py import bank as banks
from support_py.learner import answer_all


def first(question, credit=1000):
    """Ten by the credit and the factor of the difficulty that the learner is shown."""
    return credit * {1: 8, 2: 9, 3: 10, 4: 11, 5: 12}[question["difficulty"]] // 1000


def worth(attempt):
    """Of a paper that is all right, the first time."""
    return sum(first(item["question"]) for item in attempt["items"])


def take(person, bank, choose=banks.right, **members):
    """An attempt from start to submit."""
    attempt = person.start(**members)
    answer_all(person, bank, attempt, choose)
    person.submit(attempt)
    return attempt
