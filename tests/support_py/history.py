"""
Judges what learners remember (support_py/load.py) against what is in the database. It knows the program only by its tables: what was
acknowledged is there, nothing is there that was refused or never sent, scores and evidence are what the answers make them.
"""
import datetime
import json
import math

from support_py import bank as banks
from support_py.load import ACKED, REFUSED, UNKNOWN

EPOCH = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)
HALF_LIFE_DAYS = 30
TOLERANCE = 1e-9


def faults(database, load):
    """All that is wrong, in words."""
    judge = Judge(database, load)
    judge.check()
    return judge.found


def done_without_a_word(database, load):
    """What the server did and did not say: answers and submissions in the database whose sender got no reply."""
    judge = Judge(database, load)
    judge.read()
    for person in load.people:
        for taken in person.attempts:
            attempt = judge.attempts[taken.id]
            if attempt.state == "submitted" and taken.submitted is None:
                judge.fault(f"attempt {taken.id} is submitted")
            for put in taken.puts:
                answer = attempt.answers.get(put.position)
                if put.outcome == UNKNOWN and answer is not None and Judge.is_from(answer, put):
                    judge.fault(f"attempt {taken.id}, position {put.position}: revision {put.revision} is recorded")
    return judge.found


def plain(response):
    """A response with what does not count taken out: the order of ticks."""
    return {name: sorted(value) if name == "choices" else value for name, value in response.items()}


class Answer:
    def __init__(self, row):
        (self.user, self.attempt, self.position, self.revision, self.question, response, self.credit, self.is_final, self.at,
         self.section) = row
        self.response = plain(json.loads(response))


class Attempt:
    def __init__(self, row):
        self.user, self.id, self.bank, self.state, self.submitted_at, self.raw, self.max, self.feedback, self.questions = row
        self.answers = {}


