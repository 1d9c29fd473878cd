"""Starts the example writer under mpirun, with more ranks than cores where need be."""
import argparse
import os
import subprocess

MPI_ENVIRONMENT = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
    "PRTE_MCA_hwloc_default_binding_policy": "none",
    "OMP_NUM_THREADS": "1",
}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("writer")
    parser.add_argument("--mpiexec", default="mpirun")
    return parser.parse_args()


def write_example(args, ranks, path, twins, chunk, shuffle, *more, environment=None):
    command = [args.mpiexec, "-n", ranks, args.writer, path, twins, chunk, shuffle, *more]
    return subprocess.run([str(word) for word in command], env={**os.environ, **MPI_ENVIRONMENT, **(environment or {})},
                          capture_output=True, text=True, timeout=120)
