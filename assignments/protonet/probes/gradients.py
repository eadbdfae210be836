"""Task 3.3: the gradients of the loss, and beside them its slopes."""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from .asking import LOSS, in_place, loss_of, loss_value, of_given_distances
from .encoders import Lifted
from .observing import grad, or_none, slopes, tried

Leaves = Mapping[str, Tensor]


def loss_gradients(ns, case):
    """The gradients of the loss by autograd, its slopes by finite differences; the gradients of a weighted
    sum of your distances in place of the loss; and the gradient of the loss by given distances in place of
    yours.
    """
    support, query = case["support"], case["query"]
    encoder = Lifted(case["weight"], case["lift"])
    net = ns["ProtoNet"](encoder, len(case["lift"]))
    leaves = {"support": support, "query": query, "weight": encoder.weight}

    def own():
        measured = {
            f"{name}_slopes": slopes(lambda: loss_value(net, support, query).sum().item(), leaf)
            for name, leaf in leaves.items()
        }
        return {**measured, **_gradients(lambda: loss_of(net, support, query), leaves)}

    observed, error = tried(own)
    by_given_loss = or_none(lambda: _by_given_loss(net, case, leaves))
    by_given_distances = or_none(lambda: _by_given_distances(net, case))
    if observed is None and by_given_loss is None and by_given_distances is None:
        raise error
    kinds = [f"{name}_{kind}" for name in leaves for kind in ("slopes", "grad")]
    return {
        **(observed or dict.fromkeys(kinds)),
        **{f"given_loss_{name}": (by_given_loss or {}).get(f"{name}_grad") for name in leaves},
        "given_distances": by_given_distances,
    }


def _by_given_loss(net: Any, case: Mapping[str, Any], leaves: Leaves) -> dict[str, Tensor] | None:
    asked = []

    def loss(distances: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        asked.append(True)
        return (distances * case["weights"]).sum()

    with in_place(net, loss_of_distances=loss):
        found = _gradients(lambda: loss_of(net, case["support"], case["query"]), leaves)
    return found if asked else None


def _by_given_distances(net: Any, case: Mapping[str, Any]) -> Tensor | None:
    distances = case["distances"].requires_grad_()
    loss, _ = of_given_distances(net, distances, case["ways"], LOSS)
    return None if loss is None else _gradients(lambda: loss, {"distances": distances})["distances_grad"]


def _gradients(loss: Callable[[], Any], leaves: Leaves) -> dict[str, Tensor]:
    for leaf in leaves.values():
        leaf.requires_grad_()
        leaf.grad = None
    value = loss()
    if isinstance(value, Tensor) and value.requires_grad:
        value.sum().backward()
    return {f"{name}_grad": grad(leaf) for name, leaf in leaves.items()}
