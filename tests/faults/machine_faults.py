"""Faults of machines, files and neighbours, one after another; README.md has the table of what must happen.

    machine_faults.py PROGRAM CLOCK_JUMPS_LIBRARY [FAULT...]
"""
import ctypes
import datetime
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

from kohort_job import Job, environment, fail, is_running, journal_sections, processes_in, run, side_file, slots_of

HERE = Path(__file__).parent
OPTIONS = ("--output", "result.h5", "--chunk", "32", "--grace", "5")
COMPILING = "compiling"  # what is said before a compiler is asked


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
        for kilobytes in (100, 400, 550, 600, 650, 700, 800):
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


def killed_with_all_twins(place, name):
    """A folder whose run was killed when all its twins were journalled, and some trials were not."""
    folder = place.folder(name)
    job = Job(place.program, folder, 1, *OPTIONS)
    wait_until(lambda: (folder / "result.h5.journal" / "trials").exists(), "the trials")
    job.kill(signal.SIGKILL, [job.process.pid])
    job.wait()
    return folder


def change_byte(file, at, change):
    data = bytearray(file.read_bytes())
    data[at] ^= change
    file.write_bytes(data)


def journal_damaged(place):
    folder = killed_with_all_twins(place, "damaged")
    journal = folder / "result.h5.journal"
    change_byte(journal / "study", 60, 4)
    place.expect(folder, run(place.program, folder, 2, *OPTIONS, "--resume"), 2, "description of this unfinished run is damaged",
                 "--overwrite")
    change_byte(journal / "study", 60, 4)

    done, n_chunks, _ = journal_sections(folder)["twins"]
    if done != n_chunks:
        fail(f"{done} of {n_chunks} chunks of twins are done, and not all")
    whole = sum(section[0] for section in journal_sections(folder).values())
    slots = slots_of(journal / "twins")
    change_byte(journal / "twins", slots[5] + 100, 4)  # a bit of a number
    data = bytearray((journal / "twins").read_bytes())
    data[slots[9] + 2000:slots[10]] = bytes(slots[10] - slots[9] - 2000)  # torn: its end never reached the disk
    (journal / "twins").write_bytes(data)
    place.resume(folder)
    if side_file(folder)["chunks"]["from_journal"] != whole - 2:
        fail(f"{whole} chunks were there, 2 damaged; {side_file(folder)['chunks']} says the result")
    return "its description: exit 2; chunks: those two are computed again, the others are not"


def journal_half_removed(place):
    folder = killed_with_all_twins(place, "half-removed")
    place.resume(folder)
    journal = folder / "result.h5.journal"
    journal.mkdir()
    for name in ("lock", "trials"):  # the description is the first to go
        (journal / name).write_bytes(b"of a journal that was being removed")
    place.expect(folder, run(place.program, folder, 2, *OPTIONS, "--resume"), 0, "nothing to do")
    if journal.exists():
        fail("its remains are still there")
    place.expect_right(folder)
    return "nothing to do, and its remains are removed"


def another_study(place):
    folder = killed_with_all_twins(place, "another-study")
    study = folder / "study.yaml"
    study.write_text(study.read_text().replace("seed: 7", "seed: 8"))
    place.expect(folder, run(place.program, folder, 1, *OPTIONS, "--resume"), 2, "is not of this study", "--overwrite")
    place.expect(folder, run(place.program, folder, 1, *OPTIONS), 2, "begun and not finished", "--resume")
    shutil.copy(HERE / "study" / "study.yaml", folder)
    place.resume(folder)
    return "exit 2 both with and without --resume; the right study goes on"


