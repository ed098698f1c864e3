"""README.md as a program: its walk-through is run, its table of settings printed, and both are compared with what stands there."""
import re
import subprocess

from support_py import program

README = program.TOP / "README.md"
ADDRESS = "127.0.0.1:8080"
LIMIT_S = 120
END = "--- end of block ---"
LONG_NUMBER = re.compile(r"\d+\.\d{3,}")
BLOCK = re.compile(r"^```(sh|text|json)\n(.*?)^```$", re.M | re.S)


def part(text, name):
    """The text between the markers of a part."""
    found = re.search(rf"<!-- {name} -->\n(.*)<!-- /{name} -->", text, re.S)
    assert found, f"README.md has no part <!-- {name} -->"
    return found[1]


def walk_through(text):
    """The steps as (commands, output)."""
    steps = []
    for language, content in BLOCK.findall(part(text, "walk-through")):
        if language == "sh":
            steps.append([content, ""])
        else:
            assert steps and not steps[-1][1], "an output that belongs to no commands"
            steps[-1][1] = content
    return steps


def run(steps, port, directory):
    """Runs the commands of all steps in one shell, as a reader does; returns the output of each."""
    script = "".join(f"{commands}\necho '{END}'\n" for commands, _ in steps).replace(ADDRESS, f"127.0.0.1:{port}")
    done = subprocess.run(["bash", "-euo", "pipefail"], input=script, cwd=directory, env=program.environment(), timeout=LIMIT_S,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    outputs = done.stdout.split(END + "\n")
    assert done.returncode == 0 and done.stderr == "", f"step {len(outputs)}: {done.stderr}\n{done.stdout}"
    return outputs[:-1]


def stable(output):
    """What must be the same every time: the words, without ids, times, and what grows with the bank; and the numbers with many
    decimals, which depend a little on the moment."""
    output = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", output)
    output = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", output)
    output = re.sub(r"\d+ questions", "N questions", output)
    output = re.sub(r'"expected_gain": [\d.]+', '"expected_gain": X', output)
    output = re.sub(r'"lines": \[\s*\d+,\s*\d+\s*\]', '"lines": [FIRST, LAST]', output)
    return LONG_NUMBER.sub("NUMBER", output), [float(number) for number in LONG_NUMBER.findall(output)]


def with_outputs(text, outputs):
    """The README with these outputs in place of those it has."""
    left = iter(outputs)

    def replace(block):
        return block[0] if block[1] == "sh" else f"```{block[1]}\n{next(left)}```"

    old = part(text, "walk-through")
    return text.replace(old, BLOCK.sub(replace, old))


def with_settings(text, table):
    return text.replace(f"<!-- settings -->\n{part(text, 'settings')}", f"<!-- settings -->\n\n{table}\n")
