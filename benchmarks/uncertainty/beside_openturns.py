"""OpenTURNS on the values of a field-valued study: does it find the same indices, and how long does it take?

    beside_openturns.py RESULT.h5 VALUES.npy FIELD.json

RESULT.h5 is kohort run's, VALUES.npy and FIELD.json are bench_field's of the same study. Martinez' indices are correlations,
which every program defines alike; of the other estimators each divides by a variance of its own, which is put right here.
"""
import json
import resource
import sys
import time

import h5py
import numpy as np
import openturns as ot


def rows_in_their_order(values, n, d, block=16):
    """(cells, runs) in our order (blocks of samples, samples, a, b, ab...) to OpenTURNS' (all a, all b, all of ab 1, ...)."""
    cells = values.shape[0]
    return values.reshape(cells, n // block, block, d + 2).transpose(3, 1, 2, 0).reshape(n * (d + 2), cells)


def theirs(kind, inputs, outputs, n):
    algorithm = getattr(ot, kind + "SensitivityAlgorithm")(inputs, outputs, n)
    return algorithm


def main():
    result, values, field = h5py.File(sys.argv[1]), np.load(sys.argv[2], mmap_mode="r"), json.load(open(sys.argv[3]))
    ours = {"first": result["sobol/first"][()], "total": result["sobol/total"][()]}  # (parameter, variable, time)
    d = ours["first"].shape[0]
    n = values.shape[1] // (d + 2)
    n_features = len(field["features"])
    curves = ours["first"].reshape(d, -1)
    assert values.shape[0] == curves.shape[1] + n_features and values.shape[1] == n * (d + 2)
    inputs = ot.Sample(n * (d + 2), d)  # their algorithms look at its dimension only

    worst, seconds, cells, left_out = {"first": 0.0, "total": 0.0}, 0.0, 0, 0
    portion = 289
    for first in range(0, curves.shape[1], portion):
        part = rows_in_their_order(np.asarray(values[first:first + portion]), n, d)
        known = np.isfinite(curves[:, first:first + portion]).all(axis=0)  # NaN: a cell that does not vary
        left_out += int((~known).sum())
        sample = ot.Sample(part[:, known])
        began = time.perf_counter()
        algorithm = theirs("Martinez", inputs, sample, n)
        found = {"first": np.array([algorithm.getFirstOrderIndices(k) for k in range(sample.getDimension())]),
                 "total": np.array([algorithm.getTotalOrderIndices(k) for k in range(sample.getDimension())])}
        seconds += time.perf_counter() - began
        cells += sample.getDimension()
        for name in worst:
            mine = ours[name].reshape(d, -1)[:, first:first + portion][:, known].T
            worst[name] = max(worst[name], float(np.abs(mine - found[name]).max()))

    of_features = {}
    outputs = rows_in_their_order(np.asarray(values[-n_features:]), n, d)
    for k, (name, mine) in enumerate(field["features"].items()):
        y = outputs[:, [k]]
        a, b, c = y[:n, 0], y[n:2 * n, 0], y[2 * n:, 0].reshape(d, n)
        of_features[name] = {}
        for kind in ("Martinez", "Jansen", "Saltelli"):
            algorithm = theirs(kind, inputs, ot.Sample(y), n)
            first, total = np.array(algorithm.getFirstOrderIndices()), np.array(algorithm.getTotalOrderIndices())
            # they divide by the variance of a alone, we by that of a and b together
            scale = 1.0 if kind == "Martinez" else a.var(ddof=1) / np.concatenate([a, b]).var()
            if kind == "Jansen":
                first = 1 - (1 - first) * scale
                total = total * scale
            elif kind == "Saltelli":
                first, total = first * scale, 1 - (1 - total) * scale
            of_features[name][kind] = {
                "first": float(np.abs(first - mine[kind.lower()]["first"]).max()),
                "total": float(np.abs(total - mine[kind.lower()]["total"]).max())}
    print(json.dumps({"openturns": ot.__version__, "base_samples": n, "parameters": d, "cells": cells,
                      "cells_that_do_not_vary": left_out, "largest_difference_over_cells": worst,
                      "largest_difference_of_features": of_features, "seconds": seconds,
                      "seconds_note": "first and total by Martinez, no intervals, values in memory beforehand",
                      "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}, indent=2))


main()