def two_jobs_one_file(place):
    """The first is held still while the second tries."""
    folder = place.folder("two-jobs")
    first = Job(place.program, folder, 2, *OPTIONS)
    wait_until(lambda: (folder / "result.h5.journal" / "twins").exists(), "the journal")
    ranks = first.rank_processes()
    first.kill(signal.SIGSTOP, ranks)
    for how in ("--resume", "--overwrite", "--checkpoint=5"):
        done = subprocess.run([place.program, "run", "study.yaml", *OPTIONS, how], cwd=folder,
                              env=environment(place.program), capture_output=True, text=True, check=False)
        if done.returncode != 2 or "another job is writing this result" not in done.stderr:
            fail(f"the second job with {how}: exit {done.returncode}", done.stderr)
    if len(ranks) != 2 or (folder / "result.h5").exists():
        fail("the first job ended before it could be disturbed")
    if "now running" not in place.check(folder)[1]:
        fail("`kohort check` does not say that the study is running", place.check(folder)[1])
    first.kill(signal.SIGCONT, ranks)
    place.expect(folder, (first.wait(), first.messages()), 0)
    place.expect_right(folder)
    return "the second: exit 2; the first is not disturbed"


def remembering_compiler(folder):
    """A compiler that compiles each source once; asked again it gives what it gave. Returns its path and its log."""
    compiler = folder / "compiler"
    compiler.write_text(f"""#!/bin/sh
out= last=
for word; do [ "$last" = -o ] && out=$word; last=$word; done
[ -n "$out" ] || exec g++ "$@"
echo compiled >> "{folder}/compiled"
made="{folder}/$(sha256sum < "$last" | cut -d " " -f 1).so"
[ -e "$made" ] || g++ "$@" || exit
[ -e "$made" ] && cp "$made" "$out" || cp "$out" "$made"
""")
    compiler.chmod(0o755)
    return compiler, folder / "compiled"


def wrong_plugin(place):
    """A library under the name of another model's, cut short, or of another version of Kohort."""
    folder = place.own_model("wrong-plugin")
    cache = folder / "cache"
    compiler, log = remembering_compiler(folder)
    options = ("--output", "result.h5", "--overwrite")
    more = {"KOHORT_CACHE": str(cache), "KOHORT_CXX": str(compiler)}
    place.expect(folder, run(place.program, folder, 1, *options, **more), 0)
    right = sha256(folder / "result.h5")
    library = next(cache.glob("*.so"))
    made = library.read_bytes()
    wrongs = {"cut short": made[:1000], "flipped": made[:5000] + bytes([made[5000] ^ 1]) + made[5001:],
              "of another version": made.replace(b"kohort plug-in 1", b"kohort plug-in 0"), "empty": b"",
              "another model's": made[:-144] + b"0" * 64 + made[-80:]}  # ends with its key, its SHA-256 and a mark of 16 letters
    for name, wrong in wrongs.items():
        if wrong == made:
            fail(f"the plug-in was not made {name}")
        library.write_bytes(wrong)
        place.expect(folder, run(place.program, folder, 1, *options, **more), 0)
        if sha256(folder / "result.h5") != right or library.read_bytes() != made:
            fail(f"a plug-in that is {name} was believed")
    place.expect(folder, run(place.program, folder, 1, *options, **more), 0)
    if len(log.read_text().split()) != 1 + len(wrongs):
        fail(f"compiled {len(log.read_text().split())} times for {len(wrongs)} wrong plug-ins")
    return f"recognised and compiled again, {len(wrongs)} kinds; the right one is used"


def stale_cache(place):
    folder = place.own_model("stale-cache")
    cache = folder / "cache"
    compilers = ("g++", "clang++")
    for compiler in compilers:
        if not shutil.which(compiler):
            return f"skipped: no {compiler}"
    for number, compiler in enumerate(compilers + compilers, 1):
        outcome = run(place.program, folder, 1, "--output", "result.h5", "--overwrite", KOHORT_CACHE=str(cache), KOHORT_CXX=compiler)
        place.expect(folder, outcome, 0)
        if len(list(cache.glob("*.so"))) != min(number, 2) or (COMPILING in outcome[1]) != (number <= 2):
            fail(f"{len(list(cache.glob('*.so')))} plug-ins after run {number}", outcome[1])
    return "each compiler has its own plug-in, made once"


