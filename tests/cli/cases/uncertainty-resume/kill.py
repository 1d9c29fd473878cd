"""Starts a study and sends it a signal once it has kept its sums: kill.py SIGNAL RANKS STUDY [option ...]

Prints how it ended.
"""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path



def ranks_left():
    """Ranks outlive their mpirun a little."""
    here = os.getcwd()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "cwd") == here and (process / "comm").read_text() == "kohort\n":
                return True
        except OSError:
            continue
    return False


how, ranks = getattr(signal, sys.argv[1]), int(sys.argv[2])
options = sys.argv[3:]
result = Path(options[options.index("-o") + 1])
command = ["kohort", "run", *options, "--checkpoint", "0"]
launcher = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
process = subprocess.Popen([*launcher, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
sums = Path(f"{result}.journal") / "sums"
made = None  # [ns] when it was last written to, when it was first seen; later it is written to once for each time the sums are kept
while process.poll() is None:
    if sums.exists():
        now = sums.stat().st_mtime_ns
        made = now if made is None else made
        if now > made + 50_000_000:
            process.send_signal(how)
            break
    time.sleep(0.001)
code = process.wait()
while ranks_left():
    time.sleep(0.01)
if result.exists():
    sys.exit("it had finished")
print(f"exit {code}")
