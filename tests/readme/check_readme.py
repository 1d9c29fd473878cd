"""A README is true: the output that it shows is what the command prints; a line of dots stands for lines left out."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"<!-- output of: (?P<command>[^>]*) -->\n```\n(?P<output>.*?)```", re.DOTALL)
VARIES = re.compile(r"\d+ solver steps, \d+\.\d s\. Results: \S+")  # from run to run, or from one solver fix to the next


def run(command, program, project):
    with tempfile.TemporaryDirectory(prefix="kohort-readme-") as folder:
        words = command.replace("cohorts/", f"{project}/cohorts/").split()
        words[0] = str(program)
        environment = dict(os.environ, OMP_NUM_THREADS="1")
        result = subprocess.run(["mpirun", "-n", "2", *words, "--output", f"{folder}/result.h5"], env=environment,
                                capture_output=True, text=True, timeout=600)
        if result.returncode != 0:
            sys.exit(f"{command}: exit {result.returncode}\n{result.stderr}")
        return result.stdout.replace(f"{folder}/", "")


def shows(shown, printed):
    """Whether the parts of shown, between lines of dots, stand in printed in this order."""
    at = 0
    for part in shown.split("...\n"):
        at = printed.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def main():
    program, project, readme = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    blocks = list(BLOCK.finditer((project / readme).read_text()))
    if not blocks:
        sys.exit(f"{readme} shows no output")
    for block in blocks:
        output = run(block["command"], program, project)
        if not shows(VARIES.sub("", block["output"]), VARIES.sub("", output)):
            sys.exit(f"{readme} shows something else than `{block['command']}` prints now:\n{output}")


if __name__ == "__main__":
    main()
