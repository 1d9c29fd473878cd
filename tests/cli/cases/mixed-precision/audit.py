"""Prints what a result says about its precision."""
import sys

import h5py

with h5py.File(sys.argv[1]) as result:
    names = ["precision", "audit", "audit_twins", "audit_values", "audit_values_beyond_tolerance"]
    print(*(value.decode() if isinstance(value := result.attrs[name], bytes) else value for name in names))
