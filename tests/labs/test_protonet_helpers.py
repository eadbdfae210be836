"""The ProtoNet lab's given helpers."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import nn

GIVEN = Path(__file__).parents[2] / "assignments/protonet"


@pytest.fixture(autouse=True)
def _given(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(GIVEN))
    yield
    for name in {path.stem for path in GIVEN.glob("*.py")} & set(sys.modules):
        del sys.modules[name]  # other labs have helpers of the same names


def test_the_encoder_has_the_papers_shape_and_size():
    from encoder import OmniGlotEncoder

    assert OmniGlotEncoder(64)(torch.zeros(3, 1, 28, 28)).shape == (3, 64)
    assert OmniGlotEncoder(10)(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    kinds = [type(module).__name__ for module in OmniGlotEncoder().blocks[0]]
    assert kinds == ["Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d"]
    assert sum(weights.numel() for weights in OmniGlotEncoder().parameters()) == 111_936


@pytest.mark.parametrize("training", [True, False])
def test_embedding_uses_running_statistics_and_leaves_the_mode(training: bool):
    from evaluation import embed_classes

    encoder = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(4)).train(training)
    drawings = 5 + torch.randn(3, 2, 1, 2, 2)
    embeddings = embed_classes(encoder, drawings)
    assert torch.allclose(embeddings, drawings.flatten(2) / (1 + 1e-5) ** 0.5)
    assert encoder.training is training


def test_a_checkpoint_comes_back_with_its_source(tmp_path: Path):
    from checkpoint import load_checkpoint, save_checkpoint

    torch.manual_seed(0)
    net, other = nn.Linear(2, 3), nn.Linear(2, 3)
    save_checkpoint(tmp_path / "net.pth", net, "glyphs")
    assert load_checkpoint(tmp_path / "net.pth", other) == "glyphs"
    assert torch.equal(net.weight, other.weight)
