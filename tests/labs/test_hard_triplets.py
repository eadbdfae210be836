"""The hard-triplets lab: reference answers against naive loops, fixtures, figures."""

import hashlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from data_utils.alphabets import read_alphabets
from data_utils.omniglot import OmniGlotDataSet
from data_utils.seeding import seed_everything
from tests.labs.hard_triplets import LAB, batch, modules

ROOT = Path(__file__).parents[2]
FIXTURES = LAB.fixtures_dir
METHODS = ("hard_triplets", "hard_cluster", "hierarchical")


@pytest.fixture(scope="module")
def lab() -> Iterator[Any]:
    """The lab's modules and scripts by name."""
    with modules() as made:
        yield made


@pytest.fixture(scope="module")
def answers(lab: Any) -> dict[str, Any]:
    """The reference answers."""
    made: dict[str, Any] = lab.train_release.namespace()
    return made


# reference answers against naive loops


def _hard_cluster(features: Tensor, labels: list[int]) -> dict[int, tuple[Tensor, Tensor, Tensor]]:
    members = {c: [f for f, label in zip(features, labels, strict=True) if label == c] for c in labels}
    means = {c: torch.stack(own).mean(dim=0) for c, own in members.items()}
    rows = {}
    for c, mean in means.items():
        own = members[c]
        positive = max(own, key=lambda f: float((f - mean).norm().detach()))
        others = [m for other, m in means.items() if other != c]
        rows[c] = mean, positive, min(others, key=lambda m: float((m - mean).norm().detach()))
    return rows


@pytest.mark.parametrize("seed", range(8))
def test_hard_cluster_is_that_of_a_loop_in_value_and_gradient(answers: dict[str, Any], seed: int) -> None:
    features, labels = batch(seed)
    features.requires_grad_()
    naive = _hard_cluster(features, labels)
    found = answers["HardClusterTripletsSampler"]().sample(features, labels)
    for row, c in enumerate(sorted(naive)):
        for part, wanted in zip(found, naive[c], strict=True):
            torch.testing.assert_close(part[row], wanted)
    hinges = [torch.relu((m - p).square().sum() - (m - n).square().sum() + 2) for m, p, n in naive.values()]
    wanted = sum(hinges) / len(hinges)
    loss = answers["hard_cluster_loss"](features, torch.tensor(labels), 2.0)
    torch.testing.assert_close(loss, wanted)
    gradients = [torch.autograd.grad(one, features, retain_graph=True)[0] for one in (loss, wanted)]
    torch.testing.assert_close(*gradients)


@pytest.mark.parametrize("seed", range(8))
def test_hard_cluster_does_not_depend_on_the_order_of_thebatch(answers: dict[str, Any], seed: int) -> None:
    features, labels = batch(seed)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    shuffled = [labels[i] for i in order.tolist()]
    sample = answers["HardClusterTripletsSampler"]().sample
    for one, other in zip(sample(features, labels), sample(features[order], shuffled), strict=True):
        torch.testing.assert_close(one, other)  # rows are ascending by class
    means, positives, negatives = sample(features, labels)
    for c, mean, positive, negative in zip(sorted(set(labels)), means, positives, negatives, strict=True):
        own = features[[i for i, label in enumerate(labels) if label == c]]
        assert (mean - positive).norm() >= (own - mean).norm(dim=1).max() - 1e-5
        assert not torch.allclose(negative, mean)


@pytest.mark.parametrize("seed", range(8))
def test_statistics_and_margins_are_those_of_loops(lab: Any, answers: dict[str, Any], seed: int) -> None:
    features, labels = batch(seed)
    alphabet = {c: c % 3 for c in range(-50, 1000)}
    classes, s, d0 = answers["class_statistics"](features, torch.tensor(labels))
    spread = {}
    for c in set(labels):
        own = [f for f, label in zip(features, labels, strict=True) if label == c]
        pairs = [float((x - y).square().sum()) for x, y in itertools.permutations(own, 2)]
        spread[c] = sum(pairs) / len(pairs)
    assert classes.tolist() == sorted(spread)
    assert s.tolist() == pytest.approx([spread[c] for c in sorted(spread)], rel=1e-4)
    mean = sum(spread.values()) / len(spread)
    assert float(d0) == pytest.approx(mean, rel=1e-4)

    sampler = lab.triplets.HardTripletsSampler()
    criterion = answers["HierarchicalTripletMarginLossWithSampler"](sampler, alphabet, beta=0.2)
    a, p, n = sampler.sample_ids(features, labels)
    margins = criterion.margins(features.requires_grad_(), torch.tensor(labels), a, n)
    assert not margins.requires_grad
    hinges = []
    for anchor, positive, negative, margin in zip(a, p, n, margins.tolist(), strict=True):
        own, other = labels[anchor], labels[negative]
        level = 1 if alphabet[own] == alphabet[other] else 2
        wanted = 0.2 + level * (4 - mean) / 16 + mean - spread[own]
        assert margin == pytest.approx(wanted, rel=1e-4, abs=1e-5)
        near, far = ((features[anchor] - features[i]).square().sum() for i in (positive, negative))
        hinges.append(torch.relu(near - far + wanted))
    loss, naive = criterion(features, torch.tensor(labels)), sum(hinges) / len(hinges)
    torch.testing.assert_close(loss, naive, rtol=1e-4, atol=1e-5)
    gradients = [torch.autograd.grad(one, features)[0] for one in (loss, naive)]
    torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_the_hierarchical_loss_does_not_depend_on_the_order_of_thebatch(
    lab: Any, answers: dict[str, Any], seed: int
) -> None:
    features, labels = batch(seed)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    alphabet = {c: c % 3 for c in range(-50, 1000)}
    loss = answers["HierarchicalTripletMarginLossWithSampler"](lab.triplets.HardTripletsSampler(), alphabet)
    label = torch.tensor(labels)
    torch.testing.assert_close(loss(features, label), loss(features[order], label[order]))


