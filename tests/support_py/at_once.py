"""Many calls let go in one moment."""
import concurrent.futures
import threading

LIMIT_S = 60


def at_once(count, call):
    """Runs call(0) … call(count - 1) in as many threads, all let go together; returns the results in order."""
    gate = threading.Barrier(count)

    def run(number):
        gate.wait(LIMIT_S)
        return call(number)

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(run, number) for number in range(count)]
        return [future.result(LIMIT_S) for future in futures]
