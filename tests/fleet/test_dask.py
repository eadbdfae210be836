"""Grading on a real cluster of worker processes gives the bytes that grading here gives."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands import command_line

pytestmark = pytest.mark.long

IMPATIENT = os.environ | {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s"}  # else half a minute
EXAMPLE = Path(__file__).parents[1] / "example_lab"
STUDENTS = 8


def run(course: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command_line(*arguments), cwd=course, env=IMPATIENT, capture_output=True, text=True, timeout=300
    )


def snapshot(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (out / "grades.csv", *(out / "results").glob("*.json"))}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install -e '.[dask]'")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    assert run(root, "build").returncode == 0
    return root


@pytest.fixture(scope="module")
def submissions(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Right and wrong answers, one that hangs, one that ends its process, one that is no notebook."""
    stub = json.loads((course / "assignments/example/example.ipynb").read_text())
    right = (EXAMPLE / "solutions/example/accepted/loop.py").read_text()
    wrong = (EXAMPLE / "solutions/example/wrong/one_mean_for_all.py").read_text()
    folder = tmp_path_factory.mktemp("class")
    sources = {f"s{n}": f"{right if n % 2 else wrong}\nmine = {n}" for n in range(STUDENTS)}
    sources["exits"] = "import os\ndef class_means(features, labels): os._exit(0)"
    for student, source in sources.items():
        cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
        cells = [*stub["cells"], cell | {"source": source}]
        (folder / f"{student}.ipynb").write_text(json.dumps(stub | {"cells": cells}))
    (folder / "broken.ipynb").write_text("{")
    return folder


@pytest.fixture(scope="module")
def here(course: Path, submissions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("here")
    assert run(course, "grade", "example", submissions, "--out", out).returncode == 0
    return out


def test_a_cluster_gives_the_same_bytes(
    cluster: Any, course: Path, submissions: Path, here: Path, tmp_path: Path
) -> None:
    graded = run(
        course, "grade", "example", submissions, "--out", tmp_path, "--dask", cluster.scheduler_address
    )
    assert graded.returncode == 0, graded.stderr
    assert snapshot(tmp_path) == snapshot(here)


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(
    cluster: Any, course: Path, submissions: Path, here: Path, tmp_path: Path
) -> None:
    grading = subprocess.Popen(
        command_line(
            "grade", "example", submissions, "--out", tmp_path,
            "--dask", cluster.scheduler_address, "--log", "json",
        ),
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert grading.stdout is not None
    for line in grading.stdout:
        if json.loads(line)["event"] == "submission":
            break
    victim = next(iter(cluster.workers.values()))
    os.kill(victim.pid, signal.SIGKILL)
    _, error = grading.communicate(timeout=300)
    assert grading.returncode == 0, error
    assert snapshot(tmp_path) == snapshot(here)


def test_a_cluster_that_is_not_there_is_one_sentence(course: Path, submissions: Path, tmp_path: Path) -> None:
    stopped = run(course, "grade", "example", submissions, "--out", tmp_path, "--dask", "tcp://127.0.0.1:1")
    assert stopped.returncode == 2
    assert "The Dask cluster tcp://127.0.0.1:1 cannot be reached" in stopped.stderr
    assert "Traceback" not in stopped.stderr


def test_a_cluster_without_workers_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install -e '.[dask]'")
    from autograder.fleet import dask
    from autograder.sandbox import RecorderLost

    monkeypatch.setattr(dask, "_WAIT_FOR_WORKERS", 0.1)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=None) as empty,
        pytest.raises(RecorderLost, match=r"has no workers. Start some \(dask worker ADDRESS\)"),
    ):
        dask._connect(empty.scheduler_address, 1)


def test_a_lost_scheduler_stops_the_grading_and_another_goes_on(
    course: Path, submissions: Path, here: Path, tmp_path: Path
) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install -e '.[dask]'")
    begin = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard", "--port", "0"]
    begin += ["--scheduler-file", str(tmp_path / "scheduler.json"), "--host", "127.0.0.1"]
    join = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-dashboard", "--nthreads", "1"]
    join += ["--scheduler-file", str(tmp_path / "scheduler.json")]
    out = tmp_path / "graded"
    scheduler = subprocess.Popen(begin, stderr=subprocess.DEVNULL)
    worker = subprocess.Popen(join, stderr=subprocess.DEVNULL)
    try:
        address = None
        while address is None:
            assert scheduler.poll() is None
            with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):  # written in two steps
                address = json.loads((tmp_path / "scheduler.json").read_text())["address"]
        grading = subprocess.Popen(
            command_line("grade", "example", submissions, "--out", out, "--dask", address, "--log", "json"),
            cwd=course,
            env=IMPATIENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert grading.stdout is not None
        for line in grading.stdout:
            if json.loads(line)["event"] == "submission":
                break
        scheduler.kill()
        _, error = grading.communicate(timeout=300)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    assert grading.returncode == 3
    assert error.startswith("internal: The Dask cluster was lost")
    assert error.rstrip().endswith("Go on with --resume.")
    assert "Traceback" not in error
    assert run(course, "grade", "example", submissions, "--out", out, "--resume").returncode == 0
    assert snapshot(out) == snapshot(here)


def test_workers_that_differ_are_refused(cluster: Any, course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder.course.layout import Assignment, CourseError
    from autograder.fleet import dask
    from autograder.lab.lab import read_lab

    def other(modules: tuple[str, ...], level: Any) -> str:
        return json.dumps(
            {"python": "3.11.7", "torch": "1.0", "numpy": "2", "platform": "Linux x86_64", "sandbox": "full"}
        )

    monkeypatch.setattr(dask, "_environment", other)
    lab = read_lab(Assignment(course, "example"))
    with pytest.raises(CourseError, match=r"has torch 1\.0"):
        dask.DaskFleet(cluster.scheduler_address, lab, 1)


def test_slurm_starts_what_the_configuration_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no Slurm here; what would be submitted is dask-jobqueue's script for its configuration."""
    jobqueue = pytest.importorskip("dask_jobqueue.slurm", reason="dask-jobqueue is not installed")
    from autograder.fleet import dask

    started: dict[str, Any] = {}

    class Client:
        def __init__(self, cluster: Any, **options: Any) -> None:
            started["script"] = cluster.job_script()

        def wait_for_workers(self, count: int, timeout: float) -> None:
            started["awaited"] = count

    import distributed
    from dask import config

    monkeypatch.setattr(distributed, "Client", Client)
    monkeypatch.setattr(jobqueue.SLURMCluster, "adapt", lambda self, **limits: started.update(limits))
    settings = {
        "cores": 4,
        "memory": "8GB",
        "queue": "short",
        "scheduler-options": {"dashboard_address": None},
    }
    with config.set({f"jobqueue.slurm.{name}": value for name, value in settings.items()}):
        cluster, _ = dask._connect("slurm", 7)
        cluster.close()
    assert "#SBATCH -p short" in started["script"]
    assert (started["minimum_jobs"], started["maximum_jobs"], started["awaited"]) == (1, 7, 1)