# fixtures


def test_the_manifest_has_every_file_as_it_is() -> None:
    manifest = json.loads((FIXTURES / "MANIFEST.json").read_text())
    patterns = ("sample/*.json", "secret/*.json", "released/*")
    there = {p.relative_to(FIXTURES).as_posix(): p for pattern in patterns for p in FIXTURES.glob(pattern)}
    assert set(manifest) == set(there)
    for name, path in there.items():
        data = path.read_bytes()
        assert manifest[name]["bytes"] == len(data), name
        assert manifest[name]["sha256"] == hashlib.sha256(data).hexdigest(), name


def test_the_script_makes_the_same_cases_again(
    lab: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab.make_fixtures, "FIXTURES", tmp_path)
    lab.make_fixtures.main()
    made = [path.relative_to(tmp_path) for path in tmp_path.rglob("*.json") if path.name != "MANIFEST.json"]
    assert len(made) == len(list(FIXTURES.glob("sample/*.json"))) + len(list(FIXTURES.glob("secret/*.json")))
    for name in made:
        assert (tmp_path / name).read_text() == (FIXTURES / name).read_text(), name


# real data


@pytest.mark.parametrize("method", METHODS)
def test_the_lab_page_states_the_figures_of_the_full_schedule(method: str) -> None:
    last = json.loads((FIXTURES / f"released/{method}.json").read_text())[-1]
    assert last["epoch"] == 300
    row = " | ".join([method.replace("_", " "), *(f"{last[f'cmc@{k}']:.3f}" for k in (1, 5, 10))])
    assert row in (ROOT / "docs/labs/hard_triplets.md").read_text()


def test_the_released_networks_reach_their_figures(lab: Any) -> None:
    if OmniGlotDataSet().source != "omniglot":
        pytest.skip("the real Omniglot is not here: set COURSE_DATA to its folder")
    evaluation = read_alphabets("evaluation", source="omniglot")
    dataset = lab.datasets.OmniGlotQGDataset(
        evaluation.image_paths, evaluation.labels, lab.transforms.validation_transform()
    )
    assert (dataset.query_size, dataset.gallery_size) == (659 * 4, 659 * 16)
    batches = list(DataLoader(dataset, 256))
    for method in METHODS:
        net = lab.network.EmbeddingNet()
        net.load_state_dict(torch.load(FIXTURES / f"released/{method}.pth", weights_only=True))
        found = lab.evaluation.evaluate(net, batches)
        last = json.loads((FIXTURES / f"released/{method}.json").read_text())[-1]
        for name, value in found.items():
            assert value == pytest.approx(last[name], abs=0.002), (method, name)


@pytest.mark.parametrize(
    ("method", "sampler", "least", "most"),
    [
        ("hard_triplets", "HardTripletsSampler", 0, 1e-5),  # no hinge is closed by either margin
        ("hierarchical", "HardTripletsSampler", 0, 1e-5),
        ("hierarchical", "HardNegativeTripletsSampler", 0.01, 1),
    ],
)
def test_margins_have_no_effect_on_hard_triplets_and_one_on_random_positives(
    lab: Any, answers: dict[str, Any], method: str, sampler: str, least: float, most: float
) -> None:
    if OmniGlotDataSet().source != "omniglot":
        pytest.skip("the real Omniglot is not here: set COURSE_DATA to its folder")
    background = read_alphabets("background", source="omniglot")
    seed_everything(42)
    batch = list(itertools.islice(lab.triplets.BalanceBatchSampler(background.labels), 1024))
    paths, labels = ([every[i] for i in batch] for every in (background.image_paths, background.labels))
    images = lab.train_release.normalised(lab.datasets.OmniGlotMLDataset(paths, labels))
    net = lab.network.EmbeddingNet()  # in training mode, with dropout
    net.load_state_dict(torch.load(FIXTURES / f"released/{method}.pth", weights_only=True))
    features = net(images)
    triplets = getattr(lab.triplets, sampler)()
    losses = []
    for criterion in (
        lab.triplets.TripletMarginLossWithSampler(lab.train_release.MARGIN, triplets),
        answers["PlainHierarchicalLoss"](triplets, answers["alphabets_of"](background.cls2label)),
    ):
        seed_everything(42)  # the same triplets for both
        losses.append(criterion(features, torch.tensor(labels)))
    gradients = [torch.autograd.grad(loss, features, retain_graph=True)[0] for loss in losses]
    assert losses[1] - losses[0] > 0.1  # the margins differ
    apart = (gradients[1] - gradients[0]).norm() / gradients[0].norm()
    assert least <= apart < most
