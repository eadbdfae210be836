"""Recording on a Dask cluster. Trusted side; its functions for workers run on the cluster's nodes.

A submission travels as bytes, with the lab's public files beside it, and its recording comes back. Nodes that
run students' code hold inputs and nothing that decides: answers are judged where the command was given.
"""

import io
import logging
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from autograder.course.layout import CourseError
from autograder.lab.lab import Lab
from autograder.results.environment import environment_of
from autograder.results.schema import Environment
from autograder.sandbox import Job, Level, RecorderLost, Recording, SandboxError
from autograder.sandbox.client import ForkServer
from autograder.sandbox.wire import job_from_bytes, job_to_bytes, recording_from_bytes, recording_to_bytes

_WAIT_FOR_WORKERS, _WAIT_FOR_JOBS = 30, 3600  # seconds
_START = "dask worker ADDRESS"
_AHEAD = 2  # submissions a place, so that none waits for the network


class DaskFleet:
    """The workers of a Dask cluster, each with a fork server of its own. Use it as a context manager.

    Args:
        address: of the scheduler, `tcp://host:port`; or `slurm` for a cluster of dask-jobqueue's that starts
            as its configuration says (`~/.config/dask/jobqueue.yaml`).
        lab: what it is to record.
        jobs: the most that `slurm` starts.
        level: how far boxes must be confined; `None` is the best that each worker can.

    Raises:
        CourseError: the cluster cannot be reached, or its workers are not alike; says which.
        RecorderLost: it has no workers.
    """

    def __init__(self, address: str, lab: Lab, jobs: int, level: Level | None = None) -> None:
        self._cluster, self._client = _connect(address, jobs)
        self._modules, self._wanted = lab.modules(), level
        try:
            # A task and not scattered data: what a lost worker held is then made again, not forgotten.
            self._public = self._client.submit(bytes, _packed(lab.assignment.public_dir))
            self.level, self.places = self._inspect()
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def record(self, job: Job) -> Recording:
        """Have a worker run the job; the scheduler gives that of a lost worker to another, a few times
        (`distributed.scheduler.allowed-failures`).

        Raises:
            SandboxError: the box failed, or worker after worker was lost.
            RecorderLost: so is the scheduler.
        """
        from distributed import KilledWorker

        data = job_to_bytes(job)
        try:
            future = self._client.submit(_record, data, self._public, self._modules, self._wanted, pure=False)
            return recording_from_bytes(future.result())
        except SandboxError:
            raise
        except KilledWorker as error:
            raise SandboxError(f"Worker after worker was lost over one submission: {error}") from error
        except Exception as error:  # Dask's own, of many kinds
            reason = str(error).partition("\n")[0]
            raise RecorderLost(f"The Dask cluster was lost ({reason}). Go on with --resume.") from error

    def _inspect(self) -> tuple[Level, int]:
        found = self._client.run(_environment, self._modules, self._wanted)
        if not found:
            raise RecorderLost(f"The Dask cluster has no workers any more. Start some: {_START}")
        environments = {worker: Environment.model_validate_json(text) for worker, text in found.items()}
        first = next(iter(environments.values()))
        here = environment_of(first.sandbox)
        for worker, environment in environments.items():
            for name, value in environment:
                if value != getattr(here, name):
                    raise CourseError(
                        f"Results would depend on the worker: {worker} has {name} {value}, "
                        f"another machine {getattr(here, name)}. Give all the same environment."
                    )
        return first.sandbox, _AHEAD * len(environments)

    def _close(self) -> None:
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _connect(address: str, jobs: int) -> tuple[Any, Any]:
    """The cluster, where it is ours, and a client of its scheduler, which has at least one worker."""
    try:
        from distributed import Client
    except ImportError as error:
        raise CourseError("--dask needs Dask: pip install 'few-label-labs[dask]'") from error
    cluster = None
    try:
        if address == "slurm":
            from dask_jobqueue.slurm import SLURMCluster

            cluster = SLURMCluster()
            cluster.adapt(minimum_jobs=1, maximum_jobs=jobs)
        for name in ("distributed", "distributed.client"):  # errors are a sentence of ours
            logging.getLogger(name).setLevel(logging.CRITICAL)
        client = Client(cluster or address, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise CourseError(f"The Dask cluster {address} cannot be reached: {error}") from error
    try:
        client.wait_for_workers(1, timeout=_WAIT_FOR_JOBS if cluster else _WAIT_FOR_WORKERS)
    except TimeoutError as error:
        client.close()
        if cluster is not None:
            cluster.close()
        raise RecorderLost(
            f"The Dask cluster {address} has no workers. Start some ({_START}), then give the same command."
        ) from error
    return cluster, client


# On the workers


def _record(data: bytes, public: bytes, modules: tuple[str, ...], level: Level | None) -> bytes:
    return recording_to_bytes(_server(modules, level).record(job_from_bytes(data, _unpacked(public))))


def _environment(modules: tuple[str, ...], level: Level | None) -> str:
    return environment_of(_server(modules, level).level).model_dump_json()


@cache
def _server(modules: tuple[str, ...], level: Level | None) -> ForkServer:
    """One for each worker process; it ends with that."""
    return ForkServer(modules, level, places=1).start()


@cache
def _unpacked(public: bytes) -> Path:
    """The lab's public folder on this node, unpacked once a process."""
    folder = Path(tempfile.mkdtemp(prefix="public-"))
    with zipfile.ZipFile(io.BytesIO(public)) as archive:
        archive.extractall(folder)
    return folder


def _packed(folder: Path) -> bytes:
    """The Python files of the public folder: what a box reads of it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted([*folder.glob("*.py"), *folder.glob("probes/*.py")]):
            archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes())
    return packed.getvalue()
