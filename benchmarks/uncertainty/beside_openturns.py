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


def whole_samples(rows, n):
    """Without the base samples of which a run failed, which OpenTURNS does not take: what is left, and how many."""
    by_sample = rows.reshape(-1, n, rows.shape[1])
    whole = np.isfinite(by_sample).all(axis=(0, 2))
    return by_sample[:, whole, :].reshape(-1, rows.shape[1]), int(whole.sum())


def theirs(kind, outputs, n, d):
    # their algorithms look at the inputs' dimension only
    return getattr(ot, kind + "SensitivityAlgorithm")(ot.Sample(n * (d + 2), d), outputs, n)


def main():
    result, values, field = h5py.File(sys.argv[1]), np.load(sys.argv[2], mmap_mode="r"), json.load(open(sys.argv[3]))
    ours = {"first": result["sobol/first"][()], "total": result["sobol/total"][()]}  # (parameter, variable, time)
    d = ours["first"].shape[0]
    n = values.shape[1] // (d + 2)
    n_features = len(field["features"])
    curves = ours["first"].reshape(d, -1)
    assert values.shape[0] == curves.shape[1] + n_features and values.shape[1] == n * (d + 2)

    worst, seconds, cells, left_out = {"first": 0.0, "total": 0.0}, 0.0, 0, 0
    portion = 289
    for first in range(0, curves.shape[1], portion):
        last = min(first + portion, curves.shape[1])
        known = np.isfinite(curves[:, first:last]).all(axis=0)  # NaN: a cell that does not vary
        part, n_whole = whole_samples(rows_in_their_order(np.asarray(values[first:last]), n, d)[:, known], n)
        left_out += int((~known).sum())
        sample = ot.Sample(part)
        began = time.perf_counter()
        algorithm = theirs("Martinez", sample, n_whole, d)
        found = {"first": np.array([algorithm.getFirstOrderIndices(k) for k in range(sample.getDimension())]),
                 "total": np.array([algorithm.getTotalOrderIndices(k) for k in range(sample.getDimension())])}
        seconds += time.perf_counter() - began
        cells += sample.getDimension()
        for name in worst:
            mine = ours[name].reshape(d, -1)[:, first:last][:, known].T
            worst[name] = max(worst[name], float(np.abs(mine - found[name]).max()))

    of_features = {}
    outputs, n_whole = whole_samples(rows_in_their_order(np.asarray(values[-n_features:]), n, d), n)
    for k, (name, mine) in enumerate(field["features"].items()):
        y = outputs[:, [k]]
        a, b = y[:n_whole, 0], y[n_whole:2 * n_whole, 0]
        of_features[name] = {}
        for kind, name_of_ours in (("Martinez", "martinez"), ("Jansen", "jansen"), ("MauntzKucherenko", "saltelli")):
            algorithm = theirs(kind, ot.Sample(y), n_whole, d)
            first, total = np.array(algorithm.getFirstOrderIndices()), np.array(algorithm.getTotalOrderIndices())
            # they divide by the variance of a alone, we by that of a and b; Jansen's sums they divide by 2 n - 1, we by 2 n; and
            # they centre by the mean of all runs, we by that of a and b, which is all that is left of a difference
            both = np.concatenate([a, b]).var()
            if kind == "Jansen":
                scale = a.var(ddof=1) / both * (2 * n_whole - 1) / (2 * n_whole)
                first, total = 1 - (1 - first) * scale, total * scale
            elif kind == "MauntzKucherenko":
                first, total = first * a.var() / both, total * a.var() / both
            of_features[name][kind] = {
                "first": float(np.abs(first - mine[name_of_ours]["first"]).max()),
                "total": float(np.abs(total - mine[name_of_ours]["total"]).max())}
    print(json.dumps({"openturns": ot.__version__, "base_samples": n, "whole_base_samples": n_whole, "parameters": d, "cells": cells,
                      "cells_that_do_not_vary": left_out, "largest_difference_over_cells": worst,
                      "largest_difference_of_features": of_features, "seconds": seconds,
                      "seconds_note": "first and total by Martinez, no intervals, values in memory beforehand",
                      "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}, indent=2))


main()
