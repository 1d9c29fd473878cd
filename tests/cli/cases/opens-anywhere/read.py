"""Reads a result with xarray (both engines) and h5py; twin 3's exposures are those that replay printed."""
import sys

import h5py
import numpy as np
import xarray as xr

result, replayed = sys.argv[1:]
expected = [float(line.split()[1]) for line in open(replayed) if line.startswith("  AUC")]

for engine in ("netcdf4", "h5netcdf"):
    outcomes = xr.open_dataset(result, group="outcomes", engine=engine)
    auc = outcomes["AUC"]
    assert auc.dims == ("arm", "twin") and auc.attrs["units"] == "mg*h/L", auc
    assert auc.sel(twin=3).values.tolist() == expected
    twins = xr.open_dataset(result, group="twins", engine=engine)
    runs = xr.open_dataset(result, group="runs", engine=engine)
    assert (runs["status"] == 0).all() and twins["CL"].attrs["units"] == "L/h"
    # linear kinetics: everybody's exposure in the arm with 1.25 times the dose is 1.25 times as high (solver's tolerance)
    np.testing.assert_allclose(auc[1], 1.25 * auc[0], rtol=1e-6)
with h5py.File(result) as file:
    assert file["outcomes/AUC"][:, 3].tolist() == expected
    assert file.attrs["complete"] == 1
print("xarray and h5py read the same numbers")
