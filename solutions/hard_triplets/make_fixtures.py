"""Make the cases of the hard-triplets lab: `python solutions/hard_triplets/make_fixtures.py`.

Same files every time. Geometry without ties: whatever a sampler has to choose, the runner-up is clearly
worse, so every right answer chooses the same. And every usual slip would choose otherwise in each case.

What stands on an earlier task has numbers in its case that take the place of that one's results: triplets
that are mixtures of the features, statistics, thresholds, margins. They are not the right ones.
"""

import sys
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data_utils.cases import write_case
from data_utils.manifest import record

FIXTURES = ROOT / "fixtures/hard_triplets"
COMMAND = "python solutions/hard_triplets/make_fixtures.py"
CLEAR = 0.1  # by how much the runner-up is worse, in distances of size 1 to 10
WIDE = 200.0  # a margin above all squared distances, also those of usual slips
TRIES = 100_000


def main() -> None:
    """Write all cases."""
    for part, makers in (("sample", SAMPLE), ("secret", SECRET)):
        folder = FIXTURES / part
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in makers.items():
            seed = zlib.crc32(f"{part}/{name}".encode())
            path = folder / f"{name}.json"
            path.write_text(make(torch.Generator().manual_seed(seed)))
            record(FIXTURES, path, command=COMMAND, seed=seed)


# hard cluster


def triplets(g: torch.Generator, labels: Sequence[int], sizes: Sequence[int], dims: int) -> str:
    """A batch for the sampler, and weights for the sum whose gradient is looked at."""
    features, of_sample = _cluster_batch(g, labels, sizes, dims)
    weights = _short(0.5 + torch.rand(3 * dims, generator=g))
    return write_case("cluster_triplets", features=features, labels=of_sample, weights=weights)


def loss(g: torch.Generator, labels: Sequence[int], sizes: Sequence[int], dims: int) -> str:
    """A batch for the loss, and two margins: one that some classes keep, and one that none does; also of the
    given triplets, which are `mixing` (3, P, N) times the features."""
    for _ in range(TRIES):
        features, of_sample = _cluster_batch(g, labels, sizes, dims)
        _, d_intra, d_inter = _hard_cluster(features, of_sample)
        room = (d_inter.square() - d_intra.square()).sort().values
        middle = len(room) // 2
        margin = round(float(room[middle - 1 : middle + 1].mean()), 2)
        if margin > 0.3 and (room - margin).abs().min() > 0.3:
            mixing = _mixing(g, features, len(room), margin)
            margins = [margin, WIDE]
            return write_case(
                "cluster_loss", features=features, labels=of_sample, margins=margins, mixing=mixing
            )
    raise RuntimeError(f"No such batch with classes of {sizes}.")


def _mixing(g, features, rows, margin):
    for _ in range(TRIES):
        mixing = _short(torch.randn(3, rows, len(features), generator=g) / len(features) ** 0.5)
        mean, positive, negative = mixing @ features
        room = (mean - negative).square().sum(dim=1) - (mean - positive).square().sum(dim=1)
        keeping = (room > margin).float().mean()
        if 0 < keeping < 1 and (room - margin).abs().min() > 0.3 and room.abs().max() < 0.75 * WIDE:
            return mixing
    raise RuntimeError(f"No such triplets of {rows} rows.")


def _cluster_batch(g, labels, sizes, dims):
    """Features (N, dims) and labels (N,), mixed; every choice is clear, and no slip makes the same."""
    of_sample = torch.tensor([label for label, size in zip(labels, sizes, strict=True) for _ in range(size)])
    of_sample = of_sample[torch.randperm(len(of_sample), generator=g)]
    for _ in range(TRIES):
        centres = {c: 4 * torch.rand(dims, generator=g) - 2 for c in labels}
        widths = {c: 0.4 + 1.2 * torch.rand(dims, generator=g) for c in labels}
        features = _short(
            torch.stack([centres[c] + widths[c] * torch.randn(dims, generator=g) for c in of_sample.tolist()])
        )
        if _is_clear(features, of_sample) and not _fooled_by(features, of_sample):
            return features, of_sample
    raise RuntimeError(f"No such batch with classes of {sizes} in {dims} dimensions.")


