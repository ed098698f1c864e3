"""
Model beta-1 a second time, written from the issue: what weak areas must say about a history of answers. The incomplete beta
function is the continued fraction of Numerical Recipes, section 6.4; the quantile is found by halving.
"""
import math

STRENGTH, HALF_LIFE_DAYS = 4.0, 30.0
WEAK_FROM, STRONG_TO = 0.8, 0.2


def fraction(a, b, x):
    """Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 10000):
        for numerator in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                          -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1.0 + numerator * d
            c = 1.0 + numerator / c
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return value


def cdf(a, b, x):
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * fraction(a, b, x) / a
    return 1.0 - front * fraction(b, a, 1.0 - x) / b


def quantile(a, b, p):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if cdf(a, b, middle) < p else (low, middle)
    return (low + high) / 2


class Evidence:
    """One answer: where, how long ago (days), credit 0…1."""

    def __init__(self, section, age_days, credit):
        self.section, self.age_days, self.credit = section, age_days, credit


class Area:
    def __init__(self, prior, evidence, target):
        weights = [2.0 ** (-one.age_days / HALF_LIFE_DAYS) for one in evidence]
        self.weight = math.fsum(weights)
        self.right = math.fsum(weight * one.credit for weight, one in zip(weights, evidence))
        self.a = STRENGTH * prior + self.right
        self.b = STRENGTH * (1.0 - prior) + self.weight - self.right
        self.mean = self.a / (self.a + self.b)
        self.answers = len(evidence)
        self.correct = sum(one.credit == 1 for one in evidence)
        self.wrong_ages = [one.age_days for one in evidence if one.credit < 1]
        self.ages = [one.age_days for one in evidence]
        self.target = target

    def finish(self, share):
        self.low, self.high = quantile(self.a, self.b, 0.05), quantile(self.a, self.b, 0.95)
        self.below = cdf(self.a, self.b, self.target)
        self.gain = share * self.below * max(0.0, self.target - self.mean)
        if self.answers == 0:
            self.label = "no_evidence"
        else:
            self.label = "weak" if self.below >= WEAK_FROM else "strong" if self.below <= STRONG_TO else "unsure"

    def why(self):
        if self.answers == 0:
            return "no answers yet"
        said = f"{self.correct} of {self.answers} right"
        if not self.wrong_ages:
            return said
        days = int(min(self.wrong_ages))
        return f"{said}; last wrong " + ("today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago")


def estimate(sections, question_sections, evidence, target):
    """
    The areas by path of all sections with questions of their own. `sections` are the API's, in notes order; `question_sections` is
    the section of every question of the bank.
    """
    root = Area(0.5, evidence, target)
    by_id, areas = {}, {}
    for section in sections:
        path = section["path"]
        above = by_id[section["parent_id"]].mean if section["parent_id"] else root.mean
        below = [one for one in evidence if one.section == path or one.section.startswith(path + "/")]
        by_id[section["id"]] = area = Area(above, below, target)
        if path in question_sections:
            count = sum(one == path or one.startswith(path + "/") for one in question_sections)
            area.finish(count / len(question_sections))
            areas[path] = area
    return areas
