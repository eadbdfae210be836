"""Make the cases of the ProtoNet lab: `python solutions/protonet/make_fixtures.py`. Same files every time.

Each kind of case is blind to slips of the other tasks, so that one root mistake costs once:

- `loss_slopes`: two classes of one query each, mirror images of each other; or three that a rotation takes
  into one another. There the slopes of the loss keep their direction under any scale, sign, reduction or
  doubled softmax.
- `loss_value`: the queries are the support, so that prototypes may come from either; on a sphere of radius
  sqrt(1/2), so that a cosine similarity is a squared distance; in multiples of 1/8, exact in float32.
- `accuracy`: compact classes with strays, which the usual slips of 3.1 get right or wrong just as the
  prototypes do.
"""

import json
import sys
import zlib
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data_utils.cases import pack, write_case
from data_utils.manifest import record
from data_utils.omniglot import DRAWINGS, OmniGlotDataSet

FIXTURES = ROOT / "fixtures/protonet"
EMB_DIM = 64  # of the lab's network; every case but those of 3.1 keeps to it
EXAMPLE_SEED = 5  # of the episode of real drawings: one of middling difficulty


def main() -> None:
    """Write all cases, and the example of real drawings."""
    for part, makers in (("sample", SAMPLE), ("secret", SECRET)):
        folder = FIXTURES / part
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in makers.items():
            seed = zlib.crc32(f"{part}/{name}".encode())
            _write(folder / f"{name}.json", make(torch.Generator().manual_seed(seed)), seed)
    _write(FIXTURES / "example_data.json", json.dumps(example(), indent=1) + "\n", EXAMPLE_SEED)


def _write(path: Path, text: str, seed: int) -> None:
    path.write_text(text)
    record(FIXTURES, path, command="python solutions/protonet/make_fixtures.py", seed=seed)


def slopes(generator, shots, emb_dim):
    """Two classes, one query each, mirrored about a point that is not the origin, neither of them certain."""
    while True:
        prototype, centre = torch.randn(2, emb_dim, generator=generator)
        support = prototype + 0.6 * torch.randn(shots, emb_dim, generator=generator)
        query = prototype + 0.8 * torch.randn(1, emb_dim, generator=generator)
        own, other = (query - support.mean(dim=0)).norm(), (query + support.mean(dim=0)).norm()
        if abs(own**2 - other**2) < 2 and min(own, other) > 0.5:
            return write_case(
                "loss_slopes",
                emb_dim=emb_dim,
                support=_short(torch.stack([centre + support, centre - support])),
                query=_short(torch.stack([centre + query, centre - query])),
            )


def slopes_of_three(generator, shots, emb_dim):
    """Three classes that a rotation takes into one another, seen from a point that is not the origin.

    A query is as far from the one other prototype as from the second: again only the size of the slopes
    depends on what is done to the distances.
    """
    while True:
        centre = _short(torch.randn(emb_dim, generator=generator))
        out, off, up = (_short(torch.rand(3, generator=generator)) + 0.25).tolist()
        corners = torch.eye(3, emb_dim)
        spread = _short(0.5 * torch.randn(3, shots, emb_dim, generator=generator))
        spread[:, -1] -= spread.sum(dim=1)  # in multiples of 1/1024 the mean stays where it is
        query = (out - off) * corners + up * corners.sum(dim=0)
        if abs(off) > 0.3 and abs(up) > 0.3:
            support = out * corners[:, None] + spread
            return write_case(
                "loss_slopes", emb_dim=emb_dim, support=centre + support, query=(centre + query)[:, None]
            )


def drawings(generator, ways, shots, queries, emb_dim):
    """An episode of drawn glyphs that are not in the training set."""
    samples = OmniGlotDataSet(source="glyphs").init_torch_sample_dict("evaluation")
    names = list(samples)
    chosen = [names[i] for i in torch.randperm(len(names), generator=generator)[:ways].tolist()]
    rows = torch.rand(ways, DRAWINGS, generator=generator).argsort(dim=1)[:, : shots + queries]
    images = torch.stack([samples[name][of_class] for name, of_class in zip(chosen, rows, strict=True)])
    return write_case(
        "batch_statistics",
        emb_dim=emb_dim,
        classes=chosen,
        support=pack(images[:, :shots], scale=255),
        query=pack(images[:, shots:], scale=255),
    )


