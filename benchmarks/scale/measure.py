"""Measures what large studies cost on this machine, which should do nothing else meanwhile.

    measure.py PROGRAM balance [--persons 200000] [--pairs 3]    two ranks beside one, on people who differ by 100 %
    measure.py PROGRAM checkpoint [--persons 200000] [--pairs 3] what the journal takes of the run loop, at the default interval
    measure.py PROGRAM stream [--persons 10000000] [--ranks 2]   memory, time and file of a study of that many, opened in xarray

Start it with `./dev run -- python3 benchmarks/scale/measure.py $PWD/build/release/bin/kohort ...`. Ranks have one thread each.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).parent


def study_of(name, persons, folder):
    text = (HERE / f"{name}.yaml").read_text()
    (folder / "study.yaml").write_text(re.sub(r"persons: \d+", f"persons: {persons}", text))


class Memory(threading.Thread):
    """The most memory that all processes of a program had together, pages that they share counted once."""

    def __init__(self, program):
        super().__init__(daemon=True)
        self.program, self.most_kb, self.over = os.path.realpath(program), 0, threading.Event()

    def run(self):
        while not self.over.wait(0.25):
            self.most_kb = max(self.most_kb, sum(map(self.kb_of, Path("/proc").glob("[0-9]*"))))

    def kb_of(self, process):
        try:
            if os.readlink(process / "exe") != self.program:
                return 0
            return int(re.search(r"^Pss:\s+(\d+)", (process / "smaps_rollup").read_text(), re.M).group(1))
        except OSError:
            return 0

    def stop(self):
        self.over.set()
        self.join()
        return self.most_kb / 1e6


def run(program, folder, ranks, *options):
    """Seconds, user and system CPU seconds, and what stands beside the result."""
    command = [program, "run", "study.yaml", "--output", "result.h5", "--overwrite", *options]
    before, begin = os.times(), time.monotonic()
    done = subprocess.run([*(["mpirun", "-n", str(ranks)] if ranks > 1 else []), *command], cwd=folder,
                          env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False)
    seconds, after = time.monotonic() - begin, os.times()
    if done.returncode != 0:
        raise SystemExit(f"exit {done.returncode}\n{done.stderr}")
    beside = json.loads((folder / "result.h5.run.json").read_text())
    return seconds, after.children_user - before.children_user, after.children_system - before.children_system, beside


def middle(runs, value):
    values = [value(one) for one in runs]
    return f"{statistics.median(values):.4g} ({min(values):.4g} to {max(values):.4g})"


def balance(args, folder):
    study_of("uneven", args.persons or 200_000, folder)
    run(args.program, folder, 1)
    pairs = [(run(args.program, folder, 1), run(args.program, folder, 2)) for _ in range(args.pairs)]
    print("one rank, s:", middle(pairs, lambda pair: pair[0][3]["seconds"]))
    print("two ranks, s:", middle(pairs, lambda pair: pair[1][3]["seconds"]))
    print("throughput of two ranks, of twice one rank's:",
          middle(pairs, lambda pair: pair[0][3]["seconds"] / (2 * pair[1][3]["seconds"])))
    print("idle, two ranks:", middle(pairs, lambda pair: pair[1][3]["share_idle"]))
    print("CPU seconds of two ranks, of one rank's:", middle(pairs, lambda pair: sum(pair[1][1:3]) / sum(pair[0][1:3])))


def checkpoint(args, folder):
    study_of("uneven", args.persons or 200_000, folder)
    run(args.program, folder, 1)
    for ranks in (1, 2):
        runs = [run(args.program, folder, ranks) for _ in range(args.pairs)]
        print(f"{ranks} rank(s): journal, share of the run loop:", middle(runs, lambda one: one[3]["share_journalling"]),
              "; s:", middle(runs, lambda one: one[3]["seconds"]))


def stream(args, folder):
    persons = args.persons or 10_000_000
    study_of("ten-million", persons, folder)
    memory = Memory(args.program)
    memory.start()
    seconds, user, system, beside = run(args.program, folder, args.ranks)
    most_gb = memory.stop()
    size_gb = (folder / "result.h5").stat().st_size / 1e9
    print(f"{persons} twins on {args.ranks} rank(s): {seconds:.0f} s, CPU {user:.0f} s user + {system:.0f} s system, "
          f"most memory in all {most_gb:.3f} GB, result {size_gb:.3f} GB, journal {beside['share_journalling']:.2%}, "
          f"idle {beside['share_idle']:.2%}")
    import xarray  # pylint: disable=import-outside-toplevel
    with xarray.open_dataset(folder / "result.h5", group="outcomes", engine="h5netcdf", chunks=None) as outcomes:
        exposure = outcomes["exposure"]
        print("in xarray:", dict(outcomes.sizes), f"exposure {float(exposure.mean()):.6g} {exposure.attrs['units']} on average, "
              f"{int(exposure.isnull().sum())} missing")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("what", choices=("balance", "checkpoint", "stream"))
    parser.add_argument("--persons", type=int)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--folder", help="where to work (default: a temporary folder)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as scratch:
        {"balance": balance, "checkpoint": checkpoint, "stream": stream}[args.what](args, Path(scratch))


main()
