"""Makes one run of the study fail, and one value of another run not a number: runs 1235 and 5001, of different base samples."""
import re
import subprocess
from pathlib import Path

text = Path("model.txt").read_text()
for run, parameter in ((1235, "fails_at"), (5001, "nan_at")):
    printed = subprocess.run(["kohort", "replay", "study.yaml", "--twin", str(run)], capture_output=True, text=True,
                             check=True).stdout
    value = {name: float(number) for name, number in re.findall(r"^  ([abc]) +(\S+)", printed, re.M)}
    text = text.replace(f"{parameter} = 1e9", f"{parameter} = {value['a'] + 2 * value['b'] + 3 * value['c']!r}")
Path("model.txt").write_text(text)
