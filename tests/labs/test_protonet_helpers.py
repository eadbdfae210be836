"""The ProtoNet lab's given helpers."""

import re
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


def _mean_and_half(accuracies: torch.Tensor) -> tuple[float, float]:
    return float(accuracies.mean()), 1.96 * float(accuracies.std()) / len(accuracies) ** 0.5


def _nearest(support: torch.Tensor, query: torch.Tensor) -> torch.Tensor:
    return torch.cdist(query, support.flatten(0, 1)).argmin(dim=1) // support.shape[1]


def _nearest_prototypes(support: torch.Tensor, query: torch.Tensor) -> torch.Tensor:
    return torch.cdist(query, support.mean(dim=1)).argmin(dim=1)


@pytest.mark.parametrize(
    ("mean_and_half", "nearest", "said"),
    [
        (_mean_and_half, _nearest, "ok nearest neighbours"),
        (lambda a: (a.mean(), a.std() / len(a) ** 0.5), _nearest, "half: .* one standard error"),
        (lambda a: (a.mean(), 1.96 * a.std()), _nearest, "half: .* the spread of single episodes"),
        (_mean_and_half, _nearest_prototypes, "that is what prototypes say"),
        (_mean_and_half, lambda s, q: torch.cdist(q, s.flatten(0, 1)).argmin(dim=1), "row of the nearest"),
        (_mean_and_half, lambda s, q: _nearest(s, q)[:, None], r"expected shape \(5,\)"),
    ],
)
def test_the_exercise_passes_right_answers_and_tells_wrong_ones(
    mean_and_half, nearest, said: str, capsys: pytest.CaptureFixture[str]
):
    import exercise

    right = (mean_and_half, nearest) == (_mean_and_half, _nearest)
    assert exercise.check(mean_and_half, nearest) is right
    assert re.search(said, capsys.readouterr().out)


def test_the_exercise_asks_both_rules_about_the_same_drawings():
    import exercise

    embedded = {name: torch.randn(20, 3) + 4 * shift for shift, name in enumerate("abcdef")}
    with_one_shot = []
    for predict in (_nearest, _nearest_prototypes):
        torch.manual_seed(0)
        with_one_shot.append(exercise.accuracies(predict, embedded, ways=5, shots=1, episodes=20))
    assert torch.equal(*with_one_shot)
    assert 0.5 < with_one_shot[0].mean() < 1
