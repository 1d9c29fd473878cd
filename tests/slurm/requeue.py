"""The shipped Slurm scripts, unchanged but for their marked lines. The array runs two studies. The script for one study is told by
Slurm that its time is over, goes back into the queue, goes on and finishes; its bytes are those of a run that nobody disturbed.

    requeue.py PROGRAM JOBSCRIPTS
"""
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import slurm

SKIPPED = 77
TESTS = Path(__file__).parents[1]
SMALL = TESTS / "cli" / "base" / "two-doses" / "study.yaml"
MANY_CHUNKS = TESTS / "faults" / "study" / "study.yaml"
ONE_TASK = "--nodes=1 --ntasks=1 --cpus-per-task=1 --time=00:05:00"
TASKS = "--nodes=1 --ntasks-per-node=2 --cpus-per-task=1 --time=00:01:00"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def edited(script, changes):
    """The script with its lines marked EDIT changed, and no other."""
    lines = script.read_text().splitlines(keepends=True)
    for number, (old, new) in changes.items():
        marked = [at for at, line in enumerate(lines) if f"# EDIT {number}" in line]
        assert len(marked) == 1, f"{script.name} has {len(marked)} lines marked EDIT {number}"
        assert re.search(old, lines[marked[0]]), lines[marked[0]]
        lines[marked[0]] = re.sub(old, new, lines[marked[0]], count=1)
    return "".join(lines)


def wait_until(condition, what, cluster, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}\n{cluster.logs()}"
        time.sleep(0.005)


def ranks_of(program):
    """Processes that run the program, of this job: nothing else runs where this test does."""
    found = []
    for process in slurm.processes():
        try:
            if os.readlink(f"/proc/{process}/exe") == str(program.resolve()):
                found.append(process)
        except OSError:
            continue
    return found


def has_usr1_waiting(process):
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"ShdPnd:\s*(\w+)", status).group(1), 16) >> (signal.SIGUSR1 - 1) & 1 == 1


def hold_until_told(cluster, program, result):
    """Stops the ranks in the middle of the study until Slurm has told them that their time is over: a minute of the clock passes
    without a minute of computing."""
    wait_until(lambda: Path(f"{result}.journal", "trials").exists(), "the journal", cluster)
    ranks = ranks_of(program)
    for rank in ranks:
        os.kill(rank, signal.SIGSTOP)
    assert len(ranks) == 2 and not result.exists(), f"ranks {ranks}: the study ended before it could be held"
    wait_until(lambda: all(has_usr1_waiting(rank) for rank in ranks), "USR1", cluster)
    for rank in ranks:
        os.kill(rank, signal.SIGCONT)


def requeued(cluster, program, scripts, work):
    shutil.copy(MANY_CHUNKS, work / "study.yaml")
    subprocess.run([program, "run", "study.yaml", "-o", "undisturbed.h5"], cwd=work, capture_output=True, check=True)
    script = work / "job.sh"
    script.write_text(edited(scripts / "slurm-cpu.sh", {1: (r"--nodes=.*--time=\S+", TASKS)}))
    job = cluster.submit(script, work)
    result = work / "killed.h5"
    hold_until_told(cluster, program, result)
    state, restarts, code = cluster.wait_until_ended(job, 120)
    output = (work / f"slurm-{job}.out").read_text()
    assert state == "COMPLETED" and code == "0:0", f"{state} {code}\n{output}\n{cluster.logs()}"
    assert restarts >= 1 and "stopped as asked" in output and "out of time; back into the queue" in output, output
    run = json.loads(Path(f"{result}.run.json").read_text())
    assert run["attempts"] == restarts + 1 and run["chunks"]["from_journal"] > 0, run
    assert sha256(result) == sha256(work / "undisturbed.h5"), "other bytes"
    print(f"told by Slurm that its time was over, requeued {restarts} time(s), went on from {run['chunks']['from_journal']} chunks, "
          "finished, bit-identical")


def array(cluster, scripts, work):
    for number in (1, 2):
        study = SMALL.read_text().replace("name: two-doses", f"name: study-{number}")
        (work / f"study-{number}.yaml").write_text(study)
    (work / "studies.txt").write_text("study-1.yaml\nstudy-2.yaml\n")
    script = work / "array.sh"
    script.write_text(edited(scripts / "slurm-array.sh", {1: (r"--array=.*--time=\S+", "--array=1-2 " + ONE_TASK)}))
    job = cluster.submit(script, work)
    for task in (1, 2):
        state, _, code = cluster.wait_until_ended(f"{job}_{task}", 120)
        assert state == "COMPLETED" and code == "0:0", f"task {task}: {state} {code}\n{cluster.logs()}"
        assert (work / f"study-{task}.h5").exists()
    print("an array of two studies, both finished")


def main():
    program, scripts = Path(sys.argv[1]), Path(sys.argv[2])
    if not slurm.available():
        print("skipped: no Slurm")
        return SKIPPED
    slurm.move_to_processes_of_our_own()
    os.environ["PATH"] = f"{program.parent}:{os.environ['PATH']}"
    os.environ.setdefault("KOHORT_CACHE", str(program.parent.parent / "tests" / "plugins"))
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch) / "work"
        work.mkdir()
        (Path(scratch) / "slurm").mkdir()
        with slurm.Slurm(Path(scratch) / "slurm") as cluster:
            array(cluster, scripts, work)
            requeued(cluster, program, scripts, work)
    left = slurm.daemons_left() if "KOHORT_TEST_ALONE" in os.environ else []
    assert not left, f"left behind: {left}"
    return 0


sys.exit(main())
