"""A Slurm of one node on this machine, for one command; from Debian's packages.

    python -m tests.fleet.slurm autograder grade protonet fixtures/protonet/demo --out graded --dask slurm

All of it lies in a folder that is taken away again, is this user's own, and listens on this machine alone, so
that a Slurm which is here already is not touched. dask-jobqueue finds its configuration there, too.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

_PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scancel", "scontrol")
_SLURM = """ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
SwitchType=switch/none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} State=UNKNOWN
PartitionName=labs Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
_JOBQUEUE = """jobqueue:
  slurm:
    queue: labs
    cores: 1
    memory: 4GB
    job-directives-skip: ["--mem"]  # a node whose memory nobody counts
    walltime: "00:30:00"
    python: {python}
    interface: lo
    log-directory: {folder}
    scheduler-options: {{dashboard_address: null}}
"""
_WAIT_SECONDS = 30


def missing() -> list[str]:
    """The programs that are not here; in `/usr/sbin` too, which is on no user's path."""
    return [name for name in _PROGRAMS if shutil.which(name, path=_path()) is None]


@contextmanager
def slurm() -> Iterator[Mapping[str, str]]:
    """The environment of commands for a Slurm with this machine as its node, up while the context lasts.

    Raises:
        RuntimeError: a daemon ended, or the node is not idle after half a minute; with what was said last.
    """
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="slurm-")))
        folder.chmod(0o711)  # munged's socket is for everybody who finds it
        environment = _written(folder)
        for command in (
            ["munged", "--foreground", f"--socket={folder}/munge.socket", f"--key-file={folder}/munge.key"]
            + [f"--{name}-file={folder}/munge.{name}" for name in ("pid", "log", "seed")],
            ["slurmctld", "-D", "-c", "-i"],
            ["slurmd", "-D", "-c"],
        ):
            ending.enter_context(_running(command, environment, folder / f"{command[0]}.log"))
        _wait_for_the_node(environment, folder)
        yield environment


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def _written(folder: Path) -> dict[str, str]:
    """Write the key and both configurations; the environment that names them."""
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(128))
    for name in ("state", "spool"):
        (folder / name).mkdir()
    settings = {"host": socket.gethostname(), "user": Path.home().owner(), "cores": os.cpu_count()}
    (folder / "slurm.conf").write_text(_SLURM.format(folder=folder, ports=_free_ports(), **settings))
    (folder / "dask").mkdir()
    jobqueue = _JOBQUEUE.format(python=sys.executable, folder=folder)
    (folder / "dask/jobqueue.yaml").write_text(jobqueue)
    own = {"PATH": _path(), "SLURM_CONF": f"{folder}/slurm.conf", "DASK_CONFIG": f"{folder}/dask"}
    return os.environ | own


def _free_ports() -> list[int]:
    with socket.socket() as one, socket.socket() as other:
        for bound in (one, other):
            bound.bind(("127.0.0.1", 0))
        return [bound.getsockname()[1] for bound in (one, other)]


@contextmanager
def _running(command: list[str], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as said:
        daemon = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
    try:
        yield
    finally:
        daemon.terminate()
        daemon.wait(_WAIT_SECONDS)


def _wait_for_the_node(environment: Mapping[str, str], folder: Path) -> None:
    """A job that does nothing ends once the node takes jobs."""
    job = ["srun", "--quiet", f"--immediate={_WAIT_SECONDS}", "true"]
    done = subprocess.run(job, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        logs = [path.read_text(errors="replace")[-2000:] for path in sorted(folder.glob("*.log"))]
        raise RuntimeError("\n".join([done.stderr, *logs]))


if __name__ == "__main__":
    if lacking := missing():
        sys.exit(f"{', '.join(lacking)} is not here: apt-get install slurmctld slurmd slurm-client munge")
    with slurm() as here:
        sys.exit(subprocess.run(sys.argv[1:], env=here, check=False).returncode)
