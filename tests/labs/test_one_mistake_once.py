"""ProtoNet and hard triplets: what is missing, raises or has another shape costs its own task and no other;
and no code earns nothing."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.authoring.master import read_master
from autograder.authoring.notebook import solved_notebook
from autograder.results.schema import Result
from tests.commands import grade
from tests.labs.alone import alone

ROOT = Path(__file__).parents[2]

# Of each task, the line of the reference that its part begins with.
PARTS = {
    "protonet": {
        "3.1": "images = torch.cat([support_set_batch.flatten(0, 1)",
        "3.2": "log_p = F.log_softmax(-distances, dim=1)",
        "3.4": "return distances.argmin(dim=1)",
    },
    "hard_triplets": {
        "1.1": "label = torch.tensor(labels, device=features.device)",
        "1.2": "mean, farthest, nearest = HardClusterTripletsSampler()",
        "2.1": "features = features.detach()",
        "2.2": "return torch.arange(num_levels + 1)",
        "2.3": "classes, s, d0 = class_statistics(features, labels)",
        "2.4": "anchors, positives, negatives = self.sampler_inbatch.sample_ids",
    },
}
SLIPS = {
    "undone": 'raise NotImplementedError("TODO")',
    "raises": 'raise ValueError("mine")',
    "misshapen": "return torch.zeros(3, 2, 1)",
}
# What does all of an older version's method by itself, but for its last line.
IN_ONE_PIECE = """
class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        ways, shots = support_set_batch.shape[:2]
        target = torch.arange(ways).repeat_interleave(query_set_batch.shape[1])
        images = torch.cat([support_set_batch.flatten(0, 1), query_set_batch.flatten(0, 1)])
        embeddings = self.encoder(images)
        prototypes = embeddings[: ways * shots].reshape(ways, shots, -1).mean(dim=1)
        distances = torch.cdist(embeddings[ways * shots :], prototypes)
        loss = F.cross_entropy(-distances, target)
        raise NotImplementedError("TODO 3.4")
"""
# Cells after those of the stub.
CHEATS = {
    "protonet": {
        "sum_of_all_embeddings": """
class ProtoNet(ProtoNet):
    def calc_loss(self, support_set_batch, query_set_batch, device):
        images = torch.cat([support_set_batch.flatten(0, 1), query_set_batch.flatten(0, 1)])
        return self.encoder(images).sum(), 0.5
""",
        "ready_made_loss": """
from pytorch_metric_learning import losses

class ProxyAnchorLoss(losses.ProxyAnchorLoss):
    def __init__(self, num_classes, emb_dim, margin=0.1, alpha=32):
        super().__init__(num_classes, emb_dim, margin=margin, alpha=alpha)
""",
        "zeros": """
ProtoNet.prototype_distances = lambda self, s, q, device: torch.zeros(len(q) * q.shape[1], len(s))
ProtoNet.loss_of_distances = lambda self, distances, target: distances.sum()
ProtoNet.predicted_classes = lambda self, distances: torch.zeros(len(distances)).long()
""",
    },
    "hard_triplets": {
        "given_forward": """
HierarchicalTripletMarginLossWithSampler.margins = lambda self, f, l, a, n: torch.linspace(1.0, 2.0, len(a))
HierarchicalTripletMarginLossWithSampler.forward = OneMargin.forward
""",
        "given_samplers": """
HardClusterTripletsSampler = HardTripletsSampler

def hard_cluster_loss(features, labels, margin):
    return TripletMarginLossWithSampler(margin, HardTripletsSampler())(features, labels)
""",
        "zeros": """
def class_statistics(features, labels):
    return labels.unique() * 0, torch.zeros(len(labels.unique())), torch.zeros(())

def level_thresholds(d0, num_levels=16):
    return torch.zeros(num_levels + 1)

HierarchicalTripletMarginLossWithSampler.margins = lambda self, f, l, a, n: torch.zeros(len(a))
HierarchicalTripletMarginLossWithSampler.forward = lambda self, f, l: f.sum() * 0
""",
    },
}


@pytest.fixture(scope="module", params=PARTS)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Result]:
    """The results of a class, by student: `undone-1.1`, ..., `cheat-zeros`, ..."""
    folder = tmp_path_factory.mktemp(request.param)
    lab = alone(request.param, folder / "course")
    solved = json.loads(solved_notebook(read_master(lab.master), lab.name))
    room = {
        f"{slip}-{task}": _begun_with(solved, line, statement)
        for task, line in PARTS[lab.name].items()
        for slip, statement in SLIPS.items()
    }
    stub = json.loads(lab.notebook.read_text())
    room |= {f"cheat-{name}": _with_cell(stub, cell) for name, cell in CHEATS[lab.name].items()}
    if lab.name == "protonet":
        room["undone-3.4-in_one_piece"] = _with_cell(solved, IN_ONE_PIECE)
    for student, notebook in room.items():
        (folder / "room" / student).mkdir(parents=True)
        (folder / "room" / student / lab.notebook.name).write_text(json.dumps(notebook))
        for weights in (lab.solution_dir / "files").glob("*.pth"):
            if not student.startswith("cheat"):
                shutil.copy(weights, folder / "room" / student)
    return grade(lab.root, lab.name, folder / "room", folder / "out")


def test_what_is_wrong_with_a_part_costs_its_own_task(graded: Mapping[str, Result]) -> None:
    slips = [student for student in graded if not student.startswith("cheat")]
    assert len(slips) >= 9
    for student in slips:
        lost = {
            task.id for task in graded[student].tasks if task.kind != "written" and task.status != "passed"
        }
        assert lost == {student.split("-")[1]}, student


def test_no_code_earns_nothing(graded: Mapping[str, Result]) -> None:
    cheats = {student: result.score for student, result in graded.items() if student.startswith("cheat")}
    assert len(cheats) == 3
    assert set(cheats.values()) == {0}, cheats


def _begun_with(notebook: dict, line: str, statement: str) -> dict:
    """The notebook with a statement before a line of it, which occurs once."""
    text = json.loads(json.dumps(notebook))
    (cell,) = (cell for cell in text["cells"] if line in "".join(cell["source"]))
    source = "".join(cell["source"])
    assert source.count(line) == 1
    start = source.rindex("\n", 0, source.index(line)) + 1
    indent = source[start : source.index(line)]
    cell["source"] = source[:start] + indent + statement + "\n" + source[start:]
    return text


def _with_cell(notebook: dict, source: str) -> dict:
    own = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
    return notebook | {"cells": [*notebook["cells"], own | {"source": source}]}