def _is_clear(features: Tensor, labels: Tensor) -> bool:
    classes, means = _means(features, labels)
    between = torch.cdist(means, means).fill_diagonal_(torch.inf)
    if len(classes) > 2 and (between.topk(2, largest=False).values.diff(dim=1) < CLEAR).any():
        return False
    for c, mean in zip(classes, means, strict=True):
        from_mean = (features[labels == c] - mean).norm(dim=1)
        if -from_mean.topk(2).values.diff() < CLEAR:
            return False
    return bool((torch.pdist(torch.cat([features, means])) > 0.05).all())


def _fooled_by(features: Tensor, labels: Tensor) -> list[str]:
    """Slips that choose as the right way does, for every class of this batch."""
    chosen, _, _ = _hard_cluster(features, labels)
    classes, means = _means(features, labels)
    found = []
    for name, slip in _SLIPS.items():
        made = [slip(features, labels, c, means) for c in range(len(classes))]
        right = [far if made[c][0] == "far" else near for c, (far, near) in enumerate(chosen)]
        two = made[0][0] == "near" and len(classes) == 2  # there is only one other class
        if not two and [choice for _, choice in made] == right:
            found.append(name)
    return found


def _far(measure: Callable[..., Tensor], largest: bool = True):
    def slip(features, labels, c, means):
        own = (labels == labels.unique()[c]).nonzero().flatten()
        values = measure(features[own], means[c], features)
        return "far", int(own[values.argmax() if largest else values.argmin()])

    return slip


def _near(measure: Callable[..., Tensor], largest: bool = False):
    def slip(features, labels, c, means):
        values = measure(features, labels, c, means).clone()
        values[c] = -torch.inf if largest else torch.inf
        return "near", int(values.argmax() if largest else values.argmin())

    return slip


def _nearest_sample(features, labels, c, means):
    distance = (features - means[c]).norm(dim=1)
    return torch.stack([distance[labels == other].min() for other in labels.unique()])


def _from_the_farthest(features, labels, c, means):
    own = features[labels == labels.unique()[c]]
    farthest = own[(own - means[c]).norm(dim=1).argmax()]
    return (means - farthest).norm(dim=1)


_SLIPS = {
    "nearest sample": _far(lambda own, mean, _: (own - mean).norm(dim=1), largest=False),
    "far from the batch's mean": _far(lambda own, mean, all_: (own - all_.mean(dim=0)).norm(dim=1)),
    "far from the origin": _far(lambda own, mean, _: own.norm(dim=1)),
    "far from the median": _far(lambda own, mean, _: (own - own.median(dim=0).values).norm(dim=1)),
    "first sample": _far(lambda own, mean, _: -torch.arange(len(own))),
    "farthest mean": _near(lambda features, labels, c, means: (means - means[c]).norm(dim=1), largest=True),
    "nearest by a sample": _near(_nearest_sample),
    "nearest to the farthest sample": _near(_from_the_farthest),
    "next class": _near(lambda features, labels, c, means: (torch.arange(len(means)) - c - 0.5) % len(means)),
}


def _hard_cluster(features, labels):
    """For each class its (farthest sample, nearest class) as indices; d_intra (P,) and d_inter (P,)."""
    classes, means = _means(features, labels)
    chosen, d_intra, d_inter = [], [], []
    for c, mean in enumerate(means):
        own = (labels == classes[c]).nonzero().flatten()
        from_mean = (features[own] - mean).norm(dim=1)
        between = (means - mean).norm(dim=1)
        between[c] = torch.inf
        chosen.append((int(own[from_mean.argmax()]), int(between.argmin())))
        d_intra.append(from_mean.max())
        d_inter.append(between.min())
    return chosen, torch.stack(d_intra), torch.stack(d_inter)


def _means(features, labels):
    classes = labels.unique()
    return classes, torch.stack([features[labels == c].mean(dim=0) for c in classes])


# hierarchical


def statistics(g: torch.Generator, labels: Sequence[int], sizes: Sequence[int], dims: int) -> str:
    """Classes of unequal width; where they are of unequal size, the widths of samples have another mean."""
    of_sample = torch.tensor([label for label, size in zip(labels, sizes, strict=True) for _ in range(size)])
    of_sample = of_sample[torch.randperm(len(of_sample), generator=g)]
    width = dict(zip(labels, torch.linspace(0.3, 2, len(labels)).tolist(), strict=True))
    rows = [3 + width[c] * torch.randn(dims, generator=g) for c in of_sample.tolist()]
    return write_case("statistics", features=_short(torch.stack(rows)), labels=of_sample)


