"""
Item statistics from whole papers: the definitions of Moodle ("Quiz statistics calculations") and Canvas (item analysis), written from
their formulas and not from the program. A paper is a list of Answer; credits and totals are shares.
"""
import math
import statistics


class Answer:
    def __init__(self, question, credit, choices=(), is_scored=True):
        self.question, self.credit, self.choices, self.is_scored = question, credit, choices, is_scored


def total(paper):
    return statistics.fmean(answer.credit for answer in paper if answer.is_scored)


def rest(paper, answer):
    others = [other.credit for other in paper if other is not answer and other.is_scored]
    return statistics.fmean(others) if others else None


def covariance(one, other):
    mean_one, mean_other = statistics.fmean(one), statistics.fmean(other)
    return sum((a - mean_one) * (b - mean_other) for a, b in zip(one, other)) / (len(one) - 1)


def item(question, papers):
    """Of one question (a name that is the same for equal versions) over the papers that have it."""
    met = [(paper, answer) for paper in papers for answer in paper if answer.question == question]
    credits = [answer.credit for _, answer in met]
    pairs = [(answer.credit, rest(paper, answer)) for paper, answer in met if rest(paper, answer) is not None]
    totals = [total(paper) for paper, _ in met]
    found = {"answers": len(met), "facility": statistics.fmean(credits), "standard_deviation": statistics.stdev(credits),
             "difficulty": sum(credit == 1 for credit in credits) / len(credits),
             "point_biserial": biserial([credit == 1 for credit in credits], totals),
             "discrimination_index": None, "discriminative_efficiency": None}
    xs, rests = [x for x, _ in pairs], [r for _, r in pairs]
    if len(pairs) > 1 and covariance(xs, xs) > 1e-12 and covariance(rests, rests) > 1e-12:
        found["discrimination_index"] = covariance(xs, rests) / math.sqrt(covariance(xs, xs) * covariance(rests, rests))
        found["discriminative_efficiency"] = covariance(xs, rests) / covariance(sorted(xs), sorted(rests))
    found["options"] = {option: (sum(option in answer.choices for _, answer in met),
                                 biserial([option in answer.choices for _, answer in met], totals))
                        for option in {option for _, answer in met for option in answer.choices}}
    return found


def biserial(picked, totals):
    with_it = [value for is_picked, value in zip(picked, totals) if is_picked]
    without = [value for is_picked, value in zip(picked, totals) if not is_picked]
    spread = statistics.pstdev(totals)
    if not with_it or not without or spread < 1e-12:
        return None
    share = len(with_it) / len(totals)
    return (statistics.fmean(with_it) - statistics.fmean(without)) / spread * math.sqrt(share * (1 - share))


def exam(papers):
    """All papers have equally many scored questions."""
    scores = [total(paper) for paper in papers]
    n, k = len(scores), sum(answer.is_scored for answer in papers[0])
    mean = statistics.fmean(scores)
    m2, m3, m4 = (sum((score - mean) ** power for score in scores) / n for power in (2, 3, 4))
    k2 = n / (n - 1) * m2
    k3 = n * n / ((n - 1) * (n - 2)) * m3
    k4 = n * n / ((n - 1) * (n - 2) * (n - 3)) * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2)
    by_question, scored = {}, {}
    for answer in (answer for paper in papers for answer in paper):
        by_question.setdefault(answer.question, []).append(answer.credit)
        scored[answer.question] = scored.get(answer.question, 0) + answer.is_scored
    parts = sum(statistics.variance(credits) * scored[question] / n for question, credits in by_question.items() if len(credits) > 1)
    alpha = k / (k - 1) * (1 - parts / (k * k * k2))
    return {"mean": mean, "median": statistics.median(scores), "standard_deviation": math.sqrt(k2), "skewness": k3 / k2 ** 1.5,
            "kurtosis": k4 / k2 ** 2, "cronbach_alpha": alpha, "error_ratio": math.sqrt(1 - alpha),
            "standard_error": math.sqrt(1 - alpha) * math.sqrt(k2)}
