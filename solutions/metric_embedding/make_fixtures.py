"""Make the cases of the metric embedding lab: `python solutions/metric_embedding/make_fixtures.py`.

Same files every time. The digits are those of the installed package; sample and secret cases share none.
The digits that handed-in weights are measured on lie beside the cases, in `digits/`, with their labels: what
is in a case the submission sees.
"""

import sys
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data_utils.cases import pack, write_case
from data_utils.manifest import record
from data_utils.mnist import split_digits

FIXTURES = ROOT / "fixtures/metric_embedding"


def main() -> None:
    """Write all cases and labels."""
    images, labels = map(torch.from_numpy, split_digits()["t10k"])
    labels = labels.long()
    # Eight in ten of the unseen digits are for the secret cases.
    for part, chosen, seed in (("sample", slice(0, 200), 100), ("secret", slice(200, 1000), 200)):
        generator = torch.Generator().manual_seed(seed)
        folder = FIXTURES / part
        (folder / "digits").mkdir(parents=True, exist_ok=True)
        for name, text in cases(part, images[chosen], labels[chosen], generator).items():
            (folder / f"{name}.json").write_text(text)
        for path in (*folder.glob("*.json"), *folder.glob("digits/*.json")):
            record(FIXTURES, path, command="python solutions/metric_embedding/make_fixtures.py", seed=seed)


def cases(part: str, images: Tensor, labels: Tensor, g: torch.Generator) -> dict[str, str]:
    """All cases of a part by file name."""
    if part == "sample":
        drawn_from = [4, 2, 3, 2, 5, 2, 3, 2, 2, 3]
        made = {
            "positives": draws("positives", images, labels, drawn_from, g),
            "negatives": draws("negatives", images, labels, drawn_from, g),
            "items": items(images, labels, 20, 6, g),
            "kept_without_0": kept("kept", images, labels, 0, 30, 12, g),
            "kept_without_3": kept("kept", images, labels, 3, 30, 12, g),
            "kept_draws_without_3": kept("kept_draws", images, labels, 3, 30, 12, g),
            "loss": loss(g, batch=6, emb_size=4),
            "loss_of_one": loss(g, batch=1, emb_size=4, active=True),
            "loss_far_apart": loss(g, batch=5, emb_size=16, scale=6.0),
            "block_of_one_map": block(g, maps_in=1, maps_out=4, k=3, bias=True),
            "block_of_many_maps": block(g, maps_in=32, maps_out=3, k=1, bias=False),
            "block_of_peaks": block(g, maps_in=32, maps_out=5, k=5, bias=True, peaks=True),
            "network": network(g, batch=3, channels=1, emb_size=32),
            "network_of_one_image": network(g, batch=1, channels=1, emb_size=32),
            "network_of_colours": network(g, batch=2, channels=3, emb_size=24),
            "identity": write_case("identity", images=pack(images[:3, None] / 255, 255)),
            "projection": projection(g, rows=40, columns=8),
            "projection_of_few": projection(g, rows=20, columns=60),
        }
        count = 200
    else:
        drawn_from = [2, 7, 3, 5, 2, 4, 8, 3, 2, 4]
        made = {
            "positives": draws("positives", images, labels, drawn_from, g),
            "negatives": draws("negatives", images, labels, drawn_from, g),
            "items": items(images, labels, 30, 9, g),
            "kept_without_0": kept("kept", images, labels, 0, 40, 15, g),
            "kept_without_9": kept("kept", images, labels, 9, 40, 15, g),
            "kept_draws_without_0": kept("kept_draws", images, labels, 0, 40, 15, g),
            "kept_draws_without_7": kept("kept_draws", images, labels, 7, 40, 15, g),
            "loss": loss(g, batch=9, emb_size=5),
            "loss_of_one": loss(g, batch=1, emb_size=3, active=True),
            "loss_far_apart": loss(g, batch=7, emb_size=32, scale=6.0),
            "block_of_one_map": block(g, maps_in=1, maps_out=3, k=5, bias=True),
            "block_without_bias": block(g, maps_in=32, maps_out=35, k=3, bias=False),
            "block_of_many_maps": block(g, maps_in=32, maps_out=2, k=1, bias=True),
            "block_of_peaks": block(g, maps_in=1, maps_out=3, k=3, bias=False, peaks=True),
            "network": network(g, batch=2, channels=1, emb_size=32),
            "network_of_one_image": network(g, batch=1, channels=1, emb_size=32),
            "network_of_colours": network(g, batch=2, channels=3, emb_size=48),
            "identity": write_case("identity", images=pack(images[:5, None] / 255, 255)),
            "projection": projection(g, rows=90, columns=32),
            "projection_of_few": projection(g, rows=25, columns=300),
        }
        count = 400
    made["trained_on_all"] = trained("trained_on_all", part, images[:count], labels[:count], g)
    rest = slice(len(images) - count, len(images))
    made["trained_without_0"] = trained("trained_without_0", part, images[rest], labels[rest], g)
    made["loss_mostly_kept"] = loss(g, batch=8, emb_size=6, scale=2.0, mostly_kept=True)
    return made


