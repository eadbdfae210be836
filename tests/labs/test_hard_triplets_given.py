"""The hard-triplets lab: given data, pictures, network and training."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
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

from data_utils.seeding import seed_everything
from tests.labs.hard_triplets import GIVEN, LAB, modules


@pytest.fixture(scope="module")
def lab() -> Iterator[Any]:
    """The lab's modules and scripts by name."""
    with modules() as made:
        yield made


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


def test_queries_that_are_drawn_together_count_as_one(lab: Any) -> None:
    of_class = (torch.arange(100) % 4 == 0).float()
    together = lab.evaluation.interval(of_class.repeat_interleave(6)[None], together=6)
    assert together == pytest.approx(lab.evaluation.interval(of_class[None]))


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
                         env={"PYTHONPATH": str(LAB.root), "PATH": ""})  # fmt: skip
    assert ran.stdout.strip() == "[]", ran.stdout + ran.stderr
