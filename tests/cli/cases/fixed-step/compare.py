"""Compares the outcomes of two results: by how much they differ at most, against the largest of each outcome."""
import sys

import h5py
import numpy

worst = 0.0
with h5py.File(sys.argv[1]) as left, h5py.File(sys.argv[2]) as right:
    for name in "x", "z":
        a = left["outcomes"][name][...]
        b = right["outcomes"][name][...]
        assert a.shape == b.shape and numpy.array_equal(numpy.isnan(a), numpy.isnan(b))
        worst = max(worst, numpy.nanmax(numpy.abs(a - b)) / numpy.nanmax(numpy.abs(b)))
within = [limit for limit in (1e-11, 1e-9, 1e-7, 1e-5, 1e-3) if worst < limit]
print(f"within {within[0]:g}" if within else f"{worst:.1e} apart")