def thresholds(g: torch.Generator, d0: float, num_levels: int) -> str:
    """A mean spread and a number of levels."""
    return write_case("thresholds", d0=d0, num_levels=num_levels)


def margins(g: torch.Generator, alphabets: Sequence[int], present: dict[int, int], **beta: float) -> str:
    """A batch with some of the classes, `present` class -> samples, and triplets within and across."""
    made = _hierarchical_batch(g, alphabets, present)
    return write_case("margins", **made, **_given_functions(g, present), **beta)


def hierarchical(g: torch.Generator, alphabets: Sequence[int], present: dict[int, int], **beta: float) -> str:
    """The same for the loss: by plain and by squared distances some hinges are zero, none near its bend."""
    for _ in range(TRIES):
        made = _hierarchical_batch(g, alphabets, present)
        margin = _margins(made, **beta)
        a, p, n = (made["features"][made[name]] for name in ("anchors", "positives", "negatives"))
        for power in (1, 2):
            inside = (a - p).norm(dim=1) ** power - (a - n).norm(dim=1) ** power + margin
            if inside.abs().min() < 0.03 or not 0.3 < (inside > 0).float().mean() < 0.8:
                break
        else:
            given = _given_margins(g, made)
            return write_case(
                "hierarchical_loss", **made, **_given_functions(g, present), given_margins=given, **beta
            )
    raise RuntimeError("No such batch.")


def _given_functions(g, present):
    """What may take the place of statistics and thresholds: s of the present classes, ascending, d0,
    levels."""
    s = _short(0.3 + torch.rand(len(present), generator=g))
    levels = _short(0.8 + torch.rand(17, generator=g).cumsum(dim=0))
    return {"given_s": s, "given_d0": float(s.mean()), "given_thresholds": levels}


def _given_margins(g, made):
    """Margins that leave some hinges closed, by plain and by squared distances."""
    a, p, n = (made["features"][made[name]] for name in ("anchors", "positives", "negatives"))
    for _ in range(TRIES):
        margin = _short(1.2 * torch.rand(len(a), generator=g) - 0.2)
        inside = torch.stack(
            [(a - p).norm(dim=1) ** power - (a - n).norm(dim=1) ** power + margin for power in (1, 2)]
        )
        share = (inside > 0).float().mean(dim=1)
        if inside.abs().min() > 0.01 and share.min() > 0.3 and share.max() < 0.8:
            return margin
    raise RuntimeError("No such margins.")


def _hierarchical_batch(g, alphabets, present):
    """Unit features, labels, alphabets of all classes, and two triplets a sample: one within an alphabet
    where that has another class in the batch, one across."""
    labels = torch.tensor([label for label, count in present.items() for _ in range(count)])
    labels = labels[torch.randperm(len(labels), generator=g)]
    alphabet = torch.tensor(alphabets)
    of_alphabet = torch.randn(int(alphabet.max()) + 1, 4, generator=g)
    centres = of_alphabet[alphabet] + 0.7 * torch.randn(len(alphabets), 4, generator=g)
    widths = torch.linspace(0.2, 0.9, len(alphabets))[torch.randperm(len(alphabets), generator=g)]
    noise = torch.randn(len(labels), 4, generator=g)
    features = F.normalize(centres[labels] + widths[labels, None] * noise, dim=1)

    def one_of(mask):
        candidates = mask.nonzero().flatten()
        return int(candidates[torch.randint(len(candidates), (), generator=g)])

    rows = []
    place = torch.arange(len(labels))
    for anchor in place.tolist():
        same = labels == labels[anchor]
        akin = alphabet[labels] == alphabet[labels[anchor]]
        for mask in (akin & ~same, ~akin):
            if mask.any():
                rows.append((anchor, one_of(same & (place != anchor)), one_of(mask)))
    ids = torch.tensor(rows)[torch.randperm(len(rows), generator=g)]
    names = ("anchors", "positives", "negatives")
    batch = {"features": features, "labels": labels, **dict(zip(names, ids.unbind(dim=1), strict=True))}
    return {**batch, "classes": torch.arange(len(alphabets)), "alphabets": alphabet}


