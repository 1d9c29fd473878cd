#!/usr/bin/env python3
"""Fails on an include that points upwards or sideways, and on a library that a layer has no business with.

usage: layers.py ROOT
"""
import re
import sys
from pathlib import Path

LAYER = {
    "base": 0, "model": 1, "codegen": 2, "kernels": 3, "cohort": 4, "engine": 5,
    "trial": 6, "uncertainty": 6, "policy": 6, "personalise": 6, "io": 7, "cli": 8,
}
# kernels run on a device: they know base and nothing else of ours
ONLY = {"kernels": {"base"}}

# library headers, and the only folders that may include them
LIBRARY = {
    r"Kokkos_|Kokkos\.": {"kernels", "cohort", "engine", "trial", "uncertainty", "policy", "personalise", "io", "cli"},
    r"mpi\.h": {"engine", "io", "cli"},
    r"petsc": {"uncertainty", "personalise", "cli"},
    r"(hdf5|H5\w*)\.h": {"io"},
    r"sbml/": {"model"},
    r"yaml-cpp/": {"cohort", "io"},
    r"CLI/": {"cli"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def sources(root):
    """(folder, file) of every C++ file, in a stable order."""
    folders = [root / "kernels", *sorted((root / "src").iterdir())]
    for folder in (f for f in folders if f.is_dir()):
        for file in sorted(folder.rglob("*")):
            if file.suffix in {".hpp", ".cpp"}:
                yield folder.name, file


def fault(folder, bracket, header):
    """Why this include is wrong, or None."""
    if bracket == "<":
        for pattern, allowed in LIBRARY.items():
            if re.match(pattern, header) and folder not in allowed:
                return f"<{header}> belongs to {', '.join(sorted(allowed))}"
        return None
    target = header.split("/")[0]
    if target not in LAYER:
        return f'"{header}" does not begin with a folder of ours: write the path from the root'
    if target == folder:
        return None
    if LAYER[target] >= LAYER[folder]:
        return f"{folder} ({LAYER[folder]}) includes {target} ({LAYER[target]}): arrows point downwards"
    if folder in ONLY and target not in ONLY[folder]:
        return f"{folder} may include only {', '.join(sorted(ONLY[folder]))}, not {target}"
    return None


def main(root):
    faults, files = [], 0
    for folder, file in sources(root):
        files += 1
        if folder not in LAYER:
            faults.append(f"{file.relative_to(root)}: {folder} is not a layer")
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            reason = match and fault(folder, match[1], match[2])
            if reason:
                faults.append(f"{file.relative_to(root)}:{number}: {reason}")
    print("\n".join(faults) or f"{files} files, every include points downwards")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
