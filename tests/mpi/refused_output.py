"""A place where no result can be written is refused on all ranks alike, and nothing is left there. A disk that fills up while
writing ends the job with a message, and no file gets the result's name."""
import pathlib
import sys
import tempfile

from mpirun import arguments, write_example


def message(args, path, *more):
    done = write_example(args, 3, path, 100, 10, 0, *more)
    assert done.returncode != 0
    assert f"on all 3 ranks: {path}" in done.stderr, done.stderr
    return done.stderr


def full_disk(args, path, ranks):
    done = write_example(args, ranks, path, 20000, 256, 0, "-1", "full")
    assert done.returncode != 0
    assert str(path) in done.stderr and "is the disk full" in done.stderr, done.stderr
    assert not path.exists(), "a result that was not written has its name"


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
        for ranks in (1, 2, 3):
            full_disk(args, here / "full.h5", ranks)
    return 0


sys.exit(main())
