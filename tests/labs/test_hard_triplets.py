"""The hard-triplets lab: given parts, reference answers against naive loops, fixtures, figures."""

import hashlib
import importlib.util
import itertools
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader
from torchvision import transforms as v1
from torchvision.transforms import v2

from autograder.course.layout import find_course
from data_utils.alphabets import read_alphabets
from data_utils.omniglot import OmniGlotDataSet
from data_utils.seeding import seed_everything

ROOT = Path(__file__).parents[2]
LAB = find_course(ROOT).assignment("hard_triplets")
FIXTURES = LAB.fixtures_dir
GIVEN = ("triplets", "datasets", "transforms", "network", "training", "finetuning", "evaluation", "figures")
METHODS = ("hard_triplets", "hard_cluster", "hierarchical")


@pytest.fixture(scope="module")
def lab() -> Any:
    """The lab's modules by name, and its scripts; names such as `figures` are other labs', too."""
    with pytest.MonkeyPatch.context() as patch:
        for folder in (LAB.solution_dir, LAB.public_dir):
            patch.syspath_prepend(str(folder))
        for name in GIVEN:
            patch.delitem(sys.modules, name, raising=False)
        modules = {name: importlib.import_module(name) for name in GIVEN}
        for name in ("train_release", "make_fixtures"):
            spec = importlib.util.spec_from_file_location(
                f"hard_triplets_{name}", LAB.solution_dir / f"{name}.py"
            )
            assert spec is not None
            assert spec.loader is not None
            modules[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(modules[name])
        yield type("Lab", (), modules)
        for name in GIVEN:
            patch.delitem(sys.modules, name, raising=False)


@pytest.fixture(scope="module")
def answers(lab: Any) -> dict[str, Any]:
    """The reference answers."""
    made: dict[str, Any] = lab.train_release.namespace()
    return made


def _batch(seed: int, dims: int = 5) -> tuple[Tensor, list[int]]:
    """Features and labels of classes of unequal size, mixed; any labels."""
    generator = random.Random(seed)
    classes = generator.sample(range(-50, 1000), generator.randint(2, 7))
    labels = [c for c in classes for _ in range(generator.randint(3, 6))]
    generator.shuffle(labels)
    return torch.randn(len(labels), dims, generator=torch.Generator().manual_seed(seed)), labels


# triplets.py


def test_small_helpers(lab: Any) -> None:
    t = lab.triplets
    torch.testing.assert_close(t.normalize(samples=torch.tensor([[3.0, 4.0]])), torch.tensor([[0.6, 0.8]]))
    assert t.convert_labels2list(torch.tensor([3, 1])) == t.convert_labels2list((3, 1)) == [3, 1]
    assert t.find_value_ids(it=[4, 7, 4], value=4) == [0, 2]


def test_batches_have_p_classes_of_k_samples_and_an_epoch_every_class(lab: Any) -> None:
    labels = [c for c in range(11) for _ in range(3 + c)]
    sampler = lab.triplets.BalanceBatchSampler(labels, p=4, k=5)
    drawn = list(sampler)
    assert len(drawn) == len(sampler) == 55
    assert sampler.batch_size == 20
    classes = [labels[index] for index in drawn]
    assert all(len(set(classes[start : start + 5])) == 1 for start in range(0, 55, 5))
    assert sorted(classes[::5]) == list(range(11))
    for start in range(0, 55, 5):
        most = max(Counter(drawn[start : start + 5]).values())
        assert most == 1 or classes[start] < 2  # classes of 3 and 4 samples give some twice


def test_a_class_that_would_be_alone_is_left_out(lab: Any) -> None:
    sampler = lab.triplets.BalanceBatchSampler([c for c in range(9) for _ in range(2)], p=4, k=2)
    assert len(list(sampler)) == len(sampler) == 16


@pytest.mark.parametrize(
    ("labels", "p", "k", "told"),
    [
        ([0, 0, 1, 1], 1, 2, "without 2 of each"),
        ([0, 0, 1, 1], 2, 1, "without 2 of each"),
        ([0, 0, 1, 1], 3, 2, "only 2 classes"),
        ([0, 0, 7], 2, 2, "class 7 has one sample only"),
    ],
)
def test_impossible_batches_are_refused(lab: Any, labels: list[int], p: int, k: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        lab.triplets.BalanceBatchSampler(labels, p, k)


@pytest.mark.parametrize("seed", range(8))
def test_hard_triplets_are_those_of_a_loop(lab: Any, seed: int) -> None:
    features, labels = _batch(seed)
    ids = lab.triplets.HardTripletsSampler().sample_ids(features, labels)
    everything = range(len(labels))
    for anchor, positive, negative in zip(*ids, strict=True):
        distance = [(features[anchor] - features[i]).norm().item() for i in everything]
        own = [i for i in everything if labels[i] == labels[anchor] and i != anchor]
        assert positive == max(own, key=distance.__getitem__)
        assert negative == min(
            (i for i in everything if labels[i] != labels[anchor]), key=distance.__getitem__
        )
    assert ids[0] == list(everything)
    for one, index in zip(lab.triplets.HardTripletsSampler().sample(features, labels), ids, strict=True):
        assert torch.equal(one, features[index])


@pytest.mark.parametrize("sampler", ["HardTripletsSampler", "HardNegativeTripletsSampler"])
def test_an_anchor_without_a_partner_is_left_out(lab: Any, sampler: str) -> None:
    sample_ids = getattr(lab.triplets, sampler)().sample_ids
    assert sample_ids(torch.randn(3, 2), [1, 5, 1])[0] == [0, 2]
    assert sample_ids(torch.randn(3, 2), [1, 1, 1]) == ([], [], [])
    assert sample_ids(torch.randn(2, 2), [1, 2]) == ([], [], [])


@pytest.mark.parametrize("seed", range(8))
def test_a_hard_negative_is_the_nearest_and_its_positive_any_of_the_class(lab: Any, seed: int) -> None:
    features, labels = _batch(seed)
    seed_everything(seed)
    ids = lab.triplets.HardNegativeTripletsSampler().sample_ids(features, labels)
    assert ids[0] == list(range(len(labels)))
    for anchor, positive, negative in zip(*ids, strict=True):
        assert labels[positive] == labels[anchor]
        assert positive != anchor
        others = [i for i in ids[0] if labels[i] != labels[anchor]]
        assert negative == min(others, key=lambda i, a=anchor: (features[a] - features[i]).norm().item())


def test_random_positives_are_any_of_the_class_alike(lab: Any) -> None:
    sampler = lab.triplets.HardNegativeTripletsSampler()
    seed_everything(0)
    chosen = Counter(sampler.sample_ids(torch.randn(5, 2), [7, 7, 7, 7, 2])[1][0] for _ in range(600))
    assert set(chosen) == {1, 2, 3}
    assert all(abs(count - 200) < 5 * (600 * 1 / 3 * 2 / 3) ** 0.5 for count in chosen.values())


def test_directions_decide_where_a_norm_is_required(lab: Any) -> None:
    features = torch.tensor([[1.0, 0.0], [9.0, 0.1], [1.0, 0.9], [0.0, 1.0]])
    plain = lab.triplets.HardTripletsSampler().sample_ids(features, [0, 0, 0, 1])
    normed = lab.triplets.HardTripletsSampler(norm_required=True).sample_ids(features, [0, 0, 0, 1])
    assert (plain[1][0], normed[1][0]) == (1, 2)


def test_a_batch_that_does_not_fit_is_refused(lab: Any) -> None:
    with pytest.raises(ValueError, match="5 labels"):
        lab.triplets.HardTripletsSampler().sample(torch.randn(4, 2), [0, 0, 1, 1, 1])


def test_hard_triplets_are_those_of_pytorch_metric_learning(lab: Any) -> None:
    from pytorch_metric_learning.distances import LpDistance
    from pytorch_metric_learning.miners import BatchHardMiner

    features, labels = _batch(5, dims=8)
    miner = BatchHardMiner(distance=LpDistance(normalize_embeddings=False))
    mined = zip(*(ids.tolist() for ids in miner(features, torch.tensor(labels))), strict=True)
    ours = zip(*lab.triplets.HardTripletsSampler().sample_ids(features, labels), strict=True)
    assert set(mined) == set(ours)


def test_the_loss_is_the_mean_hinge_of_the_samplers_triplets(lab: Any) -> None:
    features, labels = _batch(3)
    sampler = lab.triplets.HardTripletsSampler()
    hinges = [
        max(0, (features[a] - features[p]).norm() - (features[a] - features[n]).norm() + 0.7)
        for a, p, n in zip(*sampler.sample_ids(features, labels), strict=True)
    ]
    loss = lab.triplets.TripletMarginLossWithSampler(0.7, sampler)(features, torch.tensor(labels))
    assert loss.item() == pytest.approx(float(sum(hinges)) / len(hinges), rel=1e-5)


# data, transforms, evaluation, training


@pytest.fixture
def drawings(tmp_path: Path) -> tuple[list[Path], list[int]]:
    """Seven files of two classes, of different shapes."""
    generator = np.random.default_rng(0)
    shapes = [(32, 32), (105, 105), (60, 20), (20, 60), (32, 32), (64, 64), (32, 32)]
    paths = [tmp_path / f"{number}.png" for number in range(len(shapes))]
    for path, shape in zip(paths, shapes, strict=True):
        Image.fromarray(generator.integers(0, 256, shape, dtype=np.uint8)).save(path)
    return paths, [4, 4, 9, 4, 9, 4, 4]


def test_drawings_are_fitted_padded_with_paper_and_normalised(lab: Any, drawings: Any) -> None:
    dataset = lab.datasets.OmniGlotMLDataset(*drawings, lab.transforms.validation_transform())
    assert len(dataset) == 7
    assert dataset.get_labels() == [4, 4, 9, 4, 9, 4, 4]
    for index in range(7):
        image, target = dataset[index]
        assert (image.shape, image.dtype, target) == ((1, 32, 32), torch.float32, drawings[1][index])
    paper = torch.tensor((1 - lab.transforms.MEAN) / lab.transforms.STD)
    tall = dataset[2][0][0]  # 60 x 20 becomes 32 x 11
    torch.testing.assert_close(tall[:, [0, 1, -2, -1]], paper.expand(32, 4))
    with Image.open(drawings[0][0]) as image:
        pixels = torch.from_numpy(np.asarray(image) / 255).float()
    torch.testing.assert_close(dataset[0][0][0], (pixels - lab.transforms.MEAN) / lab.transforms.STD)


def test_the_share_rounded_up_becomes_queries(lab: Any, drawings: Any) -> None:
    dataset = lab.datasets.OmniGlotQGDataset(*drawings, lab.transforms.validation_transform())
    assert dataset.is_query == [True, False, True, False, False, False, False]  # 1 of 5, 0.4 -> 1 of 2
    assert (dataset.query_size, dataset.gallery_size) == (2, 5)
    half = lab.datasets.OmniGlotQGDataset(*drawings, gallery_fraq=0.5)
    assert half.query_size == 3 + 1
    batch = next(iter(DataLoader(dataset, 7)))
    assert batch["features"].shape == (7, 1, 32, 32)
    assert batch["is_query"].tolist() == dataset.is_query
    assert batch["targets"].tolist() == dataset.targets


def test_training_turns_by_thirty_degrees_at_most_and_validation_never(lab: Any) -> None:
    bar = Image.fromarray(np.full((32, 32), 255, dtype=np.uint8))
    bar.paste(0, (15, 4, 17, 28))

    def tilt(image: Tensor) -> float:
        """Degrees between the bar's main axis and the vertical."""
        ink = (lab_paper - image[0]).clamp(min=0)
        rows, columns = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij")
        y, x = rows - (ink * rows).sum() / ink.sum(), columns - (ink * columns).sum() / ink.sum()
        angle = 0.5 * torch.atan2(2 * (ink * x * y).sum(), (ink * (y * y - x * x)).sum())
        return float(angle.rad2deg())

    lab_paper = (1 - lab.transforms.MEAN) / lab.transforms.STD
    transform = lab.transforms.training_transform(seed=1)
    tilts = torch.tensor([tilt(transform(bar)) for _ in range(3000)])
    assert tilts.abs().max() < 31
    assert tilts.min() < -25
    assert tilts.max() > 25
    # One in ten is turned, of those 29 in 30 by more than a degree; five standard errors.
    assert (tilts.abs() > 1).float().mean() == pytest.approx(0.1 * 29 / 30, abs=5 * (0.09 / 3000) ** 0.5)
    upright = lab.transforms.validation_transform()
    assert tilt(upright(bar)) == pytest.approx(0, abs=1e-3)


def test_batches_are_turned_as_images_are(lab: Any) -> None:
    drawing = Image.fromarray(np.full((32, 32), 255, dtype=np.uint8))
    drawing.paste(0, (8, 6, 12, 26))
    drawing.paste(0, (12, 20, 24, 26))
    normalise = lab.transforms.validation_transform()
    untouched = normalise(drawing)
    for degrees in (-30.0, -7.0, 18.0):
        wanted = normalise(drawing.rotate(degrees, Image.Resampling.BILINEAR, fillcolor=lab.transforms.PAPER))
        found = lab.train_release.turned(untouched[None], torch.tensor([degrees]))[0]
        apart = (found - wanted).abs().mean()
        assert apart < (untouched - wanted).abs().mean() / 4  # they round and interpolate differently


def test_a_pixel_is_the_mean_of_what_it_covers(lab: Any) -> None:
    """As OpenCV's INTER_AREA, by which the released networks' drawings were made."""
    image = np.random.default_rng(0).integers(0, 256, (105, 70), dtype=np.uint8)
    fine = image.repeat(32, axis=0).repeat(21, axis=1).astype(float)  # 105 * 32 x 70 * 21: whole blocks
    means = fine.reshape(32, 105, 21, 70).mean(axis=(1, 3))
    fitted = lab.transforms.prepare(image)
    assert np.abs(fitted[:, 5:26] - means).max() <= 0.5
    assert (fitted[:, :5] == 255).all()
    assert (fitted[:, 26:] == 255).all()


class Named:
    """Called as albumentations' transforms are."""

    def __call__(self, *, image: Any) -> dict[str, Any]:
        return {"image": torch.from_numpy(image / 255).permute(2, 0, 1).float()}


Named.__module__ = "albumentations.core.composition"


def test_pipelines_of_torchvision_and_albumentations_do_as_well(lab: Any, drawings: Any) -> None:
    ours = lab.datasets.OmniGlotMLDataset(*drawings, lab.transforms.validation_transform())
    newer = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
    for to_tensor in (v1.ToTensor(), newer, Named()):
        theirs = lab.datasets.OmniGlotMLDataset(*drawings, to_tensor)
        torch.testing.assert_close(torch.as_tensor(theirs[0][0]) * 2 - 1, ours[0][0])


@pytest.mark.parametrize("seed", range(3))
def test_cmc_is_the_retrieval_hit_rate_of_torchmetrics(lab: Any, seed: int) -> None:
    from torchmetrics.retrieval import RetrievalHitRate

    generator = torch.Generator().manual_seed(seed)
    distances = torch.rand(40, 60, generator=generator)
    same_class = torch.randint(12, (40, 1), generator=generator) == torch.randint(
        12, (60,), generator=generator
    )
    query = torch.arange(40)[:, None].expand(40, 60)
    found = lab.evaluation.cmc(distances, same_class)
    for k in (1, 5, 10):
        metric = RetrievalHitRate(top_k=k)
        wanted = metric(-distances.flatten(), same_class.flatten(), indexes=query.flatten())
        assert found[f"cmc@{k}"] == pytest.approx(wanted.item(), abs=1e-6)
    assert 0 < found["cmc@1"] < found["cmc@5"] < found["cmc@10"] < 1


def test_evaluation_compares_queries_with_the_gallery_only(lab: Any) -> None:
    points = torch.tensor([[0.0], [0.1], [5.0], [0.3], [5.2]])
    batch = {"features": points, "targets": torch.tensor([0, 0, 1, 1, 0])}
    batch["is_query"] = torch.tensor([True, False, True, False, False])
    net = torch.nn.Identity().train()
    features, targets, is_query = lab.evaluation.embed(net, [batch])
    distances = torch.cdist(features[is_query], features[~is_query])
    found = lab.evaluation.cmc(distances, targets[is_query][:, None] == targets[~is_query], ks=(1, 2))
    assert found == {"cmc@1": 0.5, "cmc@2": 1.0}
    assert net.training


def test_hits_are_what_cmc_counts(lab: Any) -> None:
    generator = torch.Generator().manual_seed(3)
    features = torch.randn(60, 4, generator=generator)
    targets, is_query = torch.arange(60) % 6, torch.arange(60) < 20
    distances = torch.cdist(features[is_query], features[~is_query])
    wanted = lab.evaluation.cmc(distances, targets[is_query][:, None] == targets[~is_query])
    found = lab.evaluation.hits(features, targets, is_query)
    assert found.shape == (20, 3)
    assert found.double().mean(dim=0).tolist() == pytest.approx(list(wanted.values()))


def test_an_interval_is_that_of_a_share_of_so_many_queries(lab: Any) -> None:
    values = (torch.arange(400) % 4 == 0).float()[None]
    mean, low, high = lab.evaluation.interval(values)
    assert mean == 0.25
    error = (0.25 * 0.75 / 400) ** 0.5
    assert (low, high) == (
        pytest.approx(0.25 - 1.96 * error, abs=0.25 * error),
        pytest.approx(0.25 + 1.96 * error, abs=0.25 * error),
    )
    assert lab.evaluation.interval(torch.ones(3, 10)) == (1, 1, 1)


def test_classes_come_with_their_nearest(lab: Any) -> None:
    labels = torch.tensor([c for c in (7, 3, 9, 1, 5, 2, 8, 4) for _ in range(3)])
    places = {7: 0.0, 9: 0.1, 3: 5.0, 1: 5.1, 5: 9.0, 8: 9.1, 2: 20.0, 4: 20.1}
    features = torch.tensor([[places[label]] for label in labels.tolist()])
    tuning = lab.finetuning.Tuning(p=4, k=2, kin=2)
    for rows in lab.finetuning.batches(features, labels, tuning):
        assert len(rows.unique()) == 8
        first, second = features[rows][::2].view(2, 2).unbind(dim=1)
        assert (first - second).abs().max() < 0.2
    alone = lab.finetuning.batches(features, labels, lab.finetuning.Tuning(p=4, k=3, kin=1))
    assert sorted(torch.cat(list(alone)).tolist()) == list(range(24))


def test_fine_tuning_lowers_its_loss_and_leaves_the_network(lab: Any) -> None:
    seed_everything(0)
    net = lab.network.EmbeddingNet(width=2)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    images, labels = torch.randn(32, 1, 32, 32), torch.arange(8).repeat_interleave(4)
    maps = lab.finetuning.kept_maps(net, images)
    assert maps.shape == (32, 32, 4, 4)
    loss = lab.triplets.TripletMarginLossWithSampler(0.3, lab.triplets.HardTripletsSampler())
    points = lab.finetuning.points_at_rest(net.blocks[3:], maps)
    torch.testing.assert_close(points, net.eval()(images))
    net.train()
    head = lab.finetuning.fine_tune(net, maps, labels, loss, lab.finetuning.Tuning(60, 1e-2, p=8, k=4, kin=1))
    losses = [loss(lab.finetuning.points_of(part, maps), labels) for part in (net.blocks[3:], head)]
    assert losses[1] < losses[0]
    assert all(
        torch.equal(value, before[name]) for name, value in net.state_dict().items() if "weight" in name
    )


def test_the_network_halves_the_image_to_one_point_of_length_one(lab: Any) -> None:
    net = lab.network.EmbeddingNet()
    kinds = [[type(layer).__name__ for layer in block] for block in net.blocks]
    assert kinds == [["Conv2d", "BatchNorm2d", "Dropout", "ReLU", "MaxPool2d"]] * 5
    assert [block[0].out_channels for block in net.blocks] == [4, 8, 16, 32, 64]
    points = net(torch.randn(3, 1, 32, 32))
    assert points.shape == (3, 64)
    torch.testing.assert_close(points.norm(dim=1), torch.ones(3))


def test_a_training_that_is_broken_off_goes_on_where_it_was(
    lab: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # TensorBoard writes into runs/

    class BrokenOffError(Exception):
        pass

    def run(checkpoint: Path | None, broken_off: int = 0, seed: int = 7) -> tuple[torch.nn.Module, Any]:
        seed_everything(seed)
        net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(4, 3), torch.nn.Dropout(0.2))
        data = torch.randn(8, 1, 2, 2, generator=torch.Generator().manual_seed(0))
        loader = [(data, torch.arange(8) % 2)]
        schedule = lab.training.Schedule(30, milestones=(3,), validate_every=2)
        loss = lambda features, labels: features.square().mean()  # noqa: E731
        calls = itertools.count(1)

        def validate(net: torch.nn.Module) -> dict[str, float]:
            if next(calls) == broken_off:
                raise BrokenOffError
            return {"cmc@1": net[1].weight.sum().item()}

        return net, lab.training.fit(net, loss, loader, validate, schedule, "test", checkpoint=checkpoint)

    whole, history = run(None)
    with pytest.raises(BrokenOffError):
        run(tmp_path / "net.pth", broken_off=1 + 30 // 2)  # at the last epoch: two of three are averaged
    again, later = run(tmp_path / "net.pth", seed=8)
    assert later == history
    assert [row["epoch"] for row in history] == list(range(0, 31, 2))
    saved = torch.load(tmp_path / "net.pth", weights_only=True)
    assert saved["optimizer"]["param_groups"][0]["lr"] == pytest.approx(1e-3)  # a tenth, after the milestone
    assert list(Path("runs/hard_triplets/test").glob("events.*"))  # for TensorBoard
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_the_last_tenth_drops_nothing_and_the_networks_it_ends_with_are_averaged(
    lab: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dropout = torch.nn.Dropout(0.5)
    net = torch.nn.Sequential(torch.nn.Linear(2, 2, bias=False), dropout)
    dropping, ended_with = [], []

    def loss(features: Tensor, labels: Tensor) -> Tensor:
        dropping.append(dropout.training)
        return features.square().mean()

    class Scheduler(torch.optim.lr_scheduler.MultiStepLR):
        def step(self, *args: Any) -> None:
            ended_with.append(net[0].weight.detach().clone())
            super().step(*args)

    monkeypatch.setattr(torch.optim.lr_scheduler, "MultiStepLR", Scheduler)
    batches = [(torch.ones(4, 2), torch.zeros(4))]
    lab.training.fit(net, loss, batches, lambda net: {}, lab.training.Schedule(20), "test")
    assert dropping == [True] * 18 + [False] * 2
    torch.testing.assert_close(net[0].weight, (ended_with[-2] + ended_with[-1]) / 2)
    assert not torch.allclose(ended_with[-2], ended_with[-1], rtol=0, atol=1e-5)


def test_statistics_settle_on_what_is_without_dropout(lab: Any) -> None:
    torch.manual_seed(0)
    net = lab.network.EmbeddingNet().train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    images = torch.randn(64, 1, 32, 32)
    net(images)  # with dropout
    thinned = [block[1].running_mean.clone() for block in net.blocks]
    lab.training.settle(net, [(images, torch.zeros(64))] * 2)
    after = images
    for number, (conv, norm, _, *rest) in enumerate(net.blocks):
        after = conv(after)
        torch.testing.assert_close(norm.running_mean, after.mean(dim=(0, 2, 3)), rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(norm.running_var, after.var(dim=(0, 2, 3)), rtol=1e-4, atol=1e-5)
        assert number == 0 or not torch.allclose(10 * thinned[number], norm.running_mean, rtol=0.01)
        assert (norm.momentum, norm.training) == (0.1, True)
        after = torch.nn.Sequential(norm, *rest)(after)
    for name, value in net.state_dict().items():
        assert "running" in name or "tracked" in name or torch.equal(value, before[name]), name


def test_the_notebooks_imports_leave_slow_libraries_alone() -> None:
    slow = "pytorch_metric_learning torchmetrics matplotlib tensorboard torchvision sklearn"
    source = (
        f"import sys; import {', '.join(GIVEN)}; print([m for m in '{slow}'.split() if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", source], cwd=LAB.public_dir, capture_output=True, text=True,
                         env={"PYTHONPATH": str(ROOT), "PATH": ""})  # fmt: skip
    assert ran.stdout.strip() == "[]", ran.stdout + ran.stderr


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
    features, labels = _batch(seed)
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
def test_hard_cluster_does_not_depend_on_the_order_of_the_batch(answers: dict[str, Any], seed: int) -> None:
    features, labels = _batch(seed)
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
    features, labels = _batch(seed)
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
def test_the_hierarchical_loss_does_not_depend_on_the_order_of_the_batch(
    lab: Any, answers: dict[str, Any], seed: int
) -> None:
    features, labels = _batch(seed)
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
