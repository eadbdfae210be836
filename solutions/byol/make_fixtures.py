"""Make the cases of the BYOL lab: `python solutions/byol/make_fixtures.py`. Same files every time."""

import sys
import zlib
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data_utils.cases import write_case
from data_utils.manifest import record

FIXTURES = ROOT / "fixtures/byol"
MEAN, STD = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])  # ImageNet's


def main() -> None:
    """Write all cases."""
    for part, makers in (("sample", SAMPLE), ("secret", SECRET)):
        folder = FIXTURES / part
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in makers.items():
            seed = zlib.crc32(f"{part}/{name}".encode())
            path = folder / f"{name}.json"
            path.write_text(make(torch.Generator().manual_seed(seed)))
            record(FIXTURES, path, command="python solutions/byol/make_fixtures.py", seed=seed)


def loaders(g, train, test, unlabeled):
    """Labels of so many pictures; more than one batch of 128, and never a whole number of batches."""
    return write_case(
        "loaders",
        train_labels=torch.randint(10, (train,), generator=g),
        test_labels=torch.randint(10, (test,), generator=g),
        unlabeled_labels=torch.zeros(unlabeled, dtype=torch.int64),
        colours=torch.randint(20, 230, (2,), generator=g),
        batch_size=50,
    )


def counts(g, images, classes):
    """Predictions of which about half are right."""
    y_pred = torch.randn(images, classes, generator=g)
    y_true = torch.randint(classes, (images,), generator=g)
    right = torch.rand(images, generator=g) < 0.45
    return write_case("counts", y_pred=_short(y_pred), y_true=torch.where(right, y_pred.argmax(1), y_true))


def validation(g, images, sizes):
    return write_case("validation", **_classifier(g, images, dropout=0.5), sizes=torch.tensor(sizes))


def fitting(g, images, epochs):
    said = _short(torch.rand(2, generator=g))
    return write_case("fitting", **_classifier(g, images, dropout=0.0), epochs=epochs, rate=0.25, said=said)


def _classifier(g, images, dropout, inputs=4, hidden=6, classes=3):
    """Images and the weights of a small classifier; its running means are far from those of the images."""
    return {
        "images": _short(torch.randn(images, inputs, generator=g)),
        "labels": torch.randint(classes, (images,), generator=g),
        "w1": _short(torch.randn(hidden, inputs, generator=g)),
        "w2": _short(2 * torch.randn(classes, hidden, generator=g)),
        "means": _short(torch.randn(hidden, generator=g)),
        "dropout": dropout,
    }


def resnet(g, num_classes, images):
    seen = _short(torch.randn(images, 3, 32, 32, generator=g))
    return write_case(
        "resnet", num_classes=num_classes, images=seen, seed=int(torch.randint(1000, (), generator=g))
    )


def views(g, probe, whole, quick):
    """Two groups of pictures: for what a view shows of every step, and for what is counted in many views."""
    return write_case(
        probe, whole=pictures(g, **whole), quick=pictures(g, **quick), mean=MEAN.double(), std=STD.double()
    )


def pictures(g, levels, tint, shares, least, most):
    """Pictures of so light pale colours, and the directions in which their brightness rises.

    `tint` is half of what their channels are apart, in steps of a byte: with less, rounding hides how the
    saturation was changed; with more, the saturation changes the brightness.

    No jitter lifts the dark ones to half of the range; one lies just below it, and the bright ones lie above.
    Draws go on until the events of `shares` are told from other shares.
    """
    hues = torch.rand(len(levels), 1, generator=g) + torch.tensor([0, 1 / 3, 2 / 3])
    order = torch.randperm(len(levels), generator=g)
    tints = tint * torch.cos(2 * torch.pi * hues)
    return {
        "colours": (torch.tensor(levels)[order, None] + tints).round().long(),
        "turns": 1 - 2 * torch.randint(2, (len(levels), 2), generator=g),
        "least": least,
        "most": most,
        "shares": shares,
    }


def pairs(g, pictures):
    return write_case(
        "pairs",
        values=torch.randperm(200, generator=g)[:pictures],
        offsets=torch.tensor([1000, 5000]) + torch.randint(100, (2,), generator=g),
    )


