"""Runs one case of tests/cli/cases: commands, and what each must print.

case.txt holds, after # comments,
    needs: PROGRAM                   skip the case where this machine has no such program
    base: DIR                        copy this folder of tests/cli/base or of cohorts first, then the case's own folder
and blocks of
    = TITLE                          begin anew with a fresh copy of both
    edit FILE: OLD => NEW            replace text that occurs exactly once (\\n is a line's end)
    $ kohort check study.yaml        a command, run in the copy; `kohort` is the program under test
    exit 2                           its exit code (0 where not given)
    first TEXT                       the first line of standard output begins with TEXT
    out TEXT                         standard output contains TEXT
    no-out TEXT                      and does not contain TEXT
    err TEXT                         standard error contains TEXT, exactly once
    file NAME | no-file NAME         a file that is there afterwards, or is not (NAME may hold *)
What commands compile is kept for the next run in a folder beside the program.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
CHECKS = {
    "first": lambda text, result, folder: result.stdout.startswith(text),
    "out": lambda text, result, folder: text in result.stdout,
    "no-out": lambda text, result, folder: text not in result.stdout,
    "err": lambda text, result, folder: result.stderr.count(text) == 1,
    "file": lambda text, result, folder: any(folder.glob(text)),
    "no-file": lambda text, result, folder: not any(folder.glob(text)),
}


def fail(message, result=None):
    print(f"FAILED: {message}")
    if result is not None:
        print(f"--- exit {result.returncode}\n--- out\n{result.stdout}\n--- err\n{result.stderr}")
    sys.exit(1)


class Case:
    def __init__(self, program, case, cohorts, scratch):
        self.case, self.cohorts, self.scratch = case, cohorts, scratch
        self.base, self.title, self.copies = None, "", 0
        tools = f"{program.parent}:{Path(sys.executable).parent}"
        self.environment = {
            "OMP_NUM_THREADS": "1", "OMP_PROC_BIND": "false", "OMPI_ALLOW_RUN_AS_ROOT": "1",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
            "PRTE_MCA_hwloc_default_binding_policy": "none",
            **os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "COHORTS": str(cohorts),
            "KOHORT_CACHE": str(program.parent.parent / "tests" / "plugins")}

    def begin(self, title):
        self.title, self.copies = title, self.copies + 1
        self.folder = self.scratch / str(self.copies)
        self.folder.mkdir()
        if self.base:
            own = self.case.parent.parent / "base" / self.base
            shutil.copytree(own if own.exists() else self.cohorts / self.base, self.folder, dirs_exist_ok=True)
        shutil.copytree(self.case, self.folder, dirs_exist_ok=True)

    def edit(self, instruction):
        file, change = re.fullmatch(r"(\S+): (.*)", instruction).groups()
        old, _, new = (part.replace("\\n", "\n") for part in f"{change} ".partition(" => "))
        new = new.removesuffix(" ")
        text = (self.folder / file).read_text()
        if text.count(old) != 1:
            fail(f"{self.title}: edit of {file}: {old!r} occurs {text.count(old)} times")
        (self.folder / file).write_text(text.replace(old, new))

    def run(self, command, expectations):
        result = subprocess.run(command, shell=True, cwd=self.folder, env=self.environment, capture_output=True, text=True,
                                timeout=300)
        what = f"{self.title}: {command}" if self.title else command
        expected_exit = int(dict(expectations).get("exit", 0))
        if result.returncode != expected_exit:
            fail(f"{what}: exit {result.returncode}, expected {expected_exit}", result)
        for kind, text in expectations:
            if kind != "exit" and not CHECKS[kind](text, result, self.folder):
                fail(f"{what}: {kind} {text}", result)


def run_lines(case, lines):
    command, expectations = None, []
    for line in lines + ["$ true"]:
        kind, _, text = line.partition(" ")
        if kind in ("$", "=", "edit") and command:
            case.run(command, expectations)
            command, expectations = None, []
        if kind == "base:":
            case.base = text
        elif kind == "needs:":
            if shutil.which(text) is None:
                print(f"skipped: no {text}")
                sys.exit(SKIPPED)
        elif kind == "=":
            case.begin(text)
        else:
            if case.copies == 0:
                case.begin("")
            if kind == "edit":
                case.edit(text)
            elif kind == "$":
                command = text
            else:
                expectations.append((kind, text))


def main():
    program, case, cohorts = (Path(argument).resolve() for argument in sys.argv[1:4])
    lines = [line for line in (case / "case.txt").read_text().splitlines() if line and not line.startswith("#")]
    with tempfile.TemporaryDirectory(prefix="kohort-case-") as scratch:
        run_lines(Case(program, case, cohorts, Path(scratch)), lines)


if __name__ == "__main__":
    main()
