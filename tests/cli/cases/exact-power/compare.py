"""Compares /operating_characteristics of a result with exact power and, where asked, with a type I error of .05."""
import sys

import h5py

path, exact = sys.argv[1], float(sys.argv[2])
LEAST_TRIALS = 20000

with h5py.File(path) as file:
    found = file["operating_characteristics"]
    assert found["trials"][0] >= LEAST_TRIALS and found["not_estimable"][0] == 0
    wanted = [("power", exact)] + [("type1", 0.05) for word in sys.argv[3:] if word == "type1"]
    for name, expected in wanted:
        value, error = found[name][0], found[name + "_error"][0]
        print(f"{name} {value:.5f} +- {error:.5f}, exact {expected}: {(value - expected) / error:+.2f} standard errors")
        assert 0 < error < 0.004 and abs(value - expected) <= 4 * error
print("within 4 Monte Carlo standard errors")
