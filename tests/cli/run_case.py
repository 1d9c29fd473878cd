"""Runs one case of tests/cli/cases: commands, and what each must print.

case.txt holds blocks of
    $ kohort check study.yaml        a command, run in a copy of the case's folder; `kohort` is the program under test
    exit 2                           its exit code (0 where not given)
    out TEXT                         a line of standard output contains TEXT
    err TEXT                         a line of standard error contains TEXT, exactly once
    file NAME | no-file NAME         a file is there afterwards, or is not
and # comments. `base: DIR` as the first line copies that folder of cohorts/ first, so that a case need hold only
what it changes; `edit FILE: OLD => NEW` then replaces text, which must occur.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def fail(message, result=None):
    print(f"FAILED: {message}")
    if result is not None:
        print(f"--- exit {result.returncode}\n--- out\n{result.stdout}\n--- err\n{result.stderr}")
    sys.exit(1)


def check(command, expectations, result, folder):
    expected_exit = 0
    for kind, text in expectations:
        if kind == "exit":
            expected_exit = int(text)
    if result.returncode != expected_exit:
        fail(f"{command}: exit {result.returncode}, expected {expected_exit}", result)
    for kind, text in expectations:
        if kind == "out" and text not in result.stdout:
            fail(f"{command}: no output line has {text!r}", result)
        if kind == "err" and result.stderr.count(text) != 1:
            fail(f"{command}: {text!r} is printed {result.stderr.count(text)} times", result)
        if kind == "file" and not (folder / text).exists():
            fail(f"{command}: {text} is missing", result)
        if kind == "no-file" and (folder / text).exists():
            fail(f"{command}: {text} should not exist", result)


def edit(folder, instruction):
    file, change = re.fullmatch(r"(\S+): (.*)", instruction).groups()
    old, new = (part.replace("\\n", "\n") for part in change.split(" => "))
    text = (folder / file).read_text()
    if text.count(old) != 1:
        fail(f"edit of {file}: {old!r} occurs {text.count(old)} times")
    (folder / file).write_text(text.replace(old, new))


def blocks(lines):
    command, expectations = None, []
    for line in lines:
        if line.startswith("$ "):
            if command:
                yield command, expectations
            command, expectations = line[2:], []
        else:
            kind, _, text = line.partition(" ")
            expectations.append((kind, text))
    if command:
        yield command, expectations


def main():
    program, case, cohorts = (Path(argument) for argument in sys.argv[1:4])
    lines = [line for line in (case / "case.txt").read_text().splitlines() if line and not line.startswith("#")]
    with tempfile.TemporaryDirectory(prefix="kohort-case-") as scratch:
        folder = Path(scratch) / "case"
        folder.mkdir()
        if lines[0].startswith("base: "):
            shutil.copytree(cohorts / lines.pop(0)[6:], folder, dirs_exist_ok=True)
        shutil.copytree(case, folder, dirs_exist_ok=True)
        while lines and lines[0].startswith("edit "):
            edit(folder, lines.pop(0)[5:])
        environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
        for command, expectations in blocks(lines):
            result = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True,
                                    timeout=300)
            check(command, expectations, result, folder)


if __name__ == "__main__":
    main()
