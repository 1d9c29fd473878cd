"""Kills runs at random moments and goes on with other numbers of ranks, until each is finished: the bytes must be those of a run
that nobody disturbed, nothing journalled may be computed again, and a rank may lose only the chunk that it had in hand.

    kill_runs.py PROGRAM [--runs 200] [--uncertainty 4] [--seed 1] [--folder DIR]

Half the runs are killed with SIGKILL - one rank, all ranks, or mpirun - and half with SIGTERM. Of the runs, so many as
--uncertainty says are uncertainty studies: these journal their sums now and then (here after every round) and when told to stop,
so they may lose what was done since.
"""
import argparse
import hashlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from kohort_job import Job, environment, fail, journal_sections, run, side_file

STUDIES = Path(__file__).parent / "study"
OPTIONS = ("--output", "result.h5", "--chunk", "32", "--grace", "5")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Study:
    """A study of this folder, and what it gives when nobody disturbs it."""

    def __init__(self, program, scratch, name, *options):
        self.program, self.scratch, self.file, self.options = program, Path(scratch), STUDIES / f"{name}.yaml", (*OPTIONS, *options)
        self.is_trial = name == "study"
        folder = self.fresh_folder()
        self.finish(folder, 1)  # compiles the model
        begin = time.monotonic()
        self.finish(folder, 1, "--overwrite")
        self.seconds = time.monotonic() - begin
        self.expected = sha256(folder / "result.h5")

    def fresh_folder(self):
        folder = self.scratch / "run"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(self.file, folder / "study.yaml")
        return folder

    def finish(self, folder, ranks, *options, story=()):
        code, errors = run(self.program, folder, ranks, *self.options, *options)
        if code != 0:
            fail(f"the last run ends with {code}", errors, *story)


def done_chunks(folder):
    return sum(done for done, _, _ in journal_sections(folder).values())


def runs_in_sums(study, folder):
    """Of an uncertainty study that is not done: as `kohort check` says."""
    if study.is_trial:
        return 0
    words = subprocess.run([study.program, "check", "result.h5"], cwd=folder, env=environment(study.program), capture_output=True,
                           text=True, check=False).stdout
    found = re.search(r"runs: (\d+) of \d+ are in the sums", words)
    return int(found.group(1)) if found else 0


def chunks_begun(folder):
    return set().union(*(begun for _, _, begun in journal_sections(folder).values()))


def kill_once(study, folder, ranks, options, chance, how):
    """One attempt, killed. Returns (exit code, chunks in hand when it died, words)."""
    begun_before = chunks_begun(folder)  # by earlier attempts; this one may be killed before it gets to them
    job = Job(study.program, folder, ranks, *study.options, *options)
    time.sleep(chance.uniform(0.05, study.seconds))
    ranks_alive = job.rank_processes()
    victims = {"one rank": ranks_alive[:1], "all ranks": ranks_alive, "mpirun": [job.process.pid]}
    whom = chance.choice(sorted(victims))
    job.kill(how, victims[whom])
    code = job.wait()
    result = folder / "result.h5"
    if code == 0 and not result.exists():
        fail(f"exit 0 without a result after {how.name} to {whom}", job.messages())
    lost = len(chunks_begun(folder) - begun_before)
    if lost > ranks:
        fail(f"{lost} chunks were in hand on {ranks} ranks")
    if code == 75 and "--resume" not in job.messages():
        fail("told to stop, it does not say how to go on", job.messages())
    said = re.search(r"runs: (\d+) of \d+ are done", job.messages())
    if said and not study.is_trial and int(said.group(1)) != runs_in_sums(study, folder):
        fail(f"{runs_in_sums(study, folder)} runs are in the sums", job.messages())
    return code, lost, f"{how.name} to {whom} of {ranks}"


def killed_run(study, chance, how):
    """A study killed once or more, then left alone. Returns a line about what happened, and the most chunks that were in hand."""
    folder = study.fresh_folder()
    story, options, most_lost, kills = [], [], 0, chance.choice((1, 1, 1, 2, 3))
    while kills > 0:
        ranks = chance.choice((1, 2, 3))
        before, runs_before = done_chunks(folder), runs_in_sums(study, folder)
        code, lost, words = kill_once(study, folder, ranks, options, chance, how)
        if code == 0 and not story:  # done before the signal came: that was no killed run
            folder = study.fresh_folder()
            continue
        after = done_chunks(folder)
        runs = runs_in_sums(study, folder)
        story.append(f"{words}: exit {code}, " + (f"{after} chunks, {lost} in hand" if study.is_trial else f"{runs} runs"))
        most_lost = max(most_lost, lost)
        if code == 0 or (after < before and (folder / "result.h5").exists()):  # whole, and the journal on its way out
            break
        if after < before or runs < runs_before:
            fail("what was journalled is gone", *story)
        options, kills = ["--resume"], kills - 1
    whole = done_chunks(folder) if (folder / "result.h5.journal" / "study").exists() else 0
    study.finish(folder, chance.choice((1, 2, 3)), "--resume", story=story)
    if sha256(folder / "result.h5") != study.expected:
        fail("other bytes", *story)
    if study.is_trial and whole > 0 and side_file(folder)["chunks"]["from_journal"] != whole:
        fail(f"{whole} chunks were journalled, {side_file(folder)['chunks']} says the result", *story)
    left = sorted(path.name for path in folder.iterdir() if path.name.startswith("result"))
    if left != ["result-ro-crate-metadata.json", "result.h5", "result.h5.run.json"]:
        fail(f"left behind: {left}", *story)
    return "; ".join(story), most_lost


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--runs", type=int, default=6)
    parser.add_argument("--uncertainty", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="where to work (default: a temporary folder)")
    args = parser.parse_args()
    chance = random.Random(args.seed)
    most_lost = 0
    with tempfile.TemporaryDirectory(dir=args.folder) as scratch:
        trial = Study(args.program, scratch, "study", "--checkpoint", "1")
        uncertainty = Study(args.program, scratch, "uncertainty", "--checkpoint", "0") if args.uncertainty > 0 else None
        for number in range(args.runs):
            study = uncertainty if number < args.uncertainty else trial
            how = (signal.SIGKILL, signal.SIGTERM)[number % 2]
            line, lost = killed_run(study, chance, how)
            most_lost = max(most_lost, lost)
            print(f"{number + 1}: {line}", flush=True)
    print(f"{args.runs} runs, each killed at least once: {args.runs} results as undisturbed; no journalled chunk was computed "
          f"again, at most {most_lost} chunks were in hand when ranks died")
    for study in (trial, uncertainty):
        if study is not None:
            print(f"SHA-256 of {study.file.name}: {study.expected}")


main()
