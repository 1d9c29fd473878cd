"""Plants a failure or a value that is not a number in one run of the study: plant.py PARAMETER RUN."""
import re
import subprocess
import sys
from pathlib import Path

parameter, run = sys.argv[1:]
printed = subprocess.run(["kohort", "replay", "study.yaml", "--twin", run], capture_output=True, text=True, check=True).stdout
value = {int(number): float(text) for number, text in re.findall(r"^  p(\d+) +(\S+)", printed, re.M)}
assert len(value) == 20, printed
own = sum(number * value[number] for number in range(1, 21))
model = Path("model.txt")
model.write_text(model.read_text().replace(f"{parameter} = 1e9", f"{parameter} = {own!r}"))
