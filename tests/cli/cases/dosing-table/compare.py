"""Each person's arm "as_recorded" is, bit for bit, the arm that writes out that person's doses; ids are kept with the twins."""
import sys

import h5py

with h5py.File(sys.argv[1]) as file:
    group = file["outcomes"]
    arms = [name.decode() for name in group["arm"][:]]
    ids = [name.decode() for name in file["twins/id"][:]]
    assert ids == ["P-01", "P-02", "P-03"], ids
    for twin, written_out in enumerate(["first", "second", "third"]):
        for outcome in ("level", "area"):
            values = group[outcome][:]
            recorded, expected = values[0, ..., twin], values[arms.index(written_out), ..., twin]
            assert (recorded == expected).all(), (ids[twin], outcome, recorded, expected)
print("as written out")
