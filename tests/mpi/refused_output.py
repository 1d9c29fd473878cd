"""A place where no result can be written is refused with one message, and nothing is left there."""
import pathlib
import sys
import tempfile

from mpirun import arguments, write_example


def message(args, path, *more):
    done = write_example(args, 3, path, 100, 10, 0, *more)
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if str(path) in line]
    assert len(lines) == 3, done.stderr  # the same on each of the three ranks; the command line prints it once
    assert len(set(lines)) == 1, done.stderr
    return lines[0]


def main():
    args = arguments()
    with tempfile.TemporaryDirectory() as folder:
        here = pathlib.Path(folder)
        existing = here / "existing.h5"
        existing.write_text("precious")
        assert "exists already" in message(args, existing, "-1", "keep")
        assert existing.read_text() == "precious"
        assert "there is no folder" in message(args, here / "none" / "result.h5")
        assert "this is a folder" in message(args, here)
        assert "cannot write here" in message(args, "/proc/result.h5")
        assert [entry.name for entry in here.iterdir()] == ["existing.h5"]
    return 0


sys.exit(main())
