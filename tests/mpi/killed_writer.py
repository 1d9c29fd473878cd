"""A writer that is killed leaves only an unfinished file, which says so or cannot be opened; the next run replaces it."""
import pathlib
import sys
import tempfile

import h5py

from mpirun import arguments, write_example


def looks_whole(path):
    try:
        with h5py.File(path) as file:
            return int(file.attrs["complete"]) != 0
    except OSError:
        return False


def main():
    args = arguments()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "result.h5"
        partial = pathlib.Path(str(path) + ".partial")
        for last_round in (0, 20, 36):
            own = {"TMPDIR": folder}  # mpirun leaves remains when its ranks are killed, and another trips over them
            done = write_example(args, 2, path, 20000, 256, 0, last_round, environment=own)
            assert done.returncode != 0
            assert not path.exists(), "a killed run left a file with the final name"
            assert partial.exists()
            assert not looks_whole(partial)
        done = write_example(args, 2, path, 20000, 256, 0)
        assert done.returncode == 0, done.stderr
        assert looks_whole(path) and not partial.exists()
    return 0


sys.exit(main())