def _margins(made, beta=0.1):
    labels, features = made["labels"], made["features"]
    spread = {}
    for c in labels.unique().tolist():
        own = features[labels == c]
        spread[c] = float(torch.pdist(own).square().mean())
    d0 = sum(spread.values()) / len(spread)
    rows = []
    for a, n in zip(made["anchors"].tolist(), made["negatives"].tolist(), strict=True):
        level = 1 if made["alphabets"][labels[a]] == made["alphabets"][labels[n]] else 2
        rows.append(beta + level * (4 - d0) / 16 + d0 - spread[int(labels[a])])
    return torch.tensor(rows)


def _short(values: Tensor) -> Tensor:
    """Rounded to multiples of 1/64: short to read, exact in float32."""
    return (values * 64).round() / 64


SAMPLE = {
    "three_classes": partial(triplets, labels=[3, 9, 4], sizes=[3, 4, 5], dims=2),
    "two_classes": partial(triplets, labels=[25, -4], sizes=[4, 3], dims=2),
    "many_features": partial(triplets, labels=[14, 2, 60, 9], sizes=[3, 3, 4, 3], dims=12),
    "loss_three_classes": partial(loss, labels=[5, 2, 8], sizes=[3, 3, 4], dims=2),
    "statistics_three_classes": partial(statistics, labels=[3, 9, 4], sizes=[3, 4, 5], dims=2),
    "statistics_one_class": partial(statistics, labels=[11], sizes=[3], dims=4),
    "thresholds": partial(thresholds, d0=0.5, num_levels=4),
    "thresholds_of_one_level": partial(thresholds, d0=1.25, num_levels=1),
    "margins_two_alphabets": partial(margins, alphabets=[0, 0, 0, 1, 1, 1], present={0: 3, 2: 4, 3: 3, 5: 5}),
    "margins_large_beta": partial(
        margins, alphabets=[0, 1, 0, 1, 1, 0], present={0: 3, 2: 3, 3: 3, 4: 4}, beta=0.25
    ),
    "loss_two_alphabets": partial(
        hierarchical, alphabets=[0, 0, 0, 1, 1, 1], present={0: 3, 2: 4, 3: 3, 5: 5}
    ),
    "loss_large_beta": partial(
        hierarchical, alphabets=[0, 1, 0, 1, 1, 0], present={0: 3, 2: 3, 3: 3, 4: 4}, beta=0.25
    ),
}
SECRET = {
    "two_classes": partial(triplets, labels=[40, 7], sizes=[3, 5], dims=2),
    "five_classes": partial(triplets, labels=[12, -3, 964, 0, 5], sizes=[6, 3, 4, 5, 7], dims=2),
    "equal_classes": partial(triplets, labels=[2, 0, 3, 1], sizes=[4, 4, 4, 4], dims=3),
    "many_features": partial(triplets, labels=[31, 8, 77, 20, 6], sizes=[4, 3, 5, 4, 3], dims=16),
    "loss_two_classes": partial(loss, labels=[1, 0], sizes=[4, 3], dims=2),
    "loss_five_classes": partial(loss, labels=[12, -3, 964, 0, 5], sizes=[3, 5, 4, 3, 4], dims=3),
    "statistics_five_classes": partial(statistics, labels=[12, -3, 964, 0, 5], sizes=[2, 7, 3, 9, 4], dims=3),
    "statistics_one_class": partial(statistics, labels=[6], sizes=[4], dims=5),
    "thresholds": partial(thresholds, d0=0.0625, num_levels=10),
    "thresholds_of_one_level": partial(thresholds, d0=1.75, num_levels=1),
    "margins_three_alphabets": partial(
        margins, alphabets=[0, 0, 1, 1, 1, 2, 2, 0], present={1: 3, 2: 5, 4: 2, 6: 4, 7: 3}
    ),
    "margins_large_beta": partial(
        margins, alphabets=[1, 1, 0, 0, 0, 1], present={5: 4, 0: 3, 4: 6, 3: 3}, beta=0.35
    ),
    "loss_three_alphabets": partial(
        hierarchical, alphabets=[0, 0, 1, 1, 1, 2, 2, 0], present={1: 3, 2: 4, 4: 3, 6: 4, 7: 3}
    ),
    "loss_large_beta": partial(
        hierarchical, alphabets=[1, 1, 0, 0, 0, 1], present={5: 4, 0: 3, 4: 5, 3: 3}, beta=0.35
    ),
}


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
