"""Make the cases of the ProtoNet lab: `python solutions/protonet/make_fixtures.py`. Same files every time.

Each kind of case holds given distances, which take the place of a student's where a later task is asked
about. A `calc_loss` that does everything by itself does not ask for them: for it, each kind is blind to slips
of the other tasks, so that one root mistake costs once.

- `loss_slopes`: two classes of one query each, mirror images of each other; or three that a rotation takes
  into one another. There the slopes of the loss keep their direction under any scale, sign, reduction or
  doubled softmax.
- `loss_value`: the queries are the support, so that prototypes may come from either; on a sphere of radius
  sqrt(1/2), where a cosine similarity is a squared distance, and on one of radius 1, where embeddings may be
  normalised; in binary fractions, exact in float32.
- `loss_gradients`: no coordinate of a query is so near to a prototype's that a nudge crosses it, as the city
  block distance has a kink there; queries are pulled in all directions, and in much the same ones where they
  are part of the prototypes.
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
                weights=_weights(generator, 2, 2),
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
                "loss_slopes",
                emb_dim=emb_dim,
                support=centre + support,
                query=(centre + query)[:, None],
                weights=_weights(generator, 3, 3),
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


def value(generator, ways):
    """Points (2, ways, 16) on two spheres, classes at unequal distances, and given distances."""
    return _value(generator, torch.stack([_uneven(generator, ways, sizes) for sizes in SPHERES]))


def _uneven(generator, ways, sizes):
    """Points of which the first half lie together, so that a mean of logarithms is not the logarithm of a
    mean."""
    points = _on_a_sphere(generator, ways, sizes)
    if ways > 2:
        count, size = sizes[1]
        points[: ways // 2] = 0
        points[: ways // 2, :count] = size
        for index in range(1, ways // 2):
            points[index, index] = -size
    apart = torch.cdist(points, points)
    own = [(-(apart**power)).log_softmax(dim=1).diagonal() for power in (1, 2)]
    assert ways == 2 or min(float(p.exp().mean().log() - p.mean()) for p in own) > 2e-3
    return points


def value_of_one_class(generator):
    """One class is certain whatever the distance, so these points are free."""
    return _value(generator, _short(torch.randn(2, 1, 6, generator=generator)))


def _value(generator, points):
    ways = points.shape[1]
    return write_case(
        "loss_value",
        emb_dim=EMB_DIM,
        ways=ways,
        points=points,
        distances=_distances(generator, ways, queries=2 if ways > 1 else 3),
    )


# Of a point: how many coordinates are not zero, and how large these are.
SPHERES = ([(2, 1 / 2), (8, 1 / 4)], [(4, 1 / 2), (16, 1 / 4)])


def _on_a_sphere(generator, ways, sizes):
    """Different points (ways, 16) of one length: sqrt(1/2) or 1."""
    while True:
        points = torch.zeros(ways, 16)
        for point in points:
            count, size = sizes[int(torch.randint(2, (), generator=generator))]
            places = torch.randperm(16, generator=generator)[:count]
            point[places] = size * (2.0 * torch.randint(2, (count,), generator=generator) - 1)
        if len(points.unique(dim=0)) == ways:
            return points


def _distances(generator, ways, queries):
    """Positive distances (ways * queries, ways), nearer to a query's own class than to others on average."""
    own = torch.eye(ways).repeat_interleave(queries, dim=0)
    return _short(1.5 + torch.rand(ways * queries, ways, generator=generator) - 0.6 * own)


def _weights(generator, queries, ways):
    """Weights (queries, ways) of a sum, of either sign and none of them small."""
    size = 0.5 + torch.rand(queries, ways, generator=generator)
    return _short(size * (2.0 * torch.randint(2, size.shape, generator=generator) - 1))


