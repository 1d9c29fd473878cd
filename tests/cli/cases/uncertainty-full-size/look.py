"""Beside the result that nobody disturbed: one value that is not a number costs its own cell one base sample, and changes no bit of
any other cell; a run that fails costs every cell one."""
import h5py
import numpy as np

N, D, VARIABLES, TIMES = 4096, 20, 8, 289
RUNS, FAILED, GAP = N * (D + 2), 70_001, 30_011
GAP_AT = (7, 144)  # y8 at 12 h


def fields(file):
    """Everything over cells, and what is made from many of them."""
    found = {}
    for topic in ("moments", "quantiles", "sobol"):
        for name, data in file[topic].items():
            if isinstance(data, h5py.Dataset) and data.shape[-2:] == (VARIABLES, TIMES):
                found[f"{topic}/{name}"] = data[()]
    return found


with h5py.File("whole.h5") as whole, h5py.File("gap.h5") as gap, h5py.File("both.h5") as both:
    w, g, b = fields(whole), fields(gap), fields(both)
    assert len(w) >= 19 and set(w) <= set(g) and set(g) == set(b), (sorted(w), sorted(g))
    elsewhere = np.ones((VARIABLES, TIMES), bool)
    elsewhere[GAP_AT] = False
    for name, values in w.items():
        assert np.isfinite(values).all(), name
        assert (g[name][..., elsewhere] == values[..., elsewhere]).all(), name
        assert np.isfinite(g[name]).all() and np.isfinite(b[name]).all(), name
    in_sample = [run % (D + 2) < 2 for run in (FAILED, GAP)]  # rows a and b, which moments are made of
    assert (w["sobol/samples"] == N).all() and (w["moments/count"] == 2 * N).all()
    for found, failed in ((g, 0), (b, 1)):
        missing = np.full((VARIABLES, TIMES), failed)
        missing[GAP_AT] += 1
        assert (found["sobol/missing"] == missing).all() and (found["sobol/samples"] == N - missing).all()
        assert (found["sobol/out_of_range"] == 0).all()
        no_value = np.full((VARIABLES, TIMES), failed * in_sample[0])
        no_value[GAP_AT] += in_sample[1]
        assert (found["moments/missing"] == no_value).all() and (found["moments/count"] == 2 * N - no_value).all()
    for name in ("sobol/first", "sobol/total"):
        assert np.abs(b[name] - w[name]).max() < 5e-3, (name, np.abs(b[name] - w[name]).max())  # of one sample in 4,096
    status = dict(zip((s.decode() for s in both["runs/status"][()]), both["runs/runs"][()]))
    assert status["not finite"] == 1 and status["ok"] == RUNS - 1, status
    print(f"{RUNS} runs, {VARIABLES * TIMES} cells: samples {g['sobol/samples'][0, 0]} and {g['sobol/samples'][GAP_AT]} with a gap, "
          f"{b['sobol/samples'][0, 0]} and {b['sobol/samples'][GAP_AT]} with a failure too")