class Judge:
    def __init__(self, database, load):
        self.database, self.load, self.found = database, load, []
        self.users = [person.id for person in load.people]
        self.attempts = {}

    def fault(self, text):
        self.found.append(text)

    def rows(self, statement):
        return self.database.rows(statement, (self.users,))

    def read(self):
        attempts = self.rows("""
            SELECT a.user_id::text, a.id::text, a.bank_id::text, a.state, a.submitted_at, a.raw_milli, a.max_milli, p.feedback,
                   p.question_ids::text[]
            FROM attempts AS a LEFT JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
            WHERE a.user_id = ANY (%s::uuid[])""")
        self.attempts = {row[1]: Attempt(row) for row in attempts}
        answers = self.rows("""
            SELECT n.user_id::text, n.attempt_id::text, n.position, n.revision, n.question_id::text, n.response, n.credit_milli,
                   n.is_final, n.recorded_at, v.section_id::text
            FROM answers AS n
            LEFT JOIN attempt_papers AS p ON p.user_id = n.user_id AND p.attempt_id = n.attempt_id
            LEFT JOIN question_versions AS v ON v.question_id = n.question_id AND v.version = p.versions[n.position]
            WHERE n.user_id = ANY (%s::uuid[])""")
        for answer in map(Answer, answers):
            attempt = self.attempts.get(answer.attempt)
            if attempt is None:
                self.fault(f"answer of an attempt that is not there: {vars(answer)}")
            elif answer.position in attempt.answers:
                self.fault(f"two answers at one position: {vars(answer)}")
            else:
                attempt.answers[answer.position] = answer

    def check(self):
        self.read()
        for person in self.load.people:
            for taken in person.attempts:
                self.check_attempt(person, taken)
            stored = {attempt.id for attempt in self.attempts.values() if attempt.user == person.id}
            unknown = stored - {taken.id for taken in person.attempts}
            if len(unknown) > person.starts_unknown:
                self.fault(f"{person.id}: {len(unknown)} attempts nobody started, {person.starts_unknown} starts are unknown")
        self.check_evidence()

    def check_attempt(self, person, taken):
        attempt = self.attempts.get(taken.id)
        if attempt is None or attempt.user != person.id:
            self.fault(f"attempt {taken.id} was acknowledged and is not there")
            return
        shown = [taken.questions[position]["id"] for position in sorted(taken.questions)]
        if attempt.questions != shown or attempt.feedback != taken.feedback:
            self.fault(f"attempt {taken.id} is another than was shown")
        for position in taken.questions:
            puts = [put for put in taken.puts if put.position == position]
            self.check_answer(taken, attempt, puts, attempt.answers.get(position))
        for answer in attempt.answers.values():
            self.check_credit(taken, attempt, answer)
        self.check_submission(taken, attempt)

    def check_answer(self, taken, attempt, puts, answer):
        acked = [put for put in puts if put.outcome == ACKED]
        where = f"attempt {taken.id} ({taken.feedback}), position {puts[0].position if puts else '?'}"
        if answer is None:
            if acked:
                self.fault(f"{where}: revision {acked[-1].revision} was acknowledged and is not there")
            return
        if not any(self.is_from(answer, put) for put in puts if put.outcome != REFUSED):
            self.fault(f"{where}: revision {answer.revision} {answer.response} was refused or never sent")
        if answer.is_final != (taken.feedback == "immediate"):
            self.fault(f"{where}: is_final is {answer.is_final}")
        for put in acked:
            recorded = put.reply["revision"], plain(put.reply["response"])
            if answer.is_final and recorded != (answer.revision, answer.response):
                self.fault(f"{where}: {recorded} was acknowledged as final, {answer.revision} {answer.response} is there")
            elif answer.revision < put.revision or (answer.revision == put.revision and answer.response != plain(put.response)):
                if not answer.is_final:
                    self.fault(f"{where}: revision {put.revision} was acknowledged, {answer.revision} is there")
            if not answer.is_final and recorded != (put.revision, plain(put.response)):
                self.fault(f"{where}: sent {put.revision} {put.response}, acknowledged {recorded}")

    @staticmethod
    def is_from(answer, put):
        return put.revision == answer.revision and plain(put.response) == answer.response

    def check_credit(self, taken, attempt, answer):
        question = taken.questions.get(answer.position)
        if question is None or question["id"] != answer.question:
            self.fault(f"attempt {taken.id}: an answer at {answer.position} to another question")
            return
        credit = banks.credit(self.load.bank.find(question), answer.response)
        if answer.credit != credit:
            self.fault(f"attempt {taken.id}, position {answer.position}: credit {answer.credit}, {answer.response} is worth {credit}")
        if attempt.submitted_at is not None and answer.at > attempt.submitted_at:
            self.fault(f"attempt {taken.id}, position {answer.position}: recorded {answer.at}, submitted {attempt.submitted_at}")

    def check_submission(self, taken, attempt):
        if attempt.state != "submitted":
            if taken.submitted is not None:
                self.fault(f"attempt {taken.id}: submission was acknowledged, its state is {attempt.state}")
            return
        if taken.submits_sent == 0:
            self.fault(f"attempt {taken.id}: nobody submitted it")
        raw, most = sum(answer.credit for answer in attempt.answers.values()), 1000 * len(taken.questions)
        if (attempt.raw, attempt.max) != (raw, most):
            self.fault(f"attempt {taken.id}: {attempt.raw}/{attempt.max} is stored, the answers make {raw}/{most}")
        if taken.submitted is not None:
            score = taken.submitted["score"]
            if (round(score["raw"] * 1000), round(score["max"] * 1000)) != (attempt.raw, attempt.max):
                self.fault(f"attempt {taken.id}: score {score} was shown, {attempt.raw}/{attempt.max} is stored")

    def expected_evidence(self):
        """By (user, bank, section): what counts, with its moment."""
        expected = {}
        for attempt in self.attempts.values():
            for answer in attempt.answers.values():
                at = answer.at if answer.is_final else attempt.submitted_at
                if at is not None:
                    expected.setdefault((attempt.user, attempt.bank, answer.section), []).append((at, answer.credit))
        return expected

    def check_evidence(self):
        expected = self.expected_evidence()
        stored = self.rows("""
            SELECT user_id::text, bank_id::text, section_id::text, weight, credit, answers, correct, last_answered_at, last_wrong_at
            FROM section_evidence WHERE user_id = ANY (%s::uuid[])""")
        by_key = {row[:3]: row[3:] for row in stored}
        for key in expected.keys() | by_key.keys():
            want, have = sums(expected.get(key, [])), by_key.get(key, (0.0, 0.0, 0, 0, None, None))
            if want[2:] != have[2:] or not all(map(is_close, want[:2], have[:2])):
                self.fault(f"evidence of {key}: {have} is stored, the answers make {want}")


def is_close(one, other):
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def sums(answers):
    def weight(at):
        return 2.0 ** ((at - EPOCH).total_seconds() / 86400 / HALF_LIFE_DAYS)

    return (math.fsum(weight(at) for at, _ in answers), math.fsum(weight(at) * credit / 1000 for at, credit in answers), len(answers),
            sum(credit == 1000 for _, credit in answers), max((at for at, _ in answers), default=None),
            max((at for at, credit in answers if credit < 1000), default=None))
