"""Starts kohort on some ranks, finds its processes, and kills them. Shared by the tests of this folder."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SKIPPED = 77


def environment(program, **more):
    return {"OMP_NUM_THREADS": "1", "OMP_PROC_BIND": "false", "OMPI_ALLOW_RUN_AS_ROOT": "1",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
            "PRTE_MCA_hwloc_default_binding_policy": "none",
            "KOHORT_CACHE": str(Path(program).parent.parent / "tests" / "plugins"), **os.environ, **more}


def processes_in(folder):
    """Processes that work in this folder: all of a job, also those whose mpirun was killed before it was done starting them."""
    folder, found = os.path.realpath(folder), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "cwd") == folder:
                found.append(int(process.name))
        except OSError:
            continue
    return sorted(found)


def is_running(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False


def description(process):
    """Its command, state, parent and, of each thread, what it waits for in the kernel."""
    def read(name):
        try:
            return Path(f"/proc/{process}", name).read_text().replace("\0", " ").strip()
        except OSError as error:
            return error.strerror
    threads = (f"{task.name} in {read(f'task/{task.name}/wchan')}" for task in Path(f"/proc/{process}/task").glob("*"))
    return f"{process} ({read('cmdline')}), {read('stat').rpartition(')')[2][:20]}; threads {', '.join(threads)}"


class Job:
    """kohort run under mpirun (on one rank: alone), in a folder of its own."""

    def __init__(self, program, folder, ranks, *options, study="study.yaml", **more):
        self.program, self.folder, self.ranks = str(program), Path(folder), ranks
        command = ([] if ranks == 1 else ["mpirun", "-n", str(ranks)]) + [self.program, "run", study, *options]
        self.out = open(self.folder / "out.txt", "w+", encoding="utf-8")
        self.err = open(self.folder / "err.txt", "w+", encoding="utf-8")
        more.setdefault("TMPDIR", tempfile.mkdtemp(dir=folder))  # mpirun trips over the remains of one that was killed
        self.process = subprocess.Popen(command, cwd=folder, env=environment(program, **more), stdout=self.out, stderr=self.err)

    def rank_processes(self):
        ours, ranks = os.path.realpath(self.program), []
        for process in processes_in(self.folder):
            try:
                if os.readlink(f"/proc/{process}/exe") == ours:
                    ranks.append(process)
            except OSError:
                continue
        return ranks

    def kill(self, number, processes):
        for process in processes:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                continue

    def wait(self, seconds=300):
        """Exit code, when every process of the job is gone. Ranks live a second longer than an mpirun that was killed."""
        code = self.process.wait(seconds)
        end = time.monotonic() + 60
        while left := processes_in(self.folder):
            if time.monotonic() > end:
                fail("these outlive their job", *map(description, left), self.messages())
            time.sleep(0.01)
        return code

    def messages(self):
        self.err.flush()
        return (self.folder / "err.txt").read_text()


def run(program, folder, ranks, *options, **more):
    job = Job(program, folder, ranks, *options, **more)
    return job.wait(), job.messages()


def description_of(section):
    words = dict(line.split(" ", 1) for line in section[:4096].split(b"\0")[0].decode().splitlines()[1:])
    items, chunk, record = int(words["items"]), int(words["chunk"]), int(words["record"])
    slot_bytes = (40 + 8 * record + 4095) // 4096 * 4096
    return -(-items // chunk), slot_bytes


def slots_of(file):
    """Where the slot of each chunk begins in a section of a journal."""
    n_chunks, slot_bytes = description_of(file.read_bytes())
    return [8192 + slot_bytes * chunk for chunk in range(n_chunks)]


def journal_sections(folder, result="result.h5"):
    """{section: (chunks done, chunks, {(section, chunk, attempt)} of chunks begun and not done)}, unchecked."""
    sections = {}
    for file in Path(folder, result + ".journal").glob("*"):
        if file.name in ("study", "lock") or file.suffix == ".new":
            continue
        data = file.read_bytes()
        n_chunks, slot = description_of(data)
        marks = [data[8192 + slot * at:8192 + slot * at + 24] for at in range(n_chunks)]
        done = sum(mark[:8] == b"D1trohok" for mark in marks)
        begun = {(file.name, at, int.from_bytes(mark[16:24], "little"))
                 for at, mark in enumerate(marks) if mark[:8] == b"B1trohok"}
        sections[file.name] = (done, n_chunks, begun)
    return sections


def side_file(folder, result="result.h5"):
    return json.loads(Path(folder, result + ".run.json").read_text())


def fail(message, *details):
    print("FAILED:", message)
    for detail in details:
        print(detail)
    sys.exit(1)


SIGNALS = {"kill": signal.SIGKILL, "term": signal.SIGTERM, "usr1": signal.SIGUSR1}