def mlp(g, sizes, batch):
    inputs, hidden, outputs = sizes
    return write_case(
        "mlp",
        sizes=torch.tensor(sizes),
        w1=_short(torch.randn(hidden, inputs, generator=g)),
        w2=_short(torch.randn(outputs, hidden, generator=g)),
        gain=_short(torch.randn(hidden, generator=g)),
        shift=_short(torch.randn(hidden, generator=g)),
        inputs=_short(torch.randn(batch, inputs, generator=g)),
    )


def _networks(g, features, hidden, projection, tau, images):
    """Sizes of a tiny BYOL, and images for it."""
    return {
        "features": features,
        "hidden": hidden,
        "projection": projection,
        "tau": tau,
        "images": _short(torch.randn(images, 3, 2, 2, generator=g)),
        "seed": int(torch.randint(1000, (), generator=g)),
    }


def construction(g, **sizes):
    networks = _networks(g, **sizes)
    return write_case(
        "construction", **networks, projections=_short(torch.randn(5, sizes["projection"], generator=g))
    )


def forwards(g, **sizes):
    networks = _networks(g, **sizes)
    x1, x2 = _short(torch.randn(2, 5, 3, 2, 2, generator=g))
    weights = _short(torch.randn(5, sizes["projection"], generator=g))
    return write_case("forwards", **networks, x1=x1, x2=x2, weights=weights)


def losses(g, batch, projection, rounds=8):
    """Projections and predictions of several lengths; as many of a batch point apart as point together."""
    networks = _networks(g, features=4, hidden=6, projection=projection, tau=0.9, images=4)
    z1, z2, p1, p2 = torch.randn(4, rounds, batch, projection, generator=g)
    alike = torch.rand(2, rounds, 1, 1, generator=g)
    p1, p2 = (alike[0] * z2 + (1 - alike[0]) * p1), (alike[1] * z1 + (1 - alike[1]) * p2)
    lengths = 0.3 + 3 * torch.rand(4, rounds, batch, 1, generator=g)
    values = (v * length for v, length in zip((z1, z2, p1, p2), lengths, strict=True))
    named = dict(zip(("z1", "z2", "p1", "p2"), map(_short, values), strict=True))
    rows = torch.tensor([batch] * (rounds - 2) + [batch - 2] * 2)
    return write_case("losses", **networks, **named, rows=rows)


def updates(g, **sizes):
    return write_case("updates", **_networks(g, **sizes))


