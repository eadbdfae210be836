"""How the grader calls your code. Runs inside the sandbox, on your namespace `ns`.

Each probe returns what it observed, never a verdict: whether that is right is worked out elsewhere. What
stands on an earlier task is asked once with your own code for that one, and once with numbers of the case in
its place: a loss that is right for given triplets is not blamed for a sampler.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor
from triplets import InBatchTripletsSampler

from data_utils.patience import not_for_long


class GivenTriplets(InBatchTripletsSampler):
    """A sampler that always gives the same triplets of a batch; for other labels, others."""

    def __init__(self, anchors: Tensor, positives: Tensor, negatives: Tensor, labels: Tensor) -> None:
        self.ids = anchors.tolist(), positives.tolist(), negatives.tolist()
        self.labels = labels.tolist()

    def _sample(self, features, labels):
        anchors, positives, negatives = self.ids
        return self.ids if labels == self.labels else (anchors, negatives, positives)


def cluster_triplets(ns, case):
    """The triplets of a batch as rows (T, 3 D), in an order of their own, and the gradient of their sum."""
    features = case["features"].requires_grad_()
    triplets = ns["HardClusterTripletsSampler"]().sample(features, case["labels"].tolist())
    if not isinstance(triplets, tuple | list) or len(triplets) != 3:
        raise TypeError(f"`sample` should return three tensors (classes, D); it returned {_kind(triplets)}.")
    parts = [part if isinstance(part, Tensor) else torch.stack(list(part)) for part in triplets]
    if len({part.shape for part in parts}) > 1 or parts[0].ndim != 2:
        shapes = ", ".join(str(tuple(part.shape)) for part in parts)
        raise ValueError(f"`sample` should return three tensors of one shape (classes, D), not {shapes}.")
    rows = torch.cat(parts, dim=1).double()
    return {"rows": rows[_order(rows)], "gradient": _gradient(rows @ case["weights"].double(), features)}


def cluster_loss(ns, case):
    """The loss of a batch for two margins and its gradients: with your sampler, and with given triplets."""
    features = case["features"].requires_grad_()
    loss = ns["hard_cluster_loss"]

    def asked():
        losses = [loss(features, case["labels"], margin) for margin in case["margins"].tolist()]
        gradients = torch.stack([_gradient(one, features) for one in losses])
        return {"losses": _plain(losses, "`hard_cluster_loss`"), "gradients": gradients}

    def by_given_triplets():
        given = _part("sample", {"features": features, "labels": case["labels"]})
        with _sampler_in_place(
            ns, loss, lambda _, *args, **kwargs: given(tuple(case["mixing"] @ features), *args, **kwargs)
        ):
            return asked()

    return _ways(("losses", "gradients"), {"": asked, "by_given_triplets": by_given_triplets})


def statistics(ns, case):
    """The statistics of a batch, ascending by class, and the gradient of their sum."""
    features = case["features"].requires_grad_()
    found = ns["class_statistics"](features, case["labels"])
    if not isinstance(found, tuple | list) or len(found) != 3:
        raise TypeError(f"`class_statistics` should return classes, s and d0; it returned {_kind(found)}.")
    classes, s, d0 = (_plain(value, "`class_statistics`") for value in found)
    if classes.ndim == 1 and classes.shape == s.shape:
        order = classes.argsort()
        classes, s = classes[order], s[order]
    carried = [value for value in found if isinstance(value, Tensor) and value.requires_grad]
    gradient = sum((_gradient(value, features) for value in carried), torch.zeros_like(features))
    return {"classes": classes, "s": s, "d0": d0, "gradient": gradient}


def thresholds(ns, case):
    """The thresholds of all levels: 16 of them, another number, and from a tensor."""
    d0, num_levels = case["d0"], case["num_levels"]
    function = ns["level_thresholds"]

    def of(*arguments):
        return lambda: {"levels": _plain(function(*arguments), "`level_thresholds`")}

    ways = {"": of(d0), "of_another_number": of(d0, num_levels), "from_a_tensor": of(torch.tensor(d0))}
    return _ways(("levels",), ways)


def margins(ns, case):
    """The margin of each triplet and the gradient of their sum: with your statistics and thresholds, and with
    given ones for either or for both."""
    features, labels = case["features"].requires_grad_(), case["labels"]
    criterion = _criterion(ns, case)
    pairs = case["anchors"].tolist(), case["negatives"].tolist()

    def asked():
        return criterion.margins(features, labels, *pairs)

    def by_given(*names):
        def way():
            with _functions_in_place(criterion, case, features, names):
                found = asked()
            return {"margins": _plain(found, "`margins`"), "gradient": _gradient(found, features)}

        return way

    return _ways(
        ("margins", "gradient"),
        {
            "": by_given(),
            "by_given_thresholds": by_given("level_thresholds"),
            "by_given_statistics": by_given("class_statistics"),
            "by_both": by_given("class_statistics", "level_thresholds"),
        },
    )


def hierarchical_loss(ns, case):
    """The loss of given triplets and its gradient: with your margins, with those by given statistics and
    thresholds, and with given margins."""
    features, labels = case["features"].requires_grad_(), case["labels"]
    criterion = _criterion(ns, case)

    def asked():
        loss = criterion(features, labels)
        return {"loss": _plain(loss, "`forward`"), "gradient": _gradient(loss, features)}

    def by_given_functions():
        with _functions_in_place(criterion, case, features, ("class_statistics", "level_thresholds")):
            return asked()

    def by_given_margins():
        called = {"features": features, "labels": labels}
        given = _part("margins", called | {name: case[name] for name in ("anchors", "negatives")})
        criterion.margins = lambda *args, **kwargs: given(case["given_margins"].clone(), *args, **kwargs)
        return asked()

    return _ways(
        ("loss", "gradient"),
        {"": asked, "by_given_functions": by_given_functions, "by_given_margins": by_given_margins},
    )


# asking in several ways


def _ways(names: Sequence[str], ways: Mapping[str, Callable[[], Mapping[str, Any]]]) -> dict[str, Any]:
    """What is observed under these names in each way; nothing in a way that raises or hangs.

    Where all raise, the last does, as it has the most in place.
    """
    observed: dict[str, Any] = {}
    problem: Exception | None = None
    *_, last = ways
    for way, ask in ways.items():
        found: Mapping[str, Any] = {}
        try:
            with nullcontext() if way == last else not_for_long():
                found = ask()
        except Exception as error:
            problem = error
        observed |= {"_".join(filter(None, (name, way))): found.get(name) for name in names}
    if problem is not None and all(value is None for value in observed.values()):
        raise problem
    return observed


def _part(name: str, called_with: Mapping[str, Any]) -> Callable[..., Any]:
    """In place of a part of yours: gives what it is told to, if it is called for this batch."""

    def give(result: Any, *args: Any, **kwargs: Any) -> Any:
        for argument, value in {**dict(zip(called_with, args, strict=False)), **kwargs}.items():
            if argument in called_with and not _alike(value, called_with[argument]):
                raise ValueError(f"`{name}` is called with something else as its `{argument}`.")
        return result

    return give


def _alike(passed: Any, wanted: Any) -> bool:
    """Whether these are the same numbers: a tensor, or a list of its values."""
    try:
        passed, wanted = (torch.as_tensor(value).detach().double() for value in (passed, wanted))
    except (TypeError, ValueError, RuntimeError):
        return False
    return passed.shape == wanted.shape and torch.allclose(passed, wanted)


@contextmanager
def _sampler_in_place(ns, function: Callable[..., Any], sample: Callable[..., Any]) -> Iterator[None]:
    """The sampler's method replaced, wherever objects of it come from; or its name, where it is missing."""
    sampler = ns.get("HardClusterTripletsSampler")
    if sampler is None:
        given = type("Sampler", (), {"sample": sample})
        with _names_in_place(function, {"HardClusterTripletsSampler": given}):
            yield
        return
    own = inspect.getattr_static(sampler, "sample")
    sampler.sample = sample
    try:
        yield
    finally:
        sampler.sample = own


