"""Kills runs at random moments and goes on with other numbers of ranks, until each is finished: the bytes must be those of a run
that nobody disturbed, nothing journalled may be computed again, and a rank may lose only the chunk that it had in hand.

    kill_runs.py PROGRAM [--runs 200] [--seed 1] [--folder DIR]

Half the runs are killed with SIGKILL - one rank, all ranks, or mpirun - and half with SIGTERM.
"""
import argparse
import hashlib
import random
import shutil
import signal
import tempfile
import time
from pathlib import Path

from kohort_job import Job, fail, journal_sections, run, side_file

STUDY = Path(__file__).parent / "study" / "study.yaml"
OPTIONS = ("--output", "result.h5", "--chunk", "32", "--grace", "5", "--checkpoint", "1")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fresh_folder(scratch):
    folder = Path(scratch) / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(STUDY, folder)
    return folder


def undisturbed(program, scratch):
    """SHA-256 of the result, and how long it takes on one rank."""
    folder = fresh_folder(scratch)
    code, errors = run(program, folder, 1, *OPTIONS)  # compiles the model
    begin = time.monotonic()
    code, errors = run(program, folder, 1, *OPTIONS, "--overwrite")
    if code != 0:
        fail(f"the undisturbed run ends with {code}", errors)
    return sha256(folder / "result.h5"), time.monotonic() - begin


def done_chunks(folder):
    return sum(done for done, _, _ in journal_sections(folder).values())


def kill_once(program, folder, ranks, options, chance, how, seconds):
    """One attempt, killed. Returns (exit code, chunks in hand when it died)."""
    job = Job(program, folder, ranks, *OPTIONS, *options)
    time.sleep(chance.uniform(0.05, seconds))
    ranks_alive = job.rank_processes()
    victims = {"one rank": ranks_alive[:1], "all ranks": ranks_alive, "mpirun": [job.process.pid]}
    whom = chance.choice(sorted(victims))
    job.kill(how, victims[whom])
    code = job.wait()
    result = folder / "result.h5"
    if code == 0 and not result.exists():
        fail(f"exit 0 without a result after {how.name} to {whom}", job.messages())
    lost = sum(begun for _, _, begun in journal_sections(folder).values())
    if lost > ranks:
        fail(f"{lost} chunks were in hand on {ranks} ranks")
    if code == 75 and "--resume" not in job.messages():
        fail("told to stop, it does not say how to go on", job.messages())
    return code, lost, f"{how.name} to {whom} of {ranks}"


def killed_run(program, scratch, chance, how, expected, seconds):
    """A study killed once or more, then left alone. Returns a line about what happened."""
    folder = fresh_folder(scratch)
    story, options = [], []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        ranks = chance.choice((1, 2, 3))
        before = done_chunks(folder)
        code, lost, words = kill_once(program, folder, ranks, options, chance, how, seconds)
        after = done_chunks(folder)
        story.append(f"{words}: exit {code}, {after} chunks, {lost} in hand")
        if code == 0:
            break
        if after < before:
            fail("journalled chunks are gone", *story)
        options = ["--resume"]
    whole = done_chunks(folder)
    ranks = chance.choice((1, 2, 3))
    code, errors = run(program, folder, ranks, *OPTIONS, "--resume")
    if code != 0:
        fail(f"the last run ends with {code}", errors, *story)
    if sha256(folder / "result.h5") != expected:
        fail("other bytes", *story)
    if whole > 0 and side_file(folder)["chunks"]["from_journal"] != whole:
        fail(f"{whole} chunks were journalled, {side_file(folder)['chunks']} says the result", *story)
    left = sorted(path.name for path in folder.iterdir() if path.name.startswith("result"))
    if left != ["result-ro-crate-metadata.json", "result.h5", "result.h5.run.json"]:
        fail(f"left behind: {left}", *story)
    return "; ".join(story)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--runs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="where to work (default: a temporary folder)")
    args = parser.parse_args()
    chance = random.Random(args.seed)
    with tempfile.TemporaryDirectory(dir=args.folder) as scratch:
        expected, seconds = undisturbed(args.program, scratch)
        for number in range(args.runs):
            how = (signal.SIGKILL, signal.SIGTERM)[number % 2]
            print(f"{number + 1}: {killed_run(args.program, scratch, chance, how, expected, seconds)}", flush=True)
    print(f"{args.runs} runs, each killed at least once: {args.runs} results with SHA-256 {expected}")


main()
