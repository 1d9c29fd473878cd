"""The shipped Slurm scripts, unchanged but for their marked lines. The script for one study meets its time limit, goes back into the
queue, goes on and finishes; its bytes are those of a run that nobody disturbed. The array runs two studies.

    requeue.py PROGRAM JOBSCRIPTS
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import slurm

SKIPPED = 77
SMALL = Path(__file__).parents[1] / "cli" / "base" / "two-doses"
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


def requeued(cluster, scripts, work):
    subprocess.run(["kohort", "run", "study.yaml", "-o", "undisturbed.h5"], cwd=work, capture_output=True, check=True)
    script = work / "job.sh"
    script.write_text(edited(scripts / "slurm-cpu.sh", {1: (r"--nodes=.*--time=\S+", TASKS)}))
    job = cluster.submit(script, work)
    state, restarts, code = cluster.wait_until_ended(job, 900)
    output = (work / f"slurm-{job}.out").read_text()
    assert state == "COMPLETED" and code == "0:0", f"{state} {code}\n{output}"
    assert restarts >= 1, f"the job was never hit by its limit: make the study longer\n{output}"
    assert "stopped as asked" in output and "out of time; back into the queue" in output, output
    assert sha256(work / "killed.h5") == sha256(work / "undisturbed.h5"), "other bytes"
    print(f"hit by its limit {restarts} times, requeued, resumed, finished, and bit-identical")


def array(cluster, scripts, work):
    for number in (1, 2):
        study = (SMALL / "study.yaml").read_text().replace("name: two-doses", f"name: study-{number}")
        (work / f"study-{number}.yaml").write_text(study)
    (work / "studies.txt").write_text("study-1.yaml\nstudy-2.yaml\n")
    script = work / "array.sh"
    script.write_text(edited(scripts / "slurm-array.sh", {1: (r"--array=.*--time=\S+", "--array=1-2 " + ONE_TASK)}))
    job = cluster.submit(script, work)
    for task in (1, 2):
        state, _, code = cluster.wait_until_ended(f"{job}_{task}", 300)
        assert state == "COMPLETED" and code == "0:0", f"task {task}: {state} {code}\n{cluster.logs()}"
        assert (work / f"study-{task}.h5").exists()
    print("an array of two studies, both finished")


def main():
    program, scripts = Path(sys.argv[1]), Path(sys.argv[2])
    if not slurm.available():
        print("skipped: no Slurm")
        return SKIPPED
    os.environ["PATH"] = f"{program.parent}:{os.environ['PATH']}"
    os.environ.setdefault("KOHORT_CACHE", str(program.parent.parent / "tests" / "plugins"))
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch) / "work"
        work.mkdir()
        (Path(scratch) / "slurm").mkdir()
        shutil.copy(Path(__file__).parent / "study.yaml", work)
        with slurm.Slurm(Path(scratch) / "slurm") as cluster:
            array(cluster, scripts, work)
            requeued(cluster, scripts, work)
    return 0


sys.exit(main())