def gradients(generator, ways, samples):
    """Pixels (..., 4) that a weight (4, 4) and a fixed matrix (64, 4) make embeddings of.

    As many queries as support, so that a swap of the two is only that. No coordinates of a query and of a
    prototype are so close that a nudge changes their order.
    """
    weight = _short(torch.eye(4) + 0.3 * torch.randn(4, 4, generator=generator))
    for _ in range(1_000_000):
        points = 0.7 * torch.randn(ways, 1, 4, generator=generator)
        support = _short(points + 0.7 * torch.randn(ways, samples, 4, generator=generator))
        query = _short(points + 0.7 * torch.randn(ways, samples, 4, generator=generator))
        apart = (query.flatten(0, 1)[:, None] - support.mean(dim=1)) @ weight.T
        clear = apart.abs().min() > 0.06 and _pull_apart(support, query, weight)
        if clear and _blind_to_prototypes_of_all(support, query, weight):
            lift = torch.eye(4).repeat(EMB_DIM // 4, 1) / 4  # keeps lengths
            return write_case(
                "loss_gradients",
                ways=ways,
                support=support,
                query=query,
                weight=weight,
                lift=lift,
                weights=_weights(generator, ways * samples, ways),
                distances=_distances(generator, ways, queries=2),
            )
    raise RuntimeError(f"No such episode with {ways} classes of {samples}.")


def _pull_apart(support, query, weight):
    """Whether the slopes of the loss by the queries hardly have a common direction, by either distance: so
    slopes that are the same for all of them, of whatever function, are nothing like these."""
    prototypes = support.mean(dim=1) @ weight.T
    target = torch.arange(len(support)).repeat_interleave(query.shape[1])
    for power in (1, 2):
        points = query.flatten(0, 1).requires_grad_()
        logits = -(torch.cdist(points @ weight.T, prototypes) ** power)
        (slopes,) = torch.autograd.grad(torch.nn.functional.cross_entropy(logits, target), points)
        if slopes.mean(dim=0).norm() * len(slopes) ** 0.5 > 0.2 * slopes.norm():
            return False
    return True


def _blind_to_prototypes_of_all(support, query, weight):
    """Whether the slopes of the loss by the queries keep their direction with these in the prototypes."""
    target = torch.arange(len(support)).repeat_interleave(query.shape[1])
    found = []
    for everything in (False, True):
        points = query.clone().requires_grad_()
        samples = torch.cat([support, points], dim=1) if everything else support
        distances = torch.cdist(points.flatten(0, 1) @ weight.T, samples.mean(dim=1) @ weight.T)
        loss = torch.nn.functional.cross_entropy(-distances, target)
        found.append(torch.autograd.grad(loss, points)[0].flatten())
    return torch.cosine_similarity(*found, dim=0) > 0.5  # the graders ask for 0.3


def accuracy(generator, ways, samples, strays):
    """An episode of compact classes in which `strays` samples of each side lie in another class's place.

    They are never right, the others always, by the prototypes and by the usual slips of other tasks alike. A
    support of one shot, and given distances, get the same share of these queries right.
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
        one_shot = _short(
            1.3 * torch.eye(ways)[:, None] + 0.05 * torch.randn(ways, 1, ways, generator=generator)
        )
        logits = -torch.cdist(query.flatten(0, 1), support.mean(dim=1))
        others = [share(logits, torch.arange(ways).repeat(samples)), share(-logits)]
        alike = [share(logits), *(share(slip) for slip in _slips(support, query, one_shot))]
        if max(abs(one - wanted) for one in alike) < 1e-6 < min(abs(one - wanted) for one in others):
            return write_case(
                "accuracy",
                emb_dim=EMB_DIM,
                ways=ways,
                support=support,
                one_shot=one_shot,
                query=query,
                distances=_short(torch.cdist(query.flatten(0, 1), one_shot[:, 0])),
            )
    raise RuntimeError(f"No such episode with {ways} classes of {samples} and {strays} strays.")


def _slips(support, query, one_shot):
    """What else a query's logits may be by a mistake that 3.1 or 3.2 is about."""
    ways, samples = support.shape[:2]
    queries = query.flatten(0, 1)

    def logits(prototypes):
        return -torch.cdist(queries, prototypes)

    yield torch.cosine_similarity(queries[:, None], support.mean(dim=1)[None], dim=-1)
    yield logits(one_shot[:, 0])
    yield logits(query.mean(dim=1))
    yield logits(support.sum(dim=1))
    yield -torch.cdist(support.flatten(0, 1), query.mean(dim=1))  # queries and support swapped
    yield logits(support.mean(dim=1)).log_softmax(dim=0)
    yield logits(torch.cat([support, query], dim=1).mean(dim=1))
    yield logits(support.median(dim=1).values)
    yield logits(support[:, 0])
    yield -torch.cdist(queries, support.flatten(0, 1)).unflatten(1, (ways, samples)).mean(dim=2)


def proxies(generator, classes, batch, present=None, **options):
    """Embeddings of any length; only the first `present` classes have samples in the batch. Without margin
    and alpha among the `options` the defaults are asked for."""
    labels = torch.arange(batch) % (present or classes)
    points = torch.randn(classes, 6, generator=generator)
    return write_case(
        "proxy_anchor",
        **options,
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
    "slopes_one_shot": partial(slopes, shots=1, emb_dim=5),
    "slopes_three_shots": partial(slopes, shots=3, emb_dim=4),
    "slopes_three_classes": partial(slopes_of_three, shots=2, emb_dim=4),
    "example_12_way": partial(drawings, ways=12, shots=5, queries=5, emb_dim=EMB_DIM),
    "drawings_unequal": partial(drawings, ways=3, shots=3, queries=2, emb_dim=16),
    "loss_five_classes": partial(value, ways=5),
    "loss_one_class": value_of_one_class,
    "gradients": partial(gradients, ways=3, samples=3),
    "accuracy": partial(accuracy, ways=5, samples=3, strays=4),
    "proxy_anchor": partial(proxies, classes=4, batch=9, margin=0.2, alpha=16.0),
    "proxy_anchor_by_default": partial(proxies, classes=3, batch=6),
    "proxy_anchor_missing_classes": partial(proxies, classes=6, batch=5, present=2, margin=0.1, alpha=32.0),
    "proxy_anchor_large_alpha": partial(proxies, classes=4, batch=7, margin=0.2, alpha=256.0),
    "weights": partial(weights, episodes=40),
}
SECRET = {
    "slopes_five_shots": partial(slopes, shots=5, emb_dim=6),
    "slopes_one_shot": partial(slopes, shots=1, emb_dim=3),
    "slopes_three_classes": partial(slopes_of_three, shots=4, emb_dim=5),
    "drawings_unequal": partial(drawings, ways=4, shots=2, queries=5, emb_dim=24),
    "loss_eleven_classes": partial(value, ways=11),
    "loss_two_classes": partial(value, ways=2),
    "loss_one_class": value_of_one_class,
    "gradients_one": partial(gradients, ways=3, samples=2),
    "gradients_two": partial(gradients, ways=3, samples=2),
    "gradients_three": partial(gradients, ways=4, samples=1),
    "accuracy_few": partial(accuracy, ways=7, samples=3, strays=5),
    "accuracy_many": partial(accuracy, ways=11, samples=5, strays=9),
    "proxy_anchor_by_default": partial(proxies, classes=5, batch=7),
    "proxy_anchor_missing_classes": partial(proxies, classes=7, batch=8, present=3, margin=0.1, alpha=32.0),
    "proxy_anchor_one_class": partial(proxies, classes=3, batch=4, present=1, margin=0.15, alpha=24.0),
    "proxy_anchor_large_alpha": partial(proxies, classes=5, batch=10, margin=0.3, alpha=256.0),
    "weights": partial(weights, episodes=100),
}

if __name__ == "__main__":
    main()
