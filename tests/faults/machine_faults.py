"""Faults of machines, files and neighbours, one after another; README.md has the table of what must happen.

    machine_faults.py PROGRAM CLOCK_JUMPS_LIBRARY [FAULT...]
"""
import ctypes
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from kohort_job import Job, environment, fail, is_running, run

HERE = Path(__file__).parent
OPTIONS = ("--output", "result.h5", "--chunk", "32", "--grace", "5")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Place:
    """Folders for one fault after another, and what an undisturbed run gives."""

    def __init__(self, program, clock_jumps, scratch):
        self.program, self.clock_jumps, self.scratch = program, clock_jumps, Path(scratch)
        folder = self.folder("undisturbed")
        self.expect(folder, run(program, folder, 1, *OPTIONS), 0)
        self.expected = sha256(folder / "result.h5")
        self.undisturbed = folder

    def folder(self, name):
        folder = self.scratch / name
        folder.mkdir()
        shutil.copy(HERE / "study" / "study.yaml", folder)
        return folder

    def own_model(self, name):
        """A folder with a study of a model that nobody has compiled yet."""
        folder = self.scratch / name
        shutil.copytree(HERE.parent / "cli" / "base" / "own-model", folder)
        return folder

    @staticmethod
    def expect(folder, outcome, code, *words):
        if outcome[0] != code:
            fail(f"exit {outcome[0]} and not {code}", outcome[1])
        for word in words:
            if word not in outcome[1]:
                fail(f"no word of \"{word}\"", outcome[1])
        if code not in (0, 3) and (folder / "result.h5").is_file():
            fail(f"exit {code}, but there is a result", outcome[1])

    def expect_right(self, folder):
        if sha256(folder / "result.h5") != self.expected:
            fail(f"{folder.name}: other bytes than an undisturbed run")

    def resume(self, folder, ranks=2):
        self.expect(folder, run(self.program, folder, ranks, *OPTIONS, "--resume"), 0)
        self.expect_right(folder)

    def check(self, folder, name="result.h5"):
        done = subprocess.run([self.program, "check", name], cwd=folder, env=environment(self.program), capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def wait_until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            fail(f"waited in vain for {what}")
        time.sleep(0.005)


MS_REMOUNT = 32  # <sys/mount.h>
LIBC = ctypes.CDLL(None, use_errno=True)


def mount_small_disk(folder, size, flags=0):
    """A file system in memory, seen by this process and its children's children where ./dev gave them a namespace of their own."""
    if LIBC.mount(b"tmpfs", str(folder).encode(), b"tmpfs", flags, f"size={size}".encode()) != 0:
        raise OSError(ctypes.get_errno(), "mount")


def full_disk(place):
    """At every size of a small file system: a right result, or a message, no result, and a resume once there is room."""
    folder = place.folder("full")
    full = folder / "disk"
    full.mkdir()
    try:
        mount_small_disk(full, "100k")
    except OSError as error:
        return f"skipped: no right to mount ({os.strerror(error.errno)})"
    try:
        refused = succeeded = resumed = 0
        shutil.copy(HERE / "study" / "study.yaml", full)
        for kilobytes in (100, 300, 500, 700, 800, 900, 1000, 1100, 1200, 1300, 1400, 1500, 1700, 2000):
            mount_small_disk(full, f"{kilobytes}k", MS_REMOUNT)
            outcome = run_elsewhere(place, full, folder)
            if outcome[0] == 0:
                place.expect_right(full)
                succeeded += 1
            else:
                place.expect(full, outcome, 1, "No space left" if "No space left" in outcome[1] else "is the disk full")
                refused += 1
                if (full / "result.h5.journal" / "twins").exists():
                    mount_small_disk(full, "20m", MS_REMOUNT)
                    place.expect(full, run_elsewhere(place, full, folder, "--resume"), 0)
                    place.expect_right(full)
                    resumed += 1
            for left in full.glob("result.h5*"):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        if refused == 0 or succeeded == 0 or resumed == 0:
            fail(f"{refused} refused, {succeeded} succeeded, {resumed} resumed: choose other sizes")
        return f"{refused} sizes too small: exit 1, no result ({resumed} resumed with more room); {succeeded} large enough"
    finally:
        LIBC.umount(str(full).encode())


def run_elsewhere(place, full, folder, *more):
    """A run in the full file system whose own output goes where there is room."""
    done = subprocess.run(["mpirun", "-n", "2", place.program, "run", "study.yaml", *OPTIONS, *more], cwd=full,
                          env=environment(place.program, TMPDIR=str(folder)), capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def truncated_result(place):
    folder = place.folder("truncated")
    whole = (place.undisturbed / "result.h5").read_bytes()
    for share in (0.0, 0.01, 0.3, 0.9, 0.999):
        (folder / "result.h5").write_bytes(whole[:int(share * len(whole))])
        code, words = place.check(folder)
        if code != 2 or "complete," in words:
            fail(f"cut to {share}: exit {code}", words)
    return "exit 2 at five lengths"


def flipped_byte(place):
    """Anywhere in the file: the SHA-256 beside the result tells. In the index alone, without that: HDF5's own checksums."""
    folder = place.folder("flipped")
    whole = bytearray((place.undisturbed / "result.h5").read_bytes())
    shutil.copy(place.undisturbed / "result.h5.run.json", folder)
    chance = random.Random(3)
    for offset in [0, 9, 40, 60, *(chance.randrange(len(whole)) for _ in range(12))]:
        flipped = bytearray(whole)
        flipped[offset] ^= 1 << chance.randrange(8)
        (folder / "result.h5").write_bytes(flipped)
        code, words = place.check(folder)
        if code != 2 or "result.h5: complete" in words:
            fail(f"byte {offset} flipped: exit {code}", words)
    (folder / "result.h5").write_bytes(whole)
    if place.check(folder)[0] != 0:
        fail("the file that nobody changed is refused")
    return "exit 2 at 16 places"


def result_becomes_folder(place):
    folder = place.folder("becomes-folder")
    job = Job(place.program, folder, 2, *OPTIONS)
    wait_until(lambda: (folder / "result.h5.journal" / "twins").exists(), "the journal")
    (folder / "result.h5").mkdir()
    place.expect(folder, (job.wait(), job.messages()), 2, "this is a folder")
    (folder / "result.h5").rmdir()
    place.resume(folder)
    return "exit 2 at the end, no result; resumed when it was gone"


def journal_damaged(place):
    for what, code, word in (("study", 2, "damaged"), ("twins", 0, "")):
        folder = place.folder(f"damaged-{what}")
        job = Job(place.program, folder, 1, *OPTIONS)
        wait_until(lambda: (folder / "result.h5.journal" / "trials").exists(), "the trials")
        job.kill(signal.SIGKILL, [job.process.pid])
        job.wait()
        file = folder / "result.h5.journal" / what
        data = bytearray(file.read_bytes())
        data[60 if what == "study" else 8192 + 8192 * 5 + 100] ^= 4
        file.write_bytes(data)
        place.expect(folder, run(place.program, folder, 2, *OPTIONS, "--resume"), code, word)
    place.expect_right(folder)
    return "its description: exit 2; a chunk: computed again"


def another_study(place):
    folder = place.folder("another-study")
    job = Job(place.program, folder, 1, *OPTIONS)
    wait_until(lambda: (folder / "result.h5.journal" / "twins").exists(), "the journal")
    job.kill(signal.SIGKILL, [job.process.pid])
    job.wait()
    study = folder / "study.yaml"
    study.write_text(study.read_text().replace("seed: 7", "seed: 8"))
    place.expect(folder, run(place.program, folder, 1, *OPTIONS, "--resume"), 2, "is not of this study", "--overwrite")
    place.expect(folder, run(place.program, folder, 1, *OPTIONS), 2, "begun and not finished", "--resume")
    shutil.copy(HERE / "study" / "study.yaml", folder)
    place.resume(folder)
    return "exit 2 both with and without --resume; the right study goes on"


def two_jobs_one_file(place):
    folder = place.folder("two-jobs")
    first = Job(place.program, folder, 2, *OPTIONS)
    wait_until(lambda: (folder / "result.h5.journal" / "study").exists(), "the journal")
    for how in ("--resume", "--overwrite", "--chunk=32"):
        done = subprocess.run([place.program, "run", "study.yaml", *OPTIONS, how], cwd=folder,
                              env=environment(place.program), capture_output=True, text=True, check=False)
        if not is_running(first.process.pid):
            fail("the first job ended too early to disturb it")
        if done.returncode != 2 or "another job is writing this result" not in done.stderr:
            fail(f"the second job with {how}: exit {done.returncode}", done.stderr)
    place.expect(folder, (first.wait(), first.messages()), 0)
    place.expect_right(folder)
    return "the second: exit 2; the first is not disturbed"


def wrong_plugin(place):
    """A library under the name of another model's, cut short, or of another version of Kohort."""
    folder = place.own_model("wrong-plugin")
    cache = folder / "cache"
    options = ("--output", "result.h5", "--overwrite")
    place.expect(folder, run(place.program, folder, 1, *options, KOHORT_CACHE=str(cache)), 0)
    right = sha256(folder / "result.h5")
    library = next(cache.glob("*.so"))
    made = library.read_bytes()
    for name, wrong in (("cut", made[:1000]), ("flipped", made[:5000] + bytes([made[5000] ^ 1]) + made[5001:]),
                        ("another version", made.replace(b"kohort plug-in 1", b"kohort plug-in 0")), ("empty", b"")):
        library.write_bytes(wrong)
        place.expect(folder, run(place.program, folder, 1, *options, KOHORT_CACHE=str(cache)), 0)
        if sha256(folder / "result.h5") != right or library.read_bytes() == wrong:
            fail(f"a plug-in that is {name} was believed")
    return "recognised and compiled again, four kinds"


def stale_cache(place):
    folder = place.own_model("stale-cache")
    cache = folder / "cache"
    compilers = [name for name in ("g++", "clang++") if shutil.which(name)]
    if len(compilers) < 2:
        return "skipped: one compiler"
    results = set()
    for number, compiler in enumerate(compilers + compilers, 1):
        place.expect(folder, run(place.program, folder, 1, "--output", "result.h5", "--overwrite", KOHORT_CACHE=str(cache),
                                 KOHORT_CXX=compiler), 0)
        results.add(sha256(folder / "result.h5"))
        if len(list(cache.glob("*.so"))) != min(number, 2):
            fail(f"{len(list(cache.glob('*.so')))} plug-ins after run {number}")
    return f"each compiler has its own plug-in; {len(results)} SHA-256 from {len(compilers)} compilers"


def two_jobs_one_model(place):
    cache = place.scratch / "shared-cache"
    folders = [place.own_model(f"compiling-{number}") for number in range(4)]
    jobs = [Job(place.program, folder, 1, "--output", "result.h5", KOHORT_CACHE=str(cache)) for folder in folders]
    for folder, job in zip(folders, jobs):
        place.expect(folder, (job.wait(), job.messages()), 0)
    if len({sha256(folder / "result.h5") for folder in folders}) != 1:
        fail("different results")
    left = sorted(path.suffix for path in cache.iterdir())
    if left != [".cpp", ".so"]:
        fail(f"in the cache: {left}")
    return "four at once: one plug-in, the same results"


def clock_jumps(place):
    folder = place.folder("clock")
    place.expect(folder, run(place.program, folder, 2, *OPTIONS, "--checkpoint", "0.1", LD_PRELOAD=place.clock_jumps), 0)
    place.expect_right(folder)
    return "no effect"


def slow_rank(place):
    """One of two ranks is stopped nine tenths of the time: the other takes over what it cannot do."""
    folder = place.folder("slow")
    job = Job(place.program, folder, 2, *OPTIONS)
    wait_until(lambda: len(job.rank_processes()) == 2, "two ranks")
    slow = job.rank_processes()[1]
    ended = threading.Event()

    def hold_back():
        while not ended.is_set() and is_running(slow):
            job.kill(signal.SIGSTOP, [slow])
            time.sleep(0.09)
            job.kill(signal.SIGCONT, [slow])
            time.sleep(0.01)

    holding = threading.Thread(target=hold_back)
    holding.start()
    outcome = (job.wait(), job.messages())
    ended.set()
    holding.join()
    place.expect(folder, outcome, 0)
    place.expect_right(folder)
    return "right, the other rank takes its chunks"


FAULTS = (full_disk, truncated_result, flipped_byte, result_becomes_folder, journal_damaged, another_study, two_jobs_one_file,
          wrong_plugin, stale_cache, two_jobs_one_model, clock_jumps, slow_rank)


def main():
    program, library, chosen = sys.argv[1], sys.argv[2], sys.argv[3:]
    with tempfile.TemporaryDirectory() as scratch:
        place = Place(program, library, scratch)
        for fault in FAULTS:
            if not chosen or fault.__name__ in chosen:
                print(f"{fault.__name__}: {fault(place)}", flush=True)


main()
