#!/bin/bash
# Runs a study on this machine, and goes on with it if it was stopped. Edit the three lines marked EDIT.
set -u
study=study.yaml                # EDIT 1: what to run
ranks=2                         # EDIT 2: processes; each uses its share of the cores
setup=true                      # EDIT 3: a command that puts kohort and mpirun on PATH: "module load ..." or true

eval "$setup"
exec mpirun -n "$ranks" kohort run "$study" --resume
