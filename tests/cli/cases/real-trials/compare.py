"""Compares what errors of measurement, dropout and adherence do to a result with their exact means and variances.

Bolus doses of 100 mg every 12 h, CL 5 L/h, V 50 L; the last of 30 doses is at 348 h. Every tolerance is 4 standard errors.
"""
import sys
from math import exp, expm1, sqrt

import h5py
import numpy as np

DOSE, CL, V, TAU, DOSES = 100.0, 5.0, 50.0, 12.0, 30
kept = exp(-CL * TAU / V)


def close(what, found, expected, error):
    print(f"{what}: {found:.6g}, exact {expected:.6g}, {(found - expected) / error:+.2f} standard errors")
    assert abs(found - expected) <= 4 * error, what


def check_moments(what, values, mean, variance):
    n = len(values)
    close(what + ", mean", values.mean(), mean, sqrt(variance / n))
    centred = values - values.mean()
    error = sqrt(((centred**4).mean() - centred.var() ** 2) / n)  # of the variance, whatever the distribution
    close(what + ", variance", values.var(ddof=1), variance, error)


with h5py.File(sys.argv[1]) as file:
    group = file["outcomes"]
    arm = {name.decode(): at for at, name in enumerate(group["arm"][:])}
    level, truth = group["level"][:], group["level_TRUE"][:]  # arm, visit, twin
    area, area_truth = group["area"][:], group["area_TRUE"][:]

# everybody takes all: the level is known, so what is left is the error of measurement
exact = DOSE / V * -expm1(-CL * TAU * DOSES / V) / -expm1(-CL * TAU / V)
assert np.allclose(truth[arm["all"], 2], exact, rtol=1e-6)
seen = ~np.isnan(level)
error = (level - truth)[arm["all"], 2][seen[arm["all"], 2]]
check_moments("error of measurement", error, 0.0, 0.1**2 + (0.05 * exact) ** 2)
assert not np.allclose(error[:-1], error[1:])
assert np.array_equal(seen[0], seen[1]), "who leaves does not depend on the arm"

# at the start nothing was given: truth 0, so the error is sd alone, and nobody has left
assert seen[:, 0].all() and (truth[:, 0] == 0).all()
check_moments("error at zero", level[0, 0], 0.0, 0.1**2)

# 10 % a week leave: a share of 1 - exp(-0.1 t) is missing at t weeks, and never comes back
n = level.shape[2]
for visit, weeks in ((1, 1.0), (2, 348 / 168)):
    share = -expm1(-0.1 * weeks)
    close(f"missing after {weeks:.2f} weeks", 1 - seen[0, visit].mean(), share, sqrt(share * (1 - share) / n))
assert (seen[0, 1] | ~seen[0, 2]).all()
share = -expm1(-0.1 * 500 / 168)
close("missing areas", np.isnan(area[0]).mean(), share, sqrt(share * (1 - share) / n))

# each dose is taken with probability 0.8: peak after the last dose, and area, of the true values
check_moments("peak, adherence 80 %", truth[arm["most"], 2], 0.8 * DOSE / V * -expm1(-CL * TAU * DOSES / V) / (1 - kept),
              (DOSE / V) ** 2 * 0.8 * 0.2 / (1 - kept**2))
left = np.exp(-CL / V * (500 - TAU * np.arange(DOSES)))  # of each dose at the end
worth = DOSE / CL * (1 - left)  # area of each dose
check_moments("area, adherence 80 %", area_truth[arm["most"]], 0.8 * worth.sum(), 0.16 * (worth**2).sum())
# between twins it varies with sd 0.1: var = E var + var E
check_moments("area, adherence 80 +- 10 %", area_truth[arm["varied"]], 0.8 * worth.sum(),
              (0.16 - 0.01) * (worth**2).sum() + 0.01 * worth.sum() ** 2)
print("as they must be")
