"""Beside the result that nobody disturbed: each hole costs one base sample in the cells that it is in, and nothing else."""
import h5py
import numpy as np

N = 2048
with h5py.File("whole.h5") as whole, h5py.File("holed.h5") as holed:
    runs = dict(zip((s.decode() for s in holed["runs/status"][()]), holed["runs/runs"][()]))
    assert runs["not finite"] == 1 and runs["ok"] == 5 * N - 1 and sum(runs.values()) == 5 * N, runs
    first = dict(zip((s.decode() for s in holed["runs/status"][()]), holed["runs/first_run"][()]))
    assert first["not finite"] == 1235 and first["ok"] == 0 and first["no steady state"] == -1, first
    s, w = holed["sobol"], whole["sobol"]
    assert (w["samples"][()] == N).all() and (w["missing"][()] == 0).all()
    y, z = 0, 1
    assert (s["missing"][y] == 1).all() and s["missing"][z].tolist() == [1, 2], s["missing"][()]
    assert (s["samples"][()] + s["missing"][()] == N).all() and (s["out_of_range"][()] == 0).all()
    for name in ("first", "total", "first_low", "first_high", "total_low", "total_high"):
        found, expected = s[name][()], w[name][()]
        assert np.isfinite(found).all(), name
        assert np.abs(found - expected).max() < 0.01, (name, np.abs(found - expected).max())  # 2 of 2,048 samples
        if name in ("total",):
            assert (s["total_least"][()] <= expected).all() and (expected <= s["total_most"][()]).all()
    m = holed["moments"]
    rows = m["count"][()] + m["missing"][()]
    assert (rows == 2 * N).all()
    assert np.isfinite(m["mean"][()]).all() and np.isfinite(holed["quantiles/value"][()]).all()
print("one failure and one gap are accounted for")
