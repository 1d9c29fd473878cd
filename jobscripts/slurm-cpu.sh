#!/bin/bash
# One study on whole CPU nodes. Five minutes before the time limit Slurm sends USR1: the run stops after the chunks at hand, exits
# with 75, and the job puts itself back into the queue and goes on. Edit the three lines marked EDIT, then: sbatch slurm-cpu.sh
#SBATCH --job-name=kohort
#SBATCH --nodes=4 --ntasks-per-node=16 --cpus-per-task=8 --time=12:00:00   # EDIT 1: how much of the machine, for how long
#SBATCH --signal=B:USR1@300
#SBATCH --requeue
#SBATCH --open-mode=append
set -u
study=study.yaml                # EDIT 2: what to run
setup=true                      # EDIT 3: a command that puts kohort and mpirun on PATH: "module load ..." or true

eval "$setup"
export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
mpirun kohort run "$study" --resume --grace 240 &
run=$!
told=no
trap 'told=yes; kill -USR1 "$run"' USR1 TERM    # mpirun hands USR1 on to every rank
wait "$run"; code=$?
while kill -0 "$run" 2>/dev/null; do wait "$run"; code=$?; done    # a signal ends the first wait early
case $told-$code in
    *-0 | *-2 | *-3) ;;    # done, or not to be cured by another try
    *-75 | yes-*)
        echo "out of time; back into the queue"
        (( ${SLURM_RESTART_COUNT:-0} >= 100 )) || scontrol requeue "$SLURM_JOB_ID"
        ;;
esac
exit "$code"
