"""The ProtoNet lab from end to end: what hangs, crashes or snoops loses its own tasks and nothing else."""

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.course.layout import find_course
from autograder.results.schema import Result
from tests.commands import command_line, results_in
from tests.labs.alone import alone

ROOT = Path(__file__).parents[2]
LAB = find_course(ROOT).assignment("protonet")
CODE = ("2.3", "3.1", "3.2", "3.3", "3.4", "3.5")

HANGS = """
class ProxyAnchorLoss(ProxyAnchorLoss):
    def forward(self, embeddings, labels):
        while True:
            pass
"""
CRASHES = """
import os

class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        os._exit(0)
"""
SNOOPS = """
import socket
from pathlib import Path

seen = []
for place in {places!r}:
    try:
        path = Path(place)
        seen += list(path.iterdir()) if path.is_dir() else [path.read_bytes()]
    except OSError:
        pass
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            seen.append(socket.socket(family, kind).connect({port!r}))
        except (OSError, TypeError):
            pass
if seen:
    raise RuntimeError(f"SEEN {{len(seen)}}")
"""
MARKER = "the sibling's own words"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """A class of the reference and three that misbehave, graded by the command."""
    folder = tmp_path_factory.mktemp("class")
    handed_in = folder / "submissions"
    lab = alone("protonet", folder / "course")
    with lab.rubric.open("a") as rubric:
        rubric.write("\n[limits]\nprobe_seconds = 2\n")  # one that hangs takes all of it, each time
    with socket.create_server(("127.0.0.1", 0)) as listening:
        places = [
            *(ROOT / "solutions", lab.solution_dir, lab.secret_dir, lab.sample_dir, lab.graders, lab.rubric),
            *(lab.expectations, lab.master, handed_in, handed_in / "honest"),
            *(handed_in / "honest/protonet.ipynb", "/etc/shadow"),
        ]
        snoops = SNOOPS.format(places=[str(place) for place in places], port=listening.getsockname())
        for student, cell in {
            "honest": f"# {MARKER}",
            "hangs": HANGS,
            "crashes": CRASHES,
            "snoops": snoops,
        }.items():
            notebook = json.loads(solved_notebook(read_master(LAB.master), "protonet"))
            own = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
            notebook["cells"].append(own | {"source": cell})
            (handed_in / student).mkdir(parents=True)
            (handed_in / student / "protonet.ipynb").write_text(json.dumps(notebook))
            shutil.copy(LAB.solution_dir / "files/protonet-trained.pth", handed_in / student)
        command = command_line("grade", "protonet", handed_in, "--out", folder / "graded")
        ran = subprocess.run(command, cwd=lab.root, capture_output=True, text=True, timeout=600)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return results_in(folder / "graded")


def lost(result: Result) -> dict[str, str]:
    return {task.id: task.status for task in result.tasks if task.id in CODE and task.status != "passed"}


def test_the_reference_gets_full_marks(graded: dict[str, Result]) -> None:
    assert lost(graded["honest"]) == {}
    assert graded["honest"].score == 70
    assert graded["honest"].problems == ()


def test_a_hanging_task_loses_itself_alone(graded: dict[str, Result]) -> None:
    assert lost(graded["hangs"]) == {"2.3": "timeout"}


def test_a_crashing_task_loses_itself_alone(graded: dict[str, Result]) -> None:
    assert lost(graded["crashes"]) == dict.fromkeys(("3.1", "3.2", "3.3", "3.4"), "error")


def test_a_submission_sees_no_solution_case_grader_sibling_or_socket(graded: dict[str, Result]) -> None:
    assert graded["snoops"].problems == ()  # it raises where it has seen anything
    assert lost(graded["snoops"]) == {}


def test_the_snooping_would_be_noticed() -> None:
    """The same code, outside the sandbox, does see."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        code = SNOOPS.format(places=[str(LAB.master)], port=listening.getsockname())
        with pytest.raises(RuntimeError, match="SEEN"):
            exec(code, {})
