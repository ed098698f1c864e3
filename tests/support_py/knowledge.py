"""
Model beta-2 a second time, written from server/domain/MODELS.md: the likelihood of every answer of the history itself, summed over
a fine grid of what may be known. No sums at points, no splines.
"""
import itertools
import math

HALF_LIFE_DAYS, LIKENESS = 30.0, 5.0
ROOT = (0.5, 0.05)
STEPS = 400
ABILITIES = [-4 + 8 * i / STEPS for i in range(STEPS + 1)]
KNOWN = [1 / (1 + math.exp(-t)) for t in ABILITIES]


def chance(question):
    kind = question["type"]
    if kind in ("single_choice", "true_false"):
        return 1 / len(question["options"])
    if kind == "multiple_choice":
        right = {option["id"] for option in question["options"] if option["correct"]}
        ticks = list(itertools.combinations([option["id"] for option in question["options"]], len(right)))
        return sum(max(0, 2 * len(right & set(tick)) - len(right)) / len(right) for tick in ticks) / len(ticks)
    if kind == "ordering":
        return 1 / math.factorial(len(question["order"]))
    return 1 / len(question["choices"]) if kind == "matching" else 0.0


def curve(question):
    """P(right) at every ability."""
    return curve_of(chance(question), question)


def untold_curve(question):
    """The same for who has not seen the key: as if half of the options were right."""
    guess = chance(question)
    if question["type"] == "multiple_choice":
        half = len(question["options"]) // 2
        guess = chance({**question, "options": [{"id": number, "correct": number < half} for number in range(len(question["options"]))]})
    return curve_of(guess, question)


def curve_of(guess, question):
    difficulty = 0.5 * (question["difficulty"] - 3)
    return [guess + (1 - guess) / (1 + math.exp(difficulty - t)) for t in ABILITIES]


class Answer:
    """One answer: its question, how long ago (days), credit 0…1."""

    def __init__(self, question, age_days, credit):
        self.question, self.age_days, self.credit = question, age_days, credit
        self.sections = [question["section"], *question.get("sections", ())]
        self.logs = [credit * math.log(p) + (1 - credit) * math.log(1 - p) for p in curve(question)]

    def weight_in(self, path):
        """Its weight now, times the share of its sections that are the path or below it."""
        inside = sum(one == path or one.startswith(path + "/") for one in self.sections)
        return 2 ** (-self.age_days / HALF_LIFE_DAYS) * inside / len(self.sections)


def posterior(prior, answers):
    """Masses by ability; `answers` are pairs of a weight and an answer."""
    mean, variance = prior
    strength = max(mean * (1 - mean) / variance - 1, 0.5)
    logs = [strength * mean * math.log(k) + strength * (1 - mean) * math.log(1 - k) for k in KNOWN]
    for weight, answer in answers:
        logs = [log + weight * more for log, more in zip(logs, answer.logs)]
    top = max(logs)
    masses = [math.exp(log - top) for log in logs]
    total = sum(masses)
    return [mass / total for mass in masses]


def belief(masses):
    mean = sum(mass * k for mass, k in zip(masses, KNOWN))
    return mean, sum(mass * (k - mean) ** 2 for mass, k in zip(masses, KNOWN))


def glance(prior, answers):
    """Mean and variance by Laplace's method: the mode over abilities, and the curvature there."""
    mean, variance = prior
    strength = max(mean * (1 - mean) / variance - 1, 0.5)
    logs = [strength * mean * math.log(k) + strength * (1 - mean) * math.log(1 - k) for k in KNOWN]
    for weight, answer in answers:
        logs = [log + weight * more for log, more in zip(logs, answer.logs)]
    top = max(range(1, STEPS), key=lambda i: logs[i])
    information = -(logs[top + 1] - 2 * logs[top] + logs[top - 1]) / (ABILITIES[1] - ABILITIES[0]) ** 2
    spread = KNOWN[top] * (1 - KNOWN[top])
    return KNOWN[top], spread ** 2 / (information + spread)


def below(above):
    mean, variance = above
    return mean, variance + mean * (1 - mean) / (LIKENESS + 1)


def weigh(answers, path):
    """The answers that are evidence for the path ("": the whole bank) with their weights."""
    weighed = [(answer.weight_in(path) if path else 2 ** (-answer.age_days / HALF_LIFE_DAYS), answer) for answer in answers]
    return [(weight, answer) for weight, answer in weighed if weight > 0]


def judge(path, answers, questions):
    """Mean share and P(below) as functions of the target, of one section, or of the bank where the path is ""."""
    steps = [""] + ["/".join(path.split("/")[:i + 1]) for i in range(len(path.split("/")))] if path else [""]
    while len(steps) > 1 and not weigh(answers, steps[-1]):
        steps.pop()  # without evidence it is believed to be like the nearest above that has some
    source, own = steps[-1], {id(answer): weight for weight, answer in weigh(answers, steps[-1])}
    prior = ROOT
    for step in steps[:-1]:
        rest = [(weight - own.get(id(answer), 0), answer) for weight, answer in weigh(answers, step)]
        rest = [(weight, answer) for weight, answer in rest if weight > 1e-9]
        prior = below(glance(prior, rest) if rest else prior)
    masses = posterior(prior, weigh(answers, source))
    if source != path:
        masses = posterior(below(belief(masses)), [])
    asked = [untold_curve(question) for question in questions
             if not path or question["section"] == path or question["section"].startswith(path + "/")]
    shares = [sum(column) / len(asked) for column in zip(*asked)]
    return masses, shares


def mean(masses, shares):
    return sum(mass * share for mass, share in zip(masses, shares))


def probability_below(masses, shares, target):
    return sum(mass for mass, share in zip(masses, shares) if share < target)


def quantile(masses, shares, p):
    total = 0.0
    for mass, share in zip(masses, shares):
        total += mass
        if total >= p:
            return share
    return shares[-1]