def example():
    """Twelve evaluation classes of the real Omniglot, 5 support and 5 query drawings each, by file name."""
    data = OmniGlotDataSet(source="omniglot")
    names = list(data.init_torch_sample_dict("evaluation"))
    generator = torch.Generator().manual_seed(EXAMPLE_SEED)
    listed = {}
    for name in sorted(names[i] for i in torch.randperm(len(names), generator=generator)[:12].tolist()):
        files = sorted(path.name for path in (data.raw_dir / "images_evaluation" / name).parent.glob("*.png"))
        files = [files[i] for i in torch.randperm(DRAWINGS, generator=generator)[:10].tolist()]
        listed[name] = {"support": files[:5], "query": files[5:]}
    return listed


def value(generator, ways, samples):
    """Classes at unequal distances; every sample of a class is the same point."""
    return _value(_on_the_sphere(generator, ways), samples)


def value_of_opposites(generator, samples):
    """Two opposite classes: here even sums in place of means keep the differences of distances."""
    point = _on_the_sphere(generator, 1)
    return _value(torch.cat([point, -point]), samples)


def value_of_one_class(generator, shots, queries):
    """One class is certain whatever the distance, so these samples are free."""
    points = torch.randn(1, shots + queries, 6, generator=generator)
    return write_case(
        "loss_value", emb_dim=EMB_DIM, support=_short(points[:, :shots]), query=_short(points[:, shots:])
    )


def _value(points, samples):
    repeated = points[:, None].repeat(1, samples, 1)
    return write_case("loss_value", emb_dim=EMB_DIM, support=repeated, query=repeated)


def _on_the_sphere(generator, ways):
    """Different points (ways, 16) of norm sqrt(1/2), two, eight or all of their coordinates not zero."""
    points = torch.zeros(ways, 16)
    for point in points:
        count, size = [(2, 1 / 2), (8, 1 / 4)][int(torch.randint(2, (), generator=generator))]
        places = torch.randperm(16, generator=generator)[:count]
        point[places] = size * (2.0 * torch.randint(2, (count,), generator=generator) - 1)
    assert len(points.unique(dim=0)) == ways
    assert torch.allclose(points.square().sum(dim=1), torch.tensor(0.5))
    return points


