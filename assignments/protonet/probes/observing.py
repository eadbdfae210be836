"""What comes back, as numbers; and a sentence where it is none."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from data_utils.patience import not_for_long

STEP = 0.02  # of the finite differences: wide enough for float32, as embeddings are of size one


def loss_and_accuracy(result: Any) -> tuple[Any, Any]:
    """The two numbers of `calc_loss`."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise TypeError(
            f"`calc_loss` should return two numbers, loss and accuracy; it returned {kind(result)}."
        )
    return result[0], result[1]


def plain(value: Any, name: str) -> Tensor:
    """A tensor or a number as float64, apart from the graph."""
    try:
        return torch.as_tensor(value).detach().double()
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"{name} should be a number or a tensor; it is {kind(value)}.") from None


def kind(value: Any) -> str:
    """What a value is, in a few words."""
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return "nothing" if value is None else f"a {type(value).__name__}"


def tried(action: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """What `action` gives and nothing, or nothing and what it raised; in time for something else."""
    try:
        with not_for_long():
            return action(), None
    except Exception as error:
        return None, error


def or_none(action: Callable[[], Any]) -> Any:
    """What `action` gives; nothing where it raises."""
    return tried(action)[0]


def grad(leaf: Tensor) -> Tensor:
    """A copy of the gradient of a leaf; zeros where none has reached it."""
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad.clone()


def slopes(value: Callable[[], float], values: Tensor) -> Tensor:
    """Central differences of `value()` by each number in `values`, in the shape of `values`."""
    flat, found = values.detach().view(-1), []
    for index, number in enumerate(flat.tolist()):
        try:
            flat[index] = number + STEP
            above = value()
            flat[index] = number - STEP
            below = value()
        finally:  # what is asked next has these values, too
            flat[index] = number
        found.append((above - below) / (2 * STEP))
    return torch.tensor(found, dtype=torch.float64).view_as(values)
