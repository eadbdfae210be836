"""Tasks 3.1, 3.2 and 3.4: distances, loss and accuracy of an episode."""

import torch
from encoder import OmniGlotEncoder
from torch import Tensor, nn

from .asking import ACCURACY, LOSS, accuracy_of, distances_of, of_given_distances
from .asking import loss_value as value_of
from .encoders import Pixels, statistics
from .observing import or_none, plain, slopes, tried


def loss_slopes(ns, case):
    """The distances of an episode; and how much they, weighted, or the loss itself, rise or fall when one
    coordinate of one sample is nudged."""
    support, query = case["support"], case["query"]
    net = _net(ns, case)
    distances = distances_of(net, support, query)

    def by(value):
        return [slopes(value, side) for side in (support, query)]

    by_loss = or_none(lambda: by(lambda: value_of(net, support, query).sum().item()))
    if distances is None:
        if by_loss is None:
            value_of(net, support, query)  # raises what is to be read
        by_distances = None
    else:
        by_distances = by(lambda: _weighted(distances_of(net, support, query), case["weights"]))
    support_by_distances, query_by_distances = by_distances or (None, None)
    support_by_loss, query_by_loss = by_loss or (None, None)
    return {
        "distances": distances,
        "support_by_distances": support_by_distances,
        "query_by_distances": query_by_distances,
        "support_by_loss": support_by_loss,
        "query_by_loss": query_by_loss,
    }


def batch_statistics(ns, case):
    """What the last batch normalisation of the lab's encoder sees in each call (calls, 2, channels): means
    and variances; how far it moves in eval mode; and the share by which the distances, or the loss, move when
    the queries change their classes."""
    torch.manual_seed(0)
    encoder = OmniGlotEncoder(case["emb_dim"])
    norm = [module for module in encoder.modules() if isinstance(module, nn.BatchNorm2d)][-1]
    calls: list[Tensor] = []
    norm.register_forward_pre_hook(lambda _, inputs: calls.append(statistics(inputs[0])))
    net = ns["ProtoNet"](encoder, case["emb_dim"])
    support, query = case["support"], case["query"]

    def asked(queries: Tensor, training: bool) -> tuple[Tensor, list[Tensor]]:
        calls.clear()
        net.train(training)
        found = distances_of(net, support, queries)
        if found is None:
            calls.clear()
            found = value_of(net, support, queries)
        return found.flatten(), list(calls)

    right, seen = asked(query, training=True)
    astray, _ = asked(query.roll(1, 0), training=True)
    before = norm.running_mean.clone()
    asked(query, training=False)
    return {
        "calls": torch.stack(seen) if seen else None,
        "moved_in_eval_mode": norm.running_mean - before,
        "moved_by_classes": (right - astray).norm() / right.norm(),
    }


def loss_value(ns, case):
    """The loss of episodes whose queries are their support, and that of given distances."""
    net = _net(ns, case)
    twice = [points[:, None].repeat(1, 2, 1) for points in case["points"]]
    episodes = [(points[:, :shots], points) for points in twice for shots in (1, 2)]
    own, error = tried(lambda: torch.stack([value_of(net, *episode) for episode in episodes]))
    given, closer = of_given_distances(net, case["distances"], case["ways"], LOSS)
    if own is None and given is None:
        raise closer or error
    return {"loss": own, "loss_of_distances": None if given is None else plain(given, "The loss")}


def accuracy(ns, case):
    """The accuracy of two episodes in which only some queries are right, and that of given distances."""
    net, query = _net(ns, case), case["query"]
    supports = case["support"], case["one_shot"]
    own, error = tried(lambda: torch.stack([accuracy_of(net, support, query) for support in supports]))
    given, closer = of_given_distances(net, case["distances"], case["ways"], ACCURACY)
    if own is None and given is None:
        raise closer or error
    return {"accuracy": own, "accuracy_of_distances": None if given is None else plain(given, "The accuracy")}


def _net(ns, case):
    return ns["ProtoNet"](Pixels(case["emb_dim"]), case["emb_dim"])


def _weighted(values: Tensor, weights: Tensor) -> float:
    """The sum of all values, each with a weight of its own."""
    values, weights = values.flatten(), weights.flatten()
    return (values * weights[torch.arange(len(values)) % len(weights)]).sum().item()
