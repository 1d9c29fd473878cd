"""Reads the example result (tests/mpi/example_result.hpp) with xarray (both engines), netCDF4 and h5py, and compares every
number with the formula it was made by."""
import sys

import h5py
import netCDF4
import numpy as np
import xarray as xr

PATH = sys.argv[1]
N = 20000
TWIN = np.arange(N)
AGE = 18 + (TWIN % 500) / 10
STATUS = np.stack([np.zeros(N), np.where(TWIN % 100 == 7, 2, 0)]).astype(np.int8)
ARM, VISIT = np.arange(2)[:, None, None], np.arange(3)[None, :, None]
WEIGHT = np.where(STATUS[:, None, :] != 0, np.nan, 90 + TWIN % 97 - (ARM * VISIT) / 3)
GLUCOSE = 90 + 10 * np.sin((TWIN[None, None, :] + np.arange(5)[None, :, None]).astype(float)) + ARM
ARMS, VISITS = ["usual", "diät"], ["baseline", "week26", "week52"]


def texts(values):
    return [value if isinstance(value, str) else value.decode() for value in np.asarray(values).tolist()]


def check_xarray(engine):
    twins = xr.open_dataset(PATH, group="twins", engine=engine)
    np.testing.assert_array_equal(twins["age"], AGE)
    assert twins["age"].attrs["units"] == "year" and twins["age"].dims == ("twin",)
    assert twins["sex"].dtype == np.int8 and twins["sex"].attrs["flag_meanings"] == "female male"
    np.testing.assert_array_equal(twins["status"], STATUS)
    assert list(twins["status"].attrs["flag_values"]) == [0, 1, 2]
    assert twins["status"].attrs["flag_meanings"] == "ok not_run too_many_steps"
    np.testing.assert_array_equal(twins["twin"], TWIN)

    outcomes = xr.open_dataset(PATH, group="outcomes", engine=engine)
    assert outcomes["weight"].dims == ("arm", "visit", "twin")
    assert outcomes["weight"].attrs["units"] == "kg"
    np.testing.assert_array_equal(outcomes["weight"], WEIGHT)
    assert texts(outcomes["arm"]) == ARMS and texts(outcomes["visit"]) == VISITS
    np.testing.assert_array_equal(outcomes["weight"].sel(arm="diät", visit="week52"), WEIGHT[1, 2])
    np.testing.assert_array_equal(outcomes["visit_time"], [0, 26, 52])

    trajectories = xr.open_dataset(PATH, group="trajectories", engine=engine)
    np.testing.assert_allclose(trajectories["glucose"], GLUCOSE, rtol=1e-15)  # two libraries' sine
    assert trajectories["time"].attrs["units"] == "min" and trajectories["time"].dtype == np.float64
    np.testing.assert_array_equal(trajectories["time"], [0, 15, 30, 60, 120])

    analyses = xr.open_dataset(PATH, group="analyses", engine=engine)
    assert texts(analyses["comparison"]) == ["weight: diät - usual"] and texts(analyses["method"]) == ["ancova"]
    assert float(analyses["estimate"].item()) == -2.5 and analyses.attrs["alpha"] == 0.05

    root = xr.open_dataset(PATH, engine=engine)
    assert root.attrs["complete"] == 1 and root.attrs["title"] == "an example" and root.attrs["Conventions"] == "CF-1.8"


def check_netcdf4():
    with netCDF4.Dataset(PATH) as file:
        assert set(file.groups) == {"twins", "outcomes", "trajectories", "analyses"}
        weight = file["outcomes/weight"]
        assert weight.dimensions == ("arm", "visit", "twin") and weight.units == "kg"
        np.testing.assert_array_equal(np.ma.filled(weight[:], np.nan), WEIGHT)
        assert list(file["outcomes/arm"][:]) == ARMS


def check_h5py():
    with h5py.File(PATH) as file:
        np.testing.assert_array_equal(file["outcomes/weight"][:], WEIGHT)
        assert file["outcomes/weight"].dims[2][0].name == "/outcomes/twin"
        assert file["twins/status"].dtype == np.int8
        assert [name.decode() for name in file["outcomes/arm"][:]] == ARMS
        assert file.attrs["seed"] == 7


for known_engine in ("netcdf4", "h5netcdf"):
    check_xarray(known_engine)
check_netcdf4()
check_h5py()
print("xarray", xr.__version__, "netCDF4", netCDF4.__version__, "h5py", h5py.__version__, "read the same numbers")
