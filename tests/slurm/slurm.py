"""A one-machine Slurm for the length of a test: munge, controller and node daemon with all their files in one folder, and where the
system allows it all its processes in a namespace that ends with the test, however that ends."""
import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

CONFIGURATION = """ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={controller_port}
SlurmdPort={node_port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=2
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=10
JobRequeue=1
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
JobAcctGatherType=jobacct_gather/none
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def available():
    return all(shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin") for name in
               ("munged", "slurmctld", "slurmd", "sbatch"))


def move_to_processes_of_our_own():
    """Starts this program anew as the only one in a namespace of processes. A shell is its first process, to bury orphans."""
    unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if "KOHORT_TEST_ALONE" in os.environ or subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode != 0:
        return
    os.environ["KOHORT_TEST_ALONE"] = "1"
    sys.stdout.flush()
    os.execvp("unshare", [*unshare, "bash", "-c", '"$@"; exit $?', "bash", sys.executable, *sys.argv])


def processes():
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]


def daemons_left():
    """Names of daemons that run, of any Slurm that we may see."""
    names = []
    for process in processes():
        try:
            name = Path(f"/proc/{process}/comm").read_text().strip()
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if name in ("munged", "slurmctld", "slurmd", "slurmstepd") and state != "Z":
            names.append(name)
    return names


def free_port():
    with socket.socket() as one:
        one.bind(("", 0))
        return one.getsockname()[1]


class Slurm:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.daemons = []
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf"),
                            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}

    def __enter__(self):
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        self.folder.chmod(0o755)
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=disabled\n")
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=socket.gethostname().split(".")[0], user=getpass.getuser(), folder=self.folder,
            controller_port=free_port(), node_port=free_port()))
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        self.start("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={self.folder}/munge.socket",
                   f"--pid-file={self.folder}/munged.pid", f"--log-file={self.folder}/munged.log",
                   f"--seed-file={self.folder}/munged.seed")
        self.wait_for(lambda: (self.folder / "munge.socket").exists(), "munge")
        self.start("slurmctld", "-D", "-i")
        self.wait_for(lambda: self.run("scontrol", "ping").returncode == 0, "the controller")
        self.start("slurmd", "-D")
        self.wait_for(lambda: "idle" in self.run("sinfo", "-h", "-o", "%T").stdout, "the node")
        return self

    def __exit__(self, *_):
        self.run("scancel", "--full", "--user", getpass.getuser())
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in reversed(self.daemons):
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    def start(self, *command):
        log = open(self.folder / f"{command[0]}.out", "w", encoding="utf-8")
        self.daemons.append(subprocess.Popen(command, env=self.environment, stdout=log, stderr=log))

    def run(self, *command, **more):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, **more)

    def wait_for(self, condition, what, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"{what} does not come up\n{self.logs()}")
            time.sleep(0.2)

    def logs(self):
        return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.folder.glob("*.log")) +
                         sorted(self.folder.glob("*.out")))

    def submit(self, script, folder):
        done = self.run("sbatch", "--parsable", str(script), cwd=folder)
        if done.returncode != 0:
            raise RuntimeError(done.stderr + self.logs())
        return done.stdout.strip()

    def state_of(self, job):
        """(state, number of restarts, exit code)"""
        text = self.run("scontrol", "show", "job", job).stdout
        words = dict(word.split("=", 1) for word in text.split() if "=" in word)
        return words.get("JobState", "?"), int(words.get("Restarts", 0)), words.get("ExitCode", "?")

    def wait_until_ended(self, job, seconds):
        end = time.monotonic() + seconds
        while True:
            state, restarts, code = self.state_of(job)
            if state in ("COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "NODE_FAIL", "OUT_OF_MEMORY"):
                return state, restarts, code
            if time.monotonic() > end:
                raise TimeoutError(f"job {job} is {state} after {seconds} s\n{self.logs()}")
            time.sleep(0.5)
