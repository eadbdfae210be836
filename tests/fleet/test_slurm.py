"""Grading on a real Slurm, whose node is taken out in the middle, gives the bytes of grading here."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.commands import command_line
from tests.conftest import Run
from tests.fleet.slurm import missing, slurm

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "fixtures/protonet/demo"


def snapshot(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "grades.csv", *(out / "results").glob("*.json"))}


@pytest.mark.thorough  # all of a lab's known mistakes are recorded first: minutes
@pytest.mark.skipif(
    bool(missing()), reason=f"Slurm is not here: {', '.join(missing())}; docs/scale.md has how"
)
def test_a_node_that_is_drained_in_the_middle_loses_nothing(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("dask_jobqueue", reason="dask-jobqueue is not installed: pip install -e '.[dask]'")
    here, there = tmp_path / "here", tmp_path / "there"
    assert run(ROOT, "grade", "protonet", DEMO, "--out", here).returncode == 0
    with slurm() as environment:
        grading = subprocess.Popen(
            command_line("grade", "protonet", DEMO, "--out", there, "--dask", "slurm", "--log", "json"),
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert grading.stdout is not None
        for line in grading.stdout:
            if json.loads(line)["event"] == "submission":
                break

        def slurm_is_told(*order: str) -> str:
            return subprocess.run(order, env=environment, capture_output=True, text=True, check=True).stdout

        slurm_is_told("scontrol", "update", "NodeName=ALL", "State=DRAIN", "Reason=maintenance")
        slurm_is_told("scancel", "--state=RUNNING", "--partition=labs")
        while not slurm_is_told("squeue", "--noheader", "--states=PENDING"):
            assert grading.poll() is None
        slurm_is_told("scontrol", "update", "NodeName=ALL", "State=RESUME")
        _, error = grading.communicate(timeout=600)
    assert grading.returncode == 0, error
    assert snapshot(there) == snapshot(here)
