"""The planted twin (id 4) failed in arm test and only there; every stored number of all other twins is as without it."""
import sys

import h5py
import numpy as np

PLANTED = 4


def arrays_of_twins(path):
    found = {}
    with h5py.File(path) as file:
        n = file["twins/twin"].shape[0]

        def visit(name, item):
            if isinstance(item, h5py.Dataset) and item.shape and item.shape[-1] == n and item.dtype.kind in "fiu":
                found[name] = item[:]
        file.visititems(visit)
        arms = [name.decode() for name in file["outcomes/arm"][:]]
    return found, arms


healthy, arms = arrays_of_twins(sys.argv[1])
planted, _ = arrays_of_twins(sys.argv[2])
assert healthy.keys() == planted.keys() and {"runs/status", "outcomes/exposure"} <= healthy.keys(), healthy.keys()
others = np.arange(healthy["runs/status"].shape[-1]) != PLANTED
for name in healthy:
    assert healthy[name][..., others].tobytes() == planted[name][..., others].tobytes(), name
status, exposure = planted["runs/status"], planted["outcomes/exposure"]
assert (status[:, others] == 0).all()
assert status[arms.index("reference"), PLANTED] == 0 and status[arms.index("test"), PLANTED] == 3
assert np.isnan(exposure[arms.index("test"), PLANTED]) and np.isfinite(exposure[arms.index("reference"), PLANTED])
print(f"{others.sum()} other twins: equal, bit for bit, in {', '.join(sorted(healthy))}")
