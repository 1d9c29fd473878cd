#!/bin/bash
# Many studies, one a task of the array, each on part of a CPU node. A task that runs out of time goes on when it is requeued.
# Edit the three lines marked EDIT, then: sbatch slurm-array.sh
#SBATCH --job-name=kohort-array
#SBATCH --array=1-10 --nodes=1 --ntasks=4 --cpus-per-task=4 --time=04:00:00   # EDIT 1: how many studies, and what each gets
#SBATCH --signal=B:USR1@300
#SBATCH --requeue
#SBATCH --open-mode=append
set -u
studies=studies.txt             # EDIT 2: a list of study files, one a line; task k runs line k
setup=true                      # EDIT 3: a command that puts kohort and mpirun on PATH: "module load ..." or true

eval "$setup"
study=$(sed -n "${SLURM_ARRAY_TASK_ID}p" "$studies")
[[ -n $study ]] || { echo "$studies has no line $SLURM_ARRAY_TASK_ID" >&2; exit 2; }
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
        (( ${SLURM_RESTART_COUNT:-0} >= 100 )) || scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
        ;;
esac
exit "$code"