def schedule(g, total, base):
    steps = torch.tensor([0, 1, total // 5, total // 2, total - 3, total])
    return write_case("schedule", steps=steps, total_steps=total, base=base)


def training(g, epochs, batches, **sizes):
    networks = _networks(g, **sizes)
    x1, x2 = _short(torch.randn(2, 6 * batches, 3, 2, 2, generator=g))
    return write_case("byol_training", **networks, x1=x1, x2=x2, batch=6, epochs=epochs, rate=0.3)


def stopping(g, scripts, patiences):
    """The loss of each epoch, dictated; the last one holds for all later ones. Patience 0: none is said."""
    networks = _networks(g, features=3, hidden=4, projection=3, tau=0.9, images=4)
    x1, x2 = _short(torch.randn(2, 8, 3, 2, 2, generator=g))
    return write_case(
        "early_stopping",
        **networks,
        x1=x1,
        x2=x2,
        batch=4,
        rate=0.01,
        patiences=torch.tensor(patiences),
        most_epochs=14,
        scripts=torch.tensor([script + script[-1:] * (14 - len(script)) for script in scripts]),
    )


def deviations(g, batch, sizes):
    """Projections of two widths in all directions, near one direction, and of unlike lengths."""
    named = {}
    for name, size in zip(("narrow", "wide"), sizes, strict=True):
        base = torch.randn(4, batch, size, generator=g)
        base[1] += 4
        base[2] = base[2] * 0.05 + 1
        base[3] *= 10 * torch.rand(batch, 1, generator=g)
        named[name] = _short(base)
    return write_case("deviations", **named)


def heads(g, features, num_classes):
    images = 8
    return write_case(
        "heads",
        features=features,
        num_classes=num_classes,
        images=_short(torch.randn(images, 3, 2, 2, generator=g)),
        labels=torch.randint(num_classes, (images,), generator=g),
        head=_short(torch.randn(num_classes, features, generator=g)),
        rate=0.5,
    )


def _short(values: Tensor) -> Tensor:
    """Rounded to multiples of 1/1024: short to write, exact in float32."""
    return (values * 1024).round() / 1024


SMALL = {"features": 4, "hidden": 6, "projection": 5, "tau": 0.9, "images": 6}
OTHER = {"features": 5, "hidden": 7, "projection": 3, "tau": 0.75, "images": 5}
FALLING = [4.0 - 0.25 * epoch for epoch in range(14)]

WHOLE = {"levels": [36, 40, 43, 47, 50, 54], "tint": 9.75, "shares": {"jittered": 0.79, "mirrored": 0.5}}
QUICK = {"levels": [45, 118, 170, 170, 212, 212], "tint": 6.5, "shares": {"grey": 0.2}}
OF_T = {"shares": {"jittered": 0.79, "mirrored": 0.5, "blurred": 0.76}}
OF_T_PRIME = {"shares": {"grey": 0.2, "blurred": 0.077, "solarised": 0.2}}
FEW, MANY = {"least": 64, "most": 64}, {"least": 256, "most": 12288}

SAMPLE = {
    "loaders": partial(loaders, train=132, test=129, unlabeled=0),
    "counts": partial(counts, images=11, classes=4),
    "validation": partial(validation, images=10, sizes=[4, 10]),
    "fitting": partial(fitting, images=16, epochs=2),
    "resnet": partial(resnet, num_classes=10, images=2),
    "views_t": partial(views, probe="views_t", whole=WHOLE | FEW, quick=QUICK | FEW),
    "views_t_prime": partial(views, probe="views_t_prime", whole=WHOLE | FEW, quick=QUICK | FEW),
    "pairs": partial(pairs, pictures=5),
    "mlp": partial(mlp, sizes=[3, 6, 4], batch=5),
    "construction": partial(construction, **SMALL),
    "forwards": partial(forwards, **SMALL),
    "losses": partial(losses, batch=5, projection=4),
    "updates": partial(updates, **SMALL),
    "schedule": partial(schedule, total=40, base=0.9),
    "byol_training": partial(training, epochs=2, batches=3, **SMALL),
    "early_stopping": partial(
        stopping, scripts=[FALLING, [3.0, 2.0, 1.5, 1.6], FALLING], patiences=[3, 3, 0]
    ),
    "deviations": partial(deviations, batch=9, sizes=(6, 9)),
    "heads": partial(heads, features=4, num_classes=3),
}
SECRET = {
    "loaders": partial(loaders, train=131, test=129, unlabeled=130),
    "counts": partial(counts, images=23, classes=10),
    "counts_of_one": partial(counts, images=1, classes=5),
    "validation": partial(validation, images=13, sizes=[3, 5]),
    "fitting": partial(fitting, images=19, epochs=3),
    "resnet": partial(resnet, num_classes=7, images=1),
    "views_t": partial(views, probe="views_t", whole=WHOLE | MANY | OF_T, quick=QUICK | MANY),
    "views_t_prime": partial(
        views, probe="views_t_prime", whole=WHOLE | MANY | {"least": 320}, quick=QUICK | MANY | OF_T_PRIME
    ),
    "pairs": partial(pairs, pictures=7),
    "mlp": partial(mlp, sizes=[7, 5, 3], batch=6),
    "construction": partial(construction, **OTHER),
    "forwards": partial(forwards, **OTHER),
    "losses": partial(losses, batch=7, projection=6),
    "updates": partial(updates, **OTHER),
    "schedule": partial(schedule, total=75, base=0.99),
    "byol_training": partial(training, epochs=3, batches=3, **OTHER),
    "early_stopping": partial(
        stopping,
        scripts=[
            FALLING,
            [3.0, 2.0, 2.5, 1.9, 2.0, 1.8, 1.9, 2.0],
            [2.0, 2.1],
            [2.0],
            FALLING,
            [2.0, 1.0, 1.5],
        ],
        patiences=[2, 2, 2, 3, 0, 0],
    ),
    "deviations": partial(deviations, batch=12, sizes=(5, 8)),
    "heads": partial(heads, features=6, num_classes=4),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
