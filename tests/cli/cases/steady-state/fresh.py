"""In every trial of new people the mean difference of areas between arms is that of the bank: twins hardly differ."""
import sys

import h5py

with h5py.File(sys.argv[1]) as file:
    found = file["operating_characteristics"]
    for estimate, truth in zip(found["mean_estimate"][:], found["truth"][:], strict=True):
        assert abs(estimate - truth) <= 1e-5 * max(1, abs(truth)), (estimate, truth)
print("new people start as the bank did")
