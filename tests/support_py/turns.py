"""Where the clock turns (the estimates' five minutes, a quarter of an hour, a day), what a test saw just before is another just after."""
import time

from support_py.program import wait_until


def clear_of(period_s, left_s):
    """Returns when no turn comes within `left_s`: at once, or soon after the one that was about to come."""
    wait_until(lambda: time.time() % period_s < period_s - left_s, left_s + 10, f"the turn of {period_s} s")
