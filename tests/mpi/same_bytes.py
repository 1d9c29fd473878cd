"""The result file is the same for any number of ranks, any size of work chunks and any order of arrival. Memory is filled
with a different pattern each time, so that no unwritten byte can hide."""
import hashlib
import pathlib
import sys
import tempfile

from mpirun import arguments, write_example

RUNS = [  # ranks, twins in a work chunk, shuffle (0: in order), pattern of fresh memory
    (1, 256, 0, 0),
    (1, 100, 1, 11),
    (2, 256, 0, 22),
    (2, 100, 5, 99),
    (3, 700, 3, 170),
    (3, 20000, 0, 255),   # two of three ranks have nothing
]


def main():
    args = arguments()
    hashes = {}
    with tempfile.TemporaryDirectory() as folder:
        for run in RUNS:
            ranks, chunk, shuffle, pattern = run
            path = pathlib.Path(folder) / "result.h5"
            done = write_example(args, ranks, path, 20000, chunk, shuffle, environment={"MALLOC_PERTURB_": str(pattern)})
            assert done.returncode == 0, done.stderr
            hashes[run] = hashlib.sha256(path.read_bytes()).hexdigest()
            assert not list(pathlib.Path(folder).glob("*.partial"))
    for run, digest in hashes.items():
        print(digest, "ranks %d, work chunk %d, shuffle %d, memory %d" % run)
    return 0 if len(set(hashes.values())) == 1 else 1


sys.exit(main())
