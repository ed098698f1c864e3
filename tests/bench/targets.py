"""What quizd promises of its speed, and whether that was met."""
from tables import NAMES, mib, ms, table

MIB = 1024


def row(name, found, is_met, wanted):
    return [name, found, wanted, "PASS" if is_met else "missed"]


def against_floor(busy, measure, least):
    found = busy[measure]["quizd"]["rate"] / busy["livez"]["quizd"]["rate"]
    return row(f"{NAMES[measure]}, 128 connections, of the floor", f"{found:.2f}", found >= least, f"≥ {least}")


def against_peer(busy, measure, least):
    found = busy[measure]["quizd"]["rate"] / busy[measure]["peer"]["rate"]
    return row(f"{NAMES[measure]}, 128 connections, of the peer", f"{found:.2f}", found >= least, f"≥ {least}")


def of_latency(core):
    found = core["load"]["1"]["put_deferred"]["quizd"]["p50_us"]
    limit = 1.2 * core["bare"]["upsert"]["p50_us"] + core["load"]["1"]["livez"]["quizd"]["p50_us"]
    return row(f"{NAMES['put_deferred']}, 1 connection: median", f"{found:.0f} µs", found <= limit,
               f"≤ {limit:.0f} µs (1.2 × bare upsert + floor)")


def of_p99(busy):
    found = busy["put_deferred"]["quizd"]["p99_us"]
    return row(f"{NAMES['put_deferred']}, 128 connections: p99", f"{ms(found)} ms", found <= 25_000, "≤ 25 ms")


def of_memory(what, found_kib, most_mib):
    return row(f"RSS, {what}", f"{mib(found_kib)} MiB", found_kib <= most_mib * MIB, f"≤ {most_mib} MiB")


def of_statements(found, what, most):
    count = sum(found[what].values())
    return row(f"statements of an operation: {what}", f"{count}", count <= most, f"≤ {most}")


def of_core(core):
    """Those that the load can judge; a part of it judges a part of them."""
    rows = []
    busy, crowd, single = (core["load"].get(connections, {}) for connections in ("128", "1000", "1"))
    for measure, of_floor, of_peer in (("put_deferred", 0.45, 4), ("weak_areas", 0.45, 3), ("sections", 0.75, None),
                                       ("sections_304", 0.75, None)):
        if measure in busy:
            rows.append(against_floor(busy, measure, of_floor))
            if of_peer and "peer" in busy[measure]:
                rows.append(against_peer(busy, measure, of_peer))
            if measure == "put_deferred":
                rows.append(of_p99(busy))
    if "put_deferred" in single:
        rows.append(of_latency(core))
    rows.append(of_memory("idle", core["idle_kib"], 16))
    if "put_deferred" in crowd:
        rows.append(of_memory("1,000 busy connections", crowd["put_deferred"]["quizd"]["rss_kib"], 64))
    rows += [of_statements(core["statements"], what, most) for what, most in
             (("start, practice", 1), ("start, exam", 1), ("answer", 1), ("answer, paper not in the cache", 2),
              ("answer, older version, paper not in the cache", 2), ("submit", 2), ("submit, older versions", 2))
             if what in core["statements"]]
    rows.append(row("start to ready, shipped bank", f"{core['ready_ms']:.0f} ms", core["ready_ms"] <= 300, "≤ 300 ms"))
    return rows


def of_growth(growth):
    """The worse of two factors counts: the median latency of one connection, and the time a request takes of a busy server."""
    rows, sizes = [], growth["answers"]["sizes"]
    for measure, stages in growth["answers"]["measures"].items():
        few, many = stages[0], stages[-1]
        factor = max(many["single"]["p50_us"] / few["single"]["p50_us"], few["crowd"]["rate"] / many["crowd"]["rate"])
        rows.append(row(f"{NAMES[measure]}: time with {sizes[-1]:,} stored answers, of that with {sizes[0]:,}", f"{factor:.2f}",
                        factor <= 1.3, "≤ 1.3"))
    most = growth["questions"]["starts"][-1]
    rows.append(of_memory(f"{most['questions']:,} questions loaded", most["idle_kib"], 256))
    slowest = max(found["p99_ms"] for found in growth["questions"]["searches"][-1].values())
    rows.append(row(f"search among {most['questions']:,} questions: p99", f"{slowest:.0f} ms", slowest <= 50, "≤ 50 ms"))
    few = growth["questions"]["starts"][0]
    each = ((most["idle_kib"] - few["idle_kib"]) * 1024 - (most["text_bytes"] - few["text_bytes"])) / (most["questions"] - few["questions"])
    rows.append(row("memory of a question beside its text", f"{each:.0f} B", each <= 1024, "≤ 1,024 B"))
    rows.append(row(f"start to ready, {most['questions']:,} questions", f"{most['ready_ms']:,.0f} ms", most["ready_ms"] <= 3000, "≤ 3,000 ms"))
    return rows


def target_table(rows):
    return table(["target", "measured", "wanted", ""], rows)