def gradients(generator, ways, samples):
    """Pixels (..., 4) that a weight (4, 4) and a fixed matrix (64, 4) make embeddings of.

    As many queries as support, so that a swap of the two is only that. No two shots are so close in a
    coordinate that a nudge changes their order: a median has a slope, too.
    """
    weight = _short(torch.eye(4) + 0.3 * torch.randn(4, 4, generator=generator))
    while True:
        points = 0.5 * torch.randn(ways, 1, 4, generator=generator)
        support = _short(points + 0.5 * torch.randn(ways, samples, 4, generator=generator))
        query = _short(points + 0.5 * torch.randn(ways, samples, 4, generator=generator))
        if (support @ weight.T).sort(dim=1).values.diff(dim=1).min() > 0.1:
            lift = torch.eye(4).repeat(EMB_DIM // 4, 1) / 4  # keeps lengths
            return write_case("loss_gradients", support=support, query=query, weight=weight, lift=lift)


def accuracy(generator, ways, samples, strays):
    """An episode of compact classes in which `strays` samples of each side lie in another class's place.

    They are never right, the others always, by the prototypes and by the usual slips of other tasks alike.
    """
    target = torch.arange(ways)[:, None].expand(ways, samples).flatten()
    wanted = 1 - strays / (ways * samples)

    def side():
        """Points (ways, samples, ways); at most one stray a class, and never its first sample."""
        centres = torch.eye(ways)[:, None].repeat(1, samples, 1)
        for row in torch.randperm(ways, generator=generator)[:strays].tolist():
            place = 1 + int(torch.randint(samples - 1, (), generator=generator))
            other = (row + 1 + int(torch.randint(ways - 1, (), generator=generator))) % ways
            centres[row, place] = torch.eye(ways)[other]
        return _short(1.3 * centres + 0.05 * torch.randn(ways, samples, ways, generator=generator))

    def share(logits, truth=target):
        return float((logits.argmax(dim=1) == truth).float().mean())

    for _ in range(10_000):
        support, query = side(), side()
        logits = -torch.cdist(query.flatten(0, 1), support.mean(dim=1))
        others = [share(logits, torch.arange(ways).repeat(samples)), share(-logits)]
        alike = [share(logits), *(share(slip) for slip in _slips(support, query))]
        if max(abs(one - wanted) for one in alike) < 1e-6 < min(abs(one - wanted) for one in others):
            return write_case("accuracy", emb_dim=EMB_DIM, support=support, query=query)
    raise RuntimeError(f"No such episode with {ways} classes of {samples} and {strays} strays.")


def _slips(support, query):
    """What else a query's logits may be by a mistake that 3.1 or 3.2 is about."""
    ways, samples = support.shape[:2]
    queries = query.flatten(0, 1)

    def logits(prototypes):
        return -torch.cdist(queries, prototypes)

    yield torch.cosine_similarity(queries[:, None], support.mean(dim=1)[None], dim=-1)
    yield logits(query.mean(dim=1))
    yield logits(support.sum(dim=1))
    yield -torch.cdist(support.flatten(0, 1), query.mean(dim=1))  # queries and support swapped
    yield logits(support.mean(dim=1)).log_softmax(dim=0)
    yield logits(torch.cat([support, query], dim=1).mean(dim=1))
    yield logits(support.median(dim=1).values)
    yield logits(support[:, 0])
    yield -torch.cdist(queries, support.flatten(0, 1)).unflatten(1, (ways, samples)).mean(dim=2)


def proxies(generator, classes, batch, present=None, margin=0.1, alpha=32.0):
    """Embeddings of any length; only the first `present` classes have samples in the batch."""
    labels = torch.arange(batch) % (present or classes)
    points = torch.randn(classes, 6, generator=generator)
    return write_case(
        "proxy_anchor",
        margin=margin,
        alpha=alpha,
        proxies=_short(points),
        embeddings=_short(2 * points[labels] + 2 * torch.randn(batch, 6, generator=generator)),
        labels=labels,
    )


def weights(generator, episodes):
    """Episodes of unseen classes, real ones and drawn ones: a row of a plan is a class and its drawings."""
    ways, samples, classes = 20, 10, 40
    listed = {}
    for source in ("omniglot", "glyphs"):
        names = _evaluation_classes(source)
        chosen = sorted(torch.randperm(len(names), generator=generator)[:classes].tolist())
        rows = [torch.randperm(classes, generator=generator)[:ways, None] for _ in range(episodes)]
        drawings = torch.rand(episodes, ways, DRAWINGS, generator=generator).argsort(dim=2)[..., :samples]
        plan = torch.cat([torch.stack(rows), drawings], dim=2).to(torch.uint8)
        listed[source] = {"classes": [names[i] for i in chosen], "plan": pack(plan)}
    return write_case("trained_weights", **listed)


def _evaluation_classes(source):
    return list(OmniGlotDataSet(source=source).init_torch_sample_dict("evaluation"))


def _short(values: Tensor) -> Tensor:
    """Rounded to multiples of 1/1024: short to write, exact in float32."""
    return (values * 1024).round() / 1024


SAMPLE = {
    "slopes_three_shots": partial(slopes, shots=3, emb_dim=4),
    "example_12_way": partial(drawings, ways=12, shots=5, queries=5, emb_dim=EMB_DIM),
    "loss_one_shot": partial(value, ways=5, samples=1),
    "loss_two_classes": partial(value_of_opposites, samples=2),
    "gradients": partial(gradients, ways=3, samples=2),
    "accuracy": partial(accuracy, ways=5, samples=3, strays=4),
    "proxy_anchor": partial(proxies, classes=4, batch=9),
    "weights": partial(weights, episodes=40),
}
SECRET = {
    "slopes_five_shots": partial(slopes, shots=5, emb_dim=6),
    "slopes_one_shot": partial(slopes, shots=1, emb_dim=3),
    "slopes_three_classes": partial(slopes_of_three, shots=4, emb_dim=5),
    "drawings_unequal": partial(drawings, ways=4, shots=2, queries=5, emb_dim=24),
    "loss_one_shot": partial(value, ways=11, samples=1),
    "loss_two_classes": partial(value_of_opposites, samples=4),
    "loss_one_class": partial(value_of_one_class, shots=3, queries=2),
    "gradients": partial(gradients, ways=4, samples=3),
    "accuracy_few": partial(accuracy, ways=7, samples=3, strays=5),
    "accuracy_many": partial(accuracy, ways=11, samples=5, strays=9),
    "proxy_anchor_missing_classes": partial(proxies, classes=7, batch=8, present=3),
    "proxy_anchor_one_class": partial(proxies, classes=3, batch=4, present=1),
    "proxy_anchor_large_alpha": partial(proxies, classes=5, batch=10, alpha=256.0, margin=0.3),
    "weights": partial(weights, episodes=100),
}

if __name__ == "__main__":
    main()