def draws(probe, images, labels, counts, g):
    """So many images of each class, in any order; draws for the images of three classes."""
    chosen = torch.cat([(labels == c).nonzero().flatten()[:count] for c, count in enumerate(counts)])
    chosen = chosen[torch.randperm(len(chosen), generator=g)]
    sizes = labels[chosen].bincount(minlength=10)[labels[chosen]]
    anchors = [
        int((sizes == size).nonzero()[0])
        for size in (sizes.min(), sizes.sort().values[len(sizes) // 2], sizes.max())
    ]
    digits = {"digits": pack(images[chosen]), "labels": labels[chosen]}
    return write_case(probe, **digits, tests=5, anchors=torch.tensor(anchors), draws=1200)


def items(images, labels, count, tests, g):
    """Digits of all ten classes."""
    chosen = _all_classes(labels, count, g)
    return write_case("items", digits=pack(images[chosen]), labels=labels[chosen], tests=tests)


def kept(probe, images, labels, remove_class, count, tests, g):
    """Digits of all ten classes, one of which is to go."""
    chosen = _all_classes(labels, count, g)
    digits = {"digits": pack(images[chosen]), "labels": labels[chosen]}
    rounds = {"rounds": 20} if probe == "kept_draws" else {}
    return write_case(probe, **digits, tests=tests, remove_class=remove_class, **rounds)


def loss(g, batch, emb_size, scale=1.0, active=None, mostly_kept=False):
    """Triplets of 2 x 2 pixels and a map (emb_size, 4) to embeddings; some keep the margin, some do not.

    No hinge is near its bend, and the two distances of a triplet differ: there gradients are free to choose.
    With `mostly_kept` the mean without the max is below zero: a max of the mean is nothing there.
    """
    while True:
        anchor, positive, negative = scale * torch.randn(3, batch, 1, 2, 2, generator=g)
        negative = anchor + (negative - anchor) * torch.linspace(0.4, 1.6, batch).view(-1, 1, 1, 1)
        weight = torch.randn(emb_size, 4, generator=g) / 2
        a, p, n = (_short(x).flatten(1) @ _short(weight).T for x in (anchor, positive, negative))
        hinge = (a - p).norm(dim=1) - (a - n).norm(dim=1) + 1
        some = batch == 1 or ((hinge > 0.1).any() and (hinge < -0.1).any())
        mean = not mostly_kept or hinge.mean() < -0.3
        if (hinge.abs() > 0.05).all() and some and mean and (active is None or (hinge > 0.3).all()):
            break
    images = {"anchor": anchor, "positive": positive, "negative": negative, "weight": weight}
    return write_case("triplet_loss", **{name: _short(values) for name, values in images.items()})


def block(g, maps_in, maps_out, k, bias, peaks=False):
    """Maps whose means and widths differ by image and by channel: no two normalisations agree on them.

    With `peaks` one pixel of each stands out by more than six standard deviations, also when normalised.
    """
    images = _maps(g, 3, maps_in, 8)
    if peaks:
        images[:, :, 2, 5] += 200
    offsets = _short(1 + torch.rand(maps_out, generator=g))
    sizes = {"maps_out": maps_out, "k": k, "bias": int(bias)}
    return write_case("block", images=images, offsets=offsets, seed=_seed(g), **sizes)


def network(g, batch, channels, emb_size):
    """Images of smooth noise, in [0, 1], and a seed for weights."""
    images = pack(_noise(g, batch, channels), 255)
    return write_case("network", images=images, emb_size=emb_size, seed=_seed(g))


def _noise(g, batch, channels):
    coarse = torch.rand(batch, channels, 7, 7, generator=g)
    images = F.interpolate(coarse, size=28, mode="bilinear", align_corners=False)
    return (images + 0.2 * torch.rand(images.shape, generator=g)).clamp(0, 1)


def _seed(g):
    return int(torch.randint(1 << 31, (), generator=g))


def projection(g, rows, columns):
    """Rows far from the origin that spread in two directions and hardly in the others."""
    directions = torch.linalg.qr(torch.randn(columns, columns, generator=g)).Q
    widths = torch.full((columns,), 0.05)
    widths[:2] = torch.tensor([3.0, 1.5])
    centred = torch.randn(rows, columns, generator=g) * widths
    centred[:, 2] += 12  # the mean lies outside the plane of the largest variance
    return write_case("projection", features=_short(centred @ directions.T))


def trained(probe, part, images, labels, g):
    """Noise that tells a network's shape, and apart from the case the digits that weights are measured on.

    These are slightly turned, scaled and moved, so that no file has these very images.
    """
    place = torch.randperm(len(images), generator=g)
    name = f"{part}/digits/{probe}.json"
    warped = _warped(images[place].float() / 255, g)
    digits = write_case("digits", images=pack(warped[:, None], 255), labels=labels[place])
    (FIXTURES / name).write_text(digits)
    return write_case(probe, images=pack(_noise(g, 3, 1), 255), measured_on=name)


def _warped(images, g):
    count = len(images)
    angle, zoom_x, zoom_y, shear, move_x, move_y = (
        width * (2 * torch.rand(count, generator=g) - 1) for width in (0.1, 0.06, 0.06, 0.08, 0.05, 0.05)
    )
    cos, sin = angle.cos(), angle.sin()
    rows = [
        torch.stack([(1 + zoom_x) * cos, -sin + shear, move_x], dim=1),
        torch.stack([sin, (1 + zoom_y) * cos, move_y], dim=1),
    ]
    grid = F.affine_grid(torch.stack(rows, dim=1), [count, 1, 28, 28], align_corners=False)
    return F.grid_sample(images[:, None], grid, align_corners=False)[:, 0].clamp(0, 1)


def _all_classes(labels, count, g):
    """Indices of `count` images, two of each class at least."""
    while True:
        chosen = torch.randperm(len(labels), generator=g)[:count]
        if (labels[chosen].bincount(minlength=10) >= 2).all():
            return chosen


def _maps(g, batch, channels, size):
    centres = torch.randn(batch, channels, 1, 1, generator=g)
    widths = 0.5 + 2 * torch.rand(batch, channels, 1, 1, generator=g)
    return _short(centres + widths * torch.randn(batch, channels, size, size, generator=g))


def _short(values: Tensor) -> Tensor:
    """Rounded to multiples of 1/1024: short to write, exact in float32."""
    return (values * 1024).round() / 1024


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
