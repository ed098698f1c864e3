"""Numbers as text: tables in Markdown with aligned columns, which are read in the terminal too."""

NAMES = {
    "livez": "floor (GET /livez)",
    "put_deferred": "PUT answer, deferred feedback",
    "put_immediate": "PUT answer, immediate feedback",
    "start": "POST attempts, 10 questions",
    "submit": "POST submit, 10 answers",
    "weak_areas": "GET weak-areas",
    "sections": "GET sections, 200",
    "sections_304": "GET sections, 304",
    "token": "token check alone (GET bank)",
}


def grouped(value):
    return f"{value:,.0f}"


def ms(us):
    return f"{us / 1000:.2f}" if us < 100_000 else f"{us / 1000:.0f}"


def ratio(part, whole):
    return f"{part / whole:.2f}" if whole else "–"


def mib(kib):
    return f"{kib / 1024:.1f}"


def counted(number, word):
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def table(head, rows):
    """The first column is text, the others are numbers."""
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]

    def line(row):
        cells = [str(row[0]).ljust(widths[0])] + [str(cell).rjust(width) for cell, width in zip(row[1:], widths[1:])]
        return "| " + " | ".join(cells) + " |"

    rule = "| " + " | ".join(["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]]) + " |"
    return "\n".join([line(head), rule, *map(line, rows)])


def load_table(results, connections):
    """One number of connections: {measure: {contestant: digest}}."""
    floor = results["livez"]["quizd"]["rate"]
    rows = []
    for measure, by_name in results.items():
        peer = by_name.get("peer")
        for name, found in by_name.items():
            is_compared = name == "quizd" and measure != "livez"
            rows.append([
                NAMES[measure],
                "–" if measure == "livez" else name,
                grouped(found["rate"]),
                ms(found["p50_us"]),
                ms(found["p99_us"]),
                found["errors"],
                f"{found['cpu_server_us']:.0f} + {found['cpu_postgres_us']:.0f} + {found['cpu_wrk_us']:.0f}",
                mib(found["rss_kib"]),
                ratio(found["rate"], floor) if is_compared else "",
                ratio(found["rate"], peer["rate"]) if is_compared and peer else "",
            ])
    return table([counted(connections, "connection"), "service", "requests/s", "p50 ms", "p99 ms", "errors",
                  "CPU µs/request: service + PostgreSQL + wrk", "RSS MiB", "quizd/floor", "quizd/peer"], rows)


def growth_table(found, thing):
    """`found`: {"sizes": […], "measures": {measure: [stage, …]}}; a stage has one connection and 128 of them."""
    rows = []
    for measure, stages in found["measures"].items():
        for size, stage in zip(found["sizes"], stages):
            single, crowd = stage["single"], stage["crowd"]
            rows.append([
                NAMES[measure],
                f"{size:,}",
                f"{single['p50_us']:.0f}",
                ratio(single["p50_us"], stages[0]["single"]["p50_us"]),
                grouped(crowd["rate"]),
                ms(crowd["p99_us"]),
                f"{crowd['cpu_server_us'] + crowd['cpu_postgres_us']:.0f}",
                single["errors"] + crowd["errors"],
            ])
    return table([f"growth of {thing}", thing, "1 connection: p50 µs", "× the first", "128 connections: requests/s", "p99 ms",
                  "CPU µs/request", "errors"], rows)


def start_table(starts):
    rows = [[f"{start['questions']:,} questions", mib(start["text_bytes"] / 1024), f"{start['ready_ms']:.0f}",
             mib(start["idle_kib"]), mib(start["rss_kib"])] for start in starts]
    return table(["server with", "their text, MiB", "start to ready, ms", "RSS MiB, after the start", "after the load"], rows)


def search_table(sizes, searches):
    rows = [[f"{size:,} questions", kind, f"{found['p50_ms']:.1f}", f"{found['p99_ms']:.1f}", f"{100 * found['found']:.0f} %"]
            for size, kinds in zip(sizes, searches) for kind, found in kinds.items()]
    return table(["search among", "by", "p50 ms", "p99 ms", "found something"], rows)


def growth_tables(growth):
    return "\n\n".join([growth_table(growth["answers"], "stored answers"), growth_table(growth["questions"], "questions"),
                        start_table(growth["questions"]["starts"]),
                        search_table(growth["questions"]["sizes"], growth["questions"]["searches"])])


def statement_table(found):
    """{what: {statement: how often}}."""
    rows = [[what, sum(names.values()), ", ".join(f"`{name}`" + (f" × {count}" if count > 1 else "") for name, count in sorted(names.items()))]
            for what, names in found.items()]
    return table(["operation", "statements", "which"], rows)


def sweep_table(sweep):
    rows = [[f"{entry['workers']} × {entry['pool']}", grouped(entry["put_deferred"]), grouped(entry["weak_areas"])]
            for entry in sweep]
    return table(["processes × pool", "PUT answer, requests/s", "GET weak-areas, requests/s"], rows)