@contextmanager
def _functions_in_place(criterion, case, features, names) -> Iterator[None]:
    """Statistics and thresholds of the case in place of what these functions of yours give."""
    classes, s, d0 = case["labels"].unique(), case["given_s"], case["given_d0"]
    statistics = _part("class_statistics", {"features": features, "labels": case["labels"]})

    def of_batch(*args, **kwargs):
        return statistics((classes.clone(), s.clone(), torch.tensor(d0)), *args, **kwargs)

    given = {
        "class_statistics": of_batch,
        "level_thresholds": lambda *_, **__: case["given_thresholds"].clone(),
    }
    with _names_in_place(type(criterion).margins, {name: given[name] for name in names}):
        yield


@contextmanager
def _names_in_place(function: Callable[..., Any], parts: Mapping[str, Any]) -> Iterator[None]:
    """What `function` finds under these names where it was written."""
    names = inspect.unwrap(function).__globals__
    own = {name: names[name] for name in parts if name in names}
    names.update(parts)
    try:
        yield
    finally:
        for name in parts:
            names.pop(name)
        names.update(own)


def _criterion(ns, case):
    alphabet_of_class = dict(zip(case["classes"].tolist(), case["alphabets"].tolist(), strict=True))
    sampler = GivenTriplets(*(case[name] for name in ("anchors", "positives", "negatives", "labels")))
    beta = {"beta": case["beta"]} if "beta" in case else {}
    return ns["HierarchicalTripletMarginLossWithSampler"](sampler, alphabet_of_class, **beta)


# what comes back, as numbers


def _order(rows: Tensor) -> list[int]:
    """The rows by their first number, then by their second, and so on."""
    rounded = (rows.detach() * 1e4).round().tolist()
    return sorted(range(len(rows)), key=rounded.__getitem__)


def _plain(value: Any, name: str) -> Tensor:
    """A tensor, a number or a list of either as float64, apart from the graph."""
    if isinstance(value, list | tuple):
        return torch.stack([_plain(one, name) for one in value])
    try:
        return torch.as_tensor(value).detach().double()
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"{name} should give tensors or numbers; it gave {_kind(value)}.") from None


def _kind(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return "nothing" if value is None else f"a {type(value).__name__}"


def _gradient(value: Any, features: Tensor) -> Tensor:
    """The gradient of the sum of `value` by the features; zero where it does not depend on them."""
    if not (isinstance(value, Tensor) and value.requires_grad):
        return torch.zeros_like(features)
    (found,) = torch.autograd.grad(value.sum(), features, retain_graph=True, allow_unused=True)
    return torch.zeros_like(features) if found is None else found
