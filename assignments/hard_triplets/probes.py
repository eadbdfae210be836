"""How the grader calls your code. Runs inside the sandbox, on your namespace `ns`.

Each probe returns what it observed, never a verdict: whether that is right is worked out elsewhere. Some
write down what an answer stands on, too, such as the triplets of your own sampler: a loss that is right for
those is not blamed for them.
"""

import torch
from torch import Tensor
from triplets import InBatchTripletsSampler


class GivenTriplets(InBatchTripletsSampler):
    """A sampler that always gives the same triplets."""

    def __init__(self, *ids: Tensor) -> None:
        self.ids = tuple(index.tolist() for index in ids)

    def _sample(self, features, labels):
        return self.ids


def cluster_triplets(ns, case):
    """The triplets of a batch as rows (T, 3 D), in an order of their own, and the gradient of their sum."""
    features = case["features"].requires_grad_()
    rows = _rows(ns, features, case["labels"])
    if rows.requires_grad:
        (rows @ case["weights"]).sum().backward()
    return {"rows": rows[_order(rows)], "gradient": _grad(features)}


def cluster_loss(ns, case):
    """The loss of a batch for two margins, its gradients; the sampler's triplets and their derivatives."""
    features = case["features"].requires_grad_()
    margins = case["margins"].tolist()
    losses = [ns["hard_cluster_loss"](features, case["labels"], margin) for margin in margins]
    gradients = torch.stack([_gradient(loss, features) for loss in losses])
    observed = {"losses": _plain(losses), "gradients": gradients}
    try:
        rows = _rows(ns, features, case["labels"])
        rows = rows[_order(rows)]
        columns = [_gradient(number, features) for number in rows.flatten()]
        return {**observed, "rows": rows, "derivatives": torch.stack(columns).unflatten(0, rows.shape)}
    except Exception:  # a sampler that does not work is a matter of 1.1
        return {**observed, "rows": None, "derivatives": None}


def statistics(ns, case):
    """The statistics of a batch, ascending by class."""
    features = case["features"].requires_grad_()
    return _statistics(ns, features, case["labels"])


def thresholds(ns, case):
    """The thresholds of all levels: 16 of them, another number, and from a tensor."""
    d0, num_levels = case["d0"], case["num_levels"]
    function = ns["level_thresholds"]
    return {
        "sixteen": _plain(function(d0)),
        "others": _plain(function(d0, num_levels)),
        "from_tensor": _plain(function(torch.tensor(d0))),
    }


def margins(ns, case):
    """The margin of each triplet; the statistics and thresholds that your functions give for the batch."""
    features, labels = case["features"].requires_grad_(), case["labels"]
    found = _criterion(ns, case).margins(features, labels, *_pairs(case))
    try:
        stands_on = _statistics(ns, features, labels)
        stands_on["thresholds"] = _plain(ns["level_thresholds"](torch.tensor(stands_on["d0"].item())))
    except Exception:  # functions that do not work are a matter of 2.1 and 2.2
        stands_on = dict.fromkeys(("classes", "s", "d0", "thresholds"))
    return {"margins": _plain(found), **stands_on}


def hierarchical_loss(ns, case):
    """The loss of given triplets and its gradient; and the margins that your method gives for them."""
    features, labels = case["features"].requires_grad_(), case["labels"]
    criterion = _criterion(ns, case)
    loss = criterion(features, labels)
    observed = {"loss": _plain(loss), "gradient": _gradient(loss, features)}
    try:
        return {**observed, "margins": _plain(criterion.margins(features, labels, *_pairs(case)))}
    except Exception:  # margins that do not work are a matter of 2.3
        return {**observed, "margins": None}


def _rows(ns, features: Tensor, labels: Tensor) -> Tensor:
    """Anchors, positives and negatives side by side: (T, 3 D)."""
    triplets = ns["HardClusterTripletsSampler"]().sample(features, labels.tolist())
    parts = [part if isinstance(part, Tensor) else torch.stack(list(part)) for part in triplets]
    return torch.cat(parts, dim=1)


def _order(rows: Tensor) -> list[int]:
    """The rows by their first number, then by their second, and so on."""
    rounded = (rows.detach().double() * 1e4).round().tolist()
    return sorted(range(len(rows)), key=rounded.__getitem__)


def _criterion(ns, case):
    alphabet_of_class = dict(zip(case["classes"].tolist(), case["alphabets"].tolist(), strict=True))
    sampler = GivenTriplets(case["anchors"], case["positives"], case["negatives"])
    beta = {"beta": case["beta"]} if "beta" in case else {}
    return ns["HierarchicalTripletMarginLossWithSampler"](sampler, alphabet_of_class, **beta)


def _pairs(case):
    return case["anchors"].tolist(), case["negatives"].tolist()


def _statistics(ns, features: Tensor, labels: Tensor) -> dict[str, Tensor]:
    classes, s, d0 = (_plain(value) for value in ns["class_statistics"](features, labels))
    if classes.ndim == 1 and classes.shape == s.shape:
        order = classes.argsort()
        classes, s = classes[order], s[order]
    return {"classes": classes, "s": s, "d0": d0}


def _plain(value) -> Tensor:
    """A tensor, a number or a list of either as float64, apart from the graph."""
    if isinstance(value, list | tuple):
        return torch.stack([_plain(one) for one in value])
    return torch.as_tensor(value).detach().double()


def _gradient(value, features: Tensor) -> Tensor:
    """The gradient of one number by the features; zero where it does not depend on them."""
    if not (isinstance(value, Tensor) and value.requires_grad):
        return torch.zeros_like(features)
    (found,) = torch.autograd.grad(value.sum(), features, retain_graph=True, allow_unused=True)
    return torch.zeros_like(features) if found is None else found


def _grad(leaf: Tensor) -> Tensor:
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
