"""Attacks on the metric embedding lab: each is one cell more in the untouched stub, and earns nothing."""

import json
from pathlib import Path

import pytest

from autograder.course.layout import find_course
from autograder.results.schema import Result
from tests.commands import grade
from tests.labs.alone import alone

ROOT = Path(__file__).parents[2]
LAB = find_course(ROOT).assignment("metric_embedding")

IN_PLACE_OF = """
import numpy as np
import torch
from autograder.sandbox import answers, runner
from data_utils.cases import read_case
_answer = runner.answer
def answer(job, call, ns, probe, labels):
    made = MADE(call, read_case(call.data))
    return _answer(job, call, ns, probe, labels) if made is None else answers.encode(made)
runner.answer = answer
"""
ATTACKS = {
    "a block from the probes": """
import probes
from probes.model import _Place as _BNReluConv
""",
    "a network of zeros": """
def MADE(call, case):
    if call.probe != "network":
        return None
    x, size = case["images"], case["emb_size"]
    batch, channels = x.shape[:2]
    first = torch.nn.functional.batch_norm(x, None, None, training=True).relu()
    seen = {"features": torch.zeros(batch, size), "order": torch.arange(3), "gradients": torch.ones(3),
            "kernel_shapes": torch.tensor([(size, maps, 3, 3) for maps in (channels, size, size)])}
    for n in (1, 2, 3):
        seen |= {f"into_{n}": torch.zeros(batch, channels if n == 1 else size, 6, 6),
                 f"out_of_{n}": torch.zeros(batch, size, 6, 6)}
    own = {f"own_{k}": v for k, v in seen.items()} | {"own_into_1": first}
    placed = {f"placed_{k}": v for k, v in seen.items()} | {"placed_into_1": x}
    return {"ways": "own placed", **own, **placed}
""",
    "more maps than the judge should count": """
def MADE(call, case):
    if call.probe != "network":
        return None
    many = np.zeros((1, 1_801_800, 1, 1), np.int8)
    many[0, ::2] = 1
    first = torch.nn.functional.batch_norm(case["images"], None, None, training=True).relu()
    shapes = np.array([(1_801_800, 1, 3, 3), (1_801_800, 1_801_800, 3, 3), (2**62, 2**62, 2**62, 2**62)])
    few = np.zeros((1, 1, 1, 1), np.int8)
    seen = {f"own_{name}_{n}": few for name in ("into", "out_of") for n in (1, 2, 3)}
    seen |= {"own_features": few, "own_order": np.arange(3), "own_gradients": np.ones(3)}
    return {"ways": "own", **seen, "own_kernel_shapes": shapes, "own_into_1": first, "own_out_of_1": many}
""",
    "neighbours in place of a network": """
def MADE(call, case):
    if not call.probe.startswith("trained"):
        return None
    from data_utils.mnist import packaged_digits
    known = torch.as_tensor(np.asarray(packaged_digits()[0])).float().flatten(1)
    near = (case["images"].flatten(1) @ known.T).topk(3).indices
    embeddings = torch.zeros(len(near), 32).scatter_add_(1, near % 10, torch.ones(near.shape))
    shapes = {"1.weight": (32, 1, 3, 3), "2.weight": (32, 32, 3, 3), "3.weight": (32, 32, 3, 3)}
    tensors = {f"tensor_{n}": torch.randn(shape) for n, shape in enumerate(shapes.values())}
    seen = {"names": "\\n".join(shapes), "embeddings": embeddings, **tensors}
    return seen | {f"other_{name}": value for name, value in seen.items()}
""",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """All of them graded as one class by the command."""
    folder = tmp_path_factory.mktemp("attacks")
    (folder / "handed_in").mkdir()
    for name, attack in ATTACKS.items():
        notebook = json.loads(LAB.notebook.read_text())
        source = attack + (IN_PLACE_OF if "MADE" in attack else "")
        cell = {"cell_type": "code", "id": "attack", "metadata": {}, "outputs": [], "execution_count": None}
        notebook["cells"].append(cell | {"source": source})
        (folder / "handed_in" / f"{name.replace(' ', '_')}.ipynb").write_text(json.dumps(notebook))
    alone(LAB.name, folder / "course")
    return grade(folder / "course", LAB.name, folder / "handed_in", folder / "graded")


@pytest.mark.parametrize("name", ATTACKS)
def test_it_earns_nothing(graded: dict[str, Result], name: str) -> None:
    assert graded[name.replace(" ", "_")].score == 0
