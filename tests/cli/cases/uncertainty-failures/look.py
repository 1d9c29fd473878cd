"""Failed runs drop their base samples and nothing else; counts add up; bounds hold; failure is explained by what caused it."""
import h5py
import numpy as np

with h5py.File("fragile.h5") as f:
    status = dict(zip((s.decode() for s in f["runs/status"][()]), f["runs/runs"][()]))
    failed = sum(status.values()) - status["ok"]
    assert sum(status.values()) == 4 * 1024 and failed > 0, status
    s = f["sobol"]
    assert (s["samples"][()] + s["missing"][()] + s["out_of_range"][()] == 1024).all()
    assert 0 < s["missing"][0, 1] <= failed, (s["missing"][()], failed)
    total = np.clip(s["total"][:, 0, 1:], 0, 1)  # an estimate may be a little above 1, a bound not
    assert np.isfinite(total).all()
    assert np.isnan(s["total"][:, 0, 0]).all()  # nothing varies at time 0
    assert (s["total_least"][:, 0, 1:] <= total).all() and (total <= s["total_most"][:, 0, 1:]).all()
    assert (s["total_least"][:, 0, 1:] < s["total_most"][:, 0, 1:]).all()
    of_failure = f["sobol_of_failure"]
    labels = [p.decode() for p in of_failure["parameter"][()]]
    a, b = labels.index("a"), labels.index("b")
    assert of_failure["total"][a] > 0.99 and abs(of_failure["total"][b]) < 0.01, of_failure["total"][()]
    m = f["moments"]
    assert m["count"][0, 1] + m["missing"][0, 1] == 2 * 1024
print("all is accounted for")
