#!/bin/bash
# One study under PBS Professional or OpenPBS. PBS sends TERM at the time limit and KILL some seconds later; what is finished is
# safe, and a successor, queued when this job starts, goes on. Edit the three lines marked EDIT, then: qsub pbs.sh
#PBS -N kohort
#PBS -j oe
#PBS -l select=4:ncpus=128:mpiprocs=16:ompthreads=8 -l walltime=12:00:00
# EDIT 1 is the line above: how much of the machine, for how long
set -u
study=study.yaml                # EDIT 2: what to run
setup=true                      # EDIT 3: a command that puts kohort and mpirun on PATH: "module load ..." or true

cd "$PBS_O_WORKDIR" || exit 1
eval "$setup"
next=$(qsub -W "depend=afternotok:$PBS_JOBID" "$0")
mpirun kohort run "$study" --resume --grace 5 &
run=$!
told=no
trap 'told=yes; kill -USR1 "$run"' TERM USR1    # mpirun hands USR1 on to every rank
wait "$run"; code=$?
while kill -0 "$run" 2>/dev/null; do wait "$run"; code=$?; done    # a signal ends the first wait early
case $told-$code in
    *-75 | yes-[!023]*) echo "out of time; job $next goes on" ;;
    *) qdel "$next" ;;
esac
exit "$code"
