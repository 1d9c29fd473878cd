"""Real MPI ranks, on one machine and pretending to be on several, are dealt every task once."""
import os
import subprocess
import sys

from mpirun import MPI_ENVIRONMENT, arguments


def main():
    args = arguments()
    for ranks, per_node in ((1, 1), (2, 2), (3, 1), (4, 2), (3, 2)):
        for n_tasks in (0, 1, 7, 400):
            command = [args.mpiexec, "-n", str(ranks), args.writer, str(per_node), str(n_tasks)]
            done = subprocess.run(command, env={**os.environ, **MPI_ENVIRONMENT}, capture_output=True, text=True, timeout=120, check=False)
            assert done.returncode == 0, f"{ranks} ranks, {per_node} a machine, {n_tasks} tasks: {done.stderr}"
    return 0


sys.exit(main())
