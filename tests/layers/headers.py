#!/usr/bin/env python3
"""Fails on a header that does not compile alone.

A header that comes first in the source file of its name is proved by the build; the others are compiled here.

usage: headers.py ROOT JOBS COMPILER [FLAG...]
"""
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def proved_by_build(header):
    source = header.with_suffix(".cpp")
    first = source.is_file() and re.search(r'^\s*#\s*include\s*(\S+)', source.read_text(encoding="utf-8"), re.MULTILINE)
    return bool(first) and first[1] == f'"{header.parent.name}/{header.name}"'


def headers(root):
    for folder in (root / "kernels", root / "src"):
        yield from (header for header in sorted(folder.rglob("*.hpp")) if not proved_by_build(header))


def compile_alone(root, header, command):
    """The compiler's complaint, or an empty string. Included twice, so that a missing #pragma once shows."""
    line = f'#include "{header.relative_to(root)}"\n'
    result = subprocess.run([*command, "-fsyntax-only", "-x", "c++", "-"], input=line + line,
                            capture_output=True, text=True)
    return "" if result.returncode == 0 else f"{header.relative_to(root)}\n{result.stderr}"


def main(root, jobs, command):
    with ThreadPoolExecutor(jobs) as pool:
        faults = list(pool.map(lambda header: compile_alone(root, header, command), headers(root)))
    failed = [fault for fault in faults if fault]
    print("\n".join(failed) or f"{len(faults)} headers without a source file of their own compile alone")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3:]))
