"""What was measured, kept in build/ and written to RESULTS.md."""
import datetime
import json
import os
import platform
import statistics
import subprocess

import tables
import targets

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
KEPT = os.path.join(BUILD, "bench")
MARKDOWN = os.path.join(HERE, "RESULTS.md")

INTRODUCTION = """# Benchmark results

Written by `make bench` (`tests/bench/run`); do not edit. Everything runs on one machine and over the loopback: the load
generator (wrk), the service and PostgreSQL share its cores. PostgreSQL is the same for all, with fsync and
synchronous_commit on.

- **floor**: quizd answering a constant, without token and database: the ceiling of its HTTP layer.
- **peer**: the same endpoints on Node, Fastify and pg (`tests/bench/peer/`), with the same schema, statements, checks and
  replies; that the replies are equal is checked before anything is measured. Neither service logs single requests.
- Medians of interleaved rounds. Thousands of users, each with his own token and attempt; nothing is asked for twice that
  could be answered from a replay. Latencies are wrk's, which corrects them for coordinated omission: a pause of the machine
  counts for all requests that it held up. CPU is that of all processes of the service, of all of PostgreSQL, and of the load
  generator, which takes its share of the same cores. RSS is the highest during the runs.
"""


def median(runs, name):
    return statistics.median(run[name] for run in runs)


def digest(runs):
    """Medians of the rounds; of errors the sum, of memory the most."""
    names = ("rate", "p50_us", "p99_us", "cpu_server_us", "cpu_postgres_us", "cpu_wrk_us", "others")
    return {
        "rounds": len(runs),
        **{name: median(runs, name) for name in names},
        "errors": sum(run["errors"] for run in runs),
        "requests": sum(run["requests"] for run in runs),
        "rss_kib": max(run["rss_kib"] for run in runs),
    }


# ---- the machine ----

def first_line(*command):
    try:
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.stdout.splitlines()[0]
    except (FileNotFoundError, IndexError):
        return "?"


def cpu_model():
    with open("/proc/cpuinfo") as file:
        models = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return models[0] if models else platform.machine()


def peer_versions():
    with open(os.path.join(HERE, "peer/package.json")) as file:
        return json.load(file)["dependencies"]


def machine(postgres_version):
    with open("/proc/meminfo") as file:
        memory_kib = int(file.readline().split()[1])
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "CPU": f"{cpu_model()}, {os.cpu_count()} cores",
        "memory": f"{memory_kib / 2**20:.1f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "quizd": first_line(os.path.join(BUILD, "quizd"), "version").removeprefix("quizd "),
        "PostgreSQL": postgres_version,
        "Node": first_line("node", "--version"),
        "peer": ", ".join(f"{name} {version}" for name, version in peer_versions().items()),
        "wrk": first_line("wrk", "--version").partition(" Copyright")[0].removeprefix("wrk "),
    }


# ---- words ----

def bare_text(core):
    bare = core["bare"]
    return (f"Without any service, one connection over a Unix socket: a plain upsert of an answer takes "
            f"{bare['upsert']['p50_us']} µs (p99 {bare['upsert']['p99_us']}), the statement of the server "
            f"{bare['statement']['p50_us']} µs (p99 {bare['statement']['p99_us']}); one 8 KiB write made durable takes "
            f"{core['fsync_us']:.0f} µs on this disk.")


def noise_text(core):
    return (f"Processes that have nothing to do with the benchmark used {core['others'] * 100:.0f} % of the CPU time meanwhile "
            f"(median of all runs; {core['others_most'] * 100:.0f} % in the worst).")


def peer_text(core):
    best = core["peer"]
    return (f"Processes × connections in the pool of each, 128 clients; the benchmark ran with {best['workers']} × "
            f"{best['pool']}.\n\n{tables.sweep_table(core['sweep'])}")


def load_text(core):
    return "\n\n".join(tables.load_table(results, int(connections)) for connections, results in core["load"].items())


def statements_text(core):
    return (f"Counted in PostgreSQL's log, one call each; all of them go through lanes, but for those with a key (a transaction).\n\n{tables.statement_table(core['statements'])}")


def growth_text(growth):
    if growth is None:
        return "Not measured yet: `make bench-growth`."
    return f"Measured by `make bench-growth`, {growth['machine']['date']}.\n\n{tables.growth_tables(growth)}"


# ---- files ----

def keep(name, found):
    os.makedirs(KEPT, exist_ok=True)
    with open(os.path.join(KEPT, f"{name}.json"), "w") as file:
        json.dump(found, file, indent=1)


def kept(name):
    try:
        with open(os.path.join(KEPT, f"{name}.json")) as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def write_markdown():
    """Of the last whole run and the last run of --growth; nothing where there was no whole run yet."""
    core, growth = kept("core"), kept("growth")
    if core is None:
        return False
    sections = {
        "Machine": "\n".join(f"- {name}: {value}" for name, value in core["machine"].items()),
        "Targets": targets.target_table(targets.of_core(core) + (targets.of_growth(growth) if growth else [])),
        "Load": load_text(core),
        "Besides": f"{bare_text(core)}\n\n{noise_text(core)}",
        "Statements": statements_text(core),
        "How the peer was tuned": peer_text(core),
        "Growth": growth_text(growth),
    }
    with open(MARKDOWN, "w") as file:
        file.write("\n".join([INTRODUCTION, *(f"## {title}\n\n{text}\n" for title, text in sections.items())]))
    return True