def two_jobs_one_model(place):
    cache = place.scratch / "shared-cache"
    folders = [place.own_model(f"compiling-{number}") for number in range(4)]
    jobs = [Job(place.program, folder, 1, "--output", "result.h5", KOHORT_CACHE=str(cache)) for folder in folders]
    for folder, job in zip(folders, jobs):
        place.expect(folder, (job.wait(), job.messages()), 0)
    if len({sha256(folder / "result.h5") for folder in folders}) != 1:
        fail("different results")
    compiled = sum(COMPILING in job.messages() for job in jobs)
    left = sorted(path.suffix for path in cache.iterdir())
    if left != [".cpp", ".so"] or compiled != 1:
        fail(f"compiled {compiled} times; in the cache: {left}")
    return "four at once: one compiles, all use it, the same results"


def clock_jumps(place):
    folder = place.folder("clock")
    place.expect(folder, run(place.program, folder, 2, *OPTIONS, "--checkpoint", "0.1", LD_PRELOAD=place.clock_jumps), 0)
    place.expect_right(folder)
    finished = datetime.datetime.fromisoformat(side_file(folder)["finished"].replace("Z", "+00:00"))
    wrong_by = abs(finished - datetime.datetime.now(datetime.timezone.utc))
    if wrong_by < datetime.timedelta(hours=23):
        fail(f"the clock did not jump: {finished}")
    return "no effect but on the date in .run.json"


def slow_rank(place):
    """One of two ranks is stopped nine tenths of the time: the other takes over what it cannot do."""
    folder = place.folder("slow")
    study = folder / "study.yaml"
    study.write_text(study.read_text().replace("enrol: 1500", "enrol: 5000").replace("mode: fresh", "mode: bank"))
    place.expect(folder, run(place.program, folder, 2, *OPTIONS), 0)
    right = sha256(folder / "result.h5")
    job = Job(place.program, folder, 2, *OPTIONS, "--overwrite")
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
    if sha256(folder / "result.h5") != right:
        fail("other bytes than with ranks of one speed")
    idle = side_file(folder)["share_idle"]  # 45 % where both have equally much to do: one is done when the other has a tenth
    if idle > 0.25:
        fail(f"the ranks were idle for {idle:.0%} of their time")
    return f"right, the other rank takes its chunks: idle {idle:.0%}"


def launcher_gone(place):
    """A rank whose MPI does not notice that its launcher is gone ends by itself; what nobody launched lives on."""
    folder = place.folder("launcher-gone")
    study = folder / "study.yaml"
    study.write_text(study.read_text().replace("enrol: 1500", "enrol: 5000000"))
    launch = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", place.program, "run", "study.yaml", *OPTIONS]
    for launched in (False, True):
        rank = {"OMPI_COMM_WORLD_RANK": "0"} if launched else {}
        with open(folder / "out.txt", "w", encoding="utf-8") as out:
            launcher = subprocess.Popen(launch, cwd=folder, env=environment(place.program, **rank), stdout=out, stderr=out)
        wait_until(lambda: (folder / "result.h5.journal" / "twins").exists(), "the journal")
        launcher.kill()
        launcher.wait()
        if launched:
            wait_until(lambda: not processes_in(folder), "the rank's end")
        else:
            time.sleep(3)  # longer than a rank would take
            left = processes_in(folder)
            if len(left) != 1:
                fail(f"{len(left)} processes are left of one that no launcher started", (folder / "out.txt").read_text())
            os.kill(left[0], signal.SIGKILL)
            wait_until(lambda: not processes_in(folder), "its end")
        shutil.rmtree(folder / "result.h5.journal")
    return "ended, like its launcher; a process that was started by hand lives on"


FAULTS = (full_disk, truncated_result, flipped_byte, result_becomes_folder, journal_damaged, journal_half_removed, another_study,
          two_jobs_one_file, wrong_plugin, stale_cache, two_jobs_one_model, clock_jumps, slow_rank, launcher_gone)


def main():
    program, library, chosen = sys.argv[1], sys.argv[2], sys.argv[3:]
    if not Path(library).is_file():
        fail(f"there is no {library}")
    with tempfile.TemporaryDirectory() as scratch:
        place = Place(program, library, scratch)
        for fault in FAULTS:
            if not chosen or fault.__name__ in chosen:
                print(f"{fault.__name__}: {fault(place)}", flush=True)


main()
