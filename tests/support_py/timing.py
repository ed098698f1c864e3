"""Whether two things take as long: judged by as many measurements as it needs, for a busy machine disturbs some."""
import statistics
import time

LONGER = 8


def take_as_long(calls, rounds, factor):
    """
    The times by name of `calls` (what a call gives where that is a number, else what it takes), each called `rounds` times by turns.
    Where the medians are further apart than `factor`, all are called again and the measurements added, up to eight times as many: what
    disturbs evens out, a difference that is there stays.
    """
    times = {name: [] for name in calls}
    for _ in range(LONGER):
        for _ in range(rounds):
            for name, call in calls.items():
                began = time.perf_counter()
                taken = call()
                times[name].append(taken if isinstance(taken, float) else time.perf_counter() - began)
        medians = {name: statistics.median(taken) for name, taken in times.items()}
        if max(medians.values()) < factor * min(medians.values()):
            break
    print("\n" + ", ".join(f"{name} {value * 1000:.2f} ms" for name, value in medians.items()), end="")
    assert max(medians.values()) < factor * min(medians.values()), medians
    return times
