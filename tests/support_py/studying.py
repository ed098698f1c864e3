"""Histories of answers, given through the API and remembered for the second implementations of the models."""
import time

from support_py import bank as banks
from support_py import beta, knowledge

AGED = """UPDATE section_evidence
          SET weight = weight * power(2, -{0} / 30.0), credit = credit * power(2, -{0} / 30.0),
              (likelihood_1, likelihood_2, likelihood_3, likelihood_4, likelihood_5, likelihood_6, likelihood_7, likelihood_8,
               likelihood_9) = (SELECT f * likelihood_1, f * likelihood_2, f * likelihood_3, f * likelihood_4, f * likelihood_5,
                                       f * likelihood_6, f * likelihood_7, f * likelihood_8, f * likelihood_9
                                FROM (SELECT power(2, -{0} / 30.0)::double precision AS f) AS fading),
              last_answered_at = last_answered_at - interval '{0} days', last_wrong_at = last_wrong_at - interval '{0} days'
          WHERE user_id = %s"""


DAY_S = 86400


class History:
    """Somebody's answers, as the models want them."""

    def __init__(self, learner, bank, world):
        self.learner, self.bank, self.world = learner, bank, world
        self.evidence = []
        self.answers = []
        self.taken = 0
        learner.watcher = self

    def take(self, kinds, *, submits=True, **members):
        """An attempt in which question n is answered as kinds[n] says (None: not at all)."""
        self.taken += 1  # the same papers in every run: what is asked must not be a matter of luck
        attempt = self.learner.start(**{"seed": f"history {self.taken}", **members})
        for item, kind in zip(attempt["items"], kinds):
            if kind is not None:
                question = self.bank.find(item["question"])
                self.learner.answer(attempt, item["position"], kind(question))
                if submits or members.get("feedback") != "deferred":
                    credit = banks.credit(question, kind(question)) / 1000
                    self.evidence.append(beta.Evidence(question["section"], 0, credit))
                    self.answers.append(knowledge.Answer(question, 0, credit))
                    for one in (self.evidence[-1], self.answers[-1]):
                        one.at = time.time()
        if submits:
            self.learner.submit(attempt)
        return attempt

    def age(self, days):
        self.world.database.run(AGED.format(days), (self.learner.id,))
        for one in [*self.evidence, *self.answers]:
            one.age_days += days
            one.at -= days * DAY_S

    def look(self, estimated_for):
        """The moment that an estimate was made for: by then everything has an age."""
        for one in [*self.evidence, *self.answers]:
            if hasattr(one, "at"):
                one.age_days = (estimated_for - one.at) / DAY_S

    def areas(self, sections, target=0.72):
        return beta.estimate(sections, [question["section"] for question in self.bank.questions], self.evidence, target)
